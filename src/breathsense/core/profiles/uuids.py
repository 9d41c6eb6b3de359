"""Bluetooth UUIDs as text: what a person writes, and the one form that the program compares."""

import re

SIG_BASE = "-0000-1000-8000-00805f9b34fb"
"""The Bluetooth SIG's base; vendors' own UUIDs may look almost like it and are kept exactly."""

_SHORT = re.compile(r"(?:0x)?([0-9a-f]{4}|[0-9a-f]{8})")
_FULL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def parse_uuid(text: str) -> str:
    """Return the full 128-bit UUID in lower case; 16 and 32 bits are put on the SIG base.

    Raises
    ------
    ValueError
        If the text is no UUID.

    """
    lowered = text.strip().lower()
    if _FULL.fullmatch(lowered):
        return lowered
    short = _SHORT.fullmatch(lowered)
    if short is None:
        raise ValueError(f"{text[:60]!r} is no UUID: give 4 hex digits or the full 128 bits")
    return short.group(1).rjust(8, "0") + SIG_BASE


def shorten_uuid(uuid: str) -> str:
    """Return the 4 hex digits of a UUID on the SIG base, else the UUID itself."""
    if uuid.startswith("0000") and uuid.endswith(SIG_BASE):
        return uuid[4:8]
    return uuid
