"""Score the breath detector on generated breathing that moves or changes.

    python tests/benchmarks/score_changes.py [--seeds N]

Belts at 10 Hz at rest, walking and running (ripple of steps with its harmonic and the stride below
it, depth and rate that sway, drift), and breathing whose depth or rate changes at once. F1 at
±0.5 s against the known ends of inspiration; "silent" is the time from the change to the first
breath found. The last 1.5 s are not scored: what would decide a peak there never comes. A measuring
script, not a test: no person's walk looks just like that.
"""

import argparse
from collections.abc import Callable
from typing import NamedTuple

import click
import numpy as np
from score_bidmc import find_breaths, load_scoring

MADE_HZ = 100.0
LAST_S = 1.5


class Made(NamedTuple):
    """Values, true ends of inspiration in s, sampling rate, and from when on it is scored."""

    values: np.ndarray
    peaks_s: np.ndarray
    fs_hz: float
    from_s: float


class Sway(NamedTuple):
    """Variability of period and depth, ripple of the heart, noise; shares of the usual."""

    period: float = 0.1
    depth: float = 0.12
    ripple: float = 0.03
    noise: float = 0.01


Course = Callable[[float], float]


def breathe(
    rng: np.random.Generator, length_s: float, rate: Course, depth: Course, sway: Sway
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return times, values and ends of inspiration; rate (per min) and depth follow the time."""
    t_s = np.arange(int(length_s * MADE_HZ)) / MADE_HZ
    values, peaks_s, start_s = np.zeros(len(t_s)), [], 0.3
    while start_s < length_s:
        period_s = 60 / rate(start_s) * np.clip(rng.normal(1, sway.period), 0.6, 1.6)
        height = depth(start_s) * np.clip(rng.normal(1, sway.depth), 0.5, 1.8)
        inside = (t_s >= start_s) & (t_s < start_s + period_s)
        way = (t_s[inside] - start_s) / period_s
        rise = 0.5 - 0.5 * np.cos(np.pi * way / 0.4)
        fall = 0.5 + 0.5 * np.cos(np.pi * (way - 0.4) / 0.6)
        values[inside] = height * np.where(way < 0.4, rise, fall)
        peaks_s.append(start_s + 0.4 * period_s)
        start_s += period_s
    values += sway.ripple * np.sin(2 * np.pi * 1.2 * t_s) + sway.noise * rng.normal(size=len(t_s))
    return t_s, values, np.array([one for one in peaks_s if one < length_s])


Range = tuple[float, float]


def move(rng: np.random.Generator, rates: Range, steps_hz: Range, ripples: Range) -> Made:
    """Make four minutes of a belt at 10 Hz; each range gives the least and the most."""
    middle, step_hz, ripple = (
        rng.uniform(least, most) for least, most in (rates, steps_hz, ripples)
    )
    t_s, values, peaks_s = breathe(
        rng,
        240.0,
        lambda at_s: middle * (1 + 0.12 * np.sin(at_s / 11)),
        lambda at_s: 1 + 0.3 * np.sin(at_s / 7),
        Sway(period=0.12, depth=0.2, ripple=0.0),
    )
    phase = 2 * np.pi * step_hz * (t_s + 0.1 * np.sin(t_s / 5))
    steps_ripple = np.sin(phase) + 0.4 * np.sin(2 * phase + 1) + 0.5 * np.sin(phase / 2 + 0.5)
    drift = np.cumsum(rng.normal(size=len(t_s))) * 0.05 / np.sqrt(MADE_HZ)
    values = values + ripple * (1 + 0.4 * np.sin(t_s / 4)) * steps_ripple + drift
    return Made(values[::10], peaks_s, MADE_HZ / 10, 15.0)


def change(rng: np.random.Generator, rate: Course, depth: Course, from_s: float) -> Made:
    """Make three minutes at 25 Hz that change at a known time."""
    _, values, peaks_s = breathe(rng, 180.0, rate, depth, Sway(ripple=0.01, noise=0.003))
    return Made(values[::4], peaks_s, MADE_HZ / 4, from_s)


def always(value: float) -> Course:
    """Return the course that never changes."""
    return lambda _: value


KINDS: dict[str, Callable[[np.random.Generator], Made]] = {
    "rest": lambda rng: move(rng, (8, 20), (1.0, 1.3), (0.0, 0.03)),
    "walking": lambda rng: move(rng, (14, 28), (1.6, 2.1), (0.05, 0.25)),
    "running": lambda rng: move(rng, (24, 48), (2.4, 3.0), (0.1, 0.45)),
    "depth 1 to 0.1": lambda rng: change(rng, always(15), lambda s: 1 if s < 60 else 0.1, 60),
    "depth 1 to 0.3": lambda rng: change(rng, always(15), lambda s: 1 if s < 60 else 0.3, 60),
    "after four of 8": lambda rng: change(rng, always(15), lambda s: 8 if 60 < s < 75 else 1, 80),
    "20 s each, 1, 0.25": lambda rng: change(
        rng, always(12), lambda s: 0.25 if (s // 20) % 2 else 1, 20
    ),
    "30 to 6 a minute": lambda rng: change(rng, lambda s: 30 if s < 60 else 6, always(1), 60),
    "6 to 36 a minute": lambda rng: change(rng, lambda s: 6 if s < 80 else 36, always(1), 80),
}


def main() -> None:
    """Print F1 (mean, worst), latency and silence of each kind."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seeds", type=int, default=8)
    words = parser.parse_args()
    scoring = load_scoring()
    for name, make in KINDS.items():
        shares, latencies_s, silences_s = [], [], []
        for seed in range(words.seeds):
            made = make(np.random.default_rng(seed))
            found = scoring.detection_from_breaths(find_breaths(made.values, made.fs_hz))
            until_s = len(made.values) / made.fs_hz - LAST_S
            is_scored = (found.peak_s > made.from_s) & (found.peak_s < until_s)
            found = scoring.Detection(found.peak_s[is_scored], found.decided_s[is_scored])
            wanted_s = made.peaks_s[(made.peaks_s > made.from_s) & (made.peaks_s < until_s)]
            pairs = scoring.match(wanted_s, found.peak_s, scoring.TOLERANCE_S)
            shares.append(2 * len(pairs) / max(1, len(wanted_s) + len(found.peak_s)))
            latencies_s += [found.decided_s[j] - wanted_s[i] for i, j in pairs]
            silences_s.append(min((wanted_s[i] for i, _ in pairs), default=180.0) - made.from_s)
        median_s, late_s = np.quantile(latencies_s or [0.0], [0.5, 0.95])
        click.echo(
            f"{name:20} F1 {np.mean(shares):.3f} / {min(shares):.3f}  latency {median_s:.2f} / "
            f"{late_s:.2f} s  silent {np.median(silences_s):.1f} / {max(silences_s):.1f} s"
        )


if __name__ == "__main__":
    main()
