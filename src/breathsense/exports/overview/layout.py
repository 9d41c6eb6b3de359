"""The sheet that a physio reads in a minute: what is on it, and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from breathsense import __version__
from breathsense.core.model.labels import NOTE, STOP
from breathsense.exports.overview.calendar import draw_calendar
from breathsense.exports.overview.change import tell_change
from breathsense.exports.overview.sheet import (
    ALARM,
    HEIGHT_MM,
    INK,
    INNER_MM,
    LINE,
    MARGIN_MM,
    SOFT,
    Sheet,
    Words,
)
from breathsense.exports.overview.strips import choose_strips, draw_strips
from breathsense.exports.overview.summary import Summary
from breathsense.exports.overview.trends import build_trends, draw_trend

FOOT = (
    "Depth: from the end of one breath out to the next peak, in the sensor's own unit; nothing is "
    "a volume or a pressure. Level: share of the wearer's own reference brace. Level kept: its "
    "last third against its first. Dashed lines: calibrated anew. A session gives a point if 70 % "
    "of it and 15 breaths could be scored. Recorded at home by the wearer with a consumer sensor; "
    "not validated against pressure. Training data, not diagnostic: clinical judgement comes first."
)
_TREND_MM = (56.0, 17.0)
_ROW_MM = 24.0
_N_COLUMNS = 3
_MOST_HOLDS = 4
_MOST_NOTES = 6
_MOST_WARNINGS = 6
"""Of stops, and of days on which pain rose."""
_FOOT_TOP = HEIGHT_MM - MARGIN_MM - 9


@dataclass(frozen=True, slots=True)
class Heading:
    """Who and what the overview is about.

    Parameters
    ----------
    code : str
        A pseudonym; never a name.
    plan : str
        What was agreed on; may be empty.
    per_week : int
        Days of practice a week that were agreed on; 0 if that is not known.

    """

    code: str = ""
    plan: str = ""
    per_week: int = 0


def draw_overview(summaries: Sequence[Summary], heading: Heading) -> Sheet:
    """Draw one person's sessions, in order of time, on one sheet."""
    sheet = Sheet(f"Breathing practice {heading.code}".strip())
    y = _draw_heading(sheet, summaries, heading)
    y = _draw_safety(sheet, summaries, y)
    y = _draw_change(sheet, summaries, y)
    y = draw_calendar(sheet, summaries, y, heading.per_week)
    y = _draw_trends(sheet, summaries, y + 3)
    y = draw_strips(sheet, choose_strips(summaries), y)
    y = _draw_holds(sheet, summaries, y + 2)
    _draw_foot(sheet, summaries, y + 2)
    return sheet


def _title(sheet: Sheet, y: float, text: str) -> float:
    sheet.add(Words(MARGIN_MM, y, text, 8.5, is_bold=True))
    return y + 3.6


def _draw_heading(sheet: Sheet, summaries: Sequence[Summary], heading: Heading) -> float:
    right = MARGIN_MM + INNER_MM
    sheet.add(Words(MARGIN_MM, 19, sheet.title, 14, is_bold=True))
    sheet.add(Words(right, 19, "training data, not diagnostic", 8, SOFT, anchor="end"))
    days = [one.started for one in summaries if one.started is not None]
    period = f"{min(days):%d %B %Y} to {max(days):%d %B %Y}" if days else "dates not known"
    sensors = sorted(
        {f"{one.kind} on the {one.place}" for s in summaries for one in s.content.analysis.sensors}
    )
    postures = sorted(
        {
            one.content.setup.calibration.posture
            for one in summaries
            if one.content.setup.calibration is not None
            and one.content.setup.calibration.posture != "unknown"
        }
    )
    told = [f"{period} · {len(summaries)} sessions", ", ".join(sensors)]
    told += [", ".join(postures)] if postures else []
    told += [f"plan: {heading.plan}"] if heading.plan else []
    programs = sorted({one.content.provenance.recorded_by for one in summaries} - {""})
    told.append(
        f"scored by BreathSense {__version__}, recorded by {', '.join(programs) or 'tables'}"
    )
    return sheet.paragraph(MARGIN_MM, 24, INNER_MM, " · ".join(told), 8, SOFT) + 0.5


def _draw_safety(sheet: Sheet, summaries: Sequence[Summary], y: float) -> float:
    stops = [
        f"{mark.label.removeprefix(STOP).strip()}"
        + (f" ({one.started:%d %b})" if one.started else "")
        for one in summaries
        for mark in one.stops
    ]
    rises = [
        f"pain up by {one.after['pain'] - one.before['pain']}"
        + (f" ({one.started:%d %b})" if one.started else "")
        for one in summaries
        if one.after.get("pain", 0) - one.before.get("pain", 0) >= 2  # noqa: PLR2004 - beyond error of the scale: doi 10.1097/01.brs.0000164099.92112.29
        and "pain" in one.before
    ]
    told = [*_keep_latest(stops), *_keep_latest(rises)]
    if not told:
        sheet.add(Words(MARGIN_MM, y, "Stops: none logged.", 8))
    else:
        words = f"Please look: {'; '.join(told)}"
        y = sheet.paragraph(MARGIN_MM, y, INNER_MM, words, 8, ALARM) - 3.7
    return y + 3


def _keep_latest(told: list[str]) -> list[str]:
    """Keep the page in order: the latest ones, and how many came before."""
    left = len(told) - _MOST_WARNINGS
    return [f"{left} more before", *told[left:]] if left > 0 else told


def _draw_change(sheet: Sheet, summaries: Sequence[Summary], y: float) -> float:
    told = tell_change(summaries)
    return sheet.paragraph(MARGIN_MM, y + 0.8, INNER_MM, told, 8) if told else y


def _draw_trends(sheet: Sheet, summaries: Sequence[Summary], y: float) -> float:
    days = [one.started.date() for one in summaries if one.started is not None]
    if not days:
        return y
    period: tuple[date, date] = (min(days), max(days))
    trends = build_trends(summaries)
    for number, trend in enumerate(trends):
        row, column = divmod(number, _N_COLUMNS)
        x = MARGIN_MM + column * (INNER_MM - _TREND_MM[0]) / (_N_COLUMNS - 1)
        top = y + row * _ROW_MM
        draw_trend(sheet, trend, (x, top, *_TREND_MM), period)
    return y + -(-len(trends) // _N_COLUMNS) * _ROW_MM - 4


def _draw_holds(sheet: Sheet, summaries: Sequence[Summary], y: float) -> float:
    held = [one for one in summaries if one.braces or one.n_draw_ins][-_MOST_HOLDS:]
    if not held:
        return y
    y = _title(sheet, y, "Braces, latest sessions")
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
            str(len(one.braces)),
            _tell(one.hold_s),
            _tell(one.level, 100.0, 0),
            _tell(one.retention, 1.0, 2),
            f"{breathing} of {len(one.braces)}",
            _tell(one.longest_gap_s),
            str(one.n_draw_ins),
        )
        for x, cell in zip(columns, cells, strict=True):
            sheet.add(Words(MARGIN_MM + x, y, cell, 7))
    return y + 4


def _name_programme(code: str) -> str:
    """Return the last part of a programme's id as words."""
    return code.rpartition(".")[2].replace("_", " ")


def _tell(value: float | None, factor: float = 1.0, n_digits: int = 1) -> str:
    return "-" if value is None else f"{factor * value:.{n_digits}f}"


def _draw_foot(sheet: Sheet, summaries: Sequence[Summary], y: float) -> None:
    half = INNER_MM / 2 - 4
    _draw_quality(sheet, summaries, y, half)
    _draw_notes(sheet, summaries, y, (MARGIN_MM + half + 8, half))
    sheet.line(MARGIN_MM, _FOOT_TOP - 3, MARGIN_MM + INNER_MM, _FOOT_TOP - 3, LINE)
    sheet.paragraph(MARGIN_MM, _FOOT_TOP, INNER_MM, FOOT, 6, SOFT)


def _draw_quality(sheet: Sheet, summaries: Sequence[Summary], y: float, width: float) -> None:
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
    y = sheet.paragraph(MARGIN_MM, y, width, told, 7)
    y = _title(sheet, y + 3, "For the physio")
    while y < _FOOT_TOP - 9:
        y += 4
        sheet.line(MARGIN_MM, y, MARGIN_MM + width, y)


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
    for note in notes[:_MOST_NOTES]:
        if y > _FOOT_TOP - 8:
            break
        y = sheet.paragraph(x, y, width, note, 7, INK)
    while y < _FOOT_TOP - 9:
        y += 4
        sheet.line(x, y, x + width, y)
