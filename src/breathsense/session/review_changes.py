"""What today's engine finds against what an earlier one had found."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from breathsense import __version__
from breathsense.core.analysis import Analysis
from breathsense.core.model.notes import BreathTimes, ScoredBrace, ScoredBreath, Scores
from breathsense.session.bracing_words import tell_way
from breathsense.session.texts import _, say_n

NS_PER_S = 1e9
SAME_NS = 500_000_000
"""Breaths whose peaks are this near are one and the same."""
MOVED_NS = 40_000_000
"""A peak that is further off than one step of the analysis grid has moved."""
DEEPER = 0.05
"""A depth that differs by more than this share has changed."""
MOST_TOLD = 200
MOST_CHANGES = 12
"""Of them, so many are said one by one."""


class Change(NamedTuple):
    """One thing that differs: where it is, and in words."""

    t_ns: int
    words: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between two sets of scores.

    Parameters
    ----------
    n_breaths, n_braces : (int, int)
        Found before, and now.
    n_same : int
        Breaths that are the same in both.
    rate_per_min : (float or None, float or None)
        Median rate before, and now.
    listed : tuple of Change
        Each difference, in order of time; the first 200.
    n_changes : int
        How many there are.

    """

    n_breaths: tuple[int, int]
    n_braces: tuple[int, int]
    n_same: int
    rate_per_min: tuple[float | None, float | None]
    listed: tuple[Change, ...]
    n_changes: int


def take_scores(analysis: Analysis) -> Scores:
    """Return what this version of the program found, as it is kept beside a recording."""
    breaths = tuple(
        ScoredBreath(
            BreathTimes(one.breath.inhale_start_ns, one.breath.peak_ns, one.end_ns),
            one.breath.depth,
        )
        for one in analysis.breaths
    )
    braces = tuple(
        ScoredBrace(
            start.start_ns,
            None if end is None else end.end_ns,
            start.direction,
            None if end is None else end.level,
        )
        for start, end in analysis.braces
    )
    leader = analysis.breaths[0].breath.sensor if analysis.breaths else ""
    return Scores(f"breathsense {__version__}", leader, analysis.unit, breaths, braces)


def is_same(before: Scores, now: Scores) -> bool:
    """Tell whether two versions found the very same."""
    return (before.breaths, before.braces) == (now.breaths, now.braces)


def compare_scores(before: Scores, now: Scores) -> Changes:
    """Return what differs between two sets of scores of one recording."""
    pairs = _pair(
        [one.times.peak_ns for one in before.breaths], [one.times.peak_ns for one in now.breaths]
    )
    breaths = [
        _tell_breath(
            None if old is None else before.breaths[old], None if new is None else now.breaths[new]
        )
        for old, new in pairs
    ]
    told = sorted(one for one in (*breaths, *_compare_braces(before, now)) if one is not None)
    return Changes(
        n_breaths=(len(before.breaths), len(now.breaths)),
        n_braces=(len(before.braces), len(now.braces)),
        n_same=sum(one is None for one in breaths),
        rate_per_min=(_find_rate(before), _find_rate(now)),
        listed=tuple(told[:MOST_TOLD]),
        n_changes=len(told),
    )


def _pair(before_ns: Sequence[int], now_ns: Sequence[int]) -> list[tuple[int | None, int | None]]:
    """Pair the moments of two lists in order of time; what has no partner stands alone."""
    pairs: list[tuple[int | None, int | None]] = []
    old = new = 0
    while old < len(before_ns) and new < len(now_ns):
        apart_ns = now_ns[new] - before_ns[old]
        if abs(apart_ns) <= SAME_NS:
            pairs.append((old, new))
            old, new = old + 1, new + 1
        elif apart_ns > 0:
            pairs.append((old, None))
            old += 1
        else:
            pairs.append((None, new))
            new += 1
    pairs += [(one, None) for one in range(old, len(before_ns))]
    return pairs + [(None, one) for one in range(new, len(now_ns))]


def _tell_breath(before: ScoredBreath | None, now: ScoredBreath | None) -> Change | None:
    if before is None or now is None:
        one = before or now
        assert one is not None  # noqa: S101 - a pair has one of the two at least
        words = _("breath found anew") if before is None else _("breath not found any more")
        return Change(one.times.peak_ns, words)
    moved_ns = now.times.peak_ns - before.times.peak_ns
    changed = now.depth / before.depth - 1 if before.depth else 0.0
    told = []
    if abs(moved_ns) > MOVED_NS:
        told.append(_("peak {moved_ns:+.2f} s").format(moved_ns=moved_ns / NS_PER_S))
    if abs(changed) > DEEPER:
        told.append(_("depth {changed:+.0f} %").format(changed=100 * changed))
    return (
        Change(now.times.peak_ns, _("breath: {told}").format(told=", ".join(told)))
        if told
        else None
    )


def _compare_braces(before: Scores, now: Scores) -> list[Change]:
    told = []
    for one in before.braces:
        other = next((new for new in now.braces if _overlap(one, new)), None)
        if other is None:
            told.append(
                Change(
                    one.start_ns,
                    _("brace ({direction}) not found any more").format(
                        direction=tell_way(one.direction)
                    ),
                )
            )
        elif other.direction != one.direction:
            told.append(
                Change(
                    one.start_ns,
                    _("brace: {before} is {now} now").format(
                        before=tell_way(one.direction), now=tell_way(other.direction)
                    ),
                )
            )
    told += [
        Change(
            one.start_ns,
            _("brace ({direction}) found anew").format(direction=tell_way(one.direction)),
        )
        for one in now.braces
        if not any(_overlap(one, old) for old in before.braces)
    ]
    return told


def _overlap(one: ScoredBrace, other: ScoredBrace) -> bool:
    one_ends = one.start_ns if one.end_ns is None else one.end_ns
    other_ends = other.start_ns if other.end_ns is None else other.end_ns
    return one.start_ns <= other_ends and other.start_ns <= one_ends


def _find_rate(scores: Scores) -> float | None:
    peaks = [one.times.peak_ns for one in scores.breaths]
    periods = [after - one for one, after in pairwise(peaks)]
    return 60 * NS_PER_S / median(periods) if periods else None


def tell_changes(changes: Changes, program: str, day: str) -> list[str]:
    """Say in lines what today's engine finds otherwise than kept scores."""
    (old_breaths, new_breaths), (old_braces, new_braces) = changes.n_breaths, changes.n_braces
    lines = [
        _("Kept on {day}, found by {program}.").format(day=day, program=program),
        _("Breaths   {old_breaths} then, {new_breaths} now, {n_same} the same").format(
            old_breaths=old_breaths, new_breaths=new_breaths, n_same=changes.n_same
        ),
        _("Braces    {old_braces} then, {new_braces} now").format(
            old_braces=old_braces, new_braces=new_braces
        ),
        (
            _("Rate      {before} then, {now} now").format(
                before=_say_rate(changes.rate_per_min[0]), now=_say_rate(changes.rate_per_min[1])
            )
        ),
    ]
    if not changes.n_changes:
        return [*lines, _("Nothing has changed.")]
    lines.append(say_n("{n} change:", "{n} changes:", changes.n_changes))
    lines += [f"  {_say_time(one.t_ns)}  {one.words}" for one in changes.listed[:MOST_CHANGES]]
    left = changes.n_changes - MOST_CHANGES
    return [*lines, _("  ... and {n} more").format(n=left)] if left > 0 else lines


def _say_rate(rate_per_min: float | None) -> str:
    if rate_per_min is None:
        return _("none")
    return _("{rate:.1f} a minute").format(rate=rate_per_min)


def _say_time(t_ns: int) -> str:
    minutes, seconds = divmod(max(t_ns, 0) // 1_000_000_000, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
