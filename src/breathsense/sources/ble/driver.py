"""Carries out what a conversation says: the hands of the scripts in ``core.wire.conversation``."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from bleak import BleakClient
from bleak.assigned_numbers import CharacteristicPropertyName
from bleak.backends.characteristic import BleakGATTCharacteristic

from breathsense.core.model.errors import LinkError
from breathsense.core.model.inputs import Notification, Origin
from breathsense.core.wire.conversation import (
    Action,
    AnswerMissing,
    Ask,
    Read,
    Script,
    Subscribe,
    Unsubscribe,
    Wait,
    Write,
)
from breathsense.sources.ble.errors import (
    LinkLost,
    WearableRefused,
    bluetooth_errors,
    build_not_there,
)

_LOG = logging.getLogger(__name__)

CONNECTION_BROKE = "the connection broke"
Outcome = bytes | AnswerMissing | LinkError | None
_NOTIFYING: frozenset[CharacteristicPropertyName] = frozenset({"notify", "indicate"})


@dataclass(frozen=True, slots=True)
class _Question:
    is_answer: Callable[[str, bytes], bool]
    answer: asyncio.Future[bytes]


class Driver:
    """Drives scripts over one connection and hands on every value that comes in.

    Parameters
    ----------
    client : BleakClient
        Connected.
    wearable, name : str
        The wearable's id in the session, and what the user knows it by.
    now_ns : callable
        Session time; asked first thing when a value comes in.
    receive : callable
        Takes each ``Notification``, in the event loop's thread.
    action_s : float
        How long the system may take for one read, write or subscription.

    """

    def __init__(
        self,
        client: BleakClient,
        *,
        wearable: str,
        name: str,
        now_ns: Callable[[], int],
        receive: Callable[[Notification], None],
        action_s: float,
    ) -> None:
        self._client = client
        self._wearable = wearable
        self._name = name
        self._now_ns = now_ns
        self._receive = receive
        self._action_s = action_s
        self._subscribed: dict[str, BleakGATTCharacteristic] = {}
        self._question: _Question | None = None

    async def drive(self, script: Script) -> None:
        """Carry a script out to its end.

        Raises
        ------
        LinkError
            If the script raises it (the wearable refused), an action fails, or an answer is
            missing and the script does not know how to go on without.

        """
        outcome: Outcome = None
        try:
            while (action := _advance(script, outcome)) is not None:
                outcome = await self._attempt(action)
        except LinkError as error:
            error.where = error.where or self._name
            raise
        except AnswerMissing as missing:
            raise WearableRefused(
                str(missing) or "the wearable does not answer",
                where=self._name,
                advice="Switch it off and on, then try again.",
            ) from missing
        finally:
            script.close()

    async def drive_best_effort(self, script: Script) -> None:
        """Carry a script out as far as possible: a step that fails does not keep the next back."""
        outcome: Outcome = None
        try:
            while (action := _advance(script, outcome)) is not None:
                outcome = await self._attempt(action)
                if isinstance(outcome, LinkError):
                    _LOG.info("%s: stopping: %s", self._name, outcome.what)
                    outcome = None
        except (AnswerMissing, LinkError) as error:
            _LOG.info("%s: stopping: %s", self._name, error)
        except Exception:  # noqa: BLE001 - the disconnection must follow, whatever a script does
            _LOG.exception("%s: the stop script failed", self._name)
        finally:
            script.close()

    async def subscribe(self, uuid: str) -> bool:
        """Ask for notifications, once; return whether the characteristic is there for it."""
        if uuid in self._subscribed:
            return True
        characteristic = self._find(uuid, _NOTIFYING)
        if characteristic is None or not _NOTIFYING & set(characteristic.properties):
            return False
        async with asyncio.timeout(self._action_s):
            await self._client.start_notify(characteristic, self._build_callback(uuid))
        self._subscribed[uuid] = characteristic
        return True

    async def read(self, uuid: str) -> bytes | None:
        """Read a value and hand it on; ``None`` if it is not there to be read."""
        characteristic = self._find(uuid, frozenset({"read"}))
        if characteristic is None or "read" not in characteristic.properties:
            return None
        async with asyncio.timeout(self._action_s):
            payload = bytes(await self._client.read_gatt_char(characteristic))
        self._take(uuid, payload, self._now_ns(), "read")
        return payload

    async def _attempt(self, action: Action) -> Outcome:
        try:
            with bluetooth_errors(self._name):
                return await self._carry_out(action)
        except AnswerMissing as missing:
            return missing
        except WearableRefused as refusal:
            # What is nice to know (battery, firmware) is no reason to go without the samples.
            is_optional = isinstance(action, Read | Subscribe) and action.is_optional
            return None if is_optional else refusal
        except LinkError as failure:
            # A broken connection fails in many ways; one name is enough for all of them.
            return failure if self._client.is_connected else self._miss("")

    async def _carry_out(self, action: Action) -> bytes | None:
        match action:
            case Subscribe(uuid, is_optional):
                if not await self.subscribe(uuid) and not is_optional:
                    raise self._miss(uuid)
            case Unsubscribe(uuid):
                await self._unsubscribe(uuid)
            case Write():
                await self._write(action)
            case Read(uuid, is_optional):
                payload = await self.read(uuid)
                if payload is None and not is_optional:
                    raise self._miss(uuid)
                return payload
            case Ask():
                return await self._ask(action)
            case Wait(seconds):
                await asyncio.sleep(seconds)
        return None

    async def _unsubscribe(self, uuid: str) -> None:
        characteristic = self._subscribed.pop(uuid, None)
        if characteristic is not None:
            async with asyncio.timeout(self._action_s):
                await self._client.stop_notify(characteristic)

    async def _write(self, action: Write) -> None:
        kind: CharacteristicPropertyName = (
            "write" if action.with_response else "write-without-response"
        )
        characteristic = self._find(action.characteristic, frozenset({kind}))
        if characteristic is None:
            raise self._miss(action.characteristic)
        size = action.chunk_size or max(len(action.payload), 1)
        for start in range(0, len(action.payload) or 1, size):
            chunk = action.payload[start : start + size]
            async with asyncio.timeout(self._action_s):
                await self._client.write_gatt_char(characteristic, chunk, action.with_response)

    async def _ask(self, action: Ask) -> bytes:
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._question = _Question(action.is_answer, answer)
        try:
            await self._write(action.write)
            try:
                async with asyncio.timeout(action.timeout_s):
                    return await answer
            except TimeoutError:
                waited = f"the wearable did not answer within {action.timeout_s:g} s"
                raise AnswerMissing(waited) from None
        finally:
            self._question = None

    def _build_callback(self, uuid: str) -> Callable[[BleakGATTCharacteristic, bytearray], None]:
        now_ns = self._now_ns

        def on_notification(_: BleakGATTCharacteristic, value: bytearray) -> None:
            host_ns = now_ns()
            self._take(uuid, bytes(value), host_ns, "notify")

        return on_notification

    def _take(self, uuid: str, payload: bytes, host_ns: int, origin: Origin) -> None:
        self._receive(Notification(self._wearable, uuid, payload, host_ns, origin))
        question = self._question
        if question is None or origin == "read" or question.answer.done():
            return
        try:
            is_answer = question.is_answer(uuid, payload)
        except Exception:  # noqa: BLE001 - any bytes may come; none may end the session
            _LOG.exception("%s: a notification could not be compared", self._name)
            return
        if is_answer:
            question.answer.set_result(payload)

    def _find(
        self, uuid: str, properties: frozenset[CharacteristicPropertyName]
    ) -> BleakGATTCharacteristic | None:
        """Choose by UUID (handles differ between platforms); of several, the one that can do it."""
        bearers = [
            characteristic
            for service in self._client.services
            for characteristic in service.characteristics
            if characteristic.uuid == uuid
        ]
        able = [bearer for bearer in bearers if properties & set(bearer.properties)]
        return next(iter(able or bearers), None)

    def _miss(self, uuid: str) -> LinkError:
        if not self._client.is_connected:
            return LinkLost(CONNECTION_BROKE, where=self._name)
        return build_not_there(uuid, self._name)


def _advance(script: Script, outcome: Outcome) -> Action | None:
    """Tell a script what came of its action; return the next one, ``None`` at the end."""
    try:
        if isinstance(outcome, AnswerMissing | LinkError):
            return script.throw(outcome)
        return script.send(outcome)
    except StopIteration:
        return None
