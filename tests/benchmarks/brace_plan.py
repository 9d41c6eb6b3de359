"""What somebody does in a session of bracing, and what the app told them when: the plan of a case.

A plan is acts for the virtual person, marks as the app would have written them, and the truth.
Nothing in it knows how braces are found. Times are s.
"""

from dataclasses import dataclass, field
from typing import Any

from breathsense.simulation import behaviour as do
from breathsense.simulation.behaviour import BreathIn
from breathsense.simulation.noise import Dice
from breathsense.simulation.people import Difficulty
from breathsense.simulation.script import Act, Way

WAYS: tuple[Way, ...] = ("expand", "neutral", "draw_in")
BREATHS: tuple[BreathIn, ...] = (
    *("breathing",) * 5,
    *("held",) * 3,
    *("counting",) * 2,
    "ribs",
)
DISTRACTORS: dict[Difficulty, tuple[str, ...]] = {
    "easy": ("sigh", "hold_full", "talk", "cough", "slump"),
    "medium": (
        *("sigh", "hold_full", "hold_empty", "talk", "talk", "cough", "laugh", "fidget", "fidget"),
        *("slump", "sit_tall", "turn", "bend", "deep_breaths"),
    ),
    "hard": (
        *("sigh", "hold_full", "hold_empty", "talk", "talk", "cough", "laugh", "fidget", "fidget"),
        *("slump", "sit_tall", "turn", "bend", "lift", "walk", "blow_out", "slip", "deep_breaths"),
    ),
}
UNFOLLOWED = {"easy": 0.1, "medium": 0.2, "hard": 0.3}
UNPROMPTED = {"easy": 0.2, "medium": 0.3, "hard": 0.3}
BUSY = {"easy": 0.35, "medium": 0.6, "hard": 0.8}
"""Chance of a distractor between two exercises, and during a prompt that nobody follows."""
CALIBRATION_S = 152.0
"""About how long a calibration takes."""


@dataclass
class Plan:
    """A session under construction; ``t_s`` is where the next thing begins."""

    dice: Dice
    difficulty: Difficulty
    ways: tuple[Way, ...] = WAYS
    t_s: float = 0.0
    acts: list[Act] = field(default_factory=list)
    marks: list[tuple[float, float, str]] = field(default_factory=list)
    braces: list[dict[str, Any]] = field(default_factory=list)
    distractors: list[dict[str, Any]] = field(default_factory=list)

    def mark(self, label: str, seconds: float = 0.0) -> None:
        """Let the app write a mark."""
        self.marks.append((self.t_s, seconds, label))

    def wait(self, low_s: float, high_s: float) -> None:
        """Let nothing happen for a while."""
        self.t_s += self.dice.uniform(low_s, high_s)

    def brace(self, seconds: float, way: Way, breath: BreathIn, **facts: Any) -> None:
        """Brace from now on."""
        effort = facts.setdefault("effort", 1.0)
        end_s = self.t_s + seconds
        self.acts += do.brace(self.dice, self.t_s, end_s, way, breath, effort)
        truth = {"start_s": self.t_s, "end_s": end_s, "direction": way, "breath": breath}
        self.braces.append(truth | {"prompted": False, "calibration": False} | facts)
        self.t_s = end_s

    def distract(self, kind: str) -> None:
        """Do something that is no brace."""
        start_s = self.t_s
        acts, self.t_s = make_distractor(self.dice, kind, start_s)
        self.acts += acts
        self.distractors.append({"kind": kind, "start_s": start_s, "end_s": self.t_s})


def make_distractor(dice: Dice, kind: str, start_s: float) -> tuple[list[Act], float]:
    """Return the acts of a distractor, and when it is over."""
    lasting = {
        "hold_full": (5.0, 12.0),
        "hold_empty": (4.0, 9.0),
        "talk": (6.0, 20.0),
        "laugh": (1.5, 5.0),
        "fidget": (1.0, 6.0),
        "slump": (8.0, 30.0),
        "sit_tall": (6.0, 25.0),
        "turn": (1.5, 4.0),
        "bend": (2.5, 5.0),
        "lift": (2.5, 5.0),
        "walk": (8.0, 20.0),
        "blow_out": (2.0, 4.0),
    }
    seconds = dice.uniform(*lasting.get(kind, (0.0, 0.0)))
    end_s = start_s + seconds
    makers = {
        "hold_full": lambda: do.hold(dice, start_s, end_s, "full"),
        "hold_empty": lambda: do.hold(dice, start_s, end_s, "empty"),
        "talk": lambda: do.talk(dice, start_s, end_s),
        "laugh": lambda: do.laugh(dice, start_s, end_s),
        "fidget": lambda: do.fidget(dice, start_s, end_s),
        "slump": lambda: do.slump(dice, start_s, end_s),
        "sit_tall": lambda: do.sit_tall(dice, start_s, end_s),
        "turn": lambda: do.turn(dice, start_s, end_s),
        "bend": lambda: do.bend(dice, start_s, end_s),
        "lift": lambda: do.bend(dice, start_s, end_s, load=dice.uniform(0.3, 1.0)),
        "walk": lambda: do.walk(dice, start_s, end_s),
        "blow_out": lambda: do.blow_out(dice, start_s, end_s),
    }
    if kind in makers:
        return makers[kind](), end_s + 1.5
    if kind == "cough":
        return do.cough(dice, start_s)
    if kind == "slip":
        return do.slip(dice, start_s), start_s + 3.0
    if kind == "sigh":
        return do.deep_breath(start_s, dice.uniform(2.0, 3.5)), start_s + 6.0
    deep = [do.deep_breath(start_s + 6.0 * k, dice.uniform(1.6, 3.0)) for k in range(4)]
    return [act for acts in deep for act in acts], start_s + 26.0


def plan_calibration(plan: Plan) -> None:
    """Calibrate as the protocol says: quiet, full, pause, brace, draw-in."""
    dice, is_hard = plan.dice, plan.difficulty == "hard"
    plan.wait(2.0, 5.0)
    plan.mark("calibration.quiet", 60.0)
    if plan.difficulty != "easy" and dice.happens(0.4):
        acts, _ = make_distractor(dice, "sigh", plan.t_s + dice.uniform(5.0, 40.0))
        plan.acts += acts
    plan.t_s += 61.0
    full = dice.uniform(1.8, 3.2)
    for _ in range(3):
        plan.mark("calibration.full", 7.0)
        plan.acts += do.deep_breath(plan.t_s + 0.3, full * dice.uniform(0.92, 1.08))
        plan.t_s += dice.uniform(7.5, 9.0)
    plan.mark("calibration.pause", 8.0)
    plan.acts += do.hold(dice, plan.t_s + 0.3, plan.t_s + 8.0, "empty")
    plan.t_s += dice.uniform(11.0, 13.0)
    style = next(way for way in plan.ways if way != "draw_in")
    steps: list[tuple[str, Way, int]] = [
        ("calibration.brace", style, 3),
        ("calibration.draw_in", "draw_in", 2),
    ]
    for label, way, n in steps:
        for _ in range(n):
            plan.mark(label, 5.0)
            begun_s = plan.t_s
            plan.t_s += dice.uniform(0.3, 0.9)
            effort = dice.uniform(0.7, 1.3) if is_hard else dice.uniform(0.88, 1.12)
            breath: BreathIn = "counting" if label == "calibration.brace" else "breathing"
            plan.brace(5.0, way, breath, prompted=True, calibration=True, effort=effort)
            plan.t_s = max(plan.t_s, begun_s + 5.5) + dice.uniform(4.0, 6.0)


def plan_exercise(plan: Plan, until_s: float) -> None:
    """Exercise in sets, with what else people do, until a time is reached."""
    goal = plan.ways[0]
    while plan.t_s < until_s - 20.0:
        plan.wait(1.0, 4.0)
        plan.mark("rezero", 12.0)
        plan.t_s += 13.0
        for _ in range(int(plan.dice.uniform(4.0, 8.0))):
            if plan.t_s < until_s - 20.0:
                _plan_one(plan, goal)
        if plan.dice.happens(0.3):
            plan.mark("exercise.breathe", 30.0)
            plan.t_s += 31.0


def _plan_one(plan: Plan, goal: Way) -> None:
    """Plan a prompt, followed or not, or a brace that nobody asked for; and what comes after it."""
    dice, difficulty = plan.dice, plan.difficulty
    seconds = dice.uniform(4.0, 12.0)
    if dice.happens(UNPROMPTED[difficulty]):
        _brace_freely(plan, goal, seconds, prompted=False)
    else:
        plan.mark("exercise.brace", round(seconds, 1))
        begun_s = plan.t_s
        if not dice.happens(UNFOLLOWED[difficulty]):
            plan.t_s += dice.uniform(0.3, 1.2)
            _brace_freely(plan, goal, seconds, prompted=True)
        elif dice.happens(BUSY[difficulty]):
            plan.t_s += dice.uniform(0.0, 1.0)
            plan.distract(dice.pick(DISTRACTORS[difficulty]))
        plan.t_s = max(plan.t_s, begun_s + seconds)
    plan.wait(3.5, 8.0)
    if dice.happens(BUSY[difficulty]):
        plan.distract(dice.pick(DISTRACTORS[difficulty]))
        plan.wait(3.5, 7.0)


def _brace_freely(plan: Plan, goal: Way, seconds: float, *, prompted: bool) -> None:
    dice = plan.dice
    way = goal if dice.happens(0.8) else dice.pick(plan.ways)
    effort = dice.uniform(0.7, 1.4) if plan.difficulty != "hard" else dice.uniform(0.5, 1.5)
    loaded = plan.difficulty != "easy" and dice.happens(0.12)
    if loaded:
        bent_s = plan.t_s + dice.uniform(0.3, 1.8)
        acts, end_s = make_distractor(dice, "lift", bent_s)
        plan.acts += acts
        plan.distractors.append({"kind": "lift", "start_s": bent_s, "end_s": end_s})
        seconds = max(seconds, end_s - plan.t_s)
    plan.brace(seconds, way, dice.pick(BREATHS), prompted=prompted, effort=effort, loaded=loaded)
