"""Breathing made by a formula, with the ends of inspiration known exactly."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np

RATES_PER_MIN = (3, 6, 10, 15, 25, 40, 60)
RATES_HZ = (8, 25, 100, 250)
CONDITIONS = ("clean", "noise", "drift", "ripple")
SHAPES = {
    "even": (0.5, 0.5, 0.0),
    "quick in": (0.3, 0.7, 0.0),
    "slow in": (0.65, 0.35, 0.0),
    "rest out": (0.35, 0.4, 0.25),
}
"""Shares of a breath: in, out, and a pause after it."""
SECONDS = 160.0


def write_generated(folder: Path) -> Iterator[Path]:
    """Write a record for each rate, sample rate, shape and condition; yield the paths."""
    kinds = product(RATES_PER_MIN, RATES_HZ, SHAPES, CONDITIONS)
    for seed, (per_min, fs_hz, shape, condition) in enumerate(kinds):
        rng = np.random.default_rng(seed)
        t_s, values, peaks_s = breathe(per_min, fs_hz, SHAPES[shape], rng)
        values = values + disturb(condition, t_s, rng)
        name = f"{condition}_{per_min:02d}pm_{fs_hz:03d}hz_{shape.replace(' ', '-')}.npz"
        np.savez(folder / name, resp=values, fs=float(fs_hz), ann1_s=peaks_s)
        yield folder / name


def breathe(
    per_min: float, fs_hz: float, shape: tuple[float, float, float], rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return times, values and ends of inspiration; length and depth of breaths vary by 10 %."""
    n_breaths = round(SECONDS * per_min / 60 * 2) + 2
    lengths_s = 60 / per_min * np.clip(rng.normal(1.0, 0.1, n_breaths), 0.7, 1.3)
    starts_s = 1.0 + np.concatenate(([0.0], np.cumsum(lengths_s)[:-1]))
    depths = np.clip(rng.normal(1.0, 0.1, n_breaths), 0.7, 1.3)
    t_s = np.arange(round(SECONDS * fs_hz)) / fs_hz
    number = np.clip(np.searchsorted(starts_s, t_s, side="right") - 1, 0, None)
    phase = np.clip((t_s - starts_s[number]) / lengths_s[number], 0.0, 1.0)
    rise, fall, _ = shape
    up = 0.5 - 0.5 * np.cos(np.pi * phase / rise)
    down = 0.5 + 0.5 * np.cos(np.pi * np.clip((phase - rise) / fall, 0.0, 1.0))
    peaks_s = starts_s + rise * lengths_s
    values = depths[number] * np.where(phase < rise, up, down)
    return t_s, values, peaks_s[peaks_s < SECONDS - 1.0]


def disturb(condition: str, t_s: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return what is added, in depths of a breath."""
    if condition == "noise":
        return rng.normal(0.0, 0.03, len(t_s))
    if condition == "drift":
        return 3.0 * t_s / SECONDS + 0.5 * np.sin(2 * np.pi * t_s / 110)
    if condition == "ripple":
        return 0.05 * np.sin(2 * np.pi * 1.15 * t_s)
    return np.zeros(len(t_s))


def write_long_belt(folder: Path, hours: float, fs_hz: float = 200.0) -> Path:
    """Write a belt of many hours, ``long.npz``."""
    rng = np.random.default_rng(1)
    t_s = np.arange(round(hours * 3600 * fs_hz)) / fs_hz
    values = sway(t_s) + rng.normal(0.0, 0.02, len(t_s))
    np.savez(folder / "long.npz", resp=values, fs=fs_hz)
    return folder / "long.npz"


def sway(t_s: np.ndarray) -> np.ndarray:
    """Return breathing of 13 a minute whose rate sways."""
    phase = 2 * np.pi * 13.0 / 60 * t_s + 3.0 * np.sin(2 * np.pi * t_s / 120)
    wave: np.ndarray = np.sin(phase)
    return wave
