"""Which sensors are compared."""

from breathsense.core.measures.shape import Partner
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.sensors import Sensor

BREATHING = ("band", "imu")


def find_partner(
    sensors: tuple[Sensor, ...], leader: Sensor, sides: tuple[str, str] | None = None
) -> Partner | None:
    """Return the sensor that the leading one is compared with.

    Parameters
    ----------
    sensors : tuple of Sensor
        All of the session.
    leader : Sensor
        Whose breaths are told.
    sides : (str, str), optional
        Ids of the sensors on the left and on the right, if they are placed so.

    Returns
    -------
    Partner or None
        With ``sides``, the other side. Else, for a leading sensor on the abdomen, one on the chest:
        of its own kind if there is one. ``None`` if there is no such sensor.

    Raises
    ------
    RefusedInput
        ``sides`` names a sensor that is not there, shows no breathing, or is not the leading one's
        other side.

    """
    if sides is not None:
        return _find_side(sensors, leader, sides)
    chest = [one for one in sensors if one.place == "chest" and one.kind in BREATHING]
    if leader.place != "abdomen" or not chest:
        return None
    sensor = min(chest, key=lambda one: one.kind != leader.kind)
    return Partner(sensor, "chest", tell_unlike(leader, sensor), is_signed(leader, sensor))


def tell_unlike(first: Sensor, second: Sensor) -> str:
    """Return why the sizes of two sensors' movements cannot be compared; empty if they can."""
    if first.kind != second.kind:
        return f"{first.id} ({first.kind}) and {second.id} ({second.kind}) measure different things"
    if first.kind == "band" and first.unit != second.unit:
        return f"{first.id} ({first.unit}) and {second.id} ({second.unit}) have different units"
    return ""


def is_signed(first: Sensor, second: Sensor) -> bool:
    """Whether both sensors are known to rise with inspiration: bands are."""
    return first.kind == second.kind == "band"


def _find_side(
    sensors: tuple[Sensor, ...], leader: Sensor, sides: tuple[str, str]
) -> Partner | None:
    known = {one.id: one for one in sensors if one.kind in BREATHING}
    left, right = sides
    if leader.id not in sides or not {left, right} <= set(known) or left == right:
        raise RefusedInput(
            f"{left!r} and {right!r} are not two breathing sensors with {leader.id!r} among them",
            where="--sides",
            advice=f"Breathing sensors of the input: {', '.join(known) or 'none'}.",
        )
    role, name = ("right", right) if leader.id == left else ("left", left)
    sensor = known[name]
    return Partner(
        sensor,
        "right" if role == "right" else "left",
        tell_unlike(leader, sensor),
        is_signed(leader, sensor),
    )
