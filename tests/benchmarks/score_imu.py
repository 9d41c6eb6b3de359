"""Score breathing from an inertial sensor: ``python tests/benchmarks/score_imu.py``.

The whole engine over people made by formulas (``imu_people.py``), or over this project's virtual
person (``--virtual``); rates over windows of 32 s, as the hidden reference is told: from the rate
points in a window (their median), and from the breaths in it. Generated movement proves nothing
about people. A measuring script, not a test.
"""

from typing import NamedTuple

import click
import numpy as np
from imu_people import CONDITIONS, Wearer, draw_wearer

from breathsense.core.engine import build_engine
from breathsense.core.model.events import Breath, RatePoint
from breathsense.core.model.samples import SampleBlock, freeze_times, freeze_values
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup
from breathsense.simulation.people import draw_person
from breathsense.simulation.person import Person

WINDOW_S = 32.0
PIECE_S = 16.0


class Window(NamedTuple):
    """A window's true rate, and what was told of it; NaN where nothing was."""

    true: float
    by_rate: float
    by_breaths: float


class Outcome(NamedTuple):
    """All windows of somebody, and how many true and found breaths are within half a second."""

    name: str
    windows: list[Window]
    n_true: int
    n_found: int
    n_hit: int
    is_right_way: bool | None


def rate_of(peaks_s: np.ndarray) -> float:
    if len(peaks_s) < 2:
        return float("nan")
    return float(60.0 * (len(peaks_s) - 1) / (peaks_s[-1] - peaks_s[0]))


def cut(blocks: list[SampleBlock]) -> list[SampleBlock]:
    """Cut the signals into pieces, side by side; acceleration last, for it does not wait long."""
    pieces = []
    for start_s in np.arange(0.0, blocks[0].t_ns[-1] / 1e9 + PIECE_S, PIECE_S):
        for one in reversed(blocks):
            part = slice(*np.searchsorted(one.t_ns, [start_s * 1e9, (start_s + PIECE_S) * 1e9]))
            if part.stop > part.start:
                pieces.append(SampleBlock(one.sensor, one.signal, one.t_ns[part], one.values[part]))
    return pieces


def judge(wearer: Wearer) -> Outcome:
    """Let the engine work and compare."""
    engine = build_engine(Setup(sensors=(Sensor("imu", "imu", "abdomen", "g"),)))
    found = [one for piece in cut(wearer.blocks) for one in engine.push(piece)] + engine.flush()
    peaks_s = np.array([one.peak_ns / 1e9 for one in found if isinstance(one, Breath)])
    rates = np.array(
        [(one.t_ns / 1e9, one.per_min) for one in found if isinstance(one, RatePoint)]
    ).reshape(-1, 2)
    windows, end_s = [], wearer.blocks[0].t_ns[-1] / 1e9
    for start_s in np.arange(0.0, end_s - WINDOW_S + 0.5, WINDOW_S):
        true = rate_of(_within(wearer.peaks_s, start_s))
        told = rates[(rates[:, 0] >= start_s) & (rates[:, 0] < start_s + WINDOW_S), 1]
        by_rate = float(np.median(told)) if len(told) else float("nan")
        windows.append(Window(true, by_rate, rate_of(_within(peaks_s, start_s))))
    near = np.abs(wearer.peaks_s[:, None] - peaks_s[None, :]) <= 0.5
    n_hit = min(int(near.any(axis=1).sum()), int(near.any(axis=0).sum())) if near.size else 0
    is_right = n_hit > 0.5 * len(peaks_s) if len(peaks_s) else None
    return Outcome(wearer.name, windows, len(wearer.peaks_s), len(peaks_s), n_hit, is_right)


def _within(times_s: np.ndarray, start_s: float) -> np.ndarray:
    return times_s[(times_s >= start_s) & (times_s < start_s + WINDOW_S)]


def draw_virtual(seed: int, seconds: float = 256.0, fs_hz: float = 25.0) -> Wearer:
    """Let this project's virtual person sit with the sensor on the belly."""
    person = Person(seed, draw_person(seed, "hard"))
    t_ns = (np.arange(round(seconds * fs_hz)) * (1e9 / fs_hz)).astype(np.int64)
    acc = [person.acceleration_g(one) for one in t_ns.tolist()]
    blocks = [SampleBlock("imu", "acc", freeze_times(t_ns), freeze_values(np.array(acc)))]
    if seed % 2:
        gyr = [person.rotation_dps(one) for one in t_ns.tolist()]
        blocks.append(SampleBlock("imu", "gyr", t_ns, freeze_values(np.array(gyr))))
    peaks_s, at_ns = [], 0
    while at_ns < t_ns[-1]:
        breath = person.breathing.breath_at(at_ns)
        peaks_s.append(breath.peak_ns / 1e9)
        at_ns = breath.end_ns
    return Wearer(f"virtual {seed}", blocks, np.array(peaks_s))


def describe(name: str, outcomes: list[Outcome]) -> str:
    """Return a line of figures."""
    rows = np.array([one for outcome in outcomes for one in outcome.windows])
    line = f"{name:12}"
    for column in (1, 2):
        error = np.abs(rows[:, column] - rows[:, 0])
        is_told = np.isfinite(rows[:, column])
        error = error[np.isfinite(error)]
        line += f"  cover {is_told.mean():.2f}"
        if len(error):
            line += (
                f" MAE {error.mean():5.2f} median {np.median(error):5.2f}"
                f" p90 {np.quantile(error, 0.9):5.2f} over3 {np.mean(error > 3):.2f}"
            )
    n_true, n_found, n_hit = (sum(one[k] for one in outcomes) for k in (2, 3, 4))
    ways = [one.is_right_way for one in outcomes if one.is_right_way is not None]
    right = np.mean(ways) if ways else float("nan")
    return f"{line}  F1 {2 * n_hit / max(1, n_true + n_found):.2f} right way {right:.2f}"


@click.command()
@click.option("--first", default=0, help="First seed.")
@click.option("--people", default=20, help="How many people a condition.")
@click.option("--only", multiple=True, type=click.Choice([*CONDITIONS, "virtual"]))
@click.option("--each", is_flag=True, help="A line for each person, too.")
def main(*, first: int, people: int, only: tuple[str, ...], each: bool) -> None:
    """Score people drawn from seeds."""
    click.echo(f"{'':12}  from rate points {'':38} from breaths")
    for condition in only or (*CONDITIONS, "virtual"):
        outcomes = []
        for seed in range(first, first + people):
            wearer = draw_virtual(seed) if condition == "virtual" else draw_wearer(condition, seed)
            outcomes.append(judge(wearer))
            if each:
                click.echo("    " + describe(wearer.name, outcomes[-1:]))
        click.echo(describe(condition, outcomes))


if __name__ == "__main__":
    main()
