"""The body of ``formulas.py``: the difficulty table, breaths, and what else moves or trembles.

Lengths are in *depths*: how far the belly goes in one breath at rest. All numbers are guesses.
"""

from dataclasses import dataclass, field

import numpy as np

Array = np.ndarray
FS_HZ = 200.0
"""Rate of the grid on which everything is added up."""
LEVELS = ("easy", "medium", "hard")
MEMORY = 0.45
"""How much of what is unusual about a breath the next one keeps."""
FADE_OUT = 3.2
"""How steeply an expiration dies away."""


@dataclass(frozen=True, slots=True)
class Range:
    """Two numbers between which something is drawn, evenly."""

    low: float
    high: float


DRAWN = {
    "expand_depths": (Range(1.0, 1.6), Range(0.95, 1.45), Range(0.9, 1.35)),
    "draw_in_depths": (Range(0.9, 1.3), Range(0.8, 1.2), Range(0.7, 1.1)),
    "loudness": (Range(3.0, 5.0), Range(2.1, 3.5), Range(1.7, 2.6)),
    "period_cv": (Range(0.06, 0.10), Range(0.09, 0.15), Range(0.12, 0.20)),
    "depth_cv": (Range(0.08, 0.14), Range(0.12, 0.20), Range(0.16, 0.26)),
    "floor_depths": (Range(0.015, 0.03), Range(0.025, 0.045), Range(0.03, 0.05)),
    "band_noise_depths": (Range(0.006, 0.015), Range(0.01, 0.03), Range(0.02, 0.045)),
    "heart_depths": (Range(0.005, 0.02), Range(0.01, 0.03), Range(0.015, 0.045)),
    "drift_depths_per_min": (Range(0.0, 0.03), Range(0.01, 0.05), Range(0.02, 0.07)),
    "creep": (Range(0.0, 0.04), Range(0.02, 0.06), Range(0.03, 0.08)),
    "imu_noise_mg": (Range(0.05, 0.09), Range(0.08, 0.13), Range(0.1, 0.18)),
}
"""Numbers of a person or sensor, by difficulty; that of the motion sensor is per root Hz."""
FIXED = {
    "draw_in_loudness": (0.75, 0.7, 0.65),
    "distracted": (0.15, 0.2025, 0.255),
    "distraction_size": (0.55, 0.7, 0.8),
    "ignored": (0.04, 0.05, 0.065),
    "heart_acc": (0.7, 1.0, 1.2),
    "sway": (0.5, 1.0, 1.5),
    "jitter": (0.0, 0.1, 0.1),
    "n_gaps": (0.0, 0.0, 2.0),
}
"""Shares, factors and counts that are the same for everybody, by difficulty."""


class Dice(np.random.Generator):
    """Random numbers of one case; ``level`` is the place of its difficulty."""

    def __init__(self, seeds: list[int], level: int) -> None:
        super().__init__(np.random.PCG64(seeds))
        self.level = level

    def happens(self, share: float) -> bool:
        """Return whether something happens that does in this share of cases."""
        return self.random() < share

    def sign(self, negative: float = 0.5) -> int:
        """Draw -1 in this share of cases, else 1."""
        return -1 if self.happens(negative) else 1

    def draw(self, name: str) -> float:
        """Draw a number of the difficulty table."""
        return self.uniform(DRAWN[name][self.level].low, DRAWN[name][self.level].high)

    def fixed(self, name: str) -> float:
        """Look up a number of the difficulty table."""
        return FIXED[name][self.level]


class Traits:
    """How a person breathes at rest, and braces; only a motion sensor sees a wall that stays."""

    def __init__(self, dice: Dice, *, has_imu: bool) -> None:
        self.period_s = 60.0 / dice.uniform(8.0, 20.0)
        self.share_in = dice.uniform(0.34, 0.46)
        self.skew = dice.uniform(0.8, 1.25)  # above 1 an inspiration begins slowly
        self.falling_off = dice.uniform(0.0, 1.0)  # of an expiration: 0 is round, 1 dies away
        self.pause = dice.uniform(0.05, 0.3)  # share of the expiration in which nothing moves
        self.period_cv, self.depth_cv = dice.draw("period_cv"), dice.draw("depth_cv")
        self.floor_depths = dice.draw("floor_depths")
        self.full_depths = dice.uniform(2.3, 3.8)
        self.expand_depths = dice.draw("expand_depths")
        self.draw_in_depths = dice.draw("draw_in_depths")
        self.loudness = dice.draw("loudness")  # muscle sound of a usual brace, relative to rest
        self.goal = "neutral" if has_imu and dice.happens(0.25) else "expand"
        self.shallow = dice.uniform(0.35, 0.75)  # depth of breaths over a brace


@dataclass(frozen=True, slots=True)
class Manner:
    """How somebody breathes for a while; what is not given is as at rest."""

    in_s: Range | None = None
    out_s: Range | None = None
    depth: float | None = None
    gain: float = 1.0
    slow: float = 1.0
    floor: Range | None = None  # where expirations end, in depths
    is_straight: bool = False  # air leaves evenly, as when speaking


@dataclass(slots=True)
class Breath:
    """One breath; times in s, levels in depths. It may stop once, at ``stop_s``."""

    start_s: float
    in_s: float
    out_s: float
    low: float
    peak: float
    last: float
    is_straight: bool
    stop_s: float | None = None
    stopped_s: float = 0.0

    @property
    def full_s(self) -> float:
        """End of the inspiration, as if nothing stopped it."""
        return self.start_s + self.in_s

    @property
    def end_s(self) -> float:
        """End of the breath."""
        return self.full_s + self.out_s + self.stopped_s

    @property
    def peak_s(self) -> float:
        """End of the inspiration; a stop right before it is one at the top."""
        is_before = self.stop_s is not None and self.stop_s < self.full_s - 0.03
        return self.full_s + (self.stopped_s if is_before else 0.0)

    def trace(self, t_s: Array, traits: Traits) -> Array:
        """Return the level at times within it, in depths."""
        since_s = t_s - self.start_s
        if self.stop_s is not None:
            moved_s = self.stop_s - self.start_s
            later_s = np.maximum(moved_s, since_s - self.stopped_s)
            since_s = np.where(since_s < moved_s, since_s, later_s)
        way_in = np.clip(since_s / self.in_s, 0.0, 1.0) ** traits.skew
        moving_s = self.out_s * (0.97 if self.is_straight else 1.0 - traits.pause)
        way_out = np.clip((since_s - self.in_s) / moving_s, 0.0, 1.0)
        left = 1.0 - way_out
        if not self.is_straight:
            dying = (np.exp(-FADE_OUT * way_out) - np.exp(-FADE_OUT)) / (1.0 - np.exp(-FADE_OUT))
            rounded = 0.5 + 0.5 * np.cos(np.pi * way_out)
            left = (1.0 - traits.falling_off) * rounded + traits.falling_off * dying
        rise = self.low + (self.peak - self.low) * (0.5 - 0.5 * np.cos(np.pi * way_in))
        return np.where(since_s < self.in_s, rise, self.last + (self.peak - self.last) * left)


class Breathing:
    """The breaths so far, one after another; ``t_s`` is where the next one begins."""

    def __init__(self, dice: Dice, traits: Traits) -> None:
        self.traits, self._dice, self._unusual = traits, dice, np.zeros(3)
        self.t_s = dice.uniform(0.2, 2.0)
        self.breaths: list[Breath] = []

    def breathe(self, manner: Manner | None = None) -> Breath:
        """Take one breath."""
        traits, manner, dice = self.traits, manner or Manner(), self._dice
        new = np.sqrt(1.0 - MEMORY**2) * dice.standard_normal(3)
        self._unusual = MEMORY * self._unusual + new
        longer, deeper, higher = (float(one) for one in self._unusual)
        period_s = traits.period_s * manner.slow * np.exp(traits.period_cv * longer)
        usual_s = period_s * traits.share_in * np.exp(0.06 * dice.standard_normal())
        in_s = self._draw(manner.in_s, usual_s)
        out_s = self._draw(manner.out_s, period_s - usual_s)
        depth = manner.gain * np.exp(traits.depth_cv * deeper)
        low = self.breaths[-1].last if self.breaths else 0.0
        peak = max(0.5 * low, 0.0) + (depth if manner.depth is None else manner.depth)
        last = traits.floor_depths * higher + self._draw(manner.floor, 0.0)
        breath = Breath(self.t_s, in_s, out_s, low, peak, last, manner.is_straight)
        self.breaths.append(breath)
        self.t_s += in_s + out_s
        return breath

    def _draw(self, wanted: Range | None, usual: float) -> float:
        return usual if wanted is None else self._dice.uniform(wanted.low, wanted.high)

    def until(self, t_s: float, manner: Manner | None = None) -> None:
        """Breathe until a time is reached; the last breath is finished."""
        while self.t_s < t_s:
            self.breathe(manner)

    def at(self, t_s: float) -> Breath:
        """Return the breath under way at a time."""
        self.until(t_s + 0.01)
        return next(one for one in reversed(self.breaths) if one.start_s <= t_s)

    def stop(self, breath: Breath, at_s: float, lasts_s: float) -> None:
        """Let a breath stop; what comes after comes later."""
        breath.stop_s, breath.stopped_s = at_s, lasts_s
        for other in self.breaths:
            other.start_s += lasts_s if other.start_s > breath.start_s else 0.0
        self.t_s += lasts_s

    def cut(self, t_s: float) -> None:
        """Let the last expiration end early, at a time, if it has begun by then."""
        breath = self.breaths[-1]
        if breath.stop_s is None and breath.full_s + 0.5 < t_s:
            breath.out_s, self.t_s = t_s - breath.full_s, t_s

    def trace(self, t_s: Array) -> Array:
        """Return the level of all breaths on the grid, in depths, corners rounded off."""
        level = np.zeros_like(t_s)
        for breath in self.breaths:
            first, behind = (int(np.ceil(at_s * FS_HZ)) for at_s in (breath.start_s, breath.end_s))
            level[first:behind] = breath.trace(t_s[first:behind], self.traits)
        weights = np.hanning(25) / np.hanning(25).sum()
        return np.convolve(np.pad(level, 12, mode="edge"), weights, "valid")


@dataclass(frozen=True, slots=True)
class Envelope:
    """Up from a start, and down around an end."""

    start_s: float
    rise_s: float
    end_s: float
    fall_s: float

    def at(self, t_s: Array) -> Array:
        """Return how much of it there is, from 0 to 1; up and down are raised cosines."""
        up = np.clip((t_s - self.start_s) / self.rise_s, 0.0, 1.0)
        down = np.clip((t_s - self.end_s) / self.fall_s + 0.5, 0.0, 1.0)
        size: Array = (0.5 - 0.5 * np.cos(np.pi * up)) * (0.5 + 0.5 * np.cos(np.pi * down))
        return size


@dataclass(frozen=True, slots=True)
class Scaled(Envelope):
    """Something of a size; what that is, the list says in which it stands."""

    size: float


@dataclass(frozen=True, slots=True)
class Push(Envelope):
    """A shift of belly or chest: shares of it get lost and waver."""

    depths: float
    droop: float = 0.0
    waver: float = 0.0
    is_of_wall: bool = False  # the belly's wall moves, and tilts a motion sensor as a breath does


@dataclass(frozen=True, slots=True)
class Tilt(Envelope):
    """A turn of a motion sensor that comes from no breath."""

    pitch_deg: float
    roll_deg: float


@dataclass(frozen=True, slots=True)
class Shake(Envelope):
    """Shaking without a rhythm between two frequencies, or steps if there is but one."""

    low_hz: float
    high_hz: float | None
    acc_g: float
    gyr_dps: float


@dataclass(frozen=True, slots=True)
class Effects:
    """All that moves or trembles besides breathing."""

    belly: list[Push] = field(default_factory=list)
    chest: list[Push] = field(default_factory=list)
    damped: list[Scaled] = field(default_factory=list)  # what is left of the belly's breaths
    loud: list[Scaled] = field(default_factory=list)  # muscle sound, relative to rest, with noise
    wobbles: list[Scaled] = field(default_factory=list)  # irregular shifts of the bands, in depths
    tilts: list[Tilt] = field(default_factory=list)
    shakes: list[Shake] = field(default_factory=list)
