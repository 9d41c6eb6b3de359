"""An inertial sensor on the wall: tilt, tremble, knocks and jolts, in its own axes."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from breathsense.core.model.vectors import Vector, cross
from breathsense.simulation.body import BeltPlace
from breathsense.simulation.heart import Heart
from breathsense.simulation.muscles import MuscleParams, Tremble
from breathsense.simulation.noise import gauss_at, uniform_at
from breathsense.simulation.script import NS_PER_S, Jolts, Script, Voice, ramp
from breathsense.simulation.trunk import (
    STEP_NS,
    STEPS_PER_S,
    Trunk,
    TrunkParams,
    TrunkState,
    list_jolts,
    syllable_at,
)

_RATE_STEP_NS = 5_000_000
"""Half the span over which a rotation is measured."""
_VOICE = MuscleParams(family="noise", centre_hz=60.0, width_hz=30.0)
"""What of a voice, or of rubbing, reaches the sensor: broad. Guess."""
_RIBS_HEAR = 0.35
"""Share of the wall's tremble that is felt on the breast bone. Guess."""


@dataclass(frozen=True, slots=True)
class ImuParams:
    """An inertial sensor as it is worn.

    Parameters
    ----------
    noise_g, noise_dps : float
        White noise, standard deviation. Guess, after common sensors.
    heart_g, heart_hz : float
        Knock of the heart, and how fast it swings. Guess.
    rub_g : float
        Rubbing of skin and cloth while the wall moves, for each degree a second. Guess.
    bandwidth_hz : float or None
        Low-pass of the sensor's own; ``None``: none.
    resolution_g, resolution_dps : float
        One count of its converters; 0: not noticeable.

    """

    noise_g: float = 0.002
    noise_dps: float = 0.05
    heart_g: float = 0.002
    heart_hz: float = 5.0
    rub_g: float = 0.0
    bandwidth_hz: float | None = None
    resolution_g: float = 0.0
    resolution_dps: float = 0.0


class Mounting(NamedTuple):
    """Axes of the body in those of the sensor: what it reads at rest, out of the belly, aside."""

    down: Vector
    forward: Vector
    side: Vector


class Imu:
    """An inertial sensor on somebody's belly or breast bone, mounted any way the seed wants."""

    def __init__(
        self,
        params: ImuParams,
        place: BeltPlace,
        seed: int,
        trunk: Trunk,
        heart: Heart,
        *,
        script: Script,
        muscles: MuscleParams,
    ) -> None:
        self.params = params
        self._place = place
        self._seed = seed
        self._trunk = trunk
        self._heart = heart
        self._script = script
        self._axes = draw_mounting(seed)
        self._tremble = Tremble(muscles, seed, params.bandwidth_hz)
        self._voice = Tremble(_VOICE, seed ^ 0x701CE, params.bandwidth_hz)
        self._tilt_deg = _build_tilt(place, trunk.params)
        self._hears = 1.0 if place == "abdomen" else _RIBS_HEAR
        self._second = -1
        self._shaking: list[Jolts | Voice] = []

    def acceleration_g(self, t_ns: int) -> Vector:
        """Return gravity and whatever shakes the sensor, in g, in its own axes."""
        state = self._trunk.state_at(t_ns)
        pitch, roll = self._angles(state)
        level = math.cos(roll)
        weights = (level * math.cos(pitch), level * math.sin(pitch), math.sin(roll))
        shaken = self._shake(t_ns, state)
        amounts = [a + b for a, b in zip(weights, shaken, strict=True)]
        x, y, z = (
            _count(
                sum(amount * axis[k] for amount, axis in zip(amounts, self._axes, strict=True))
                + self.params.noise_g * gauss_at(self._seed, 33 + k, t_ns),
                self.params.resolution_g,
            )
            for k in range(3)
        )
        return x, y, z

    def rotation_dps(self, t_ns: int) -> Vector:
        """Return how fast the sensor turns, in degrees a second about its own axes."""
        before_ns = max(t_ns - _RATE_STEP_NS, 0)
        span_s = (t_ns + _RATE_STEP_NS - before_ns) / NS_PER_S
        before = self._trunk.state_at(before_ns)
        after = self._trunk.state_at(t_ns + _RATE_STEP_NS)
        (pitch, roll), (pitch_after, roll_after) = self._angles(before), self._angles(after)
        turned = (after.turn_deg - before.turn_deg) / span_s
        pitched = math.degrees(pitch_after - pitch) / span_s
        rolled = math.degrees(roll_after - roll) / span_s
        down, forward, side = self._axes
        cosine, sine = math.cos(pitch), math.sin(pitch)
        # Gravity moves in the sensor's axes, so the sensor turns the other way.
        x, y, z = (
            _count(
                -pitched * side[k]
                + rolled * (cosine * forward[k] - sine * down[k])
                + turned * (cosine * down[k] + sine * forward[k])
                + self.params.noise_dps * gauss_at(self._seed, 36 + k, t_ns),
                self.params.resolution_dps,
            )
            for k in range(3)
        )
        return x, y, z

    def _angles(self, state: TrunkState) -> tuple[float, float]:
        """Return pitch and roll in radians."""
        pitch = state.forward_deg + self._tilt_deg(state)
        return math.radians(pitch), math.radians(state.sideways_deg)

    def _shake(self, t_ns: int, state: TrunkState) -> Vector:
        """Return what shakes the sensor along down, forward and side, in g."""
        tremble, params = self._tremble, self.params
        loud = self._hears * tremble.amplitude_g(state.activation)
        across = loud * tremble.params.across
        forward = loud * tremble.at(t_ns, 0)
        forward += params.heart_g * self._heart.pulse_at(t_ns, params.heart_hz)
        forward += params.rub_g * self._speed_dps(t_ns) * self._voice.at(t_ns, 1)
        side, down = across * tremble.at(t_ns, 1), 0.7 * across * tremble.at(t_ns, 2)
        for act in self._list_shaking(t_ns):
            if isinstance(act, Voice):
                on = ramp(t_ns, act.start_ns, act.end_ns, 0.1, 0.1) * act.size_g
                forward += on * syllable_at(self._seed, act, t_ns) * self._voice.at(t_ns, 0)
                continue
            for number, ago_s, size in list_jolts(self._seed, act, t_ns):
                jolt = act.size_g * size * math.exp(-ago_s / act.decay_s)
                jolt *= math.sin(2.0 * math.pi * act.swing_hz * ago_s)
                aside = uniform_at(self._seed ^ act.start_ns, 76, number) - 0.5
                down += act.upwards * jolt
                forward += (1.0 - act.upwards) * jolt
                side += aside * jolt
        return down, forward, side

    def _speed_dps(self, t_ns: int) -> float:
        """Return how fast the wall tilts, over a step of the trunk."""
        number = t_ns // STEP_NS
        before, after = self._trunk.step(number), self._trunk.step(number + 1)
        return abs(self._tilt_deg(after) - self._tilt_deg(before)) * STEPS_PER_S

    def _list_shaking(self, t_ns: int) -> list[Jolts | Voice]:
        second = t_ns // NS_PER_S
        if second != self._second:
            acts = self._script.between(second * NS_PER_S, (second + 1) * NS_PER_S)
            self._shaking = [act for act in acts if isinstance(act, Jolts | Voice)]
            self._second = second
        return self._shaking


def draw_mounting(seed: int) -> Mounting:
    """Draw how the sensor sits: where gravity points in its axes, and where forward is."""
    down = _unit(*(gauss_at(seed, 60, axis) for axis in range(3)))
    other = _unit(*(gauss_at(seed, 61, axis) for axis in range(3)))
    along = sum(a * b for a, b in zip(down, other, strict=True))
    forward = _unit(*(b - along * a for a, b in zip(down, other, strict=True)))
    return Mounting(down, forward, cross(down, forward))


def _build_tilt(place: BeltPlace, params: TrunkParams) -> Callable[[TrunkState], float]:
    if place == "abdomen":
        return lambda state: state.wall
    return lambda state: params.ribs_tilt_deg * state.ribs


def _count(value: float, resolution: float) -> float:
    return round(value / resolution) * resolution if resolution else value


def _unit(x: float, y: float, z: float) -> Vector:
    norm = math.sqrt(x * x + y * y + z * z)
    return x / norm, y / norm, z / norm
