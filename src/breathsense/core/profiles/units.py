"""Units of movement: what a profile may say, and the one that the stages after the wire take."""

from breathsense.core.model.samples import Signal

G_PER_M_S2 = 1.0 / 9.80665
DEG_PER_RAD = 57.29577951308232

FACTORS: dict[Signal, dict[str, float]] = {
    "acc": {"g": 1.0, "mg": 1e-3, "m/s2": G_PER_M_S2},
    "gyr": {"deg/s": 1.0, "rad/s": DEG_PER_RAD},
}
"""By signal: the units understood, and what makes the stages' own (the first) of them."""


def find_factor(signal: Signal, unit: str) -> float:
    """Return what values in a unit are multiplied by; 1 for signals that keep theirs."""
    return FACTORS[signal][unit] if signal in FACTORS else 1.0


def stage_unit(signal: Signal, unit: str) -> str:
    """Return the unit after that."""
    return next(iter(FACTORS[signal])) if signal in FACTORS else unit
