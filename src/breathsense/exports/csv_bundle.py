"""A folder of CSV files: for spreadsheets, notebooks, and for ``analyze`` again.

``samples_<sensor>.csv`` hold what the sensors sent, with the columns that ``analyze`` reads;
``signal.csv`` the breathing on one grid of time, ``breaths.csv``, ``holds.csv`` and ``events.csv``
what was found and marked, ``session.json`` all of it as scripts read it, with its provenance.
"""

from collections.abc import Container, Iterator, Sequence
from itertools import groupby
from pathlib import Path

import msgspec
import numpy as np

from breathsense.core.analysis import Span
from breathsense.core.model.samples import Times, Values
from breathsense.exports.content import Content, Track
from breathsense.exports.csv_text import Cell, write_rows
from breathsense.exports.events import list_events
from breathsense.exports.json_text import spell_json
from breathsense.exports.noted_json import describe_content

NS_PER_S = 1e9
BREATH_COLUMNS = (
    "inhale_start_s",
    "peak_s",
    "end_s",
    "depth",
    "unit",
    "peak_decided_s",
    "kind",
    "quality",
    "by_hand",
)
HOLD_COLUMNS = (
    "start_s",
    "end_s",
    "decided_s",
    "direction",
    "breathing",
    "level",
    "quality",
)


def write_csv_bundle(content: Content, folder: Path) -> None:
    """Write the bundle into a folder that does not exist yet."""
    folder.mkdir()
    described = describe_content(content)
    for sensor, tracks in groupby(content.raw_tracks, key=lambda one: one.key.sensor):
        _write_samples(folder / f"samples_{sensor}.csv", list(tracks))
    _write_signal(folder / "signal.csv", content)
    breaths = [{"by_hand": False, **one} for one in described["breaths"]]
    _write_dicts(folder / "breaths.csv", BREATH_COLUMNS, breaths)
    _write_dicts(folder / "holds.csv", HOLD_COLUMNS, described["braces"])
    write_rows(
        folder / "events.csv",
        ("t_s", "duration_s", "kind", "label"),
        (
            (one.start_ns / NS_PER_S, one.duration_ns / NS_PER_S, one.kind, one.label)
            for one in list_events(content)
        ),
    )
    provenance = msgspec.to_builtins(content.provenance)
    text = spell_json({**described, "provenance": provenance}, indent=1)
    (folder / "session.json").write_text(text, encoding="utf-8")


def _write_samples(path: Path, tracks: Sequence[Track]) -> None:
    """One row a moment; signals of one sensor that come at different times leave cells empty."""
    names = [f"{name}[{track.unit}]" for track in tracks for name in track.names]
    t_ns = np.unique(np.concatenate([track.t_ns for track in tracks]))
    columns = np.hstack([_spread(track, t_ns) for track in tracks])
    write_rows(path, ("t_s", *names), _list_rows(t_ns, columns))


def _write_signal(path: Path, content: Content) -> None:
    """The waveforms side by side, with what was found about each moment."""
    waves = content.waveforms
    names = [f"{name}[{wave.unit}]" for wave in waves for name in wave.names]
    if not waves:
        write_rows(path, ("t_s",), ())
        return
    t_ns = np.unique(np.concatenate([wave.t_ns for wave in waves]))
    columns = np.hstack([_spread(wave, t_ns) for wave in waves])
    phases = _label(t_ns, _list_spans(content, ("inhale", "exhale")))
    walls = _label(t_ns, _list_spans(content, ("brace", "draw-in")))
    reasons = _label(t_ns, content.analysis.unscored)
    rows = (
        [*row, *states]
        for row, states in zip(
            _list_rows(t_ns, columns), zip(phases, walls, reasons, strict=True), strict=True
        )
    )
    write_rows(path, ("t_s", *names, "phase", "wall", "unscored"), rows)


def _list_spans(content: Content, kinds: Container[str]) -> list[Span]:
    return [
        Span(one.start_ns, one.start_ns + one.duration_ns, one.kind)
        for one in list_events(content)
        if one.kind in kinds
    ]


def _label(t_ns: Times, spans: Sequence[Span]) -> list[str]:
    labels = [""] * len(t_ns)
    for span in spans:
        first, end = np.searchsorted(t_ns, (span.start_ns, span.end_ns))
        labels[first:end] = [span.reason] * int(end - first)
    return labels


def _spread(track: Track, t_ns: Times) -> Values:
    """Lay a track over a longer list of times; NaN where it has no sample."""
    spread = np.full((len(t_ns), track.values.shape[1]), np.nan)
    spread[np.searchsorted(t_ns, track.t_ns)] = track.values
    return spread


def _list_rows(t_ns: Times, columns: Values) -> Iterator[list[Cell]]:
    for moment, row in zip(t_ns.tolist(), columns.tolist(), strict=True):
        yield [moment / NS_PER_S, *(None if value != value else value for value in row)]  # noqa: PLR0124 - only NaN differs from itself


def _write_dicts(path: Path, names: Sequence[str], dicts: list[dict[str, Cell]]) -> None:
    write_rows(path, names, ([one[name] for name in names] for one in dicts))
