"""What Bluetooth libraries raise, translated once, here, into words a user can act on."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakCharacteristicNotFoundError,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
)

from breathsense.core.model.errors import LinkError
from breathsense.sources.ble.advice import (
    ALLOW,
    COME_NEARER,
    DEMO_ADVICE,
    OTHER_MODEL,
    PAIR,
    PLUG_IN,
    START_SERVICE,
    SWITCH_ON,
    choose_advice,
)


class BluetoothUnavailable(LinkError):
    """The computer cannot use Bluetooth now: no adapter, switched off, not allowed."""


class OutOfReach(LinkError):
    """The wearable was not seen, or did not take the connection."""


class LinkLost(LinkError):
    """The connection broke, or the wearable fell silent."""


class WearableRefused(LinkError):
    """The wearable answered with an error, or lacks what its profile promises."""


class NotThere(WearableRefused):
    """The wearable, or what the system remembers of it, lacks a characteristic."""


class PairingNeeded(WearableRefused):
    """The wearable wants to be paired (or the pairing it knows is an old one)."""


Reason = BleakBluetoothNotAvailableReason
_REASONS = {
    Reason.NO_BLUETOOTH: ("this computer has no Bluetooth adapter", PLUG_IN),
    Reason.NO_BLE_CENTRAL_ROLE: ("the Bluetooth adapter cannot talk to LE wearables", PLUG_IN),
    Reason.POWERED_OFF: ("Bluetooth is switched off", SWITCH_ON),
    Reason.DENIED_BY_USER: ("Bluetooth is not allowed for this program", ALLOW),
    Reason.DENIED_BY_SYSTEM: ("the system does not allow the use of Bluetooth", ALLOW),
    Reason.DENIED_BY_UNKNOWN: ("Bluetooth is not allowed here", ALLOW),
    Reason.UNKNOWN: ("Bluetooth is not available", SWITCH_ON),
}
_PAIRING_WORDS = {
    "org.bluez.Error.NotPermitted": "Not paired",
    "org.bluez.Error.NotAuthorized": "Operation Not Authorized",
}
"""What BlueZ makes of those ATT errors (``NotPermitted`` alone is also what cannot be written)."""
_PAIRING_CODES = {0x05, 0x08, 0x0C, 0x0F}
"""ATT: insufficient authentication, authorization, key size, encryption."""

_DBUS_ERRORS: dict[str, tuple[type[LinkError], str, str]] = {
    "org.freedesktop.DBus.Error.ServiceUnknown": (
        BluetoothUnavailable,
        "the Bluetooth service (bluetoothd) is not running",
        START_SERVICE,
    ),
    "org.freedesktop.DBus.Error.NameHasNoOwner": (
        BluetoothUnavailable,
        "the Bluetooth service (bluetoothd) is not running",
        START_SERVICE,
    ),
    "org.freedesktop.DBus.Error.AccessDenied": (
        BluetoothUnavailable,
        "the system does not allow the use of Bluetooth",
        ALLOW["linux"],
    ),
    "org.bluez.Error.NotReady": (
        BluetoothUnavailable,
        "Bluetooth is switched off",
        SWITCH_ON["linux"],
    ),
    "org.bluez.Error.InProgress": (
        LinkLost,
        "Bluetooth is busy with another program",
        "Close other programs that use Bluetooth; it is tried again.",
    ),
    "org.bluez.Error.AuthenticationFailed": (
        WearableRefused,
        "pairing with the wearable failed",
        PAIR["linux"],
    ),
    "org.bluez.Error.AuthenticationRejected": (
        WearableRefused,
        "the wearable refused to be paired",
        PAIR["linux"],
    ),
    "org.bluez.Error.AuthenticationTimeout": (
        WearableRefused,
        "the wearable did not answer when it was to be paired",
        PAIR["linux"],
    ),
}


def translate_error(
    error: Exception, where: str = "", platform: str = sys.platform
) -> LinkError | None:
    """Return what a user should read instead of ``error``; ``None`` if it is no Bluetooth matter.

    Parameters
    ----------
    error : Exception
        What bleak, its platform library or asyncio raised.
    where : str
        Name of the wearable; empty when it is about the computer.
    platform : str
        As ``sys.platform``; the advice differs.

    """
    if isinstance(error, LinkError):
        return error
    for kind, translate in _TRANSLATORS:
        if isinstance(error, kind):
            return translate(error, where, platform)
    if type(error).__module__.startswith("dbus_fast"):
        return _translate_bus(error, where)
    return None


@contextmanager
def bluetooth_errors(where: str = "") -> Iterator[None]:
    """Raise ``LinkError`` instead of whatever the Bluetooth library raises inside the block.

    Raises
    ------
    LinkError
        See ``translate_error``; errors that are no Bluetooth matter pass unchanged.

    """
    try:
        yield
    except Exception as error:
        translated = translate_error(error, where)
        if translated is None or translated is error:
            raise
        raise translated from error


def _translate_unavailable(
    error: BleakBluetoothNotAvailableError, where: str, platform: str
) -> LinkError:
    del where
    what, advice = _REASONS[error.reason]
    return _unavailable(what, choose_advice(advice, platform))


def _translate_reply(error: BleakDBusError, where: str, platform: str) -> LinkError:
    del platform
    return _translate_dbus(error.dbus_error, str(error), where)


def _translate_not_found(error: BleakDeviceNotFoundError, where: str, platform: str) -> LinkError:
    del error, platform
    return OutOfReach("the wearable is not in reach", where=where, advice=COME_NEARER)


def _translate_missing(
    error: BleakCharacteristicNotFoundError, where: str, platform: str
) -> LinkError:
    return build_not_there(str(error.char_specifier), where, platform)


def build_not_there(characteristic: str, where: str, platform: str = sys.platform) -> NotThere:
    """Return the error for a characteristic that a wearable should have and does not."""
    return NotThere(
        f"the wearable has no characteristic {characteristic} for this",
        where=where,
        advice=choose_advice(OTHER_MODEL, platform),
    )


def _translate_refusal(error: BleakGATTProtocolError, where: str, platform: str) -> LinkError:
    if int(error.code) in _PAIRING_CODES:
        return _want_pairing(where, platform)
    return WearableRefused(f"the wearable refused: {error.args[1]}", where=where)


def _want_pairing(where: str, platform: str) -> PairingNeeded:
    advice = choose_advice(PAIR, platform)
    return PairingNeeded("the wearable wants to be paired", where=where, advice=advice)


def _translate_timeout(error: TimeoutError, where: str, platform: str) -> LinkError:
    del error, platform
    return OutOfReach("the wearable does not answer", where=where, advice=COME_NEARER)


def _translate_absent_bus(error: OSError, where: str, platform: str) -> LinkError:
    del error, where, platform
    return _unavailable("the system bus that leads to Bluetooth is not there", START_SERVICE)


def _translate_other(error: Exception, where: str, platform: str) -> LinkError:
    del platform
    what = f"Bluetooth reports: {error}" if str(error) else "Bluetooth broke off"
    return LinkLost(what, where=where)


_TRANSLATORS: tuple[tuple[type[Exception], Callable[[Any, str, str], LinkError]], ...] = (
    (BleakBluetoothNotAvailableError, _translate_unavailable),
    (BleakDBusError, _translate_reply),
    (BleakDeviceNotFoundError, _translate_not_found),
    (BleakCharacteristicNotFoundError, _translate_missing),
    (BleakGATTProtocolError, _translate_refusal),
    (BleakError, _translate_other),
    (TimeoutError, _translate_timeout),
    (FileNotFoundError, _translate_absent_bus),
    (ConnectionRefusedError, _translate_absent_bus),
    (PermissionError, _translate_absent_bus),
    (OSError, _translate_other),
    (EOFError, _translate_other),
)
"""The first that fits is taken, so the particular stand before the general."""


def _translate_bus(error: Exception, where: str) -> LinkError:
    """Translate what bleak's D-Bus library raises by itself (it is there on Linux only)."""
    if type(error).__name__ in {"InvalidAddressError", "AuthError"}:
        return _translate_absent_bus(OSError(), where, "linux")
    return _translate_dbus(str(getattr(error, "type", "")), str(error), where)


def _translate_dbus(name: str, text: str, where: str) -> LinkError:
    known = _DBUS_ERRORS.get(name)
    if _PAIRING_WORDS.get(name, "\0") in text:
        return _want_pairing(where, "linux")
    if known is None:
        return LinkLost(f"Bluetooth reports: {text}", where=where)
    kind, what, advice = known
    if kind is BluetoothUnavailable:
        return _unavailable(what, advice)
    return kind(what, where=where, advice=advice)


def _unavailable(what: str, advice: str) -> BluetoothUnavailable:
    return BluetoothUnavailable(what, advice=f"{advice} {DEMO_ADVICE}")
