"""What of a programme these sensors and this calibration can tell: known before it is begun."""

from breathsense.core.calibration.abilities import tell_abilities
from breathsense.core.calibration.matching import keep_worn
from breathsense.core.coaching.prompts import BRACED
from breathsense.core.coaching.spec import NEED_OF, Need, ProgrammeSpec, TargetName
from breathsense.core.model.calibration import Calibration
from breathsense.core.model.sensors import Sensor


def find_missing(
    spec: ProgrammeSpec,
    sensors: tuple[Sensor, ...],
    leader: Sensor | None,
    calibration: Calibration | None,
) -> dict[TargetName, str]:
    """Return the targets that cannot be told, each with the reason, a word as in ``Figure``.

    Parameters
    ----------
    spec : ProgrammeSpec
        The programme.
    sensors : tuple of Sensor
        All that are worn.
    leader : Sensor or None
        Whose breaths are told.
    calibration : Calibration or None
        What is known of the wearer; what it knows of sensors that are not worn does not count.

    """
    known = keep_worn(calibration or Calibration(), {one.id for one in sensors})
    reasons = {
        need: why
        for need in ("breath", "depth", "full_depth", "brace", "chest", "lean", "heart")
        if (why := _find_reason(need, sensors, leader, known))
    }
    has_braces = any(phase.do in BRACED for block in spec.block for phase in block.phase)
    return {
        target.of: reasons[need]
        for target in spec.target
        if (need := _find_need(target.of, has_braces=has_braces)) in reasons
    }


def _find_need(name: TargetName, *, has_braces: bool) -> Need:
    """Return what has to be seen; how long a breath is paused is told by a key."""
    return "answer" if name == "hold_s" and not has_braces else NEED_OF[name]


def _find_reason(
    need: Need, sensors: tuple[Sensor, ...], leader: Sensor | None, known: Calibration
) -> str:
    kinds = {(one.kind, one.place) for one in sensors}
    level = next((one for one in known.levels if leader and one.sensor == leader.id), None)
    is_told = {
        "breath": leader is not None,
        "depth": level is not None,
        "full_depth": level is not None and level.full_depth is not None,
        "brace": tell_abilities(known).sees_braces,
        "chest": {("band", "abdomen"), ("band", "chest")} <= kinds,
        "lean": any(kind == "imu" for kind, _ in kinds),
        "heart": False,
    }
    if need == "brace" and leader is not None and not (known.levels or known.mmgs):
        return REASONS["depth"]  # whether it can be seen is not known before the calibration
    return "" if is_told[need] else REASONS[need]


BLIND = "brace_not_visible"
"""These sensors cannot see this wearer's brace."""
REASONS: dict[Need, str] = {
    "breath": "no_breath",
    "depth": "not_calibrated",
    "full_depth": "no_full_breath",
    "brace": BLIND,
    "chest": "no_chest_band",
    "lean": "no_motion_sensor",
    "heart": "told_afterwards",
}
"""Why a need is not met. The swing of the pulse is told by the measures, after the session."""
