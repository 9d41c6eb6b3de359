"""A whole programme with the eyes closed, to samples of sound, which are measured.

The virtual person follows; what the session shows is asked ten times a second, as a screen does,
and what is to be heard is mixed at that moment.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from breathsense.core.model.coaching import CourseEnded, Followed, StepBegan
from breathsense.core.model.inputs import Course, Item, Mark
from breathsense.core.model.labels import PAUSE, say_stop
from breathsense.core.model.samples import SampleBlock, freeze_times, freeze_values
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup
from breathsense.session.findings import Findings
from breathsense.session.sound.tones import RATE_HZ, Mixer, SoundName
from breathsense.simulation.following import Follower
from breathsense.simulation.person import Person
from breathsense.simulation.practice import Practice
from breathsense.tui.listening import Listener

S = 1_000_000_000
LOOK_NS = S // 10
N_LOOK = RATE_HZ // 10
N_PIECE = RATE_HZ // 20
SETUP = Setup(sensors=(Sensor("abdomen", "band", "abdomen", "N", 10.0),))
TEXT = """
schema = "breathsense.programme/1"
id = "core.test"
name = "Test"
kind = "core"
about = "A test."
positions = ["sitting"]
[[block]]
phase = [
    { do = "settle", s = 5 }, { do = "inhale", s = 3 }, { do = "hold_full", s = 2 },
    { do = "exhale", s = 4 }, { do = "inhale", s = 3 }, { do = "brace", s = 2 },
    { do = "brace_breathe", s = 5 },
    { do = "release", s = 3 }, { do = "move", s = 3 },
]
"""
TICK_HZ = 1175
PITCH_HZ = {
    "settle": 262, "inhale": 225, "exhale": 322, "hold_full": 1175, "brace": 330,
    "brace_breathe": 1175, "release": 190, "move": 659, "stop": 392, "done": 523, "warn": 880,
    "unseen": 480,
}  # fmt: skip
"""What each begins with, near its beginning."""


@dataclass
class Room:
    """A session of a virtual person, and all that was heard in it."""

    is_eyes_closed: bool = True
    is_still: Callable[[int], bool] = lambda _t_ns: False

    def __post_init__(self) -> None:
        practice = Practice(4)
        self._person = Person(4, script=practice)
        self._follow = Follower(practice, lambda: self.now_ns, 4)
        self._findings = Findings(SETUP, ())
        self._mixer = Mixer()
        self._listener = Listener(self)
        self._heard = [np.zeros(N_LOOK, np.int16)]  # what is told at a moment sounds after it
        self._held_n = 0.0
        self.now_ns = 0
        self.told: list[object] = []

    def play(self, name: SoundName, length_s: float = 0.0) -> None:
        self._mixer.add(name, length_s)

    def push(self, item: Item) -> None:
        for event in self._findings.push(item):
            self.told.append(event)
            if isinstance(event, Followed):
                self._follow(event, self.now_ns)

    def live(self, until_s: float, *, listens: bool = True) -> None:
        """Go on until then; who does not listen is done sooner."""
        n = 1 if listens else 5
        while self.now_ns < until_s * S:
            t_ns = self.now_ns + LOOK_NS * np.arange(n, dtype=np.int64)
            values = np.array([[self._read(int(one))] for one in t_ns])
            self.now_ns += n * LOOK_NS
            self.push(SampleBlock("abdomen", "band", freeze_times(t_ns), freeze_values(values)))
            if listens:
                self._listener.hear(self._findings.view(self.now_ns, None, None, None))
            self._heard.append(self._mixer.take(n * N_LOOK))

    def _read(self, t_ns: int) -> float:
        if not self.is_still(t_ns):
            self._held_n = self._person.belt_force_n(t_ns)
        return self._held_n

    def measure(self, at_ns: int, hz: float) -> float:
        """Return how loud a pitch is in the quarter of a second after a moment, where it is most.

        In short pieces: two ticks may be half a wave apart, and would undo each other.
        """
        first = round(at_ns / S * RATE_HZ)
        pieces = np.concatenate(self._heard)[first : first + 5 * N_PIECE].reshape(5, -1)
        angle = 2 * np.pi * hz * np.arange(N_PIECE) / RATE_HZ
        return float(np.hypot(pieces @ np.cos(angle), pieces @ np.sin(angle)).max()) / N_PIECE

    def find_pitch(self, at_ns: int) -> str:
        """Return what begins within a quarter of a second of a moment, by its pitch."""
        return max(PITCH_HZ, key=lambda one: self.measure(at_ns, PITCH_HZ[one]))

    def steps(self) -> Iterator[StepBegan]:
        return (one for one in self.told if isinstance(one, StepBegan))


@pytest.fixture(scope="module")
def practised() -> Room:
    room = Room()
    room.live(20, listens=False)
    room.push(Course(room.now_ns, TEXT))
    room.live(52)
    return room


def test_every_step_is_heard_when_it_begins_and_by_its_own_pitch(practised: Room) -> None:
    steps = list(practised.steps())
    assert len(steps) == 9
    for step in steps:
        pitch = PITCH_HZ[step.phase]
        assert practised.measure(step.start_ns, pitch) > 250, step.phase
        if pitch == TICK_HZ:  # short, and over the end of the tone before
            assert practised.measure(step.start_ns - S // 2, pitch) < 50
            continue
        heard = practised.find_pitch(step.start_ns)
        assert PITCH_HZ[heard] == pytest.approx(pitch, rel=0.03), (step.phase, heard)


def test_the_end_is_heard(practised: Room) -> None:
    (ended,) = [one for one in practised.told if isinstance(one, CourseEnded)]
    assert practised.find_pitch(ended.end_ns) == "done"


def test_a_hold_is_counted_second_by_second_and_nothing_else_is_in_between(practised: Room) -> None:
    hold = next(one for one in practised.steps() if one.phase == "brace_breathe")
    for second in range(1, 5):
        tick_ns = hold.start_ns + second * S
        assert practised.find_pitch(tick_ns) in {"hold_full", "brace_breathe"}
        assert practised.measure(tick_ns + S // 2, 1175) < 50


def test_a_pause_is_silent_and_a_stop_is_heard() -> None:
    room = Room()
    room.live(20, listens=False)
    room.push(Course(room.now_ns, TEXT))
    room.live(29)
    room.push(Mark(room.now_ns, PAUSE))
    room.live(36)
    assert max(room.measure(33 * S, one) for one in PITCH_HZ.values()) < 50
    room.push(Mark(room.now_ns, say_stop("dizzy")))
    room.live(38)
    assert room.find_pitch(36 * S) == "stop"


def test_a_breath_that_stands_still_in_a_brace_is_asked_after_then_warned_of() -> None:
    text = TEXT.replace('"brace_breathe", s = 5', '"brace_breathe", s = 20')
    room = Room(is_still=lambda t_ns: 80 * S <= t_ns < 95 * S)
    room.live(60, listens=False)
    room.push(Course(room.now_ns, text))
    room.live(79, listens=False)
    room.live(90)
    loud = {
        name: [
            at / 10 for at in range(800, 898) if room.measure(at * LOOK_NS, PITCH_HZ[name]) > 1500
        ]
        for name in ("unseen", "warn")
    }
    assert loud["unseen"], "asked"
    assert loud["warn"], "warned"
    assert 3 <= loud["unseen"][0] - 80 <= 6
    assert loud["unseen"][0] < loud["warn"][0]
    assert 5 <= loud["warn"][0] - 80 <= 9
