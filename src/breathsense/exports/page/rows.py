"""The strip as still pictures, row under row: for paper, and for readers without scripts."""

import math
from collections.abc import Sequence
from html import escape

import numpy as np

from breathsense.exports.events import HAND, Event
from breathsense.exports.page.lanes import Lane

NS_PER_S = 1e9
ROW_SPANS_S = (60, 120, 300, 600, 1200, 3600, 7200)
MOST_ROWS = 12
WIDTH = 1080
"""Of a row: 180 mm on paper, 6 units a millimetre; 60 s are then drawn at 3 mm a second."""
TOP, LANE_HEIGHT, BOTTOM = 16, 84, 16
COLUMNS = 1080
"""Of a row: each shows the lowest and highest value of its time, so that no peak is lost."""
MOST_POINTS = 1600
"""Of a row that is drawn sample by sample."""
TENTHS = 10
LETTER = 6.2
"""Width of a letter of the words in a row."""
_BAD = ("gap", "not scored")
SHADES = ("inhale", *_BAD)
WORDS = ("mark", "annotation", HAND)


def choose_span(duration_s: float) -> int:
    """Return the seconds of a row that give no more than ``MOST_ROWS``, or the longest there is."""
    fitting = [one for one in ROW_SPANS_S if duration_s <= one * MOST_ROWS]
    return fitting[0] if fitting else ROW_SPANS_S[-1]


def draw_rows(
    lanes: Sequence[Lane], events: Sequence[Event], start_ns: int, duration_s: float
) -> list[str]:
    """Draw the whole session; every row is an SVG element."""
    span_s = choose_span(duration_s)
    n_rows = max(1, -int(-duration_s // span_s))
    return [_draw_row(lanes, events, start_ns, row * span_s, span_s) for row in range(n_rows)]


def _draw_row(
    lanes: Sequence[Lane], events: Sequence[Event], start_ns: int, from_s: int, span_s: int
) -> str:
    height = TOP + len(lanes) * LANE_HEIGHT + BOTTOM
    parts = [
        (
            f'<svg class="row" viewBox="0 0 {WIDTH} {height}" role="img" '
            f'aria-label="Trace from {tell_clock(from_s)} to {tell_clock(from_s + span_s)}">'
        )
    ]
    parts += _draw_events(events, start_ns, (from_s, span_s), height - BOTTOM)
    for tenth in range(TENTHS + 1):
        x, t = WIDTH * tenth / TENTHS, from_s + span_s * tenth / TENTHS
        parts.append(
            f'<line x1="{x:g}" x2="{x:g}" y1="{TOP}" y2="{height - BOTTOM}" stroke="#d5dce3"/>'
        )
        anchor = "start" if tenth == 0 else "end" if tenth == TENTHS else "middle"
        parts.append(
            f'<text x="{x:g}" y="{height - 4}" text-anchor="{anchor}">{tell_clock(t)}</text>'
        )
    for number, lane in enumerate(lanes):
        top = TOP + number * LANE_HEIGHT
        parts.append(f'<path d="{_trace(lane, top, from_s, span_s)}" fill="none" '
                     'stroke="#0b5c8a" stroke-width="1.2"/>')  # fmt: skip
        if from_s == 0:
            parts.append(f'<text x="3" y="{top + 11}">{escape(lane.label)}</text>')
    return "".join([*parts, "</svg>"])


def _trace(lane: Lane, top: float, from_s: float, span_s: float) -> str:
    """Return the path of one lane in one row.

    Every sample where there are few; else in each column down to the lowest, up to the highest.
    """
    if lane.rate_hz * span_s <= MOST_POINTS:
        return _trace_samples(lane, top, from_s, span_s)
    edges = from_s + np.arange(COLUMNS + 1) * (span_s / COLUMNS)
    bounds = np.ceil((edges - lane.start_s) * lane.rate_hz).astype(int).clip(0, len(lane.values))
    commands: list[str] = []
    is_down = False
    for column in range(COLUMNS):
        values = lane.values[bounds[column] : bounds[column + 1]]
        values = values[np.isfinite(values)]
        if not values.size:
            is_down = False
            continue
        x = WIDTH * (column + 0.5) / COLUMNS
        low, high = (_place(lane, top, float(one)) for one in (values.min(), values.max()))
        rising = bool(values[-1] >= values[0])
        first, second = (low, high) if rising else (high, low)
        commands.append(f"{'L' if is_down else 'M'}{x:g} {first:.1f}")
        if first != second:
            commands.append(f"L{x:g} {second:.1f}")
        is_down = True
    return "".join(commands)


def _trace_samples(lane: Lane, top: float, from_s: float, span_s: float) -> str:
    first = max(0, math.ceil((from_s - lane.start_s) * lane.rate_hz))
    end = max(first, math.floor((from_s + span_s - lane.start_s) * lane.rate_hz) + 1)
    commands: list[str] = []
    command = "M"
    for index, value in enumerate(lane.values[first:end].tolist(), first):
        if math.isnan(value):
            command = "M"
            continue
        x = WIDTH * (lane.start_s + index / lane.rate_hz - from_s) / span_s
        commands.append(f"{command}{x:.1f} {_place(lane, top, value):.1f}")
        command = "L"
    return "".join(commands)


def _place(lane: Lane, top: float, value: float) -> float:
    share = (lane.high - value) / (lane.high - lane.low)
    return top + 4 + min(max(share, 0.0), 1.0) * (LANE_HEIGHT - 8)


def _draw_events(
    events: Sequence[Event], start_ns: int, window: tuple[int, int], bottom: float
) -> list[str]:
    from_s, span_s = window
    drawn: list[str] = []
    rooms = _find_rooms(events, start_ns, window)
    # Shades first: signs and words lie over them.
    for event in sorted(events, key=lambda one: one.kind not in SHADES):
        begin_s = (event.start_ns - start_ns) / NS_PER_S - from_s
        end_s = begin_s + event.duration_ns / NS_PER_S
        if end_s < 0 or begin_s > span_s:
            continue
        if event.kind in WORDS and begin_s < 0:
            continue  # its words stand in the row where it began
        x = WIDTH * max(begin_s, 0.0) / span_s
        width = max(WIDTH * min(end_s, span_s) / span_s - x, 1.0)
        if event in rooms:
            words = event.label if len(event.label) <= rooms[event] else event.label[: rooms[event]]
            drawn.append(f'<text x="{x + 2:.1f}" y="{TOP + 24:g}">{escape(words)}</text>')
        else:
            drawn += _draw_event(event, x, width, bottom)
    return drawn


def _find_rooms(
    events: Sequence[Event], start_ns: int, window: tuple[int, int]
) -> dict[Event, int]:
    """Return the words of a row, and how many letters of each fit before the next begin."""
    from_s, span_s = window
    begins = {
        event: (event.start_ns - start_ns) / NS_PER_S - from_s
        for event in events
        if event.kind in ("mark", "annotation")
    }
    within = [event for event, begin_s in begins.items() if 0 <= begin_s <= span_s]
    ends_s = [*(begins[event] for event in within), float(span_s)][1:]
    return {
        event: max(int(WIDTH * (end_s - begins[event]) / span_s / LETTER) - 1, 0)
        for event, end_s in zip(within, ends_s, strict=True)
    }


def _draw_event(event: Event, x: float, width: float, bottom: float) -> list[str]:
    if event.kind == "inhale":
        return [_box(x, TOP, width, bottom - TOP, "#dcecf7")]
    if event.kind in _BAD:
        words = escape(event.label.replace("_", " "))
        return [
            _box(x, TOP, width, bottom - TOP, "#e3e3e3"),
            f'<text x="{x + 2:.1f}" y="{bottom - 3:g}">{words}</text>',
        ]
    if event.kind in ("brace", "draw-in"):
        colour = "#c9781f" if event.kind == "brace" else "#7a4fa3"
        words = f'<text x="{x:.1f}" y="9">{event.kind}</text>'
        return [_box(x, TOP - 6, width, 5, colour), words]
    if event.kind == HAND:
        return [f'<text x="{x:.1f}" y="{bottom - 3:g}">✎</text>']
    return []


def _box(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:g}" width="{width:.1f}" height="{height:g}" fill="{colour}"/>'


def tell_clock(t_s: float) -> str:
    """Return a time of the session as hours, minutes and seconds."""
    minutes, seconds = divmod(round(t_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}"
