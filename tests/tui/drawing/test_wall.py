"""The wall panel, the can and the line of words, as tables."""

from dataclasses import replace
from typing import Any

import pytest
from fake_desk import BELT, S, build_gap, build_view

from breathsense.core.model.bracing import HoldScored, LevelDoubt, PostureHint, SetScored
from breathsense.core.model.calibration import Calibration, LevelReference
from breathsense.core.model.coaching import CourseBegan, Cue, StepBegan
from breathsense.session.course import CourseView
from breathsense.session.view import BraceView, LiveView, WallView
from breathsense.tui.drawing.can import draw_can, read_can
from breathsense.tui.drawing.canvas import Ink
from breathsense.tui.drawing.says import draw_says, read_says
from breathsense.tui.drawing.wall import draw_wall, grade_gap, measure_gap_ns, read_wall

NOW = 47 * S
WIDE = WallView(
    state="brace",
    reason="",
    direction="expand",
    level=0.84,
    moved_ns=NOW - S,
    braces=(BraceView(40 * S, None, "expand"),),
)
BELLY = LevelReference("abdomen", 8.0, 2.0, 0.1, brace_shift=2.0, draw_in_shift=-1.5)


def see(wall: WallView = WIDE, **changes: Any) -> LiveView:
    return build_view(NOW, wall=wall, **changes)


def draw(view: LiveView, width: int = 26, height: int = 6) -> list[str]:
    return draw_wall(read_wall(view), width, height).read().splitlines()


def test_a_brace_has_its_level_with_the_goal_zone_and_the_breath_gap() -> None:
    assert draw(see()) == [
        " ■ Brace 7 s, widening",
        " Level █████▎░░░░    85 %",
        "           ╰──╯ goal ✓",
        " Gap   █░░░░░░░░░ ○ 1.0 s",
        "           ╵ ╵6 s",
    ]


def test_a_wide_panel_writes_the_goal_into_its_zone_and_tells_the_last_hold() -> None:
    hold = HoldScored(0, 78.0, 0.9, 0.7, None, 1.0, None, is_level_doubtful=False, decided_ns=0)
    rows = draw(see(replace(WIDE, hold=hold)), 56, 11)
    assert "╰──── goal ───╯ ✓" in "".join(rows)
    assert any(row.startswith(" Breath gap  ") for row in rows)
    assert " Last hold 78 (level 90, steady 70, kept —, breath 100)" in rows
    assert " too short to tell the rest" in rows


def test_why_the_level_of_a_hold_is_doubtful_is_told() -> None:
    hold = HoldScored(0, 78.0, 0.9, None, None, None, None, is_level_doubtful=True, decided_ns=0)
    doubts: dict[LevelDoubt, str] = {"slip": "band has slipped", "posture": "leaned another way"}
    for doubt, words in doubts.items():
        rows = draw(see(replace(WIDE, hold=replace(hold, doubt=doubt))), 90, 11)
        assert any(words in row for row in rows)


def test_a_brace_the_other_way_than_asked_for_is_told_and_earns_no_tick() -> None:
    rows = draw(see(replace(WIDE, goal="draw_in")), 56, 6)
    assert rows[0] == " ■ Brace 7 s, widening, goal: inward"
    assert "✓" not in rows[2]
    assert "goal:" not in draw(see(replace(WIDE, goal="expand")), 56, 6)[0]
    assert "goal:" not in draw(see(replace(WIDE, state="rest", goal="draw_in")), 56, 6)[0]


def test_what_cannot_be_told_has_its_reason() -> None:
    rows = draw(see(WallView(reason="no_reference")), 40)
    assert rows[0] == " ? Cannot tell: calibrate first"
    assert draw(see(WallView(reason="no_reference")), 25)[0] == " ? calibrate first"
    assert rows[1].endswith("—")
    assert rows[3].endswith("—")


@pytest.mark.parametrize(
    ("state", "seconds", "grade"),
    [
        ("brace", 3.9, "calm"),
        ("brace", 4, "prompt"),
        ("draw_in", 6, "warn"),
        ("rest", 5, "calm"),
        ("rest", 6, "prompt"),
        ("full_hold", 20, "prompt"),
    ],
)
def test_a_breath_gap_is_graded_sooner_in_an_effort(state: Any, seconds: float, grade: str) -> None:
    assert grade_gap(replace(WIDE, state=state), int(seconds * S)) == grade


@pytest.mark.parametrize(
    "changes",
    [
        {"wearables": (replace(BELT, link="lost"),)},
        {"gaps": (build_gap(40, 47),)},
        {"is_over": True},
        {"wall": replace(WIDE, moved_ns=None)},
    ],
)
def test_no_breath_gap_is_counted_while_nothing_can_be_seen(changes: dict[str, Any]) -> None:
    view = replace(see(), **changes)
    assert measure_gap_ns(view) is None
    assert read_wall(view).gap == "unknown"


def test_a_calibration_from_before_waits_for_the_level_of_today() -> None:
    view = see(
        WallView(reason="no_reference", moved_ns=NOW), calibration=Calibration(levels=(BELLY,))
    )
    assert say(view)[0] == "? Braces are not told: a few quiet breaths first."


def test_the_can_is_thicker_and_wider_in_a_brace_and_thinner_in_a_draw_in() -> None:
    wide = draw_can(read_can(see()), 13, 6).read().splitlines()
    assert wide[0] == "  ╭═══════╮"
    assert wide[2].startswith(" ▌")
    assert wide[-1] == "  wall firm"
    inward = replace(WIDE, state="draw_in", direction="draw_in", level=0.3)
    thin = draw_can(read_can(see(inward)), 22, 10).read().splitlines()
    assert thin[4].index("┃") > thin[1].index("┃")
    assert thin[-1].strip() == "wall light, drawn in"


def test_the_can_fills_with_the_belly_and_every_breath_is_a_bubble() -> None:
    full = read_can(build_view(int(5.2 * S)))
    empty = read_can(build_view(int(10.3 * S)))
    assert full.fill > empty.fill >= 0
    assert read_can(build_view(0)).fill == -1
    view = see()
    recent = [one for one in view.breaths if NOW - one.peak_ns < 20 * S]
    picture = draw_can(read_can(view), 30, 12)
    assert len(read_can(view).bubbles) == len(recent) == 2
    assert sum(picture.read().count(bubble) for bubble in "·°oO") >= 2


def test_an_unseen_wall_is_dashed_and_small_cans_are_left_out() -> None:
    picture = draw_can(read_can(see(WallView())), 14, 6).read()
    assert "┆" in picture
    assert "wall unseen" in picture
    assert draw_can(read_can(see()), 5, 3).read().strip() == ""


def test_a_plain_can_moves_in_coarser_steps() -> None:
    assert read_can(see(), is_plain=True).fill % 8 == 0
    assert read_wall(see(replace(WIDE, moved_ns=NOW - S - 330_000_000)), is_plain=True).gap_ds == 10


def say(view: LiveView) -> tuple[str, Ink]:
    face = read_says(view)
    return face.text, face.ink


def test_a_breath_gap_comes_before_everything_but_a_cue_of_safety() -> None:
    cue = Cue(0, "level", "A little firmer.", 0, 3)
    assert say(see(cue=cue)) == ("▸ A little firmer.", Ink.NOTE)
    held = replace(WIDE, moved_ns=NOW - 7 * S)
    words, ink = say(see(held, cue=cue))
    assert words == "● Let go and breathe. No belly movement seen for 7 s."
    assert ink == Ink.PROBLEM
    assert say(see(replace(WIDE, moved_ns=NOW - 4 * S)))[0] == (
        "◐ No belly movement seen - are you breathing?"
    )
    rest = replace(held, state="rest")
    assert say(see(rest))[0] == "◐ No belly movement seen for 7 s - are you breathing?"
    urgent = replace(cue, text="Stop, and rest.", rank=0)
    assert say(see(held, cue=urgent)) == ("● Stop, and rest.", Ink.PROBLEM)


def test_what_is_not_scored_is_explained_and_nothing_is_said_without_need() -> None:
    assert say(see(WallView(reason="motion", moved_ns=NOW)))[0] == (
        "? Braces are not told: too much movement."
    )
    assert say(see()) == ("", Ink.TEXT)


@pytest.mark.parametrize(
    ("calibration", "words"),
    [
        (None, "not calibrated, c begins"),
        (Calibration(levels=(BELLY,)), "calibrated: breath, braces, draw-ins"),
        (
            Calibration(levels=(replace(BELLY, brace_shift=None, draw_in_shift=None),)),
            "calibrated: breath only",
        ),
    ],
)
def test_it_is_told_what_the_calibration_lets_the_sensors_tell(
    calibration: Calibration | None, words: str
) -> None:
    assert read_says(see(calibration=calibration)).known == words
    assert draw_says(read_says(see(calibration=calibration)), 80).read().endswith(words)


@pytest.mark.parametrize(
    ("slouch", "words"), [(None, "lean 12°"), (0.2, "upright"), (0.9, "slumped")]
)
def test_the_lean_is_told_where_it_is_known(slouch: float | None, words: str) -> None:
    posture = PostureHint("imu", 12.0, 0.0, slouch, True, NOW)  # noqa: FBT003 - positional as in the engine
    assert read_says(see(replace(WIDE, posture=posture))).known.startswith(words)


BLIND = Calibration(levels=(replace(BELLY, brace_shift=0.1, draw_in_shift=None),))
SOFT = replace(WIDE, state="rest", direction="unknown", level=None, braces=())
ASKED = CourseView(
    CourseBegan(0, "core.test", "Test", 0, "expand", 40, 0, 200 * S),
    StepBegan(
        0, 0, 0, 0, 1, 0, 1, "brace_breathe", "", None, 0, NOW, 9 * S, is_open=False
    ),
)  # fmt: skip


def test_a_wall_that_the_sensors_cannot_see_is_not_called_at_rest() -> None:
    view = see(SOFT, calibration=BLIND)
    assert draw(view, 56)[0] == " ? Cannot tell: these sensors cannot see your brace"
    assert read_can(view).firmness is None
    unseen = replace(SOFT, state="cannot_tell", reason="no_reference")
    assert "cannot see your brace" in draw(see(unseen, calibration=BLIND), 56)[0]
    assert draw(see(SOFT, calibration=Calibration(levels=(BELLY,))), 56)[0].startswith(" ○ At rest")


def test_in_a_brace_it_is_told_that_breathing_only_is_coached() -> None:
    says = read_says(see(SOFT, calibration=BLIND, course=ASKED)).text
    assert says == "? These sensors cannot see your brace: breathing only will be coached."
    assert not read_says(see(SOFT, calibration=BLIND)).text
    assert not read_says(see(SOFT, calibration=Calibration(levels=(BELLY,)), course=ASKED)).text


def test_one_of_two_wearables_that_is_away_is_told() -> None:
    away = replace(BELT, id="imu", name="Dot", link="lost")
    says = read_says(see(SOFT, wearables=(BELT, away))).text
    assert says == "? The link to Dot is lost: what it sees is not told until it is back."
    assert "The link to" not in read_says(see(SOFT, wearables=(away,))).text


def test_the_last_set_stands_until_the_next_hold() -> None:
    hold = HoldScored(0, 78.0, 0.9, 0.7, 0.8, 1.0, None, is_level_doubtful=False, decided_ns=0)
    told = SetScored(0, 0, 9, 2, 80.0, 0.9, 0.8, 0.7, 1.0, "", 10)
    rows = draw(see(replace(WIDE, hold=hold, latest_set=told)), 56, 11)
    assert " Last set 80 (level 90, steady 80, kept 70, breath 100)" in rows
    rows = draw(see(replace(WIDE, hold=hold, latest_set=replace(told, n_holds=1))), 56, 11)
    assert " Last hold 80 (level 90, steady 80, kept 70, breath 100)" in rows
