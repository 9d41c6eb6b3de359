"""What is said to a WitMotion sensor: registers are unlocked, written, and read back.

Nothing is saved: the sensor begins with its own settings when it is switched on again. Facts from
WITMOTION/WitBluetooth_BWT901BLE5_0 and WITMOTION/WitStandardProtocol_JY901 ``REG.h``. Its frames
are tables of the profile.
"""

from collections.abc import Mapping
from functools import partial

from breathsense.core.model.errors import LinkError
from breathsense.core.profiles.protocols import WitMotion
from breathsense.core.wire.conversation import Ask, Script, Subscribe, Unsubscribe, Wait, Write
from breathsense.core.wire.protocols.asking import STOP_TIMEOUT_S, attempt

RATE, ALGORITHM, READ, UNLOCK, BATTERY = 0x03, 0x24, 0x27, 0x69, 0x64
UNLOCK_KEY = 0xB588
NINE_AXES, SIX_AXES = 0, 1
RATE_CODES = {
    0.2: 0x01, 0.5: 0x02, 1: 0x03, 2: 0x04, 5: 0x05, 10: 0x06, 20: 0x07, 50: 0x08, 100: 0x09,
    200: 0x0B,
}  # fmt: skip
REGISTERS = bytes.fromhex("5571")
SETTLE_S = 0.1
"""Between writes: the sensor takes one register after another and confirms none."""


class WitConversation:
    """Talks to one sensor.

    Parameters
    ----------
    witmotion : WitMotion
        Its protocol table.
    settings : mapping of str to float
        Resolved settings: the rate, and whether the compass is left out.

    """

    def __init__(self, witmotion: WitMotion, settings: Mapping[str, float]) -> None:
        self._witmotion = witmotion
        self._rate_hz = settings[witmotion.rate_setting]
        self._has_six_axes = bool(settings[witmotion.six_axes_setting])

    def start(self) -> Script:
        """Set the rate, listen, look whether it was taken, ask for the battery.

        The sensor answers no write. A register that cannot be read back is taken for set: what
        it really sends is found out from its packets.

        Raises
        ------
        LinkError
            If the sensor does not have the rate.

        """
        code = RATE_CODES.get(self._rate_hz)
        if code is None:
            raise LinkError(
                f"the wearable has no rate of {self._rate_hz:g} Hz",
                advice=f"Choose one of {', '.join(f'{rate:g}' for rate in RATE_CODES)}.",
            )
        algorithm = SIX_AXES if self._has_six_axes else NINE_AXES
        for register, value in ((UNLOCK, UNLOCK_KEY), (ALGORITHM, algorithm), (RATE, code)):
            yield self._write(register, value)
            yield Wait(SETTLE_S)
        # Only now: it streams at once, and samples at its old rate would bend the times.
        yield Subscribe(str(self._witmotion.notify))
        answer = yield from attempt(self._ask(RATE))
        kept = find_value(answer, RATE)
        if kept is not None and kept != code:
            raise LinkError(
                f"the wearable did not take the rate of {self._rate_hz:g} Hz",
                advice="Choose a lower one: older models end at 50 Hz.",
            )
        yield from attempt(self._ask(BATTERY))

    def stop(self) -> Script:
        """Stop listening: it streams as long as somebody does."""
        yield Unsubscribe(str(self._witmotion.notify))

    def _write(self, register: int, value: int) -> Write:
        payload = bytes((0xFF, 0xAA, register)) + value.to_bytes(2, "little")
        return Write(str(self._witmotion.command), payload, with_response=False)

    def _ask(self, register: int) -> Ask:
        is_answer = partial(holds, str(self._witmotion.notify), register)
        return Ask(self._write(READ, register), is_answer, STOP_TIMEOUT_S)


def holds(notify: str, register: int, characteristic: str, payload: bytes) -> bool:
    """Return whether a notification has that register's value, perhaps among samples."""
    return characteristic == notify and find_value(payload, register) is not None


def find_value(payload: bytes, register: int) -> int | None:
    """Return a register's value out of its read-back; ``None`` if there is none in the bytes."""
    head = REGISTERS + register.to_bytes(2, "little")
    value = payload.partition(head)[2][:2]
    return int.from_bytes(value, "little") if len(value) == 2 else None  # noqa: PLR2004 - 16 bits
