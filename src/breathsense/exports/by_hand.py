"""Breaths set by hand, joined with what the engine found; the original stays with them."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from breathsense.core.analysis import BreathSpan
from breathsense.core.model.events import Breath
from breathsense.core.model.notes import BreathTimes, Notes
from breathsense.exports.content import Content

MATCH_NS = 500_000_000
"""A correction is about the breath whose peak is this near to that of the breath it corrects."""
HAND_QUALITY = 1.0
"""Of a breath that a person added: somebody looked."""


def apply_notes(content: Content, notes: Notes) -> Content:
    """Return the session with its annotations, and with breaths as they were set by hand.

    Rates, braces and measures stay those of the engine. A breath's depth is taken anew from its
    sensor's waveform. Where the breath that was corrected is not found any more (another version
    of the program), the one set by hand is told all the same.

    Parameters
    ----------
    content : Content
        As the engine found it.
    notes : Notes
        What was added to the recording.

    """
    spans = list(content.analysis.breaths)
    by_hand: set[int] = set()
    for correction in notes.corrections:
        found = find_match(spans, correction.was)
        if correction.now is not None:
            spans.append(_set_breath(content, correction.now, found))
            by_hand.add(correction.now.peak_ns)
        if found is not None:
            spans.remove(found)
            if correction.now is None or found.breath.peak_ns != correction.now.peak_ns:
                by_hand.discard(found.breath.peak_ns)
    analysis = replace(content.analysis, breaths=_put_in_order(spans))
    return replace(content, analysis=analysis, notes=notes, by_hand=frozenset(by_hand))


def find_match(spans: Sequence[BreathSpan], was: BreathTimes | None) -> BreathSpan | None:
    """Return the breath that a correction is about; ``None`` if there is none, or no more."""
    if was is None or not spans:
        return None
    nearest = min(spans, key=lambda one: abs(one.breath.peak_ns - was.peak_ns))
    return nearest if abs(nearest.breath.peak_ns - was.peak_ns) <= MATCH_NS else None


def take_times(span: BreathSpan) -> BreathTimes:
    """Return when a breath began, turned and ended."""
    return BreathTimes(span.breath.inhale_start_ns, span.breath.peak_ns, span.end_ns)


def _set_breath(content: Content, times: BreathTimes, found: BreathSpan | None) -> BreathSpan:
    wave = content.trace
    sensor = wave.key.sensor if wave else ""
    depth = 0.0
    if wave is not None and len(wave.t_ns):
        moments = (times.inhale_start_ns, times.peak_ns)
        low, high = np.interp(moments, wave.t_ns, wave.values[:, 0]).tolist()
        depth = high - low
    if found is not None:
        breath = replace(
            found.breath,
            inhale_start_ns=times.inhale_start_ns,
            peak_ns=times.peak_ns,
            depth=depth,
            decided_ns=max(found.breath.decided_ns, times.peak_ns),
        )
        return BreathSpan(breath, times.end_ns)
    number = 1 + max((one.breath.number for one in content.analysis.breaths), default=-1)
    breath = Breath(
        sensor,
        number,
        times.inhale_start_ns,
        times.peak_ns,
        depth,
        times.peak_ns,
        "unknown",
        HAND_QUALITY,
    )
    return BreathSpan(breath, times.end_ns)


def _put_in_order(spans: Sequence[BreathSpan]) -> tuple[BreathSpan, ...]:
    """Sort the breaths; one that ran into the next, since that was set earlier, ends there."""
    ordered = sorted(spans, key=lambda one: one.breath.peak_ns)
    for at, (one, after) in enumerate(pairwise(ordered)):
        start_ns = after.breath.inhale_start_ns
        if one.end_ns is not None and one.end_ns > start_ns:
            ordered[at] = one._replace(end_ns=max(start_ns, one.breath.peak_ns))
    return tuple(ordered)
