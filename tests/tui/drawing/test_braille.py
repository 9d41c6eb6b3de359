import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from breathsense.tui.drawing.braille import (
    NOWHERE,
    draw_hatch,
    draw_spans,
    encode_dots,
    join_spans,
)

BITS = dict(
    zip(((y, x) for x in (0, 1) for y in range(4)), (1, 2, 4, 64, 8, 16, 32, 128), strict=True)
)


@pytest.mark.parametrize(
    ("top", "bottom", "dots"),
    [
        ((0, 0), (0, 0), [[0x09]]),
        ((3, 2), (3, 3), [[0xE0]]),
        ((0, NOWHERE), (3, -1), [[0x47]]),
        ((NOWHERE, NOWHERE), (-1, -1), [[0x00]]),
    ],
)
def test_spans_become_dots(
    top: tuple[int, int], bottom: tuple[int, int], dots: list[list[int]]
) -> None:
    assert draw_spans(np.array(top), np.array(bottom), 1).tolist() == dots


@given(st.lists(st.tuples(st.integers(-3, 14), st.integers(-3, 14)), min_size=2, max_size=12))
def test_spans_are_what_a_raster_of_pixels_would_be(spans: list[tuple[int, int]]) -> None:
    spans = spans[: len(spans) // 2 * 2]
    top, bottom = (np.array(edge) for edge in zip(*spans, strict=True))
    wanted = np.zeros((3, len(spans) // 2), dtype=int)
    for x, (first, last) in enumerate(spans):
        for y in range(max(first, 0), min(last, 11) + 1):
            wanted[y // 4, x // 2] |= BITS[y % 4, x % 2]
    assert draw_spans(top, bottom, 3).tolist() == wanted.tolist()


def test_spans_are_joined_to_the_one_before() -> None:
    top, bottom = join_spans(np.array([2, 6, 1, NOWHERE, 9]), np.array([3, 7, 1, -1, 9]))
    assert top.tolist() == [2, 4, 1, NOWHERE, 9]
    assert bottom.tolist() == [3, 7, 5, -1, 9]


def test_a_hatch_moves_with_the_time() -> None:
    columns = np.arange(100, 120)
    everywhere = np.ones(20, dtype=bool)
    earlier, later = draw_hatch(columns, everywhere, 2), draw_hatch(columns + 2, everywhere, 2)
    assert earlier[:, 1:].tolist() == later[:, :-1].tolist()
    assert earlier.any()
    assert not draw_hatch(columns, ~everywhere, 2).any()


def test_empty_cells_are_blanks() -> None:
    assert "".join(map(chr, encode_dots(np.array([0, 1, 255], dtype=np.uint8)))) == " ⠁⣿"
