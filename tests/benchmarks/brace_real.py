"""Cases with the breathing of real people: a recorded belt or impedance moves the virtual trunk.

    python tests/benchmarks/brace_real.py FOLDER [--some N]

Three kinds, from the recordings of ``shared/data`` beside the checkout (or ``BREATHSENSE_SHARED``):

* braces laid over: the person of the recording calibrates and braces as the model does;
* prompts not followed: calibrates, then is prompted every half minute and never braces;
* no marks: the recording as it is.

The bands' physics, the motion sensor and everything but the breathing are the model's.
"""

import json
import os
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from multiprocessing import Pool
from pathlib import Path
from typing import Any, NamedTuple

import click
import numpy as np
from brace_plan import Plan, plan_calibration, plan_exercise
from brace_scenarios import Worn, draw_ways, draw_worn, write_session

from breathsense.simulation.bands import Band
from breathsense.simulation.body import BeltPlace, Vector
from breathsense.simulation.heart import Heart
from breathsense.simulation.inertial import Imu
from breathsense.simulation.noise import Dice
from breathsense.simulation.people import draw_person
from breathsense.simulation.person import PersonParams
from breathsense.simulation.script import NS_PER_S, FixedScript, Freeze, ramp
from breathsense.simulation.trunk import Trunk

BESIDE = Path(__file__).resolve().parents[2].parent / "shared"
SHARED = Path(os.environ.get("BREATHSENSE_SHARED", BESIDE))
LONG_ENOUGH_S = 400.0
WINDOW_S, REST_S = 8.0, 20.0
RISE_S, FALL_S = 2.2, 2.0
LAID_OVER, UNFOLLOWED, UNMARKED = (
    "real breathing, braces laid over",
    "real breathing, prompts not followed",
    "real breathing, no marks",
)


class Recorded(NamedTuple):
    """A recording: the breathing above its baseline, and the baseline, in usual depths."""

    name: str
    raw: np.ndarray
    level: np.ndarray
    baseline: np.ndarray
    rate_hz: float

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.raw) / self.rate_hz


class Played:
    """The breathing of a recording; it stands still while the script holds the breath."""

    def __init__(self, recorded: Recorded, freezes: list[Freeze]) -> None:
        self._recorded = recorded
        self._stops: list[tuple[int, int, Freeze]] = []
        last_ns = 0
        for one in sorted(freezes, key=lambda one: one.start_ns):
            start_ns, end_ns = max(one.start_ns, last_ns), tell_end_ns(one)
            if end_ns > start_ns:
                self._stops.append((start_ns, end_ns, one))
                last_ns = end_ns

    def level_at(self, t_ns: int) -> float:
        """Return the level in usual depths above the baseline."""
        stood_ns = 0
        for start_ns, end_ns, one in self._stops:
            if start_ns >= t_ns:
                break
            if t_ns < end_ns:
                held = self._play(self._recorded.level, start_ns - stood_ns)
                target = {"now": held, "empty": 0.0}.get(one.at, one.depth)
                last_ns = end_ns - round(FALL_S * NS_PER_S)
                return held + (target - held) * ramp(t_ns, start_ns, last_ns, RISE_S, FALL_S)
            stood_ns += end_ns - start_ns
        return self._play(self._recorded.level, t_ns - stood_ns)

    def baseline_at(self, t_ns: int) -> float:
        """Return the baseline, which goes on while the breath is held."""
        return self._play(self._recorded.baseline, t_ns)

    def _play(self, values: np.ndarray, t_ns: int) -> float:
        place = min(max(t_ns, 0) / NS_PER_S * self._recorded.rate_hz, len(values) - 1.001)
        left = int(place)
        return float(values[left] + (values[left + 1] - values[left]) * (place - left))


def tell_end_ns(freeze: Freeze) -> int:
    """Return when breathing goes on after a stop."""
    if freeze.at == "now":
        return freeze.end_ns
    whole_ns = freeze.start_ns + round((RISE_S + FALL_S) * NS_PER_S)
    ended_ns = freeze.end_ns + round(FALL_S * NS_PER_S)
    return whole_ns if freeze.at == "deep" else max(ended_ns, whole_ns)


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


def read_recordings() -> list[Recorded]:
    """Return the recordings at hand that last long enough for a calibration and more."""
    found = []
    for path in sorted((SHARED / "data").glob("*/*.npz")):
        with np.load(path, allow_pickle=False) as npz:
            rate_hz = float(npz["fs"])
            values = npz["belt"] if "belt" in npz.files else npz["resp"][:, None]
        for column in range(values.shape[1]):
            one = normalise(f"{path.stem}_{column:02d}", values[:, column].astype(float), rate_hz)
            if one is not None and one.seconds > 250.0:
                found.append(one)
    return found


def normalise(name: str, raw: np.ndarray, rate_hz: float) -> Recorded | None:
    """Tell breathing from its baseline (10th percentile of 20 s); ``None`` where nothing moves."""
    if not np.isfinite(raw).all():
        raw = np.interp(
            np.arange(len(raw)), np.flatnonzero(np.isfinite(raw)), raw[np.isfinite(raw)]
        )
    step, half = round(2.0 * rate_hz), round(REST_S / 2.0 * rate_hz)
    centres = np.arange(0, len(raw), step)
    lows = [np.quantile(raw[max(c - half, 0) : c + half], 0.1) for c in centres]
    wide = round(WINDOW_S * rate_hz)
    spans = [np.ptp(raw[c : c + wide]) for c in centres[:-4]]
    depth = float(np.median(spans))
    if depth <= 0.0:
        return None
    baseline = np.interp(np.arange(len(raw)), centres, lows)
    middle = float(np.median(baseline))
    return Recorded(name, raw, (raw - baseline) / depth, (baseline - middle) / depth, rate_hz)


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
    worn = Worn(
        25.0,
        has_chest=False,
        imu_hz=None,
        has_gyro=False,
        unit="au",
        scale=1.0,
        n_gaps=0,
        jitter=0.0,
    )
    truth: dict[str, Any] = {
        "kind": UNMARKED,
        "sensors": "band",
        "difficulty": "as it is",
        "duration_s": recorded.seconds,
        "inputs": ["band.csv"],
        "worn": asdict(worn),
        "recording": recorded.name,
    }
    empty = {key: [] for key in ("breaths", "braces", "distractors", "prompts")}
    (path / "truth.json").write_text(json.dumps(truth | empty, indent=1))


def write_real_cases(folder: Path, n_recordings: int | None = None) -> None:
    """Write the cases of all recordings at hand, or of some spread over them."""
    recordings = read_recordings()
    if not recordings:
        click.echo(
            f"no recordings under {SHARED}: cases with real breathing are left out", err=True
        )
        return
    step = max(len(recordings) // n_recordings, 1) if n_recordings else 1
    some = recordings[::step]
    jobs: list[tuple[Callable[..., None], tuple[Any, ...]]] = []
    for number, recorded in enumerate(some):
        jobs.append((write_unmarked, (folder, recorded)))
        jobs.append((write_unfollowed, (folder, recorded, "band", number)))
        if recorded.seconds > LONG_ENOUGH_S:
            sensors = ("band", "band_imu", "imu")[number % 3]
            jobs.append((write_laid_over, (folder, recorded, sensors, number)))
            if number % 4 == 0:
                jobs.append((write_unfollowed, (folder, recorded, "band_imu", number)))
                jobs.append((write_unfollowed, (folder, recorded, "imu", number)))
    with Pool(2) as pool:
        pool.starmap(_run, jobs, chunksize=1)


def _run(job: Callable[..., None], words: tuple[Any, ...]) -> None:
    job(*words)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--some", type=int, help="Only so many recordings, spread over all.")
def main(folder: Path, some: int | None) -> None:
    """Write cases into FOLDER."""
    write_real_cases(folder, some)


if __name__ == "__main__":
    main()
