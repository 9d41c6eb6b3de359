"""Acceleration of the body wall to a waveform of tilt."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TiltParams:
    """How the breathing axis is learnt from the direction of gravity.

    Parameters
    ----------
    axis_tau_s : float
        Time constant over which the main axis of movement is learnt.

    """

    axis_tau_s: float = 30.0
