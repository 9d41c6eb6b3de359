"""Waveform to turns: where inspiration ends and where expiration ends."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TurnParams:
    """What counts as a turn of the waveform; nothing here has the unit of a sensor.

    Parameters
    ----------
    turn_frac : float
        A turn is decided once the waveform has gone back by this share of the usual depth.

    """

    turn_frac: float = 0.15
