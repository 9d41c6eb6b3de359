"""What is worn, done and marked in each sample: one for each set of sensors and each programme."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from breathsense.core.coaching.schedule import Step, build_schedule
from breathsense.core.coaching.schema import Programme
from breathsense.core.model.inputs import Course, Item, Mark
from breathsense.core.model.labels import NEXT, CheckIn, say_check_in
from breathsense.core.model.sensors import Place
from breathsense.session.programmes import load_programmes
from breathsense.simulation import behaviour as do
from breathsense.simulation.noise import Dice
from breathsense.simulation.practice import obey
from breathsense.simulation.script import Act, Freeze, Lean, Manner

S = 1_000_000_000
Worn = tuple[tuple[str, Place], ...]
BELT: Worn = (("vernier-gdx-rb", "abdomen"),)
TWO_BELTS: Worn = (*BELT, ("vernier-gdx-rb", "chest"))
IMU: Worn = (("witmotion-ble5", "abdomen"),)
WORN_FOR: dict[str, Worn] = {
    "breathe.all_round": TWO_BELTS,
    "core.before_you_move": (*BELT, *IMU),
    "day.posture": IMU,
}
"""What a programme asks for, where a belt round the belly is not the thing."""
CALIBRATED = "programmes/core-fill-the-can"
"""The sample in which the person is calibrated; what practises the core is the same person."""
FIRST_S = 20.0
"""So long the person breathes quietly before a course begins."""
ANSWER_S = 22.0
"""So long the virtual person takes where a key ends a step."""
WATCHED_S = 190.0
"""A posture watch has no end of its own."""
USUAL_S = 60 / 13
"""How long a breath of a virtual person takes."""
HELD_S = 5.0
"""A stop as long as this is held; a shorter one makes the breath slower."""


@dataclass
class Plan:
    """What is worn, done and marked in one sample.

    Parameters
    ----------
    name : str
        Of its file, without the ending, from this folder.
    what : str
        In words.
    worn : tuple
        Profile and place of each wearable.
    seconds : float
        How long.
    programme : str
        What is practised; empty if nothing is.
    calibrates : bool
        The steps of a calibration come first.
    is_led : bool
        The person breathes evenly, as one who is led does.
    acts, items : list
        What the person does, and what is marked, in order of time.

    """

    name: str
    what: str
    worn: Worn
    seconds: float = 120.0
    programme: str = ""
    calibrates: bool = False
    is_led: bool = False
    acts: list[Act] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)


def list_plans() -> Iterator[Plan]:
    """Tell the plans of all samples, the one with the calibration before those that need it."""
    at_rest = "breathing at rest"
    yield Plan("imu-at-rest-2min", f"an IMU on the belly, {at_rest}", (("movesense", "abdomen"),))
    yield Plan(
        "belt-and-imu-at-rest-2min", f"a belt and an IMU on the belly, {at_rest}", (*BELT, *IMU)
    )
    yield Plan(
        "two-belts-at-rest-2min",
        f"a belt round the belly and one round the ribs, {at_rest}",
        TWO_BELTS,
    )
    yield Plan(
        "belt-and-heart-at-rest-2min",
        f"a belt round the belly and a heart strap, {at_rest}",
        (*BELT, ("heart-rate", "chest")),
    )
    programmes = sorted(
        load_programmes().programmes.values(), key=lambda one: (not _calibrates(one), one.id)
    )
    for programme in programmes:
        yield plan_practice(programme)


def plan_practice(programme: Programme) -> Plan:
    """Plan a programme at its first level, well and gently done, with answers before and after."""
    dice = Dice(sum(programme.id.encode()), 7)
    plan = Plan(
        _name(programme),
        f"calibration, then {programme.name}" if _calibrates(programme) else programme.name,
        WORN_FOR.get(programme.id, BELT),
        programme=programme.id,
        calibrates=_calibrates(programme),
        is_led=not programme.id.startswith(("assess.", "core.")),
    )
    t_s = _calibrate(plan, dice) if plan.calibrates else FIRST_S
    _say(plan, t_s, CheckIn("before", {"pain": 2, "stress": 4}))
    if programme.spec.watch is not None:
        t_s = _watch(plan, programme, t_s)
    elif programme.spec.block:
        t_s = _practise(plan, dice, programme, t_s)
    else:
        t_s += ANSWER_S
    _say(plan, t_s + 6, CheckIn("after", {"pain": 1, "stress": 2, "effort": 3}))
    # A course is judged some seconds after its end, when the last breath of it is over.
    plan.seconds = t_s + 20.0
    return plan


def _calibrates(programme: Programme) -> bool:
    return _name(programme) == CALIBRATED


def _name(programme: Programme) -> str:
    return f"programmes/{programme.id.replace('.', '-').replace('_', '-')}"


def _say(plan: Plan, t_s: float, check_in: CheckIn) -> None:
    plan.items.append(Mark(round(t_s * S), say_check_in(check_in)))


def _calibrate(plan: Plan, dice: Dice) -> float:
    """Plan the steps of a calibration; return when they are over."""
    t_s = 3.0
    steps = (("quiet", 60.0, 2.0), ("full", 10.0, 3.0), ("full", 10.0, 6.0), ("pause", 8.0, 8.0),
             ("brace", 5.0, 10.0), ("brace", 5.0, 10.0), ("draw_in", 5.0, 10.0))  # fmt: skip
    for step, seconds, rest_s in steps:
        label = f"calibration.{step}"
        plan.items.append(Mark(round(t_s * S), label, round(seconds * S)))
        plan.acts += obey(dice, label, t_s, seconds)
        t_s += seconds + rest_s
    return t_s


def _watch(plan: Plan, programme: Programme, t_s: float) -> float:
    """Show tall and slump, then slump for longer than the watch bears; return the end."""
    for step, lean_deg in (("tall", 0.0), ("slump", 22.0)):
        plan.items.append(Mark(round(t_s * S), f"calibration.{step}", 6 * S))
        if lean_deg:
            plan.acts.append(Lean(do.ns(t_s), do.ns(t_s + 7), lean_deg))
        t_s += 12.0
    plan.items.append(Course(round(t_s * S), programme.text))
    plan.acts.append(Lean(do.ns(t_s + 20), do.ns(t_s + WATCHED_S - 20), 20.0, rise_s=3, fall_s=2))
    return t_s + WATCHED_S


def _practise(plan: Plan, dice: Dice, programme: Programme, t_s: float) -> float:
    """Plan a course that the person follows; return its end."""
    level = min((one.number for one in programme.spec.level), default=0)
    plan.items.append(Course(round(t_s * S), programme.text, level))
    timed = list(_time_steps(build_schedule(programme, level), t_s))
    for step, _, end_s in timed:
        if step.is_open:
            plan.items.append(Mark(round(end_s * S), NEXT))
    for _, group in groupby(timed, key=lambda one: (one[0].block, one[0].set, one[0].rep)):
        rep = list(group)
        plan.acts += [*_brace(rep, dice), *_move(rep), *_breathe(rep, dice, is_led=plan.is_led)]
    return timed[-1][2]


Timed = tuple[Step, float, float]
"""A step, when it begins and when it ends, in seconds."""


def _time_steps(steps: Sequence[Step], t_s: float) -> Iterator[Timed]:
    for step in steps:
        length_s = step.length_ns / S
        end_s = t_s + (min(length_s, ANSWER_S) if step.is_open else length_s)
        yield step, t_s, end_s
        t_s = end_s


def _brace(rep: Sequence[Timed], dice: Dice) -> list[Act]:
    """Brace as long as a repetition asks for: one brace, whatever is done in it."""
    braced = [
        (start_s, end_s)
        for step, start_s, end_s in rep
        if step.phase.do in {"brace", "brace_breathe"}
    ]
    moves = [end_s for step, _, end_s in rep if step.phase.do == "move"]
    if not braced:
        return []
    end_s = max(one[1] for one in braced)
    if moves:
        end_s = max(*moves, end_s)
    return do.brace(dice, braced[0][0] + 0.2, end_s + 0.3, "expand", "breathing")


def _move(rep: Sequence[Timed]) -> list[Act]:
    """Lean forward and come up again, where something is to be moved."""
    return [
        Lean(do.ns(start_s + 0.3), do.ns(end_s - 0.5), 18.0, belly=0.1, activation=0.1)
        for step, start_s, end_s in rep
        if step.phase.do == "move"
    ]


def _breathe(rep: Sequence[Timed], dice: Dice, *, is_led: bool) -> list[Act]:
    """Breathe at the pace that is asked for, and hold the breath where it is long enough to."""
    acts: list[Act] = []
    lengths = {"inhale": 0.0, "hold_full": 0.0, "exhale": 0.0, "hold_empty": 0.0}
    for step, start_s, end_s in rep:
        phase, length_s = step.phase.do, end_s - start_s
        begun_s = start_s - lengths["inhale"]
        if phase == "hold_full" and not is_led:
            acts += do.deep_breath(begun_s, 2.4)
        elif phase == "hold_full" and length_s >= HELD_S:
            acts.append(Freeze(do.ns(begun_s), do.ns(end_s), "full", 1.3))
        elif phase == "hold_empty" and length_s >= (HELD_S if is_led else 0.0):
            acts += do.hold(dice, start_s - 0.5, end_s, "empty")
        elif phase in lengths:
            lengths[phase] += length_s
    breath_s = sum(lengths.values())
    if is_led and lengths["inhale"]:
        paced = [one for one in rep if one[0].phase.do != "rest"]
        acts.append(
            Manner(
                do.ns(paced[0][1]),
                do.ns(paced[-1][2]),
                rate=USUAL_S / breath_s,
                belly=1.2,
                inhale_fraction=lengths["inhale"] / breath_s,
                pause_fraction=lengths["hold_empty"] / breath_s,
            )
        )
    return acts
