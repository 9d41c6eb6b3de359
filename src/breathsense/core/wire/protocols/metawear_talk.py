"""What is said to a MetaWear board: which chips it has, then rate, range, start and stop.

Its packets are tables of the profile: registers and lengths tell all of them apart.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from functools import partial

from breathsense.core.model.errors import LinkError
from breathsense.core.profiles.protocols import MetaWear
from breathsense.core.wire.conversation import Action, Ask, Script, Subscribe, Unsubscribe, Write
from breathsense.core.wire.protocols.asking import (
    STOP_TIMEOUT_S,
    TIMEOUT_S,
    attempt,
    require,
)
from breathsense.core.wire.protocols.metawear_chips import (
    ACCELEROMETER,
    BATTERY,
    CHIPS,
    CONFIG,
    ENABLE,
    GYROSCOPE,
    INFORMATION,
    POWER,
    READ,
    SETTINGS,
    SILENT,
    Chip,
)

KIND_AT, CONFIG_AT = 2, 2
SWITCH_OFF = "Press its button or let it reset, then try again."
Search = Generator[Action, bytes | None, Chip]
OTHER_MODEL = "Switch the stream off, or choose another profile."


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A module that is to measure; ``range_`` in g or in degrees a second."""

    module: int
    stream: str
    range_: float


class MetaWearConversation:
    """Talks to one board.

    Parameters
    ----------
    meta : MetaWear
        Its protocol table.
    settings : mapping of str to float
        Resolved settings: which streams are on, rate and ranges.

    """

    def __init__(self, meta: MetaWear, settings: Mapping[str, float]) -> None:
        self._meta = meta
        self._rate_hz = settings[meta.rate_setting]
        both = (
            _Wanted(ACCELEROMETER, meta.acc_stream, settings[meta.acc_range_setting]),
            _Wanted(GYROSCOPE, meta.gyro_stream, settings[meta.gyro_range_setting]),
        )
        self._wanted = [one for one in both if settings[one.stream]]
        self._running: dict[int, Chip] = {}

    def start(self) -> Script:
        """Listen, find out the chips, configure and start each; raises LinkError."""
        if not self._wanted:
            raise LinkError("no stream of the wearable is on", advice="Switch one on.")
        yield Subscribe(str(self._meta.notify))
        yield from attempt(self._ask(SETTINGS, BATTERY | SILENT, STOP_TIMEOUT_S))
        self._running = {}
        for wanted in self._wanted:
            self._running[wanted.module] = yield from self._find_chip(wanted)
        for wanted in self._wanted:
            yield from self._configure(wanted, self._running[wanted.module])
        for module, chip in self._running.items():
            yield self._write(module, chip.register(self._rate_hz), 1)
            yield self._write(module, ENABLE, 1, 0)
        # Both are switched on last, one after the other, so that they begin together.
        for module in self._running:
            yield self._write(module, POWER, 1)

    def stop(self) -> Script:
        """Stop all of both modules: streams go on over a disconnect otherwise."""
        for module, chip in self._running.items():
            yield self._write(module, POWER, 0)
            yield self._write(module, ENABLE, 0, 1)
            yield self._write(module, chip.register(self._rate_hz), 0)
        yield Unsubscribe(str(self._meta.notify))

    def _find_chip(self, wanted: _Wanted) -> Search:
        answer = yield from require(self._ask(wanted.module, INFORMATION, TIMEOUT_S), SWITCH_OFF)
        kind = answer[KIND_AT] if len(answer) > KIND_AT else None
        chip = CHIPS[wanted.module].get(kind) if kind is not None else None
        if chip is None:
            found = "none" if kind is None else f"one of kind {kind}"
            raise LinkError(
                f"the wearable has no chip for {wanted.stream} that is known here ({found})",
                advice=OTHER_MODEL,
            )
        return chip

    def _configure(self, wanted: _Wanted, chip: Chip) -> Script:
        config = chip.encode_config(self._rate_hz, wanted.range_)
        if config is None:
            raise LinkError(
                f"the {chip.name} has no {self._rate_hz:g} Hz or no range of {wanted.range_:g}",
                advice="Choose another rate or range.",
            )
        # Left over from a link that broke: settings are taken while the module rests.
        yield self._write(wanted.module, POWER, 0)
        yield self._write(wanted.module, CONFIG, *config)
        answer = yield from require(self._ask(wanted.module, CONFIG, TIMEOUT_S), SWITCH_OFF)
        if answer[CONFIG_AT : CONFIG_AT + len(config)] != config:
            raise LinkError(
                f"the wearable did not take {self._rate_hz:g} Hz with a range of"
                f" {wanted.range_:g} for {wanted.stream}",
                advice="Choose another rate or range.",
            )

    def _write(self, *command: int) -> Write:
        return Write(str(self._meta.command), bytes(command), with_response=False)

    def _ask(self, module: int, register: int, timeout_s: float) -> Ask:
        is_answer = partial(answers, str(self._meta.notify), module, register | READ)
        return Ask(self._write(module, register | READ), is_answer, timeout_s)


def answers(notify: str, module: int, register: int, characteristic: str, payload: bytes) -> bool:
    """Return whether a notification is the value of the register that was asked for."""
    if characteristic != notify or len(payload) < KIND_AT or payload[0] != module:
        return False
    return payload[1] | SILENT == register | SILENT
