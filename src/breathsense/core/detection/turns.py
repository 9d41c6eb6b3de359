"""Waveform to turns: where inspiration ends and where it begins."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from breathsense.core.detection.foretell import ForetellParams
from breathsense.core.detection.hints import Hinted, HintParams, Hints, HintState
from breathsense.core.detection.ladder import Believed, Ladder, LadderState, TrustParams
from breathsense.core.detection.pauses import PauseParams, Rest, find_rest
from breathsense.core.detection.rails import RailParams, Rails, RailState
from breathsense.core.detection.stamps import StampParams, find_top
from breathsense.core.detection.swing import ScaleParams, SwingParams
from breathsense.core.model.events import Pause, PhaseHint, Turn
from breathsense.core.model.inputs import Mark
from breathsense.core.model.samples import Values, Waveform

BRACING = frozenset({"calibration.brace", "calibration.draw_in", "exercise.brace"})
"""Marks by which somebody is known to practise bracing, from their time on."""


@dataclass(frozen=True, slots=True)
class TurnParams:
    """What counts as a turn of the waveform; nothing here has the unit of a sensor.

    Parameters
    ----------
    rungs : tuple of SwingParams
        The ladder, from quick to sure.
    scale : ScaleParams
        How the usual rise is learnt.
    trust : TrustParams
        When a quick rung is believed.
    foretell : ForetellParams
        How what a smoother will say is foretold.
    pauses : PauseParams
        What is told as a pause or a hold.
    hints : HintParams
        When a turn is shown before it is told.
    search : int
        A peak is looked for this many grid values about where the rung saw it.
    stamps : StampParams
        Where in a top inspiration ends.
    rails : RailParams
        When a top that is cut off is told before it is seen to fall.
    foot_frac : float
        Inspiration begins where the waveform was last within this share of the rise of its least.
    keep : int
        So many grid values (3 min) are looked back into from the one that decides a turn: a longer
        breath is stamped within them, and a longer hold is not told.

    """

    rungs: tuple[SwingParams, ...] = (
        SwingParams(n_taps=7, rise_frac=0.37, drop_frac=0.04),
        SwingParams(n_taps=31, rise_frac=0.37, drop_frac=0.06, n_ahead=11),
        SwingParams(n_taps=31, rise_frac=0.37, drop_frac=0.1, n_ahead=9),
        SwingParams(n_taps=31, rise_frac=0.37, drop_frac=0.21, n_ahead=7),
    )
    scale: ScaleParams = field(default_factory=ScaleParams)
    trust: TrustParams = field(default_factory=TrustParams)
    foretell: ForetellParams = field(default_factory=ForetellParams)
    pauses: PauseParams = field(default_factory=PauseParams)
    hints: HintParams = field(default_factory=HintParams)
    search: int = 6
    stamps: StampParams = field(default_factory=StampParams)
    rails: RailParams = field(default_factory=RailParams)
    foot_frac: float = 0.1
    keep: int = 4500


class Place(NamedTuple):
    """A turn by its number since the start, -1 where there is none."""

    at: int
    value: float
    is_peak: bool


NOWHERE = Place(-1, 0.0, is_peak=False)


@dataclass(slots=True)
class TurnState:
    """``recent`` holds the last values; the first of them is number ``n_dropped`` since the start.

    ``peak`` is the newest one told, ``foot`` where its rise began, -1 where there is none,
    ``trough`` the one told since then. ``braces_ns`` is the time of the first mark of bracing, -1
    before it.
    """

    ladder: LadderState
    hints: HintState
    start_ns: int = 0
    next_ns: int = -1
    rails: RailState = field(default_factory=RailState)
    recent: list[float] = field(default_factory=list)
    n_dropped: int = 0
    peak: Place = NOWHERE
    trough: Place = NOWHERE
    foot: int = -1
    braces_ns: int = -1


class TurnDetector:
    """The waveform of one sensor to its turns and hints of the phase.

    Turns and hints are given before the piece of waveform that decided them, everything else is
    passed on. Where the waveform is not continuous the search starts anew, at rest on the first
    value; what is remembered across a gap is how deep and how fast this wearer breathes.

    After the first mark of bracing, less is asked of a breath while the waveform is shifted.

    Two troughs in a row mean that a breath in was begun and given up; the newer one counts.
    """

    def __init__(self, sensor: str, step_ns: int, params: TurnParams) -> None:
        self._sensor = sensor
        self._step_ns = step_ns
        self._params = params
        self._ladder = Ladder(params.rungs, params.scale, params.trust, params.foretell)
        self._rails = Rails(params.rails, params.stamps)
        self._hints = Hints(params.hints, params.scale, self._ladder.delays)
        self.state = TurnState(self._ladder.begin(), self._hints.begin())

    def push(self, item: object) -> list[object]:
        """Take an item; a piece of this sensor's waveform may decide turns."""
        if isinstance(item, Mark) and item.label in BRACING and self.state.braces_ns < 0:
            self.state.braces_ns = item.start_ns
            self._expect_braces()
        if not isinstance(item, Waveform) or item.sensor != self._sensor or len(item.t_ns) == 0:
            return [item]
        given: list[object] = []
        if int(item.t_ns[0]) != self.state.next_ns:
            given += self._restart(int(item.t_ns[0]))
        state = self.state
        n_before = state.n_dropped + len(state.recent)
        state.recent += item.values.tolist()
        state.next_ns = int(item.t_ns[-1]) + self._step_ns
        smoothed = self._ladder.smooth(state.ladder, item.values)
        rails = self._rails.follow(state.rails, state.recent, len(item.values))
        all_believed = self._ladder.climb(state.ladder, smoothed, rails)
        peaks = [one.decided for one in all_believed if one.is_peak]
        given += [self._hint(one) for one in self._hints.follow(state.hints, smoothed, peaks)]
        for believed in all_believed:
            known_ns = int(item.known_ns[believed.decided - n_before])
            given += self._tell(believed, known_ns)
        self._forget()
        return [*given, item]

    def flush(self) -> list[object]:
        """Nothing: a turn that is not decided would be a guess."""
        return []

    def _restart(self, start_ns: int) -> list[object]:
        is_first = self.state.next_ns < 0
        state = self.state
        self.state = TurnState(
            state.ladder.begin_anew(),
            state.hints.begin_anew(),
            start_ns,
            rails=state.rails.begin_anew(),
            braces_ns=state.braces_ns,
        )
        self._expect_braces()
        return [] if is_first else [PhaseHint(self._sensor, "unknown", start_ns)]

    def _expect_braces(self) -> None:
        """Tell the rungs from which value on somebody is known to brace."""
        since_ns = self.state.braces_ns - self.state.start_ns
        if self.state.braces_ns >= 0:
            self._ladder.expect_braces(self.state.ladder, max(0, -(-since_ns // self._step_ns)))

    def _forget(self) -> None:
        # Some more are left, so that the list is not moved with every push. How many depends on the
        # pushes: nobody may look further back than ``_oldest`` says.
        n_over = len(self.state.recent) - self._params.keep
        if n_over > self._params.keep // 8:
            del self.state.recent[:n_over]
            self.state.n_dropped += n_over

    def _oldest(self, decided: int) -> int:
        """Return how far a turn that is decided there looks back."""
        return max(0, decided - self._params.keep)

    def _tell(self, believed: Believed, known_ns: int) -> list[object]:
        state, oldest = self.state, self._oldest(believed.decided)
        if not believed.is_peak:
            state.trough = self._find_trough(believed.decided, oldest)
            return self._tell_turn(state.trough, known_ns, believed.trust)
        peak = self._find_peak(believed, oldest)
        trough = self._find_trough(peak.at, oldest)
        given: list[object] = []
        if self._is_newer(trough, peak):
            state.trough = trough
            given += self._tell_turn(trough, known_ns, believed.trust)
        given += self._tell_pauses(trough, peak, oldest, known_ns, believed.period)
        state.peak, state.foot, state.trough = peak, trough.at, NOWHERE
        return given + self._tell_turn(peak, known_ns, believed.trust)

    def _tell_turn(self, place: Place, known_ns: int, trust: float) -> list[object]:
        t_ns = self.state.start_ns + place.at * self._step_ns
        return [Turn(self._sensor, place.is_peak, t_ns, place.value, known_ns, trust)]

    def _tell_pauses(
        self, trough: Place, peak: Place, oldest: int, known_ns: int, period: float
    ) -> list[object]:
        """Tell the pauses at the top of the peak before and between it and this one, if any."""
        state, params = self.state, self._params.pauses
        before = state.peak.at
        if not oldest <= before < trough.at:
            return []
        given: list[object] = []
        foot = max(oldest, state.foot)
        top = find_rest(-self._cut(foot, trough.at), params.least_full, params)
        if top is not None:
            given.append(self._tell_pause(top, foot, known_ns, period, is_full=True))
        bottom = find_rest(self._cut(before, peak.at), params.least, params)
        if bottom is not None:
            given.append(self._tell_pause(bottom, before, known_ns, period, is_full=False))
        return given

    def _cut(self, begin: int, end: int) -> Values:
        first = self.state.n_dropped
        return np.array(self.state.recent[begin - first : end - first + 1])

    def _tell_pause(
        self, rest: Rest, offset: int, known_ns: int, period: float, *, is_full: bool
    ) -> Pause:
        params, step_ns = self._params.pauses, self._step_ns
        span_ns = (rest.end - rest.begin) * step_ns
        is_hold = span_ns >= max(params.hold_ns, params.hold_periods * period * step_ns)
        start_ns = self.state.start_ns + (offset + rest.begin) * step_ns
        return Pause(self._sensor, is_full, is_hold, start_ns, start_ns + span_ns, known_ns)

    def _hint(self, hinted: Hinted) -> PhaseHint:
        t_ns = self.state.start_ns + hinted.at * self._step_ns
        return PhaseHint(self._sensor, "exhale" if hinted.is_peak else "inhale", t_ns)

    def _is_newer(self, trough: Place, peak: Place) -> bool:
        """Whether the trough told since the last peak, if any, was not the last word.

        It was not if it went deeper afterwards, or rested for longer than the rise then took.
        """
        told = self.state.trough
        if told.at < 0 or trough.at - told.at > peak.at - trough.at:
            return True
        fall = told.value - trough.value
        return fall > self._params.foot_frac * (peak.value - trough.value)

    def _find_peak(self, believed: Believed, oldest: int) -> Place:
        """Look for the end of inspiration near where the turn was seen."""
        recent, first = self.state.recent, self.state.n_dropped
        if believed.is_rail:
            return Place(believed.at, recent[believed.at - first], is_peak=True)
        here = max(oldest, believed.at) - first
        end = believed.decided - first
        low = max(oldest - first, here - self._params.search)
        about = recent[low : min(end, here + self._params.search) + 1]
        top = max(about)
        seen_at = low + about.index(top)
        trough = self._find_trough(seen_at + first, oldest)
        begin = trough.at - first
        rise = np.array(recent[begin : end + 1])
        found = find_top(rise, seen_at - begin, trough.value, self._params.stamps)
        return Place(trough.at + found, top, is_peak=True)

    def _find_trough(self, end_index: int, oldest: int) -> Place:
        """Look for where the rise that ends there began: since the last peak."""
        recent, first = self.state.recent, self.state.n_dropped
        end = end_index - first
        begin = min(end, max(oldest, self.state.peak.at) - first)
        least = min(recent[begin : end + 1])
        foot = least + self._params.foot_frac * (recent[end] - least)
        at = end
        while at > begin and recent[at] > foot:
            at -= 1
        return Place(first + at, least, is_peak=False)
