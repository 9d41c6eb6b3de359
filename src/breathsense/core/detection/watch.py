"""Why something is not scored, and how much what is scored can be trusted."""

from collections import deque
from dataclasses import dataclass, field, replace
from typing import TypeGuard

from breathsense.core.detection.quality_bursts import BurstJudge, BurstParams, BurstState, Stretch
from breathsense.core.detection.quality_drift import DriftJudge, DriftParams, DriftState
from breathsense.core.detection.quality_hops import Hop, HopCutter, HopState
from breathsense.core.detection.quality_pauses import PauseJudge, PauseParams, PauseState
from breathsense.core.detection.quality_score import ScoreParams, Scorer, ScoreState
from breathsense.core.detection.quality_speech import SpeechJudge, SpeechParams, SpeechState
from breathsense.core.detection.quality_still import StillJudge, StillParams, StillState
from breathsense.core.detection.quality_usual import STALE_HOPS, UsualState
from breathsense.core.model.events import (
    Breath,
    BreathEnd,
    PhaseHint,
    QualityHint,
    RatePoint,
    Sigh,
    Turn,
    Unscored,
)
from breathsense.core.model.samples import Gap, Waveform

Found = Turn | PhaseHint | Breath | BreathEnd | RatePoint
GAP_WORDS = {"no_data": "gap"}
"""Reasons of gaps that have another name as reasons for what is not scored."""

EDGE_NS = 2_000_000_000
"""The step to stillness, and the one back, are part of it: nothing else is made of them."""

SIGH_RATIO = 2.0
"""A sigh is this many times as deep as the usual breath: the middle of what is in use, 1.5 to 3."""

SIGH_FEWEST = 5
"""Calm breaths that must be known before one can be called a sigh."""

RIPPLE_FRAC = 0.12
"""What is smaller than this share of the usual depth ends no pause: the heart beats on."""


@dataclass(frozen=True, slots=True)
class WatchParams:
    """When a stretch of waveform cannot hold breaths, by family of reasons.

    Parameters
    ----------
    still : StillParams
        ``saturated``, ``slack``, ``off_body``.
    bursts : BurstParams
        ``motion``, ``cough``, ``slip``.
    speech : SpeechParams
        ``speech``.
    drift : DriftParams
        ``drift``.
    pauses : PauseParams
        ``no_breath``, ``settling``.
    score : ScoreParams
        Quality of breaths and rates.

    """

    still: StillParams = field(default_factory=StillParams)
    bursts: BurstParams = field(default_factory=BurstParams)
    speech: SpeechParams = field(default_factory=SpeechParams)
    drift: DriftParams = field(default_factory=DriftParams)
    pauses: PauseParams = field(default_factory=PauseParams)
    score: ScoreParams = field(default_factory=ScoreParams)


@dataclass(slots=True)
class WatchState:
    """States of the judges; events that wait for the waveform up to their decision.

    ``withheld`` is the number of the last breath that was not handed on: no end of it is, either.
    """

    hops: HopState | None = None
    next_ns: int = 0
    gap_reason: str = ""
    waiting: deque[Found] = field(default_factory=deque)
    withheld: int = -1
    usual: UsualState = field(default_factory=UsualState)
    still: StillState = field(default_factory=StillState)
    bursts: BurstState = field(default_factory=BurstState)
    speech: SpeechState = field(default_factory=SpeechState)
    drift: DriftState = field(default_factory=DriftState)
    pauses: PauseState = field(default_factory=PauseState)
    score: ScoreState = field(default_factory=ScoreState)
    still_reason: str = ""
    still_since_ns: int = 0
    trust_from_ns: int = 0
    hint: str = ""


class SignalWatch:
    """Judges the waveform of one sensor, second by second, and its breaths and rates.

    ``QualityHint`` tells a screen within about a second what seems to be the matter; ``Unscored``
    tells it for good, once it is over (or the input is). Breaths and rates are handed on with their
    quality set, in order, after the last second of waveform that was complete when they were
    decided; they wait for the piece of waveform that follows them, not longer. A ``Sigh`` follows
    its breath. While the waveform stands still for a reason, neither rates nor breaths are handed
    on. All else is handed on unchanged, at once.

    At a break in the waveform all that is open is closed; a gap that was told is not scored either.
    What is usual for the wearer is remembered.
    """

    def __init__(self, sensor: str, step_ns: int, params: WatchParams) -> None:
        self._sensor = sensor
        self._step_ns = step_ns
        self._cutter = HopCutter(step_ns)
        self._still = StillJudge(params.still)
        self._burst_params = params.bursts
        self._bursts = BurstJudge(params.bursts)
        self._speech = SpeechJudge(params.speech)
        self._drift = DriftJudge(params.drift)
        self._pauses = PauseJudge(params.pauses)
        self._scorer = Scorer(params.score)
        self.state = WatchState()

    def push(self, item: object) -> list[object]:
        """Take an item; breaths and rates wait for the waveform, which lets time pass."""
        if self._is_found(item):
            self.state.waiting.append(item)
            return []
        if isinstance(item, Gap) and item.sensor == self._sensor:
            self.state.gap_reason = item.reason
            return [item]
        if not isinstance(item, Waveform) or item.sensor != self._sensor or len(item.t_ns) == 0:
            return [item]
        return [*self._follow(item), item]

    def flush(self) -> list[object]:
        """Tell what is open, up to the end of the waveform."""
        released = self._release(None)
        given = released + self._close_all() if self.state.hops else released
        self.state = WatchState()
        return given

    def _is_found(self, item: object) -> TypeGuard[Found]:
        return isinstance(item, Found) and item.sensor == self._sensor

    def _follow(self, piece: Waveform) -> list[object]:
        given: list[object] = []
        first_ns = int(piece.t_ns[0])
        if self.state.hops is None or first_ns != self.state.next_ns:
            given += self._restart(first_ns, float(piece.values[0]))
        state = self.state
        state.next_ns = int(piece.t_ns[-1]) + self._step_ns
        assert state.hops is not None  # noqa: S101 - set by the restart
        for hop in self._cutter.cut(state.hops, piece):
            given += self._release(hop.known_ns)
            given += self._judge(hop)
        return given + self._release(None)

    def _restart(self, t_ns: int, value: float) -> list[object]:
        state = self.state
        given: list[object] = []
        if state.hops is not None:
            given = self._close_all()
            if state.gap_reason:
                reason = GAP_WORDS.get(state.gap_reason, state.gap_reason)
                given.append(Unscored(self._sensor, state.next_ns - self._step_ns, t_ns, reason))
        state.gap_reason = ""
        state.hops = self._cutter.begin(t_ns, value)
        state.usual.begin_anew()
        state.still.begin_anew()
        state.still_reason = ""
        state.pauses = PauseState(t_ns)
        return given

    def _release(self, before_ns: int | None) -> list[object]:
        """Hand on what was decided before this moment."""
        given: list[object] = []
        waiting = self.state.waiting
        while waiting and (before_ns is None or _known_ns(waiting[0]) < before_ns):
            given += self._score(waiting.popleft())
        return given

    def _score(self, item: Found) -> list[object]:
        state = self.state
        if isinstance(item, RatePoint):
            if state.still_reason:
                return []
            return [replace(item, quality=self._scorer.score_rate(state.score, item.t_ns))]
        if isinstance(item, BreathEnd):
            breath = state.usual.close_breath(item)
            if item.number == state.withheld:
                return []
            if breath is None:
                return [item]
            over = self._speech.judge(state.speech, breath, item, state.usual)
            return [item, *self._tell("speech", over)]
        return self._score_breath(item) if isinstance(item, Breath) else [item]

    def _score_breath(self, item: Breath) -> list[object]:
        state = self.state
        rails = (state.still.lowest, state.still.highest)
        quality = self._scorer.score_breath(state.score, item, state.usual, rails)
        is_stale = state.usual.n_unlearnt > STALE_HOPS
        is_ripple = not is_stale and item.depth < RIPPLE_FRAC * state.usual.depth
        period_ns = state.usual.open(item)
        sighs = [] if is_stale else self._find_sigh(item)
        found: list[Stretch] = []
        if not (state.still_reason or is_ripple):
            found = self._pauses.breathe(state.pauses, item, state.usual)
            if is_stale or not self._is_troubled():
                state.usual.learn(item, period_ns)
        if state.still_reason:
            state.withheld = item.number
            return []
        return [*self._tell_all(found), replace(item, quality=quality), *sighs]

    def _find_sigh(self, item: Breath) -> list[object]:
        """Tell a sigh after its breath, unless movement made it."""
        usual = self.state.usual
        is_known = len(usual.depths) >= SIGH_FEWEST and not self._is_troubled()
        if not is_known or item.depth < SIGH_RATIO * usual.depth:
            return []
        ratio = item.depth / usual.depth
        return [Sigh(self._sensor, item.number, item.peak_ns, ratio, item.decided_ns)]

    def _is_troubled(self) -> bool:
        state = self.state
        return bool(state.bursts.hint(self._burst_params)) or state.speech.is_open

    def _judge(self, hop: Hop) -> list[object]:
        state = self.state
        state.usual.see(hop)
        given = self._judge_still(hop)
        if not state.still_reason and hop.start_ns >= state.trust_from_ns:
            found = self._bursts.judge(state.bursts, hop, state.usual)
            given += self._end_speech_in_motion()
            if any(one.reason == "slip" for one in found):
                self._drift.close(state.drift)  # the same step
            given += self._tell_all(found)
            given += self._tell("drift", self._drift.judge(state.drift, hop, state.usual))
            given += self._tell("slip", self._drift.judge_slip(state.drift, state.usual))
        hint = self._choose_hint(hop)
        self._scorer.doubt(state.score, hop, hint)
        if not (state.still_reason or state.bursts.hint(self._burst_params)):
            state.usual.learn_roughness(hop)
        if hint != state.hint:
            state.hint = hint
            given.append(QualityHint(self._sensor, hint, hop.known_ns))
        return given

    def _end_speech_in_motion(self) -> list[object]:
        """Movement makes breaths that look like talking: what it began is not told."""
        state = self.state
        if state.bursts.hint(self._burst_params) != "motion":
            return []
        span = self._speech.close(state.speech)
        if span is None or span[0] >= state.bursts.start_ns - 2 * EDGE_NS:
            return []
        return self._tell("speech", (span[0], min(span[1], state.bursts.start_ns)))

    def _judge_still(self, hop: Hop) -> list[object]:
        state = self.state
        reason, since_ns = self._still.judge(state.still, hop, state.usual)
        if reason == state.still_reason:
            return []
        given = self._close_still(hop.start_ns)
        if reason:
            given += self._close_others(since_ns, EDGE_NS)
            state.still_reason, state.still_since_ns = reason, since_ns
        return given

    def _choose_hint(self, hop: Hop) -> str:
        state = self.state
        return (
            state.still_reason
            or state.bursts.hint(self._burst_params)
            or ("speech" if state.speech.is_open else "")
            or ("drift" if state.drift.start_ns >= 0 else "")
            or self._pauses.hint(state.pauses, hop.end_ns, state.usual)
        )

    def _close_all(self) -> list[object]:
        end_ns = self.state.next_ns - self._step_ns
        if self.state.still_reason:
            return self._close_still(end_ns)
        return self._close_others(end_ns, 0)

    def _close_still(self, end_ns: int) -> list[object]:
        state = self.state
        if not state.still_reason:
            return []
        reason, state.still_reason = state.still_reason, ""
        state.pauses = PauseState(end_ns)
        state.usual.hops = state.usual.hops[-1:]
        state.trust_from_ns = end_ns + EDGE_NS
        return self._tell(reason, (state.still_since_ns, end_ns))

    def _close_others(self, end_ns: int, edge_ns: int) -> list[object]:
        """Tell all that is open, but for stillness, and for a burst this near to the end."""
        state = self.state
        found = self._bursts.close(state.bursts, state.usual)
        given = self._tell_all([one for one in found if one.end_ns <= end_ns - edge_ns])
        given += self._tell("speech", self._speech.close(state.speech))
        given += self._tell("drift", self._drift.close(state.drift))
        return given + self._tell_all(self._pauses.close(state.pauses, end_ns, state.usual))

    def _tell_all(self, found: list[Stretch]) -> list[object]:
        return [Unscored(self._sensor, start, end, why) for why, start, end in found if end > start]

    def _tell(self, reason: str, span: tuple[int, int] | None) -> list[object]:
        return self._tell_all([Stretch(reason, *span)]) if span else []


def _known_ns(item: Found) -> int:
    if isinstance(item, PhaseHint):
        return -1
    return item.t_ns if isinstance(item, RatePoint) else item.decided_ns
