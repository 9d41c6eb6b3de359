from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import numpy as np
import pytest
from draw_guide_pages import draw_page

from breathsense.session.guide import load_guide
from breathsense.session.texts import take_language
from breathsense.tui.drawing.canvas import Ink, build_canvas
from breathsense.tui.drawing.pictures.draw import (
    PICTURES,
    draw_picture,
    find_breath,
)
from breathsense.tui.drawing.raster import Box, Raster, bend_through, split_boxes

FOLDER = Path(__file__).parents[3] / "docs" / "guide"
MOST_OTHER = 12
SIZES = [(31, 17), (44, 20), (84, 34), (120, 50)]


@pytest.fixture
def _back_to_english() -> Iterator[None]:
    yield
    take_language("en", {})


@pytest.mark.usefixtures("_back_to_english")
@pytest.mark.parametrize(
    "path", sorted(FOLDER.rglob("[0-9]*.md")), ids=lambda one: f"{one.parent.name}-{one.stem}"
)
def test_the_pages_hold_the_pictures_as_they_are_drawn(path: Path) -> None:
    """``python tests/tui/draw_guide_pages.py`` draws them anew."""
    text = path.read_text(encoding="utf-8")
    take_language("en" if path.parent == FOLDER else path.parent.name, {})
    drawn = draw_page(text)
    assert drawn.count("\n") == text.count("\n")
    # Sines differ in their last bit from machine to machine, and a dot with them now and then.
    n_other = sum(a != b for a, b in zip_longest(drawn, text))
    assert n_other <= MOST_OTHER


def test_every_picture_has_its_page_and_every_page_its_picture() -> None:
    assert {one.picture for one in load_guide()} == set(PICTURES)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_fills_its_room_and_no_more(name: str, size: tuple[int, int]) -> None:
    canvas = draw_picture(name, *size)
    assert canvas.chars.shape == (size[1], size[0])
    assert sum(not char.isspace() for char in canvas.read()) > 60


@pytest.mark.parametrize("name", PICTURES)
def test_a_room_too_small_stays_empty(name: str) -> None:
    assert draw_picture(name, 12, 6).read().strip() == ""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("core", ["diaphragm", "belly wall", "spine", "pelvic floor"]),
        ("cans", ["open: dents", "full: holds", "full and firm"]),
        ("fill", ["breathing in", "↓", "←", "→"]),
        ("firm", ["soft", "firm all round", "drawn in: narrower"]),
        ("breathe", ["?", "!", "4 s", "6 s"]),
        ("posture", ["slumped", "tall", "stand", "load close"]),
        ("mobility", ["cat", "cow", "reach"]),
        ("calm", ["quick", "slow, not deep", "6 a minute"]),
        ("help", ["NOW", "THIS WEEK", "NEXT VISIT"]),
    ],
)
def test_a_picture_says_in_words_what_its_colours_say(name: str, words: list[str]) -> None:
    text = draw_picture(name, 60, 24).read()
    assert all(one in text for one in words)


@pytest.mark.parametrize("name", ["core", "fill", "breathe", "cans", "mobility", "calm"])
def test_a_breath_changes_what_breathes(name: str) -> None:
    assert draw_picture(name, 44, 20, 0.0).read() != draw_picture(name, 44, 20, 1.0).read()


def test_a_breath_is_quicker_in_than_out() -> None:
    levels = [find_breath(place / 100) for place in range(100)]
    assert levels[0] == 0
    assert max(levels) == pytest.approx(levels[40]) == pytest.approx(1.0)
    assert levels[70] == pytest.approx(0.5)


def test_a_line_has_no_holes_and_keeps_inside() -> None:
    canvas = build_canvas(10, 5)
    raster = Raster(canvas, Box(0, 0, 10, 5))
    raster.stroke(np.array([-5.0, 25.0]), np.array([-5.0, 25.0]), Ink.STRONG)
    for cell in range(5):
        assert canvas.chars[cell, 2 * cell : 2 * cell + 2].max() > 0x2800


def test_a_thick_line_is_as_thick_as_it_says() -> None:
    for thick in (1, 2, 3, 4):
        canvas = build_canvas(6, 4)
        Raster(canvas, Box(0, 0, 6, 4)).stroke(
            np.array([0.0, 11.0]), np.array([8.0, 8.0]), Ink.TEXT, float(thick)
        )
        middle = [int(one) & 0xFF for one in canvas.chars[:, 3] if one != 0x20]
        assert sum(one.bit_count() for one in middle) == 2 * thick


def test_what_is_drawn_twice_keeps_both() -> None:
    canvas = build_canvas(1, 1)
    raster = Raster(canvas, Box(0, 0, 1, 1))
    raster.fill((raster.x == 0) & (raster.y == 0), Ink.TEXT)
    raster.fill((raster.x == 1) & (raster.y == 3), Ink.BRACE)
    assert canvas.read() == "⢁"
    assert canvas.inks[0, 0] == Ink.BRACE


def test_a_smooth_line_goes_through_its_points() -> None:
    x, y = bend_through([(0.0, 0.0), (1.0, 2.0), (3.0, 1.0)])
    for point in ((0.0, 0.0), (1.0, 2.0), (3.0, 1.0)):
        assert np.min(np.hypot(x - point[0], y - point[1])) < 1e-9


@pytest.mark.parametrize(("width", "height", "columns"), [(90, 20, 3), (20, 40, 1), (44, 20, 2)])
def test_boxes_lie_as_they_are_largest(width: int, height: int, columns: int) -> None:
    boxes = split_boxes(Box(0, 0, width, height), 3, 1.0)
    assert len({one.column for one in boxes if one.row == 0}) == columns
    assert all(one.column >= 0 and one.column + one.width <= width for one in boxes)
