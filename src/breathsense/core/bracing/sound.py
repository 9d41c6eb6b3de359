"""What the sound of the muscles says, frame by frame: whether the wall is firm."""

from collections import deque
from dataclasses import dataclass, field

from breathsense.core.frames.frame import Frame
from breathsense.core.model.calibration import MmgReference


@dataclass(frozen=True, slots=True)
class SoundParams:
    """How the muscles' sound becomes evidence; all logarithms are base 10 of the RMS.

    Parameters
    ----------
    least_ratio_log : float
        A brace that is less than this above rest in its calibration is not heard: a ratio of 1.5.
    usual_log, loudest_log : float
        Taken for the rise of a brace where none was calibrated: a weak and a strong one.
    middle : float
        Share of the calibrated rise at which firm and at rest are equally likely.
    slope : float
        Evidence in a frame for each such share above the middle.
    most_for, most_against : float
        A single frame counts no more than this.
    low_log, low_frac : float
        Steps, speech and movement are loud below 14 Hz: where the whole rises by so much, or by
        this share of its rise, more than what is above 14 Hz, it is no muscle.
    steep_log, falling_log, falling : float
        A change by more than the first within a frame is no steady effort; a fall by more than the
        second speaks against one by the third.
    loud : float
        Louder than this share of the calibrated rise of a brace is none: a cough, a blow.
    usual_flutter, more_flutter, flutter_slope : float
        Speech and laughter flutter: the mean of the last frames is compared with that of this
        wearer's calibrated brace, the first if there was none; what is more than the second above
        it speaks against a brace by the third.
    rest_tau, settle_tau : float
        Frames over which rest is learnt, with and without a calibration.

    """

    least_ratio_log: float = 0.176
    usual_log: float = 0.35
    loudest_log: float = 0.6
    middle: float = 0.54
    slope: float = 3.0
    most_for: float = 1.0
    most_against: float = 1.5
    low_log: float = 0.15
    low_frac: float = 0.35
    steep_log: float = 0.35
    falling_log: float = 0.12
    falling: float = 0.8
    loud: float = 1.4
    usual_flutter: float = 0.15
    more_flutter: float = 0.08
    flutter_slope: float = 20.0
    rest_tau: float = 120.0
    settle_tau: float = 20.0


@dataclass(slots=True)
class SoundState:
    """Rest as it is learnt, and the frame before.

    ``n_rest`` counts the frames that rest was learnt from since it was known from nothing. ``rise``
    and ``high`` are how far the whole and its upper part are above rest, in shares of ``span``, the
    calibrated rise.
    """

    rest: float = 0.0
    rest_high: float = 0.0
    n_rest: int = 0
    before: float = 0.0
    rise: float = 0.0
    high: float = 0.0
    span: float = 1.0
    share: float = 0.0
    is_heard: bool = False
    flutters: deque[float] = field(default_factory=lambda: deque(maxlen=6))


class Sound:
    """Gives the evidence of each frame that the wall is firm."""

    def __init__(self, params: SoundParams) -> None:
        self._params = params

    def can_hear(self, reference: MmgReference | None) -> bool:
        """Return whether, as far as is known, a brace is heard at all."""
        if reference is None or reference.brace_log is None:
            return True
        return reference.brace_log - reference.rest_log >= self._params.least_ratio_log

    def misses_draw_in(self, reference: MmgReference | None) -> bool:
        """Return whether a calibration has shown that draw-ins are not heard."""
        if reference is None or reference.draw_in_log is None:
            return False
        return reference.draw_in_log - reference.rest_log < self._params.least_ratio_log

    def judge(
        self, state: SoundState, frame: Frame, reference: MmgReference | None, *, is_held: bool
    ) -> float | None:
        """Return the evidence for a firm wall, ``None`` where nothing is heard.

        ``is_held`` says that a brace is open: then nothing is learnt of rest.
        """
        p = self._params
        state.is_heard = frame.mmg_log is not None and self.can_hear(reference)
        if frame.mmg_log is None or frame.mmg_high_log is None:
            return None
        self._learn(state, frame, reference, is_held=is_held)
        rise = frame.mmg_log - state.rest
        high = frame.mmg_high_log - state.rest_high
        span = self._find_span(reference)
        state.rise, state.high, state.span = rise / span, high / span, span
        state.share = min(rise, high + p.low_log) / span
        change = frame.mmg_log - state.before
        state.before = frame.mmg_log
        is_low = rise - high > max(p.low_log, p.low_frac * rise)
        evidence = p.slope * (state.share - p.middle)
        evidence = min(max(evidence, -p.most_against), p.most_for)
        is_loud = rise > p.loud * self._find_loudest(reference)
        if is_low or is_loud or frame.is_moving or abs(change) > p.steep_log:
            evidence = min(evidence, 0.0)
        if change < -p.falling_log:
            evidence = min(evidence, -p.falling)
        evidence -= p.flutter_slope * self._find_excess(state, frame, reference)
        evidence = max(evidence, -p.most_against)
        return evidence if state.is_heard else None

    def _find_excess(
        self, state: SoundState, frame: Frame, reference: MmgReference | None
    ) -> float:
        """Return by how much more than a brace the sound of the last second flutters."""
        p = self._params
        if frame.flutter is None:
            return 0.0
        state.flutters.append(frame.flutter)
        usual = p.usual_flutter
        if reference is not None and reference.brace_flutter is not None:
            usual = reference.brace_flutter
        mean = sum(state.flutters) / len(state.flutters)
        return max(0.0, mean - usual - p.more_flutter)

    def _find_span(self, reference: MmgReference | None) -> float:
        p = self._params
        if reference is None:
            return p.usual_log
        known = [
            one - reference.rest_log
            for one in (reference.brace_log, reference.draw_in_log)
            if one is not None
        ]
        heard = [one for one in known if one >= p.least_ratio_log]
        return min(heard, default=p.usual_log)

    def _find_loudest(self, reference: MmgReference | None) -> float:
        """Return the rise of a calibrated brace."""
        if reference is None or reference.brace_log is None:
            return self._params.loudest_log
        return max(reference.brace_log - reference.rest_log, self._params.usual_log)

    def _learn(
        self, state: SoundState, frame: Frame, reference: MmgReference | None, *, is_held: bool
    ) -> None:
        """Follow rest slowly, more quickly downwards: nothing is quieter than a wall at ease."""
        p = self._params
        assert frame.mmg_log is not None  # noqa: S101 - the caller looked
        assert frame.mmg_high_log is not None  # noqa: S101 - the caller looked
        if state.n_rest == 0:
            state.rest, state.rest_high = frame.mmg_log, frame.mmg_high_log
        state.n_rest += 1
        gap = frame.mmg_log - state.rest
        if is_held or gap > 0.5 * self._find_span(reference):
            return
        tau = p.rest_tau if reference is not None else p.settle_tau
        share = 1.0 / min(state.n_rest, tau)
        state.rest += share * gap
        state.rest_high += share * (frame.mmg_high_log - state.rest_high)
