"""Noise that depends on nothing but the seed, the channel and the time.

Two wearables that ask at different moments, or in another order, disturb each other in nothing;
the same seed gives the same noise on every machine.
"""

import math

_MASK = (1 << 64) - 1
_UNIT = 1.0 / (1 << 53)


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
