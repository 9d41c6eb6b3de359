"""What is said to a Movella (Xsens) DOT: the rate into its settings, then a mode to measure in.

Facts from njanssen/node-movella-dot ``constants.js`` and ``XsensDot.js``, protobioengineering's
examples and the XsensDOT Python library. Its payloads are tables of the profile.
"""

from collections.abc import Iterable, Mapping

from breathsense.core.model.errors import LinkError
from breathsense.core.profiles.protocols import DotMode, XsensDot
from breathsense.core.wire.conversation import Read, Script, Subscribe, Unsubscribe, Write
from breathsense.core.wire.protocols.xsens_dot import RATE_AT, RATE_END

MEASUREMENT, STOP, START = 1, 0, 1
VISIT_AT, VISIT_RATE = 0, 0x10
"""Which of its settings are to be taken: only the rate."""
SETTINGS_LENGTH = 32
OTHER_RATE = "Choose another rate; in real time it has at most 60 Hz."
OTHER_STREAMS = "Its firmware may lack this mode: choose other streams, or update it."
AGAIN = "Switch it off and on again (hold its button), then try once more."


class DotConversation:
    """Talks to one DOT.

    Parameters
    ----------
    dot : XsensDot
        Its protocol table.
    settings : mapping of str to float
        Resolved settings: which streams are on, and the rate.

    """

    def __init__(self, dot: XsensDot, settings: Mapping[str, float]) -> None:
        self._dot = dot
        self._on = {name for mode in dot.modes for name in mode.streams if settings[name]}
        self._mode = choose_mode(dot.modes, self._on)
        self._rate_hz = settings[dot.rate_setting]

    def start(self) -> Script:
        """Set the rate, then start the mode that has all streams; raises LinkError."""
        if self._mode is None:
            raise LinkError(
                f"the wearable cannot measure {', '.join(sorted(self._on)) or 'nothing'} together",
                advice="Switch on one of: "
                + "; ".join(" and ".join(mode.streams) for mode in self._dot.modes)
                + ".",
            )
        yield Read(str(self._dot.information), is_optional=True)
        yield Subscribe(str(self._dot.report), is_optional=True)
        yield from self._end_measurement()
        yield from self._set_rate()
        yield Subscribe(str(self._mode.payload))
        try:
            yield self._order(START, self._mode.number)
        except LinkError as error:
            error.advice = error.advice or OTHER_STREAMS
            raise
        state = yield Read(str(self._dot.control), is_optional=True)
        wanted = bytes((MEASUREMENT, START, self._mode.number))
        if state and state[: len(wanted)] != wanted:
            raise LinkError(
                f"the wearable did not start to measure (mode {self._mode.number})", advice=AGAIN
            )

    def stop(self) -> Script:
        """Stop measuring, stop listening."""
        if self._mode is not None:
            yield self._order(STOP, self._mode.number)
            yield Unsubscribe(str(self._mode.payload))
            yield Unsubscribe(str(self._dot.report))

    def _end_measurement(self) -> Script:
        """End what an earlier link left running: settings are not taken meanwhile."""
        state = yield Read(str(self._dot.control), is_optional=True)
        if state and state[:2] == bytes((MEASUREMENT, START)):
            yield self._order(STOP, state[2] if len(state) > 2 else 0)  # noqa: PLR2004 - type, action, mode

    def _set_rate(self) -> Script:
        """Patch the rate into the settings as they are, and look whether it was taken."""
        settings = yield Read(str(self._dot.settings))
        if settings is None or len(settings) < SETTINGS_LENGTH:
            raise LinkError("the wearable's settings cannot be read", advice=AGAIN)
        rate = round(self._rate_hz).to_bytes(2, "little")
        patched = bytearray(settings[:SETTINGS_LENGTH])
        patched[VISIT_AT] = VISIT_RATE
        patched[RATE_AT:RATE_END] = rate
        yield Write(str(self._dot.settings), bytes(patched))
        kept = yield Read(str(self._dot.settings))
        if kept is not None and kept[RATE_AT:RATE_END] != rate:
            raise LinkError(
                f"the wearable did not take the rate of {self._rate_hz:g} Hz", advice=OTHER_RATE
            )

    def _order(self, action: int, mode: int) -> Write:
        return Write(str(self._dot.control), bytes((MEASUREMENT, action, mode)))


def choose_mode(modes: Iterable[DotMode], on: set[str]) -> DotMode | None:
    """Return the mode with the fewest streams that has all that are on; the first of equals."""
    fitting = [mode for mode in modes if on and on <= set(mode.streams)]
    return min(fitting, key=lambda mode: len(mode.streams), default=None)
