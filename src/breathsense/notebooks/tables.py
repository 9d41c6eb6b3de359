"""What was found as numpy structured arrays: their fields, types and units.

``docs/python-api.md`` explains each field. Times are seconds on the session axis, with 0 at its
start; NaN where something is not known. Fields are only ever added.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from breathsense.exports.content import Content, Track

Table = NDArray[np.void]
"""A structured array: ``table["depth"]`` is a column, ``table[3]`` a row."""

NS_PER_S = 1e9
BREATHS = np.dtype(
    [
        ("inhale_start_s", "f8"),
        ("peak_s", "f8"),
        ("end_s", "f8"),
        ("depth", "f8"),
        ("kind", "U9"),
        ("quality", "f8"),
        ("decided_s", "f8"),
        ("by_hand", "?"),
    ]
)
BRACES = np.dtype(
    [
        ("start_s", "f8"),
        ("end_s", "f8"),
        ("decided_s", "f8"),
        ("direction", "U8"),
        ("breathing", "U9"),
        ("level", "f8"),
        ("steadiness", "f8"),
        ("retention", "f8"),
        ("longest_gap_s", "f8"),
        ("n_breaths", "i8"),
        ("quality", "f8"),
    ]
)
RATE = np.dtype([("t_s", "f8"), ("per_min", "f8"), ("quality", "f8")])
SPANS = np.dtype([("start_s", "f8"), ("end_s", "f8"), ("reason", "U24")])
PAUSES = np.dtype([("start_s", "f8"), ("end_s", "f8"), ("is_full", "?"), ("is_hold", "?")])
MARKS = np.dtype([("start_s", "f8"), ("duration_s", "f8"), ("label", "O")])
ANNOTATIONS = np.dtype([("start_s", "f8"), ("duration_s", "f8"), ("text", "O"), ("by", "O")])

UNITS = {
    "_s": "s",
    "per_min": "breaths/min",
    "level": "share of the wearer's own reference",
    "steadiness": "coefficient of variation",
    "retention": "last level over first",
    "quality": "0 to 1",
}
"""By field, or by the end of its name; ``depth`` has the session's ``unit``."""


def tabulate_breaths(content: Content) -> Table:
    """Return the breaths, in order of time; ``by_hand`` tells those that a person set."""
    return _build(
        BREATHS,
        (
            (
                breath.inhale_start_ns / NS_PER_S,
                breath.peak_ns / NS_PER_S,
                _seconds(end_ns),
                breath.depth,
                breath.kind,
                breath.quality,
                breath.decided_ns / NS_PER_S,
                breath.peak_ns in content.by_hand,
            )
            for breath, end_ns in content.analysis.breaths
        ),
    )


def tabulate_braces(content: Content) -> Table:
    """Return braces and draw-ins, in order of time; figures of one still held are NaN."""
    rows = []
    for start, end in content.analysis.braces:
        begun = (start.start_ns / NS_PER_S, start.decided_ns / NS_PER_S, start.direction)
        if end is None:
            nan = float("nan")
            rows.append((begun[0], nan, *begun[1:], "unknown", nan, nan, nan, nan, 0,
                         start.quality))  # fmt: skip
            continue
        rows.append(
            (
                begun[0],
                end.end_ns / NS_PER_S,
                *begun[1:],
                end.breathing,
                _number(end.level),
                _number(end.steadiness),
                _number(end.retention),
                end.longest_gap_ns / NS_PER_S,
                end.n_breaths,
                end.quality,
            )
        )
    return _build(BRACES, rows)


def tabulate_rate(content: Content) -> Table:
    """Return the breathing rate where it is known."""
    rates = content.analysis.rates
    return _build(RATE, ((one.t_ns / NS_PER_S, one.per_min, one.quality) for one in rates))


def tabulate_gaps(content: Content) -> Table:
    """Return where there are no samples, and why."""
    spans = content.analysis.gaps
    return _build(
        SPANS, ((one.start_ns / NS_PER_S, one.end_ns / NS_PER_S, one.reason) for one in spans)
    )


def tabulate_unscored(content: Content) -> Table:
    """Return what is not scored, and why."""
    spans = content.analysis.unscored
    return _build(
        SPANS, ((one.start_ns / NS_PER_S, one.end_ns / NS_PER_S, one.reason) for one in spans)
    )


def tabulate_pauses(content: Content) -> Table:
    """Return where breathing stood still: full or empty, a short pause or a hold."""
    return _build(
        PAUSES,
        (
            (one.start_ns / NS_PER_S, one.end_ns / NS_PER_S, one.is_full, one.is_hold)
            for one in content.pauses
        ),
    )


def tabulate_marks(content: Content) -> Table:
    """Return the marks that are part of the recording."""
    return _build(
        MARKS,
        ((one.start_ns / NS_PER_S, one.duration_ns / NS_PER_S, one.label) for one in content.marks),
    )


def tabulate_annotations(content: Content) -> Table:
    """Return what a person wrote beside the recording afterwards."""
    return _build(
        ANNOTATIONS,
        (
            (one.start_ns / NS_PER_S, one.duration_ns / NS_PER_S, one.text, one.signed.by)
            for one in content.notes.annotations
        ),
    )


def tabulate_track(track: Track) -> Table:
    """Return the samples of a signal: ``t_s`` and a column for each channel."""
    table = np.empty(len(track.t_ns), dtype=[("t_s", "f8"), *((one, "f8") for one in track.names)])
    table["t_s"] = track.t_ns / NS_PER_S
    for number, name in enumerate(track.names):
        table[name] = track.values[:, number]
    return table


def name_unit(table: str, field: str, depth_unit: str) -> str:
    """Return the unit of a field of one of these tables; empty for what has none."""
    if table == "breaths" and field == "depth":
        return depth_unit
    return next((unit for end, unit in UNITS.items() if field.endswith(end)), "")


def _build(dtype: np.dtype[np.void], rows: Iterable[tuple[Any, ...]]) -> Table:
    table = np.array(list(rows), dtype=dtype)
    table.flags.writeable = False
    return table


def _seconds(t_ns: int | None) -> float:
    return float("nan") if t_ns is None else t_ns / NS_PER_S


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
