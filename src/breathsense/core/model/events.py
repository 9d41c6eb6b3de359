"""What the engine finds. Facts are final; what may still change is another type.

``decided_ns`` is the time of the newest sample that had been pushed when the fact was reported.
"""

from dataclasses import dataclass
from typing import Literal

from breathsense.core.model.bracing import (
    Bend,
    BendStart,
    BraceBeforeLoad,
    BraceBreath,
    BraceEnd,
    BraceHint,
    BraceStart,
    HoldScored,
    MobilityReach,
    PostureHint,
    PostureRange,
    SetScored,
    Slouched,
)
from breathsense.core.model.calibration import Calibrated, StepJudged
from breathsense.core.model.coaching import CoachingEvent
from breathsense.core.model.samples import (
    Gap,
    Mmg,
    Reading,
    Rejected,
    SampleBlock,
    Timing,
    Trunk,
    Waveform,
)

Phase = Literal["inhale", "exhale", "unknown"]
BreathKind = Literal["belly", "chest_led", "unknown"]


@dataclass(frozen=True, slots=True)
class PhaseHint:
    """What the person seems to be doing right now: for the screen only, may be withdrawn."""

    sensor: str
    phase: Phase
    t_ns: int


@dataclass(frozen=True, slots=True)
class QualityHint:
    """What seems to be the matter from now on, ``""`` for nothing: for the screen only.

    The reasons are those of ``Unscored``, which tells the same for good once it is over.
    """

    sensor: str
    reason: str
    t_ns: int


@dataclass(frozen=True, slots=True)
class Turn:
    """The waveform turned: a peak (end of inspiration) or a trough (end of expiration). Final."""

    sensor: str
    is_peak: bool
    t_ns: int
    value: float
    decided_ns: int
    quality: float = 1.0


@dataclass(frozen=True, slots=True)
class Pause:
    """The waveform stood still after breathing in or out. Final; told when breathing went on.

    Parameters
    ----------
    sensor : str
        Sensor id.
    is_full : bool
        After breathing in; otherwise after breathing out.
    is_hold : bool
        No breath for at least 3 s and at least one and a half of the wearer's usual periods.
    start_ns, end_ns : int
        When breathing stopped, and went on.
    decided_ns : int
        See the module.

    """

    sensor: str
    is_full: bool
    is_hold: bool
    start_ns: int
    end_ns: int
    decided_ns: int


@dataclass(frozen=True, slots=True)
class Breath:
    """One breath, reported for good as soon as its end of inspiration is decided.

    Parameters
    ----------
    sensor : str
        Sensor id.
    number : int
        Counts the breaths of this sensor, from 0; joins the breath with its ``BreathEnd``.
    inhale_start_ns, peak_ns : int
        Start of inspiration (the trough before) and end of inspiration (largest stretch).
    depth : float
        Peak minus the trough before it, in the waveform's unit.
    decided_ns : int
        See the module.
    kind : BreathKind
        ``"unknown"`` unless the sensor set can tell belly from chest.
    quality : float
        0 (do not trust) to 1.

    """

    sensor: str
    number: int
    inhale_start_ns: int
    peak_ns: int
    depth: float
    decided_ns: int
    kind: BreathKind
    quality: float


@dataclass(frozen=True, slots=True)
class BreathEnd:
    """The end of expiration of the breath with the same sensor and number. Final."""

    sensor: str
    number: int
    end_ns: int
    decided_ns: int


@dataclass(frozen=True, slots=True)
class Sigh:
    """The breath with this number was a sigh: ``ratio`` times as deep as the ones before. Final."""

    sensor: str
    number: int
    peak_ns: int
    ratio: float
    decided_ns: int


@dataclass(frozen=True, slots=True)
class RatePoint:
    """Breathing rate in breaths per minute, known at ``t_ns`` from breaths decided before it."""

    sensor: str
    t_ns: int
    per_min: float
    quality: float


@dataclass(frozen=True, slots=True)
class Unscored:
    """A span for which no score is given, with the reason a user is shown."""

    sensor: str
    start_ns: int
    end_ns: int
    reason: str


Event = (
    SampleBlock
    | Waveform
    | Mmg
    | Trunk
    | Gap
    | Rejected
    | Reading
    | Timing
    | PhaseHint
    | QualityHint
    | Turn
    | Pause
    | Breath
    | BreathEnd
    | Sigh
    | RatePoint
    | Unscored
    | Calibrated
    | StepJudged
    | BraceStart
    | BraceEnd
    | BraceBreath
    | BraceHint
    | HoldScored
    | SetScored
    | BendStart
    | Bend
    | BraceBeforeLoad
    | PostureHint
    | Slouched
    | PostureRange
    | MobilityReach
    | CoachingEvent
)
