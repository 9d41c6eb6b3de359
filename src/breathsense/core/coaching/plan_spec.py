"""The keys of a plan over weeks, and of a physio's prescription."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from breathsense.core.coaching.spec import Count, Seconds
from breathsense.core.profiles.base import Line, Spec, Text

PLAN_SCHEMA = "breathsense.plan/1"
PRESCRIPTION_SCHEMA = "breathsense.prescription/1"

ProgrammeId = Annotated[str, Meta(pattern=r"^[a-z]+\.[a-z0-9_]{1,40}$")]
Goal = Literal["expand", "neutral", "draw_in"]


class Item(Spec, frozen=True, kw_only=True):
    """A programme that is due: so many times on so many days of the week.

    ``level`` is where it begins; the rules of progress lead on from there.
    """

    programme: ProgrammeId
    level: Annotated[int, Meta(ge=0, le=20)] = 0
    times_a_day: Count = 1
    days_a_week: Annotated[int, Meta(ge=1, le=7)] = 7


class Stage(Spec, frozen=True, kw_only=True):
    """Some weeks of a plan, first and last, counted from 1, and what is due in them."""

    weeks: tuple[Count, Count]
    name: Annotated[str, Meta(max_length=80)] = ""
    item: Annotated[tuple[Item, ...], Meta(min_length=1, max_length=20)]


class Rules(Spec, frozen=True):
    """When a programme goes up a level, and when down.

    Up: ``least_score`` was reached in ``good`` of the last ``of`` sessions of it, pain did not
    rise by more than ``most_pain_rise`` in any of them, and none was stopped. Down: after a stop.
    """

    least_score: Annotated[float, Meta(ge=0, le=100)] = 75.0
    good: Count = 3
    of: Count = 4
    most_pain_rise: Annotated[int, Meta(ge=0, le=10)] = 1


class PlanSpec(Spec, frozen=True, kw_only=True):
    """What is due in which week."""

    schema: Literal["breathsense.plan/1"]
    id: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,40}$")]
    name: Line
    about: Text = ""
    stage: Annotated[tuple[Stage, ...], Meta(min_length=1, max_length=52)]
    rules: Rules = msgspec.field(default_factory=Rules)


class LimitsSpec(Spec, frozen=True):
    """The most that is allowed; what is left out is as the programmes have it."""

    effort: Annotated[int, Meta(ge=1, le=10)] = 10
    hold_s: Seconds = 60.0
    breath_gap_s: Seconds = 10.0


class PrescriptionSpec(Spec, frozen=True, kw_only=True):
    """What a physio sets for one person; ``code`` is a pseudonym, never a name.

    ``goal`` is the way the belly is to go in a brace. ``approve`` opens programmes that ask for a
    physio's word, ``lock`` closes programmes. With items of its own it replaces the plan's.
    """

    schema: Literal["breathsense.prescription/1"]
    code: Annotated[str, Meta(max_length=40)] = ""
    goal: Goal = "expand"
    plan: Annotated[str, Meta(max_length=41)] = "eight_weeks"
    approve: Annotated[tuple[ProgrammeId, ...], Meta(max_length=60)] = ()
    lock: Annotated[tuple[ProgrammeId, ...], Meta(max_length=60)] = ()
    limits: LimitsSpec = msgspec.field(default_factory=LimitsSpec)
    item: Annotated[tuple[Item, ...], Meta(max_length=20)] = ()
    rules: Rules | None = None
    notes: Text = ""
