"""How a breath is set by hand: which one is meant, and where its parts may go."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from breathsense.core.analysis import BreathSpan
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.notes import BreathTimes, Correction
from breathsense.exports.by_hand import take_times
from breathsense.exports.content import Track

NS_PER_S = 1_000_000_000
Part = Literal["start", "peak", "end"]
LEAST_NS = 200_000_000
"""Nobody breathes in or out faster."""
REACH_NS = 4 * NS_PER_S
"""A breath that is added is looked for so far from its peak."""


def pick_breath(spans: Sequence[BreathSpan], t_ns: int) -> BreathSpan | None:
    """Return the breath at a moment; between breaths the nearest one, if it is near."""
    within = [one for one in spans if one.breath.inhale_start_ns <= t_ns <= _end_ns(one)]
    if within:
        return within[0]
    nearest = min(spans, key=lambda one: _distance(one, t_ns), default=None)
    return nearest if nearest and _distance(nearest, t_ns) <= REACH_NS else None


def _end_ns(span: BreathSpan) -> int:
    return span.breath.peak_ns if span.end_ns is None else span.end_ns - 1


def _distance(span: BreathSpan, t_ns: int) -> int:
    return max(span.breath.inhale_start_ns - t_ns, t_ns - _end_ns(span), 0)


def move_part(spans: Sequence[BreathSpan], span: BreathSpan, part: Part, t_ns: int) -> BreathTimes:
    """Return the breath with its start, peak or end at another moment.

    Raises
    ------
    RefusedInput
        The parts would change their order, or the breath would reach over its neighbours' peaks.

    """
    times = take_times(span)
    if part == "start":
        moved = replace(times, inhale_start_ns=t_ns)
    elif part == "peak":
        moved = replace(times, peak_ns=t_ns)
    else:
        moved = replace(times, end_ns=t_ns)
    peaks = [one.breath.peak_ns for one in spans if one is not span]
    before = max((one for one in peaks if one < times.peak_ns), default=None)
    after = min((one for one in peaks if one > times.peak_ns), default=None)
    check_times(moved, before, after)
    return moved


def check_times(times: BreathTimes, before_ns: int | None, after_ns: int | None) -> None:
    """Refuse a breath that cannot be, or does not fit between the peaks of its neighbours.

    Raises
    ------
    RefusedInput
        What is wrong.

    """
    start_ns, peak_ns, end_ns = times.inhale_start_ns, times.peak_ns, times.end_ns
    is_in_order = start_ns + LEAST_NS <= peak_ns and (
        end_ns is None or peak_ns + LEAST_NS <= end_ns
    )
    if not is_in_order:
        raise RefusedInput(
            "a breath begins, turns and ends in this order, 0.2 s apart at least",
            advice="Move the cursor to where this part of the breath is.",
        )
    reaches_back = before_ns is not None and start_ns <= before_ns
    reaches_on = after_ns is not None and (end_ns or peak_ns) >= after_ns
    if reaches_back or reaches_on:
        raise RefusedInput(
            "this reaches over the peak of the breath beside it",
            advice="Correct or remove that breath first.",
        )


def propose_breath(spans: Sequence[BreathSpan], trace: Track, t_ns: int) -> BreathTimes:
    """Return a breath whose peak is at a moment: it begins and ends at the lowest points around.

    Parameters
    ----------
    spans : sequence of BreathSpan
        The breaths that are there.
    trace : Track
        The waveform of their sensor.
    t_ns : int
        Where its peak is seen.

    Raises
    ------
    RefusedInput
        There is no room between the breaths beside it, or no signal.

    """
    peaks = [one.breath.peak_ns for one in spans]
    before = max((one for one in peaks if one <= t_ns), default=None)
    after = min((one for one in peaks if one > t_ns), default=None)
    start_ns = _find_lowest(trace, max(t_ns - REACH_NS, (before or 0) + 1), t_ns)
    end_ns = _find_lowest(trace, t_ns, min(t_ns + REACH_NS, (after or t_ns + 2 * REACH_NS) - 1))
    if start_ns is None or end_ns is None:
        raise RefusedInput(
            "there is no signal here to show a breath", advice="Move the cursor to a peak."
        )
    times = BreathTimes(start_ns, t_ns, end_ns)
    check_times(times, before, after)
    return times


def _find_lowest(trace: Track, from_ns: int, to_ns: int) -> int | None:
    first, end = np.searchsorted(trace.t_ns, (from_ns, to_ns)).tolist()
    if first >= end:
        return None
    return int(trace.t_ns[first + int(np.argmin(trace.values[first:end, 0]))])


def find_earlier(
    corrections: Sequence[Correction], times: BreathTimes
) -> tuple[BreathTimes | None, str]:
    """Return what the engine had found for a breath, and the id of its last correction.

    A breath that was never corrected is what the engine found itself.
    """
    for one in reversed(corrections):
        if one.now == times:
            return one.was, one.id
    return times, ""
