"""Movella (Xsens) DOT: what it tells of itself; its samples are tables of the profile.

All of it comes by reading, or as a report, and so is in every recording.
"""

from collections.abc import Callable
from typing import Any

from breathsense.core.model.inputs import Notification
from breathsense.core.model.samples import Reading
from breathsense.core.profiles.protocols import XsensDot
from breathsense.core.wire.faults import BadPacket, check_length

FIRMWARE_AT, FIRMWARE_END = 6, 9
RATE_AT, RATE_END = 24, 26
ACTION_AT, MODE_AT = 1, 2
REPORTS = {1: "power_off", 4: "power_saving", 5: "button"}
Told = tuple[str, float | str]


class DotDecoder:
    """Decodes firmware, rate and mode, and reports (it goes to sleep, it is switched off).

    It remembers nothing.
    """

    state: Any = None

    def __init__(self, dot: XsensDot) -> None:
        self.readers: dict[str, Callable[[bytes], Told]] = {
            str(dot.information): read_information,
            str(dot.settings): read_settings,
            str(dot.report): read_report,
            str(dot.control): read_control,
        }

    def decode(self, notification: Notification) -> list[Reading]:
        """Decode one value; raises BadPacket."""
        name, value = self.readers[notification.characteristic](notification.payload)
        return [Reading(notification.wearable, name, value, notification.host_ns)]


def read_information(payload: bytes) -> Told:
    """Return the firmware's version."""
    check_length(payload, FIRMWARE_END, "the firmware version")
    return "firmware", ".".join(str(number) for number in payload[FIRMWARE_AT:FIRMWARE_END])


def read_settings(payload: bytes) -> Told:
    """Return the rate that is set."""
    check_length(payload, RATE_END, "the rate")
    return "rate_hz", float(int.from_bytes(payload[RATE_AT:RATE_END], "little"))


def read_report(payload: bytes) -> Told:
    """Return what it reports."""
    check_length(payload, 1, "a report")
    if payload[0] not in REPORTS:
        raise BadPacket(f"reports of type {payload[0]} are not known")
    return "report", REPORTS[payload[0]]


def read_control(payload: bytes) -> Told:
    """Return the mode it measures in, 0 for none."""
    check_length(payload, MODE_AT + 1, "the mode")
    return "mode", float(payload[MODE_AT] if payload[ACTION_AT] else 0)
