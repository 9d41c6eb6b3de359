"""What a calibration has learnt of one person in one posture with the sensors as they sit.

All levels are in the sensor's own unit (bands) or in degrees of tilt (IMU); nothing in it is a
pressure. Definitions and steps: docs/calibration.md.
"""

from dataclasses import dataclass
from typing import Literal

Posture = Literal["unknown", "supine", "prone", "sitting", "standing", "kneeling"]
StepName = Literal[
    "fit",
    "polarity",
    "quiet",
    "full",
    "pause",
    "brace",
    "draw_in",
    "tall",
    "slump",
    "rezero",
]
Advice = Literal[
    "",
    "again",
    "band_slack",
    "band_tight",
    "breathe_out_first",
    "deeper",
    "firmer",
    "hold_longer",
    "inward",
    "keep_still",
    "no_signal",
    "no_talking",
    "outward",
    "put_on",
    "quiet_first",
    "softer",
]
"""What to do about a step that was not taken; a stable word, worded for people at the edge."""


@dataclass(frozen=True, slots=True)
class LevelReference:
    """What the waveform of one sensor does in this person.

    Parameters
    ----------
    sensor : str
        Sensor id.
    rest : float
        Median level at the end of expiration in quiet breathing (R0).
    quiet_depth : float
        Median depth of a quiet breath (Aq).
    noise : float
        1.4826 times the median absolute deviation of the levels at the end of expiration (s_e).
    full_depth : float or None
        Median depth of the best two full breaths (Amax).
    hold_noise : float or None
        Standard deviation of the waveform in a relaxed pause: sensor and heart (s_h).
    brace_shift : float or None
        Median shift of the level in a brace at effort 5 of 10 (Bref); near 0 in a neutral brace.
    draw_in_shift : float or None
        Median shift in a gentle draw-in (Href), below 0.

    """

    sensor: str
    rest: float
    quiet_depth: float
    noise: float
    full_depth: float | None = None
    hold_noise: float | None = None
    brace_shift: float | None = None
    draw_in_shift: float | None = None


@dataclass(frozen=True, slots=True)
class MmgReference:
    """What the muscles of the wall sound like to one accelerometer.

    Parameters
    ----------
    sensor : str
        Sensor id.
    rest_log, rest_sd_log : float
        Median and 1.4826 times the median absolute deviation, at rest, of the base-10 logarithm
        of the RMS in g.
    brace_log, draw_in_log : float or None
        Median of the logarithm in a brace at effort 5 of 10, and in a gentle draw-in.
    brace_flutter : float or None
        Median of how unevenly such a brace sounds (``Mmg.flutter``).

    """

    sensor: str
    rest_log: float
    rest_sd_log: float
    brace_log: float | None = None
    draw_in_log: float | None = None
    brace_flutter: float | None = None


@dataclass(frozen=True, slots=True)
class Calibration:
    """All that has been learnt; steps that were not done leave ``None`` or nothing.

    Parameters
    ----------
    made : str
        Date and time with zone (ISO 8601) at which it was stored; empty while it is being made.
    posture : Posture
        It holds in this posture only.
    wearables : tuple of str
        Names of the wearables it was made with; it holds until they are taken off.
    levels : tuple of LevelReference
        One for each sensor with a waveform, the best for the belly first.
    mmgs : tuple of MmgReference
        One for each accelerometer that is fast enough.
    rate_per_min : float or None
        Quiet breathing rate.
    polarity : {1, -1, 0}
        Whether the tilt of the belly's IMU rises (1) or falls (-1) with inspiration; 0 where
        nothing was learnt. Its ``LevelReference`` is that of the tilt as it comes, not turned.
    tall_deg, slump_deg : float or None
        Forward lean of the trunk when sitting tall, and when slumped.

    """

    made: str = ""
    posture: Posture = "unknown"
    wearables: tuple[str, ...] = ()
    levels: tuple[LevelReference, ...] = ()
    mmgs: tuple[MmgReference, ...] = ()
    rate_per_min: float | None = None
    polarity: int = 0
    tall_deg: float | None = None
    slump_deg: float | None = None


@dataclass(frozen=True, slots=True)
class Calibrated:
    """From ``t_ns`` on this is what is known; it replaces what was known before."""

    calibration: Calibration
    t_ns: int


@dataclass(frozen=True, slots=True)
class StepJudged:
    """A calibration step was tried and judged. Final; trying again gives another one.

    Parameters
    ----------
    step : StepName
        Which.
    is_accepted : bool
        Whether what was measured is used.
    advice : Advice
        A stable word for what to do next; the words a person reads are made of it at the edge.
        Empty if all is well; an accepted step may still ask for ``"again"``.
    start_ns, end_ns : int
        The try.
    decided_ns : int
        Time of the newest sample that had been pushed when it was judged.

    """

    step: StepName
    is_accepted: bool
    advice: Advice
    start_ns: int
    end_ns: int
    decided_ns: int
