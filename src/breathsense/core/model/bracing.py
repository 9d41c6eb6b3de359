"""Braces and draw-ins, holds of them, and what the trunk does. Facts are final (see ``events``)."""

from dataclasses import dataclass
from typing import Literal

Direction = Literal["expand", "neutral", "draw_in", "unknown"]
BraceBreathing = Literal["breathing", "not_seen", "unknown"]
ReachWay = Literal["forward", "back", "left", "right"]
LevelDoubt = Literal["", "drift", "slip", "posture", "no_baseline"]
WallState = Literal["rest", "brace", "draw_in", "full_hold", "cannot_tell"]


@dataclass(frozen=True, slots=True)
class BraceStart:
    """The abdominal wall was firmed, or drawn in. Final.

    Parameters
    ----------
    number : int
        Counts the braces of the session, from 0; joins it with its ``BraceEnd``.
    start_ns : int
        Onset.
    direction : Direction
        Which way the belly went; ``"unknown"`` where the sensors cannot tell. Decided with it.
    quality : float
        0 (do not trust) to 1.
    decided_ns : int
        Time of the newest sample that had been pushed when it was reported.
    tells_breaths : bool
        Whether the breaths inside it are told as ``BraceBreath``: then those that the leading
        sensor tells from ``decided_ns`` on until that of its ``BraceEnd`` do not count.

    """

    number: int
    start_ns: int
    direction: Direction
    quality: float
    decided_ns: int
    tells_breaths: bool = False


@dataclass(frozen=True, slots=True)
class BraceBreath:
    """A breath inside a brace, told once its end of inspiration is sure. Final.

    Parameters
    ----------
    sensor : str
        The leading sensor, in whose place it is told.
    number : int
        Of the ``BraceStart``.
    inhale_start_ns, peak_ns : int
        Start and end of inspiration.
    depth : float
        In the unit of the leading sensor; what another sensor sees is taken as a share of the depth
        of a quiet breath.
    quality : float
        0 to 1.
    decided_ns : int
        See ``BraceStart``.

    """

    sensor: str
    number: int
    inhale_start_ns: int
    peak_ns: int
    depth: float
    quality: float
    decided_ns: int


@dataclass(frozen=True, slots=True)
class BraceEnd:
    """The brace with this number was let go, and what it was like. Final.

    Parameters
    ----------
    number : int
        Of its ``BraceStart``.
    end_ns : int
        Release.
    breathing : BraceBreathing
        Whether breathing was seen to go on; ``"not_seen"`` is not yet "held".
    level : float or None
        Median level as a share of the wearer's own reference; ``None`` where it is not known.
    steadiness : float or None
        Coefficient of variation of the level, breathing removed.
    retention : float or None
        Last level as a share of the first.
    longest_gap_ns : int
        Longest time without a breath cycle inside it.
    n_breaths : int
        Breaths seen inside it.
    quality : float
        0 to 1.
    decided_ns : int
        See ``BraceStart``.

    """

    number: int
    end_ns: int
    breathing: BraceBreathing
    level: float | None
    steadiness: float | None
    retention: float | None
    longest_gap_ns: int
    n_breaths: int
    quality: float
    decided_ns: int


@dataclass(frozen=True, slots=True)
class BraceHint:
    """What the wall seems to do right now: for the screen only, may be withdrawn.

    Parameters
    ----------
    state : WallState
        ``"cannot_tell"`` comes with a reason.
    direction : Direction
        Which way the belly is, against rest.
    level : float or None
        Share of the wearer's own reference, breathing removed.
    breathing : BraceBreathing
        Since the brace began.
    gap_ns : int
        Time since a breath was last seen to go on.
    reason : str
        Why it cannot be told, a word as in ``Unscored``; empty otherwise.
    t_ns : int
        When.

    """

    state: WallState
    direction: Direction
    level: float | None
    breathing: BraceBreathing
    gap_ns: int
    reason: str
    t_ns: int


@dataclass(frozen=True, slots=True)
class HoldScored:
    """The quality of one held brace, 0 to 100, with its parts. Final.

    Parts are 0 to 1; ``None`` where the sensors cannot tell, and then the others are stretched.
    ``is_level_doubtful`` says that level, steadiness and retention are grey, and ``doubt`` why: the
    baseline was found elsewhere, the band slipped, or the trunk leans otherwise than it did there.
    """

    number: int
    score: float
    level: float | None
    steadiness: float | None
    retention: float | None
    breathing: float | None
    onset_ns: int | None
    is_level_doubtful: bool
    decided_ns: int
    doubt: LevelDoubt = ""


@dataclass(frozen=True, slots=True)
class SetScored:
    """The quality of the holds between two baselines (``rezero``), together. Final.

    Parameters
    ----------
    number : int
        Counts the sets with holds, from 0.
    start_ns, end_ns : int
        Onset of the first hold and release of the last.
    n_holds : int
        Holds that were scored.
    score : float
        Mean of theirs, 0 to 100.
    level, steadiness, retention, breathing : float or None
        Means of the parts that were told, 0 to 1.
    doubt : LevelDoubt
        Why level, steadiness and retention are grey; empty if they are not. ``"no_baseline"``: no
        quiet breaths after the set, so nobody knows whether the band has moved in it.
    decided_ns : int
        See ``BraceStart``.

    """

    number: int
    start_ns: int
    end_ns: int
    n_holds: int
    score: float
    level: float | None
    steadiness: float | None
    retention: float | None
    breathing: float | None
    doubt: LevelDoubt
    decided_ns: int


@dataclass(frozen=True, slots=True)
class BendStart:
    """The trunk began to bend; its ``Bend`` follows when it is over. Final.

    ``start_ns`` is the onset, that of the ``Bend`` too.
    """

    sensor: str
    start_ns: int
    decided_ns: int


@dataclass(frozen=True, slots=True)
class Bend:
    """The trunk was bent, or a load lifted. Final.

    Parameters
    ----------
    sensor : str
        IMU that saw it.
    start_ns, end_ns : int
        Of the movement.
    forward_deg, sideways_deg : float
        How far at the farthest, from where the trunk was before; to the right is positive.
    decided_ns : int
        See ``BraceStart``.

    """

    sensor: str
    start_ns: int
    end_ns: int
    forward_deg: float
    sideways_deg: float
    decided_ns: int


@dataclass(frozen=True, slots=True)
class BraceBeforeLoad:
    """Whether a brace came 0.2 to 2 s before a bend. Final.

    ``lead_ns`` is the time from the onset of the brace to that of the bend, ``None`` without one.
    ``brace_number`` is ``None`` too where a firm wall was heard so shortly before the bend that it
    was not told as a brace of its own.
    """

    bend_start_ns: int
    brace_number: int | None
    lead_ns: int | None
    is_in_time: bool
    decided_ns: int


@dataclass(frozen=True, slots=True)
class PostureHint:
    """How the trunk leans right now: for the screen only.

    ``slouch_frac`` is the place between the wearer's own tall (0) and slump (1), ``None`` where
    these are not known. Until ``is_forward_known`` only the size of the lean means something.
    """

    sensor: str
    forward_deg: float
    sideways_deg: float
    slouch_frac: float | None
    is_forward_known: bool
    t_ns: int


@dataclass(frozen=True, slots=True)
class Slouched:
    """The trunk has been slumped for long, on and on. Final; told once for each stretch.

    Reminders are fewer than that: only where ``is_reminder``.
    """

    sensor: str
    start_ns: int
    slouch_frac: float
    is_reminder: bool
    decided_ns: int


@dataclass(frozen=True, slots=True)
class PostureRange:
    """The wearer showed tall or slump. Final; each time is told.

    Forward leans from where the wearer began; ``None`` where it was not shown yet. Only their
    difference is worth keeping: another session begins elsewhere.
    """

    sensor: str
    tall_deg: float | None
    slump_deg: float | None
    decided_ns: int


@dataclass(frozen=True, slots=True)
class MobilityReach:
    """How far the trunk reached in one direction, in a marked span. Final.

    Parameters
    ----------
    sensor : str
        IMU that saw it.
    way : ReachWay
        Where the wearer was asked to bend to.
    tries_deg : tuple of float
        Reach of each try, from where the trunk was at the start; empty if nothing was seen. The
        largest counts; ``core.posture.mobility.find_repeatability`` tells how well they repeat.
    start_ns, end_ns : int
        The span.
    decided_ns : int
        See ``BraceStart``.

    """

    sensor: str
    way: ReachWay
    tries_deg: tuple[float, ...]
    start_ns: int
    end_ns: int
    decided_ns: int
