"""Swings that may be breaths in a brace, and what is known of each as numbers side by side."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

SWING_CLUES = (
    *("since_s", "since", "apart", "rise", "ago_s", "lifted", "height", "risen", "fallen", "fell"),
    *("now", "onset", "quickest", "rising", "from_s", "period_s", "highest", "lowest", "swing"),
    *("later_s", "heard", "chest", "tilt"),
)
"""Of a swing that may be a breath; shares of a breath's period, and depths of a quiet breath.

``since`` the onset its peak is and ``from_s`` its trough, ``apart`` from the peak before it,
``ago_s`` it is seen. ``rise`` and ``swing``, the peak's height, are of what was taken for the
swing; the rest is of the values themselves: how far they were ``lifted`` since the wall was firm,
``height`` over the onset, how far they had ``risen`` and have ``fallen`` again, at most and by now;
where they are ``now`` and went at the ``onset``, their ``highest`` and ``lowest`` over the onset.
``later_s`` than the onset was told the wall seems to have been firmed. The last say whether the
sound told the brace, and which sensor is looked at.
"""
LONG_AGO_S = 3.0
NONE_BEFORE = 9.0
NOT_FIRM = -1.0
"""Instead of the time of a swing that is older, of a peak before where there is none, and of how
far values were lifted while the wall was being firmed."""
N_STEP = 3
"""Values before the onset that tell where it went."""


class Swing(NamedTuple):
    """Trough and peak, as positions, and how far it rose; the peak may be between positions."""

    trough: int
    peak: float
    rise: float


class Behind(NamedTuple):
    """The brace behind a swing: where it begins and is firm, and what is looked at.

    ``later_s`` than it was told to begin the wall seems to have been firmed.
    """

    onset: int
    firm: int
    later_s: float
    is_heard: bool
    source: str
    period_s: float


class Times(NamedTuple):
    """When a swing begins and has its peak, and the peak before it, all since the onset; now."""

    trough_s: float
    peak_s: float
    before_s: float | None
    now_s: float


def find_swings(swing: Sequence[float], least: float) -> list[Swing]:
    """Return each swing up by so much that went down by as much again; a peak is a parabola's."""
    found: list[Swing] = []
    is_up, low_at, high_at = False, 0, 0
    for at, value in enumerate(swing):
        if is_up:
            if value > swing[high_at]:
                high_at = at
            elif swing[high_at] - value >= least:
                rise = swing[high_at] - swing[low_at]
                found.append(Swing(low_at, _find_top(swing, high_at), rise))
                is_up, low_at = False, at
        elif value < swing[low_at]:
            low_at = at
        elif value - swing[low_at] >= least:
            is_up, high_at = True, at
    return found


def gather_swing(
    one: Swing, times: Times, height: float, values: Sequence[float], behind: Behind
) -> tuple[float, ...]:
    """Return ``SWING_CLUES``; ``height`` is of the peak, ``values`` are those it was seen in."""
    top, onset, period_s = round(one.peak), behind.onset, behind.period_s
    first = max(one.trough, behind.firm)
    lifted = values[top] - min(values[first : top + 1]) if first <= top else NOT_FIRM
    steps = [b - a for a, b in pairwise(values[max(0, one.trough - 1) : top + 1])]
    after = values[top:]
    before_s = times.before_s
    return (
        times.peak_s,
        times.peak_s / period_s,
        NONE_BEFORE if before_s is None else (times.peak_s - before_s) / period_s,
        one.rise,
        min(times.now_s - times.peak_s, LONG_AGO_S),
        lifted,
        values[top] - values[onset],
        values[top] - min(values[one.trough : top + 1]),
        values[top] - min(after),
        values[top] - after[-1],
        after[-1] - values[onset],
        values[onset] - values[max(0, onset - N_STEP)],
        max(steps, default=0.0),
        (times.peak_s - times.trough_s) / period_s,
        times.trough_s,
        period_s,
        max(values[onset:]) - values[onset],
        min(values[onset:]) - values[onset],
        height,
        behind.later_s,
        float(behind.is_heard),
        float(behind.source == "chest"),
        float(behind.source == "tilt"),
    )


def _find_top(swing: Sequence[float], at: int) -> float:
    """Return where the parabola through a peak and its neighbours is highest."""
    before, top, after = swing[at - 1], swing[at], swing[at + 1]
    bend = before - 2.0 * top + after
    return at + 0.5 * (before - after) / bend if bend < 0.0 else float(at)
