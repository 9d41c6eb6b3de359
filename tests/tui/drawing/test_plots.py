"""Many small plots: which of them, and how they are laid out."""

from datetime import date

import pytest
from fake_weeks import build_weeks

from breathsense.session.progress.measures import MEASURES
from breathsense.session.progress.trends import build_trend
from breathsense.tui.drawing.plot import PlotFace
from breathsense.tui.drawing.plots import Grid, PlotsFace, draw_plots, fit_grid

FIRST_DAY, TODAY = date(2026, 10, 5), date(2026, 11, 15)
PLOTS = tuple(
    PlotFace(build_trend(one, build_weeks()), FIRST_DAY, TODAY, is_small=True)
    for one in MEASURES
    if one.id != "pause"
)


def test_all_figures_have_their_names_and_newest_values() -> None:
    text = draw_plots(PlotsFace(PLOTS), 118, 30).read()
    for one in PLOTS:
        assert one.trend.measure.name in text
    assert "Breathing rate 12.2 a minute" in text


def test_figures_without_room_come_after_those_that_are_shown() -> None:
    text = draw_plots(PlotsFace(PLOTS), 76, 14).read()
    assert "Breathing rate" in text
    assert "Stress" not in text
    text = draw_plots(PlotsFace(PLOTS, 4), 76, 14).read()
    assert "Breathing rate" not in text
    assert "Stress" in text


@pytest.mark.parametrize(
    ("width", "height", "grid"),
    [(76, 14, Grid(2, 2)), (116, 28, Grid(3, 3)), (196, 48, Grid(3, 3)), (300, 16, Grid(5, 2))],
)
def test_nine_plots_fit_into_a_terminal(width: int, height: int, grid: Grid) -> None:
    assert fit_grid(9, width, height) == grid


@pytest.mark.parametrize("n_plots", [0, 1])
def test_a_terminal_that_is_too_small_still_has_room_for_one(n_plots: int) -> None:
    assert fit_grid(n_plots, 10, 2).n_shown >= n_plots
    draw_plots(PlotsFace(PLOTS[:n_plots]), 10, 2)


def test_a_small_plot_with_room_has_numbers_between_its_ends() -> None:
    rows = draw_plots(PlotsFace(PLOTS[:1]), 76, 20).read().splitlines()
    assert [one.split()[0] for one in rows if "┈┈" in one] == ["20", "15", "10", "5"]
