"""A figure over weeks as a picture: dots for sessions, a line for the way, ticks for calibrations.

Lines are never drawn from one calibration to the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil, floor, log10
from statistics import median

import numpy as np

from breathsense.session.moments import say_day
from breathsense.session.progress.telling import name_measure, tell_newest
from breathsense.session.progress.trends import Point, Trend, split_runs
from breathsense.session.texts import _
from breathsense.tui.drawing.canvas import Canvas, Ink, build_canvas
from breathsense.tui.drawing.fitting import cut_text
from breathsense.tui.drawing.raster import Box, Raster

AXIS_ROOM = 6
FOOT_ROWS = 2
LEAST_WIDTH, LEAST_HEIGHT = 24, 6
TICK_ROWS = 3
"""Rows from one number of the scale to the next, at least."""
DATE_ROOM = 10
"""Columns from one date to the next, at least."""
LEAST_TALL = 8
"""Rows from which on a small plot has numbers between the ends of its scale, too."""
DAYS_S = 86400.0
STEPS = (1, 2, 5, 10, 20, 50)
"""Between two numbers of a scale, times a power of ten."""
SOLID, HOLLOW = "●", "○"
WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class PlotFace:
    """What a plot shows.

    Parameters
    ----------
    trend : Trend
        The points.
    first, last : date
        The days at its ends.
    is_small : bool
        One of many: a title in it, and few numbers.

    """

    trend: Trend
    first: date
    last: date
    is_small: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """Numbers at the edges of a picture, and those that are written."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def find_share(self, value: float) -> float:
        """Return where a value is: 0 at the bottom, 1 at the top."""
        return (value - self.low) / (self.high - self.low)


def choose_scale(low: float, high: float, most_ticks: int) -> Scale:
    """Return round numbers from below ``low`` to above ``high``, at most so many (two at least)."""
    rough = max(high - low, 1e-9) / max(most_ticks - 1, 1)
    power = 10.0 ** floor(log10(rough))
    steps = [factor * power for factor in STEPS]
    ends = [(floor(low / one + 1e-9), ceil(high / one - 1e-9), one) for one in steps]
    first, last, step = next(
        (one for one in ends if one[1] - one[0] < max(most_ticks, 2)), ends[-1]
    )
    return Scale(first * step, last * step, tuple(step * one for one in range(first, last + 1)))


def draw_plot(face: PlotFace, width: int, height: int) -> Canvas:
    """Draw it as large as there is room for it."""
    canvas = build_canvas(width, height)
    if width < LEAST_WIDTH or height < LEAST_HEIGHT:
        canvas.write(0, 0, cut_text(_("no room for the picture"), width), Ink.FAINT)
        return canvas
    top = 1 if face.is_small else 0
    box = Box(top, AXIS_ROOM, width - AXIS_ROOM - 1, height - FOOT_ROWS - top)
    values = [one.value for one in face.trend.points]
    measure = face.trend.measure
    low, high = min([measure.low, *values]), max([measure.high, *values])
    scale = choose_scale(low, high, 1 + (box.height - 1) // TICK_ROWS)
    if face.is_small:
        if box.height < LEAST_TALL:
            scale = Scale(low, high, (low, high))
        _draw_title(canvas, face.trend)
    _draw_axes(canvas, box, scale, face)
    if not values:
        canvas.write(box.row + box.height // 2, box.column + 2, _("nothing yet"), Ink.FAINT)
        return canvas
    _draw_band(canvas, box, scale, face.trend)
    _draw_lines(canvas, box, scale, face)
    newest = (
        *face.trend.solid[-1:],
        *face.trend.points[-1:],
    )  # the figure that is told, and the last
    _draw_points(canvas, box, scale, face, newest if face.is_small else None)
    return canvas


def _draw_title(canvas: Canvas, trend: Trend) -> None:
    newest = tell_newest(trend)
    name = cut_text(name_measure(trend.measure)[0], canvas.width - len(newest) - 4)
    column = canvas.write(0, 1, name, Ink.STRONG)
    canvas.write(0, column + 1, newest, Ink.INHALE)
    unit = cut_text(name_measure(trend.measure)[1], canvas.width - column - len(newest) - 3)
    canvas.write(0, column + len(newest) + 2, unit, Ink.FAINT)


def _draw_axes(canvas: Canvas, box: Box, scale: Scale, face: PlotFace) -> None:
    for tick in scale.ticks:
        row = _find_row(box, scale, tick)
        canvas.write(row, 0, f"{tick:g}".rjust(AXIS_ROOM - 2), Ink.FAINT)
        canvas.write(row, box.column, "┈" * box.width, Ink.FAINT)
    for row in range(box.row, box.row + box.height):
        canvas.write(row, box.column - 1, "│", Ink.FAINT)
    foot = box.row + box.height
    canvas.write(foot, box.column - 1, "└" + "─" * box.width, Ink.FAINT)
    for day in list_dates(face.first, face.last, box.width):
        column = box.column + _find_column(box, face, datetime.combine(day, time()))
        label = say_day(day)
        canvas.write(foot, column, "┴", Ink.FAINT)
        start = min(max(column - 2, 0), canvas.width - len(label))
        canvas.write(foot + 1, start, label, Ink.FAINT)


def list_dates(first: date, last: date, width: int) -> list[date]:
    """Return the Mondays that are written below a plot of so many columns."""
    n_days = max((last - first).days, 1)
    n_weeks = max(ceil(DATE_ROOM * n_days / (WEEK_DAYS * max(width, 1))), 1)
    monday = first + timedelta(days=-first.weekday() % WEEK_DAYS)
    return [
        monday + timedelta(days=WEEK_DAYS * place)
        for place in range(0, n_days // WEEK_DAYS + 1, n_weeks)
        if monday + timedelta(days=WEEK_DAYS * place) <= last
    ]


def _find_row(box: Box, scale: Scale, value: float) -> int:
    return box.row + round((1 - scale.find_share(value)) * (box.height - 1))


def _find_share(face: PlotFace, when: datetime) -> float:
    """Return where a moment is from the morning of the first day to the end of the last."""
    begin = datetime.combine(face.first, time())
    span_s = ((face.last - face.first).days + 1) * DAYS_S
    return min(max((when.replace(tzinfo=None) - begin).total_seconds() / span_s, 0.0), 1.0)


def _find_column(box: Box, face: PlotFace, when: datetime) -> int:
    return min(int(_find_share(face, when) * box.width), box.width - 1)


def _draw_band(canvas: Canvas, box: Box, scale: Scale, trend: Trend) -> None:
    """Draw what the first week spans: what lies inside is no news."""
    if trend.band is None:
        return
    low, high = trend.band
    for value, words in ((high, _(" first week ")), (low, "")):
        row = _find_row(box, scale, value)
        canvas.write(row, box.column, "┄" * box.width, Ink.TARGET)
        canvas.write(row, box.column + box.width - len(words) - 1, words, Ink.TARGET)


def smooth(run: Sequence[Point]) -> list[float]:
    """Return the running median of three: the line shows the way, the dots the days."""
    values = [one.value for one in run]
    return [median(values[max(0, at - 1) : at + 2]) for at in range(len(values))]


def _draw_lines(canvas: Canvas, box: Box, scale: Scale, face: PlotFace) -> None:
    raster = Raster(canvas, box)
    for number, run in enumerate(split_runs(face.trend.solid)):
        x = np.array([_find_share(face, one.when) * (box.n_x - 1) for one in run])
        shares = np.array([scale.find_share(one) for one in smooth(run)])
        # The middle of a cell, where the dots are, not its upper edge.
        y = (1 - shares) * 4 * (box.height - 1) + 1.5
        if number:
            column = box.column + int(x[0]) // 2
            for row in range(box.row, box.row + box.height):
                canvas.write(row, column, "╎", Ink.NOTE)
        if len(run) > 1:
            raster.stroke(x, y, Ink.EXHALE)


def _draw_points(
    canvas: Canvas, box: Box, scale: Scale, face: PlotFace, points: Sequence[Point] | None = None
) -> None:
    for hollow in (True, False):
        for one in face.trend.points if points is None else points:
            if one.is_hollow is hollow:
                canvas.write(
                    _find_row(box, scale, one.value),
                    box.column + _find_column(box, face, one.when),
                    HOLLOW if hollow else SOLID,
                    Ink.TARGET_NOW if hollow else Ink.INHALE,
                )
