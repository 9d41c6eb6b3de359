"""Sample times on the session axis, rebuilt from stamps, counts and rates; gaps at losses.

Arrivals only say where the whole line lies (``timeline``), never where one sample lies: a burst of
packets at a connection event comes out as evenly spaced as it was measured.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec
import numpy as np
from msgspec.structs import replace

from breathsense.core.model.samples import Values
from breathsense.core.profiles.spec import Stream
from breathsense.core.wire.first_rate import FirstRateParams, find_slope, is_enough
from breathsense.core.wire.packet import Packet
from breathsense.core.wire.positions import CountedPositions, StampedPositions
from breathsense.core.wire.spacing import Spaced, Timed, cut_at_breaks, stamp_run
from breathsense.core.wire.timeline import COUNTED, MS, STAMPED, Point, S, Timeline

MILLION = 1e6
UNSEEN_NS = 15.0 * MS
"""A wait for a connection event is spread over its interval, often 45 ms: about so much."""
LATENESS_MEMORY = 32
"""Packets over which the usual lateness and the usual number of samples are averaged."""
MOST_LATE_NS = S / 2
"""A packet that is later than this counts for no more in the usual lateness."""


@dataclass(frozen=True, slots=True)
class ClockParams:
    """Numbers of the clock.

    Parameters
    ----------
    first : FirstRateParams
        How the rate of a wearable without stamps is found.
    late_ns, late_frac, late_factor : float
        A packet later than this, than this part of the usual time between packets, and
        this many times the usual lateness may have lost samples before it.
    unsettled_ns : float
        Added to it while the line rests on fewer than ``settled_n`` seconds.
    wait_ns, wait_n : int
        So long it may still catch up (a stalled link); then the samples count as lost.
    back_frac, back_ns : float
        A sample that comes earlier than it can have been taken, by this part of a period and by
        this much, shows that too many were counted as lost.
    silence_ns : int
        A loss longer than this is called silence, and the line is found anew after it.
    early_ns, stuck_ns : int
        A sample that comes this much too early, or too late, contradicts the line: it is found
        anew (the wearable's clock was set, or stood still).
    max_held : int
        Most packets that are held back.

    """

    first: FirstRateParams = field(default_factory=FirstRateParams)
    late_ns: float = 60.0 * MS
    late_frac: float = 0.75
    late_factor: float = 2.0
    unsettled_ns: float = 150.0 * MS
    settled_n: int = 5
    wait_ns: int = 600 * MS
    wait_n: int = 3
    back_frac: float = 0.6
    back_ns: float = 30.0 * MS
    silence_ns: int = 2 * S
    early_ns: int = S
    stuck_ns: int = 10 * S
    max_held: int = 512


@dataclass(frozen=True, slots=True)
class ClockFigures:
    """How a clock runs; the fields are those of ``Timing``."""

    rate_hz: float
    fast_ppm: float
    fast_sd_ppm: float
    offset_sd_ms: float
    n_samples: int
    n_lost: int


class Held(msgspec.Struct, frozen=True):
    """Samples with positions that wait for their times."""

    x_first: float
    x_last: float
    host_ns: int
    values: Values
    broken_by: str = ""

    @property
    def point(self) -> Point:
        """The arrival of the newest sample."""
        return self.x_last, float(self.host_ns)


@dataclass(slots=True)
class ClockState:
    """What the clock remembers beside its positions and its timeline."""

    last_t_ns: int | None = None
    has_line: bool = False
    has_rate: bool = False
    lateness_ns: float = 0.0
    usual_n: float = 0.0
    n_doubtful: int = 0
    doubtful_ns: int = 0
    n_given: int = 0
    n_lost: int = 0
    broken_by: str = ""
    held: list[Held] = field(default_factory=list)


class SteadyClock:
    """Times of a stream with a steady rate.

    Parameters
    ----------
    stream : Stream
        Whose samples come.
    rate_hz : float or None
        Nominal rate under the settings in use.
    params : ClockParams, optional
        The numbers.

    Notes
    -----
    A loss is told by a counter of the wearable, by its stamps, or, where it has neither, by
    packets that come late and stay late. While that is not decided, samples are held back
    (at most ``wait_ns``). A change of the link must be told by ``break_line``.

    """

    def __init__(
        self, stream: Stream, rate_hz: float | None, params: ClockParams | None = None
    ) -> None:
        self._params = params or ClockParams()
        self._is_stamped = stream.time.stamp != "none"
        self._rate_is_known = rate_hz is not None
        self._positions: CountedPositions | StampedPositions = (
            StampedPositions(stream.time, rate_hz)
            if self._is_stamped
            else CountedPositions(rate_hz)
        )
        self._timeline = Timeline(STAMPED if self._is_stamped else COUNTED)
        self._state = ClockState()

    @property
    def state(self) -> tuple[object, object, object]:
        """All that changes: of the positions, of the timeline, and its own."""
        return self._positions.state, self._timeline.state, self._state

    @state.setter
    def state(self, states: tuple[object, object, object]) -> None:
        # What was saved is opaque to whoever keeps it, hence the type of the argument.
        self._positions.state, self._timeline.state, self._state = states  # type: ignore[assignment]

    def push(self, packet: Packet, host_ns: int) -> list[Timed]:
        """Take a packet; give what can be timed by now, oldest first."""
        return self.push_run([(packet, host_ns)])

    def push_run(self, run: Iterable[tuple[Packet, int]]) -> list[Timed]:
        """Take packets, each with its arrival; what follows on one another is given in one."""
        return self._stamp([one for packet, host_ns in run for one in self._take(packet, host_ns)])

    def _take(self, packet: Packet, host_ns: int) -> list[Spaced]:
        n = len(packet.values)
        if not n:
            if packet.n_lost:
                self._break("packet_loss")
                self._state.n_lost += packet.n_lost
                if not self._is_stamped:
                    self._positions.place(0, packet.n_lost, None)
            return []
        state, placed = self._state, self._positions.place(n, packet.n_lost, packet.t_device_ns)
        if placed.n_lost:
            self._break("packet_loss")
            state.n_lost += placed.n_lost
            self._doubt(placed.n_lost, host_ns)
        held = Held(placed.x_first, placed.x_last, host_ns, packet.values, state.broken_by)
        state.broken_by = ""
        if not state.has_line:
            return self._begin(held)
        return self._find_anew(held) if placed.is_jump else self._go_on(held)

    def break_line(self, reason: str) -> list[Timed]:
        """The link changed: give what is held; the next samples find their times anew."""
        given = self.flush()
        self._state.has_line, self._state.n_doubtful = False, 0
        self._positions.restart()
        self._break(reason)
        return given

    def flush(self) -> list[Timed]:
        """Give what is held back, at the times that are known best."""
        return self._stamp(self._let_go())

    def _let_go(self) -> list[Spaced]:
        held, self._state.held = self._state.held, []
        if held and not self._state.has_line:
            held = self._spread_first(held)
            self._find_line(held)
        return [self._space(one) for one in held]

    def tell(self) -> ClockFigures | None:
        """Return how the clock runs; ``None`` while that is not known."""
        state, line, positions = self._state, self._timeline, self._positions
        if not state.has_line or not line.n_spans:
            return None
        # Packets that always wait equally long do not tell how long that is.
        unseen_ns = max(UNSEEN_NS - state.lateness_ns, 0.0)
        slope_error, offset_ns = line.find_errors(positions.state.x_last, unseen_ns)
        slope = line.state.fitted_slope
        return ClockFigures(
            rate_hz=S / (positions.period_ns * slope),
            fast_ppm=MILLION * (1.0 / slope - 1.0),
            fast_sd_ppm=MILLION * slope_error / slope,
            offset_sd_ms=offset_ns / MS,
            n_samples=state.n_given,
            n_lost=state.n_lost,
        )

    def _break(self, reason: str) -> None:
        if self._state.n_given or self._state.held:
            self._state.broken_by = self._state.broken_by or reason

    def _begin(self, held: Held) -> list[Spaced]:
        """Wait for enough arrivals to tell the rate, if it has to be told by them.

        A first stamp that the second contradicts stands alone: nothing is known of what lies
        between.
        """
        state, params = self._state, self._params
        if self._is_stamped and state.held:
            before = state.held[0]
            late_ns = held.host_ns - before.host_ns - (held.x_last - before.x_last)
            if abs(late_ns) > params.stuck_ns:
                return self._find_anew(held)
        state.held.append(held)
        is_told = (
            len(state.held) > 1
            if self._is_stamped
            else is_enough([one.point for one in state.held], params.first)
        )
        if not (state.has_rate or is_told or len(state.held) >= params.max_held):
            return []
        return self._let_go()

    def _find_line(self, held: list[Held]) -> None:
        state, first = self._state, self._params.first
        points = [one.point for one in held]
        slope = self._timeline.state.slope
        if not (self._is_stamped or state.has_rate):
            slope = find_slope(points, first, is_nominal_known=self._rate_is_known)
        is_told = len(held) > 1 if self._is_stamped else is_enough(points, first)
        state.has_rate = state.has_rate or is_told
        self._timeline.anchor(points, slope)
        state.has_line, state.lateness_ns = True, 0.0

    def _spread_first(self, held: list[Held]) -> list[Held]:
        """Space the first packet's samples as the second's: its own stamp stands alone."""
        if not self._is_stamped or len(held) == 1 or held[1].broken_by:
            return held
        first, second = held[:2]
        spacing = (second.x_last - first.x_last) / len(second.values)
        x_first = first.x_last - (len(first.values) - 1) * spacing
        return [replace(first, x_first=x_first), *held[1:]]

    def _go_on(self, held: Held) -> list[Spaced]:
        state, params = self._state, self._params
        if state.n_doubtful:
            held = self._take_back(held)
        last = self._timeline.at(held.x_last)
        late_ns = held.host_ns - last
        if not -params.early_ns <= late_ns <= params.stuck_ns and (self._is_stamped or late_ns < 0):
            return self._find_anew(held)
        # No bound is below the first of these: the others are seldom asked for.
        if self._is_stamped or late_ns <= params.late_ns or late_ns <= self._bound_ns(held):
            told_ns = min(late_ns, MOST_LATE_NS)
            state.lateness_ns += (told_ns - state.lateness_ns) / LATENESS_MEMORY
            state.usual_n += (len(held.values) - state.usual_n) / LATENESS_MEMORY
            if not state.held:
                return [self._lay(held, last)]
            waiting, state.held = state.held, []
            return [self._space(one) for one in (*waiting, held)]
        state.held.append(held)
        waited_ns = held.host_ns - state.held[0].host_ns
        is_over = waited_ns >= params.wait_ns and len(state.held) >= params.wait_n
        if not (is_over or len(state.held) >= params.max_held):
            return []
        return self._count_as_lost()

    def _doubt(self, n_lost: int, host_ns: int) -> None:
        """Keep in mind that samples were counted as lost: it may turn out that they were not."""
        self._state.n_doubtful, self._state.doubtful_ns = n_lost, host_ns

    def _take_back(self, held: Held) -> Held:
        """Take samples for not lost after all, if they come before they can have been taken."""
        state, positions = self._state, self._positions
        if not isinstance(positions, CountedPositions):
            return held
        period_ns = positions.period_ns * self._timeline.state.slope
        early_ns = self._timeline.at(held.x_last) - held.host_ns
        if early_ns < max(self._params.back_frac * period_ns, self._params.back_ns):
            return held
        n_back = min(state.n_doubtful, round(early_ns / period_ns))
        state.n_doubtful -= n_back
        state.n_lost -= n_back
        shift = positions.skip(-n_back)
        self._timeline.forget_since(state.doubtful_ns)
        return replace(held, x_first=held.x_first + shift, x_last=held.x_last + shift)

    def _bound_ns(self, held: Held) -> float:
        """Return how late a packet may be before something may have been lost."""
        params = self._params
        # Some wearables now and then send together what they held back: a packet of many samples
        # may be late because one of a single sample was lost before it.
        n = min(len(held.values), self._state.usual_n or len(held.values))
        usual_ns = n * self._positions.period_ns * self._timeline.state.slope
        bound_ns = max(
            params.late_ns,
            params.late_frac * usual_ns,
            params.late_factor * (self._state.lateness_ns - self._timeline.lag_ns),
        )
        is_settled = self._timeline.n_spans >= params.settled_n
        return bound_ns if is_settled else bound_ns + params.unsettled_ns

    def _count_as_lost(self) -> list[Spaced]:
        """The late packets stayed late: leave room for what is missing before them.

        Where the arrivals had come late step by step, nothing is missing: the line lagged behind.
        """
        state = self._state
        held, state.held = state.held, []
        assert isinstance(self._positions, CountedPositions)  # noqa: S101 - stamps tell losses
        missing_ns = min(one.host_ns - self._timeline.at(one.x_last) for one in held)
        period_ns = self._positions.period_ns * self._timeline.state.slope
        # A loss is a step; what was late before it already is the line's own fault.
        n_lost = round((missing_ns - self._timeline.lag_ns) / period_ns)
        if n_lost < 1 and self._timeline.lag_ns > 0:
            self._timeline.catch_up(missing_ns)
            return [self._space(one) for one in held]
        n_lost = max(1, n_lost)
        shift = self._positions.skip(n_lost)
        state.n_lost += n_lost
        self._doubt(n_lost, held[0].host_ns)
        is_silence = missing_ns > self._params.silence_ns
        reason = held[0].broken_by or ("no_data" if is_silence else "packet_loss")
        held = [
            replace(one, x_first=one.x_first + shift, x_last=one.x_last + shift) for one in held
        ]
        held[0] = replace(held[0], broken_by=reason)
        if is_silence:
            self._find_line(held)
        return [self._space(one) for one in held]

    def _find_anew(self, held: Held) -> list[Spaced]:
        """The arrival contradicts the line: give what waits, then begin a new one here."""
        given = self._let_go()
        self._positions.restart()
        self._find_line([held])
        return [*given, self._space(replace(held, broken_by="no_data"))]

    def _space(self, held: Held) -> Spaced:
        return self._lay(held, self._timeline.at(held.x_last))

    def _lay(self, held: Held, last: float) -> Spaced:
        """Lay the samples along the line, up to ``last``, and let it see when they came."""
        line, values, host = self._timeline, held.values, float(held.host_ns)
        n = len(values)
        first = last if n == 1 else line.at(held.x_first)
        line.observe(held.x_last, host, host - last)
        self._state.n_given += n
        return Spaced(first, last, values, held.broken_by)

    def _stamp(self, spaced: list[Spaced]) -> list[Timed]:
        """Give the samples their times, each later than all before it."""
        given: list[Timed] = []
        for run in cut_at_breaks(spaced):
            t_ns = stamp_run(run, self._state.last_t_ns)
            self._state.last_t_ns = int(t_ns[-1])
            values = [one.values for one in run]
            joined = values[0] if len(values) == 1 else np.concatenate(values)
            given.append(Timed(t_ns, joined, run[0].broken_by))
        return given
