from typing import Any

import numpy as np
import pytest

from breathsense.core.coaching.prompter import Prompter
from breathsense.core.model.coaching import (
    CourseBegan,
    CourseEnded,
    CoursePaused,
    StepBegan,
    WatchBegan,
)
from breathsense.core.model.inputs import Course, LinkEvent, Mark
from breathsense.core.model.samples import Gap, SampleBlock, freeze_times, freeze_values
from breathsense.core.stage import run

S = 1_000_000_000
TEXT = """
schema = "breathsense.programme/1"
id = "core.test"
name = "Test"
kind = "core"
about = "A test."
positions = ["sitting"]

[[block]]
sets = 2
reps = [2]
rest_s = 10
phase = [
    { do = "settle", s = 6 },
    { do = "brace", s = 2, effort = 5 },
    { do = "brace_breathe", s = 8, breaths = 2, say = "Breathe." },
    { do = "release", s = 4 },
]
"""
PACED = (
    TEXT[: TEXT.index("[[block]]")]
    + """
[[block]]
reps = [3]
phase = [{ do = "inhale", s = 4 }, { do = "exhale", s = 6 }]
[[block]]
phase = [
    { do = "settle", s = 4 },
    { do = "inhale", s = 3 },
    { do = "hold_empty", until = "key", cap_s = 60 },
    { do = "rest", s = 5 },
]
"""
)


def pass_time(from_s: float, to_s: float, every_s: float = 0.5) -> list[Any]:
    blocks = []
    for t_s in np.arange(from_s, to_s, every_s):
        t_ns = np.array([t_s, t_s + every_s / 2]) * S
        times = freeze_times(t_ns.astype(np.int64))
        blocks.append(SampleBlock("abdomen", "band", times, freeze_values(np.ones((2, 1)))))
    return blocks


def prompt(*items: Any) -> list[Any]:
    given = run(Prompter(), items)
    return [one for one in given if not isinstance(one, SampleBlock)]


def steps(given: list[Any]) -> list[tuple[int, int]]:
    return [(one.index, one.start_ns // S) for one in given if isinstance(one, StepBegan)]


def marks(given: list[Any]) -> list[tuple[str, int, int]]:
    return [
        (one.label, one.start_ns // S, one.duration_ns // S)
        for one in given
        if isinstance(one, Mark)
    ]


def test_a_course_goes_through_its_steps_by_the_time_of_the_samples() -> None:
    given = prompt(Course(5 * S, TEXT), *pass_time(5, 120))
    begun = next(one for one in given if isinstance(one, CourseBegan))
    assert (begun.programme, begun.n_steps, begun.length_ns) == ("core.test", 17, 90 * S)
    assert steps(given)[:5] == [(0, 5), (1, 11), (2, 13), (3, 21), (4, 25)]
    third = [one for one in given if isinstance(one, StepBegan)][2]
    assert (third.phase, third.say, third.breaths, third.length_ns) == (
        *("brace_breathe", "Breathe.", 2),
        8 * S,
    )
    assert given[-1] == CourseEnded(0, 95 * S, "")


def test_braces_that_follow_each_other_are_one_prompt() -> None:
    told = marks(prompt(Course(0, TEXT), *pass_time(0, 100)))
    assert told[:4] == [
        ("programme: core.test", 0, 90),
        ("rezero", 0, 6),
        ("exercise.brace", 6, 10),
        ("rezero", 20, 6),
    ]
    assert [one[0] for one in told].count("exercise.brace") == 4


def test_led_breaths_are_one_prompt_a_block_and_short_rests_are_none() -> None:
    told = marks(prompt(Course(0, PACED), *pass_time(0, 130)))
    assert told[1:] == [("exercise.breathe", 0, 30), ("exercise.breathe", 34, 63)]


def test_what_is_due_comes_before_the_sample_that_shows_it() -> None:
    given = run(Prompter(), [Course(0, TEXT), *pass_time(0, 20, 15)])
    kinds = [type(one).__name__ for one in given]
    assert kinds[-1] == "SampleBlock"
    assert kinds.index("SampleBlock") > max(
        at for at, one in enumerate(given) if isinstance(one, StepBegan) and one.start_ns <= 7 * S
    )


def test_a_gap_lets_time_pass() -> None:
    assert steps(prompt(Course(0, TEXT), Gap("abdomen", None, 0, 9 * S, "no_data"))) == [
        (0, 0),
        (1, 6),
        (2, 8),
    ]


def test_a_key_ends_a_step_at_its_own_time() -> None:
    given = prompt(
        Course(0, PACED), *pass_time(0, 45), Mark(45 * S, "programme.next"), *pass_time(45, 60)
    )
    assert steps(given)[-2:] == [(8, 37), (9, 45)]
    assert given[-1] == CourseEnded(0, 50 * S, "")


def test_a_key_that_comes_late_counts_from_the_begin_of_its_step() -> None:
    given = prompt(
        Course(0, PACED), *pass_time(0, 38), Mark(36 * S, "programme.next"), *pass_time(38, 39)
    )
    assert steps(given)[-2:] == [(8, 37), (9, 37)]


@pytest.mark.parametrize(("label", "reason"), [("stop: dizzy", "dizzy"), ("stop:", "own_wish")])
def test_a_stop_ends_the_course(label: str, reason: str) -> None:
    given = prompt(Course(0, TEXT), *pass_time(0, 7), Mark(8 * S, label), *pass_time(8, 30))
    assert given[-1] == CourseEnded(0, 8 * S, reason)


def test_another_course_takes_the_place_of_the_first() -> None:
    given = prompt(Course(0, TEXT), *pass_time(0, 7), Course(8 * S, PACED), *pass_time(8, 9))
    assert CourseEnded(0, 8 * S, "replaced") in given
    assert [one.number for one in given if isinstance(one, CourseBegan)] == [0, 1]


def test_a_repetition_begins_anew_after_a_pause() -> None:
    given = prompt(
        Course(0, TEXT),
        *pass_time(0, 27),
        Mark(27 * S, "programme.pause"),
        Mark(28 * S, "programme.pause"),
        Mark(28 * S, "programme.next"),
        *pass_time(27, 60),
        Mark(60 * S, "programme.resume"),
        *pass_time(60, 67),
        Mark(67 * S, "programme.resume"),
    )
    assert [one for one in given if isinstance(one, CoursePaused)] == [
        CoursePaused(0, 27 * S, "key")
    ]
    assert steps(given)[-3:] == [(5, 26), (4, 60), (5, 66)]


def test_led_breaths_are_prompted_again_after_a_pause() -> None:
    given = prompt(
        Course(0, PACED),
        *pass_time(0, 12),
        Mark(12 * S, "programme.pause"),
        Mark(15 * S, "programme.resume"),
        *pass_time(15, 16),
    )
    assert marks(given)[-1] == ("exercise.breathe", 15, 20)


def test_a_long_repetition_and_a_rest_go_on_where_they_were() -> None:
    def resume(text: str, at: int) -> tuple[int, int]:
        pause, go_on = Mark(at * S, "programme.pause"), Mark((at + 9) * S, "programme.resume")
        return steps(prompt(Course(0, text), *pass_time(0, at), pause, go_on))[-1]

    assert resume(TEXT, 42) == (8, 51)
    assert resume(PACED, 40) == (8, 49)


def test_a_lost_link_lets_the_course_stand_still() -> None:
    given = prompt(
        LinkEvent("belt", "streaming", 0),
        Course(0, TEXT),
        *pass_time(0, 7),
        LinkEvent("belt", "lost", 9 * S),
        LinkEvent("imu", "lost", 9 * S),
        LinkEvent("belt", "connecting", 9 * S),
        LinkEvent("belt", "streaming", 30 * S),
        LinkEvent("imu", "streaming", 31 * S),
        *pass_time(31, 36),
    )
    assert steps(given) == [(0, 0), (1, 6), (0, 31)]


def test_links_are_lost_without_a_course_too() -> None:
    items = [LinkEvent("belt", "lost", 0), LinkEvent("belt", "streaming", 5 * S)]
    assert prompt(*items) == items
    assert prompt(Mark(0, "stop: dizzy")) == [Mark(0, "stop: dizzy")]


def test_a_key_pause_outlasts_a_lost_link() -> None:
    given = prompt(
        Course(0, TEXT),
        Mark(3 * S, "programme.pause"),
        LinkEvent("belt", "lost", 4 * S),
        LinkEvent("belt", "streaming", 5 * S),
        *pass_time(5, 30),
    )
    assert steps(given) == [(0, 0)]


@pytest.mark.parametrize("course", [Course(4 * S, "x"), Course(4 * S, TEXT, level=3)])
def test_a_text_that_is_no_programme_ends_at_once(course: Course) -> None:
    assert prompt(course) == [course, CourseEnded(0, 4 * S, "unreadable")]


def test_a_posture_watch_has_no_steps_but_its_numbers() -> None:
    head = TEXT[: TEXT.index("[[block]]")]
    numbers = "slouch_frac = 0.5\nleast_deg = 8\nfor_s = 60\npause_s = 600\nmost_an_hour = 2\n"
    course = Course(4 * S, head + "[watch]\n" + numbers)
    assert prompt(course) == [course, WatchBegan(4 * S, 0.5, 8.0, 60.0, 600.0, 2)]


def test_a_course_that_was_begun_late_catches_up() -> None:
    given = prompt(*pass_time(0, 20), Course(5 * S, TEXT))
    assert steps(given) == [(0, 5), (1, 11), (2, 13)]


def test_an_empty_block_means_nothing() -> None:
    empty = SampleBlock("abdomen", "band", freeze_times([]), freeze_values(np.ones((0, 1))))
    assert run(Prompter(), [empty, "anything"]) == [empty, "anything"]
