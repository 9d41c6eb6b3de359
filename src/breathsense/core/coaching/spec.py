"""The keys of a programme, table by table: what ``docs/programme-reference.md`` explains.

A programme is blocks of sets of repetitions of phases, so that a paced breath, a ladder of braces
and a list of stretches are one and the same thing to whatever runs it.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from breathsense.core.coaching.cue_words import CueKey
from breathsense.core.profiles.base import Line, Name, Spec, Text

SCHEMA = "breathsense.programme/1"

Kind = Literal["assessment", "breathing", "core", "daily"]
Position = Literal[
    "supine", "prone", "sitting", "standing", "hands_and_knees", "on_the_side", "any"
]
PhaseName = Literal[
    "settle", "free", "inhale", "hold_full", "exhale", "hold_empty",
    "brace", "brace_breathe", "move", "release", "recover", "rest",
]  # fmt: skip
TargetName = Literal[
    "rate_per_min", "depth_quiet", "depth_full", "exhale_s", "pause_s", "inhale_error_s", "lag_s",
    "on_pace", "ie_ratio", "returns", "variability", "ventilation", "stillness", "repeatability",
    "chest_share", "phase_deg", "first_breath",
    "level", "steadiness", "retention", "onset_s", "release_s", "hold_s", "breath_gap_s",
    "breaths_in_hold", "breaths_per_min", "draw_ins", "brace_lead_s",
    "rsa_ms", "comfort",
]  # fmt: skip
Need = Literal["breath", "depth", "full_depth", "brace", "chest", "lean", "heart", "answer"]
Screen = Literal["no_brace", "no_breath_holds", "no_slow_breathing", "no_lying_on_back", "no_curl"]
Stop = Literal[
    "chest_pain", "leg_symptoms", "saddle_numbness", "faint", "headache", "pain_rose", "dizzy",
    "tingling", "air_hunger", "cannot_breathe", "breath_gap", "bulge", "pelvic_pressure",
    "face_strain", "own_wish",
]  # fmt: skip
CueMoment = Literal["start", "end", CueKey]
"""When something is said: at the beginning, at the end, or when this is noticed."""

NEED_OF: dict[str, Need] = {
    "rate_per_min": "breath",
    "exhale_s": "breath",
    "pause_s": "breath",
    "inhale_error_s": "breath",
    "lag_s": "breath",
    "on_pace": "breath",
    "ie_ratio": "breath",
    "variability": "breath",
    "stillness": "breath",
    "first_breath": "depth",
    "depth_quiet": "depth",
    "returns": "full_depth",
    "ventilation": "depth",
    "repeatability": "breath",
    "depth_full": "full_depth",
    "chest_share": "chest",
    "phase_deg": "chest",
    "level": "brace",
    "steadiness": "brace",
    "retention": "brace",
    "onset_s": "brace",
    "release_s": "brace",
    "hold_s": "brace",
    "breath_gap_s": "breath",
    "breaths_in_hold": "breath",
    "breaths_per_min": "breath",
    "draw_ins": "brace",
    "brace_lead_s": "lean",
    "rsa_ms": "heart",
    "comfort": "answer",
}
"""What has to be seen for each target; what the sensors worn cannot tell is said beforehand."""

Seconds = Annotated[float, Meta(ge=0.1, le=3600)]
Count = Annotated[int, Meta(ge=1, le=200)]
Score = Annotated[int, Meta(ge=0, le=10)]
Bound = Annotated[float, Meta(ge=-1e6, le=1e6)]


class Phase(Spec, frozen=True):
    """One thing to do, for ``s`` seconds, or until a key is pressed or the wearer fails.

    ``effort`` is rated by the wearer from 0 to 10; ``breaths`` is how many are to be taken in it.
    """

    do: PhaseName
    s: Seconds | None = None
    until: Literal["time", "key", "fail"] = "time"
    cap_s: Seconds | None = None
    say: Annotated[str, Meta(max_length=160)] = ""
    effort: Score | None = None
    breaths: Annotated[int, Meta(ge=0, le=50)] = 0


class Block(Spec, frozen=True, kw_only=True):
    """Sets of repetitions of phases; ``reps`` has one number for all sets, or one for each."""

    name: Annotated[str, Meta(max_length=80)] = ""
    sets: Count = 1
    reps: Annotated[tuple[Count, ...], Meta(min_length=1, max_length=20)] = (1,)
    rest_s: Annotated[float, Meta(ge=0, le=600)] = 0.0
    phase: Annotated[tuple[Phase, ...], Meta(min_length=1, max_length=20)]


class Target(Spec, frozen=True):
    """What is aimed at; ``least`` or ``most`` or both. Without them the figure is only told."""

    of: TargetName
    least: Bound | None = None
    most: Bound | None = None


class Dose(Spec, frozen=True):
    """How often; pairs are least and most."""

    times_a_day: tuple[Count, Count] = (1, 1)
    days_a_week: tuple[Count, Count] = (7, 7)
    weeks: Count | None = None


class Level(Spec, frozen=True):
    """A step of difficulty: other repetitions, or another length of the phases that are held."""

    number: Annotated[int, Meta(ge=1, le=20)]
    name: Annotated[str, Meta(max_length=80)] = ""
    reps: Annotated[tuple[Count, ...], Meta(max_length=20)] = ()
    hold_s: Seconds | None = None
    paces: Annotated[tuple[Seconds, ...], Meta(max_length=20)] = ()


class Cue(Spec, frozen=True):
    """What is said when something is noticed, or at the beginning and the end."""

    when: CueMoment
    say: Annotated[str, Meta(min_length=1, max_length=160)]


class Watch(Spec, frozen=True):
    """A posture watch: how slumped, for how long, and how rarely it speaks.

    ``for_s`` is told as slouching, ``pause_s`` lies between two reminders, and for ``snooze_s`` it
    is silent when its wearer asks for that.
    """

    slouch_frac: Annotated[float, Meta(gt=0, le=1)] = 0.6
    least_deg: Annotated[float, Meta(ge=1, le=60)] = 10.0
    for_s: Seconds = 120.0
    pause_s: Seconds = 900.0
    most_an_hour: Count = 3
    snooze_s: Seconds = 1800.0


class Question(Spec, frozen=True):
    """A question of a check-in, answered from 0 to 10, or in words if ``is_text``."""

    name: Name
    ask: Line
    when: Literal["before", "after", "both"] = "both"
    is_text: bool = False


class ProgrammeSpec(Spec, frozen=True):
    """A programme; exactly one of ``block``, ``watch`` and ``question`` says what is done."""

    schema: Literal["breathsense.programme/1"]
    id: Annotated[str, Meta(pattern=r"^[a-z]+\.[a-z0-9_]{1,40}$")]
    name: Line
    kind: Kind
    about: Annotated[str, Meta(min_length=1, max_length=400)]
    positions: Annotated[tuple[Position, ...], Meta(min_length=1, max_length=7)]
    evidence: Text = ""
    note: Text = ""
    locked_by: tuple[Screen, ...] = ()
    needs_approval: bool = False
    dose: Dose = msgspec.field(default_factory=Dose)
    block: Annotated[tuple[Block, ...], Meta(max_length=30)] = ()
    watch: Watch | None = None
    question: Annotated[tuple[Question, ...], Meta(max_length=20)] = ()
    level: Annotated[tuple[Level, ...], Meta(max_length=20)] = ()
    target: Annotated[tuple[Target, ...], Meta(max_length=20)] = ()
    cue: Annotated[tuple[Cue, ...], Meta(max_length=20)] = ()
    stops: tuple[Stop, ...] = ()
