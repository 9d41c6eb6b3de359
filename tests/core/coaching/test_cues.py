from typing import Any, get_args

import pytest

from breathsense.core.coaching.cue_words import CUES, PLACES
from breathsense.core.coaching.spec import CueMoment
from breathsense.core.model.bracing import BraceBreath
from breathsense.core.model.calibration import Calibration
from breathsense.core.model.coaching import Cue, RepJudged
from breathsense.core.model.events import Turn
from breathsense.core.model.inputs import Course, Mark

S = 1_000_000_000
BRACE = (
    "reps = [3]\nphase = [{ do = 'settle', s = 6 }, { do = 'brace', s = 2 },"
    " { do = 'brace_breathe', s = 18 }, { do = 'release', s = 6 }]"
)
LEVEL = "[[target]]\nof = 'level'\nleast = 0.6\nmost = 1.3"
PACE = "reps = [20]\nphase = [{ do = 'inhale', s = 4 }, { do = 'exhale', s = 6 }]"
SAY = "[[cue]]\nwhen = 'start'\nsay = 'Go.'\n[[cue]]\nwhen = 'end'\nsay = 'Over.'"


def cues(given: list[Any]) -> list[tuple[str, float]]:
    return [(one.key, round(one.since_ns / S, 1)) for one in given if isinstance(one, Cue)]


def keys(given: list[Any]) -> list[str]:
    return [key for key, _ in cues(given) if key]


def turn(scene: Any, *times_s: float) -> None:
    for t_s in times_s:
        known_ns = round((t_s + 0.5) * S)
        scene.told.append(
            (
                t_s + 0.5,
                Turn("abdomen", is_peak=True, t_ns=round(t_s * S), value=8.0, decided_ns=known_ns),
            )
        )


def test_every_cue_has_words_in_the_order_of_their_ranks() -> None:
    assert list(CUES) == list(PLACES)
    assert [one.rank for one in CUES.values()] == sorted(one.rank for one in CUES.values())
    assert all(one.text for one in CUES.values())
    moments = set(get_args(CueMoment))
    assert moments == {"start", "end", *CUES}, "a programme may have its own words for each"


def test_the_words_to_begin_and_end_with_come_and_go(gym: Any) -> None:
    scene = gym.Scene(gym.write_programme(PACE.replace("20", "2"), SAY))
    given = scene.run(40)
    told = [one for one in given if isinstance(one, Cue)]
    assert [(one.key, one.text, one.rank) for one in told] == [
        ("start", "Go.", 6),
        ("", "", 6),
        ("end", "Over.", 6),
        ("", "", 6),
    ]
    assert [t_s for _, t_s in cues(given)] == [0.0, 6.1, 20.0, 26.1]


def test_a_stop_has_no_words_of_farewell(gym: Any) -> None:
    scene = gym.Scene(gym.write_programme(PACE, SAY))
    scene.told.append((3, Mark(3 * S, "stop: dizzy")))
    assert cues(scene.run(20)) == [("start", 0.0), ("", 3.0)]


def test_a_breath_that_does_not_come_is_asked_for_warned_of_and_ended(gym: Any) -> None:
    scene = gym.Scene(gym.write_programme(BRACE))
    scene.hint(6, 26, "brace", breathing="not_seen", gap_ns=60 * S)
    assert cues(scene.run(30))[:4] == [
        ("breath_held", 10.9),
        ("breathe_now", 12.0),
        ("let_go", 16.0),
        ("", 27.0),
    ]


def test_less_is_allowed_to_those_with_high_pressure(gym: Any) -> None:
    scene = gym.Scene(gym.write_programme(BRACE), course={"breath_gap_s": 3.0})
    scene.hint(6, 26, "brace", breathing="not_seen", gap_ns=60 * S)
    assert [t_s for _, t_s in cues(scene.run(20))][1:3] == [10.1, 11.0]


def test_any_sensor_that_shows_the_breath_is_enough(gym: Any) -> None:
    by_turns = gym.Scene(gym.write_programme(BRACE))
    turn(by_turns, *range(6, 60, 2))
    assert not keys(by_turns.run(30))
    by_hints = gym.Scene(gym.write_programme(BRACE))
    by_hints.hint(5, 60, "brace", breathing="breathing", gap_ns=S)
    assert not keys(by_hints.run(30))
    inside = gym.Scene(gym.write_programme(BRACE))
    for t_s in range(6, 60, 3):
        peak_ns = t_s * S
        told = BraceBreath("abdomen", 0, peak_ns - S, peak_ns, 1.0, 1.0, peak_ns + S)
        inside.told.append((t_s + 1, told))
    assert not keys(inside.run(30))
    unknown = gym.Scene(gym.write_programme(BRACE))
    unknown.hint(5, 60, "brace")
    assert cues(unknown.run(12.5)) == [("breath_held", 11.8)], "a turn is known a second late"


def brace(gym: Any, *rest: str, **course: Any) -> Any:
    scene = gym.Scene(gym.write_programme(BRACE, *rest), course=course)
    turn(scene, *range(4, 90, 2))
    return scene


@pytest.mark.parametrize(
    ("state", "told", "goal", "expected"),
    [
        ("draw_in", {"direction": "draw_in"}, "expand", "draw_in"),
        ("brace", {"direction": "expand"}, "draw_in", "outward"),
        ("brace", {"direction": "expand", "level": 1.6}, "expand", "too_hard"),
        ("brace", {"direction": "expand", "level": 0.4}, "expand", "too_soft"),
        ("rest", {}, "expand", "too_soft"),
    ],
)
def test_the_wall_is_mended(
    gym: Any, state: str, told: dict[str, Any], goal: str, expected: str
) -> None:
    scene = brace(gym, LEVEL, goal=goal)
    scene.hint(7, 25, state, **told)
    assert keys(scene.run(26)) == [expected]


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("brace", {"direction": "expand", "level": 0.9}),
        ("brace", {"direction": "neutral"}),
        ("draw_in", {"direction": "draw_in"}),
        ("cannot_tell", {"reason": "motion"}),
    ],
)
def test_what_is_well_or_cannot_be_told_is_not_mended(
    gym: Any, state: str, told: dict[str, Any]
) -> None:
    scene = brace(gym, LEVEL, goal="draw_in" if state == "draw_in" else "expand")
    scene.hint(7, 25, state, **told)
    assert not keys(scene.run(26))


def test_a_level_that_is_no_target_is_not_mended(gym: Any) -> None:
    for state, told in (("brace", {"level": 0.1}), ("rest", {})):
        scene = brace(gym)
        scene.hint(7, 25, state, **told)
        assert not keys(scene.run(26))


def test_a_level_that_sinks_is_topped_up(gym: Any) -> None:
    scene = brace(gym, "[[target]]\nof = 'level'")
    scene.hint(7, 13, "brace", level=1.2)
    scene.hint(13, 25, "brace", level=0.7)
    assert keys(scene.run(26)) == ["fading"]


def test_a_moment_is_not_enough(gym: Any) -> None:
    scene = brace(gym, LEVEL)
    scene.hint(7, 12, "brace", direction="expand")
    scene.hint(12, 12.4, "draw_in", direction="draw_in")
    scene.hint(12.5, 25, "brace", direction="expand")
    assert not keys(scene.run(26))


def test_a_brace_that_cannot_be_seen_is_not_called_too_soft(gym: Any) -> None:
    scene = gym.Scene(gym.write_programme(BRACE, LEVEL), known=Calibration())
    turn(scene, *range(2, 60, 2))
    scene.hint(2, 25, "rest")
    assert not keys(scene.run(26))


def test_another_cue_waits_and_one_for_safety_does_not(gym: Any) -> None:
    scene = gym.Scene(gym.write_programme(BRACE, LEVEL))
    turn(scene, 6, 8)
    scene.hint(7, 9, "draw_in", direction="draw_in")
    scene.hint(9, 25, "brace", breathing="not_seen", gap_ns=60 * S)
    told = [one for one in cues(scene.run(20)) if one[0]]
    assert [key for key, _ in told] == ["draw_in", "breath_held", "breathe_now", "let_go"]
    times = [t_s for _, t_s in told]
    assert times[1] - times[0] >= 4.0
    assert times[2] == pytest.approx(14.1, abs=0.2)


def test_a_cue_stays_long_enough_to_be_read(gym: Any) -> None:
    scene = brace(gym, LEVEL)
    scene.hint(7, 9.2, "draw_in", direction="draw_in")
    scene.hint(9.2, 25, "brace", direction="expand")
    (_, from_s), (_, until_s) = cues(scene.run(26))
    assert 2.4 <= until_s - from_s < 3.2


def test_the_programme_has_words_of_its_own(gym: Any) -> None:
    scene = brace(gym, LEVEL, "[[cue]]\nwhen = 'draw_in'\nsay = 'Out into the belt.'")
    scene.hint(7, 25, "draw_in", direction="draw_in")
    told = next(one for one in scene.run(26) if isinstance(one, Cue))
    assert (told.text, told.rank) == ("Out into the belt.", 2)


def test_whoever_moves_is_told_that_the_belly_cannot_be_read(gym: Any) -> None:
    scene = brace(gym)
    scene.levels = lambda t_s: {"belly": 7.0, "is_moving": 8 < t_s < 12}
    assert keys(scene.run(26)) == ["moving"]
    move = "phase = [{ do = 'move', s = 30 }]"
    scene = gym.Scene(gym.write_programme(move))
    scene.levels = lambda _t_s: {"belly": 7.0, "is_moving": True}
    assert not keys(scene.run(26))


@pytest.mark.parametrize(
    ("target", "late_s", "depth", "expected"),
    [
        ("of = 'depth_quiet'\nmost = 2", 0.0, 3.0, "too_deep"),
        ("of = 'depth_quiet'\nleast = 1.2", 0.0, 0.8, "too_shallow"),
        ("of = 'lag_s'\nmost = 0.6", 1.5, 1.0, "off_pace"),
        ("of = 'rate_per_min'\nleast = 7", 0.0, 1.0, "too_slow"),
        ("of = 'rate_per_min'\nmost = 5", 0.0, 1.0, "too_fast"),
    ],
)
def test_breaths_that_miss_their_target_again_and_again_are_mended(
    gym: Any, target: str, late_s: float, depth: float, expected: str
) -> None:
    scene = gym.Scene(gym.write_programme(PACE, f"[[target]]\n{target}"))
    for k in range(6):
        start_s = 10.0 * k + late_s
        scene.breathe(start_s, start_s + 4, start_s + 10, depth)
    assert set(keys(scene.run(60))) == {expected}


def test_one_breath_that_misses_is_nothing(gym: Any) -> None:
    scene = gym.Scene(gym.write_programme(PACE, "[[target]]\nof = 'depth_quiet'\nmost = 2"))
    for k in range(6):
        scene.breathe(10.0 * k, 10.0 * k + 4, 10.0 * k + 10, 3.0 if k == 2 else 1.0)
    assert not keys(scene.run(60))


@pytest.mark.parametrize(
    ("depth", "expected"),
    [(2.0, []), (3.5, ["too_deep"]), (4.2, ["over_breathing"]), (6.0, ["stop_pacing"])],
)
def test_more_air_than_at_rest_is_warned_of(gym: Any, depth: float, expected: list[str]) -> None:
    scene = gym.Scene(gym.write_programme(PACE))
    for k in range(20):
        scene.breathe(10.0 * k, 10.0 * k + 4, 10.0 * k + 10, depth)
    assert list(dict.fromkeys(keys(scene.run(150)))) == expected


def test_without_a_calibration_nobody_knows_how_much_air_is_much(gym: Any) -> None:
    scene = gym.Scene(gym.write_programme(PACE), known=None)
    for k in range(20):
        scene.breathe(10.0 * k, 10.0 * k + 4, 10.0 * k + 10, 9.0)
    assert not keys(scene.run(150))


def test_in_a_pause_nothing_is_said(gym: Any) -> None:
    scene = gym.Scene(gym.write_programme(BRACE))
    scene.told.append((9, Mark(9 * S, "programme.pause")))
    assert not keys(scene.run(40))


def test_another_course_begins_afresh(gym: Any) -> None:
    scene = gym.Scene(gym.write_programme(PACE, SAY))
    scene.told.append((8, Course(8 * S, gym.write_programme(BRACE))))
    given = scene.run(20)
    assert [one.number for one in given if isinstance(one, Cue)] == [0, 0, 1]
    assert keys(given) == ["start", "breath_held"]


def test_a_course_that_was_replaced_is_judged_without_a_word(gym: Any) -> None:
    target = "[[target]]\nof = 'lag_s'\nmost = 0.6"
    scene = gym.Scene(gym.write_programme(PACE, target))
    for k in range(6):
        scene.breathe(10.0 * k + 2, 10.0 * k + 6, 10.0 * k + 12)
    rest = gym.write_programme("phase = [{ do = 'free', s = 60 }]")
    scene.told.append((22, Course(22 * S, rest)))
    given = scene.run(40)
    assert [one.rep for one in given if isinstance(one, RepJudged)] == [0, 1]
    assert not keys(given)
