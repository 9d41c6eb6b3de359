"""Whether a calibration from before still holds for a session."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from breathsense.core.calibration.abilities import tell_abilities
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


def keep_worn(calibration: Calibration, sensors: Collection[str]) -> Calibration:
    """Return what a calibration tells of these sensors: nothing is gone by that is not worn."""
    return replace(
        calibration,
        levels=tuple(one for one in calibration.levels if one.sensor in sensors),
        mmgs=tuple(one for one in calibration.mmgs if one.sensor in sensors),
    )


def find_lack(calibration: Calibration, sensors: Collection[str]) -> str:
    """Return what cannot be told of a calibration's without a sensor of it; empty if all is worn.

    One plain clause, such as "it was made with a band on the belly too, ...".
    """
    kept = keep_worn(calibration, sensors)
    levels = [one.sensor for one in calibration.levels if one not in kept.levels]
    lost = [*levels, *(one.sensor for one in calibration.mmgs if one not in kept.mmgs)]
    if not lost:
        return ""
    names = ", ".join(sorted(set(lost)))
    able = tell_abilities(kept)
    if not able.sees_braces:
        left = "breathing only can be told, no braces"
    elif able.brace_by_level.is_given:
        left = "braces are told by the level of the belly alone"
    else:
        left = "braces are told by the sound of the muscles alone, without level and direction"
    return f"it was made with {names} too, which is not worn there now: {left}"


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
