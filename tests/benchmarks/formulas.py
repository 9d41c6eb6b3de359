"""Write simulated sessions with braces, a second way: waves by formulas, and the truth about them.

    python tests/benchmarks/formulas.py FOLDER [--cases N] [--first SEED]

A second simulator for braces that shares no code with the package's virtual person and is built
otherwise; alike are only the raised cosine of a breath and the dying swing of a heart beat. All its
numbers are guesses. Cases are folders as ``score_braces.py`` reads them: one for each seed and
sensor set; seeds go easy, medium, hard. A measuring script, not a test.
"""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import click
import numpy as np
from formulas_body import LEVELS, Breath, Manner, Push, Range, Scaled, Tilt
from formulas_people import SETS, Person
from formulas_signals import Sensors

QUIET_S, BRACE_S = 60.0, 5.0
N_CALIBRATION = {"brace": 3, "draw_in": 2}
WAYS = {"breathing": 0.53, "held": 0.27, "ribs": 0.15, "counting": 0.05}
"""Shares of what people do with their breath over a brace."""
COUNTING = Manner(
    Range(0.35, 0.8), Range(0.7, 1.8), gain=0.4, floor=Range(-0.08, 0.15), is_straight=True
)
KINDS = (
    *("full_hold", "sigh", "deep_breaths", "posture", "slip"),
    *("cough", "speech", "laughter", "walking", "fidget"),
)
OFTEN = np.array([0.5, 1.0, 0.7, 0.5, 0.3, 1.2, 1.0, 0.7, 0.7, 1.2])
"""How often what else people do happens, relative to the others."""


@dataclass(frozen=True, slots=True)
class Part:
    """A mark, or something done that is no brace; in s."""

    kind: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Brace:
    """The truth about a brace."""

    start_s: float
    end_s: float
    direction: str
    breath: str
    prompted: bool
    calibration: bool
    shift_depths: float = 0.0
    mmg_ratio: float = 1.0


class Session(Person):
    """Calibration and sets of braces, put down one after another."""

    def __init__(self, seed: int, sensors: str) -> None:
        super().__init__(seed, sensors)
        self.marks: list[Part] = []
        self.braces: list[Brace] = []
        self.distractors: list[Part] = []

    def mark(self, start_s: float, duration_s: float, label: str) -> None:
        """Put down a mark."""
        self.marks.append(Part(label, start_s, start_s + duration_s))

    def run(self) -> float:
        """Do all of it; return how long it took, in s."""
        dice, breathing = self.dice, self.breathing
        self.calibrate()
        total_s = dice.uniform(510.0, 600.0)
        while breathing.t_s < total_s - 45.0:
            start_s, rest_s = breathing.t_s + 0.3, max(12.0, 3.3 * self.traits.period_s)
            breathing.until(start_s + rest_s + 0.2)
            self.mark(start_s, rest_s, "rezero")
            # Most sets are led by prompts.
            share_prompted = 0.92 if dice.happens(0.62) else 0.08
            for _ in range(dice.integers(3, 6)):
                if breathing.t_s <= total_s - 25.0:
                    self.exercise(is_prompted=dice.happens(share_prompted))
            breathing.until(breathing.t_s + dice.uniform(0.0, 6.0))
        breathing.until(breathing.t_s + 6.0)
        return breathing.breaths[-1].start_s - 0.5

    def calibrate(self) -> None:
        """Do the guided calibration."""
        dice, breathing = self.dice, self.breathing
        quiet_s = breathing.t_s + dice.uniform(1.0, 3.0)
        self.mark(quiet_s, QUIET_S, "calibration.quiet")
        breathing.until(quiet_s + QUIET_S + 0.5)
        for _ in range(3):
            depth = self.traits.full_depths * dice.uniform(0.93, 1.05)
            breath = breathing.breathe(Manner(Range(1.8, 2.8), Range(2.4, 3.6), depth))
            self.mark(breath.start_s, breath.in_s + breath.out_s, "calibration.full")
            breathing.breathe()
        breathing.until(breathing.t_s + 2.0)
        breath, held_s = breathing.breathe(), dice.uniform(5.2, 8.0)
        self.mark(breathing.t_s - 0.1, held_s - 0.2, "calibration.pause")
        breathing.stop(breath, breathing.t_s - 0.1, held_s)
        breathing.until(breathing.t_s + 2.0 * self.traits.period_s)
        for step, n in N_CALIBRATION.items():
            for _ in range(n):
                self.calibrate_brace(step)

    def calibrate_brace(self, step: str) -> None:
        """Brace as the calibration asks: counting aloud, or drawing in."""
        dice, period_s = self.dice, self.traits.period_s
        wanted_s = self.breathing.t_s - dice.uniform(0.0, 0.8) * period_s
        asked_s = max(wanted_s, self.marks[-1].end_s + 1.5)
        start_s = max(wanted_s + dice.uniform(0.15, 0.7), asked_s + 0.15)
        direction, breath = self.traits.goal, "counting"
        if step == "draw_in":
            direction, breath = step, str(dice.choice(["breathing", "breathing", "held"]))
        end_s = asked_s + BRACE_S + dice.uniform(-0.2, 0.3)
        brace = Brace(start_s, end_s, direction, breath, prompted=True, calibration=True)
        done_s = self.brace(brace, dice.uniform(0.92, 1.08))
        self.mark(asked_s, BRACE_S, f"calibration.{step}")
        self.breathing.until(done_s + dice.uniform(0.9, 1.5) * max(period_s, 3.5))

    def exercise(self, *, is_prompted: bool) -> None:
        """Brace once, or be asked to and not do it; do something else at times."""
        dice, breathing, period_s = self.dice, self.breathing, self.traits.period_s
        direction = self.traits.goal if dice.happens(0.7) else "draw_in"
        if "imu" in self.sensors and dice.happens(0.2):
            direction = str(dice.choice(["expand", "neutral"]))
        breath = str(dice.choice(list(WAYS), p=list(WAYS.values())))
        start_s = breathing.t_s - dice.uniform(0.0, 1.0) * min(period_s, 4.0)
        done: list[Part | Brace] = [*self.marks, *self.braces, *self.distractors]
        start_s = max(start_s, max(one.end_s for one in done) + 3.0)
        lasts_s = float(np.clip(dice.gamma(4.0, 2.0), 4.0, 15.0))
        if is_prompted:
            asked_s, start_s = start_s, start_s + dice.uniform(0.1, 1.2)
            asked_for_s = max(3.5, lasts_s + dice.uniform(-0.7, 0.7))
            self.mark(asked_s, asked_for_s, "exercise.brace")
            if dice.happens(dice.fixed("ignored")):
                breathing.until(asked_s + asked_for_s + period_s)
                return
        brace = Brace(start_s, start_s + lasts_s, direction, breath, is_prompted, calibration=False)
        done_s = self.brace(brace, dice.uniform(0.6, 1.3))
        breathing.until(done_s + dice.uniform(1.2, 2.3) * max(4.0, period_s))
        for _ in range(2):
            if dice.happens(dice.fixed("distracted")):
                kind = str(dice.choice(KINDS, p=OFTEN / OFTEN.sum()))
                start_s, end_s = getattr(self, f"do_{kind}")(breathing.t_s)
                self.distractors.append(Part(kind, start_s, end_s))
                breathing.until(max(end_s, breathing.t_s) + dice.uniform(0.3, 1.2) * period_s)

    def brace(self, brace: Brace, effort: float) -> float:
        """Brace, ``effort`` times as hard as usual; return when it is over."""
        dice, traits, effects = self.dice, self.traits, self.effects
        louder = (traits.loudness - 1.0) * effort * dice.uniform(0.9, 1.1)
        rise_s, fall_s = dice.uniform(0.3, 1.0), dice.uniform(0.3, 1.0)
        depths = traits.expand_depths * effort
        if brace.direction == "neutral":
            depths = dice.uniform(-0.08, 0.08)
        elif brace.direction == "draw_in":
            depths = -traits.draw_in_depths * effort
            louder *= dice.fixed("draw_in_loudness")
        self.breathe_over(brace, rise_s, fall_s)
        start_s, end_s = brace.start_s, brace.end_s
        way = (start_s, rise_s, end_s, fall_s)
        droop, waver = dice.uniform(0.0, 0.15), dice.uniform(0.01, 0.04)
        effects.belly.append(Push(*way, depths, droop, waver, is_of_wall=True))
        effects.chest.append(Push(*way, dice.uniform(0.0, 0.25) * abs(depths), 0.1, 0.02))
        lead_s = dice.uniform(0.0, 0.08)
        effects.loud.append(Scaled(start_s - lead_s, 0.7 * rise_s, end_s, fall_s, 1.0 + louder))
        pitch_deg, roll_deg = dice.uniform(-0.25, 0.25) * effort, dice.uniform(-0.4, 0.4) * effort
        effects.tilts.append(Tilt(*way, pitch_deg, roll_deg))
        self.braces.append(replace(brace, shift_depths=depths, mmg_ratio=1.0 + louder))
        return end_s + fall_s / 2.0

    def breathe_over(self, brace: Brace, rise_s: float, fall_s: float) -> None:
        """Breathe, or do not, during a brace."""
        dice, breathing = self.dice, self.breathing
        start_s, last_s = brace.start_s, brace.end_s - 0.4
        breathing.until(start_s + 0.01)
        if brace.breath == "held":
            held_s = start_s + dice.uniform(0.0, 0.5)
            breath = breathing.at(held_s)
            # Some fill up first.
            if dice.happens(0.4) and 0.0 < breath.full_s - held_s < 1.5:
                held_s = breath.full_s
            lasts_s = brace.end_s + dice.uniform(-0.3, 0.4) - held_s
            breathing.stop(breath, held_s, max(1.5, lasts_s))
        elif brace.breath == "breathing":
            gain = self.traits.shallow * dice.uniform(0.8, 1.2)
            breathing.until(last_s, Manner(gain=gain, slow=dice.uniform(0.75, 1.15)))
        elif brace.breath == "counting":
            if breathing.at(start_s).start_s < start_s - 0.3:
                breathing.cut(start_s)
            breathing.until(last_s, COUNTING)
        else:
            left = dice.uniform(0.02, 0.07)
            self.effects.damped.append(Scaled(start_s, rise_s, brace.end_s, fall_s, left))
            breathing.until(last_s, Manner(gain=dice.uniform(0.7, 1.1)))
        is_short_of_air = brace.breath in {"held", "ribs"} and not brace.calibration
        if is_short_of_air and dice.happens(0.5):
            breathing.breathe(Manner(gain=dice.uniform(1.1, 1.5)))


def write_case(folder: Path, seed: int, sensors: str) -> Path:
    """Write one case; return its folder."""
    session = Session(seed, sensors)
    seconds = session.run()
    shown = Sensors(session.dice, session.breathing, session.effects, seconds)
    tables, band_hz, imu_hz = [], None, None
    if sensors != "imu":
        table, band_hz = shown.show_bands(has_chest=sensors == "two_bands")
        tables.append(table)
    if "imu" in sensors:
        table, imu_hz = shown.show_imu()
        tables.append(table)
    difficulty = LEVELS[session.dice.level]
    path = folder / f"{sensors}_{difficulty}_{seed}"
    path.mkdir(parents=True, exist_ok=True)
    for table in tables:
        table.write(path)
    spans = sorted((one.start_s, one.end_s - one.start_s, one.kind) for one in session.marks)
    rows = [f"{start_s:.3f},{lasts_s:.3f},{label}" for start_s, lasts_s, label in spans]
    (path / "marks.csv").write_text("\n".join(["t_s,duration_s,label", *rows]) + "\n")
    prompts = [one for one in session.marks if one.kind == "exercise.brace"]
    truth = {
        "kind": "simulated",
        "sensors": sensors,
        "difficulty": difficulty,
        "seed": seed,
        "duration_s": seconds,
        "inputs": [table.name for table in tables],
        "worn": {"band_hz": band_hz, "has_chest": sensors == "two_bands", "imu_hz": imu_hz},
        "breaths": [tell(one) for one in session.breathing.breaths if one.end_s <= seconds],
        "braces": [asdict(one) for one in sorted(session.braces, key=lambda one: one.start_s)],
        "distractors": [asdict(one) for one in session.distractors],
        "prompts": [[one.start_s, one.end_s - one.start_s] for one in prompts],
    }
    (path / "truth.json").write_text(json.dumps(round_off(truth), indent=1))
    return path


def tell(breath: Breath) -> dict[str, float | None]:
    """Return the truth about a breath."""
    told = {name: getattr(breath, name) for name in ("start_s", "peak_s", "end_s")}
    told["depth"] = breath.peak - breath.low
    return told | {"stop_s": breath.stop_s, "stopped_s": breath.stopped_s}


def round_off(value: Any) -> Any:
    """Round all numbers in it to three places."""
    if isinstance(value, dict):
        return {name: round_off(one) for name, one in value.items()}
    if isinstance(value, list):
        return [round_off(one) for one in value]
    return round(float(value), 3) if isinstance(value, float) else value


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--cases", default=3, show_default=True, help="How many seeds.")
@click.option("--first", default=1, show_default=True, help="The first seed.")
def main(folder: Path, cases: int, first: int) -> None:
    """Write cases into FOLDER."""
    for seed in range(first, first + cases):
        for sensors in SETS:
            click.echo(write_case(folder, seed, sensors), err=True)


if __name__ == "__main__":
    main()
