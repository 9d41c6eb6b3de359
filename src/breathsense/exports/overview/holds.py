"""The braces of the latest sessions as a table."""

from collections import Counter
from collections.abc import Sequence
from statistics import fmean

from breathsense.core.bracing.unknown import tell_score
from breathsense.exports.overview.sheet import MARGIN_MM, SOFT, Sheet, Words
from breathsense.exports.overview.summary import Summary
from breathsense.exports.unknown_words import UNKNOWN_WORDS

MOST = 3


def draw_holds(sheet: Sheet, summaries: Sequence[Summary], y: float) -> float:
    """Draw the table of the latest sessions with braces; returns where the next thing may begin."""
    held = [one for one in summaries if one.braces or one.n_draw_ins][-MOST:]
    if not held:
        return y
    sheet.add(Words(MARGIN_MM, y, "Braces, latest sessions", 8.5, is_bold=True))
    y += 3.6
    columns = (0, 24, 62, 77, 90, 103, 115, 125, 141, 153, 166)
    names = (
        "day", "practised", "n", "held [s]", "level [%]", "steady", "kept", "breathing", "gap [s]",
        "draw-ins", "score",
    )  # fmt: skip
    for x, name in zip(columns, names, strict=True):
        sheet.add(Words(MARGIN_MM + x, y, name, 6.5, SOFT))
    for one in held:
        y += 3.4
        scores = [tell_score(each) for each in one.content.analysis.sets]
        breathing = sum(
            brace.end is not None and brace.end.breathing == "breathing" for brace in one.braces
        )
        cells = (
            f"{one.started:%d %b %H:%M}" if one.started else one.content.provenance.name[:14],
            ", ".join(_name_programme(code) for code in one.programmes)[:28] or "-",
            f"{len(one.braces)}" + (f" (+{one.n_unasked})" if one.n_unasked else ""),
            _tell(one.hold_s),
            _tell(one.level, 100.0, 0),
            _tell(_mean([told.steadiness for told in scores]), 100.0, 0),
            _tell(one.retention, 1.0, 2),
            f"{breathing} of {len(one.braces)}",
            _tell(one.longest_gap_s),
            str(one.n_draw_ins),
            _tell(_mean([told.score for told in scores]), 1.0, 0),
        )
        for x, cell in zip(columns, cells, strict=True):
            sheet.add(Words(MARGIN_MM + x, y, cell, 7))
    if any(one.n_unasked for one in held):
        y += 3.2
        told = "(+n): braces that nobody had asked for; they are in no other figure."
        sheet.add(Words(MARGIN_MM, y, told, 6, SOFT))
    for line in _list_footnotes(held):
        y += 3.2
        sheet.add(Words(MARGIN_MM, y, line, 6, SOFT))
    return y + 4


def _list_footnotes(held: Sequence[Summary]) -> list[str]:
    """Say what the scores are, and why some sets are in none."""
    counts = Counter(
        told.reasons[0]
        for one in held
        for told in map(tell_score, one.content.analysis.sets)
        if told.reasons
    )
    if not any(one.content.analysis.sets for one in held):
        return []
    lines = [
        "score, steady: means over the sets of the session, of 100 (proposals, tried on nobody)."
    ]
    why = ", ".join(f"{UNKNOWN_WORDS[one]} ({n})" for one, n in sorted(counts.items()))
    return [*lines, f"Not all of a set could be told: {why}."] if why else lines


def _mean(values: Sequence[float | None]) -> float | None:
    known = [one for one in values if one is not None]
    return fmean(known) if known else None


def _name_programme(code: str) -> str:
    """Return the last part of a programme's id as words."""
    return code.rpartition(".")[2].replace("_", " ")


def _tell(value: float | None, factor: float = 1.0, n_digits: int = 1) -> str:
    return "-" if value is None else f"{factor * value:.{n_digits}f}"
