"""The words in which a person is told why a number is missing."""

from breathsense.session.texts import Words

REASON_WORDS = Words(
    {
        "off_body": "the band seems to be off",
        "slack": "the band is slack: tighten it a little",
        "saturated": "the sensor is at the end of its range: loosen a band a little",
        "motion": "too much movement",
        "cough": "a cough or a jerk",
        "slip": "the band has slipped",
        "speech": "talking",
        "drift": "the band is creeping",
        "unclear": "no clear breathing movement",
        "uneven": "breaths come too unevenly to be counted",
        "no_breath": "no breath seen",
        "settling": "waiting for the first breaths",
        "gap": "samples were missing",
        "packet_loss": "samples were lost on the way",
        "link_lost": "the link was lost",
        "missing_values": "values were missing",
        "no_reference": "calibrate first",
        "posture": "the trunk leans another way",
        "no_baseline": "no quiet breaths after it",
    }
)
"""By the reason of an ``Unscored``, a ``QualityHint`` or a ``BraceHint``."""
STANDSTILL = frozenset({"off_body", "slack", "saturated"})
"""While one of these is so, nothing of the breath can be said."""


def say_reason(reason: str) -> str:
    """Return the words for a reason; one that is not known is said as it is."""
    return REASON_WORDS.get(reason, reason.replace("_", " "))
