from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from breathsense.core.coaching.schedule import Limits
from breathsense.core.coaching.schema import Programme, parse_programme
from breathsense.core.engine import build_engine
from breathsense.core.model.coaching import CoachingEvent, CourseJudged, Followed, StepBegan
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import Course, Item, Mark
from breathsense.core.model.samples import SampleBlock, freeze_times, freeze_values
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup
from breathsense.core.stage import run
from breathsense.session.live import Session
from breathsense.sources.base import Finished, Sink

S = 1_000_000_000
SETUP = Setup(sensors=(Sensor("abdomen", "band", "abdomen", "N", 25.0),))
TEXT = """
schema = "breathsense.programme/1"
id = "breathe.test"
name = "Test"
kind = "breathing"
about = "A test."
positions = ["sitting"]
target = [{ of = "lag_s", most = 0.6 }, { of = "rate_per_min", least = 14, most = 16 }]
[[block]]
reps = [5]
phase = [{ do = "inhale", s = 2 }, { do = "exhale", s = 2 }]
"""


def parse() -> Programme:
    return parse_programme(TEXT, "test.toml")


def breathe(from_s: float, seconds: float) -> list[Item]:
    t_s = from_s + np.arange(int(seconds * 25)) / 25
    values = 5.0 - 2.0 * np.cos(2 * np.pi * t_s / 4.0)
    t_ns = np.round(t_s * S).astype(np.int64)
    return [
        SampleBlock("abdomen", "band", freeze_times(t_ns[i : i + 5]), freeze_values(v[:, None]))
        for i in range(0, len(t_ns), 5)
        for v in [values[i : i + 5]]
    ]


class TwoParts:
    """Gives some items at once, the others when it is asked to."""

    def __init__(self, first: Iterable[Item]) -> None:
        self._first = list(first)
        self.sink: Sink | None = None

    def start(self, sink: Sink) -> None:
        self.sink = sink
        for item in self._first:
            sink(item)

    def go_on(self, items: Iterable[Item]) -> None:
        assert self.sink is not None
        for item in items:
            self.sink(item)
        self.sink(Finished())

    def stop(self) -> None:
        pass


class ListRecorder:
    """Keeps what it was given."""

    def __init__(self) -> None:
        self.path = Path("a.mcap")
        self.n_bytes = 0
        self.problem = ""
        self.items: list[Item] = []

    def append(self, item: Item) -> None:
        self.items.append(item)

    def tick(self, now_ns: int) -> None:
        pass

    def close(self) -> Path:
        return self.path


def practise() -> tuple[ListRecorder, tuple[CoachingEvent, ...], tuple[CoachingEvent, ...]]:
    source, recorder = TwoParts(breathe(0, 40)), ListRecorder()
    session = Session(source, SETUP, now_ns=lambda: 40 * S, recorder=recorder)
    session.start()
    session.begin(parse(), goal="neutral", limits=Limits(4, 7.0), breath_gap_s=3.0)
    source.go_on(breathe(40, 40))
    assert session.wait(30)
    session.stop()
    return recorder, session.list_coaching(), session.list_coaching(3)


def test_a_programme_that_is_begun_is_recorded_with_all_that_it_needs() -> None:
    recorder, _, _ = practise()
    courses = [one for one in recorder.items if isinstance(one, Course)]
    assert courses == [Course(40 * S, TEXT, 0, "neutral", 4, 7.0, 3.0)]
    assert not [one for one in recorder.items if isinstance(one, Mark)], "prompts are no inputs"


def test_a_replay_of_what_was_recorded_coaches_the_same() -> None:
    recorder, told, later = practise()
    again = run(build_engine(SETUP), recorder.items)
    assert [one for one in again if isinstance(one, CoachingEvent)] == list(told)
    joined = run(build_engine(SETUP, joins_blocks=True), recorder.items)
    assert sorted(map(repr, told)) == sorted(
        repr(one) for one in joined if isinstance(one, CoachingEvent)
    )
    assert later == told[3:]
    assert sum(isinstance(one, StepBegan) for one in told) == 10
    judged = next(one for one in told if isinstance(one, CourseJudged))
    assert judged.score == 100.0


BRACE_TEXT = """
schema = "breathsense.programme/1"
id = "core.test"
name = "Test"
kind = "core"
about = "A test."
positions = ["sitting"]
[[block]]
phase = [
    { do = "free", s = 20 },
    { do = "brace_breathe", s = 30 },
    { do = "release", s = 5 },
]
"""


def still(from_s: float, seconds: float) -> list[Item]:
    """Return a belly that stands where a breath out ended."""
    t_ns = np.round((from_s + np.arange(int(seconds * 25)) / 25) * S).astype(np.int64)
    level = freeze_values(np.full((5, 1), 3.0))
    return [
        SampleBlock("abdomen", "band", freeze_times(t_ns[i : i + 5]), level)
        for i in range(0, len(t_ns), 5)
    ]


def test_a_brace_without_breath_is_ended_by_a_key_that_is_recorded_and_a_person_is_led() -> None:
    source, recorder = TwoParts(breathe(0, 40)), ListRecorder()
    session = Session(source, SETUP, now_ns=lambda: 75 * S, recorder=recorder)
    told: list[Followed] = []
    session.follow = lambda event, _now_ns: told.append(event)
    session.start()
    programme = parse_programme(BRACE_TEXT, "test.toml")
    session._queue.put(Course(40 * S, programme.text, breath_gap_s=4.0))
    source.go_on([*breathe(40, 20), *still(60, 20)])
    assert session.wait(30)
    session.stop()
    pressed = [one for one in recorder.items if isinstance(one, Mark)]
    assert [one.label for one in pressed] == ["programme.next"]
    led = [one for one in told if isinstance(one, Mark)]
    asked = [(one.label, one.duration_ns) for one in led if one.duration_ns]
    assert asked == [("programme: core.test", 55 * S), ("exercise.brace", 30 * S)]
    steps = [one.phase for one in told if isinstance(one, StepBegan)]
    assert steps == ["free", "brace_breathe", "release"]
    assert isinstance(told[0], Course)


def test_a_replay_presses_no_key() -> None:
    source = TwoParts([*breathe(0, 40), Course(40 * S, BRACE_TEXT, breath_gap_s=4.0)])
    session = Session(source, SETUP, now_ns=lambda: 80 * S)
    led: list[Followed] = []
    session.follow = lambda event, _now_ns: led.append(event)
    session.start()
    source.go_on([*breathe(40, 20), *still(60, 20)])
    assert session.wait(30)
    session.stop()
    assert not led
    assert any(isinstance(one, StepBegan) for one in session.list_coaching())


def test_the_view_shows_the_course_until_it_is_judged() -> None:
    source, recorder = TwoParts(breathe(0, 40)), ListRecorder()
    session = Session(source, SETUP, now_ns=lambda: 40 * S, recorder=recorder)
    session.start()
    session.begin(parse())
    source.go_on(breathe(40, 40))
    assert session.wait(30)
    session.stop()
    course = session.view().course
    assert course is not None
    assert (course.begun.name, course.is_running) == ("Test", False)
    assert [one.phase for one in course.behind] == ["inhale", "exhale"] * 5
    assert course.judged is not None
    assert course.judged.score == 100.0


def test_a_level_that_is_not_there_is_refused_before_anything_is_recorded() -> None:
    session = Session(TwoParts([]), SETUP, now_ns=lambda: 0)
    with pytest.raises(RefusedInput, match="no level 3"):
        session.begin(parse(), 3)
