from dataclasses import replace

import numpy as np
import pytest
from fake_desk import S, build_gap, build_view
from hypothesis import given
from hypothesis import strategies as st

from breathsense.session.view import LiveView
from breathsense.tui.drawing.canvas import Canvas, Ink
from breathsense.tui.drawing.pace import Pace, PacePlan, begin_pace
from breathsense.tui.drawing.scale import Scale
from breathsense.tui.drawing.trace import TraceOptions, draw_trace

PLAN = begin_pace(Pace(), 0)


def draw(
    view: LiveView,
    options: TraceOptions | None = None,
    *,
    size: tuple[int, int] = (60, 14),
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
    assert "▲ 4.4" in canvas.read_row(12)
    assert "▼ 6.1" in canvas.read_row(12)
    peak = canvas.read_row(12).rindex("▼")
    assert Ink.EXHALE in canvas.inks[:12, peak + 1 : peak + 4]
    assert Ink.EXHALE not in canvas.inks[:12, peak - 8 : peak - 2]
    assert Ink.INHALE in canvas.inks[:12, peak - 8 : peak - 2]


def test_the_present_stands_still_and_the_axis_tells_how_long_ago() -> None:
    first, _ = draw(build_view(47 * S))
    later, _ = draw(build_view(52 * S))
    assert first.read_row(13) == later.read_row(13)
    assert first.read_row(13).split() == ["-10", "s", "-5", "s", "now"]


def test_the_target_is_drawn_ahead_of_the_present() -> None:
    canvas, _ = draw(build_view(47 * S), TraceOptions(plan=PLAN))
    now = canvas.read_row(13).index("now") + 1
    targets = np.argwhere(canvas.inks == Ink.TARGET)
    assert (targets[:, 1] > now).any()
    rings = np.argwhere(canvas.inks == Ink.TARGET_NOW)
    assert len(rings) == 1
    assert abs(rings[0, 1] - now) <= 1


def test_a_gap_is_hatched_and_named_and_never_bridged() -> None:
    canvas, _ = draw(build_view(47 * S, gaps=(build_gap(38, 43),)))
    assert "no signal" in canvas.read_row(12)
    start = canvas.read_row(12).index("no signal")
    hatched = canvas.inks[:12, start + 1 : start + 17]
    assert (hatched[canvas.chars[:12, start + 1 : start + 17] != 0x20] == Ink.GAP).all()


def test_notes_are_marked() -> None:
    canvas, _ = draw(build_view(47 * S), TraceOptions(notes_ns=(46 * S, 1 * S)))
    assert canvas.read_row(12).count("◆") == 1


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
