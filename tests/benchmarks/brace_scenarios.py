"""Write sessions of virtual people who brace, with the truth about them.

    python tests/benchmarks/brace_scenarios.py FOLDER [--people N] [--first N]

Each case becomes a folder: ``band.csv`` and ``imu.csv`` (columns as ``breathsense analyze`` reads
them), ``marks.csv``, ``truth.json``. Three difficulties and four sensor sets; ``--people`` is how
many of each. With the recordings of ``shared/data`` at hand (or ``BREATHSENSE_SHARED``) there are
cases with real breathing too, see ``brace_real.py``. The person of a number is always the same.
"""

import json
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import click
import numpy as np
from brace_plan import WAYS, Plan, plan_calibration, plan_exercise

from breathsense.simulation.breathing import Breathing
from breathsense.simulation.muscles import Tremble
from breathsense.simulation.noise import Dice
from breathsense.simulation.people import Difficulty, draw_person
from breathsense.simulation.person import Person, PersonParams
from breathsense.simulation.script import NS_PER_S, FixedScript, Way

SETS = ("band_imu", "imu", "two_bands", "band")
DIFFICULTIES: tuple[Difficulty, ...] = ("easy", "medium", "hard")
BAND_RATES_HZ = (10.0, 12.5, 20.0, 25.0, 50.0, 100.0)
IMU_RATES_HZ = (25.0, 50.0, 52.0, 100.0, 104.0, 200.0)
FAST_RATES_HZ = (100.0, 104.0, 200.0)
AXES = ("x", "y", "z")


@dataclass(frozen=True)
class Worn:
    """What is worn in a case, and how it is written down."""

    band_hz: float | None
    has_chest: bool
    imu_hz: float | None
    has_gyro: bool
    unit: str
    scale: float
    n_gaps: int
    jitter: float


def draw_worn(dice: Dice, sensors: str, difficulty: Difficulty) -> Worn:
    """Draw rates, units and faults."""
    has_imu, has_band = sensors in {"band_imu", "imu"}, sensors != "imu"
    unit, scale = dice.pick((("N", 1.0), ("au", dice.spread(0.01, 200.0)), ("mm", 1.0)))
    return Worn(
        band_hz=dice.pick(BAND_RATES_HZ) if has_band else None,
        has_chest=sensors == "two_bands",
        imu_hz=dice.pick(FAST_RATES_HZ if sensors == "imu" else IMU_RATES_HZ) if has_imu else None,
        has_gyro=has_imu and dice.happens(0.7),
        unit=unit,
        scale=scale,
        n_gaps=int(dice.uniform(0.0, 3.0)) if difficulty == "hard" else 0,
        jitter=dice.pick((0.0, 0.0, 0.1)),
    )


def write_case(folder: Path, sensors: str, difficulty: Difficulty, number: int) -> Path:
    """Write one case; return its folder."""
    seed = 1_000_003 * number + 1009 * SETS.index(sensors) + 17 * DIFFICULTIES.index(difficulty)
    dice = Dice(seed, 7)
    worn = draw_worn(dice, sensors, difficulty)
    bandwidth = dice.pick((None, 0.5, 0.42)) if worn.imu_hz else None
    low_pass_hz = None if bandwidth is None or worn.imu_hz is None else bandwidth * worn.imu_hz
    params = draw_person(seed, difficulty, low_pass_hz)
    plan = Plan(dice, difficulty, draw_ways(dice, sensors))
    plan_calibration(plan)
    plan_exercise(plan, until_s=dice.uniform(320.0, 470.0))
    plan.wait(8.0, 12.0)
    script = FixedScript(plan.acts)
    path = folder / f"{sensors}_{difficulty}_{number:03d}"
    truth = {
        "kind": "simulated",
        "sensors": sensors,
        "difficulty": difficulty,
        "seed": seed,
        "breaths": list_breaths(Breathing(params.breathing, seed, script), plan.t_s),
    }
    write_session(path, lambda: Person(seed, params, script), plan, worn, truth)
    return path


def draw_ways(dice: Dice, sensors: str) -> tuple[Way, ...]:
    """Draw which way the physio wants it, first; a band alone cannot see a wall that stays."""
    ways = tuple(way for way in WAYS if way != "neutral" or sensors in {"band_imu", "imu"})
    goal = dice.pick(("expand", "expand", *ways))
    return (goal, *(way for way in ways if way != goal))


def write_session(
    path: Path, build: Callable[[], Person], plan: Plan, worn: Worn, truth: dict[str, Any]
) -> None:
    """Write what the sensors show, the marks and the truth.

    A person remembers half a minute only, so each table is measured on the same person anew.
    """
    path.mkdir(parents=True, exist_ok=True)
    dice = Dice(truth["seed"], 8)
    inputs = []
    if worn.band_hz is not None:
        write_band(path / "band.csv", build(), worn, plan.t_s, dice)
        inputs.append("band.csv")
    if worn.imu_hz is not None:
        write_imu(path / "imu.csv", build(), worn, plan.t_s, dice)
        inputs.append("imu.csv")
    rows = [f"{t_s:.3f},{seconds:.3f},{label}" for t_s, seconds, label in sorted(plan.marks)]
    (path / "marks.csv").write_text("\n".join(["t_s,duration_s,label", *rows]) + "\n")
    whole = truth | {
        "duration_s": plan.t_s,
        "inputs": inputs,
        "worn": asdict(worn),
        "person": asdict(build().params),
        "braces": tell_what_is_seen(plan.braces, build().params),
        "distractors": plan.distractors,
        "prompts": [[t, seconds] for t, seconds, label in plan.marks if label == "exercise.brace"],
    }
    (path / "truth.json").write_text(json.dumps(whole, indent=1))


def tell_what_is_seen(braces: list[dict[str, Any]], params: PersonParams) -> list[dict[str, Any]]:
    """Add how loud each brace is to the sensor, and how far the belly goes."""
    loudness, told = tell_loudness(params), []
    for one in braces:
        loud = params.trunk.loudness(one["direction"], one["effort"])
        ratio = math.hypot(1.0, loudness * loud**params.muscles.exponent)
        shift = params.trunk.shift(one["direction"], one["effort"])
        told.append(one | {"mmg_ratio": ratio, "shift_depths": shift})
    return told


def tell_loudness(params: PersonParams) -> float:
    """Return the tremble of a brace at the usual effort, relative to the sensor's noise."""
    tremble = Tremble(params.muscles, 0, params.imu.bandwidth_hz)
    return tremble.passed * params.muscles.brace_g / params.imu.noise_g


def list_times(rate_hz: float, seconds: float, worn: Worn, dice: Dice) -> np.ndarray:
    """Return the times of the samples in s: a late one now and then, holes where packets went."""
    t_s = np.arange(int(seconds * rate_hz)) / rate_hz
    late = np.array([dice.uniform(-worn.jitter, worn.jitter) for _ in t_s]) / rate_hz
    t_s = np.maximum(t_s + late, 0.0)
    for _ in range(worn.n_gaps):
        lost_s, lasted_s = dice.uniform(0.0, seconds), dice.spread(0.2, 2.0)
        t_s = t_s[(t_s < lost_s) | (t_s > lost_s + lasted_s)]
    return t_s


def write_band(path: Path, person: Person, worn: Worn, seconds: float, dice: Dice) -> None:
    """Write the table of the bands."""
    assert worn.band_hz is not None
    names = ["abdomen", "chest"] if worn.has_chest else ["abdomen"]
    lines = [",".join(["t_s", *(f"{name}[{worn.unit}]" for name in names)])]
    for t_s in list_times(worn.band_hz, seconds, worn, dice):
        t_ns = round(t_s * NS_PER_S)
        cells = [worn.scale * person.belt_force_n(t_ns)]
        if worn.has_chest:
            cells.append(worn.scale * person.belt_force_n(t_ns, "chest"))
        lines.append(",".join([f"{t_s:.4f}", *(f"{cell:.6g}" for cell in cells)]))
    path.write_text("\n".join(lines) + "\n")


def write_imu(path: Path, person: Person, worn: Worn, seconds: float, dice: Dice) -> None:
    """Write the table of the inertial sensor."""
    assert worn.imu_hz is not None
    names = [f"acc_{axis}[g]" for axis in AXES]
    if worn.has_gyro:
        names += [f"gyr_{axis}[deg/s]" for axis in AXES]
    lines = [",".join(["t_s", *names])]
    for t_s in list_times(worn.imu_hz, seconds, worn, dice):
        t_ns = round(t_s * NS_PER_S)
        cells = [*person.acceleration_g(t_ns)]
        if worn.has_gyro:
            cells += person.rotation_dps(t_ns)
        lines.append(",".join([f"{t_s:.4f}", *(f"{cell:.6f}" for cell in cells)]))
    path.write_text("\n".join(lines) + "\n")


def list_breaths(breathing: Breathing, until_s: float) -> list[dict[str, Any]]:
    """Return the true breaths; one that stops says for how long."""
    found, t_ns = [], 0
    while t_ns < until_s * NS_PER_S:
        breath = breathing.breath_at(t_ns)
        found.append(
            {
                "start_s": breath.start_ns / NS_PER_S,
                "peak_s": breath.peak_ns / NS_PER_S,
                "end_s": breath.end_ns / NS_PER_S,
                "depth": breath.peak_level - breath.start_level,
                "stop_s": breath.stop_ns / NS_PER_S if breath.stopped_ns else None,
                "stopped_s": breath.stopped_ns / NS_PER_S,
            }
        )
        t_ns = breath.end_ns
    return found


def write_some(folder: Path, first: int, n_people: int, *, sets: tuple[str, ...] = SETS) -> None:
    """Write the cases of some people, in two processes."""
    wanted = [
        (folder, sensors, difficulty, number)
        for number in range(first, first + n_people)
        for sensors in sets
        for difficulty in DIFFICULTIES
    ]
    with Pool(2) as pool:
        for path in pool.starmap(write_case, wanted, chunksize=1):
            click.echo(path, err=True)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--people", default=4, show_default=True, help="How many of each set and difficulty.")
@click.option("--first", default=0, show_default=True, help="Number of the first person.")
@click.option("--set", "sets", type=click.Choice(SETS), multiple=True, help="Only these sensors.")
def main(folder: Path, people: int, first: int, sets: tuple[str, ...]) -> None:
    """Write cases into FOLDER."""
    write_some(folder, first, people, sets=sets or SETS)


if __name__ == "__main__":
    main()
