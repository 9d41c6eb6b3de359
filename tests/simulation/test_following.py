"""A virtual person follows a pacer and programmes, late and now and then not, as people do."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from breathsense.core.coaching.prompter import Prompter
from breathsense.core.model.coaching import Followed, StepBegan
from breathsense.core.model.inputs import Course, Mark
from breathsense.core.model.labels import NEXT, PAUSE, RESUME, parse_pacer, say_pacer, say_stop
from breathsense.core.model.samples import Gap
from breathsense.simulation.following import Follower
from breathsense.simulation.person import Person, PersonParams
from breathsense.simulation.practice import Practice
from breathsense.simulation.script import Act, Firm, Freeze, Lean, Manner, Paced
from breathsense.simulation.trunk import TrunkParams

S = 1_000_000_000
HEAD = """
schema = "breathsense.programme/1"
id = "core.test"
name = "Test"
kind = "{kind}"
about = "A test."
positions = ["sitting"]
"""
PACED = (
    "[[block]]\nreps = [40]\n"
    'phase = [{ do = "inhale", s = 4 }, { do = "hold_full", s = 2 }, { do = "exhale", s = 4 }]\n'
)
BRACED = (
    "[[block]]\nreps = [8]\n"
    'phase = [{ do = "inhale", s = 4 }, { do = "brace", s = 2 }, { do = "brace_breathe", s = 8 },'
    ' { do = "release", s = 6 }]\n'
)


class Led:
    """A person, led by the engine's own prompter; time goes on by half a second a step."""

    def __init__(self, seed: int = 2) -> None:
        self.practice = Practice(seed)
        self.person = Person(seed, PersonParams(trunk=TrunkParams(sway_deg=0.0)), self.practice)
        self.steps: list[StepBegan] = []
        self._prompter = Prompter()
        self._follow = Follower(self.practice, lambda: self.now_ns, seed)
        self.now_ns = 0

    def push(self, item: object) -> None:
        for event in self._prompter.push(item):
            self.steps += [event] if isinstance(event, StepBegan) else []
            if isinstance(event, Followed):
                self._follow(event, self.now_ns)

    def press(self, label: str, length_s: float = 0.0) -> None:
        self.push(Mark(self.now_ns, label, round(length_s * S)))

    def live(self, until_s: float) -> None:
        while self.now_ns < until_s * S:
            self.person.belt_force_n(self.now_ns)
            self.now_ns += S // 2
            self.push(Gap("clock", None, self.now_ns - S // 2, self.now_ns, "no_data"))

    def begin(self, blocks: str, kind: str = "core") -> None:
        self.push(Course(self.now_ns, HEAD.format(kind=kind) + blocks))

    def acts(self, kind: type[Act], from_s: float, until_s: float) -> list[Act]:
        found = self.practice.between(round(from_s * S), round(until_s * S))
        return [one for one in found if isinstance(one, kind) and one.start_ns >= from_s * S]


def list_breaths(led: Led, from_s: float, until_s: float) -> list[tuple[float, float]]:
    """Return when each breath in began and was full, in s."""
    found = []
    t_ns = round(from_s * S)
    while t_ns < until_s * S:
        breath = led.person.breathing.breath_at(t_ns)
        found.append((breath.start_ns / S, breath.peak_ns / S))
        t_ns = breath.end_ns
    return found


def test_most_breaths_of_a_programme_are_taken_and_a_few_are_left_out() -> None:
    led = Led()
    led.live(30)
    led.begin(PACED)
    on_time = 0
    for at in range(40):
        led.live(30 + 10 * (at + 1))
        starts = [start for start, _ in list_breaths(led, 30 + 10 * at - 1, 30 + 10 * at + 3)]
        on_time += any(abs(one - (30 + 10 * at)) < 0.5 for one in starts)
    assert 32 <= on_time < 40, "as people do"


def test_a_breath_that_is_led_is_in_held_and_out_when_it_is_asked_for() -> None:
    led = Led()
    led.begin(PACED)
    led.live(45)
    breath = led.person.breathing.breath_at(42 * S)
    assert abs(breath.start_ns / S - 40) < 0.5
    assert abs(breath.peak_ns / S - 44) < 0.5
    assert (breath.stop_ns, breath.stopped_ns) == (breath.peak_ns, 2 * S)
    assert breath.peak_level > 1.3


def test_breaths_follow_each_other_without_a_hole() -> None:
    led = Led()
    led.begin(PACED)
    led.live(60)
    first = led.person.breathing.breath_at(25 * S)
    chain = [first]
    while chain[-1].end_ns < 60 * S:
        chain.append(led.person.breathing.breath_at(chain[-1].end_ns))
    assert all(a.end_ns == b.start_ns and a.start_ns < a.end_ns for a, b in pairwise(chain))


def test_the_wall_is_firm_when_it_is_asked_for_and_let_go_after_it() -> None:
    led = Led()
    led.begin(BRACED)
    for act, begins_s in zip(led.acts(Firm, 0, 160), range(4, 160, 20), strict=True):
        assert 0 < act.start_ns / S - begins_s < 1.0
        assert 9.5 < act.end_ns / S - begins_s < 11
        assert isinstance(act, Firm)
        assert act.way == "expand"
    assert led.acts(Manner, 0, 40), "and the breath goes on behind it"


def test_an_assessment_of_the_biggest_breath_gets_a_big_one() -> None:
    led = Led()
    led.begin(PACED, "assessment")
    (breath,) = led.acts(Paced, 9, 11)
    assert isinstance(breath, Paced)
    assert breath.depth > 2.0


def test_who_moves_firms_first() -> None:
    led = Led()
    led.begin('[[block]]\nphase = [{ do = "brace", s = 2 }, { do = "move", s = 3 }]\n')
    (firm,), (lean,) = led.acts(Firm, 0, 9), led.acts(Lean, 0, 9)
    assert 0 < firm.start_ns < lean.start_ns < 3 * S


def test_a_hold_without_an_end_ends_when_it_is_enough() -> None:
    led = Led()
    led.begin(
        '[[block]]\nphase = [{ do = "inhale", s = 3 }, { do = "exhale", s = 3 },'
        ' { do = "hold_empty", until = "key", cap_s = 60 }, { do = "recover", s = 9 }]\n'
    )
    (breath,) = led.acts(Paced, 0, 9)
    assert 6 + 15 < breath.end_ns / S < 6 + 27


@pytest.mark.parametrize("key", [PAUSE, say_stop("dizzy")])
def test_who_is_to_stop_stops(key: str) -> None:
    led = Led()
    led.begin(BRACED)
    led.live(10)
    led.press(key)
    (firm,) = [one for one in led.practice.between(0, 160 * S) if isinstance(one, Firm)]
    assert firm.end_ns == 11 * S, "a second is what it takes"
    if key == PAUSE:
        led.live(20)
        led.press(RESUME)
        assert [round(one.start_ns / S) for one in led.acts(Firm, 20, 40)] == [24]


def test_who_is_told_to_go_on_firms_as_soon_as_that_is_possible() -> None:
    led = Led()
    led.begin(BRACED)
    led.live(2)
    led.press(NEXT)
    assert [one.start_ns for one in led.acts(Firm, 0, 15)] == [3 * S]


def test_nothing_is_done_before_anything_is_worn_and_nothing_that_makes_no_sense() -> None:
    practice = Practice(0)
    before = practice.between(0, 60 * S)
    Follower(practice, lambda: None)(Mark(0, "calibration.brace", 5 * S), 0)
    follower = Follower(practice, lambda: 0)
    follower(Course(0, "no programme"), 0)
    follower(StepBegan(0, 0, 0, 0, 1, 0, 1, "inhale", "", None, 0, 0, S, is_open=False), 0)
    assert practice.between(0, 60 * S) == before


def test_a_pacer_is_followed_until_it_is_switched_off() -> None:
    led = Led()
    led.live(10)
    led.press(say_pacer(4.0, 6.0))
    led.live(130)
    starts = [start for start, _ in list_breaths(led, 20, 120)]
    met = [at for at in range(20, 120, 10) if any(abs(one - at) < 0.5 for one in starts)]
    assert len(met) >= 8
    led.press(say_pacer(3.0, 3.0))
    led.live(140)
    assert led.acts(Paced, 132, 139)
    led.press(say_pacer(0.0, 0.0))
    assert not led.acts(Paced, 142, 300)


def test_a_pacer_waits_while_something_else_is_asked_for() -> None:
    led = Led()
    led.press(say_pacer(4.0, 6.0))
    led.live(5)
    led.press("calibration.quiet", 60)
    assert not led.acts(Paced, 7, 60)
    assert led.acts(Paced, 66, 100)


@pytest.mark.parametrize(
    ("label", "way"),
    [
        ("calibration.tall", lambda one: one.forward_deg < -3),
        ("calibration.slump", lambda one: one.forward_deg > 15),
        ("assess.bend_forward", lambda one: one.forward_deg > 45),
        ("assess.bend_back", lambda one: one.forward_deg < -10),
        ("assess.bend_left", lambda one: one.sideways_deg < -15),
        ("assess.bend_right", lambda one: one.sideways_deg > 15),
    ],
)
def test_the_trunk_goes_where_it_is_asked_to(label: str, way: Callable[[Lean], bool]) -> None:
    led = Led()
    led.press(label, 15)
    leans = [one for one in led.acts(Lean, 0, 300) if isinstance(one, Lean)]
    assert leans
    assert all(way(one) for one in leans)
    assert len(leans) == (3 if "bend" in label else 2 if "slump" in label else 1)


def test_labels_of_the_pacer_are_read_back() -> None:
    assert parse_pacer(say_pacer(4.5, 6.0)) == (4.5, 6.0)
    assert parse_pacer(say_pacer(0.0, 0.0)) is None
    assert parse_pacer("pacer: in=4") is None


def test_a_held_breath_behind_a_wall_happens_but_seldom() -> None:
    held = 0
    for seed in range(12):
        led = Led(seed)
        led.begin(BRACED)
        held += len(led.acts(Freeze, 0, 160))
    assert 0 < held < 24
