"""What may be practised today, and what these sensors can tell of it: known before it is begun."""

from dataclasses import dataclass, replace
from datetime import date

from breathsense.core.coaching.due import Done, Due, find_level, find_lock, list_due
from breathsense.core.coaching.needs import BLIND, find_missing
from breathsense.core.coaching.plan_spec import PlanSpec, PrescriptionSpec, Stage
from breathsense.core.coaching.schedule import Limits, build_schedule, find_length_ns
from breathsense.core.coaching.schema import Programme
from breathsense.core.coaching.screening import Screening
from breathsense.core.engine import find_leader
from breathsense.core.model.calibration import Calibration
from breathsense.core.model.sensors import Sensor
from breathsense.session.coaching_words import tell_missing
from breathsense.session.programmes import ProgrammeShelf
from breathsense.session.safety_words import tell_lock

NS_PER_MIN = 60_000_000_000
WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class Past:
    """What was practised so far, and why it was stopped: in order of time."""

    done: tuple[Done, ...] = ()
    stops: tuple[tuple[date, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Worn:
    """What is worn, or will be, and what is known of the wearer."""

    title: str = ""
    sensors: tuple[Sensor, ...] = ()
    calibration: Calibration | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """One programme, as a list of them shows it.

    Parameters
    ----------
    programme : Programme
        Which.
    level : int
        At which it is to be begun; 0 for none.
    n_left : int or None
        How many times it is left today; ``None`` if it is not in the plan of this week.
    lock : str
        Why it may not be begun, in words; empty if it may.
    missing : tuple of str
        What the sensors cannot tell of it, a sentence each.
    is_blind : bool
        Whether it asks for braces that the sensors cannot see for this wearer.

    """

    programme: Programme
    level: int
    n_left: int | None = None
    lock: str = ""
    missing: tuple[str, ...] = ()
    is_blind: bool = False

    @property
    def minutes(self) -> int:
        """How long it takes at most, at least a minute; 0 without a course."""
        if not self.programme.spec.block:
            return 0
        steps = build_schedule(self.programme, self.level)
        return max(round(find_length_ns(steps) / NS_PER_MIN), 1)


@dataclass(frozen=True, slots=True)
class Today:
    """All that may be practised today.

    Parameters
    ----------
    stage_name : str
        Of the weeks of the plan that today lies in; empty if the physio chose item by item.
    week, n_weeks : int
        Counted from 1; past the end the last weeks go on.
    due, others : tuple of Offer
        What is in the plan of this week, and everything else.
    code : str
        Of the physio's prescription; empty without one.
    goal : str
        Which way the belly is to go in a brace.
    notes : str
        What the physio wrote to it.
    worn : str
        Name of what the sensors are told of.

    """

    stage_name: str
    week: int
    n_weeks: int
    due: tuple[Offer, ...]
    others: tuple[Offer, ...]
    code: str = ""
    goal: str = "expand"
    notes: str = ""
    worn: str = ""


def choose_level(offer: Offer, level: int) -> Offer:
    """Return the offer at a level; 0 leaves it at its own."""
    return replace(offer, level=level) if level else offer


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What decides about today: all programmes, the physio's word, what the answers allow."""

    shelf: ProgrammeShelf
    prescription: PrescriptionSpec
    screening: Screening

    @property
    def limits(self) -> Limits:
        """The most effort and the longest holds: whichever of both asks for less."""
        given, own = self.prescription.limits, self.screening.limits
        return Limits(min(given.effort, own.effort), min(given.hold_s, own.hold_s))

    @property
    def breath_gap_s(self) -> float:
        """The longest time without a breath in a brace."""
        return min(self.prescription.limits.breath_gap_s, self.screening.breath_gap_s)

    def list_today(self, past: Past, worn: Worn, today: date) -> Today:
        """Put together what may be practised with what is worn."""
        prescription = self.prescription
        plan = self.shelf.plans[prescription.plan]
        first_day = past.done[0].day if past.done else today
        due = list_due(
            plan, prescription, self.screening, self.shelf.programmes, past.done, first_day, today
        )
        week = (today - first_day).days // WEEK_DAYS + 1
        return Today(
            stage_name="" if prescription.item else _find_stage(plan, week).name,
            week=week,
            n_weeks=plan.stage[-1].weeks[1],
            due=tuple(self._offer(one, worn, one.n_left) for one in due),
            others=tuple(self._offer(one, worn, None) for one in self._list_others(due, past)),
            code=prescription.code,
            goal=prescription.goal,
            notes=prescription.notes,
            worn=worn.title,
        )

    def tell_lock(self, programme: Programme) -> str:
        """Say why a programme may not be begun; empty if it may."""
        if self.screening.verdict == "seek_help_now":
            return tell_lock("seek_help_now")
        lock = find_lock(programme, self.prescription, self.screening)
        if not lock and programme.spec.question:
            lock = "is_form"
        return tell_lock(lock)

    def _list_others(self, due: list[Due], past: Past) -> list[Due]:
        """Return what is not in the plan, at the level that the past leads to."""
        planned = {one.programme.id for one in due}
        rules = self.prescription.rules or self.shelf.plans[self.prescription.plan].rules
        return [
            Due(one, find_level(one, 0, past.done, rules), 0)
            for one in self.shelf.programmes.values()
            if one.id not in planned
        ]

    def _offer(self, due: Due, worn: Worn, n_left: int | None) -> Offer:
        spec, leader = due.programme.spec, find_leader(worn.sensors)
        missing = find_missing(spec, worn.sensors, leader, worn.calibration)
        lock = self.tell_lock(due.programme)
        return Offer(
            due.programme, due.level, n_left, lock, tuple(tell_missing(missing)),
            is_blind=BLIND in missing.values(),
        )  # fmt: skip


def _find_stage(plan: PlanSpec, week: int) -> Stage:
    return next((one for one in plan.stage if week <= one.weeks[1]), plan.stage[-1])
