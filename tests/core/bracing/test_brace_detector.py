"""Braces are told, and what looks like one is not."""

from dataclasses import replace
from typing import Any

import pytest
from prompts import S, prompt

from breathsense.core.bracing.onset import OnsetParams
from breathsense.core.bracing.params import BraceParams
from breathsense.core.model.calibration import Calibrated, Calibration
from breathsense.core.model.events import QualityHint, Turn


def test_a_prompted_outward_brace_is_told_by_one_band(stage: Any) -> None:
    person = stage.Person([stage.Act(43.2, 52.0, shift=1.4, ripple=0.4)], [prompt(42.6)])
    told = stage.watch(person, 60.0)
    (start,), (end,) = told.starts, told.ends
    assert start.direction == "expand"
    assert abs(start.start_ns / S - 43.2) < 0.7
    assert start.decided_ns / S - 43.2 < 2.0
    assert abs(end.end_ns / S - 52.0) < 3.0
    assert end.breathing == "breathing"
    assert end.level == pytest.approx(1.2, abs=0.3)
    assert end.n_breaths >= 1


def test_a_held_outward_brace_shows_no_breathing(stage: Any) -> None:
    person = stage.Person([stage.Act(40.6, 49.0, shift=1.0, ripple=0.0)], [prompt(40.0)])
    (end,) = stage.watch(person, 60.0).ends
    assert end.breathing == "not_seen"
    assert end.n_breaths == 0
    assert end.steadiness == pytest.approx(0.0, abs=0.1)
    assert end.retention == pytest.approx(1.0, abs=0.1)


def test_an_unprompted_brace_is_told_once_the_breath_does_not_come_back(stage: Any) -> None:
    person = stage.Person([stage.Act(43.6, 55.0, shift=1.1, ripple=0.5)])
    (start,) = stage.watch(person, 65.0).starts
    assert start.direction == "expand"
    assert start.decided_ns / S - 43.6 < 5.0


@pytest.mark.parametrize("has_chest", [False, True])
def test_a_draw_in_is_told(stage: Any, has_chest: bool) -> None:  # noqa: FBT001 - parametrised
    acts = [stage.Act(40.5, 48.0, shift=-1.2, ripple=0.4)]
    person = stage.Person(acts, [prompt(40.0)], has_chest=has_chest)
    told = stage.watch(person, 60.0)
    assert [one.direction for one in told.starts] == ["draw_in"]
    assert told.ends[0].level == pytest.approx(1.2, abs=0.3)


def test_a_draw_in_at_full_lungs_is_told_by_two_bands(stage: Any) -> None:
    """The belly comes back only to where it rests, and the chest stays out."""
    person = stage.Person(
        [stage.Act(41.5, 49.0, shift=-1.2, ripple=0.3)], [prompt(40.5)], has_chest=True
    )
    (start,) = stage.watch(person, 60.0).starts
    assert start.direction == "draw_in"


def test_the_chest_tells_of_breathing_over_a_firm_belly(stage: Any) -> None:
    acts = [stage.Act(40.6, 49.0, shift=1.0, ripple=0.02)]
    alone = stage.watch(stage.Person(acts, [prompt(40.0)]), 60.0)
    both = stage.watch(stage.Person(acts, [prompt(40.0)], has_chest=True), 60.0)
    assert [one.breathing for one in alone.ends] == ["not_seen"]
    assert [one.breathing for one in both.ends] == ["breathing"]


def test_quiet_breathing_is_no_brace_even_after_a_prompt(stage: Any) -> None:
    marks = [prompt(at) for at in range(40, 300, 25)]
    for has_chest in (False, True):
        assert stage.watch(stage.Person([], marks, has_chest=has_chest), 320.0).starts == []


def test_a_band_without_a_calibration_tells_nothing(stage: Any) -> None:
    person = stage.Person([stage.Act(40.6, 49.0, shift=1.5, rise_log=0.5)], [prompt(40.0)])
    told = stage.watch(person, 60.0, first=[])
    assert told.starts == []
    assert {one.state for one in told.hints} == {"cannot_tell"}
    assert {one.reason for one in told.hints} == {"no_reference"}


def test_a_band_that_sees_neither_brace_nor_draw_in_tells_nothing(stage: Any) -> None:
    person = stage.Person([stage.Act(40.6, 49.0, shift=1.5)], [prompt(40.0)])
    assert stage.watch(person, 60.0, first=[person.calibrated(0.1, -0.1)]).starts == []


def test_nothing_is_told_within_a_calibration(stage: Any) -> None:
    marks = [prompt(40.0, label="calibration.brace")]
    person = stage.Person([stage.Act(40.6, 48.0, shift=1.0, rise_log=0.5)], marks, has_imu=True)
    assert stage.watch(person, 47.0).starts == []


@pytest.mark.parametrize(
    ("shift", "direction"), [(1.0, "expand"), (0.0, "neutral"), (-1.1, "draw_in")]
)
def test_band_and_imu_tell_the_direction(stage: Any, shift: float, direction: str) -> None:
    acts = [stage.Act(40.6, 49.0, shift=shift, rise_log=0.5, ripple=0.5)]
    told = stage.watch(stage.Person(acts, has_imu=True), 60.0)
    assert [one.direction for one in told.starts] == [direction]
    assert told.starts[0].decided_ns / S - 40.6 < 2.0
    assert (told.ends[0].level is None) == (direction == "neutral")


def test_a_brace_against_the_calibrated_custom_is_still_told(stage: Any) -> None:
    person = stage.Person([stage.Act(40.6, 49.0, shift=1.2, rise_log=0.5)], has_imu=True)
    told = stage.watch(person, 60.0, first=[person.calibrated(0.0, None)])
    assert [one.direction for one in told.starts] == ["expand"]


def test_an_imu_alone_tells_no_direction_but_breathing(stage: Any) -> None:
    for ripple, breathing in ((0.6, "breathing"), (0.0, "not_seen")):
        acts = [stage.Act(40.6, 50.0, rise_log=0.5, ripple=ripple)]
        told = stage.watch(stage.Person(acts, has_belly=False, has_imu=True), 60.0)
        assert [one.direction for one in told.starts] == ["unknown"]
        assert told.ends[0].breathing == breathing
        assert told.ends[0].level is None


def test_an_imu_needs_no_calibration(stage: Any) -> None:
    person = stage.Person([stage.Act(40.6, 50.0, rise_log=0.7)], has_belly=False, has_imu=True)
    (start,) = stage.watch(person, 60.0, first=[]).starts
    assert abs(start.start_ns / S - 40.6) < 0.6


def test_a_brace_before_anything_is_known_of_breathing_has_unknown_breathing(stage: Any) -> None:
    person = stage.Person([stage.Act(8.0, 14.0, rise_log=0.7)], has_belly=False, has_imu=True)
    (end,) = stage.watch(person, 30.0, first=[]).ends
    assert end.breathing == "unknown"


def test_an_imu_that_cannot_hear_this_wearer_leaves_it_to_the_band(stage: Any) -> None:
    person = stage.Person([stage.Act(40.6, 50.0, rise_log=0.6)], has_imu=True)
    calibration = person.calibrated().calibration
    (mmg,) = calibration.mmgs
    deaf = type(mmg)(mmg.sensor, mmg.rest_log, mmg.rest_sd_log, mmg.rest_log + 0.1)
    known = Calibration(levels=calibration.levels, mmgs=(deaf,), rate_per_min=15.0)
    assert stage.watch(person, 60.0, first=[Calibrated(known, 0)]).starts == []


def test_a_draw_in_that_is_not_heard_is_seen(stage: Any) -> None:
    acts = [stage.Act(40.5, 48.0, shift=-1.2, ripple=0.4, rise_log=0.05)]
    person = stage.Person(acts, [prompt(40.0)], has_imu=True)
    calibration = person.calibrated().calibration
    (mmg,) = calibration.mmgs
    faint = type(mmg)(mmg.sensor, mmg.rest_log, mmg.rest_sd_log, mmg.brace_log, mmg.rest_log + 0.1)
    known = Calibration(levels=calibration.levels, mmgs=(faint,), rate_per_min=15.0)
    told = stage.watch(person, 60.0, first=[Calibrated(known, 0)])
    assert [one.direction for one in told.starts] == ["draw_in"]
    assert len(told.ends) == 1


@pytest.mark.parametrize(
    ("rise", "high", "why"),
    [(0.9, 0.3, "steps"), (1.6, 1.6, "a blow"), (0.1, 0.1, "a little tone")],
)
def test_other_sounds_are_no_brace(stage: Any, rise: float, high: float, why: str) -> None:
    acts = [stage.Act(40.6, 49.0, rise_log=rise, high_log=high, ramp_s=0.1)]
    assert stage.watch(stage.Person(acts, has_imu=True), 60.0).starts == [], why


def test_moving_is_no_brace(stage: Any) -> None:
    acts = [stage.Act(40.6, 49.0, rise_log=0.5)]
    person = stage.Person(acts, has_imu=True, moving=(40.0, 50.0))
    told = stage.watch(person, 60.0)
    assert told.starts == []
    assert "motion" in {one.reason for one in told.hints}


def test_speech_like_sound_needs_more_than_one_phrase(stage: Any) -> None:
    acts = [stage.Act(40.0 + 1.6 * k, 40.7 + 1.6 * k, rise_log=0.3) for k in range(12)]
    assert stage.watch(stage.Person(acts, has_belly=False, has_imu=True), 70.0).starts == []


def test_sound_that_flutters_more_than_this_wearer_s_brace_is_speech(stage: Any) -> None:
    def count(usual: float | None) -> int:
        acts = [stage.Act(40.6, 49.0, rise_log=0.5)]
        person = stage.Person(acts, has_belly=False, has_imu=True, flutter=0.3)
        made = person.calibrated().calibration
        known = replace(made, mmgs=(replace(made.mmgs[0], brace_flutter=usual),))
        return len(stage.watch(person, 60.0, first=[Calibrated(known, 0)]).starts)

    assert count(None) == count(0.1) == 0
    assert count(0.28) == 1


def test_a_direction_that_stays_doubtful_is_unknown(stage: Any) -> None:
    acts = [stage.Act(40.6, 49.0, shift=-0.3, rise_log=0.5, ripple=0.3)]
    person = stage.Person(acts, has_imu=True)
    never = OnsetParams(clear=100.0, doubtful=100.0)
    for params, direction in ((None, "neutral"), (BraceParams(onset=never), "unknown")):
        told = stage.watch(person, 60.0, params=params)
        assert [one.direction for one in told.starts] == [direction]


def test_a_full_hold_is_not_a_brace(stage: Any) -> None:
    """The belly comes up as slowly as a breath does, and stands still."""
    acts = [stage.Act(39.6, 47.6, shift=2.0, ripple=0.0, ramp_s=2.0)]
    told = stage.watch(stage.Person(acts), 60.0)
    assert told.starts == []


def test_a_very_deep_breath_and_its_undershoot_are_no_brace(stage: Any) -> None:
    acts = [
        stage.Act(40.5, 43.0, shift=6.0, ramp_s=1.5),
        stage.Act(44.6, 49.0, shift=-0.8, ramp_s=0.8),
    ]
    assert stage.watch(stage.Person(acts), 60.0).starts == []


def test_trouble_that_the_watch_hints_at_is_no_brace(stage: Any) -> None:
    class Troubled(stage.Person):
        def frame(self, k: int) -> Any:
            frame = super().frame(k)
            hint = QualityHint("abdomen", "cough", frame.t_ns)
            return type(frame)(frame.t_ns, frame.known_ns, belly=frame.belly, events=(hint,))

    told = stage.watch(Troubled([stage.Act(43.6, 55.0, shift=1.1)]), 65.0)
    assert told.starts == []
    assert {one.reason for one in told.hints} == {"cough"}


def test_a_level_at_the_end_of_its_range_tells_nothing(stage: Any) -> None:
    class Railed(stage.Person):
        def frame(self, k: int) -> Any:
            frame = super().frame(k)
            belly = 23.0 if k * 0.16 > 43.5 else frame.belly
            return type(frame)(frame.t_ns, frame.known_ns, belly=belly)

    assert stage.watch(Railed(), 60.0).starts == []


def test_a_slipped_band_finds_its_new_rest(stage: Any) -> None:
    acts = [stage.Act(41.0, 500.0, shift=-0.9, ramp_s=0.2)]
    acts.append(stage.Act(100.6, 108.0, shift=1.0, ripple=0.4))
    told = stage.watch(stage.Person(acts, [prompt(100.0)]), 120.0)
    assert [one.direction for one in told.starts if one.start_ns > 60 * S] == ["expand"]
    assert told.ends[-1].level == pytest.approx(1.0, abs=0.25)


def test_a_brace_that_turns_out_to_be_a_new_rest_is_ended(stage: Any) -> None:
    person = stage.Person([stage.Act(40.6, 500.0, shift=1.0)], [prompt(40.0, 3.0)])
    told = stage.watch(person, 90.0)
    assert len(told.starts) == len(told.ends) == 1
    assert told.ends[0].end_ns < 75 * S


def test_nobody_holds_a_brace_for_a_minute(stage: Any) -> None:
    person = stage.Person([stage.Act(40.6, 200.0, rise_log=0.5)], has_belly=False, has_imu=True)
    told = stage.watch(person, 103.0)
    assert told.ends[0].end_ns - told.starts[0].start_ns < 61 * S


def test_paced_breathing_asks_for_more(stage: Any) -> None:
    acts = [stage.Act(43.6, 48.4, shift=1.0, ripple=0.5)]
    free = stage.watch(stage.Person(acts), 60.0)
    paced = stage.watch(stage.Person(acts, [prompt(38.0, 30.0, "exercise.breathe")]), 60.0)
    assert len(free.starts) == 1
    assert paced.starts == []


def test_a_lost_sensor_leaves_the_brace_open(stage: Any) -> None:
    class Lost(stage.Person):
        def frame(self, k: int) -> Any:
            frame = super().frame(k)
            if k * 0.16 < 45.0:
                return frame
            return type(frame)(frame.t_ns, frame.known_ns)

    for has_imu in (False, True):
        acts = [stage.Act(40.6, 49.0, shift=1.0, rise_log=0.5, ripple=0.4)]
        told = stage.watch(Lost(acts, [prompt(40.0)], has_imu=has_imu), 70.0)
        assert len(told.starts) == 1
        assert told.ends == []


def test_hints_tell_level_and_gap_while_a_brace_is_held(stage: Any) -> None:
    person = stage.Person([stage.Act(40.6, 52.0, shift=1.0, ripple=0.0)], [prompt(40.0)])
    hints = [one for one in stage.watch(person, 60.0).hints if one.state == "brace"]
    assert len(hints) > 10
    longest = max(hints, key=lambda hint: hint.gap_ns)
    assert longest.breathing == "not_seen"
    assert longest.gap_ns > 6 * S
    assert longest.level == pytest.approx(1.0, abs=0.4)


def test_a_motion_sensor_alone_hints_at_breathing_while_a_brace_is_held(stage: Any) -> None:
    for ripple, breathing in ((0.0, "not_seen"), (0.6, "breathing")):
        acts = [stage.Act(60.6, 74.0, rise_log=0.5, ripple=ripple)]
        person = stage.Person(acts, [prompt(60.0)], has_belly=False, has_imu=True)
        told = stage.watch(person, 80.0)
        (end,) = told.ends
        hints = [one for one in told.hints if one.state == "brace" and one.t_ns > 66 * S]
        assert end.breathing == breathing
        assert {one.breathing for one in hints if one.t_ns < 74 * S} == {breathing}
        assert {one.breathing for one in told.hints if one.state == "rest"} == {"unknown"}


def test_a_motion_sensor_that_moves_in_a_brace_tells_no_breath_meanwhile(stage: Any) -> None:
    acts = [stage.Act(60.6, 74.0, rise_log=0.5, ripple=0.0)]
    person = stage.Person(acts, [prompt(60.0)], has_belly=False, has_imu=True, moving=(64.0, 66.0))
    told = stage.watch(person, 80.0)
    assert told.ends[-1].breathing == "not_seen"
    meanwhile = [one for one in told.hints if 64.5 * S < one.t_ns < 66 * S]
    assert {one.breathing for one in meanwhile} == {"unknown"}


def test_hints_show_a_draw_in_and_a_full_hold(stage: Any) -> None:
    drawn = stage.Person([stage.Act(40.6, 52.0, shift=-1.2, ripple=0.2)], [prompt(40.0)])
    full = stage.Person([stage.Act(41.6, 52.0, shift=1.0, ripple=0.0, ramp_s=2.0)])
    assert "draw_in" in {one.state for one in stage.watch(drawn, 50.0).hints}
    full.acts.append(stage.Act(41.6, 52.0, shift=0.9, ripple=0.0, ramp_s=2.0))
    assert "full_hold" in {one.state for one in stage.watch(full, 50.0).hints}


def test_other_marks_events_and_sensors_are_passed_over(stage: Any) -> None:
    class Busy(stage.Person):
        def frame(self, k: int) -> Any:
            frame = super().frame(k)
            turn = Turn("abdomen", True, frame.t_ns, 0.0, frame.t_ns)  # noqa: FBT003 - as it is
            kept = (frame.t_ns, frame.known_ns)
            return type(frame)(*kept, belly=frame.belly, marks=frame.marks, events=(turn,))

    person = Busy([stage.Act(43.2, 52.0, shift=1.4, ripple=0.4)], [prompt(42.6)])
    person.marks.append(prompt(5.0, 0.0, "rezero"))
    known = person.calibrated().calibration
    (belly,) = known.levels
    others = (belly, replace(belly, sensor="imu"), replace(belly, sensor="chest", quiet_depth=0.0))
    items = [Calibrated(replace(known, levels=others), 0)] * 2
    assert len(stage.watch(person, 60.0, first=items).starts) == 1


def test_a_wall_that_is_heard_and_seen_to_move_is_told_sooner(stage: Any) -> None:
    acts = [stage.Act(40.6, 49.0, shift=2.0, rise_log=0.5)]
    both = stage.watch(stage.Person(acts, has_imu=True), 60.0).starts
    heard = stage.watch(stage.Person(acts, has_belly=False, has_imu=True), 60.0).starts
    assert len(both) == len(heard) == 1
    assert both[0].decided_ns <= heard[0].decided_ns - 160_000_000
