"""Whether a calibration from before still holds for a session."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from breathsense.core.model.calibration import Calibration, Posture

LONGEST_WORN = timedelta(hours=12)
"""Nobody keeps a band on for longer; a band that is put on again sits otherwise."""
POSTURE_WORDS: dict[Posture, str] = {
    "unknown": "in an unknown posture",
    "supine": "lying on the back",
    "prone": "lying on the front",
    "sitting": "sitting",
    "standing": "standing",
    "kneeling": "kneeling",
}


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a session is like that a calibration is wanted for.

    Parameters
    ----------
    posture : Posture
        ``"unknown"`` fits every calibration: it was not said.
    wearables : collection of str
        Names of what is worn; with none (tables), only sensors are compared.
    sensors : collection of str
        Ids of the sensors.

    """

    posture: Posture = "unknown"
    wearables: Collection[str] = ()
    sensors: Collection[str] = ()


def find_mismatch(calibration: Calibration, occasion: Occasion) -> str:
    """Return why a calibration does not hold, one plain clause; empty if it does."""
    made = tell_made(calibration)
    if "unknown" not in {occasion.posture, calibration.posture} and (
        occasion.posture != calibration.posture
    ):
        then = POSTURE_WORDS[calibration.posture]
        return f"it was made {then}{made}; now it is {POSTURE_WORDS[occasion.posture]}"
    missing = set(calibration.wearables) - set(occasion.wearables)
    if occasion.wearables and missing:
        return f"it was made with {', '.join(sorted(missing))}{made}, which is not worn now"
    learnt = {one.sensor for one in calibration.levels} | {one.sensor for one in calibration.mmgs}
    if not learnt:
        return "nothing was learnt in it"
    if not learnt & set(occasion.sensors):
        held = ", ".join(sorted(learnt))
        return f"it is about other sensors ({held})"
    return ""


def find_staleness(calibration: Calibration, now: datetime) -> str:
    """Return that a calibration is too old to be offered unasked; empty if it is not."""
    if not calibration.made:
        return "it is not known when it was made"
    if now - datetime.fromisoformat(calibration.made) <= LONGEST_WORN:
        return ""
    return f"it was made{tell_made(calibration)}, and what is worn has been off since"


def tell_made(calibration: Calibration) -> str:
    """Return `` on 3 May 2026 at 10:15``, or nothing where it is not known."""
    if not calibration.made:
        return ""
    made = datetime.fromisoformat(calibration.made)
    return f" on {made.day} {made:%B %Y} at {made:%H:%M}"
