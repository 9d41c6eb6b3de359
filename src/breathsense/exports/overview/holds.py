"""The braces of the latest sessions as a table."""

from collections.abc import Sequence

from breathsense.exports.overview.sheet import MARGIN_MM, SOFT, Sheet, Words
from breathsense.exports.overview.summary import Summary

MOST = 3


def draw_holds(sheet: Sheet, summaries: Sequence[Summary], y: float) -> float:
    """Draw the table of the latest sessions with braces; returns where the next thing may begin."""
    held = [one for one in summaries if one.braces or one.n_draw_ins][-MOST:]
    if not held:
        return y
    sheet.add(Words(MARGIN_MM, y, "Braces, latest sessions", 8.5, is_bold=True))
    y += 3.6
    columns = (0, 26, 72, 84, 100, 116, 130, 150, 166)
    names = (
        "day", "practised", "n", "held [s]", "level [%]", "kept", "breathing", "gap [s]", "draw-ins"
    )  # fmt: skip
    for x, name in zip(columns, names, strict=True):
        sheet.add(Words(MARGIN_MM + x, y, name, 6.5, SOFT))
    for one in held:
        y += 3.4
        breathing = sum(
            brace.end is not None and brace.end.breathing == "breathing" for brace in one.braces
        )
        cells = (
            f"{one.started:%d %b %H:%M}" if one.started else one.content.provenance.name[:14],
            ", ".join(_name_programme(code) for code in one.programmes)[:28] or "-",
            f"{len(one.braces)}" + (f" (+{one.n_unasked})" if one.n_unasked else ""),
            _tell(one.hold_s),
            _tell(one.level, 100.0, 0),
            _tell(one.retention, 1.0, 2),
            f"{breathing} of {len(one.braces)}",
            _tell(one.longest_gap_s),
            str(one.n_draw_ins),
        )
        for x, cell in zip(columns, cells, strict=True):
            sheet.add(Words(MARGIN_MM + x, y, cell, 7))
    if any(one.n_unasked for one in held):
        y += 3.2
        told = "(+n): braces that nobody had asked for; they are in no other figure."
        sheet.add(Words(MARGIN_MM, y, told, 6, SOFT))
    return y + 4


def _name_programme(code: str) -> str:
    """Return the last part of a programme's id as words."""
    return code.rpartition(".")[2].replace("_", " ")


def _tell(value: float | None, factor: float = 1.0, n_digits: int = 1) -> str:
    return "-" if value is None else f"{factor * value:.{n_digits}f}"
