"""What stands below the figures: how much could be read, what to ask, what the wearer noted."""

from collections.abc import Sequence

from breathsense.core.model.labels import NOTE
from breathsense.exports.overview.asking import list_questions
from breathsense.exports.overview.sheet import (
    HEIGHT_MM,
    INK,
    INNER_MM,
    LINE,
    MARGIN_MM,
    SOFT,
    Sheet,
    Words,
)
from breathsense.exports.overview.summary import Summary

FOOT = (
    "Depth: from the end of one breath out to the next peak, in the sensor's own unit; nothing is "
    "a volume or a pressure. Level: share of the wearer's own reference brace. Level kept: its "
    "last third against its first. Dashed lines: calibrated anew. A session gives a point if 70 % "
    "of it and 15 breaths could be scored. Recorded at home by the wearer with a consumer sensor; "
    "not validated against pressure. Training data, not diagnostic: clinical judgement comes first."
)
MOST_NOTES = 6
FOOT_TOP = HEIGHT_MM - MARGIN_MM - 9


def _title(sheet: Sheet, y: float, text: str) -> float:
    sheet.add(Words(MARGIN_MM, y, text, 8.5, is_bold=True))
    return y + 3.6


def draw_foot(sheet: Sheet, summaries: Sequence[Summary], y: float, per_week: int) -> None:
    """Draw what is below the figures, down to the end of the page."""
    half = INNER_MM / 2 - 4
    below = _draw_quality(sheet, summaries, y, half)
    _draw_questions(sheet, list_questions(summaries, per_week), below + 3, half)
    _draw_notes(sheet, summaries, y, (MARGIN_MM + half + 8, half))
    sheet.line(MARGIN_MM, FOOT_TOP - 3, MARGIN_MM + INNER_MM, FOOT_TOP - 3, LINE)
    sheet.paragraph(MARGIN_MM, FOOT_TOP, INNER_MM, FOOT, 6, SOFT)


def _draw_quality(sheet: Sheet, summaries: Sequence[Summary], y: float, width: float) -> float:
    y = _title(sheet, y, "Data quality")
    total_s = sum(one.duration_s for one in summaries) or 1.0
    usable = sum(one.usable * one.duration_s for one in summaries) / total_s
    causes_s: dict[str, float] = {}
    for one in summaries:
        for reason, length_s in one.causes_s.items():
            causes_s[reason] = causes_s.get(reason, 0.0) + length_s
    told = f"{100 * usable:.0f} % of {total_s / 60:.0f} min scored."
    worst = sorted(causes_s.items(), key=lambda pair: -pair[1])[:5]
    shares = ", ".join(
        f"{reason.replace('_', ' ')} {100 * length_s / total_s:.1f} %" for reason, length_s in worst
    )
    told += f" Not scored: {shares}." if shares else ""
    poor = sum(not one.is_usable for one in summaries)
    told += f" {poor} sessions give no point in the trends." if poor else ""
    n_by_hand = sum(len(one.content.notes.corrections) for one in summaries)
    told += f" {n_by_hand} breaths were set by hand." if n_by_hand else ""
    return sheet.paragraph(MARGIN_MM, y, width, told, 7)


def _draw_questions(sheet: Sheet, asked: Sequence[str], y: float, width: float) -> None:
    y = _title(sheet, y, "Worth asking" if asked else "For the physio")
    for one in asked:
        y = sheet.paragraph(MARGIN_MM, y, width, f"• {one}", 7)
    _draw_lines(sheet, MARGIN_MM, y, width)


def _draw_lines(sheet: Sheet, x: float, y: float, width: float) -> None:
    """Draw lines to write on, down to the foot."""
    while y < FOOT_TOP - 9:
        y += 4
        sheet.line(x, y, x + width, y)


def _draw_notes(
    sheet: Sheet, summaries: Sequence[Summary], y: float, column: tuple[float, float]
) -> None:
    x, width = column
    sheet.add(Words(x, y, "Notes of the wearer, latest first", 8.5, is_bold=True))
    y += 3.6
    notes = [
        (f"{one.started:%d %b}: " if one.started else "") + mark.label.removeprefix(NOTE).strip()
        for one in reversed(summaries)
        for mark in reversed(one.notes)
    ]
    for note in notes[:MOST_NOTES]:
        if y > FOOT_TOP - 8:
            break
        y = sheet.paragraph(x, y, width, note, 7, INK)
    _draw_lines(sheet, x, y, width)
