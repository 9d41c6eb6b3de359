"""A virtual person, sitting at rest: breathes, sways a little, has a heart that follows the breath.

Everything is a function of the seed and the time alone, so a simulation can be repeated exactly.
"""

import math
from bisect import bisect_right
from dataclasses import dataclass, field

from breathsense.simulation.body import Beat, BeltPlace, Quantity, Vector
from breathsense.simulation.breathing import NS_PER_S, Breathing, BreathingParams
from breathsense.simulation.noise import gauss_at, uniform_at

_N_BEATS_REMEMBERED = 256
_RATE_STEP_NS = 5_000_000
"""Half the span over which a rotation is measured."""
_DRIFT_PERIODS_S = (97.0, 211.0, 503.0)


@dataclass(frozen=True, slots=True)
class PersonParams:
    """What a virtual person is like.

    Parameters
    ----------
    breathing : BreathingParams
        How the person breathes.
    rest_force_n, depth_force_n, chest_depth_force_n : float
        Belt tension at the end of expiration, and what a median breath adds round the belly and
        round the ribs. Belts of this kind are used between 2 and 30 N; within that a guess.
    drift_force_n : float
        Amplitude of slow drift (posture, slip, warmth). Guess.
    heart_force_n, heart_acc_g : float
        Ripple of the heart beat in belt and accelerometer. Guess.
    belt_noise_n, acc_noise_g, gyr_noise_dps : float
        White sensor noise, standard deviation. Guess.
    tilt_deg : float
        Tilt of the abdominal wall in a median breath; 0.5 to 4 degrees are seen.
    sway_deg : float
        Slow sway of the trunk. Guess.
    heart_rate_per_min : float
        Mean heart rate at rest.
    rsa_fraction : float
        How much shorter the beat interval is at the end of inspiration than before it
        (respiratory sinus arrhythmia). Guess.
    rr_noise_fraction : float
        Other variation of beat intervals. Guess.

    """

    breathing: BreathingParams = field(default_factory=BreathingParams)
    rest_force_n: float = 5.0
    depth_force_n: float = 3.5
    chest_depth_force_n: float = 2.0
    drift_force_n: float = 0.5
    heart_force_n: float = 0.04
    heart_acc_g: float = 0.002
    belt_noise_n: float = 0.01
    acc_noise_g: float = 0.002
    gyr_noise_dps: float = 0.05
    tilt_deg: float = 2.0
    sway_deg: float = 0.5
    heart_rate_per_min: float = 66.0
    rsa_fraction: float = 0.08
    rr_noise_fraction: float = 0.015


class Person:
    """A body that breathes by itself (see ``Body``); its time is the server's, shifted.

    Parameters
    ----------
    seed : int
        Everything random follows from it, the way the accelerometer is mounted included.
    params : PersonParams
        What the person is like.

    Attributes
    ----------
    born_ns : int or None
        Server time at which the person's time is 0: when the first stream of any wearable began.

    """

    def __init__(self, seed: int = 0, params: PersonParams | None = None) -> None:
        self.params = params if params is not None else PersonParams()
        self.breathing = Breathing(self.params.breathing, seed)
        self._seed = seed
        self.born_ns: int | None = None
        self._beats = [Beat(0, 60_000.0 / self.params.heart_rate_per_min)]
        self._beat_times = [0]
        self._n_beats = 1
        self._down, self._forward = _draw_mounting(seed)

    @property
    def measurable(self) -> frozenset[Quantity]:
        """All there is."""
        return frozenset({"belt_force", "acceleration", "rotation", "beats"})

    def moment_ns(self, started_ns: int, true_ns: int, nominal_ns: int) -> int:
        """Return the time at which the sample was truly taken: the person lives in real time."""
        del nominal_ns
        if self.born_ns is None:
            self.born_ns = started_ns
        return max(started_ns + true_ns - self.born_ns, 0)

    def belt_force_n(self, t_ns: int, place: BeltPlace = "abdomen") -> float:
        """Return a belt's tension in newtons, never below 0 (a slack belt)."""
        params = self.params
        depth_n = params.depth_force_n if place == "abdomen" else params.chest_depth_force_n
        force = (
            params.rest_force_n
            + depth_n * self.breathing.level_at(t_ns)
            + params.drift_force_n * self._drift(t_ns, channel=1)
            + params.heart_force_n * self._pulse(t_ns)
            + params.belt_noise_n * gauss_at(self._seed, 32 if place == "abdomen" else 39, t_ns)
        )
        return max(force, 0.0)

    def acceleration_g(self, t_ns: int) -> Vector:
        """Return gravity in the axes of a sensor that tilts with the abdominal wall, in g."""
        params = self.params
        degrees = self._tilt_deg(t_ns)
        cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        beat = params.heart_acc_g * self._pulse(t_ns)
        x, y, z = (
            down * cosine
            + forward * (sine + beat)
            + params.acc_noise_g * gauss_at(self._seed, 33 + axis, t_ns)
            for axis, (down, forward) in enumerate(zip(self._down, self._forward, strict=True))
        )
        return x, y, z

    def rotation_dps(self, t_ns: int) -> Vector:
        """Return how fast the same sensor turns, in degrees a second about its own axes."""
        before_ns = max(t_ns - _RATE_STEP_NS, 0)
        span_s = (t_ns + _RATE_STEP_NS - before_ns) / NS_PER_S
        turned_deg = self._tilt_deg(t_ns + _RATE_STEP_NS) - self._tilt_deg(before_ns)
        # Gravity goes from "down" to "forward" in the sensor's axes, so the sensor turns back.
        axis = _cross(self._forward, self._down)
        x, y, z = (
            along * turned_deg / span_s
            + self.params.gyr_noise_dps * gauss_at(self._seed, 36 + number, t_ns)
            for number, along in enumerate(axis)
        )
        return x, y, z

    def beats(self, after_ns: int, until_ns: int) -> list[Beat]:
        """Return the beats in ``(after_ns, until_ns]``."""
        self._make_beats(until_ns)
        first = bisect_right(self._beat_times, after_ns)
        return self._beats[first : bisect_right(self._beat_times, until_ns)]

    def _make_beats(self, until_ns: int) -> None:
        params = self.params
        while self._beats[-1].t_ns <= until_ns:
            beat = self._beats[-1]
            rr_ms = 60_000.0 / params.heart_rate_per_min
            level = min(max(self.breathing.level_at(beat.t_ns), 0.0), 1.5)
            rr_ms *= 1.0 - params.rsa_fraction * (level - 0.4)
            rr_ms *= 1.0 + params.rr_noise_fraction * gauss_at(self._seed, 40, self._n_beats)
            self._beats.append(Beat(beat.t_ns + round(rr_ms * 1e6), rr_ms))
            self._beat_times.append(self._beats[-1].t_ns)
            self._n_beats += 1
        del self._beats[:-_N_BEATS_REMEMBERED], self._beat_times[:-_N_BEATS_REMEMBERED]

    def _tilt_deg(self, t_ns: int) -> float:
        degrees = self.params.tilt_deg * self.breathing.level_at(t_ns)
        return degrees + self.params.sway_deg * self._drift(t_ns, channel=2)

    def _pulse(self, t_ns: int) -> float:
        """Return the knock of the newest beat: a short damped swing, about 1 at its largest."""
        self._make_beats(t_ns)
        position = bisect_right(self._beat_times, t_ns) - 1
        since_s = (t_ns - self._beat_times[max(position, 0)]) / NS_PER_S
        return math.exp(-since_s / 0.12) * math.sin(2.0 * math.pi * 5.0 * since_s) * 1.5

    def _drift(self, t_ns: int, channel: int) -> float:
        """Return something that wanders slowly between about -1 and 1."""
        total = 0.0
        for number, period_s in enumerate(_DRIFT_PERIODS_S):
            phase = uniform_at(self._seed, 50 + channel, number)
            total += math.sin(2.0 * math.pi * (t_ns / NS_PER_S / period_s + phase))
        return total / len(_DRIFT_PERIODS_S)


def _draw_mounting(seed: int) -> tuple[Vector, Vector]:
    """Draw where gravity points in the sensor's axes, and the direction it tilts towards."""
    down = _unit(*(gauss_at(seed, 60, axis) for axis in range(3)))
    other = _unit(*(gauss_at(seed, 61, axis) for axis in range(3)))
    along = sum(a * b for a, b in zip(down, other, strict=True))
    forward = _unit(*(b - along * a for a, b in zip(down, other, strict=True)))
    return down, forward


def _cross(one: Vector, other: Vector) -> Vector:
    return (
        one[1] * other[2] - one[2] * other[1],
        one[2] * other[0] - one[0] * other[2],
        one[0] * other[1] - one[1] * other[0],
    )


def _unit(x: float, y: float, z: float) -> Vector:
    norm = math.sqrt(x * x + y * y + z * z)
    return x / norm, y / norm, z / norm
