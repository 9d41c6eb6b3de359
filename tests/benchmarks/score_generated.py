"""Score the breath detector on generated breathing: ``python tests/benchmarks/score_generated.py``.

Shapes with and without holds, 3 to 60 breaths a minute, clean and soiled; F1 at ±0.5 s against the
known ends of inspiration. A measuring script, not a test; nothing of it comes from the project's
own virtual person.
"""

from collections.abc import Iterator

import click
import numpy as np

from breathsense.core.detection.breaths import BreathBuilder, BreathParams
from breathsense.core.detection.turns import TurnDetector, TurnParams
from breathsense.core.model.events import Breath
from breathsense.core.model.samples import SampleBlock, freeze_times, freeze_values
from breathsense.core.signal.grid import BandStage, GridParams
from breathsense.core.stage import Chain, run

FS_HZ = 25.0
NEAR_S = 0.5
RATES = (3, 4, 6, 10, 15, 30, 60)
SHAPES = {  # shares of the period: in, held in, out, held out; the shape of the ramps
    "sine": (0.5, 0.0, 0.5, 0.0, "round"),
    "asymmetric": (0.4, 0.0, 0.6, 0.0, "round"),
    "slow in": (0.75, 0.0, 0.25, 0.0, "round"),
    "quick in": (0.2, 0.0, 0.8, 0.0, "round"),
    "slow out": (0.25, 0.0, 0.75, 0.0, "round"),
    "falling off": (0.3, 0.0, 0.7, 0.0, "exponential"),
    "straight": (0.4, 0.0, 0.6, 0.0, "straight"),
    "pause": (0.3, 0.0, 0.4, 0.3, "round"),
    "held in": (0.3, 0.3, 0.4, 0.0, "round"),
    "held in, straight": (0.3, 0.3, 0.4, 0.0, "straight"),
    "box": (0.25, 0.25, 0.25, 0.25, "round"),
    "box, straight": (0.25, 0.25, 0.25, 0.25, "straight"),
    "4-7-8": (4 / 19, 7 / 19, 8 / 19, 0.0, "round"),
}
DIRT = {  # noise, ripple of 1.1 to 1.3 Hz, drift; shares of the depth
    "clean": (0.0, 0.0, 0.0),
    "noise": (0.03, 0.0, 0.0),
    "ripple": (0.01, 0.05, 0.0),
    "all": (0.02, 0.1, 0.5),
}


def ramp(way: np.ndarray, kind: str) -> np.ndarray:
    """Go from 0 to 1."""
    return way if kind == "straight" else 0.5 - 0.5 * np.cos(np.pi * way)


def breathe(name: str, period_s: float, varied: float, rng: np.random.Generator) -> np.ndarray:
    """Make one breath; ``varied`` is by which share its period and depth vary."""
    *shares, kind = SHAPES[name]
    length = period_s * (1 + varied * rng.normal()) * FS_HZ
    n_in, n_full, n_out, n_empty = (round(length * float(share)) for share in shares)
    way = np.arange(n_out) / n_out
    fall = np.exp(-4 * way) if kind == "exponential" else 1 - ramp(way, kind)
    depth = 1 + varied * rng.normal()
    rise = ramp(np.arange(n_in) / n_in, kind)
    return depth * np.concatenate([rise, np.ones(n_full), fall, np.zeros(n_empty)])


def generate(name: str, per_min: int, dirt: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Make a record; give its values and the true ends of inspiration, in s."""
    rng = np.random.default_rng(seed)
    noise, ripple, drift = DIRT[dirt]
    varied = 0.0 if dirt == "clean" else 0.05
    n_breaths = max(12, 4 * per_min)
    breaths = [breathe(name, 60 / per_min, varied, rng) for _ in range(n_breaths)]
    starts = np.cumsum([0, *(len(one) for one in breaths)])[:-1]
    ends = [int(np.argmax(one >= one.max() - 1e-12)) for one in breaths]
    values = np.concatenate(breaths)
    t_s = np.arange(len(values)) / FS_HZ
    values = values + noise * rng.normal(size=len(values)) + drift * np.sin(t_s / 40)
    values += ripple * np.sin(2 * np.pi * (1.2 + 0.1 * np.sin(t_s / 9)) * t_s)
    return values, (starts + ends) / FS_HZ


def find_peaks(values: np.ndarray) -> np.ndarray:
    """Run the detector over one record; give its ends of inspiration, in s."""
    grid = GridParams()
    t_ns = np.rint(np.arange(len(values)) / FS_HZ * 1e9).astype(np.int64)
    block = SampleBlock("abdomen", "band", freeze_times(t_ns), freeze_values(values[:, None]))
    stages = (
        BandStage("abdomen", grid),
        TurnDetector("abdomen", grid.step_ns, TurnParams()),
        BreathBuilder("abdomen", BreathParams()),
    )
    found = [one for one in run(Chain(stages), [block]) if isinstance(one, Breath)]
    return np.array([one.peak_ns / 1e9 for one in found])


def score(expected_s: np.ndarray, found_s: np.ndarray) -> float:
    """Return F1; the breaths are farther apart than twice the tolerance, or nearly so."""
    if len(found_s) == 0:
        return 0.0
    near = np.abs(expected_s[:, None] - found_s[None, :]) <= NEAR_S
    n_hit = min(int(near.any(axis=1).sum()), int(near.any(axis=0).sum()))
    return 2 * n_hit / (len(expected_s) + len(found_s))


def list_scores(per_min: int, dirt: str) -> Iterator[tuple[float, str]]:
    """Score every shape that a person could breathe at this rate."""
    for name, (_, n_full, _, n_empty, _) in SHAPES.items():
        if per_min <= 6 or (n_full == 0 and (n_empty == 0 or per_min <= 15)):
            values, expected_s = generate(name, per_min, dirt, 0)
            yield score(expected_s, find_peaks(values)), name


def main() -> None:
    """Print mean and worst F1 for each rate and dirt."""
    click.echo("per min" + "".join(f"{dirt:>28}" for dirt in DIRT))
    for per_min in RATES:
        line = f"{per_min:7d}"
        for dirt in DIRT:
            scores = list(list_scores(per_min, dirt))
            worst, name = min(scores)
            line += f"{np.mean([one for one, _ in scores]):6.2f} /{worst:5.2f} {name:15.15}"
        click.echo(line)


if __name__ == "__main__":
    main()
