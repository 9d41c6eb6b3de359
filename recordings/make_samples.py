"""Make the sample recordings anew: ``python recordings/make_samples.py [--expected] [NAME...]``.

Virtual wearables on a virtual person, talked to as the Bluetooth link talks to real ones, in
simulated time. The same program makes the same files, but for the versions in their headers. What
`breathsense analyze FILE --json` prints of each is written beside it, and all are listed in
``index.json``; ``--expected`` makes only these anew. `belt-at-rest-2min` was recorded over the
link itself and is left as it is.
"""

import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from breathsense.cli.analyze import print_analysis
from breathsense.core.coaching.schedule import Step, build_schedule
from breathsense.core.model.inputs import Course, Item, LinkEvent, Mark, Notification
from breathsense.core.model.labels import NEXT
from breathsense.core.model.sensors import Place
from breathsense.core.setup import Setup, Wearable
from breathsense.core.wire.conversation import (
    Ask,
    Read,
    Script,
    Subscribe,
    Unsubscribe,
    Wait,
    Write,
)
from breathsense.core.wire.dialogue import build_conversation
from breathsense.library.analysing import analyse
from breathsense.recordings.header import build_header
from breathsense.recordings.inputs import open_inputs
from breathsense.recordings.journal import Journal
from breathsense.session.programmes import load_programmes
from breathsense.simulation import behaviour as do
from breathsense.simulation.body import BeltPlace, Quantity, Vector
from breathsense.simulation.faults import Faults
from breathsense.simulation.noise import Dice
from breathsense.simulation.peripheral import AttError, Peripheral
from breathsense.simulation.person import Person
from breathsense.simulation.practice import obey
from breathsense.simulation.script import Act, FixedScript, Manner
from breathsense.simulation.wearables import build_wearable
from breathsense.sources.shelf import load_shelf

FOLDER = Path(__file__).parent
S = 1_000_000_000
EVENT_NS = 30_000_000
"""A connection event: what a wearable made since the last one goes out."""
STARTED_NS = 1_772_614_800 * S
"""4 March 2026, 09:00 UTC; each sample is said to have begun a day after the one before."""
DAY_NS = 86_400 * S
ONLY_EXPECTED = "--expected"
ANSWER_S = 22.0
"""So long the virtual person pauses its breath where a key ends a step."""


@dataclass
class Plan:
    """What is worn, done and marked in one sample.

    ``seconds`` 0 means until the course is over; ``calibrates`` puts the steps of a calibration
    first.
    """

    name: str
    what: str
    worn: tuple[tuple[str, Place], ...]
    seconds: float = 120.0
    programme: str = ""
    level: int = 0
    calibrates: bool = False
    acts: list[Act] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)


BELT: tuple[tuple[str, Place], ...] = (("vernier-gdx-rb", "abdomen"),)
PLANS: tuple[Plan, ...] = (
    Plan("imu-at-rest-2min", "an IMU on the belly, breathing at rest", (("movesense", "abdomen"),)),
    Plan(
        "belt-and-imu-at-rest-2min",
        "a belt and an IMU on the belly, breathing at rest",
        (*BELT, ("witmotion-ble5", "abdomen")),
    ),
    Plan(
        "two-belts-at-rest-2min",
        "a belt round the belly and one round the ribs, breathing at rest",
        (*BELT, ("vernier-gdx-rb", "chest")),
    ),
    Plan(
        "belt-and-heart-at-rest-2min",
        "a belt round the belly and a heart strap, breathing at rest",
        (*BELT, ("heart-rate", "chest")),
    ),
    Plan(
        "belt-fill-the-can",
        "calibration, then the brace course Fill the can at its first level",
        BELT, 0.0, "core.fill_the_can", 1, calibrates=True,
    ),
    Plan(
        "belt-six-a-minute",
        "paced breathing, six breaths a minute",
        BELT, 0.0, "breathe.six_a_minute",
    ),
    Plan(
        "belt-breath-pause",
        "the comfortable breath pause (BOLT), two tries",
        BELT, 0.0, "assess.breath_pause",
    ),
)  # fmt: skip


class AtTheRibs:
    """A person as a wearable round the ribs feels it."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self.measurable: frozenset[Quantity] = person.measurable
        self.moment_ns = person.moment_ns
        self.beats = person.beats

    def belt_force_n(self, t_ns: int, place: BeltPlace = "chest") -> float:
        """Return the tension of a belt there."""
        return self._person.belt_force_n(t_ns, place)

    def acceleration_g(self, t_ns: int, place: BeltPlace = "chest") -> Vector:
        """Return what an accelerometer there reads."""
        return self._person.acceleration_g(t_ns, place)

    def rotation_dps(self, t_ns: int, place: BeltPlace = "chest") -> Vector:
        """Return how fast the same sensor turns."""
        return self._person.rotation_dps(t_ns, place)


def main(names: Sequence[str]) -> None:
    """Make the samples of these names, or all, and the index of all that are there."""
    wanted = [one for one in names if one != ONLY_EXPECTED]
    for number, plan in enumerate(PLANS):
        if ONLY_EXPECTED not in names and (not wanted or plan.name in wanted):
            path = make_sample(plan, seed=20 + number, number=number)
            sys.stdout.write(f"{path.name}  {path.stat().st_size / 1000:.0f} kB\n")
    for path in FOLDER.glob("*.mcap"):
        if not wanted or path.stem in wanted:
            write_expected(path)
    write_index()


def make_sample(plan: Plan, *, seed: int, number: int) -> Path:
    """Record one session in simulated time."""
    dice = Dice(seed, 7)
    t_s = _calibrate(plan, dice) if plan.calibrates else 2.0
    if plan.programme:
        t_s = _practise(plan, dice, t_s)
    person = Person(seed, script=FixedScript(plan.acts))
    worn, peripherals = _put_on(plan, person, seed)
    anchor_ns = STARTED_NS + number * DAY_NS
    header = replace(
        build_header(Setup(wearables=worn), anchor_ns, notes=f"Synthetic: {plan.what}."),
        session_id=hashlib.sha256(plan.name.encode()).hexdigest()[:16],
        platform="synthetic",
    )
    path = FOLDER / f"{plan.name}.mcap"
    path.unlink(missing_ok=True)
    now = [0]
    journal = Journal(path, header, wall_ns=lambda: anchor_ns + now[0], monotonic_ns=lambda: now[0])
    told = sorted(plan.items, key=lambda one: one.start_ns if isinstance(one, Mark | Course) else 0)
    for now[0], items in _run(worn, peripherals, round((plan.seconds or t_s) * S)):
        while told and told[0].start_ns <= now[0]:  # type: ignore[union-attr] # marks and courses
            journal.append(told.pop(0))
        for item in items:
            journal.append(item)
        journal.tick(now[0])
    return journal.close()


def write_expected(path: Path) -> None:
    """Write what the engine finds in a sample."""
    analysis = analyse(open_inputs([path]), (path.name,))
    with path.with_suffix(".json").open("w", encoding="utf-8") as stream:
        print_analysis(analysis, stream, as_json=True)


def write_index() -> None:
    """List all samples, with what is in each."""
    whats = {plan.name: plan.what for plan in PLANS}
    whats["belt-at-rest-2min"] = "a belt round the belly, breathing at rest"
    programmes = {plan.name: plan.programme for plan in PLANS}
    listed = []
    for path in sorted(FOLDER.glob("*.mcap")):
        found = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        listed.append(
            {
                "file": path.name,
                "expected": path.with_suffix(".json").name,
                "synthetic": True,
                "what": whats[path.stem],
                "programme": programmes.get(path.stem, ""),
                "sensors": [one["id"] for one in found["sensors"]],
                "duration_s": round(found["duration_s"], 1),
                "n_breaths": len(found["breaths"]),
                "n_braces": len(found["braces"]),
            }
        )
    text = json.dumps({"schema": "breathsense.samples/1", "samples": listed}, indent=1)
    (FOLDER / "index.json").write_text(text + "\n", encoding="utf-8")


def _put_on(plan: Plan, person: Person, seed: int) -> tuple[tuple[Wearable, ...], list[Peripheral]]:
    shelf = load_shelf()
    worn: list[Wearable] = []
    peripherals: list[Peripheral] = []
    for number, (profile_id, place) in enumerate(plan.worn):
        body = person if place == "abdomen" else AtTheRibs(person)
        twin = build_wearable(profile_id, body, seed + number, Faults())
        peripherals.append(twin)
        known = [one.id for one in worn]
        name = profile_id if profile_id not in known else f"{profile_id}-{number}"
        worn.append(Wearable(name, shelf.find(profile_id), place, twin.advertisement.name))
    return tuple(worn), peripherals


def _calibrate(plan: Plan, dice: Dice) -> float:
    """Plan the steps of a calibration; return when they are over."""
    t_s = 3.0
    steps = (("quiet", 60.0, 2.0), ("full", 10.0, 3.0), ("full", 10.0, 6.0), ("pause", 8.0, 8.0),
             ("brace", 5.0, 10.0), ("brace", 5.0, 10.0), ("draw_in", 5.0, 10.0))  # fmt: skip
    for step, seconds, rest_s in steps:
        label = f"calibration.{step}"
        plan.items.append(Mark(round(t_s * S), label, round(seconds * S)))
        plan.acts += obey(dice, label, t_s, seconds)
        t_s += seconds + rest_s
    return t_s


def _practise(plan: Plan, dice: Dice, t_s: float) -> float:
    """Plan a course that the person follows, with answers before and after."""
    programme = load_programmes().find(plan.programme)
    plan.items.append(Mark(round(t_s * S), "checkin.before: pain=2 stress=4"))
    plan.items.append(Course(round(t_s * S), programme.text, plan.level))
    for step in build_schedule(programme, plan.level):
        length_s = step.length_ns / S
        if step.is_open:
            length_s = min(length_s, ANSWER_S)
            plan.items.append(Mark(round((t_s + length_s) * S), NEXT))
        plan.acts += _follow(step, dice, t_s, length_s)
        t_s += length_s
    if plan.programme == "breathe.six_a_minute":
        plan.acts.append(Manner(0, round(t_s * S), rate=0.5, belly=1.1, inhale_fraction=0.4))
    plan.items.append(Mark(round((t_s + 6) * S), "checkin.after: pain=1 stress=2"))
    return t_s + 10.0


def _follow(step: Step, dice: Dice, t_s: float, length_s: float) -> list[Act]:
    end_s = t_s + length_s
    match step.phase.do:
        case "brace":  # the breathing brace that follows is the same brace
            return []
        case "brace_breathe":
            return do.brace(dice, t_s - 1.5, end_s + 0.3, "expand", "breathing")
        case "hold_empty":
            return do.hold(dice, t_s, end_s, "empty")
        case _:
            return []


def _run(
    worn: Sequence[Wearable], peripherals: Sequence[Peripheral], length_ns: int
) -> Iterator[tuple[int, list[Item]]]:
    """Let time pass in connection events; first every wearable is made to stream."""
    links = [_Link(one, twin) for one, twin in zip(worn, peripherals, strict=True)]
    now_ns = 0
    while now_ns < length_ns:
        now_ns += EVENT_NS
        yield now_ns, [item for link in links for item in link.pass_on(now_ns)]
    yield now_ns, [LinkEvent(one.id, "stopped", now_ns) for one in worn]


class _Link:
    """Talks to one virtual wearable, as ``sources.ble`` talks to real ones."""

    def __init__(self, worn: Wearable, twin: Peripheral) -> None:
        self._worn, self._twin = worn, twin
        self._script: Script | None = build_conversation(worn.profile, worn.settings).start()
        self._asked: Ask | None = None
        self._begun = False
        self._wait_until_ns = 0

    def pass_on(self, now_ns: int) -> list[Item]:
        """Carry out what is to be said now, and take what comes."""
        items: list[Item] = []
        if not self._begun:
            self._begun = True
            self._twin.connect(now_ns)
            items += [LinkEvent(self._worn.id, "connecting", now_ns),
                      LinkEvent(self._worn.id, "connected", now_ns)]  # fmt: skip
        answer: bytes | None = None
        for sent in self._twin.advance(now_ns):
            items.append(Notification(self._worn.id, sent.characteristic, sent.payload, now_ns))
            if self._asked is not None and self._asked.is_answer(*_both(sent)):
                self._asked, answer = None, sent.payload
                items += self._speak(answer, now_ns)
        if self._asked is None and self._script is not None and now_ns >= self._wait_until_ns:
            items += self._speak(None, now_ns)
        return items

    def _speak(self, answer: bytes | None, now_ns: int) -> list[Item]:
        items: list[Item] = []
        while self._script is not None:
            try:
                action = self._script.send(answer)
            except StopIteration:
                self._script = None
                return [*items, LinkEvent(self._worn.id, "streaming", now_ns)]
            answer = None
            match action:
                case Subscribe():
                    self._twin.subscribe(action.characteristic, now_ns)
                case Unsubscribe():
                    self._twin.unsubscribe(action.characteristic, now_ns)
                case Write():
                    self._twin.write(action.characteristic, action.payload, now_ns)
                case Read():
                    answer = self._read(action, now_ns)
                    if answer is not None:
                        items.append(
                            Notification(
                                self._worn.id, action.characteristic, answer, now_ns, "read"
                            )
                        )
                case Ask():
                    self._asked = action
                    self._twin.write(action.write.characteristic, action.write.payload, now_ns)
                    return items
                case Wait():
                    self._wait_until_ns = now_ns + round(action.seconds * S)
                    return items
        return items

    def _read(self, action: Read, now_ns: int) -> bytes | None:
        try:
            return self._twin.read(action.characteristic, now_ns)
        except AttError:
            if action.is_optional:
                return None
            raise


def _both(sent: object) -> tuple[str, bytes]:
    return sent.characteristic, sent.payload  # type: ignore[attr-defined] # a ``Sent``


if __name__ == "__main__":
    main(sys.argv[1:])
