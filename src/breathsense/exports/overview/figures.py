"""Figures of one session: when there was rest, what was asked for, where one breathes."""

from collections.abc import Sequence
from statistics import median

import numpy as np

from breathsense.core.analysis import BraceSpan
from breathsense.core.model.events import Breath
from breathsense.core.model.inputs import Mark
from breathsense.core.model.labels import parse_practice
from breathsense.core.model.samples import Values
from breathsense.exports.content import Content, Track

REST_LABELS = ("calibration.quiet", "exercise.breathe")
REST_PROGRAMME = "assess.rest"
ASKED_BRACE = "exercise.brace"
BRACELESS = ("breathe.", "day.", REST_PROGRAMME)
"""What begins like this asks for no brace."""
Span = tuple[int, int]
"""From and to, in ns."""


def list_rests(marks: Sequence[Mark]) -> list[Span]:
    """Return when quiet breathing was asked for: by a mark, or by the programme for it."""
    return [_take_span(one) for one in marks if one.duration_ns and _is_rest(one.label)]


def _is_rest(label: str) -> bool:
    practised = parse_practice(label)
    return label in REST_LABELS or (practised is not None and practised.programme == REST_PROGRAMME)


def pick_asked(braces: Sequence[BraceSpan], marks: Sequence[Mark]) -> list[BraceSpan]:
    """Return the braces that were asked for.

    Where none was, all of them, but for sessions in which something without braces was practised.
    One that lies for the larger part of it, or of what was asked, in the time asked for is one.
    """
    asked = [_take_span(one) for one in marks if one.label == ASKED_BRACE and one.duration_ns]
    practised = [told.programme for one in marks if (told := parse_practice(one.label))]
    if not asked and not (practised and all(one.startswith(BRACELESS) for one in practised)):
        return list(braces)
    return [one for one in braces if any(_is_within(one, span) for span in asked)]


def _is_within(brace: BraceSpan, asked: Span) -> bool:
    if brace.end is None:
        return False
    start_ns, end_ns = brace.start.start_ns, brace.end.end_ns
    common_ns = min(end_ns, asked[1]) - max(start_ns, asked[0])
    return 2 * common_ns > min(end_ns - start_ns, asked[1] - asked[0])


def _take_span(mark: Mark) -> Span:
    return mark.start_ns, mark.start_ns + mark.duration_ns


def find_ribs_pct(content: Content, breaths: Sequence[Breath]) -> float | None:
    """Return the share of the ribs in the movement of breathing in, in %: the median of breaths.

    As ``rib_share_pct`` of the measures, for two bands of one unit; ``None`` for anything else.
    """
    bands = {one.place: one for one in content.analysis.sensors if one.kind == "band"}
    waves = {one.key.sensor: one for one in content.waveforms}
    belly, ribs = bands.get("abdomen"), bands.get("chest")
    if belly is None or ribs is None or belly.unit != ribs.unit:
        return None
    if belly.id not in waves or ribs.id not in waves:
        return None
    moved = [(_move(waves[ribs.id], one), _move(waves[belly.id], one)) for one in breaths]
    shares = [100.0 * rc / (rc + ab) for rc, ab in moved if rc is not None and ab]
    return median(shares) if shares else None


def _move(track: Track, breath: Breath) -> float | None:
    """Return how far a waveform goes from the start of a breath to its peak."""
    first, last = np.searchsorted(track.t_ns, (breath.inhale_start_ns, breath.peak_ns))
    values: Values = track.values[first : last + 1, 0]
    return float(np.ptp(values)) if len(values) > 1 else None
