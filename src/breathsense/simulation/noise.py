"""Noise that depends on nothing but the seed, the channel and the time.

Two wearables that ask at different moments, or in another order, disturb each other in nothing;
the same seed gives the same noise on every machine.
"""

import math
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

_MASK = (1 << 64) - 1
_UNIT = 1.0 / (1 << 53)
_NS_PER_S = 1_000_000_000
_Drawn = TypeVar("_Drawn")


def mix_bits(value: int) -> int:
    """Scramble 64 bits (the finaliser of SplitMix64, doi 10.1145/2660193.2660195)."""
    value = (value + 0x9E3779B97F4A7C15) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)


def uniform_at(seed: int, channel: int, position: int) -> float:
    """Return a number in (0, 1) that belongs to this seed, channel and position."""
    bits = mix_bits(mix_bits(mix_bits(seed) ^ channel) ^ (position & _MASK))
    return ((bits >> 11) + 0.5) * _UNIT


def gauss_at(seed: int, channel: int, position: int) -> float:
    """Return a number from the standard normal distribution (Box and Muller's method)."""
    radius = math.sqrt(-2.0 * math.log(uniform_at(seed, 2 * channel, position)))
    return radius * math.cos(2.0 * math.pi * uniform_at(seed, 2 * channel + 1, position))


def wander_at(seed: int, channel: int, t_ns: int, knot_s: float) -> float:
    """Return something that wanders smoothly: standard normal at knots, a cosine between them."""
    place = t_ns / (knot_s * _NS_PER_S)
    knot = math.floor(place)
    part = 0.5 - 0.5 * math.cos(math.pi * (place - knot))
    left = gauss_at(seed, channel, knot)
    return left + (gauss_at(seed, channel, knot + 1) - left) * part


def uniform_row(seed: int, channel: int, first: int, n: int) -> npt.NDArray[np.float64]:
    """Return ``uniform_at`` of ``n`` positions from ``first`` on, shape (n,)."""
    base = mix_bits(mix_bits(seed) ^ channel)
    bits = np.arange(n, dtype=np.uint64) + np.uint64(first & _MASK)
    bits = (bits ^ np.uint64(base)) + np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    bits ^= bits >> np.uint64(31)
    drawn: npt.NDArray[np.float64] = ((bits >> np.uint64(11)).astype(np.float64) + 0.5) * _UNIT
    return drawn


def gauss_row(seed: int, channel: int, first: int, n: int) -> npt.NDArray[np.float64]:
    """Return standard normal numbers of ``n`` positions, those of ``gauss_at`` but for rounding."""
    radius = np.sqrt(-2.0 * np.log(uniform_row(seed, 2 * channel, first, n)))
    drawn: npt.NDArray[np.float64] = radius * np.cos(
        2.0 * np.pi * uniform_row(seed, 2 * channel + 1, first, n)
    )
    return drawn


class Dice:
    """Draws one number after the other; the same seed and channel give the same ones."""

    def __init__(self, seed: int, channel: int = 0) -> None:
        self._seed = mix_bits(mix_bits(seed) ^ channel)
        self._n_drawn = 0

    def uniform(self, low: float, high: float) -> float:
        """Return a number between two others, each equally likely."""
        self._n_drawn += 1
        return low + (high - low) * uniform_at(self._seed, 0, self._n_drawn)

    def spread(self, low: float, high: float) -> float:
        """Return a number between two positive others, each ratio equally likely."""
        return math.exp(self.uniform(math.log(low), math.log(high)))

    def happens(self, chance: float) -> bool:
        """Return whether something with this chance happens."""
        return self.uniform(0.0, 1.0) < chance

    def pick(self, choices: Sequence[_Drawn]) -> _Drawn:
        """Return one of some."""
        return choices[int(self.uniform(0.0, len(choices)))]
