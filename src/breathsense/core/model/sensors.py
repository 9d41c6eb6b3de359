"""Sensors and the places they are worn."""

from dataclasses import dataclass
from typing import Literal

Place = Literal["abdomen", "chest", "back"]
SensorKind = Literal["band", "imu", "heart", "other"]


@dataclass(frozen=True, slots=True)
class Sensor:
    """One sensor of a session, as the JSON contract lists it.

    Parameters
    ----------
    id : str
        Unique in the session: ``"abdomen"``, ``"chest"``, ``"imu"``, ``"chest_imu"``, ``"heart"``.
    kind : SensorKind
        What it measures.
    place : Place
        Where it is worn.
    unit : str
        Unit of its breathing signal.
    rate_hz : float or None
        Nominal rate; ``None`` where only the data tell.

    """

    id: str
    kind: SensorKind
    place: Place
    unit: str
    rate_hz: float | None = None


def name_sensor(kind: SensorKind, place: Place) -> str:
    """Name a sensor by what it is and where it is worn: the id used in files and on screens."""
    if kind == "band":
        return str(place)
    if kind == "imu":
        return "imu" if place == "abdomen" else f"{place}_imu"
    return str(kind)
