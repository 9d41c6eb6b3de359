"""What a screen may see of a session: immutable, whole, pulled at the screen's own rate."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from breathsense.core.model.bracing import (
    BraceBreathing,
    Direction,
    HoldScored,
    MobilityReach,
    PostureHint,
    SetScored,
    WallState,
)
from breathsense.core.model.calibration import Calibration, StepJudged
from breathsense.core.model.coaching import Cue
from breathsense.core.model.inputs import LinkState, Mark
from breathsense.core.model.samples import Gap, Times, Timing, Values
from breathsense.core.model.sensors import Place

if TYPE_CHECKING:  # all events with it: a screen needs them later
    from breathsense.core.model.events import Phase
    from breathsense.session.course import CourseView


@dataclass(frozen=True, slots=True)
class WearableView:
    """One wearable as the status line shows it.

    Parameters
    ----------
    id, name, profile_name : str
        Of the wearable.
    link, detail : LinkState, str
        How the link is, and why.
    battery_pct : float or None
        As the wearable told last.
    rate_hz : float or None
        Measured from the samples of the last seconds.
    n_rejected, last_rejection : int, str
        Packets that could not be decoded, and why the newest one could not.
    place : Place
        Where it is worn.
    bytes_per_s : float or None
        What its notifications carried over the last seconds.
    lost_frac : float or None
        Part of its samples that were lost on the way in this session, by counters, stamps and
        lateness; what a broken link cost is not in it but in the gaps.
    timing : Timing or None
        How its clock runs beside the computer's, of its main stream.
    warnings : tuple of str
        All that its wearer was to be told so far, oldest first: battery, firmware.

    """

    id: str
    name: str
    profile_name: str
    link: LinkState
    detail: str
    battery_pct: float | None
    rate_hz: float | None
    n_rejected: int
    last_rejection: str
    place: Place = "abdomen"
    bytes_per_s: float | None = None
    lost_frac: float | None = None
    timing: Timing | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BreathView:
    """A breath inside the trace; ``end_ns`` is ``None`` while it is open."""

    inhale_start_ns: int
    peak_ns: int
    end_ns: int | None
    depth: float


@dataclass(frozen=True, slots=True)
class BraceView:
    """A brace or draw-in inside the trace; ``end_ns`` and what comes with it while it is open."""

    start_ns: int
    end_ns: int | None
    direction: Direction
    breathing: BraceBreathing = "unknown"
    level: float | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class WallView:
    """What the abdominal wall seems to do, and what it did.

    Parameters
    ----------
    state, reason : WallState, str
        As in ``BraceHint``; before anything was told it is ``"cannot_tell"``, ``"settling"``.
    direction, level, breathing : Direction, float or None, BraceBreathing
        As in ``BraceHint``.
    moved_ns : int or None
        When a breathing movement was last seen by any sensor; ``None`` while the usual size of
        the wearer's breaths is not known.
    braces : tuple of BraceView
        Those that lie in the trace, oldest first.
    n_braces : int
        All of the session.
    hold : HoldScored or None
        The newest hold that was scored.
    latest_set : SetScored or None
        The newest set that was scored, where no hold was after it.
    posture : PostureHint or None
        How the trunk leans, where an accelerometer tells.
    goal : str
        Which way the belly is to go in a brace (``CourseBegan.goal``); empty while none is set.

    """

    state: WallState = "cannot_tell"
    reason: str = "settling"
    direction: Direction = "unknown"
    level: float | None = None
    breathing: BraceBreathing = "unknown"
    moved_ns: int | None = None
    braces: tuple[BraceView, ...] = ()
    n_braces: int = 0
    hold: HoldScored | None = None
    latest_set: SetScored | None = None
    posture: PostureHint | None = None
    goal: str = ""


@dataclass(frozen=True, slots=True)
class TrunkView:
    """What the trunk did, where a motion sensor tells; for the posture watch and the reaches.

    Parameters
    ----------
    posture : PostureHint or None
        The newest.
    is_tall_known, is_slump_known : bool
        Whether the wearer has shown them.
    is_slumped : bool
        Whether it is told to have been slumped for long, and was not seen to change since.
    reminded_ns : int or None
        When a reminder was last due.
    n_slouches, n_changes : int
        Long slouches; changes of position.
    changed_ns : int or None
        When it last changed.
    watched_ns : int
        How long the trunk was seen since tall and slump are known.
    reaches : tuple of MobilityReach
        The newest of each way.

    """

    posture: PostureHint | None = None
    is_tall_known: bool = False
    is_slump_known: bool = False
    is_slumped: bool = False
    reminded_ns: int | None = None
    n_slouches: int = 0
    n_changes: int = 0
    changed_ns: int | None = None
    watched_ns: int = 0
    reaches: tuple[MobilityReach, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordingView:
    """The recording that is being written; ``problem`` is empty while all goes well."""

    path: Path
    n_bytes: int
    problem: str


@dataclass(frozen=True, slots=True)
class LiveView:
    """One instant of a session.

    Parameters
    ----------
    now_ns : int
        Session time of the newest thing known (live: of the host's clock).
    sensor, unit : str
        The sensor whose waveform leads; empty until there is one.
    t_ns, values : arrays, shape (n,)
        Its waveform over the last minute or so, for the trace.
    breaths : tuple of BreathView
        Those that lie in the trace, oldest first.
    n_breaths : int
        All of the session.
    phase, phase_since_ns : Phase, int
        What the person seems to do right now and since when.
    rate_per_min : float or None
        ``None`` where it is not known; ``why_no_rate`` then says why.
    gaps : tuple of Gap
        Those that lie in the trace.
    wearables : tuple of WearableView
        In the order of the setup.
    recording : RecordingView or None
        ``None`` if nothing is being written.
    is_over, problem : bool, str
        Whether the source has ended and, if that was not meant, why.
    duration_ns : int or None
        Length of the whole, where it is known (replay).
    calibration : Calibration or None
        What is known of the wearer now.
    judged : tuple of StepJudged
        The newest calibration steps, oldest first.
    trouble : str
        What seems to be the matter right now, a word as in ``QualityHint``; empty if nothing is.
    wall : WallView
        What the abdominal wall does.
    marks : tuple of Mark
        Those that lie in the trace, oldest first.
    cue : Cue or None
        The one thing that the programme has to say now.
    course : CourseView or None
        The programme that runs, or was run last.
    trunk : TrunkView
        What the trunk did.

    """

    now_ns: int
    sensor: str
    unit: str
    t_ns: Times
    values: Values
    breaths: tuple[BreathView, ...]
    n_breaths: int
    phase: "Phase"
    phase_since_ns: int
    rate_per_min: float | None
    why_no_rate: str
    gaps: tuple[Gap, ...]
    wearables: tuple[WearableView, ...]
    recording: RecordingView | None
    is_over: bool
    problem: str
    duration_ns: int | None = None
    calibration: Calibration | None = None
    judged: tuple[StepJudged, ...] = ()
    trouble: str = ""
    wall: WallView = WallView()
    marks: tuple[Mark, ...] = ()
    cue: Cue | None = None
    course: "CourseView | None" = None
    trunk: TrunkView = TrunkView()
