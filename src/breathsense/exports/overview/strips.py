"""Strips of the trace at a true speed of paper: a minute at 3 mm a second, one gain for all."""

from collections.abc import Sequence
from statistics import median

import numpy as np

from breathsense.exports.content import Track
from breathsense.exports.events import Event, list_events
from breathsense.exports.overview.sheet import (
    BAD,
    BRACE,
    DRAW_IN,
    INHALE,
    INK,
    INNER_MM,
    MARGIN_MM,
    SOFT,
    WAVE,
    Box,
    Path,
    Sheet,
    Words,
)
from breathsense.exports.overview.summary import STRIP_NS, Summary

MM_PER_S = 3.0
STRIP_MM = 19.0
SCALE_MM = 8.0
_HOLE_NS = 400_000_000
_SHADES = {"inhale": INHALE, "gap": BAD, "not scored": BAD}
_FILLED = 0.92
"""Share of the strip's height that the deepest minute shown takes."""


def choose_strips(summaries: Sequence[Summary]) -> list[tuple[str, Summary]]:
    """Return the sessions whose traces are shown: best, typical and latest, none of them twice."""
    left = [one for one in summaries if one.content.trace is not None]
    if not left:
        return []
    latest = left.pop()
    chosen = [("latest", latest)]
    usable = [one for one in left if one.is_usable]
    if usable:
        middle = median(one.depth or 0.0 for one in usable)
        typical = min(usable, key=lambda one: abs((one.depth or 0.0) - middle))
        chosen.insert(0, ("typical", typical))
        others = [one for one in usable if one is not typical]
        if others:
            best = max(others, key=lambda one: (one.retention or 0.0, one.usable, one.n_breaths))
            chosen.insert(0, ("best", best))
    return chosen


def draw_strips(sheet: Sheet, chosen: Sequence[tuple[str, Summary]], top: float) -> float:
    """Draw the strips under one another; returns where the next thing may begin."""
    gains = [_measure(one) for _, one in chosen]
    high = max(gains, default=1.0)
    for name, summary in chosen:
        _draw_strip(sheet, name, summary, high, top)
        top += STRIP_MM + 6.5
    if not chosen:
        return top
    _draw_scale(sheet, chosen, high, top + SCALE_MM - 3)
    return top + SCALE_MM


def _window(summary: Summary, track: Track) -> slice:
    first, end = np.searchsorted(track.t_ns, (summary.strip_ns, summary.strip_ns + STRIP_NS))
    return slice(int(first), int(end))


def _measure(summary: Summary) -> float:
    """Return from the lowest to the highest of the minute that is shown."""
    track = summary.content.trace
    if track is None:
        return 1.0
    values = track.values[_window(summary, track), 0]
    return float(values.max() - values.min()) or 1.0 if values.size else 1.0


def _draw_strip(sheet: Sheet, name: str, summary: Summary, high: float, top: float) -> None:
    started, named = summary.started, summary.content.provenance.name
    when = f"{started:%d %b %Y %H:%M}" if started else named
    minutes, seconds = divmod(summary.strip_ns // 1_000_000_000, 60)
    title = f"{name}: {when}, from {minutes}:{seconds:02d}"
    sheet.add(Words(MARGIN_MM, top + 1.5, title, 7))
    top += 3.5
    events = [
        one
        for one in list_events(summary.content)
        if one.start_ns < summary.strip_ns + STRIP_NS
        and one.start_ns + one.duration_ns > summary.strip_ns
    ]
    for event in events:
        _draw_shade(sheet, event, summary.strip_ns, top)
    for tenth in range(7):
        x = MARGIN_MM + tenth * INNER_MM / 6
        sheet.line(x, top, x, top + STRIP_MM)
    _draw_trace(sheet, summary, high, top)
    for event in events:
        _draw_sign(sheet, event, summary.strip_ns, top)


def _draw_trace(sheet: Sheet, summary: Summary, high: float, top: float) -> None:
    track = summary.content.trace
    if track is None:
        return
    window = _window(summary, track)
    times, values = track.t_ns[window], track.values[window, 0]
    if not times.size:
        return
    # Every strip begins at its own lowest value; the gain is that of all.
    base = float(values.min())
    xs = MARGIN_MM + (times - summary.strip_ns) / 1e9 * MM_PER_S
    ys = top + STRIP_MM * (1.0 - (1.0 - _FILLED) / 2) - (values - base) / high * STRIP_MM * _FILLED
    breaks = np.flatnonzero(np.diff(times) > _HOLE_NS) + 1
    for xs_run, ys_run in zip(np.split(xs, breaks), np.split(ys, breaks), strict=True):
        points = zip(xs_run.round(2).tolist(), ys_run.round(2).tolist(), strict=True)
        sheet.add(Path(tuple(points), WAVE, 0.3))


def _span(event: Event, from_ns: int) -> tuple[float, float]:
    begin = MARGIN_MM + max(event.start_ns - from_ns, 0) / 1e9 * MM_PER_S
    end = MARGIN_MM + min(event.start_ns + event.duration_ns - from_ns, STRIP_NS) / 1e9 * MM_PER_S
    return begin, max(end - begin, 0.3)


def _draw_shade(sheet: Sheet, event: Event, from_ns: int, top: float) -> None:
    if event.kind in _SHADES:
        x, width = _span(event, from_ns)
        sheet.add(Box(x, top, width, STRIP_MM, _SHADES[event.kind]))


def _draw_sign(sheet: Sheet, event: Event, from_ns: int, top: float) -> None:
    x, width = _span(event, from_ns)
    if event.kind in ("brace", "draw-in"):
        is_draw_in = event.kind == "draw-in"
        colour = DRAW_IN if is_draw_in else BRACE
        sheet.add(Box(x, top - 1.2, width, 1.2, colour, is_hatched=is_draw_in))
    elif event.kind == "not scored":
        sheet.add(Words(x + 0.4, top + STRIP_MM - 0.7, event.label.replace("_", " "), 5.5, SOFT))
    elif event.kind == "pause" and event.label.endswith("hold"):
        y = top + STRIP_MM - 1
        sheet.add(Path(((x, y - 1), (x, y), (x + width, y), (x + width, y - 1)), INK, 0.25))


def _draw_scale(
    sheet: Sheet, chosen: Sequence[tuple[str, Summary]], high: float, bottom: float
) -> None:
    """Draw bars of 5 s, and of a round depth, with their lengths."""
    unit = chosen[0][1].content.analysis.unit
    depth = _round_down(high / 2)
    length = depth / high * STRIP_MM * _FILLED
    right = MARGIN_MM + INNER_MM
    sheet.add(Path(((right - 15, bottom), (right, bottom), (right, bottom - length)), INK, 0.4))
    sheet.add(Words(right - 16, bottom + 0.8, f"5 s, {depth:g} {unit}", 6.5, anchor="end"))
    told = (
        "3 mm a second, one gain. Up and pale blue: breathing in; orange bar: brace; hatched: "
        "draw-in; bracket: breath held; grey: not scored"
    )
    sheet.add(Words(MARGIN_MM, bottom + 0.8, told, 6.5, SOFT))


def _round_down(value: float) -> float:
    power = 10.0 ** np.floor(np.log10(value))
    return float(max(step for step in (1, 2, 5) if step * power <= value) * power)
