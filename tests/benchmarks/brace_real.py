"""Cases with the breathing of real people: a recorded belt or impedance moves the virtual trunk.

    python tests/benchmarks/brace_real.py FOLDER [--some N | --to-learn N]

Three kinds, from the recordings of ``shared/data`` beside the checkout (or ``BREATHSENSE_SHARED``):

* braces laid over: the person of the recording calibrates and braces as the model does;
* prompts not followed: calibrates, then is prompted every half minute and never braces;
* no marks: the recording as it is.

Every second recording, by name, is kept for scoring; from the others, with ``--to-learn``, cases of
the first two kinds are written for ``learn_braces.py``, so many of each recording.

The bands' physics, the motion sensor and everything but the breathing are the model's.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import click
import numpy as np
from brace_plan import Plan, plan_calibration, plan_exercise
from brace_recorded import SHARED, Played, Recorded, read_recordings
from brace_scenarios import Worn, draw_ways, draw_worn, write_session

from breathsense.simulation.bands import Band
from breathsense.simulation.body import BeltPlace, Vector
from breathsense.simulation.heart import Heart
from breathsense.simulation.inertial import Imu
from breathsense.simulation.noise import Dice
from breathsense.simulation.people import draw_person
from breathsense.simulation.person import PersonParams
from breathsense.simulation.script import NS_PER_S, FixedScript, Freeze
from breathsense.simulation.trunk import Trunk

LONG_ENOUGH_S = 400.0
LAID_OVER, UNFOLLOWED, UNMARKED = (
    "real breathing, braces laid over",
    "real breathing, prompts not followed",
    "real breathing, no marks",
)


Job = tuple[Callable[..., None], tuple[Any, ...]]


class RealPerson:
    """A virtual trunk moved by recorded breathing; measured like a ``Person``."""

    def __init__(
        self, seed: int, params: PersonParams, script: FixedScript, recorded: Recorded
    ) -> None:
        self.params = params
        acts = script.between(0, round(1e6 * NS_PER_S))
        self._played = Played(recorded, [act for act in acts if isinstance(act, Freeze)])
        trunk = Trunk(params.trunk, seed, self._played, script)
        heart = Heart(params.heart, seed, self._played)
        self._band = Band(params.band, "abdomen", seed, trunk, heart)
        self._imu = Imu(
            params.imu, "abdomen", seed, trunk, heart, script=script, muscles=params.muscles
        )

    def belt_force_n(self, t_ns: int, place: BeltPlace = "abdomen") -> float:
        """Return the tension of a band round the belly."""
        assert place == "abdomen"
        band = self.params.band
        drift = self._played.baseline_at(t_ns) * band.stiffness_n_per_mm * band.depth_mm
        return max(self._band.tension_n(t_ns) + drift, 0.0)

    def acceleration_g(self, t_ns: int) -> Vector:
        """Return what an accelerometer reads."""
        return self._imu.acceleration_g(t_ns)

    def rotation_dps(self, t_ns: int) -> Vector:
        """Return what a gyroscope reads."""
        return self._imu.rotation_dps(t_ns)


def write_laid_over(folder: Path, recorded: Recorded, sensors: str, number: int) -> None:
    """Write a case with modelled braces."""
    seed = 7_000_003 * (number + 1) + len(sensors)
    dice = Dice(seed, 7)
    plan = Plan(dice, "medium", draw_ways(dice, sensors))
    plan_calibration(plan)
    plan_exercise(plan, until_s=recorded.seconds - 30.0)
    plan.t_s = recorded.seconds
    worn = draw_worn(dice, sensors, "medium")
    _write(
        folder / f"real_{sensors}_{recorded.name}", recorded, plan, worn, (LAID_OVER, sensors, seed)
    )


def write_unfollowed(folder: Path, recorded: Recorded, sensors: str, number: int) -> None:
    """Write a case with a calibration, and prompts that nobody follows."""
    seed = 9_000_011 * (number + 1) + len(sensors)
    dice = Dice(seed, 7)
    plan = Plan(dice, "easy", ("expand", "draw_in"))
    plan_calibration(plan)
    plan.mark("rezero", 12.0)
    plan.t_s += 13.0
    while plan.t_s < recorded.seconds - 12.0:
        plan.mark("exercise.brace", 8.0)
        plan.wait(25.0, 35.0)
    plan.t_s = recorded.seconds
    worn = draw_worn(dice, sensors, "easy")
    _write(
        folder / f"idle_{sensors}_{recorded.name}",
        recorded,
        plan,
        worn,
        (UNFOLLOWED, sensors, seed),
    )


def _write(
    path: Path, recorded: Recorded, plan: Plan, worn: Worn, facts: tuple[str, str, int]
) -> None:
    kind, sensors, seed = facts
    drawn = draw_person(seed, "medium")
    # The recording has noise, heart and drift of its own.
    band = replace(drawn.band, noise_n=0.0, heart_n=0.0, drift_n=0.0)
    params = replace(drawn, band=band, trunk=replace(drawn.trunk, restless_depths=0.0))
    script = FixedScript(plan.acts)
    truth = {"kind": kind, "sensors": sensors, "difficulty": "medium", "seed": seed, "breaths": []}
    build: Callable[[], RealPerson] = partial(RealPerson, seed, params, script, recorded)
    write_session(path, build, plan, worn, truth | {"recording": recorded.name})


def write_unmarked(folder: Path, recorded: Recorded) -> None:
    """Write the recording as it is."""
    path = folder / f"unmarked_{recorded.name}"
    path.mkdir(parents=True, exist_ok=True)
    every = max(round(recorded.rate_hz / 25.0), 1)
    times = np.arange(0, len(recorded.raw), every)
    rows = [f"{k / recorded.rate_hz:.4f},{recorded.raw[k]:.6g}" for k in times]
    (path / "band.csv").write_text("\n".join(["t_s,abdomen[au]", *rows]) + "\n")
    has_acc = recorded.acc_g is not None
    if recorded.acc_g is not None:
        lines = [
            f"{k / recorded.rate_hz:.4f},{','.join(f'{cell:.6f}' for cell in recorded.acc_g[k])}"
            for k in times
        ]
        heads = "t_s,acc_x[g],acc_y[g],acc_z[g]"
        (path / "imu.csv").write_text("\n".join([heads, *lines]) + "\n")
    worn = Worn(
        25.0,
        has_chest=False,
        imu_hz=recorded.rate_hz if has_acc else None,
        has_gyro=False,
        unit="au",
        scale=1.0,
        n_gaps=0,
        jitter=0.0,
    )
    truth: dict[str, Any] = {
        "kind": UNMARKED,
        "sensors": "band_imu" if has_acc else "band",
        "difficulty": "as it is",
        "duration_s": recorded.seconds,
        "inputs": ["band.csv", "imu.csv"] if has_acc else ["band.csv"],
        "worn": asdict(worn),
        "recording": recorded.name,
    }
    empty = {key: [] for key in ("breaths", "braces", "distractors", "prompts")}
    (path / "truth.json").write_text(json.dumps(truth | empty, indent=1))


def write_real_cases(folder: Path, n_recordings: int | None = None) -> None:
    """Write the cases of all recordings for scoring, or of some spread over them."""
    recordings = _find_recordings(to_learn=False)
    step = max(len(recordings) // n_recordings, 1) if n_recordings else 1
    some = recordings[::step]
    jobs: list[Job] = []
    for number, recorded in enumerate(some):
        jobs.append((write_unmarked, (folder, recorded)))
        jobs.append((write_unfollowed, (folder, recorded, "band", number)))
        if recorded.seconds > LONG_ENOUGH_S:
            sensors = ("band", "band_imu", "imu")[number % 3]
            jobs.append((write_laid_over, (folder, recorded, sensors, number)))
            if number % 4 == 0:
                jobs.append((write_unfollowed, (folder, recorded, "band_imu", number)))
                jobs.append((write_unfollowed, (folder, recorded, "imu", number)))
    _run_all(jobs)


def write_cases_to_learn(folder: Path, n_each: int) -> None:
    """Write cases of the other recordings: braces laid over in several ways, and none."""
    jobs: list[Job] = []
    for at, recorded in enumerate(_find_recordings(to_learn=True)):
        for way in range(n_each):
            number, where = 1000 * (way + 1) + at, folder / f"{way}"
            sensors = ("band_imu", "imu")[(at + way) % 2]
            jobs.append((write_unfollowed, (where, recorded, "band", number)))
            if recorded.seconds > LONG_ENOUGH_S:
                jobs.append((write_laid_over, (where, recorded, "band", number)))
                jobs.append((write_laid_over, (where, recorded, sensors, number)))
            if way == 0:
                jobs.append((write_unfollowed, (where, recorded, sensors, number)))
    _run_all(jobs)


def _find_recordings(*, to_learn: bool) -> list[Recorded]:
    """Return those to learn from, or to score by; half of them each."""
    recordings = sorted(read_recordings(), key=lambda one: one.name)
    if not recordings:
        click.echo(
            f"no recordings under {SHARED}: cases with real breathing are left out", err=True
        )
    return recordings[0 if to_learn else 1 :: 2]


def _run_all(jobs: list[Job]) -> None:
    with Pool(2) as pool:
        pool.starmap(_run, jobs, chunksize=1)


def _run(job: Callable[..., None], words: tuple[Any, ...]) -> None:
    job(*words)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--some", type=int, help="Only so many recordings, spread over all.")
@click.option("--to-learn", type=int, help="So many cases of each recording to learn from.")
def main(folder: Path, some: int | None, to_learn: int | None) -> None:
    """Write cases into FOLDER."""
    if to_learn:
        write_cases_to_learn(folder, to_learn)
    else:
        write_real_cases(folder, some)


if __name__ == "__main__":
    main()
