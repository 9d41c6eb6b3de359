"""What the wearer's answers lock, limit or advise; nothing here says that somebody is well.

Grounds and sources: docs/safety.md. The words that people read are made of the keys at the edge.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from breathsense.core.coaching.schedule import Limits
from breathsense.core.coaching.spec import Screen

RedFlag = Literal[
    "leg_weakness", "saddle_numbness", "bladder_or_bowel", "sexual_function", "chest_pain",
    "accident",
    "fever", "weight_loss", "cancer_history", "lump", "night_pain", "steroids", "cough_pain",
    "mid_back", "getting_worse",
]  # fmt: skip
Condition = Literal[
    "high_pressure", "heart", "aneurysm", "stroke", "eye", "treated_pressure", "pregnant",
    "after_birth", "diastasis", "prolapse", "hernia", "recent_surgery", "lung_flare", "panic",
    "epilepsy", "fainting", "osteoporosis",
]  # fmt: skip
Verdict = Literal["go_on", "see_soon", "seek_help_now"]

EMERGENCY: frozenset[RedFlag] = frozenset(
    {"leg_weakness", "saddle_numbness", "bladder_or_bowel", "sexual_function", "chest_pain",
     "accident"}
)  # fmt: skip
"""Answers that end the session at once; all other flags ask for an appointment this week."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What one condition does.

    Parameters
    ----------
    locks : frozenset of Screen
        What programmes may not ask for.
    effort, hold_s, breath_gap_s : numbers
        The most that is allowed.
    can_approve : bool
        Whether a physio's approval lifts the locks.
    advice : str
        A key of a text: whom to ask first.

    """

    locks: frozenset[Screen] = frozenset()
    effort: int = 10
    hold_s: float = 60.0
    breath_gap_s: float = 10.0
    can_approve: bool = False
    advice: str = "ask_doctor"


_NO_STRAIN = Effect(frozenset({"no_brace", "no_breath_holds", "no_curl"}))
_PELVIC = Effect(
    frozenset({"no_brace", "no_breath_holds", "no_lying_on_back", "no_curl"}),
    can_approve=True,
    advice="ask_physio",
)
_CALM = Effect(frozenset({"no_breath_holds", "no_slow_breathing"}))
EFFECTS: dict[Condition, Effect] = {
    "high_pressure": _NO_STRAIN,
    "heart": _NO_STRAIN,
    "aneurysm": _NO_STRAIN,
    "stroke": _NO_STRAIN,
    "eye": _NO_STRAIN,
    "treated_pressure": Effect(effort=3, hold_s=5.0, breath_gap_s=3.0),
    "pregnant": _PELVIC,
    "after_birth": _PELVIC,
    "diastasis": _PELVIC,
    "prolapse": _PELVIC,
    "hernia": Effect(frozenset({"no_brace", "no_curl"})),
    "recent_surgery": Effect(frozenset({"no_brace", "no_curl"})),
    "lung_flare": _CALM,
    "panic": _CALM,
    "epilepsy": _CALM,
    "fainting": _CALM,
    "osteoporosis": Effect(frozenset({"no_curl"}), can_approve=True, advice="ask_physio"),
}


@dataclass(frozen=True, slots=True)
class Screening:
    """What follows from the answers.

    Parameters
    ----------
    verdict : Verdict
        ``"go_on"`` means that nothing was ticked, not that all is well.
    locks : frozenset of Screen
        What programmes may not ask for, whoever approves.
    locks_until_approved : frozenset of Screen
        The same, but a physio's approval lifts them.
    limits : Limits
        The most effort and the longest holds.
    breath_gap_s : float
        The longest breath gap in a brace.
    advice : tuple of str
        Keys of texts, in a fixed order.

    """

    verdict: Verdict
    locks: frozenset[Screen]
    locks_until_approved: frozenset[Screen]
    limits: Limits
    breath_gap_s: float
    advice: tuple[str, ...]


def judge_answers(flags: Iterable[RedFlag], conditions: Iterable[Condition]) -> Screening:
    """Return what follows from what was ticked."""
    ticked = set(flags)
    effects = [EFFECTS[one] for one in sorted(set(conditions))]
    verdict: Verdict = "see_soon" if ticked else "go_on"
    if ticked & EMERGENCY:
        verdict = "seek_help_now"
    return Screening(
        verdict=verdict,
        locks=_join(one.locks for one in effects if not one.can_approve),
        locks_until_approved=_join(one.locks for one in effects if one.can_approve),
        limits=Limits(
            effort=min((one.effort for one in effects), default=10),
            hold_s=min((one.hold_s for one in effects), default=60.0),
        ),
        breath_gap_s=min((one.breath_gap_s for one in effects), default=10.0),
        advice=tuple(sorted({one.advice for one in effects})),
    )


def _join(locks: Iterable[frozenset[Screen]]) -> frozenset[Screen]:
    return frozenset[Screen]().union(*locks)
