"""What the sensors of ``formulas.py`` show: bands, and a motion sensor stuck to the belly.

Everything is added up on a grid of 200 Hz and then read at the times of the samples. Axes of the
body: x to the right, y up, z out of the belly. All numbers are guesses.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from formulas_body import FS_HZ, Array, Breathing, Dice, Effects, Envelope, Push, Shake
from scipy.signal import (
    butter,
    lfilter,
    sosfiltfilt,  # noqa: TID251 - makes noise, from no recording
)

BAND_RATES_HZ = (10.0, 12.5, 20.0, 25.0, 50.0, 100.0)
IMU_RATES_HZ = (100.0, 104.0, 125.0, 200.0)
G_M_S2 = 9.81
MG = 1e-3
SOUND_LOW_HZ, SOUND_HIGH_HZ = 5.0, 50.0
"""Where muscle sound is looked for."""
LOUD = 1.05
"""From here on, relative to rest, muscles count as loud."""
LEAST_PUSH, LEAST_SHAKE, LEAST_WOBBLE = 30, 40, 100
"""Shorter pieces, in samples of the grid, are left out: no noise can be made for them."""
ACC_STEPS_PER_G, GYR_STEPS_PER_DPS = 8192.0, 65.5


@dataclass(frozen=True, slots=True)
class Table:
    """A file of samples."""

    name: str
    heads: tuple[str, ...]
    columns: tuple[Array, ...]
    formats: tuple[str, ...]

    def write(self, folder: Path) -> None:
        """Write it as CSV."""
        rows, head = np.stack(self.columns, axis=1), ",".join(self.heads)
        path = folder / self.name
        np.savetxt(path, rows, fmt=self.formats, delimiter=",", header=head, comments="")


def make_noise(dice: Dice, n: int, low_hz: float, high_hz: float, fs_hz: float = FS_HZ) -> Array:
    """Make noise between two frequencies, of unit RMS."""
    sos = butter(2, [low_hz, min(high_hz, 0.45 * fs_hz)], "band", fs=fs_hz, output="sos")
    noise: Array = sosfiltfilt(sos, dice.standard_normal(n))
    noise /= noise.std()
    return noise


class Sensors:
    """How belly and chest move, on the grid, in depths, and what sensors make of it."""

    def __init__(self, dice: Dice, breathing: Breathing, effects: Effects, seconds: float) -> None:
        self.dice, self.effects, self.seconds = dice, effects, seconds
        self.t_s = np.arange(int(seconds * FS_HZ) + 1) / FS_HZ
        self.breathing = breathing.trace(self.t_s)
        self.damping = np.ones_like(self.t_s)
        for one in effects.damped:
            here = self.cut_out(one)
            self.damping[here] *= 1.0 - (1.0 - one.size) * one.at(self.t_s[here])
        self.belly = self.breathing * self.damping + self.add_up(effects.belly)
        of_wall = (push for push in effects.belly if push.is_of_wall)
        self.wall = self.breathing * self.damping + self.add_up(of_wall)
        self.wobbles = np.zeros((2, len(self.t_s)))
        for one in effects.wobbles:
            here = self.cut_out(one, 0.3)
            n = len(self.t_s[here])
            if n >= LEAST_WOBBLE:
                noises = np.stack([make_noise(dice, n, 0.5, 4.0) for _ in self.wobbles])
                self.wobbles[:, here] += one.size * one.at(self.t_s[here]) * noises
        self.beats_hz = dice.uniform(55.0, 88.0) / 60.0
        # The heart beats faster during an inspiration.
        faster = 0.02 * np.gradient(self.breathing) * FS_HZ + 0.02 * self.noise(0.03, 0.2)
        n_beats = np.cumsum(self.beats_hz * (1.0 + faster)) / FS_HZ
        self.beats_s = np.interp(np.arange(1, int(n_beats[-1])), n_beats, self.t_s)
        angle = 2.0 * np.pi * n_beats
        beating = np.cos(angle) + 0.5 * np.cos(2.0 * angle + 1.0)
        self.pulse = dice.draw("heart_depths") * beating

    def noise(self, low_hz: float, high_hz: float) -> Array:
        """Make noise for the whole grid."""
        return make_noise(self.dice, len(self.t_s), low_hz, high_hz)

    def read(self, values: Array, at_s: Array) -> Array:
        """Read values of the grid at other times."""
        there: Array = np.interp(at_s, self.t_s, values)
        return there

    def cut_out(self, one: Envelope, around_s: float = 1.0) -> slice:
        """Return the part of the grid that something lasts, and a little more."""
        first, last = (one.start_s - around_s) * FS_HZ, (one.end_s + around_s) * FS_HZ
        return slice(max(0, int(first)), max(0, int(last) + 1))

    def add_up(self, pushes: Iterable[Push]) -> Array:
        """Add up shifts."""
        total = np.zeros_like(self.t_s)
        for push in pushes:
            here = self.cut_out(push)
            t_s = self.t_s[here]
            if len(t_s) >= LEAST_PUSH:
                length_s = max(push.end_s - push.start_s, 1.0)
                gone = np.clip((t_s - push.start_s) / length_s, 0.0, 1.0)
                depths = push.depths * push.at(t_s) * (1.0 - push.droop * gone)
                if push.waver:
                    depths *= 1.0 + push.waver * make_noise(self.dice, len(t_s), 0.1, 1.2)
                total[here] += depths
        return total

    def list_times(self, rate_hz: float) -> Array:
        """Return the times of samples in s: late ones, and holes after the calibration."""
        t_s = np.arange(0.0, self.seconds - 0.1, 1.0 / rate_hz)
        t_s += self.dice.uniform(0.0, self.dice.fixed("jitter"), len(t_s)) / rate_hz
        t_s[0] = 0.0
        is_kept = np.ones(len(t_s), dtype=bool)
        for _ in range(int(self.dice.fixed("n_gaps"))):
            lost_s = self.dice.uniform(160.0, self.seconds - 5.0)
            is_kept &= (t_s <= lost_s) | (t_s >= lost_s + self.dice.uniform(0.2, 0.6))
        return t_s[is_kept]

    def show_bands(self, *, has_chest: bool) -> tuple[Table, float]:
        """Return what one or two bands show, in counts, and their rate in Hz."""
        rate_hz = float(self.dice.choice(BAND_RATES_HZ))
        at_s = self.list_times(rate_hz)
        girths = {"abdomen[au]": self.belly + self.wobbles[0] + self.pulse}
        columns = [at_s, *(self.stretch(one, at_s, rate_hz) for one in girths.values())]
        if has_chest:
            girths["chest[au]"] = self.move_chest() * self.dice.uniform(0.7, 1.3)
            columns.append(self.stretch(girths["chest[au]"], at_s, rate_hz))
        formats = ("%.4f", *["%.2f"] * len(girths))
        return Table("band.csv", ("t_s", *girths), tuple(columns), formats), rate_hz

    def move_chest(self) -> Array:
        """Return how the chest moves: not quite with the belly, and more where that may not."""
        lag = int(FS_HZ * self.dice.uniform(-0.05, 0.25))
        breathing = np.roll(self.breathing, lag)
        breathing[: max(lag, 0)] = self.breathing[0]
        breathing *= 1.0 + (1.0 - self.damping) * self.dice.uniform(0.1, 0.5)
        pushes = self.add_up(self.effects.chest)
        moved: Array = breathing + pushes + 0.8 * self.wobbles[1] + 1.3 * self.pulse
        return moved

    def stretch(self, girths: Array, at_s: Array, rate_hz: float) -> Array:
        """Return what a band makes of girths: it creeps, drifts and is noisy; in counts."""
        dice = self.dice
        slowness = 1.0 / (dice.uniform(12.0, 45.0) * FS_HZ)
        crept = lfilter([slowness], [1.0, slowness - 1.0], girths - girths[0])
        girths = girths - dice.draw("creep") * crept
        drift = dice.draw("drift_depths_per_min")
        walk = np.cumsum(dice.standard_normal(len(self.t_s))) / np.sqrt(60.0 * FS_HZ)
        girths += 0.5 * drift * (walk + dice.uniform(-1.0, 1.0) * self.t_s / 60.0)
        # A faster band averages over less time, so its samples are noisier.
        noise = dice.draw("band_noise_depths") * np.sqrt(np.clip(rate_hz / 25.0, 0.5, 2.0))
        read = self.read(girths, at_s) + noise * dice.standard_normal(len(at_s))
        per_depth = np.exp(dice.uniform(np.log(25.0), np.log(300.0)))
        counts: Array = np.round(dice.uniform(300.0, 2500.0) + per_depth * read)
        return counts

    def show_imu(self) -> tuple[Table, float]:
        """Return acceleration and turning of a sensor put on anyhow, and its rate in Hz."""
        dice, rate_hz = self.dice, float(self.dice.choice(IMU_RATES_HZ))
        at_s = self.list_times(rate_hz)
        acc, noise_g = self.hear(at_s, rate_hz)
        turns = self.turn()
        shaken = self.shake(turns)
        # Sitting, reclined or lying.
        leans_deg = (dice.uniform(5.0, 25.0), dice.uniform(35.0, 60.0), 90.0)
        lean = np.deg2rad(dice.choice(leans_deg, p=(0.6, 0.2, 0.2)))
        metres_per_depth = 1e-3 * dice.uniform(4.0, 9.0)
        wall = np.convolve(self.wall, np.hanning(41) / np.hanning(41).sum(), "same")
        shaken[2] += np.gradient(np.gradient(wall)) * FS_HZ**2 * metres_per_depth / G_M_S2
        acc += point_down(np.deg2rad([self.read(one, at_s) for one in turns]), lean)
        acc += np.stack([self.read(one, at_s) for one in shaken], axis=1)
        gyr = np.stack([self.read(np.gradient(one) * FS_HZ, at_s) for one in turns], axis=1)
        mounting = draw_rotation(dice)
        acc = acc @ mounting.T + noise_g * dice.standard_normal(acc.shape)
        acc += dice.uniform(-0.02, 0.02, 3)
        gyr = gyr @ mounting.T + dice.uniform(0.03, 0.1) * dice.standard_normal(gyr.shape)
        gyr += dice.uniform(-0.8, 0.8, 3)
        acc = np.round(acc * ACC_STEPS_PER_G) / ACC_STEPS_PER_G
        gyr = np.round(gyr * GYR_STEPS_PER_DPS) / GYR_STEPS_PER_DPS
        heads = [f"acc_{axis}[g]" for axis in "xyz"] + [f"gyr_{axis}[deg/s]" for axis in "xyz"]
        formats = ("%.4f", *["%.5f"] * 3, *["%.3f"] * 3)
        return Table("imu.csv", ("t_s", *heads), (at_s, *acc.T, *gyr.T), formats), rate_hz

    def hear(self, at_s: Array, rate_hz: float) -> tuple[Array, float]:
        """Return what muscles and heart shake the sensor with, and its own noise; in g."""
        dice, n = self.dice, len(at_s)
        rest_g = MG * dice.uniform(0.5, 1.2)
        noise_g = MG * dice.draw("imu_noise_mg") * float(np.sqrt(rate_hz / 2.0))
        beat_g = MG * dice.uniform(0.5, 1.5) * dice.fixed("heart_acc")
        since_s = np.arange(int(0.5 * rate_hz)) / rate_hz
        swing = np.exp(-since_s / 0.09) * np.sin(2.0 * np.pi * dice.uniform(6.0, 10.0) * since_s)
        beat_axes = dice.dirichlet([1, 1, 2])
        share = (min(SOUND_HIGH_HZ, 0.45 * rate_hz) - SOUND_LOW_HZ) / (rate_hz / 2.0)
        beats_g2 = beat_g**2 * np.sum(beat_axes**2) * np.sum(swing**2) / rate_hz * self.beats_hz
        loud = self.tremble((3.0 * noise_g**2 * share + beats_g2) / rest_g**2)
        low_hz, high_hz = dice.uniform(6.0, 9.0), dice.uniform(28.0, 45.0)
        loud *= np.exp(0.12 * self.noise(0.3, 3.0) * (loud > LOUD))
        sound_g = rest_g * self.read(loud, at_s)
        axes = np.sqrt(dice.dirichlet([3, 3, 6]))
        acc = [axis * sound_g * make_noise(dice, n, low_hz, high_hz, rate_hz) for axis in axes]
        knocks = np.zeros(n)
        places = np.clip(np.searchsorted(at_s, self.beats_s), 0, n - 1)
        knocks[places] = beat_g * dice.uniform(0.8, 1.2, len(places))
        return np.stack(acc, axis=1) + np.outer(np.convolve(knocks, swing)[:n], beat_axes), noise_g

    def tremble(self, unheard: float) -> Array:
        """Return how loud the muscles are, relative to rest.

        ``unheard`` is the power of noise and heart relative to that of the muscles at rest: the
        sizes of the effects hold with it, so it has to be taken out of them.
        """
        loud = np.ones_like(self.t_s)
        for one in self.effects.loud:
            here = self.cut_out(one)
            size = np.sqrt(max(one.size**2 * (1.0 + unheard) - unheard, 1.0))
            loud[here] = np.maximum(loud[here], 1.0 + (size - 1.0) * one.at(self.t_s[here]))
        wander = self.dice.uniform(0.12, 0.3) * self.noise(0.03, 0.6)
        breath = self.dice.uniform(0.0, 0.15) * np.clip(self.belly, -1.0, 2.0) * (loud < LOUD)
        trembling: Array = loud * np.exp(wander + breath)
        return trembling

    def turn(self) -> Array:
        """Return how the sensor is turned about x, y and z, in degrees; not by shaking."""
        dice, per_depth = self.dice, self.dice.uniform(0.7, 2.4)
        sway = dice.uniform(0.1, 0.4) * dice.fixed("sway")
        pitch = per_depth * self.wall + sway * self.noise(0.02, 0.25)
        roll = 0.2 * per_depth * dice.uniform(-1.0, 1.0) * self.belly
        roll += dice.uniform(0.05, 0.2) * self.noise(0.02, 0.3)
        for tilt in self.effects.tilts:
            here = self.cut_out(tilt)
            size = tilt.at(self.t_s[here])
            pitch[here] += tilt.pitch_deg * size
            roll[here] += tilt.roll_deg * size
        return np.stack([pitch, 0.05 * self.noise(0.02, 0.4), roll])

    def shake(self, turns: Array) -> Array:
        """Return acceleration by shaking and steps, in g for each axis; add how they turn."""
        shaken = np.zeros((3, len(self.t_s)))
        for one in self.effects.shakes:
            here = self.cut_out(one, 0.2)
            t_s = self.t_s[here]
            if len(t_s) >= LEAST_SHAKE:
                acc, rates = self.rattle(one, t_s)
                shaken[:, here] += one.acc_g * one.at(t_s) * acc
                for axis, rate in zip((0, 2), rates, strict=True):
                    turned = np.cumsum(one.gyr_dps * (rate - rate.mean()) * one.at(t_s)) / FS_HZ
                    # In the end the sensor points where it did before.
                    turns[axis, here] += turned - turned[-1] * np.linspace(0.0, 1.0, len(t_s))
        return shaken

    def rattle(self, one: Shake, t_s: Array) -> tuple[Array, Array]:
        """Return acceleration for each axis, and rates of turning about x and z, of size 1."""
        if one.high_hz is None:
            angle = 2.0 * np.pi * one.low_hz * (t_s - one.start_s) + 0.3 * np.sin(t_s)
            up = np.cos(angle) + 0.4 * np.cos(2.0 * angle + 1.0) + 0.2 * np.cos(5.0 * angle)
            acc = np.stack([0.4 * np.cos(angle / 2.0), up, 0.5 * np.cos(angle + 0.7)])
            return acc, np.stack([np.cos(angle / 2.0 + 0.4), 0.6 * np.cos(angle)])
        dice, n = self.dice, len(t_s)
        axes = [
            dice.uniform(0.5, 1.0) * make_noise(dice, n, one.low_hz, one.high_hz) for _ in range(3)
        ]
        rates = [share * make_noise(dice, n, 0.6, 5.0) for share in (1.0, 0.6)]
        return np.stack(axes), np.stack(rates)


def point_down(turns: Array, lean: float) -> Array:
    """Return gravity in the axes of the body, which leans back, pitches and rolls; in g."""
    pitch, _, roll = turns
    up = np.cos(pitch) * np.cos(lean) + np.sin(pitch) * np.sin(lean)
    out = np.cos(pitch) * np.sin(lean) - np.sin(pitch) * np.cos(lean)
    return np.stack([np.sin(roll) * up, np.cos(roll) * up, out], axis=1)


def draw_rotation(dice: Dice) -> Array:
    """Draw any rotation, by a random quaternion."""
    quaternion = dice.standard_normal(4)
    a, b, c, d = quaternion / np.linalg.norm(quaternion)
    first = (1 - 2 * (c * c + d * d), 2 * (b * c - a * d), 2 * (b * d + a * c))
    second = (2 * (b * c + a * d), 1 - 2 * (b * b + d * d), 2 * (c * d - a * b))
    third = (2 * (b * d - a * c), 2 * (c * d + a * b), 1 - 2 * (b * b + c * c))
    return np.array([first, second, third])
