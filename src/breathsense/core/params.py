"""All numbers of all stages, one frozen tree composed of the stages' own.

The tree goes into the header of every recording (``msgspec.to_builtins`` writes it,
``msgspec.convert`` reads it back), so that a replay can use the numbers of the day.
"""

from dataclasses import dataclass, field

from breathsense.core.bracing.params import BraceParams
from breathsense.core.calibration.params import CalibrationParams
from breathsense.core.coaching.params import CoachingParams
from breathsense.core.detection.breaths import BreathParams
from breathsense.core.detection.rhythm import RhythmParams
from breathsense.core.detection.turns import TurnParams
from breathsense.core.detection.watch import WatchParams
from breathsense.core.frames.stage import FrameParams
from breathsense.core.posture.stage import PostureParams
from breathsense.core.signal.grid import GridParams
from breathsense.core.signal.imu_rail import RailParams
from breathsense.core.signal.mmg import MmgParams
from breathsense.core.signal.tilt import TiltParams


@dataclass(frozen=True, slots=True)
class Params:
    """One default set serves every wearable, unit and rate; there is nothing to tune by hand.

    Parameters
    ----------
    grid : GridParams
        Resampling.
    rail : RailParams
        When an accelerometer is at the end of its range.
    tilt : TiltParams
        Acceleration to tilt.
    mmg : MmgParams
        Acceleration to the sound of the muscles.
    posture : PostureParams
        Leans, bends, slouches and reaches of the trunk.
    turns : TurnParams
        Ends of inspiration and expiration.
    breaths : BreathParams
        Breaths and rates.
    rhythm : RhythmParams
        When breaths of an inertial sensor are believed.
    watch : WatchParams
        Stretches that cannot hold breaths.
    frames : FrameParams
        All sensors side by side.
    calibration : CalibrationParams
        What is learnt of one person.
    bracing : BraceParams
        Braces and draw-ins.
    coaching : CoachingParams
        Programmes: judged, and corrected.

    """

    grid: GridParams = field(default_factory=GridParams)
    rail: RailParams = field(default_factory=RailParams)
    tilt: TiltParams = field(default_factory=TiltParams)
    mmg: MmgParams = field(default_factory=MmgParams)
    posture: PostureParams = field(default_factory=PostureParams)
    turns: TurnParams = field(default_factory=TurnParams)
    breaths: BreathParams = field(default_factory=BreathParams)
    rhythm: RhythmParams = field(default_factory=RhythmParams)
    watch: WatchParams = field(default_factory=WatchParams)
    frames: FrameParams = field(default_factory=FrameParams)
    calibration: CalibrationParams = field(default_factory=CalibrationParams)
    bracing: BraceParams = field(default_factory=BraceParams)
    coaching: CoachingParams = field(default_factory=CoachingParams)
