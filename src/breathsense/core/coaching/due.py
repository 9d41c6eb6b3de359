"""What is due today, and at which level: a plan, a prescription and what was done so far."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from breathsense.core.coaching.plan import Programmes
from breathsense.core.coaching.plan_spec import Item, PlanSpec, PrescriptionSpec, Rules
from breathsense.core.coaching.schema import Programme
from breathsense.core.coaching.screening import Screening
from breathsense.core.model.labels import OWN_WISH

WEEK_DAYS = 7
HALF = 0.5
"""What was broken off before that, for no reason of the body, is still due."""


@dataclass(frozen=True, slots=True)
class Done:
    """One practice of the past.

    Parameters
    ----------
    day : date
        When.
    programme : str
        Which.
    level : int
        At which level; 0 for none.
    score : float or None
        0 to 100; ``None`` where the sensors could not tell.
    pain_rise : int
        Answer after minus answer before; 0 if it was not asked.
    stop : str
        Why it was stopped, as it was logged; empty if it came to its end.
    done_frac : float
        How many of its steps were done.

    """

    day: date
    programme: str
    level: int = 0
    score: float | None = None
    pain_rise: int = 0
    stop: str = ""
    done_frac: float = 1.0

    @property
    def is_for_the_body(self) -> bool:
        """Whether it was stopped because something was not well."""
        return self.stop not in {"", OWN_WISH}

    @property
    def is_enough(self) -> bool:
        """Whether it need not be done again today.

        What the body did not want is not asked of it a second time; what was merely broken off in
        its first half is.
        """
        return self.stop != OWN_WISH or self.done_frac >= HALF


@dataclass(frozen=True, slots=True)
class Due:
    """One thing for today.

    Parameters
    ----------
    programme : Programme
        What.
    level : int
        At which level; 0 for none.
    n_left : int
        How many times are left today; 0 when it is done, or not due any more this week.
    lock : str
        Why it may not be begun, a word: ``"locked"``, ``"approval"`` or one of the screens.

    """

    programme: Programme
    level: int
    n_left: int
    lock: str = ""


def list_due(
    plan: PlanSpec,
    prescription: PrescriptionSpec,
    screening: Screening,
    programmes: Programmes,
    history: Sequence[Done],
    first_day: date,
    today: date,
) -> list[Due]:
    """Return what is due today, in the order of the plan.

    Parameters
    ----------
    plan, prescription : PlanSpec, PrescriptionSpec
        The prescription's own items come instead of the plan's.
    screening : Screening
        What the wearer's answers allow.
    programmes : mapping of str to Programme
        All there are.
    history : sequence of Done
        In order of time.
    first_day, today : date
        When the plan began; before that day nothing is due.

    """
    rules = prescription.rules or plan.rules
    due = []
    for item in prescription.item or find_stage_items(plan, first_day, today):
        programme = programmes[item.programme]
        level = find_level(programme, item.level, history, rules)
        lock = find_lock(programme, prescription, screening)
        due.append(Due(programme, level, _count_left(item, history, today), lock))
    return due


def find_stage_items(plan: PlanSpec, first_day: date, today: date) -> tuple[Item, ...]:
    """Return the items of the week that today is in; after the end those of the last weeks."""
    week = (today - first_day).days // WEEK_DAYS + 1
    if week < 1:
        return ()
    for stage in plan.stage:
        if week <= stage.weeks[1]:
            return stage.item
    return plan.stage[-1].item


def find_lock(programme: Programme, prescription: PrescriptionSpec, screening: Screening) -> str:
    """Return why a programme may not be begun, ``""`` if it may."""
    spec = programme.spec
    is_approved = programme.id in prescription.approve
    if programme.id in prescription.lock:
        return "locked"
    for screen in spec.locked_by:
        if screen in screening.locks:
            return screen
        if screen in screening.locks_until_approved and not is_approved:
            return screen
    return "approval" if spec.needs_approval and not is_approved else ""


def find_level(
    programme: Programme, first_level: int, history: Iterable[Done], rules: Rules
) -> int:
    """Return the level to practise at.

    One up after good sessions; one down after a stop for a reason of the body (pain, dizziness, no
    breath). Sessions that could not be scored, and those that were broken off because it was
    enough, count neither way.
    """
    if not programme.levels:
        return 0
    level = min(max(first_level, 1), programme.levels[-1])
    good: list[bool] = []
    for one in history:
        if one.programme != programme.id:
            continue
        if one.is_for_the_body:
            level, good = max(level - 1, 1), []
        elif not one.stop and one.score is not None and one.level == level:
            good.append(one.score >= rules.least_score and one.pain_rise <= rules.most_pain_rise)
        recent = good[-rules.of :]
        if sum(recent) >= rules.good and level < programme.levels[-1]:
            level, good = level + 1, []
    return level


def _count_left(item: Item, history: Sequence[Done], today: date) -> int:
    monday = today - timedelta(days=today.weekday())
    done = [one.day for one in history if one.programme == item.programme and one.is_enough]
    earlier = {day for day in done if monday <= day < today}
    if len(earlier) >= item.days_a_week:
        return 0
    return max(0, item.times_a_day - done.count(today))
