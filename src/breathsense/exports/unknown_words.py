"""Why a part of a score is missing, in the words of a report."""

from collections.abc import Iterable, Mapping

from breathsense.core.bracing.unknown import UnknownReason

UNKNOWN_WORDS: Mapping[UnknownReason, str] = {
    "drift": "the baseline of the band moved",
    "slip": "the band slipped",
    "posture": "the trunk leaned another way",
    "no_baseline": "no quiet breaths after it: a moved band would go unnoticed",
    "no_level": "the sensors do not show the level",
    "no_course": "too short for the rest",
    "no_breathing": "breathing could not be told",
}


def say_reasons(reasons: Iterable[UnknownReason]) -> str:
    """Return the reasons as one clause; empty without any."""
    return "; ".join(UNKNOWN_WORDS[one] for one in reasons)
