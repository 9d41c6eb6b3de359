"""From the streams of a profile and the place of a wearable to the sensors of a session."""

from collections.abc import Mapping

from breathsense.core.model.samples import Signal
from breathsense.core.model.sensors import Place, Sensor, SensorKind, name_sensor
from breathsense.core.profiles.schema import Profile
from breathsense.core.profiles.settings import list_streams_on, resolve_settings, stream_rate_hz
from breathsense.core.profiles.spec import Stream
from breathsense.core.profiles.units import stage_unit

KINDS: dict[Signal, SensorKind] = {
    "band": "band",
    "acc": "imu",
    "gyr": "imu",
    "rr": "heart",
    "hr": "heart",
    "ecg": "heart",
    "other": "other",
}
LEADING: tuple[Signal, ...] = ("band", "acc", "gyr", "rr", "hr", "ecg", "other")
"""Whose unit and rate stand for the sensor, if it has several signals."""


def name_stream_sensor(stream: Stream, place: Place) -> str:
    """Return the id of the sensor that a stream belongs to.

    Streams of the signal ``"other"`` have nothing in common: each is a sensor named as itself.
    """
    if stream.signal == "other":
        return str(stream.name)
    return name_sensor(KINDS[stream.signal], stream.place or place)


def list_profile_sensors(
    profile: Profile, place: Place, chosen: Mapping[str, float]
) -> tuple[Sensor, ...]:
    """Return the sensors of a wearable: those of its streams that are on, in their order.

    Raises
    ------
    RefusedInput
        For settings that the profile does not allow.

    """
    settings = resolve_settings(profile, chosen)
    leading: dict[str, Stream] = {}
    for stream in list_streams_on(profile, chosen):
        sensor = name_stream_sensor(stream, place)
        first = leading.setdefault(sensor, stream)
        if LEADING.index(stream.signal) < LEADING.index(first.signal):
            leading[sensor] = stream
    return tuple(
        Sensor(
            id=sensor,
            kind=KINDS[stream.signal],
            place=stream.place or place,
            unit=stage_unit(stream.signal, stream.unit),
            rate_hz=stream_rate_hz(stream, settings),
        )
        for sensor, stream in leading.items()
    )
