"""How braces of a course are judged, and holds of the breath."""

from typing import Any

import pytest
from judged_scenes import ALL, BOLT, PACE, S, aim, brace_text, figures, find, name

from breathsense.core.model.bracing import BraceBeforeLoad
from breathsense.core.model.coaching import RepJudged, SetJudged
from breathsense.core.model.events import QualityHint
from breathsense.core.model.inputs import Mark
from breathsense.core.model.sensors import Sensor

PROMPTS = (6, 26, 56, 76)


def test_four_good_braces(gym: Any) -> None:
    scene = gym.Scene(brace_text(gym, *ALL))
    for at in PROMPTS:
        scene.brace(at + 0.5, at + 11)
        scene.score(at + 12, is_doubtful=False)
        for start_s in (at + 1, at + 4.5):
            scene.breathe(start_s, start_s + 1.5, start_s + 3)
    given = scene.run(100)
    judged = find(given)
    values = {of: one.value for of, one in figures(judged).items()}
    assert judged.score == 100.0
    assert values["onset_s"] == pytest.approx(0.5)
    assert values["release_s"] == pytest.approx(1.0)
    assert values["hold_s"] == pytest.approx(9.5)
    assert values["breath_gap_s"] == pytest.approx(2.5)
    assert values["breaths_per_min"] == pytest.approx(12)
    assert [(one.set, one.n_reps) for one in given if isinstance(one, SetJudged)] == [
        (0, 2),
        (1, 2),
    ]


def test_braces_that_were_not_done_reach_nothing(gym: Any) -> None:
    scene = gym.Scene(brace_text(gym, "of = 'level'\nleast = 0.6"))
    scene.brace(6.5, 16)
    scene.brace(26.5, 36)
    given = scene.run(100)
    judged = find(given)
    assert judged.score == pytest.approx(50)
    last = figures([one for one in given if isinstance(one, RepJudged)][-1])
    assert (last["level"].share, last["level"].reason) == (0.0, "no_brace")


def test_braces_that_could_not_be_seen_are_not_held_against_anybody(gym: Any) -> None:
    scene = gym.Scene(brace_text(gym, *ALL[:7]), known=None)
    judged = find(scene.run(100))
    assert judged.score is None
    assert {one.reason for one in judged.figures} == {"brace_not_visible"}


def test_the_wrong_way_counts_as_not_done(gym: Any) -> None:
    scene = gym.Scene(brace_text(gym, *ALL[:1], *ALL[6:7]))
    for at in PROMPTS:
        scene.brace(at + 0.5, at + 11, "draw_in")
    told = figures(find(scene.run(100)))
    assert (told["level"].reason, told["level"].share) == ("wrong_way", 0.0)
    assert told["draw_ins"].value == 1.0


def test_drawing_in_is_right_where_it_is_the_goal(gym: Any) -> None:
    scene = gym.Scene(brace_text(gym, *ALL[:1], *ALL[6:7]), course={"goal": "draw_in"})
    for at in PROMPTS:
        scene.brace(at + 0.5, at + 11, "draw_in")
    assert find(scene.run(100)).score == 100.0


def test_a_moved_baseline_takes_the_level_away(gym: Any) -> None:
    scene = gym.Scene(brace_text(gym, *ALL[:4]))
    for at in PROMPTS:
        scene.brace(at + 0.5, at + 11, breathing="unknown", level=None)
        scene.score(at + 12, is_doubtful=True)
    told = figures(find(scene.run(100)))
    assert told["level"].reason == "baseline_moved"
    assert told["onset_s"].value == pytest.approx(0.5)


def test_a_filling_that_lifts_the_level_hides_the_onset(gym: Any) -> None:
    scene = gym.Scene(brace_text(gym, *ALL[3:4], "of = 'steadiness'"))
    for at in PROMPTS:
        scene.brace(at - 1, at + 11, steadiness=None)
    told = figures(find(scene.run(100)))
    assert {one.reason for one in told.values()} == {"not_told"}


def test_a_brace_that_is_still_held_has_no_end(gym: Any) -> None:
    scene = gym.Scene(brace_text(gym, *ALL[:1], *ALL[4:6]))
    scene.brace(6.5, 90)
    rep = figures(next(one for one in scene.run(30) if isinstance(one, RepJudged)))
    assert (rep["level"].reason, rep["release_s"].reason) == ("not_told", "not_told")
    assert rep["hold_s"].value == pytest.approx(9.5)


def test_what_cannot_be_read_is_not_told(gym: Any) -> None:
    scene = gym.Scene(brace_text(gym, *ALL[:1], *ALL[6:]))
    scene.told.append((1, QualityHint("abdomen", "motion", S)))
    judged = find(scene.run(100))
    assert judged.score is None
    assert judged.usable_frac < 0.1
    assert {one.reason for one in judged.figures} == {"not_usable"}


def test_a_hint_that_is_no_trouble_is_none(gym: Any) -> None:
    scene = gym.Scene(gym.write_programme(PACE))
    scene.told.append((1, QualityHint("abdomen", "no_breath", S)))
    assert find(scene.run(75)).usable_frac > 0.95


def test_without_frames_nothing_is_usable(gym: Any) -> None:
    scene = gym.Scene(gym.write_programme(PACE))
    scene.levels = lambda _t_s: {}
    assert find(scene.run(75)).usable_frac == 0.0


def test_a_pause_of_the_breath_is_as_long_as_the_key_says(gym: Any) -> None:
    text = gym.write_programme(BOLT, name("hold_s", "first_breath"))
    scene = gym.Scene(text)
    scene.told.append((43.0, Mark(43 * S, "programme.next")))
    scene.breathe(44, 46, 48, depth=1.4)
    told = figures(find(scene.run(80)))
    assert told["hold_s"].value == pytest.approx(23.0)
    assert told["first_breath"].value == pytest.approx(1.4)


def test_no_hold_and_no_breath_after_it(gym: Any) -> None:
    scene = gym.Scene(gym.write_programme(PACE, name("hold_s", "first_breath")))
    told = figures(find(scene.run(75)))
    assert (told["hold_s"].reason, told["first_breath"].reason) == ("no_hold", "no_breath")


def test_stillness_is_how_far_the_belly_moves_in_a_hold(gym: Any) -> None:
    box = (
        "reps = [4]\nphase = [{ do = 'inhale', s = 4 }, { do = 'hold_full', s = 4 },"
        " { do = 'exhale', s = 4 }, { do = 'hold_empty', s = 1 }]"
    )
    scene = gym.Scene(gym.write_programme(box, name("stillness")))
    for k in range(5):
        scene.breathe(13 * k, 13 * k + 4, 13 * k + 12, depth=2.0)
    scene.levels = lambda t_s: {"belly": 7.0 + 0.1 * (int(t_s * 2) % 2)}
    assert figures(find(scene.run(70)))["stillness"].value == pytest.approx(0.05)


def test_leads_come_from_braces_before_movements(gym: Any) -> None:
    imu = Sensor("imu", "imu", "abdomen", "g")
    move = (
        "reps = [3]\nphase = [{ do = 'brace', s = 1 }, { do = 'move', s = 3 },"
        " { do = 'release', s = 6 }]"
    )
    text = gym.write_programme(move, aim("of = 'brace_lead_s'\nleast = 0.2\nmost = 2"))
    scene = gym.Scene(text, sensors=(gym.belly, imu))
    for at, lead in ((1.5, S), (11.5, None), (21.5, S)):
        load = BraceBeforeLoad(round(at * S), None, lead, is_in_time=lead is not None, decided_ns=0)
        scene.told.append((at + 3, load))
    judged = find(scene.run(50))
    assert figures(judged)["brace_lead_s"].value == 1.0
    assert judged.score == pytest.approx(100 * 2 / 3)
