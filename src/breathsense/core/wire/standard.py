"""Characteristics that mean the same on every wearable: battery level and firmware revision."""

from typing import Any

from breathsense.core.model.inputs import Notification
from breathsense.core.model.samples import Reading
from breathsense.core.profiles.schema import Profile
from breathsense.core.profiles.uuids import parse_uuid
from breathsense.core.wire.faults import BadPacket, check_length

BATTERY_LEVEL = parse_uuid("2a19")
FIRMWARE_REVISION = parse_uuid("2a26")
FULL_PCT = 100
MAX_FIRMWARE = 60


class StandardDecoder:
    """Decodes one of the standard characteristics; remembers nothing."""

    state: Any = None

    def __init__(self, characteristic: str) -> None:
        self._is_battery = characteristic == BATTERY_LEVEL

    def decode(self, notification: Notification) -> list[Reading]:
        """Decode one value; raises BadPacket."""
        name, value = (
            ("battery_pct", decode_battery(notification.payload))
            if self._is_battery
            else ("firmware", decode_text(notification.payload))
        )
        return [Reading(notification.wearable, name, value, notification.host_ns)]


def list_standard(profile: Profile) -> list[str]:
    """Return the standard characteristics that a profile asks for."""
    wanted = [(profile.spec.battery, BATTERY_LEVEL), (profile.spec.firmware, FIRMWARE_REVISION)]
    return [characteristic for word, characteristic in wanted if word == "standard"]


def decode_battery(payload: bytes) -> float:
    """Return percent; raises BadPacket."""
    check_length(payload, 1, "the battery level")
    if payload[0] > FULL_PCT:
        raise BadPacket(f"a battery level of {payload[0]} %")
    return float(payload[0])


def decode_text(payload: bytes) -> str:
    """Return printable text up to the first NUL; raises BadPacket."""
    try:
        text = payload.split(b"\0", 1)[0][:MAX_FIRMWARE].decode()
    except UnicodeDecodeError:
        raise BadPacket("is no UTF-8 text") from None
    if not text.isprintable():
        raise BadPacket("is no printable text")
    return text.strip()
