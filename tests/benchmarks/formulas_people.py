"""What people do besides bracing, for the second simulator (``formulas.py``)."""

from formulas_body import (
    LEVELS,
    Breathing,
    Dice,
    Effects,
    Manner,
    Push,
    Range,
    Scaled,
    Shake,
    Tilt,
    Traits,
)

SETS = ("band", "band_imu", "imu", "two_bands")
SALT = 7741
"""Keeps the random numbers apart from those of other scripts."""
FOREVER_S = 1e6
Way = tuple[float, float, float, float]
Span = tuple[float, float]


class Person:
    """What a person does besides bracing; ``breathing.t_s`` is how far the session has come.

    Each ``do_`` puts one distractor down, and returns when it began and ended.
    """

    def __init__(self, seed: int, sensors: str) -> None:
        self.dice = Dice([seed, SETS.index(sensors), SALT], (seed - 1) % len(LEVELS))
        self.sensors, self.size = sensors, self.dice.fixed("distraction_size")
        self.traits = Traits(self.dice, has_imu="imu" in sensors)
        self.breathing = Breathing(self.dice, self.traits)
        self.effects = Effects()

    def push(self, way: Way, depths: float, chest: float, *, is_of_wall: bool = False) -> None:
        """Shift the belly, and the chest by a share of that."""
        self.effects.belly.append(Push(*way, depths, is_of_wall=is_of_wall))
        self.effects.chest.append(Push(*way, chest * depths))

    def shake(self, start_s: float, end_s: float, *how: float) -> None:
        """Shake the sensor: between two frequencies, by so many g, turning by so many deg/s."""
        low_hz, high_hz, *sizes = how
        acc_g, gyr_dps = (self.size * one for one in sizes)
        way = (start_s, 0.15, end_s, 0.15)
        self.effects.shakes.append(Shake(*way, low_hz, high_hz, acc_g, gyr_dps))

    def wobble(self, start_s: float, end_s: float, depths: float) -> None:
        """Let the bands wobble."""
        self.effects.wobbles.append(Scaled(start_s, 0.3, end_s, 0.3, depths * self.size))

    def tense(self, way: Way, low: float, high: float) -> None:
        """Let muscles be heard, so much relative to rest."""
        self.effects.loud.append(Scaled(*way, self.dice.uniform(low, high)))

    def shift_about(self, start_s: float, end_s: float, size: float) -> None:
        """Shift the body a little while doing something else."""
        dice, lasts_s = self.dice, self.dice.uniform(0.5, 1.2)
        way = (start_s, lasts_s, end_s, lasts_s)
        self.push(way, dice.uniform(-0.5, 0.5) * size, dice.uniform(-0.8, 0.8))
        pitch_deg, roll_deg = dice.uniform(-5.0, 5.0) * size, dice.uniform(-2.0, 2.0) * size
        self.effects.tilts.append(Tilt(*way, pitch_deg, roll_deg))

    def do_full_hold(self, start_s: float) -> Span:
        """Breathe in far and hold it."""
        dice, breathing = self.dice, self.breathing
        depth = self.traits.full_depths * dice.uniform(0.65, 1.0)
        breath = breathing.breathe(Manner(Range(1.3, 2.2), Range(2.0, 3.2), depth))
        held_s, lasts_s = breath.full_s - 0.02, dice.uniform(4.0, 10.0)
        breathing.stop(breath, held_s, lasts_s)
        self.tense((start_s + 0.5, 1.0, held_s + lasts_s, 0.6), 1.0, 1.0 + 0.3 * self.size)
        return start_s, breathing.t_s

    def do_sigh(self, start_s: float) -> Span:
        """Sigh."""
        depth = self.dice.uniform(1.8, 2.7)
        self.breathing.breathe(Manner(Range(1.2, 2.2), Range(2.2, 4.0), depth))
        end_s = self.breathing.t_s
        self.tense((start_s, 0.8, end_s - 1.5, 0.8), 1.0, 1.0 + 0.25 * self.size)
        return start_s, end_s

    def do_deep_breaths(self, start_s: float) -> Span:
        """Take a few deep, slow breaths."""
        slow = max(1.0, 5.0 / self.traits.period_s)
        for _ in range(self.dice.integers(2, 5)):
            gain = self.dice.uniform(1.5, 2.1)
            self.breathing.breathe(Manner(gain=gain, slow=slow * self.dice.uniform(0.9, 1.2)))
        return start_s, self.breathing.t_s

    def do_posture(self, start_s: float) -> Span:
        """Sit otherwise, for a while or for good."""
        dice = self.dice
        start_s += dice.uniform(0.0, 1.0) * self.traits.period_s
        lasts_s, is_lasting = dice.uniform(0.8, 2.0), dice.happens(0.25)
        back_s = FOREVER_S if is_lasting else start_s + lasts_s + dice.uniform(3.0, 9.0)
        way = (start_s, lasts_s, back_s, lasts_s)
        depths = dice.sign() * dice.uniform(0.25, 0.8) * self.size
        self.push(way, depths, dice.uniform(-0.6, 0.6))
        pitch_deg = dice.sign() * dice.uniform(4.0, 14.0) * self.size
        self.effects.tilts.append(Tilt(*way, pitch_deg, dice.uniform(-4.0, 4.0) * self.size))
        for at_s in [start_s] if is_lasting else [start_s, back_s - lasts_s / 2.0]:
            self.wobble(at_s, at_s + lasts_s, 0.05)
            self.shake(at_s, at_s + lasts_s, 3.0, 20.0, 0.005, 1.5)
            self.tense((at_s, 0.4, at_s + lasts_s, 0.5), 1.1, 1.8)
        end_s = start_s + lasts_s if is_lasting else back_s + lasts_s / 2.0
        self.breathing.until(end_s)
        return start_s, end_s

    def do_slip(self, start_s: float) -> Span:
        """Let a band slip, most often to where it is looser."""
        dice, effects = self.dice, self.effects
        start_s += dice.uniform(0.0, 1.0) * self.traits.period_s
        lasts_s = dice.uniform(0.2, 0.5)
        depths = dice.sign(0.7) * dice.uniform(0.15, 0.6) * self.size
        is_of_chest = self.sensors == "two_bands" and dice.happens(0.3)
        slipped = effects.chest if is_of_chest else effects.belly
        slipped.append(Push(start_s, lasts_s, FOREVER_S, 1.0, depths))
        way, acc_g = (start_s, 0.15, start_s + lasts_s + 0.2, 0.15), 0.006 * self.size
        effects.shakes.append(Shake(*way, 3.0, 25.0, acc_g, 2.0))
        self.breathing.until(start_s + lasts_s)
        return start_s, start_s + lasts_s

    def do_cough(self, start_s: float) -> Span:
        """Cough once or a few times."""
        dice, n = self.dice, self.dice.integers(1, 5)
        depth = dice.uniform(0.8, 1.5)
        manner = Manner(Range(0.5, 0.9), Range(0.5, 0.8), depth, is_straight=True)
        self.breathing.breathe(manner)
        t_s = self.breathing.t_s - 0.3
        for _ in range(n):
            way = (t_s, 0.08, t_s + 0.22, 0.25)
            self.push(way, -dice.uniform(0.4, 0.9) * self.size, 0.7, is_of_wall=True)
            pitch_deg, roll_deg = dice.uniform(-1.5, 1.5), dice.uniform(-0.5, 0.5)
            self.effects.tilts.append(Tilt(t_s, 0.1, t_s + 0.22, 0.25, pitch_deg, roll_deg))
            self.shake(t_s, t_s + 0.3, 3.0, 35.0, dice.uniform(0.02, 0.07), 5.0)
            self.tense((t_s, 0.05, t_s + 0.35, 0.3), 2.0, 4.0)
            t_s += dice.uniform(0.35, 0.7)
        self.breathing.until(t_s)
        return start_s, t_s

    def do_speech(self, start_s: float) -> Span:
        """Speak."""
        dice, until_s = self.dice, start_s + self.dice.uniform(6.0, 18.0)
        gain, floor = dice.uniform(0.8, 1.3), Range(-0.22, 0.05)
        manner = Manner(Range(0.4, 0.8), Range(1.6, 4.5), None, gain, 1.0, floor, is_straight=True)
        self.breathing.until(until_s, manner)
        end_s = self.breathing.t_s
        self.tense((start_s + 0.4, 0.4, end_s - 0.2, 0.4), 1.0, 1.0 + 0.7 * self.size)
        self.wobble(start_s, end_s, 0.03)
        self.shake(start_s, end_s, 2.0, 8.0, 0.0007, 0.5)
        if dice.happens(0.35):
            self.shift_about(start_s, end_s, self.size)
        return start_s, end_s

    def do_laughter(self, start_s: float) -> Span:
        """Laugh through one breath."""
        dice, depth, floor = self.dice, self.dice.uniform(0.7, 1.2), Range(-0.35, 0.0)
        manner = Manner(Range(0.4, 0.8), Range(1.6, 3.0), depth, floor=floor, is_straight=True)
        self.breathing.breathe(manner)
        end_s, t_s = self.breathing.t_s, start_s + 0.6
        while t_s < end_s - 0.2:
            depths = -dice.uniform(0.15, 0.45) * self.size
            self.push((t_s, 0.07, t_s + 0.13, 0.1), depths, 0.8, is_of_wall=True)
            t_s += dice.uniform(0.19, 0.27)
        self.shake(start_s + 0.5, end_s, 3.0, 20.0, 0.012, 3.0)
        self.tense((start_s + 0.5, 0.3, end_s, 0.4), 1.2, 2.2)
        return start_s, end_s

    def do_walking(self, start_s: float) -> Span:
        """Walk."""
        dice, end_s = self.dice, start_s + self.dice.uniform(6.0, 15.0)
        self.breathing.until(end_s, Manner(gain=dice.uniform(1.0, 1.35), slow=0.85))
        steps_hz, acc_g = dice.uniform(1.6, 2.0), dice.uniform(0.06, 0.16) * self.size
        steps = Shake(start_s, 0.15, end_s, 0.15, steps_hz, None, acc_g, dice.uniform(12.0, 30.0))
        self.effects.shakes.append(steps)
        self.wobble(start_s, end_s, dice.uniform(0.06, 0.15))
        self.tense((start_s, 0.4, end_s, 0.4), 1.5, 3.0)
        self.shift_about(start_s, end_s, 0.5 * self.size)
        return start_s, end_s

    def do_fidget(self, start_s: float) -> Span:
        """Fidget."""
        dice, end_s = self.dice, start_s + self.dice.uniform(2.5, 9.0)
        self.breathing.until(end_s)
        self.wobble(start_s, end_s, dice.uniform(0.05, 0.15))
        self.shake(start_s, end_s, 1.0, 15.0, dice.uniform(0.001, 0.004), dice.uniform(1.0, 4.0))
        self.tense((start_s, 0.3, end_s, 0.4), 1.0, 1.0 + 0.8 * self.size)
        if dice.happens(0.6):
            self.shift_about(start_s, end_s, self.size)
        return start_s, end_s
