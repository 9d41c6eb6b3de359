"""The words for the score of a hold, or of a set of them, with its parts."""

from collections.abc import Mapping, Sequence

from breathsense.core.bracing.unknown import ToldScore, UnknownReason, tell_score
from breathsense.core.model.bracing import HoldScored, SetScored
from breathsense.session.texts import Words, _, say_n

UNKNOWN_WORDS: Mapping[UnknownReason, str] = Words(
    {
        "drift": "the band's baseline has moved",
        "slip": "the band has slipped",
        "posture": "the trunk leaned another way",
        "no_baseline": "no quiet breaths after it, so a moved band would not be noticed",
        "no_level": "the sensors do not show how firm",
        "no_course": "too short to tell the rest",
        "no_breathing": "it could not be seen whether you breathed",
    }
)
"""Why a part is missing, or is not to be gone by."""
NOTHING = "—"


def say_score(scored: HoldScored | SetScored) -> str:
    """Say a score with its parts; a dash where one cannot be told."""
    told = tell_score(scored)
    parts = (
        (_("level"), told.level),
        (_("steady"), told.steadiness),
        (_("kept"), told.retention),
        (_("breath"), told.breathing),
    )
    said = ", ".join(f"{name} {_say_part(part)}" for name, part in parts)
    return f"{_say_total(told)} ({said})"


def explain_score(scored: HoldScored | SetScored) -> str:
    """Say why a part is missing; empty if none is."""
    return "; ".join(UNKNOWN_WORDS[one] for one in tell_score(scored).reasons)


def say_whole(scored: HoldScored | SetScored) -> str:
    """Say a score with its parts, and why one is missing."""
    why = explain_score(scored)
    return f"{say_score(scored)} - {why}" if why else say_score(scored)


def tell_sets(holds: Sequence[HoldScored], sets: Sequence[SetScored]) -> list[str]:
    """Say how the braces of a course went, a line for each set and each of its holds.

    What is missing of a hold has its reason where that of its set does not say it already.
    """
    lines: list[str] = []
    left = list(holds)
    for number, one in enumerate(sets, 1):
        inside, left = left[: one.n_holds], left[one.n_holds :]
        lines += _tell_set(number, one, inside)
    if left:
        lines.append(_("Not yet a set: quiet breaths after the holds are waited for."))
        lines += [f"  {say_whole(hold)}" for hold in left]
    return lines


def say_set(number: int, one: SetScored) -> str:
    """Say how a set went, in a line; a single hold is not called a set."""
    if one.n_holds == 1:
        return _("Brace {number}: {score}").format(number=number, score=say_whole(one))
    count = say_n("{n} hold", "{n} holds", one.n_holds)
    return _("Set {number}, {count}: {score}").format(
        number=number, count=count, score=say_whole(one)
    )


def _tell_set(number: int, one: SetScored, holds: Sequence[HoldScored]) -> list[str]:
    if one.n_holds == 1:
        return [say_set(number, one)]
    lines = [say_set(number, one)]
    said = tell_score(one).reasons
    for place, hold in enumerate(holds, 1):
        is_new = any(reason not in said for reason in tell_score(hold).reasons)
        lines.append(f"  {place}: {say_whole(hold) if is_new else say_score(hold)}")
    return lines


def _say_total(told: ToldScore) -> str:
    return NOTHING if told.score is None else f"{told.score:.0f}"


def _say_part(part: float | None) -> str:
    return NOTHING if part is None else f"{100 * part:.0f}"
