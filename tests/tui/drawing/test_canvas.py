from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from breathsense.tui.drawing.canvas import (
    Ink,
    Span,
    build_canvas,
    decode_text,
    encode_text,
    find_changes,
    split_runs,
)
from breathsense.tui.drawing.fitting import cut_text, tidy_text


def test_a_text_is_cut_at_both_edges() -> None:
    canvas = build_canvas(5, 2)
    assert canvas.write(0, -2, "abcdefghij", Ink.STRONG) == 8
    canvas.write(1, 3, "xyz")
    canvas.write(7, 0, "not on it")
    assert canvas.read() == "cdefg\n   xy"
    assert canvas.inks[0].tolist() == [Ink.STRONG] * 5


def test_texts_stand_right_and_in_the_middle() -> None:
    canvas = build_canvas(9, 2)
    assert canvas.write_right(0, "ab", margin=1) == 6
    canvas.write_centred(1, "abc")
    assert canvas.read() == "      ab\n   abc"


def test_nothing_has_changed_between_equal_canvases() -> None:
    assert find_changes(build_canvas(8, 3), build_canvas(8, 3)) == []


def test_changes_near_each_other_are_sent_together() -> None:
    old, new = build_canvas(60, 3), build_canvas(60, 3)
    new.write(0, 3, "a")
    new.write(0, 10, "b")
    new.write(0, 50, "c")
    new.inks[2, 59] = Ink.HEAD
    assert find_changes(old, new, bridge=20) == [Span(0, 3, 11), Span(0, 50, 51), Span(2, 59, 60)]


def test_blanks_take_the_ink_on_their_left() -> None:
    canvas = build_canvas(8, 2)
    canvas.write(0, 2, "a", Ink.INHALE)
    canvas.write(0, 5, "b", Ink.EXHALE)
    assert split_runs(canvas, [0, 1]) == [
        [("  a  ", Ink.INHALE), ("b  ", Ink.EXHALE)],
        [("        ", Ink.TEXT)],
    ]


@given(st.lists(st.text("ab █", min_size=7, max_size=7), min_size=1, max_size=4), st.randoms())
def test_runs_put_together_are_the_row(rows: list[str], random: Random) -> None:
    canvas = build_canvas(7, len(rows))
    for row, text in enumerate(rows):
        for column, char in enumerate(text):
            canvas.write(row, column, char, Ink(random.randrange(len(Ink))))
    for text, runs in zip(rows, split_runs(canvas, range(len(rows))), strict=True):
        assert "".join(run for run, _ in runs) == text
        shown = [(char, ink) for run, ink in runs for char in run]
        row = rows.index(text) if rows.count(text) == 1 else None
        if row is not None:
            wanted = list(zip(text, canvas.inks[row].tolist(), strict=True))
            assert [one for one in shown if one[0] != " "] == [
                one for one in wanted if one[0] != " "
            ]


@given(st.text(max_size=30))
def test_any_foreign_text_becomes_single_cells(text: str) -> None:
    tidy = tidy_text(text)
    assert len(tidy) == len(text)
    assert decode_text(encode_text(tidy)) == tidy


@pytest.mark.parametrize(
    ("text", "width", "wanted"),
    [("belt", 4, "belt"), ("belts", 4, "bel…"), ("belt", 1, "…"), ("belt", 0, ""), ("", 0, "")],
)
def test_long_texts_end_in_an_ellipsis(text: str, width: int, wanted: str) -> None:
    assert cut_text(text, width) == wanted


def test_a_wide_or_controlling_character_becomes_a_dot() -> None:
    assert tidy_text("a\x1b[2J漢é") == "a·[2J·é"


def test_inks_spread_per_row_only() -> None:
    canvas = build_canvas(3, 2)
    canvas.write(0, 2, "x", Ink.GAP)
    canvas.write(1, 0, "y", Ink.NOTE)
    assert np.array_equal(canvas.chars[1], encode_text("y  "))
    assert split_runs(canvas, [1]) == [[("y  ", Ink.NOTE)]]
