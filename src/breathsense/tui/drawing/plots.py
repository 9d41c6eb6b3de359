"""Many small plots side by side."""

from dataclasses import dataclass

from breathsense.tui.drawing.canvas import Canvas, build_canvas
from breathsense.tui.drawing.plot import LEAST_HEIGHT, PlotFace, draw_plot

LEAST_COLUMNS = 38
BEST_SHAPE = 4.0
"""Columns of a small plot for each of its rows: about twice as wide as high."""


@dataclass(frozen=True, slots=True)
class PlotsFace:
    """What many plots show: the plots, and which of them is the first that is shown."""

    plots: tuple[PlotFace, ...]
    first: int = 0


@dataclass(frozen=True, slots=True)
class Grid:
    """So many plots beside and below each other."""

    n_columns: int
    n_rows: int

    @property
    def n_shown(self) -> int:
        """How many there is room for."""
        return self.n_columns * self.n_rows


def fit_grid(n_plots: int, width: int, height: int) -> Grid:
    """Return how plots are laid out: all of them if they fit, of the shape that is read best.

    Parameters
    ----------
    n_plots : int
        How many there are.
    width, height : int
        Room for all of them, in cells.

    """
    most_columns = max(min(width // LEAST_COLUMNS, n_plots), 1)
    most_rows = max(height // (LEAST_HEIGHT + 1), 1)
    # Of those with as many rows the one with the fewest columns: little room is left empty.
    grids = {-(-n_plots // n): n for n in range(most_columns, 0, -1)}
    fitting = [
        Grid(n_columns, n_rows) for n_rows, n_columns in grids.items() if n_rows <= most_rows
    ]

    def find_distortion(grid: Grid) -> float:
        shape = (width / grid.n_columns) / (height / max(grid.n_rows, 1))
        return max(shape / BEST_SHAPE, BEST_SHAPE / shape)

    return min(fitting, key=find_distortion) if fitting else Grid(most_columns, most_rows)


def draw_plots(face: PlotsFace, width: int, height: int) -> Canvas:
    """Draw those from the first one on for which there is room, in rows and columns."""
    canvas = build_canvas(width, height)
    grid = fit_grid(len(face.plots), width, height)
    wide, high = width // grid.n_columns, height // max(grid.n_rows, 1)
    for number, plot in enumerate(face.plots[face.first : face.first + grid.n_shown]):
        row, column = divmod(number, grid.n_columns)
        part = draw_plot(plot, wide - 1, high - (1 if high > LEAST_HEIGHT else 0))
        rows = slice(row * high, row * high + part.height)
        columns = slice(column * wide, column * wide + part.width)
        canvas.chars[rows, columns] = part.chars
        canvas.inks[rows, columns] = part.inks
    return canvas
