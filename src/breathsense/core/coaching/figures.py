"""What a target is told from, and how its values make one figure of a repetition, set or course."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median, pstdev

from breathsense.core.coaching import brace_figures as brace
from breathsense.core.coaching import breath_figures as breath
from breathsense.core.coaching.breath_figures import Taken
from breathsense.core.coaching.reps import Rep
from breathsense.core.coaching.spec import Target, TargetName
from breathsense.core.model.coaching import Figure

BEYOND_FRAC = 0.5
"""A figure that is off by this share of its bound reaches nothing of its target."""
MOST_VALUES = 2000
"""More breaths than this are in no course."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Takes values from a repetition, and joins those of one or many to a figure.

    ``fewest`` values are needed.
    """

    take: Callable[[Rep], Taken]
    join: Callable[[Sequence[float]], float] = median
    fewest: int = 1


def find_variation(values: Sequence[float]) -> float:
    """Return the coefficient of variation."""
    mean = fmean(values)
    return pstdev(values) / mean if mean else 0.0


def find_rate(periods_s: Sequence[float]) -> float:
    """Return the mean rate a minute."""
    return 60.0 / fmean(periods_s)


MEASURES: dict[TargetName, Measure] = {
    "rate_per_min": Measure(breath.take_periods, find_rate),
    "depth_quiet": Measure(breath.take_depths),
    "depth_full": Measure(breath.take_full_depths),
    "exhale_s": Measure(breath.take_exhales),
    "pause_s": Measure(breath.take_pauses),
    "inhale_error_s": Measure(breath.take_inhale_errors),
    "lag_s": Measure(breath.take_lags),
    "on_pace": Measure(breath.take_on_pace, fmean),
    "ie_ratio": Measure(breath.take_ratios),
    "returns": Measure(breath.take_returns),
    "variability": Measure(breath.take_periods, find_variation, 5),
    "ventilation": Measure(breath.take_ventilation, fmean),
    "stillness": Measure(breath.take_stillness),
    "repeatability": Measure(breath.take_best_depth, find_variation, 2),
    "chest_share": Measure(breath.take_chest_shares),
    "phase_deg": Measure(breath.take_phases),
    "first_breath": Measure(breath.take_first_breath),
    "level": Measure(brace.take_levels),
    "steadiness": Measure(brace.take_steadiness),
    "retention": Measure(brace.take_retentions),
    "onset_s": Measure(brace.take_onsets),
    "release_s": Measure(brace.take_releases),
    "hold_s": Measure(brace.take_holds),
    "breath_gap_s": Measure(brace.take_gaps, max),
    "breaths_in_hold": Measure(brace.take_breaths),
    "breaths_per_min": Measure(brace.take_breath_rates),
    "draw_ins": Measure(brace.take_draw_ins, fmean),
    "brace_lead_s": Measure(brace.take_leads),
    "rsa_ms": Measure(lambda _rep: Taken(reason="told_afterwards")),
    "comfort": Measure(brace.take_comfort),
}


@dataclass(slots=True)
class Tally:
    """The values of one target so far; in ``n_missed`` repetitions nothing was done."""

    values: list[float] = field(default_factory=list)
    n_told: int = 0
    n_missed: int = 0
    reason: str = ""

    def add(self, taken: Taken) -> None:
        """Take what one repetition gave."""
        self.values = [*self.values, *taken.values][-MOST_VALUES:]
        self.n_told += bool(taken.values)
        self.n_missed += taken.is_missed
        self.reason = taken.reason or self.reason


def tell_figure(target: Target, tally: Tally) -> Figure:
    """Return a target's figure from what was counted."""
    measure = MEASURES[target.of]
    bounds = (target.least, target.most)
    if len(tally.values) < measure.fewest:
        share = 0.0 if tally.n_missed and not tally.n_told and bounds != (None, None) else None
        reason = tally.reason or "too_few"
        return Figure(target.of, None, *bounds, share, reason)
    value = measure.join(tally.values)
    share = find_share(value, *bounds)
    if share is not None:
        share *= tally.n_told / (tally.n_told + tally.n_missed)
    return Figure(target.of, value, *bounds, share, "")


def find_share(value: float, least: float | None, most: float | None) -> float | None:
    """Return 1 within the bounds, less beyond them, down to 0; ``None`` without bounds."""
    if least is None and most is None:
        return None
    bound = most
    off = 0.0
    if most is not None and value > most:
        off = value - most
    elif least is not None and value < least:
        off, bound = least - value, least
    if not off:
        return 1.0
    return max(0.0, 1.0 - off / (BEYOND_FRAC * abs(bound) if bound else 1.0))


def find_score(figures: Iterable[Figure]) -> float | None:
    """Return the mean of what was reached, 0 to 100; ``None`` if none of it can be told."""
    shares = [one.share for one in figures if one.share is not None]
    return 100.0 * fmean(shares) if shares else None
