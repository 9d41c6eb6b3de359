"""How near a calibration comes to the truth, on virtual people drawn at random.

``python tests/benchmarks/score_calibration.py [--people N] [--seed S] [--imu]``
"""

import argparse
import random
from collections import Counter
from dataclasses import dataclass

import numpy as np

from breathsense.core.calibration.abilities import tell_abilities
from breathsense.core.engine import build_engine
from breathsense.core.model.calibration import Calibrated, Calibration, StepJudged
from breathsense.core.model.inputs import Item, Mark, get_item_time_ns
from breathsense.core.model.samples import SampleBlock, freeze_times, freeze_values
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup
from breathsense.core.stage import run
from breathsense.simulation.bands import BandParams
from breathsense.simulation.breathing import BreathingParams
from breathsense.simulation.muscles import MuscleParams
from breathsense.simulation.person import Person, PersonParams
from breathsense.simulation.script import Act, Firm, FixedScript, Freeze, Jolts, Manner, Voice
from breathsense.simulation.trunk import TrunkParams

S = 1_000_000_000
BAND = Sensor("abdomen", "band", "abdomen", "N")
IMU = Sensor("imu", "imu", "abdomen", "g")


@dataclass(frozen=True)
class Wearer:
    """A person, what it does, its marks, and what a calibration should find."""

    person: PersonParams
    acts: list[Act]
    marks: list[Mark]
    full: float
    is_spoilt: dict[str, list[bool]]


def draw_person(rng: random.Random) -> PersonParams:
    depth_mm = rng.uniform(6.0, 24.0)
    return PersonParams(
        breathing=BreathingParams(
            rate_per_min=rng.uniform(8.0, 20.0),
            period_cv=rng.uniform(0.05, 0.2),
            depth_cv=rng.uniform(0.08, 0.3),
            inhale_fraction=rng.uniform(0.33, 0.48),
            pause_fraction=rng.uniform(0.05, 0.35),
            level_sd=rng.uniform(0.02, 0.08),
        ),
        trunk=TrunkParams(
            expand=rng.uniform(0.5, 2.0),
            draw_in=-rng.uniform(0.5, 2.0),
            tilt_deg=rng.choice((-1, 1)) * rng.uniform(0.5, 4.0),
            brace_tilt=rng.uniform(0.4, 1.2),
        ),
        muscles=MuscleParams(
            family=rng.choice(("noise", "surges", "units")), brace_g=rng.uniform(0.003, 0.02)
        ),
        band=BandParams(
            depth_mm=depth_mm,
            rest_n=rng.uniform(4.0, 12.0),
            stiffness_n_per_mm=rng.uniform(0.1, 0.4),
            creep_fraction=rng.uniform(0.0, 0.06),
            drift_n=rng.uniform(0.0, 0.6),
            noise_n=rng.uniform(0.005, 0.05),
            heart_n=rng.uniform(0.0, 0.08),
        ),
    )


def draw_effort(rng: random.Random, start_ns: int, way: str) -> list[Act]:
    """Late, sometimes left off early; the belly goes on breathing, less; a voice counts."""
    begin_ns = start_ns + round(rng.uniform(0.2, 1.0) * S)
    end_ns = start_ns + 5 * S + round(rng.uniform(-0.8, 0.8) * S)
    ripple = rng.uniform(0.2, 0.9)
    firm = Firm(
        begin_ns,
        end_ns,
        way,  # type: ignore[arg-type]
        effort=rng.uniform(0.85, 1.15),
        rise_s=rng.uniform(0.3, 0.9),
        fall_s=rng.uniform(0.3, 0.9),
    )
    voice = [Voice(begin_ns, end_ns)] if way == "expand" else []
    return [firm, Manner(begin_ns, end_ns, belly=ripple, rate=rng.uniform(0.7, 1.4)), *voice]


def draw_wearer(rng: random.Random) -> Wearer:
    person = draw_person(rng)
    full = rng.uniform(2.0, 4.0)
    marks = [Mark(5 * S, "calibration.quiet", 60 * S)]
    acts: list[Act] = []
    spoilt: dict[str, list[bool]] = {"quiet": [False]}
    at_ns = 68 * S
    for _ in range(3):
        marks.append(Mark(at_ns, "calibration.full", 10 * S))
        begin_ns = at_ns + round(rng.uniform(0.2, 1.0) * S)
        acts.append(Freeze(begin_ns, begin_ns + 4 * S, "full", full * rng.uniform(0.96, 1.04)))
        at_ns += 14 * S
    marks.append(Mark(at_ns, "calibration.pause", 5 * S))
    acts.append(Freeze(at_ns - 2 * S, at_ns + 5 * S, "empty"))
    at_ns += 14 * S
    for way, label, n in (("expand", "brace", 3), ("draw_in", "draw_in", 2)):
        for _ in range(n):
            marks.append(Mark(at_ns, f"calibration.{label}", 5 * S))
            is_skipped = rng.random() < 0.08
            spoilt.setdefault(label, []).append(is_skipped)
            acts += [] if is_skipped else draw_effort(rng, at_ns, way)
            at_ns += round(rng.uniform(11.0, 17.0) * S)
    if rng.random() < 0.3:
        cough_ns = round(rng.uniform(15, 55) * S)
        acts.append(Jolts(cough_ns, cough_ns + S, 2.0, 0.1, belly=-1.5, activation=1.0))
    marks.append(Mark(at_ns, "rezero", 20 * S))
    return Wearer(person, acts, marks, full, spoilt)


def make_items(wearer: Wearer, seed: int, *, has_imu: bool) -> list[Item]:
    body = Person(seed, wearer.person, FixedScript(wearer.acts))
    end_ns = wearer.marks[-1].start_ns + 25 * S
    items: list[Item] = list(wearer.marks)
    rates = [("abdomen", "band", 20)] + ([("imu", "acc", 104)] if has_imu else [])
    for second in range(end_ns // S):
        for sensor, signal, hz in rates:
            t_ns = second * S + np.arange(hz, dtype=np.int64) * (S // hz)
            values = [
                [body.belt_force_n(int(t))]
                if signal == "band"
                else list(body.acceleration_g(int(t)))
                for t in t_ns
            ]
            items.append(
                SampleBlock(sensor, signal, freeze_times(t_ns), freeze_values(values))  # type: ignore[arg-type]
            )
    return sorted(items, key=get_item_time_ns)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--imu", action="store_true")
    args = parser.parse_args()
    errors: dict[str, list[float]] = {}
    steps: Counter[tuple[str, str]] = Counter()
    abilities: Counter[str] = Counter()
    for number in range(args.people):
        seed = args.seed * 100_000 + number
        wearer = draw_wearer(random.Random(seed))  # noqa: S311 - no secret
        sensors = (BAND, IMU) if args.imu else (BAND,)
        found = run(
            build_engine(Setup(sensors=sensors), joins_blocks=True),
            make_items(wearer, seed, has_imu=args.imu),
        )
        judged = [one for one in found if isinstance(one, StepJudged)]
        last = [one.calibration for one in found if isinstance(one, Calibrated)]
        count_steps(wearer, judged, steps)
        if last:
            compare(wearer, last[-1], errors)
            told = tell_abilities(last[-1])
            for name in ("brace_by_level", "draw_in_by_level", "brace_by_mmg"):
                abilities[f"{name}: {getattr(told, name).reason or 'given'}"] += 1
    for name, values in errors.items():
        spread = np.percentile(np.abs(values), [50, 90, 100])
        print(
            f"{name:14} n {len(values):3}  bias {np.mean(values):+.3f}"
            f"  |error| 50/90/100 % {spread.round(3)}"
        )
    for key, n in sorted(steps.items()):
        print(f"{key[0]:8} {key[1]:34} {n}")
    for word, n in sorted(abilities.items()):
        print(word, n)


def count_steps(wearer: Wearer, judged: list[StepJudged], steps: Counter[tuple[str, str]]) -> None:
    for step in ("fit", "quiet", "full", "pause", "brace", "draw_in", "rezero"):
        tries = [one for one in judged if one.step == step]
        spoilt = wearer.is_spoilt.get(step, [])
        for place, one in enumerate(tries):
            is_spoilt = place < len(spoilt) and spoilt[place]
            verdict = "accepted" if one.is_accepted else f"refused ({one.advice})"
            steps[step, f"{'not done' if is_spoilt else 'done'}: {verdict}"] += 1


def compare(wearer: Wearer, known: Calibration, errors: dict[str, list[float]]) -> None:
    """Errors in quiet depths (levels) or as a share of the truth (shifts, full breath)."""
    band, trunk = wearer.person.band, wearer.person.trunk
    depth = band.depth_mm * band.stiffness_n_per_mm
    level = next((one for one in known.levels if one.sensor == "abdomen"), None)
    if level is None:
        return
    errors.setdefault("Aq", []).append(level.quiet_depth / depth - 1)
    truths = {
        "Amax": (level.full_depth, wearer.full * depth),
        "Bref": (level.brace_shift, trunk.expand * depth),
        "Href": (level.draw_in_shift, trunk.draw_in * depth),
    }
    for name, (found, truth) in truths.items():
        if found is None:
            errors.setdefault(f"{name} missing", []).append(1)
        else:
            errors.setdefault(name, []).append(found / truth - 1)
            errors.setdefault(f"{name} in Aq", []).append((found - truth) / depth)
    if known.rate_per_min:
        rate = wearer.person.breathing.rate_per_min
        errors.setdefault("rate", []).append(known.rate_per_min / rate - 1)
    if known.polarity:
        errors.setdefault("polarity", []).append(float(known.polarity < 0))
    if level.hold_noise is not None:
        errors.setdefault("s_h in Aq", []).append(level.hold_noise / depth)


if __name__ == "__main__":
    main()
