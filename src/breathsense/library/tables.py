"""Tables over many sessions: one row a session, and one row a breath; CSV and Parquet."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import msgspec

from breathsense.core.analysis import Span, cover_spans
from breathsense.core.model.errors import RefusedInput
from breathsense.exports.csv_text import Cell, write_rows
from breathsense.exports.files import replacing
from breathsense.library.batch import Outcome
from breathsense.library.jobs import Job

if TYPE_CHECKING:
    from pyarrow import Schema

SESSIONS_FILE = "sessions.csv"
BREATHS_FILE = "breaths.csv"
FAIR = 0.5
"""Breaths of this quality and more count in medians, as they do in reports."""
_NS_PER_S = 1e9

SESSION_COLUMNS = {
    "session": "text",
    "started": "text",
    "duration_s": "number",
    "sensors": "text",
    "unit": "text",
    "n_breaths": "count",
    "n_fair_breaths": "count",
    "rate_per_min": "number",
    "depth": "number",
    "inhale_s": "number",
    "exhale_s": "number",
    "n_braces": "count",
    "n_draw_ins": "count",
    "brace_s": "number",
    "braced_s": "number",
    "gap_s": "number",
    "unscored_s": "number",
    "usable_frac": "number",
    "problem": "text",
    "trouble": "text",
    "program": "text",
}
"""One row a session; figures that are not known, and those of a file with trouble, are empty."""
BREATH_COLUMNS = {
    "session": "text",
    "number": "count",
    "inhale_start_s": "number",
    "peak_s": "number",
    "end_s": "number",
    "inhale_s": "number",
    "exhale_s": "number",
    "depth": "number",
    "unit": "text",
    "kind": "text",
    "quality": "number",
}
Analysed = dict[str, Any]
Rows = Iterable[Sequence[Cell]]


def write_tables(jobs: Sequence[Job], outcomes: Sequence[Outcome], folder: Path) -> list[Path]:
    """Write both tables from the analyses of all sessions, one session in memory at a time.

    Parameters
    ----------
    jobs, outcomes : sequences
        Of the same sessions, in the same order.
    folder : Path
        Where to; ``.parquet`` files too where pyarrow is installed.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    RefusedInput
        The folder cannot be written to, or an analysis was changed by somebody.

    """
    tables = (
        (SESSIONS_FILE, SESSION_COLUMNS, _list_sessions),
        (BREATHS_FILE, BREATH_COLUMNS, _list_breaths),
    )
    pairs = list(zip(jobs, outcomes, strict=True))
    written = []
    for name, columns, list_rows in tables:
        target = folder / name
        with replacing(target) as made:
            write_rows(made, list(columns), (row for rows in list_rows(pairs) for row in rows))
        written.append(target)
        if has_parquet():
            target = target.with_suffix(".parquet")
            with replacing(target) as made:
                _write_parquet(made, columns, list_rows(pairs))
            written.append(target)
    return written


def has_parquet() -> bool:
    """Whether Parquet files can be written."""
    try:
        import pyarrow.parquet  # noqa: F401 - only whether it is there
    except ImportError:
        return False
    return True


def _list_sessions(pairs: Sequence[tuple[Job, Outcome]]) -> Iterator[Rows]:
    for job, outcome in pairs:
        figures = {} if outcome.trouble else _summarise(_read(job))
        figures |= {"session": job.name, "started": outcome.started or None,
                    "problem": outcome.problem, "trouble": outcome.trouble}  # fmt: skip
        yield [[figures.get(name) for name in SESSION_COLUMNS]]


def _list_breaths(pairs: Sequence[tuple[Job, Outcome]]) -> Iterator[Rows]:
    for job, outcome in pairs:
        if not outcome.trouble:
            yield [
                _tell_breath(job.name, number, one)
                for number, one in enumerate(_read(job)["breaths"])
            ]


def _read(job: Job) -> Analysed:
    try:
        found: Analysed = msgspec.json.decode(job.target.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise RefusedInput(
            f"the analysis cannot be read ({error})",
            where=str(job.target),
            advice="Delete this file and begin again: it is made anew.",
        ) from error
    return found


def _summarise(found: Analysed) -> dict[str, Cell]:
    fair = [one for one in found["breaths"] if one["quality"] >= FAIR]
    held = [one for one in found["braces"] if one["end_s"] is not None]
    draw_ins = [one for one in held if one["direction"] == "draw_in"]
    lengths_s = [one["end_s"] - one["start_s"] for one in held if one["direction"] != "draw_in"]
    gaps, unscored = _read_spans(found["gaps"]), _read_spans(found["unscored"])
    lost_s = cover_spans((*gaps, *unscored)) / _NS_PER_S
    duration_s = found["duration_s"]
    return {
        "duration_s": duration_s,
        "sensors": " ".join(one["id"] for one in found["sensors"]),
        "unit": fair[0]["unit"] if fair else None,
        "n_breaths": len(found["breaths"]),
        "n_fair_breaths": len(fair),
        "rate_per_min": _median([one["per_min"] for one in found["rate"]]),
        "depth": _median([one["depth"] for one in fair]),
        "inhale_s": _median([one["peak_s"] - one["inhale_start_s"] for one in fair]),
        "exhale_s": _median([one["end_s"] - one["peak_s"] for one in fair
                             if one["end_s"] is not None]),
        "n_braces": len(lengths_s),
        "n_draw_ins": len(draw_ins),
        "brace_s": _median(lengths_s),
        "braced_s": sum(lengths_s, 0.0),
        "gap_s": cover_spans(gaps) / _NS_PER_S,
        "unscored_s": cover_spans(unscored) / _NS_PER_S,
        "usable_frac": max(0.0, 1.0 - lost_s / duration_s) if duration_s else None,
        "program": found["program"],
    }  # fmt: skip


def _tell_breath(session: str, number: int, one: Analysed) -> list[Cell]:
    start_s, peak_s, end_s = one["inhale_start_s"], one["peak_s"], one["end_s"]
    exhale_s = None if end_s is None else end_s - peak_s
    return [session, number, start_s, peak_s, end_s, peak_s - start_s, exhale_s,
            one["depth"], one["unit"], one["kind"], one["quality"]]  # fmt: skip


def _read_spans(told: list[Analysed]) -> list[Span]:
    return [
        Span(round(one["start_s"] * _NS_PER_S), round(one["end_s"] * _NS_PER_S), one["reason"])
        for one in told
    ]


def _median(values: list[float]) -> float | None:
    return median(values) if values else None


def _write_parquet(path: Path, columns: dict[str, str], sessions: Iterable[Rows]) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    schema = _build_schema(columns)
    with parquet.ParquetWriter(path, schema) as writer:
        for rows in sessions:
            told = [dict(zip(columns, row, strict=True)) for row in rows]
            if told:
                writer.write_table(pa.Table.from_pylist(told, schema))


def _build_schema(columns: dict[str, str]) -> "Schema":
    import pyarrow as pa

    kinds = {"text": pa.string(), "number": pa.float64(), "count": pa.int64()}
    return pa.schema([(name, kinds[kind]) for name, kind in columns.items()])
