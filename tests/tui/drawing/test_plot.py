from datetime import date, timedelta
from itertools import pairwise

import pytest
from fake_weeks import FIRST, build_many, build_session, build_weeks

from breathsense.session.progress.days import list_weeks
from breathsense.session.progress.measures import MEASURES
from breathsense.session.progress.trends import Trend, build_trend
from breathsense.tui.drawing.canvas import Canvas, Ink
from breathsense.tui.drawing.days import DaysFace, draw_days
from breathsense.tui.drawing.plot import (
    PlotFace,
    choose_scale,
    draw_plot,
    list_dates,
    smooth,
)

FIRST_DAY, TODAY = FIRST.date(), date(2026, 11, 14)
BY_ID = {one.id: one for one in MEASURES}
LINE = range(0x2801, 0x2900)


def face(trend: Trend, *, is_small: bool = False) -> PlotFace:
    return PlotFace(trend, FIRST_DAY, TODAY, is_small)


def list_line_columns(canvas: Canvas) -> set[int]:
    """Return the columns that have a piece of a line."""
    return {
        column
        for column in range(canvas.width)
        if any(int(char) in LINE for char in canvas.chars[:, column])
    }


@pytest.mark.parametrize(
    ("low", "high", "most", "ticks"),
    [
        (0, 100, 3, (0, 50, 100)),
        (0, 100, 6, (0, 20, 40, 60, 80, 100)),
        (6, 20, 4, (5, 10, 15, 20)),
        (0, 10, 2, (0, 10)),
        (0, 120, 1, (0, 200)),
        (3, 3, 3, (2, 4)),
    ],
)
def test_scales_have_round_numbers(
    low: float, high: float, most: int, ticks: tuple[float, ...]
) -> None:
    scale = choose_scale(low, high, most)
    assert scale.low <= low <= high <= scale.high
    if ticks != (2, 4):
        assert scale.ticks == pytest.approx(ticks)


def test_lines_stop_at_a_new_calibration_which_is_marked() -> None:
    canvas = draw_plot(face(build_trend(BY_ID["hold"], build_weeks())), 100, 20)
    mark = next(
        column for column in range(canvas.width) if "╎" in chr(int(canvas.chars[2, column]))
    )
    drawn = list_line_columns(canvas)
    assert mark - 1 not in drawn or mark - 2 not in drawn
    gap = [column for column in range(mark - 6, mark) if column not in drawn]
    assert gap, "there are columns without a line before the mark"


def test_sessions_are_dots_and_what_is_set_apart_are_rings() -> None:
    text = draw_plot(face(build_trend(BY_ID["pain"], build_weeks(2))), 140, 30).read()
    assert text.count("●") == 10
    assert 1 <= text.count("○") <= 10


def test_an_empty_plot_says_so() -> None:
    text = draw_plot(face(build_trend(BY_ID["pause"], build_weeks())), 60, 12).read()
    assert "nothing yet" in text
    assert "●" not in text


def test_the_first_week_is_a_band_in_words() -> None:
    entries = [build_session(float(day), courses=()) for day in range(10)]
    canvas = draw_plot(face(build_trend(BY_ID["rate"], entries)), 80, 20)
    rows = [row for row in range(20) if "┄┄┄" in canvas.read_row(row)]
    assert len(rows) == 2
    assert "first week" in canvas.read_row(rows[0])


@pytest.mark.parametrize("size", [(24, 6), (54, 14), (116, 30), (200, 50)])
@pytest.mark.parametrize("is_small", [False, True])
def test_points_stay_within_the_frame(size: tuple[int, int], *, is_small: bool) -> None:
    entries = [build_session(0.0, hold_s=-5.0), build_session(40.4, hold_s=60.0)]
    canvas = draw_plot(face(build_trend(BY_ID["hold"], entries), is_small=is_small), *size)
    assert canvas.chars.shape == (size[1], size[0])
    assert canvas.read().count("●") == (1 if is_small else 2)


def test_without_room_there_is_no_picture() -> None:
    assert draw_plot(face(build_trend(BY_ID["hold"], ())), 20, 4).read().startswith("no room")


def test_the_line_is_a_running_median() -> None:
    entries = [
        build_session(float(day), hold_s=value) for day, value in enumerate((1.0, 9.0, 2.0, 3.0))
    ]
    assert smooth(build_trend(BY_ID["hold"], entries).points) == [5.0, 2.0, 3.0, 2.5]


@pytest.mark.parametrize("width", [20, 54, 120, 190])
@pytest.mark.parametrize("n_days", [13, 41, 200, 1000])
def test_dates_below_a_plot_are_mondays_with_room_between(width: int, n_days: int) -> None:
    last = FIRST_DAY + timedelta(days=n_days)
    dates = list_dates(FIRST_DAY, last, width)
    assert all(one.weekday() == 0 and FIRST_DAY <= one <= last for one in dates)
    columns = [(one - FIRST_DAY).days * width / n_days for one in dates]
    assert all(b - a >= 10 for a, b in pairwise(columns))


def test_five_hundred_sessions_make_a_picture() -> None:
    entries = build_many(500)
    trend = build_trend(BY_ID["rate"], entries)
    canvas = draw_plot(PlotFace(trend, FIRST_DAY, FIRST_DAY + timedelta(days=330)), 116, 30)
    assert "○" in canvas.read()
    assert canvas.read().splitlines()[0].strip().startswith("20")


def test_days_are_glyphs_with_a_legend() -> None:
    weeks = tuple(list_weeks(build_weeks(), TODAY, 6))
    canvas = draw_days(DaysFace(weeks, "5 of the last 7 days."), 78, 4)
    rows = canvas.read().splitlines()
    assert rows[0].split("  ")[0].strip() == "5 Oct"
    assert rows[1].split() == ["■■·■■◪·", *["■■·■■■·"] * 4, "■■·■■■"]
    assert "5 of the last 7 days." in rows[2]
    assert rows[3].strip() == "■ practised   ◪ recorded, hardly worn   · not done"


def test_the_latest_weeks_are_shown_where_there_is_little_room() -> None:
    weeks = tuple(list_weeks(build_weeks(), TODAY, 6))
    canvas = draw_days(DaysFace(weeks, "x", "1 stop logged."), 30, 3)
    assert canvas.read().splitlines()[0].split("  ")[0].strip() == "26 Oct"
    assert "1 stop logged." in canvas.read()
    assert Ink.WARNING in canvas.inks[2]


def test_the_legend_moves_beside_the_words_where_there_is_no_row_for_it() -> None:
    weeks = tuple(list_weeks(build_weeks(), TODAY, 6))
    assert "not done" in draw_days(DaysFace(weeks, "x"), 78, 3).read_row(2)
