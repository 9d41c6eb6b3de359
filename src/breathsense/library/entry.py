"""What a list of recordings knows of each: a few figures and words, told from its events."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from breathsense.core.coaching.due import Done
from breathsense.core.model.sensors import Place, Sensor


@dataclass(frozen=True, slots=True)
class CourseSeen:
    """A programme as it was practised in a session.

    Parameters
    ----------
    programme, name : str
        Id, and the name that people know.
    level : int
        0 for none.
    started : datetime
        With zone.
    length_s : float
        From its begin to its end, pauses with it.
    ended : str
        Empty when it came to its end, else why it was stopped.
    score, usable_frac : float or None
        As judged (``CourseJudged``); ``None`` where it was not.
    figures : dict of str to float
        Those that could be told, by the names of the targets, such as ``"lag_s"``.

    """

    programme: str
    name: str
    level: int
    started: datetime
    length_s: float
    ended: str
    score: float | None = None
    usable_frac: float | None = None
    figures: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SessionEntry:
    """One recording, as lists, searches and progress know it.

    Figures are those of the one-page report (``exports.overview``), ``None`` where the recording
    has too little to go by; breaths set by hand count as they were set.

    Parameters
    ----------
    path : Path
        The file.
    key : str
        Stays the same when the file is moved; random, or told from the path where nothing can be
        read.
    started : datetime
        Wall clock at its beginning, with zone; of a file that cannot be read, when it changed.
    title : str
        The name that the person gave it; empty if none was given.
    labels : tuple of str
        The words that the person put on it.
    duration_s : float
        From the first sample to the last.
    size_bytes : int
        Of the file.
    is_unfinished, is_sample, is_trashed, is_virtual : bool
        Whether it was never closed (or is being written), comes with the program, lies in the
        trash, was made with virtual wearables, as a demo is.
    is_read : bool
        False while its figures have yet to be told: the file is new or has changed.
    trouble : str
        Why it cannot be read, or what is wrong with what can; empty if nothing is.
    sensors : tuple of Sensor
        What was worn.
    postures : tuple of str
        Of the calibrations that held in it.
    calibration : str or None
        Tells one calibration from the next, by the time it was made: figures in the sensor's own
        unit compare only within one.
    n_breaths : int
        Of fair quality.
    rate_per_min, depth : float or None
        Medians.
    unit : str
        Of the depth.
    depth_pct : float or None
        The depth as a share of the calibrated full breath, in percent.
    n_holds, n_draw_ins : int
        Braces that ended; draw-ins.
    hold_s_total, hold_s : float, float or None
        All braces together, and their median.
    retention : float or None
        Median of the braces' (last level as a share of the first).
    longest_gap_s : float or None
        Longest time without a breath inside a brace.
    bolt_s : float or None
        The comfortable breath pause, if it was practised.
    done : tuple of Done
        What was practised, as plans and levels count it.
    courses : tuple of CourseSeen
        The same with its figures, and with what the recording breaks off in left out.
    before, after : dict of str to int
        Answers of the check-ins, 0 to 10: ``"pain"``, ``"stress"`` ...
    stops : tuple of str
        Why courses were stopped, as it was logged.
    notes : tuple of str
        Free words that were set as marks while it ran.
    reaches : dict of str to float
        How far the trunk was bent when that was asked for, in degrees, by the way: ``"forward"``
        ...; the best of the newest tries.
    worn_frac, usable_frac : float or None
        Share of the time in which the sensors were worn and heard, and in which all was scored.

    """

    path: Path
    key: str
    started: datetime
    title: str = ""
    labels: tuple[str, ...] = ()
    duration_s: float = 0.0
    size_bytes: int = 0
    is_unfinished: bool = False
    is_sample: bool = False
    is_trashed: bool = False
    is_virtual: bool = False
    is_read: bool = True
    trouble: str = ""
    sensors: tuple[Sensor, ...] = ()
    postures: tuple[str, ...] = ()
    calibration: str | None = None
    n_breaths: int = 0
    rate_per_min: float | None = None
    depth: float | None = None
    unit: str = ""
    depth_pct: float | None = None
    n_holds: int = 0
    n_draw_ins: int = 0
    hold_s_total: float = 0.0
    hold_s: float | None = None
    retention: float | None = None
    longest_gap_s: float | None = None
    bolt_s: float | None = None
    done: tuple[Done, ...] = ()
    courses: tuple[CourseSeen, ...] = ()
    before: dict[str, int] = field(default_factory=dict)
    after: dict[str, int] = field(default_factory=dict)
    stops: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    reaches: dict[str, float] = field(default_factory=dict)
    worn_frac: float | None = None
    usable_frac: float | None = None

    @property
    def is_own(self) -> bool:
        """Whether it tells of the person: plans, days and trends go by no other."""
        return not (self.is_trashed or self.is_sample or self.is_virtual)

    @property
    def places(self) -> tuple[Place, ...]:
        """Where the sensors were worn, each place once."""
        return tuple(dict.fromkeys(one.place for one in self.sensors))
