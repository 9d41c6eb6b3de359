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
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sample_link import pass_time
from sample_plans import BELT, CALIBRATED, Plan, list_plans

from breathsense.core.analysis import AnalysisBuilder
from breathsense.core.engine import build_engine
from breathsense.core.model.bracing import Slouched
from breathsense.core.model.calibration import Calibrated, Calibration
from breathsense.core.model.coaching import CourseBegan, CourseEnded, CourseJudged
from breathsense.core.model.inputs import Course, Item, Mark
from breathsense.core.setup import Setup, Wearable
from breathsense.core.stage import run
from breathsense.exports.analysis_json import write_analysis
from breathsense.recordings.copying import write_copy
from breathsense.recordings.header import build_header
from breathsense.recordings.journal import Journal
from breathsense.recordings.reader import open_recording
from breathsense.simulation.body import BeltPlace, Quantity, Vector
from breathsense.simulation.breathing import BreathingParams
from breathsense.simulation.faults import Faults
from breathsense.simulation.peripheral import Peripheral
from breathsense.simulation.person import Person, PersonParams
from breathsense.simulation.script import FixedScript
from breathsense.simulation.wearables import build_wearable
from breathsense.sources.shelf import load_shelf

FOLDER = Path(__file__).parent
S = 1_000_000_000
STARTED_NS = 1_772_614_800 * S
"""4 March 2026, 09:00 UTC; each sample is said to have begun a day after the one before."""
DAY_NS = 86_400 * S
ONLY_EXPECTED = "--expected"
FIRST_SEED = 20
PRACTISES = 24
"""Seed of the person who practises: the same in every programme, as is its calibration."""
EVENLY = PersonParams(BreathingParams(period_cv=0.06, depth_cv=0.12, sighs_per_h=0.0))
OVER_THE_LINK = Plan("belt-at-rest-2min", "a belt round the belly, breathing at rest", BELT)


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
    (FOLDER / CALIBRATED).parent.mkdir(exist_ok=True)
    plans = [OVER_THE_LINK, *list_plans()]
    for number, plan in enumerate(plans[1:]):
        if ONLY_EXPECTED not in names and (not wanted or plan.name in wanted):
            path = make_sample(plan, number)
            sys.stdout.write(f"{plan.name}  {path.stat().st_size / 1000:.0f} kB\n")
    paths = [(FOLDER / f"{plan.name}.mcap", plan) for plan in plans]
    listed = [list_sample(*one) for one in sorted(paths, key=lambda one: one[0])]
    text = json.dumps({"schema": "breathsense.samples/2", "samples": listed}, indent=1)
    (FOLDER / "index.json").write_text(text + "\n", encoding="utf-8")


def make_sample(plan: Plan, number: int) -> Path:
    """Record one session in simulated time."""
    seed = PRACTISES if plan.programme else FIRST_SEED + number
    person = Person(seed, EVENLY if plan.is_led else None, FixedScript(plan.acts))
    worn, peripherals = _put_on(plan, person, seed)
    needs = plan.programme.startswith(("core.", "assess.brace")) and not plan.calibrates
    setup = Setup(wearables=worn, calibration=_read_calibration() if needs else None)
    anchor_ns = STARTED_NS + number * DAY_NS
    header = replace(
        build_header(setup, anchor_ns, notes=f"Synthetic: {plan.what}."),
        session_id=hashlib.sha256(plan.name.encode()).hexdigest()[:16],
        platform="synthetic",
    )
    path = FOLDER / f"{plan.name}.mcap"
    with tempfile.TemporaryDirectory() as folder:
        now = [0]
        journal = Journal(
            Path(folder) / path.name,
            header,
            wall_ns=lambda: anchor_ns + now[0],
            monotonic_ns=lambda: now[0],
        )
        told = sorted(plan.items, key=_begin)
        for now[0], items in pass_time(worn, peripherals, round(plan.seconds * S)):
            while told and _begin(told[0]) <= now[0]:
                journal.append(told.pop(0))
            for item in items:
                journal.append(item)
            journal.tick(now[0])
        live = open_recording(journal.close())
        path.unlink(missing_ok=True)
        # Live, a chunk is as short as what a crash may take; in one piece it is a third as large.
        return write_copy(path, live.header, live.records())


def list_sample(path: Path, plan: Plan) -> dict[str, Any]:
    """Write what the engine finds in a sample; return its entry in the index."""
    recording = open_recording(path)
    setup = recording.header.setup()
    told = list(run(build_engine(setup, joins_blocks=True), recording.items()))
    builder = AnalysisBuilder(setup, (path.name,))
    for event in told:
        builder.push(event)
    found, expected = builder.finish(), path.with_suffix(".json")
    with expected.open("w", encoding="utf-8") as stream:
        write_analysis(found, stream)
    return {
        "file": _name(path),
        "expected": _name(expected),
        "synthetic": True,
        "what": plan.what,
        "programme": plan.programme,
        "sensors": [one.id for one in found.sensors],
        "duration_s": round(found.duration_ns / S, 1),
        "n_breaths": len(found.breaths),
        "n_braces": len(found.braces),
        "n_slouches": sum(isinstance(one, Slouched) for one in told),
        "courses": list(_list_courses(told)),
    }


def _list_courses(told: Sequence[object]) -> Iterator[dict[str, Any]]:
    judged = {one.number: one for one in told if isinstance(one, CourseJudged)}
    began = {one.number: one.programme for one in told if isinstance(one, CourseBegan)}
    for one in told:
        if isinstance(one, CourseEnded):
            how = judged[one.number]
            figures = {each.of: each.value for each in how.figures if each.value is not None}
            yield {
                "programme": began[one.number],
                "ended": one.reason,
                "score": how.score,
                "figures": figures,
            }


def _name(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


def _begin(item: Item) -> int:
    return item.start_ns if isinstance(item, Mark | Course) else 0


def _read_calibration() -> Calibration:
    """Return what the engine learns of the person in the sample with the calibration."""
    recording = open_recording(FOLDER / f"{CALIBRATED}.mcap")
    engine = build_engine(recording.header.setup())
    told = [event for item in recording.items() for event in engine.push(item)]
    return [one.calibration for one in told if isinstance(one, Calibrated)][-1]


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


if __name__ == "__main__":
    main(sys.argv[1:])
