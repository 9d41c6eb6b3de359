"""The link to one wearable: found, connected, made to stream, watched, mended, and ended."""

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from bleak import BleakClient
from bleak.backends.device import BLEDevice

from breathsense.core.model.errors import LinkError
from breathsense.core.model.inputs import LinkEvent, LinkState, Notification
from breathsense.core.setup import Wearable
from breathsense.core.wire.conversation import Conversation
from breathsense.core.wire.dialogue import build_poll
from breathsense.core.wire.standard import BATTERY_LEVEL
from breathsense.sources.ble.driver import CONNECTION_BROKE, Driver
from breathsense.sources.ble.errors import (
    LinkLost,
    NotThere,
    PairingNeeded,
    bluetooth_errors,
)
from breathsense.sources.ble.find import Target, find_device
from breathsense.sources.ble.patience import Patience
from breathsense.sources.ble.radio import Radio
from breathsense.sources.ble.scanner import Scanner
from breathsense.sources.ble.timings import Timings, get_silence_s, list_pauses

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the links of one source share.

    Parameters
    ----------
    radio, scanner : Radio, Scanner
        The radio, and the one scan on it.
    now_ns : callable
        Session time.
    emit : callable
        Takes ``Notification`` and ``LinkEvent``, in order of their ``host_ns``.
    timings : Timings
        How long things may take.
    patience : Patience
        When to give up.
    jitter : callable
        Random numbers from 0 to 1 that spread the attempts.
    door : asyncio.Lock
        Held while a connection is made: adapters make one at a time, and BlueZ answers a second
        ``Connect`` with an error.

    """

    radio: Radio
    scanner: Scanner
    now_ns: Callable[[], int]
    emit: Callable[[Notification | LinkEvent], None]
    timings: Timings = field(default_factory=Timings)
    patience: Patience = field(default_factory=lambda: Patience(3))
    jitter: Callable[[], float] = random.random
    door: asyncio.Lock = field(default_factory=asyncio.Lock)


class Link:
    """Keeps one wearable streaming until it is cancelled.

    Whatever ends a connection (an error, a cancellation, the wearable itself), the stop script is
    run as far as the connection allows, the connection is ended, and both are bounded in time.
    Each attempt uses a fresh client and a fresh conversation.

    Parameters
    ----------
    wearable, target : Wearable, Target
        What it is in the session, and how it is found.
    converse : callable
        Gives a fresh conversation for each connection.
    surroundings : Surroundings
        What it shares with other links.

    """

    def __init__(
        self,
        wearable: Wearable,
        target: Target,
        converse: Callable[[], Conversation],
        surroundings: Surroundings,
    ) -> None:
        self._wearable = wearable
        self._target = target
        self._converse = converse
        self._around = surroundings
        self._timings = surroundings.timings
        self._silence_s = get_silence_s(wearable, surroundings.timings)
        self._must_pair = False
        self._must_read_services = False
        self._is_fresh = True
        self._heard_s = 0.0

    async def run(self) -> None:
        """Connect, stream, and connect again whenever the link is lost.

        Raises
        ------
        LinkError
            If nothing came to streaming: at once if this computer cannot use Bluetooth, else
            when patience is over.

        """
        pauses = list_pauses(self._timings, self._around.jitter)
        try:
            while True:
                self._is_fresh = True
                try:
                    await self._connect_and_stream()
                except LinkError as error:
                    # Some wearables (H10 on Windows) must be paired, others must not: they tell.
                    self._must_pair |= isinstance(error, PairingNeeded)
                    # Windows keeps the table of services; it may be that of an older firmware.
                    self._must_read_services |= isinstance(error, NotThere)
                    self._say("lost", _tell(error))
                    if self._around.patience.is_over(self._wearable.id, error):
                        raise
                if not self._is_fresh:
                    pauses = list_pauses(self._timings, self._around.jitter)
                await asyncio.sleep(next(pauses))
        finally:
            self._say("stopped")

    async def _connect_and_stream(self) -> None:
        """One connection, from looking for the wearable to its end; always ends by raising."""
        self._say("connecting", f"looking for {self._target}")
        device = await find_device(
            self._around.scanner, self._around.radio, self._target, self._timings.find_s
        )
        self._say("connecting", f"connecting to {self._target}")
        lost = asyncio.Event()
        client = self._build_client(device, lost)
        driver = Driver(
            client,
            wearable=self._wearable.id,
            name=str(self._target),
            now_ns=self._around.now_ns,
            receive=self._receive,
            action_s=self._timings.action_s,
        )
        conversation = self._converse()
        try:
            with bluetooth_errors(str(self._target)):
                async with self._around.door, asyncio.timeout(self._timings.connect_s):
                    await client.connect()
            self._say("connected")
            await _unless_lost(self._stream(driver, conversation), lost, str(self._target))
        finally:
            await self._end(client, driver, conversation)

    def _build_client(self, device: BLEDevice, lost: asyncio.Event) -> BleakClient:
        options: dict[str, Any] = {}
        if self._around.radio.client_backend is not None:
            options["backend"] = self._around.radio.client_backend
        if self._must_read_services:
            options["winrt"] = {"use_cached_services": False}
        return BleakClient(
            device,
            disconnected_callback=lambda _: lost.set(),
            timeout=self._timings.connect_s,
            pair=self._must_pair,
            **options,
        )

    async def _stream(self, driver: Driver, conversation: Conversation) -> None:
        await driver.drive(conversation.start())
        self._around.patience.note_streaming()
        self._heard_s = asyncio.get_running_loop().time()
        self._say("streaming")
        polling = asyncio.create_task(self._poll(driver))
        try:
            await self._wait_for_silence()
        finally:
            polling.cancel()
            await asyncio.wait({polling})

    async def _poll(self, driver: Driver) -> None:
        """Ask now and then for what the wearable does not tell by itself (its battery, mostly)."""
        poll_s = self._wearable.profile.spec.poll_s
        while poll_s is not None:
            await asyncio.sleep(poll_s)
            script = build_poll(self._wearable.profile, self._wearable.settings)
            await driver.drive_best_effort(script)

    async def _wait_for_silence(self) -> None:
        """Sleep until silence would be noticed, again and again: a callback then costs no timer."""
        loop = asyncio.get_running_loop()
        while (left_s := self._heard_s + self._silence_s - loop.time()) > 0:  # noqa: ASYNC110 - see above
            await asyncio.sleep(left_s)
        raise LinkLost(
            f"nothing came for {self._silence_s:g} s",
            where=str(self._target),
            advice="It may be out of reach, taken off or empty; it is connected again.",
        )

    async def _end(self, client: BleakClient, driver: Driver, conversation: Conversation) -> None:
        """Stop the wearable and give the connection back: as far as possible, in bounded time.

        The disconnect is needed even after the link was lost: without it the system remembers
        this client's subscriptions, and after a reconnection each notification comes twice.
        """
        try:
            if client.is_connected:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._timings.stop_s):
                        await driver.drive_best_effort(conversation.stop())
        finally:
            try:
                async with asyncio.timeout(self._timings.disconnect_s):
                    await client.disconnect()
            except Exception as error:  # noqa: BLE001 - the end must come, whatever is raised
                _LOG.info("%s: disconnecting: %r", self._target, error)

    def _receive(self, notification: Notification) -> None:
        self._around.emit(notification)
        if notification.characteristic != BATTERY_LEVEL:
            self._heard_s = asyncio.get_running_loop().time()
            self._is_fresh = False

    def _say(self, state: LinkState, detail: str = "") -> None:
        self._around.emit(LinkEvent(self._wearable.id, state, self._around.now_ns(), detail))


async def _unless_lost(work: Coroutine[Any, Any, None], lost: asyncio.Event, where: str) -> None:
    """Await ``work``; raises ``LinkLost`` as soon as ``lost`` is set, whatever it is doing then."""
    working = asyncio.create_task(work)
    losing = asyncio.create_task(lost.wait())
    try:
        await asyncio.wait({working, losing}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise LinkLost(CONNECTION_BROKE, where=where)
        working.result()
    finally:
        for task in (working, losing):
            task.cancel()
        await asyncio.wait({working, losing})
        if not working.cancelled():
            working.exception()  # seen: what matters is raised already


def _tell(error: LinkError) -> str:
    return f"{error.what}. {error.advice}" if error.advice else error.what
