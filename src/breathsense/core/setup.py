"""What a session is made of; known before the first item, kept in the recording's header."""

from dataclasses import dataclass, field

from breathsense.core.model.calibration import Calibration
from breathsense.core.model.sensors import Place, Sensor
from breathsense.core.params import Params
from breathsense.core.profiles.schema import Profile
from breathsense.core.profiles.wearing import list_profile_sensors


@dataclass(frozen=True, slots=True)
class Wearable:
    """One wearable of a session.

    Parameters
    ----------
    id : str
        Short and unique in the session, such as ``"belt"``; the notifications carry it.
    profile : Profile
        How its bytes are read and what is said to it.
    place : Place
        Where it is worn.
    name : str
        The name it advertises; shown to the user, never part of a file name.
    settings : mapping of str to float
        What the user chose of what the profile lets choose, such as ``{"rate_hz": 50}``.

    """

    id: str
    profile: Profile
    place: Place = "abdomen"
    name: str = ""
    settings: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Setup:
    """The wearables (or, for tables, the bare sensors) of a session, and the numbers used.

    Parameters
    ----------
    wearables : tuple of Wearable
        Whose notifications are decoded.
    sensors : tuple of Sensor
        Sensors whose samples come as blocks (tables); wearables add theirs by profile and place.
    params : Params
        All numbers of all stages.
    calibration : Calibration or None
        What is known of the wearer from before; marks in the session may replace it.

    """

    wearables: tuple[Wearable, ...] = ()
    sensors: tuple[Sensor, ...] = ()
    params: Params = field(default_factory=Params)
    calibration: Calibration | None = None


def list_sensors(setup: Setup) -> tuple[Sensor, ...]:
    """Return all sensors of a session: those of the wearables' streams that are on, then the bare.

    A sensor that two sources feed is listed once, as the first of them describes it.

    Raises
    ------
    RefusedInput
        For settings that a wearable's profile does not allow.

    """
    sensors: dict[str, Sensor] = {}
    for wearable in setup.wearables:
        for sensor in list_profile_sensors(wearable.profile, wearable.place, wearable.settings):
            sensors.setdefault(sensor.id, sensor)
    for sensor in setup.sensors:
        sensors.setdefault(sensor.id, sensor)
    return tuple(sensors.values())
