"""Score where pauses and holds are told: ``python tests/benchmarks/score_holds.py [--seeds N]``.

Box breathing, 4-7-8 and the like, in curves and in straight lines, each part 5 % more or less, by a
belt at 10 Hz: clean, with noise, heartbeat and drift of a belt, and with much more of them. Errors
of begin and end, median / 95th percentile of the size; how many were told, and how many that were
none. A measuring script, not a test; nothing of it comes from the project's own virtual person.
"""

import argparse
from typing import NamedTuple

import click
import numpy as np

from breathsense.core.detection.turns import TurnDetector
from breathsense.core.model.events import Pause
from breathsense.core.model.samples import SampleBlock, freeze_times, freeze_values
from breathsense.core.params import Params
from breathsense.core.signal.grid import BandStage
from breathsense.core.stage import Chain, run

MADE_HZ, BELT_HZ = 50.0, 10.0
N_BREATHS, FIRST = 16, 3
LEAST_S = 0.5
PATTERNS = ((4, 4, 4, 4), (5, 5, 5, 5), (4, 7, 8, 0), (4, 0, 4, 4), (4, 2, 6, 2))
DIRT = {"clean": (0.0, 0.0, 0.0), "belt": (0.02, 0.02, 0.02), "hard": (0.03, 0.05, 0.05)}
"""Noise of a sample, heartbeat, drift in a second; shares of the depth."""


class Span(NamedTuple):
    """A rest: after breathing in or out, from when until when, in s."""

    begin_s: float
    end_s: float
    is_full: bool


def breathe(
    pattern: tuple[int, ...], kind: str, dirt: str, seed: int
) -> tuple[np.ndarray, list[Span]]:
    """Return a belt at 10 Hz and its rests, those of the first breaths left out."""
    rng = np.random.default_rng(seed)
    noise, beat, drift = DIRT[dirt]
    pieces: list[np.ndarray] = []
    rests: list[Span] = []
    at_s = 0.0
    for number in range(N_BREATHS):
        lasted_s = np.array(pattern) * (1 + 0.05 * rng.normal(size=4))
        depth = 1 + 0.05 * rng.normal()
        n_in, n_full, n_out, n_empty = np.round(lasted_s * MADE_HZ).astype(int)
        rise, fall = (_ramp(n, kind) for n in (n_in, n_out))
        pieces += [depth * rise, np.full(n_full, depth), depth * (1 - fall), np.zeros(n_empty)]
        ends_s = at_s + np.cumsum([n_in, n_full, n_out, n_empty]) / MADE_HZ
        if FIRST <= number < N_BREATHS - 1:
            rests.append(Span(ends_s[0], ends_s[1], is_full=True))
            rests.append(Span(ends_s[2], ends_s[3], is_full=False))
        at_s = float(ends_s[3])
    values = np.concatenate(pieces)
    t_s = np.arange(len(values)) / MADE_HZ
    values += beat * np.sin(2 * np.pi * 1.2 * t_s + rng.uniform(0, 6))
    values += drift * np.cumsum(rng.normal(size=len(values))) / np.sqrt(MADE_HZ)
    belt = values[:: round(MADE_HZ / BELT_HZ)]
    kept = [one for one in rests if one.end_s - one.begin_s >= LEAST_S]
    return belt + noise * rng.normal(size=len(belt)), kept


def _ramp(n: int, kind: str) -> np.ndarray:
    way = np.arange(n) / n
    return way if kind == "straight" else 0.5 - 0.5 * np.cos(np.pi * way)


def find_pauses(belt: np.ndarray) -> list[Pause]:
    """Run the detector over one belt."""
    params = Params()
    t_ns = np.rint(np.arange(len(belt)) / BELT_HZ * 1e9).astype(np.int64)
    block = SampleBlock("abdomen", "band", freeze_times(t_ns), freeze_values(belt[:, None]))
    detector = TurnDetector("abdomen", params.grid.step_ns, params.turns)
    given = run(Chain([BandStage("abdomen", params.grid), detector]), [block])
    return [one for one in given if isinstance(one, Pause)]


def pair(rests: list[Span], pauses: list[Pause]) -> tuple[list[tuple[Span, Pause]], int]:
    """Return the rests that were told with what was told, and how many pauses were none."""
    pairs = []
    for rest in rests:
        length_s = rest.end_s - rest.begin_s
        for one in pauses:
            shared_s = min(one.end_ns / 1e9, rest.end_s) - max(one.start_ns / 1e9, rest.begin_s)
            if one.is_full == rest.is_full and shared_s > 0.3 * length_s:
                pairs.append((rest, one))
                break
    told = {id(one) for _, one in pairs}
    between = [one for one in pauses if rests[0].begin_s < one.start_ns / 1e9 < rests[-1].begin_s]
    return pairs, sum(1 for one in between if id(one) not in told)


def tell(errors_s: list[float]) -> str:
    """Return median and 95th percentile."""
    if not errors_s:
        return f"{'-':>12}"
    return f"{np.median(errors_s):+.2f} / {np.percentile(np.abs(errors_s), 95):.2f}"


def main() -> None:
    """Print a line for each pattern, kind, dirt and side."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seeds", type=int, default=6)
    n_seeds = parser.parse_args().seeds
    for pattern in PATTERNS:
        for kind in ("round", "straight"):
            for dirt in DIRT:
                made = [breathe(pattern, kind, dirt, seed) for seed in range(n_seeds)]
                found = [pair(rests, find_pauses(belt)) for belt, rests in made]
                pairs = [one for some, _ in found for one in some]
                line = f"{'-'.join(map(str, pattern)):8} {kind:8} {dirt:5}"
                for is_full, side in ((True, "in"), (False, "out")):
                    n = sum(one.is_full == is_full for _, rests in made for one in rests)
                    some = [(a, b) for a, b in pairs if a.is_full == is_full]
                    begins_s = [b.start_ns / 1e9 - a.begin_s for a, b in some]
                    ends_s = [b.end_ns / 1e9 - a.end_s for a, b in some]
                    line += f" | {side:3} {len(some):3d} of {n:3d} {tell(begins_s)}, {tell(ends_s)}"
                click.echo(f"{line} | {sum(extra for _, extra in found)} others")


if __name__ == "__main__":
    main()
