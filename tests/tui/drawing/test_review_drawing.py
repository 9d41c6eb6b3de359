import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from breathsense.core.model.samples import freeze_times, freeze_values
from breathsense.exports.content import Content
from breathsense.session.pyramid import build_pyramid
from breathsense.session.review_figures import FigureRow
from breathsense.session.review_window import ReviewWindow, open_window
from breathsense.tui.drawing.canvas import Canvas, Ink
from breathsense.tui.drawing.review import (
    ReviewTrace,
    choose_gain,
    draw_overview,
    draw_review,
    lay_out_window,
)
from breathsense.tui.drawing.review_words import (
    HereFace,
    ReviewBarFace,
    TableFace,
    draw_here,
    draw_review_bar,
    draw_table,
    name_session,
    read_here,
    say_cursor,
)

sys.path.insert(0, str(Path(__file__).parents[1]))
from reviewed import S, build_content, build_notes, build_review

from breathsense.exports.by_hand import apply_notes


@pytest.fixture(scope="module")
def trace() -> ReviewTrace:
    content = build_content()
    told = apply_notes(content, build_notes(content))
    wave = content.waveforms[0]
    pyramid = build_pyramid(wave.t_ns, wave.values[:, 0])
    return ReviewTrace(told, pyramid, choose_gain(pyramid))


def draw(trace: ReviewTrace, from_s: float, span_s: float, cursor_s: float) -> Canvas:
    window = ReviewWindow(
        0, 360 * S, int(from_s * S), int(span_s * S), int(cursor_s * S)
    )  # fmt: skip
    return draw_review(trace, window, 80, 20)


def test_breaths_words_and_braces_stand_below_their_moments(trace: ReviewTrace) -> None:
    rows = draw(trace, 90, 40, 95).read().split("\n")
    assert "brace 12 s" in rows[15]
    assert rows[15].index("█") == 20, "10 s into 40 s on 80 cells"
    assert rows[16].startswith("▲")
    assert rows[17].index("◆exercise.brace") == 20
    assert rows[17].index("◆note: müde") == 60
    assert "╵00:01:40" in rows[19]


def test_the_cursor_is_a_line_through_the_plot(trace: ReviewTrace) -> None:
    canvas = draw(trace, 90, 40, 110)
    assert [canvas.read_row(row)[40] for row in range(3)] == ["┊"] * 3
    assert set(canvas.inks[:15, 40].tolist()) <= {Ink.TARGET_NOW, Ink.HEAD}


def test_holes_are_hatched_and_flaws_are_named(trace: ReviewTrace) -> None:
    canvas = draw(trace, 190, 40, 195)
    assert (canvas.inks[:15, 24:40] == Ink.GAP).any()
    rows = draw(trace, 120, 40, 125).read().split("\n")
    assert "░ motion ░" in rows[18]


def test_breaths_by_hand_have_a_sign_at_any_zoom(trace: ReviewTrace) -> None:
    near = draw(trace, 0, 40, 5).read_row(16)
    assert near.index("✎") == 36
    far = draw(trace, 0, 360, 5).read_row(16)
    assert "69 breaths here; + shows them one by one"[5:] in far
    assert far.index("✎") == 4


def test_a_window_without_words_or_samples_is_drawn_too(trace: ReviewTrace) -> None:
    assert draw(trace, 202, 5, 203).read()
    assert draw_review(trace, open_window(0, S), 7, 20).read().strip() == ""
    assert draw_overview(trace, open_window(0, S), 7, 3).read().strip() == ""


def test_the_overview_brackets_the_window_and_marks_what_is_in_the_session(
    trace: ReviewTrace,
) -> None:
    window = ReviewWindow(0, 360 * S, 90 * S, 90 * S, 120 * S)
    bracket = draw_overview(trace, window, 80, 4).read_row(3)
    assert bracket[20] == "╰"
    assert bracket[39] == "╯"
    assert bracket[26] == "▲"
    assert bracket.index("◇") == 6
    assert "■" in bracket
    narrow = replace(window, span_ns=S)
    assert "█" in draw_overview(trace, narrow, 80, 4).read_row(3)


def test_the_gain_is_that_of_usual_half_minutes() -> None:
    t_ns = freeze_times(np.arange(9000, dtype=np.int64) * 40_000_000)
    values = np.sin(np.arange(9000) / 20)
    values[100] = 50.0
    assert choose_gain(build_pyramid(t_ns, freeze_values(values))) == pytest.approx(2.0, abs=0.01)
    empty = build_pyramid(t_ns[:0], freeze_values(values[:0]))
    assert choose_gain(empty) == 1.0


def test_columns_cover_the_window() -> None:
    timeline = lay_out_window(open_window(0, 600 * S), 60)
    assert timeline.n == 120
    assert timeline.column_ns == S // 2


def test_what_is_nowhere_is_said_to_be_nowhere(tmp_path: Path) -> None:
    review = build_review(tmp_path / "a.mcap", with_notes=False)
    empty = replace(review.found, analysis=replace(review.found.analysis, breaths=(), gaps=()))
    review.found = empty
    review.take_notes(review.notes)
    assert read_here(review, open_window(0, 360 * S).jump(300 * S)).lines == (
        "nothing was found here",
    )
    assert "no samples" not in draw_here(HereFace(("a", "b")), 20, 1).read()


def test_a_session_is_known_by_its_title_its_day_or_its_file() -> None:
    content: Content = build_content()
    assert name_session(content) == "21 Nov 2026, 18:30"
    titled = replace(content, notes=replace(content.notes, title="after the run"))
    assert name_session(titled) == "after the run"
    assert name_session(build_content("")) == "a"


def test_the_bar_cuts_the_name_first() -> None:
    face = ReviewBarFace("a very long name of a session", "00:01:00 of 00:05:00")
    assert draw_review_bar(face, 40).read() == " a very long nam…  00:01:00 of 00:05:00"
    window = open_window(0, 600 * S)
    assert say_cursor(window) == "00:00:00"
    assert say_cursor(window.zoom(1)) == "00:00:00.00"


def test_two_sessions_have_two_columns() -> None:
    rows = (FigureRow("Breaths", "87", "60"),)
    table = draw_table(TableFace(("today", "then"), rows), 40, 3).read().split("\n")
    assert table[0].split() == ["today", "then"]
    assert table[1].split() == ["Breaths", "87", "60"]
    assert table[0].index("today") + 5 == table[1].index("87") + 2
    alone = draw_table(TableFace(("",), (FigureRow("Breaths", "87"),)), 30, 3).read_row(0)
    assert alone.split() == ["Breaths", "87"]
