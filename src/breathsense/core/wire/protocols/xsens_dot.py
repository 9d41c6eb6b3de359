"""Movella (Xsens) DOT: what it tells of itself; its samples are tables of the profile."""

from typing import Any

from breathsense.core.model.inputs import Notification
from breathsense.core.model.samples import Reading
from breathsense.core.profiles.protocols import XsensDot
from breathsense.core.wire.faults import BadPacket, check_length

FIRMWARE_AT, FIRMWARE_END = 6, 9
REPORTS = {1: "power_off", 4: "power_saving", 5: "button"}


class DotDecoder:
    """Decodes the information (firmware) and the reports (it goes to sleep, it is switched off).

    It remembers nothing.
    """

    state: Any = None

    def __init__(self, dot: XsensDot) -> None:
        self._report = str(dot.report)

    def decode(self, notification: Notification) -> list[Reading]:
        """Decode one value; raises BadPacket."""
        payload = notification.payload
        if notification.characteristic == self._report:
            check_length(payload, 1, "a report")
            if payload[0] not in REPORTS:
                raise BadPacket(f"reports of type {payload[0]} are not known")
            return [self._tell(notification, "report", REPORTS[payload[0]])]
        check_length(payload, FIRMWARE_END, "the firmware version")
        version = ".".join(str(number) for number in payload[FIRMWARE_AT:FIRMWARE_END])
        return [self._tell(notification, "firmware", version)]

    def _tell(self, notification: Notification, name: str, value: str) -> Reading:
        return Reading(notification.wearable, name, value, notification.host_ns)
