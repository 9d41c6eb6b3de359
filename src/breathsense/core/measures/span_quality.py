"""How far the figures of a span can be trusted, and what took the time that is not scored."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from breathsense.core.measures.figures import Figure, Missing
from breathsense.core.measures.taken import Hole

NO_LENGTH = Missing("the span has no length")


class SpanQuality(NamedTuple):
    """What a span is worth; see ``judge_span``."""

    quality: Figure
    scored_pct: Figure
    unscored_pct: Mapping[str, float]

    def tell_lost(self) -> str:
        """Return the reasons with their shares in words, the largest first; empty without any."""
        return ", ".join(
            f"{reason} {pct:.0f} %" if pct >= 1 else f"{reason} under 1 %"
            for reason, pct in self.unscored_pct.items()
        )


def part_holes(unscored: Sequence[Hole], holes: Sequence[Hole], least_ns: int) -> list[Hole]:
    """Return what is lost as stretches that do not overlap.

    Parameters
    ----------
    unscored : sequence of Hole
        Stretches that are not scored, each with its reason; they may overlap.
    holes : sequence of Hole
        Stretches without waveform.
    least_ns : int
        A hole for which no reason was told counts from this length on: a shorter one is crossed.

    Returns
    -------
    list of Hole
        Each moment belongs to the stretch with a reason of its own that began first, and to a hole
        only where there is none.

    """
    parted: list[Hole] = []
    for one in sorted(unscored, key=lambda hole: hole.start_ns):
        start_ns = max(one.start_ns, parted[-1].end_ns) if parted else one.start_ns
        if one.end_ns > start_ns:
            parted.append(Hole(start_ns, one.end_ns, one.reason))
    left = [piece for hole in holes for piece in _cut_out(hole, parted)]
    return parted + [one for one in left if one.end_ns - one.start_ns >= least_ns]


def _cut_out(hole: Hole, parted: Sequence[Hole]) -> Iterator[Hole]:
    """Give the pieces of the hole that none of the stretches, in order of time, takes."""
    start_ns = hole.start_ns
    for one in parted:
        if one.end_ns > start_ns and one.start_ns < hole.end_ns:
            yield Hole(start_ns, one.start_ns, hole.reason)
            start_ns = one.end_ns
    yield Hole(start_ns, hole.end_ns, hole.reason)


def judge_span(
    start_ns: int, end_ns: int, lost: Iterable[Hole], qualities: Sequence[float]
) -> SpanQuality:
    """Return how much of a span was scored, how well, and what took the rest.

    Parameters
    ----------
    start_ns, end_ns : int
        The span.
    lost : iterable of Hole
        What is lost, by ``part_holes``; what lies outside the span counts for nothing.
    qualities : sequence of float
        Quality of the breaths of the span that are scored, 0 to 1.

    Returns
    -------
    SpanQuality
        ``scored_pct``: share of the span in which breaths are scored, in %. ``unscored_pct``: share
        of each reason, in %; together they make up the rest. ``quality``, 0 to 1: the scored share
        times the mean quality of the breaths, 0 without a breath. Both are missing for a span
        without length.

    """
    length_ns = end_ns - start_ns
    if length_ns <= 0:
        return SpanQuality(NO_LENGTH, NO_LENGTH, {})
    lost_ns: dict[str, int] = {}
    for one in lost:
        shared_ns = min(one.end_ns, end_ns) - max(one.start_ns, start_ns)
        if shared_ns > 0:
            lost_ns[one.reason] = lost_ns.get(one.reason, 0) + shared_ns
    scored = (length_ns - sum(lost_ns.values())) / length_ns
    worth = float(np.mean(qualities)) if len(qualities) else 0.0
    most_first = sorted(lost_ns.items(), key=lambda item: -item[1])
    return SpanQuality(
        quality=scored * worth,
        scored_pct=100.0 * scored,
        unscored_pct={reason: 100.0 * taken_ns / length_ns for reason, taken_ns in most_first},
    )


def explain(figure: Figure, lost: str) -> Figure:
    """Return the figure; if it is missing, with what was not scored added to the reason."""
    if not isinstance(figure, Missing) or not lost:
        return figure
    return Missing(f"{figure.reason}; not scored: {lost}")
