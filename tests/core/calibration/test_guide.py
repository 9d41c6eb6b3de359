"""The guide leads on, whatever the wearer does."""

from typing import get_args

import pytest

from breathsense.core.calibration.guide import CalibrationGuide, list_open, plan_steps
from breathsense.core.model.calibration import (
    Advice,
    Calibration,
    LevelReference,
    MmgReference,
    StepJudged,
    StepName,
)
from breathsense.core.model.inputs import Mark
from breathsense.core.model.sensors import Sensor
from breathsense.session.calibration_words import ADVICE_WORDS, STEP_ORDERS, STEP_TITLES

S = 1_000_000_000
BELT = Sensor("abdomen", "band", "abdomen", "N")
CLIP = Sensor("imu", "imu", "abdomen", "g")


def wait_for_mark(guide: CalibrationGuide, now_s: float) -> tuple[Mark, float]:
    while True:
        marks = guide.tick(round(now_s * S))
        if marks:
            return marks[0], now_s
        now_s += 0.5


def judge(
    guide: CalibrationGuide, mark: Mark, advice: Advice = "", *, is_good: bool = True
) -> None:
    step = guide.view(0).step
    assert step is not None
    end_ns = mark.start_ns + mark.duration_ns
    guide.take(StepJudged(step, is_good, advice, mark.start_ns, end_ns, end_ns))


def test_the_steps_follow_from_the_sensors() -> None:
    assert plan_steps([BELT]) == ("fit", "quiet", "full", "pause", "brace", "draw_in")
    assert plan_steps([CLIP])[:2] == ("fit", "polarity")
    assert plan_steps([BELT, CLIP])[-2:] == ("tall", "slump")
    assert "polarity" not in plan_steps([BELT, CLIP])


def test_a_willing_wearer_is_led_to_the_end() -> None:
    guide = CalibrationGuide(plan_steps([BELT]))
    made: list[tuple[str, float]] = []
    now_s = 0.0
    while not guide.is_over:
        mark, now_s = wait_for_mark(guide, now_s)
        made.append((mark.label, mark.duration_ns / S))
        judge(guide, mark)
    assert made == [
        ("calibration.fit", 4.0),
        ("calibration.quiet", 60.0),
        *[("calibration.full", 10.0)] * 3,
        ("calibration.pause", 8.0),
        *[("calibration.brace", 5.0)] * 3,
        *[("calibration.draw_in", 5.0)] * 2,
    ]
    shown = guide.view(0)
    assert set(shown.results.values()) == {"done"}
    assert (shown.step, shown.phase, shown.left_ns, shown.n_asked) == (None, "over", 0, 0)
    assert guide.tick(10**15) == []


def test_a_step_that_is_refused_is_tried_again_and_then_left_out() -> None:
    guide = CalibrationGuide(("brace", "draw_in"))
    now_s = 0.0
    for n_refused in range(3):
        assert guide.view(round(now_s * S)).step == "brace"
        assert guide.view(0).is_again == (n_refused > 0)
        mark, now_s = wait_for_mark(guide, now_s)
        judge(guide, mark, "firmer", is_good=False)
    shown = guide.view(0)
    assert shown.step == "draw_in"
    assert shown.results == {"brace": "given_up", "draw_in": "open"}
    assert shown.advice == ""


def test_a_good_try_makes_up_for_refused_ones() -> None:
    guide = CalibrationGuide(("brace",))
    now_s = 0.0
    for is_good in (False, False, True, False, False, True, True):
        mark, now_s = wait_for_mark(guide, now_s)
        judge(guide, mark, "" if is_good else "softer", is_good=is_good)
    assert guide.view(0).results == {"brace": "done"}


def test_the_time_that_is_left_is_told_in_each_phase() -> None:
    guide = CalibrationGuide(("pause",))
    assert guide.view(0).left_ns == 10 * S
    assert guide.tick(S) == []
    assert guide.view(3 * S).left_ns == 8 * S
    (mark,) = guide.tick(11 * S)
    assert mark == Mark(11 * S, "calibration.pause", 8 * S)
    shown = guide.view(13 * S)
    assert (shown.phase, shown.left_ns) == ("doing", 6 * S)
    guide.tick(19 * S)
    assert guide.view(19 * S).phase == "judging"


def test_a_judgement_that_does_not_come_means_no_signal() -> None:
    guide = CalibrationGuide(("pause",))
    now_s = 0.0
    while not guide.is_over:
        now_s += 1.0
        guide.tick(round(now_s * S))
        assert guide.view(0).advice in {"", "no_signal"}
    assert guide.view(0).results == {"pause": "given_up"}
    assert now_s < 100


def test_judgements_of_other_tries_are_passed_over() -> None:
    guide = CalibrationGuide(("pause", "quiet"))
    guide.take(StepJudged("pause", True, "", 0, 0, 0))  # noqa: FBT003 - positional as in the engine
    mark, _ = wait_for_mark(guide, 0.0)
    guide.take(StepJudged("brace", True, "", mark.start_ns, 0, 0))  # noqa: FBT003 - as above
    guide.take(StepJudged("pause", True, "", mark.start_ns - 1, 0, 0))  # noqa: FBT003 - as above
    assert guide.view(0).step == "pause"


def test_steps_can_be_begun_at_once_skipped_and_repeated() -> None:
    guide = CalibrationGuide(("quiet", "pause", "brace"))
    guide.begin()
    (mark,) = guide.tick(S)
    guide.begin()
    assert guide.view(S).phase == "doing"
    judge(guide, mark)
    guide.skip()
    assert guide.view(S).results == {"quiet": "done", "pause": "skipped", "brace": "open"}
    guide.repeat("quiet")
    assert guide.view(S).step == "quiet"
    guide.skip()
    assert guide.view(S).step == "brace"
    guide.skip()
    assert guide.is_over
    guide.skip()
    guide.repeat()
    assert guide.view(S).step == "brace"


def test_a_step_that_was_left_open_is_come_back_to() -> None:
    guide = CalibrationGuide(("quiet", "pause"))
    guide.repeat("pause")
    guide.skip()
    assert guide.view(0).step == "quiet"


def test_no_steps_are_over_at_once() -> None:
    assert CalibrationGuide(()).is_over


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (Calibration(), ("fit", "quiet", "full", "pause", "brace", "draw_in", "tall", "slump")),
        (
            Calibration(
                levels=(LevelReference("abdomen", 0.0, 1.0, 0.1, 3.0, 0.1, 1.0),),
                tall_deg=1.0,
                slump_deg=20.0,
            ),
            ("fit", "draw_in"),
        ),
        (
            Calibration(mmgs=(MmgReference("imu", -3.0, 0.1, -2.0, -2.5),)),
            ("fit", "full", "pause", "tall", "slump"),
        ),
    ],
)
def test_what_is_known_need_not_be_done_again(
    known: Calibration, expected: tuple[StepName, ...]
) -> None:
    assert list_open(plan_steps([BELT, CLIP]), known) == expected


def test_an_imu_that_knows_its_way_is_not_asked_again() -> None:
    assert "polarity" in list_open(plan_steps([CLIP]), Calibration())
    assert "polarity" not in list_open(plan_steps([CLIP]), Calibration(polarity=-1))


def test_each_word_of_advice_has_words() -> None:
    assert set(ADVICE_WORDS) == set(get_args(Advice))
    assert set(STEP_ORDERS) == set(STEP_TITLES) == set(get_args(StepName))
