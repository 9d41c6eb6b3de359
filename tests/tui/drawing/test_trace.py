from dataclasses import replace

import numpy as np
import pytest
from fake_desk import S, build_gap, build_view
from hypothesis import given
from hypothesis import strategies as st

from breathsense.core.model.inputs import Mark
from breathsense.session.view import BraceView, LiveView, WallView
from breathsense.tui.drawing.brace_bars import name_mark
from breathsense.tui.drawing.canvas import Canvas, Ink
from breathsense.tui.drawing.pace import Pace
from breathsense.tui.drawing.pace_plan import PacePlan, begin_pace
from breathsense.tui.drawing.scale import Scale
from breathsense.tui.drawing.trace import TraceOptions, draw_trace

PLAN = begin_pace(Pace(), 0)


def draw(
    view: LiveView,
    options: TraceOptions | None = None,
    *,
    size: tuple[int, int] = (60, 15),
    scale: Scale | None = None,
) -> tuple[Canvas, Scale | None]:
    return draw_trace(view, options or TraceOptions(), scale, *size)


def test_the_line_ends_in_a_dot_at_the_present() -> None:
    canvas, scale = draw(build_view(47 * S))
    heads = np.argwhere(canvas.inks == Ink.HEAD)
    assert len(heads) == 1
    assert canvas.read_row(int(heads[0, 0]))[heads[0, 1]] == "●"
    assert heads[0, 1] >= 58
    assert scale is not None


def test_inhaling_and_exhaling_have_their_inks_and_their_marks() -> None:
    canvas, _ = draw(build_view(47 * S))
    assert "▲ 4.4" in canvas.read_row(13)
    assert "▼ 6.1" in canvas.read_row(13)
    peak = canvas.read_row(13).rindex("▼")
    assert Ink.EXHALE in canvas.inks[:12, peak + 1 : peak + 4]
    assert Ink.EXHALE not in canvas.inks[:12, peak - 8 : peak - 2]
    assert Ink.INHALE in canvas.inks[:12, peak - 8 : peak - 2]


def test_the_present_stands_still_and_the_axis_tells_how_long_ago() -> None:
    first, _ = draw(build_view(47 * S))
    later, _ = draw(build_view(52 * S))
    assert first.read_row(14) == later.read_row(14)
    assert first.read_row(14).split() == ["-10", "s", "-5", "s", "now"]


def test_the_target_is_drawn_ahead_of_the_present() -> None:
    canvas, _ = draw(build_view(47 * S), TraceOptions(plan=PLAN))
    now = canvas.read_row(14).index("now") + 1
    targets = np.argwhere(canvas.inks == Ink.TARGET)
    assert (targets[:, 1] > now).any()
    rings = np.argwhere(canvas.inks == Ink.TARGET_NOW)
    assert len(rings) == 1
    assert abs(rings[0, 1] - now) <= 1


def test_a_gap_is_hatched_and_named_and_never_bridged() -> None:
    canvas, _ = draw(build_view(47 * S, gaps=(build_gap(38, 43),)))
    assert "no signal" in canvas.read_row(13)
    start = canvas.read_row(13).index("no signal")
    hatched = canvas.inks[:12, start + 1 : start + 17]
    assert (hatched[canvas.chars[:12, start + 1 : start + 17] != 0x20] == Ink.GAP).all()


def test_notes_are_marked() -> None:
    marks = (Mark(46 * S, "note: sigh"), Mark(1 * S, "note: mark"), Mark(44 * S, "other"))
    canvas, _ = draw(build_view(47 * S, marks=marks))
    assert canvas.read_row(13).count("◆") == 1


def draw_row(view: LiveView, *, width: int = 60) -> str:
    return draw(view, size=(width, 15))[0].read_row(12)


def test_a_brace_is_a_bar_with_its_word_and_a_draw_in_has_another_pattern() -> None:
    braces = (BraceView(34 * S, 39 * S, "draw_in"), BraceView(42 * S, None, "expand"))
    row = draw_row(build_view(47 * S, wall=WallView(braces=braces)))
    assert "▚ draw-in 5 s ▚▚▚▚▚▚" in row
    assert row.rstrip().endswith("█ brace 5 s ████████")


def test_what_was_asked_for_lies_below_the_brace_that_was_done() -> None:
    view = build_view(
        47 * S,
        wall=WallView(braces=(BraceView(40 * S, 43 * S, "neutral"),)),
        marks=(Mark(38 * S, "exercise.brace", 8 * S), Mark(30 * S, "note: x", 9 * S)),
    )
    assert "┄ brace ▓ firm 3 s ▓┄┄┄┄┄┄┄┄┄┄┄┄" in draw_row(view)


def test_a_brace_without_a_breath_says_so_where_there_is_room() -> None:
    held = BraceView(36 * S, 46 * S, "unknown", "not_seen")
    row = draw_row(build_view(47 * S, wall=WallView(braces=(held,))))
    assert "░ brace? 10 s no breath seen ░" in row
    short = replace(held, start_ns=45 * S)
    assert "░░░░" in draw_row(build_view(47 * S, wall=WallView(braces=(short,))))


@pytest.mark.parametrize(
    ("label", "word"),
    [
        ("calibration.draw_in", "draw-in"),
        ("exercise.brace", "brace"),
        ("rezero", "rest"),
        ("note: brace", ""),
        ("programme.pause", ""),
    ],
)
def test_a_mark_that_asks_for_something_has_a_word(label: str, word: str) -> None:
    assert name_mark(Mark(0, label, 5 * S)) == word


def test_a_sweep_changes_little_from_frame_to_frame() -> None:
    options = TraceOptions(is_sweep=True)
    before, scale = draw(build_view(47 * S), options)
    after, _ = draw(build_view(47 * S + 125_000_000), options, scale=scale)
    assert (before.chars != after.chars).any(axis=0).sum() <= 4


def test_a_scroll_changes_nothing_between_two_columns() -> None:
    before, scale = draw(build_view(47 * S))
    view = replace(build_view(47 * S), now_ns=47 * S + 100_000_000)
    after, _ = draw(view, scale=scale)
    assert (before.chars == after.chars).all()


def test_a_moment_without_samples_is_an_empty_picture() -> None:
    canvas, scale = draw(build_view(0))
    assert scale is None
    assert not (canvas.inks == Ink.HEAD).any()


@pytest.mark.parametrize("is_sweep", [False, True])
@pytest.mark.parametrize("plan", [None, PLAN])
@given(
    width=st.integers(0, 70),
    height=st.integers(0, 20),
    now_ns=st.integers(0, 500 * S),
    gap=st.tuples(st.integers(0, 500), st.integers(0, 500)),
)
def test_any_size_and_moment_can_be_drawn(
    *,
    is_sweep: bool,
    plan: PacePlan | None,
    width: int,
    height: int,
    now_ns: int,
    gap: tuple[int, int],
) -> None:
    view = build_view(now_ns, gaps=(build_gap(min(gap), max(gap)),))
    canvas, _ = draw(view, TraceOptions(is_sweep=is_sweep, plan=plan), size=(width, height))
    assert canvas.chars.shape == (height, width)
