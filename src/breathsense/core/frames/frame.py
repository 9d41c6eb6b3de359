"""A frame: what all sensors tell about one short moment, side by side."""

from typing import NamedTuple

from breathsense.core.model.events import Breath, BreathEnd, Pause, QualityHint, Turn
from breathsense.core.model.inputs import Mark
from breathsense.core.model.vectors import Vector

FRAME_S, FRAME_NS = 0.16, 160_000_000
"""How long a frame is."""
LeaderEvent = Turn | Pause | Breath | BreathEnd | QualityHint


class Frame(NamedTuple):
    """What is known of one moment; ``None`` where a sensor is missing or has nothing to tell.

    Parameters
    ----------
    t_ns : int
        End of the moment; frames are ``FrameParams.n_steps`` grid steps apart.
    known_ns : int
        Time of the newest sample that was needed for it.
    belly, chest : float or None
        Mean of the bands' waveforms, in their own units.
    tilt, chest_tilt : float or None
        Mean of the IMUs' breathing waveforms, degrees.
    mmg_log : float or None
        Base-10 logarithm of the RMS of the muscle sound, in g.
    mmg_high_log : float or None
        The same of what is above 14 Hz.
    flutter : float or None
        How unevenly the muscle sound goes on, 0 to 1.
    up : tuple of float or None
        Mean acceleration of the belly's IMU, in its own unit and axes.
    forward_deg, sideways_deg : float or None
        Lean of the trunk, by the belly's IMU.
    is_moving : bool or None
        Whether the wearer moves too much for anything to be told of the wall.
    marks : tuple of Mark
        Those that began since the last frame.
    events : tuple of LeaderEvent
        What was decided since the last frame about the leading sensor.

    """

    t_ns: int
    known_ns: int
    belly: float | None = None
    chest: float | None = None
    tilt: float | None = None
    chest_tilt: float | None = None
    mmg_log: float | None = None
    mmg_high_log: float | None = None
    flutter: float | None = None
    up: Vector | None = None
    forward_deg: float | None = None
    sideways_deg: float | None = None
    is_moving: bool | None = None
    marks: tuple[Mark, ...] = ()
    events: tuple[LeaderEvent, ...] = ()
