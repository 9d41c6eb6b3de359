import math
from dataclasses import replace
from typing import Any

import pytest
from judged_scenes import ALL, PACE, S, aim, brace_text, figures, find, follow, name, rest

from breathsense.core.coaching.figures import MEASURES, find_share
from breathsense.core.coaching.spec import TargetName
from breathsense.core.model.calibration import Calibration
from breathsense.core.model.coaching import CourseJudged, Figure, RepJudged, SetJudged
from breathsense.core.model.events import BreathEnd, QualityHint
from breathsense.core.model.inputs import Course, Mark
from breathsense.core.model.sensors import Sensor


def test_every_target_has_its_measure() -> None:
    assert set(MEASURES) == set(TargetName.__args__)  # type: ignore[attr-defined] # a Literal has them


def test_who_breathes_with_the_pacer_reaches_all(gym: Any) -> None:
    targets = aim(
        "of = 'rate_per_min'\nleast = 5.5\nmost = 6.5",
        "of = 'lag_s'\nmost = 0.6",
        "of = 'on_pace'\nleast = 0.8",
        "of = 'inhale_error_s'\nmost = 0.7",
        "of = 'depth_quiet'\nleast = 1.2\nmost = 2.5",
        "of = 'depth_full'\nleast = 0.35",
        "of = 'returns'\nmost = 0.15",
        "of = 'variability'\nmost = 0.1",
        "of = 'repeatability'\nmost = 0.1",
        "of = 'ventilation'\nmost = 1.5",
        "of = 'ie_ratio'",
    )
    scene = gym.Scene(gym.write_programme(PACE, targets))
    follow(scene)
    judged = find(scene.run(75))
    told = figures(judged)
    assert judged.score == 100.0
    assert (judged.n_reps, judged.ended, judged.programme) == (6, "", "core.test")
    assert judged.usable_frac > 0.95
    assert told["rate_per_min"].value == pytest.approx(6.0)
    assert told["lag_s"].value == pytest.approx(0.0)
    assert told["depth_quiet"].value == pytest.approx(1.5)
    assert told["depth_full"].value == pytest.approx(0.5)
    assert told["ventilation"].value == pytest.approx(1.5 * 6 / 15)
    assert told["ie_ratio"].value == pytest.approx(4 / 6)
    assert told["ie_ratio"].share is None


def test_who_is_late_reaches_less(gym: Any) -> None:
    text = gym.write_programme(PACE, aim("of = 'lag_s'\nmost = 0.6", "of = 'on_pace'\nleast = 0.8"))
    scene = gym.Scene(text)
    follow(scene, late_s=1.2)
    judged = find(scene.run(75))
    told = figures(judged)
    assert told["lag_s"].value == pytest.approx(1.2)
    assert told["on_pace"] == Figure("on_pace", 0.0, 0.8, None, 0.0, "")
    assert judged.score == 0.0


def test_a_repetition_is_judged_when_its_last_breath_is_decided(gym: Any) -> None:
    scene = gym.Scene(gym.write_programme(PACE, name("depth_quiet")))
    follow(scene)
    reps = [one for one in scene.run(75) if isinstance(one, RepJudged)]
    assert [(one.rep, one.start_ns // S, one.end_ns // S) for one in reps[:2]] == [
        (0, 0, 10),
        (1, 10, 20),
    ]
    assert 16 * S <= reps[0].decided_ns < 16.4 * S
    assert reps[0].score is None, "without bounds nothing is scored"


def test_exhales_and_pauses_are_told_apart(gym: Any) -> None:
    scene = gym.Scene(gym.write_programme(PACE, name("exhale_s", "pause_s")))
    follow(scene)
    for k in range(4):
        start_ns, end_ns = (10 * k + 7) * S, (10 * k + 10) * S
        full = rest(start_ns - 29 * S // 10, start_ns - 2 * S, is_full=True)
        scene.told.append((10 * k + 12, full))
        scene.told.append((10 * k + 12.1, rest(start_ns, end_ns, is_full=False)))
    reps = [figures(one) for one in scene.run(75) if isinstance(one, RepJudged)]
    assert (reps[0]["exhale_s"].value, reps[0]["pause_s"].value) == (3.0, 3.0)
    assert (reps[5]["exhale_s"].value, reps[5]["pause_s"].value) == (6.0, 0.0)


def test_what_was_not_calibrated_is_not_told(gym: Any) -> None:
    names = ("depth_quiet", "depth_full", "returns", "ventilation", "first_breath", "chest_share")
    text = gym.write_programme(PACE, name(*names, "phase_deg", "rsa_ms", "comfort", "brace_lead_s"))
    scene = gym.Scene(text, known=None)
    follow(scene)
    told = figures(find(scene.run(75)))
    assert {one.reason for one in told.values()} == {
        *("not_calibrated", "no_full_breath", "no_chest_band", "told_afterwards", "not_answered"),
        "no_motion_sensor",
    }
    assert all(one.value is None and one.share is None for one in told.values())


def test_nobody_breathes(gym: Any) -> None:
    names = ("rate_per_min", "depth_quiet", "on_pace", "stillness", "repeatability", "pause_s")
    scene = gym.Scene(gym.write_programme(PACE, name(*names)))
    assert {one.reason for one in figures(find(scene.run(75))).values()} == {"no_breath"}


def test_an_accelerometer_knows_no_level_at_rest(gym: Any) -> None:
    imu = Sensor("imu", "imu", "abdomen", "g")
    scene = gym.Scene(gym.write_programme(PACE, name("returns", "brace_lead_s")), sensors=(imu,))
    scene.levels = lambda _t_s: {"tilt": 1.0}
    follow(scene)
    told = figures(find(scene.run(75)))
    assert told["returns"].reason == "no_band"
    assert told["brace_lead_s"].reason == "no_movement"


def test_two_bands_tell_who_moves_and_together_or_not(gym: Any) -> None:
    ribs = Sensor("chest", "band", "chest", "N")
    text = gym.write_programme(PACE, name("chest_share", "phase_deg"))

    def measure(delay_s: float) -> tuple[float, float]:
        scene = gym.Scene(text, sensors=(gym.belly, ribs))
        follow(scene)
        scene.levels = lambda t_s: {
            "belly": 3 * math.cos(2 * math.pi * t_s / 10),
            "chest": math.cos(2 * math.pi * (t_s - delay_s) / 10),
        }
        told = figures(find(scene.run(75)))
        assert told["chest_share"].value is not None
        assert told["phase_deg"].value is not None
        return told["chest_share"].value, told["phase_deg"].value

    assert measure(0.0)[0] == pytest.approx(25, abs=0.5)
    assert measure(0.0)[1] == pytest.approx(0, abs=1)
    assert measure(2.5)[1] == pytest.approx(90, abs=6)
    assert measure(5.0)[1] == pytest.approx(180, abs=6)


def test_bands_that_stand_still_have_no_share(gym: Any) -> None:
    ribs = Sensor("chest", "band", "chest", "N")
    scene = gym.Scene(gym.write_programme(PACE, name("chest_share")), sensors=(gym.belly, ribs))
    follow(scene)
    scene.levels = lambda t_s: {"belly": 7.0, "chest": 7.0 if t_s < 40 else None}
    assert figures(find(scene.run(75)))["chest_share"].reason == "no_breath"


def test_answers_about_comfort_are_figures(gym: Any) -> None:
    scene = gym.Scene(gym.write_programme(PACE, aim("of = 'comfort'\nleast = 7")))
    for t_s, words in ((15, "checkin.after: comfort=8"), (16, "checkin.after: pain=2")):
        scene.told.append((t_s, Mark(t_s * S, words)))
    assert figures(find(scene.run(75)))["comfort"].value == 8.0


def test_a_pause_leaves_the_broken_repetition_out(gym: Any) -> None:
    scene = gym.Scene(gym.write_programme(PACE, name("depth_quiet")))
    scene.told += [
        (15, Mark(15 * S, "programme.pause")),
        (20, Mark(20 * S, "programme.resume")),
    ]
    follow(scene, n=12)
    reps = [one for one in scene.run(90) if isinstance(one, RepJudged)]
    assert [(one.rep, one.start_ns // S) for one in reps[:3]] == [(0, 0), (1, 20), (2, 30)]


def test_phases_before_the_pause_are_done_again(gym: Any) -> None:
    scene = gym.Scene(gym.write_programme(PACE, name("depth_quiet")))
    scene.told += [
        (15, Mark(15 * S, "programme.pause")),
        (20, Mark(20 * S, "programme.resume")),
    ]
    reps = [one for one in scene.run(90) if isinstance(one, RepJudged)]
    assert [one.end_ns - one.start_ns for one in reps] == [10 * S] * 6


def test_a_stop_ends_with_what_was_done(gym: Any) -> None:
    scene = gym.Scene(brace_text(gym, *ALL[:1]))
    scene.brace(6.5, 17)
    scene.told.append((30, Mark(30 * S, "stop: dizzy")))
    judged = find(scene.run(40))
    assert (judged.ended, judged.n_reps, judged.end_ns) == ("dizzy", 1, 30 * S)
    assert judged.score == 100.0


def test_a_stop_at_once_has_nothing_to_tell(gym: Any) -> None:
    scene = gym.Scene(gym.write_programme(PACE, name("lag_s")))
    scene.told.append((3, Mark(3 * S, "stop: own_wish")))
    judged = find(scene.run(12))
    assert (judged.n_reps, judged.usable_frac, judged.score) == (0, 0.0, None)


def test_a_text_that_is_no_programme_is_not_judged(gym: Any) -> None:
    assert not [one for one in gym.Scene("x").run(20) if isinstance(one, CourseJudged)]


def test_a_rest_at_the_end_of_a_set_belongs_to_no_repetition(gym: Any) -> None:
    block = "reps = [2]\nphase = [{ do = 'free', s = 20 }, { do = 'rest', s = 5 }]"
    scene = gym.Scene(gym.write_programme(block, name("rate_per_min")))
    for k in range(10):
        scene.breathe(5 * k, 5 * k + 2, 5 * k + 4)
    given = scene.run(60)
    reps = [one for one in given if isinstance(one, RepJudged)]
    assert [(one.start_ns // S, one.end_ns // S) for one in reps] == [(0, 20), (25, 45)]
    assert figures(reps[0])["rate_per_min"].value == pytest.approx(12.0)
    assert len([one for one in given if isinstance(one, SetJudged)]) == 1


def test_blocks_are_judged_as_sets_of_their_own(gym: Any) -> None:
    second = "[[block]]\n" + PACE.replace("reps = [6]", "reps = [2]")
    scene = gym.Scene(gym.write_programme(PACE.replace("[6]", "[1]"), second, name("lag_s")))
    follow(scene)
    sets = [one for one in scene.run(45) if isinstance(one, SetJudged)]
    assert [(one.block, one.n_reps) for one in sets] == [(0, 1), (1, 2)]


def test_shares_fall_with_the_distance_from_the_bound() -> None:
    assert find_share(5.0, None, None) is None
    assert find_share(5.0, 4.0, 6.0) == 1.0
    assert find_share(1.0, 2.0, None) == 0.0
    assert find_share(1.5, 2.0, None) == pytest.approx(0.5)
    assert find_share(2.5, None, 2.0) == pytest.approx(0.5)
    assert find_share(0.25, None, 0.0) == pytest.approx(0.75)
    assert find_share(9.0, None, 2.0) == 0.0


def test_an_empty_calibration_sees_nothing(gym: Any) -> None:
    scene = gym.Scene(brace_text(gym, *ALL[:1]), known=replace(Calibration()))
    assert figures(find(scene.run(100)))["level"].reason == "brace_not_visible"


def test_an_end_without_its_breath_is_passed_over(gym: Any) -> None:
    scene = gym.Scene(gym.write_programme(PACE, name("depth_quiet")))
    scene.told.append((1, BreathEnd("abdomen", 99, 0, S)))
    follow(scene)
    scene.told.append((2, BreathEnd("abdomen", 98, 0, 2 * S)))
    assert figures(find(scene.run(75)))["depth_quiet"].value == 1.5


def test_trouble_that_began_before_the_course_is_known_in_it(gym: Any) -> None:
    scene = gym.Scene(gym.write_programme(PACE))
    scene.told.append((1, QualityHint("abdomen", "slip", S)))
    assert find(scene.run(80, start_s=5.0)).usable_frac == 0.0


def test_a_text_that_is_no_programme_leaves_the_judgement_of_the_last_alone(gym: Any) -> None:
    scene = gym.Scene(gym.write_programme(PACE))
    scene.told.append((25, Course(25 * S, "x")))
    judged = [one for one in scene.run(40) if isinstance(one, CourseJudged)]
    assert [(one.number, one.ended, one.n_reps) for one in judged] == [(0, "replaced", 2)]
