"""People with an inertial sensor on belly or ribs, made by formulas: for ``score_imu.py``.

A trunk that tilts with breathing and sways by coloured noise, a heart, weight shifts, fidgets,
speech and gait, felt by a sensor mounted in any way. Made after what trunks are known to do, not
after what the detector looks for; nothing here was measured on people.
"""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from breathsense.core.model.samples import SampleBlock, freeze_times, freeze_values

Curve = np.ndarray
FINE_HZ = 200.0
GRAVITY = 9.81
SECONDS = 256.0
CONDITIONS = ("sitting", "standing", "fidgeting", "talking", "walking", "running", "slow")


@dataclass
class Trunk:
    """Three angles in degrees (forward, sideways, turned) and three accelerations in g."""

    t_s: Curve
    angles: Curve
    pushes: Curve


@dataclass(frozen=True)
class Wearer:
    """What the sensor gave, when each inspiration ended, and when the wearer moved."""

    name: str
    blocks: list[SampleBlock]
    peaks_s: Curve
    moved_s: list[tuple[float, float]] = field(default_factory=list)


def draw_wearer(condition: str, seed: int, seconds: float = SECONDS) -> Wearer:
    """Draw somebody and what they do."""
    rng = np.random.default_rng([CONDITIONS.index(condition), seed])
    t_s = np.arange(round(seconds * FINE_HZ)) / FINE_HZ
    place = "abdomen" if rng.random() < 0.6 else "chest"
    volume, peaks_s = breathe(t_s, rng, condition)
    trunk = Trunk(t_s, np.zeros((len(t_s), 3)), np.zeros((len(t_s), 3)))
    _tilt(trunk, volume, place, rng)
    _sway(trunk, condition, rng)
    _beat(trunk, rng)
    moved_s: list[tuple[float, float]] = []
    if condition == "standing":
        _shift_weight(trunk, rng)
    if condition in {"fidgeting", "talking"}:
        moved_s = _fidget(trunk, rng, 15.0 if condition == "fidgeting" else 40.0)
    if condition == "talking":
        trunk.angles += rng.uniform(0.05, 0.3) * color(t_s, 0.5, 4.0, 1.0, 3, rng)
    if condition in {"walking", "running"}:
        _walk(trunk, rng, is_running=condition == "running")
        moved_s = [(0.0, seconds)]
    blocks, label = _feel(trunk, rng)
    return Wearer(f"{condition} {seed} {place} {label}", blocks, peaks_s, moved_s)


def breathe(
    t_s: Curve, rng: np.random.Generator, condition: str = "sitting"
) -> tuple[Curve, Curve]:
    """Return the volume, about 1 a breath, and the ends of inspiration."""
    period_s = 60.0 / (rng.uniform(3.0, 7.0) if condition == "slow" else rng.uniform(7.0, 24.0))
    period_cv, depth_cv = rng.uniform(0.03, 0.25), rng.uniform(0.05, 0.35)
    share_in, rest = rng.uniform(0.3, 0.48), rng.choice([0.0, rng.uniform(0.05, 0.3)])
    volume = np.zeros(len(t_s))
    at_s, slow, level, peaks = rng.uniform(-period_s, 0.0), 0.0, 0.0, []
    while at_s < t_s[-1]:
        slow = 0.8 * slow + 0.6 * rng.normal()
        length = period_s * float(np.exp(period_cv * 0.7 * (slow + rng.normal()) / 1.4))
        depth = float(np.exp(depth_cv * rng.normal())) * (2.5 if rng.random() < 0.01 else 1.0)
        if condition == "talking" and rng.random() < 0.7:
            length, share = length * rng.uniform(0.8, 2.2), rng.uniform(0.12, 0.25)
        else:
            share = share_in * float(np.exp(0.12 * rng.normal()))
        peak_s, low_s = at_s + share * length, at_s + length * (1 - rest)
        end = 0.15 * depth_cv * rng.normal()
        knots = ((at_s, level), (peak_s, depth), (low_s, end), (at_s + length, end))
        for (from_s, low), (to_s, high) in pairwise(knots):
            part = (t_s >= from_s) & (t_s < to_s)
            way = (t_s[part] - from_s) / max(to_s - from_s, 1e-9)
            volume[part] = low + (high - low) * (0.5 - 0.5 * np.cos(np.pi * way))
        peaks.append(peak_s)
        at_s, level = at_s + length, end
    within = [one for one in peaks if 0.0 < one < t_s[-1]]
    return volume, np.array(within)


def color(
    t_s: Curve, low_hz: float, high_hz: float, slope: float, n: int, rng: np.random.Generator
) -> Curve:
    """Return ``n`` columns of noise of unit deviation whose amplitude falls with the frequency."""
    hz = np.fft.rfftfreq(len(t_s), t_s[1] - t_s[0])
    size = np.where(hz > 0, np.maximum(hz, low_hz) / low_hz, 1.0) ** -slope
    size *= 1.0 / (1.0 + (hz / high_hz) ** 4) * (hz > 0.2 * low_hz)
    parts = rng.normal(size=(len(hz), n)) + 1j * rng.normal(size=(len(hz), n))
    noise: Curve = np.fft.irfft(parts * size[:, None], len(t_s), axis=0)
    return noise / noise.std(axis=0)


def _tilt(trunk: Trunk, volume: Curve, place: str, rng: np.random.Generator) -> None:
    """Breathing tilts the wall, mostly forward, and moves it a little, now and then with a lag."""
    low_deg, high_deg = (0.5, 4.0) if place == "abdomen" else (0.3, 2.0)
    deg = float(np.exp(rng.uniform(np.log(low_deg), np.log(high_deg))))
    aside = rng.normal(0.0, 0.4)
    lag = round(rng.uniform(0.0, 0.4) * FINE_HZ)
    late = np.concatenate((np.full(lag, volume[0]), volume[: len(volume) - lag]))
    sense = rng.choice([-1.0, 1.0])
    trunk.angles[:, 0] += sense * deg * np.cos(aside) * volume
    trunk.angles[:, 1] += sense * deg * np.sin(aside) * volume + rng.normal(0, 0.1) * deg * late
    speed = np.gradient(np.gradient(volume, trunk.t_s), trunk.t_s)
    trunk.pushes[:, 0] += rng.uniform(0.001, 0.006) * speed / GRAVITY


def _sway(trunk: Trunk, condition: str, rng: np.random.Generator) -> None:
    low_deg, high_deg = (0.15, 0.8) if condition == "standing" else (0.03, 0.25)
    deg = float(np.exp(rng.uniform(np.log(low_deg), np.log(high_deg))))
    slope, high_hz = rng.uniform(0.6, 1.6), rng.uniform(0.4, 1.0)
    sway = color(trunk.t_s, 0.05, high_hz, slope, 3, rng)
    lean = deg * sway * [1.0, rng.uniform(0.3, 1.0), 1.0]
    trunk.angles += lean
    lever_m = rng.uniform(0.2, 0.45) if condition != "standing" else rng.uniform(0.9, 1.3)
    for column in (0, 1):
        bent = np.gradient(np.gradient(np.radians(lean[:, column]), trunk.t_s), trunk.t_s)
        trunk.pushes[:, column] += lever_m * bent / GRAVITY


def _beat(trunk: Trunk, rng: np.random.Generator) -> None:
    """Each heart beat knocks, and tilts the wall a little."""
    size_g, swing_hz = rng.uniform(0.001, 0.008), rng.uniform(4.0, 9.0)
    tilt_deg = rng.uniform(0.0, 0.06)
    at_s, beat_s = 0.3, 60.0 / rng.uniform(52, 95)
    while at_s < trunk.t_s[-1] - 1.0:
        first = round(at_s * FINE_HZ)
        part = slice(first, first + round(0.8 * FINE_HZ))
        ago_s = trunk.t_s[part] - at_s
        knock = size_g * np.exp(-ago_s / 0.12) * np.sin(2 * np.pi * swing_hz * ago_s)
        trunk.pushes[part] += knock[:, None] * [0.7, 0.3, 1.0]
        trunk.angles[part, 0] += tilt_deg * np.sin(np.pi * np.clip(ago_s / 0.5, 0, 1)) ** 2
        at_s += beat_s * (1 + 0.04 * rng.normal())


def _shift_weight(trunk: Trunk, rng: np.random.Generator) -> None:
    at_s = rng.uniform(5, 40)
    while at_s < trunk.t_s[-1]:
        way = np.clip((trunk.t_s - at_s) / rng.uniform(0.8, 3.0), 0, 1)
        step_deg = rng.normal(size=3) * [0.6, 1.5, 1.0]
        trunk.angles += (0.5 - 0.5 * np.cos(np.pi * way))[:, None] * step_deg
        at_s += rng.uniform(10, 60)


def _fidget(trunk: Trunk, rng: np.random.Generator, least_s: float) -> list[tuple[float, float]]:
    at_s, moved_s = rng.uniform(20, 60), []
    while at_s < trunk.t_s[-1] - 10:
        long_s = rng.uniform(0.8, 5.0)
        part = np.clip((trunk.t_s - at_s) / long_s, 0, 1)
        on = np.sin(np.pi * part) ** 2
        turned = rng.uniform(2.0, 15.0) * color(trunk.t_s, 0.3, 2.0, 0.5, 3, rng)
        trunk.angles += on[:, None] * turned + part[:, None] * rng.normal(0, 2.0, 3)
        trunk.pushes += on[:, None] * 0.05 * color(trunk.t_s, 0.8, 4.0, 0.2, 3, rng)
        moved_s.append((at_s, at_s + long_s))
        at_s += long_s + rng.uniform(least_s, 4 * least_s)
    return moved_s


def _walk(trunk: Trunk, rng: np.random.Generator, *, is_running: bool) -> None:
    t_s = trunk.t_s
    steps_hz = rng.uniform(2.4, 3.1) if is_running else rng.uniform(1.3, 2.1)
    size_g = rng.uniform(0.5, 1.4) if is_running else rng.uniform(0.08, 0.35)
    wander = 1 + 0.03 * color(t_s, 0.05, 0.5, 1.0, 1, rng)[:, 0]
    phase = 2 * np.pi * np.cumsum(steps_hz * wander) / FINE_HZ
    for order, share in ((1, 1.0), (2, rng.uniform(0.2, 0.6)), (3, rng.uniform(0.05, 0.3))):
        for column, weight in enumerate((0.5, 0.1, 1.0)):
            turn = rng.uniform(0, 6)
            trunk.pushes[:, column] += share * weight * size_g * np.sin(order * phase + turn)
    trunk.pushes[:, 1] += 0.5 * size_g * np.sin(0.5 * phase + rng.uniform(0, 6))
    trunk.angles += rng.uniform(1, 5, 3) * np.sin(0.5 * phase[:, None] + rng.uniform(0, 6, 3))
    trunk.angles += rng.uniform(1, 3) * np.sin(phase[:, None] + rng.uniform(0, 6, 3))
    trunk.angles += rng.uniform(0.3, 2) * color(t_s, 0.05, 1.0, 0.8, 3, rng)


def _feel(trunk: Trunk, rng: np.random.Generator) -> tuple[list[SampleBlock], str]:
    """Return what a sensor mounted in any way gives, at its own rate and with its own noise."""
    fs_hz = float(rng.choice([10, 20, 25, 26, 50, 52, 100, 200]))
    has_gyr = rng.random() < 0.6
    mount, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    mount *= np.linalg.det(mount)
    rows, spun = _turn(trunk)
    n_wide = max(1, round(FINE_HZ / fs_hz * rng.choice([0.05, 1.0, 1.0])))
    kernel = np.ones(n_wide) / n_wide
    t_s = np.arange(0, trunk.t_s[-1], 1 / fs_hz)
    noise_g, step_g = rng.uniform(0.0005, 0.003), rng.choice([0.0, 0.00024, 0.001, 0.004])
    noise_dps, step_dps = rng.uniform(0.02, 0.15), rng.choice([0.0, 0.0076, 0.061])
    blocks = []
    t_ns = freeze_times(np.rint(t_s * 1e9).astype(np.int64))
    channels = (("acc", rows, noise_g, step_g), ("gyr", spun, noise_dps, step_dps))
    for signal, values, noise, step in channels[: 2 if has_gyr else 1]:
        smooth = np.stack([np.convolve(one, kernel, mode="same") for one in values.T], axis=1)
        seen = np.stack([np.interp(t_s, trunk.t_s, one) for one in smooth.T], axis=1) @ mount.T
        seen += noise * rng.normal(size=seen.shape)
        if signal == "gyr":
            seen += rng.normal(0, 1.0, 3)
        if step:
            seen = np.rint(seen / step) * step
        blocks.append(SampleBlock("imu", signal, t_ns, freeze_values(seen)))
    return blocks, f"{fs_hz:.0f} Hz{' gyr' if has_gyr else ''}"


def _turn(trunk: Trunk) -> tuple[Curve, Curve]:
    """Return acceleration in g and rotation in degrees a second, in the axes of the trunk.

    Forward bend about the side axis y, then sideways about x, after a turn about the vertical.
    """
    pitch, roll, _ = np.radians(trunk.angles).T
    up = np.stack(
        [-np.sin(pitch), np.cos(pitch) * np.sin(roll), np.cos(pitch) * np.cos(roll)], axis=1
    )
    d_pitch, d_roll, d_yaw = np.gradient(trunk.angles, trunk.t_s, axis=0).T
    spun = np.stack(
        [
            d_roll - np.sin(pitch) * d_yaw,
            np.cos(roll) * d_pitch + np.sin(roll) * np.cos(pitch) * d_yaw,
            -np.sin(roll) * d_pitch + np.cos(roll) * np.cos(pitch) * d_yaw,
        ],
        axis=1,
    )
    return up + trunk.pushes, spun
