"""What Bluetooth libraries raise, translated once, here, into words a user can act on."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

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


class BluetoothUnavailable(LinkError):
    """This computer cannot use Bluetooth now: no adapter, switched off, not allowed."""


class OutOfReach(LinkError):
    """The wearable was not seen, or did not take the connection."""


class LinkLost(LinkError):
    """The connection broke, or the wearable fell silent."""


class WearableRefused(LinkError):
    """The wearable answered with an error, or lacks what its profile promises."""


class PairingNeeded(WearableRefused):
    """The wearable wants to be paired (or the pairing it knows is an old one)."""


DEMO_ADVICE = "Without Bluetooth, `breathsense demo` still works."
_SWITCH_ON = {
    "linux": "Switch Bluetooth on: `bluetoothctl power on` (if that fails: `rfkill unblock bluetooth`).",
    "darwin": "Switch Bluetooth on in System Settings > Bluetooth.",
    "win32": "Switch Bluetooth on in Settings > Bluetooth & devices.",
}
_ALLOW = {
    "linux": "Ask the administrator to let this user use Bluetooth (often: group `bluetooth`).",
    "darwin": "Allow your terminal in System Settings > Privacy & Security > Bluetooth,"
    " then start it again.",
    "win32": "Allow apps to use Bluetooth in Settings > Privacy & security.",
}
_PLUG_IN = {
    "linux": "Plug in a Bluetooth LE adapter; `bluetoothctl list` shows those that work.",
    "darwin": "Plug in a Bluetooth LE adapter.",
    "win32": "Plug in a Bluetooth LE adapter; the Device Manager shows those that work.",
}
_START_SERVICE = "Install BlueZ and start it: `sudo systemctl start bluetooth`."
_PAIR = {
    "linux": "Remove the old pairing with `bluetoothctl remove ADDRESS`, then try again.",
    "darwin": "Forget the wearable in System Settings > Bluetooth, then try again.",
    "win32": "Remove the wearable in Settings > Bluetooth & devices, then try again.",
}
_COME_NEARER = (
    "Put it on, wake it, bring it nearer, and see that no phone or other program holds it;"
    " `breathsense scan` lists what is in reach."
)

Reason = BleakBluetoothNotAvailableReason
_REASONS = {
    Reason.NO_BLUETOOTH: ("this computer has no Bluetooth adapter", _PLUG_IN),
    Reason.NO_BLE_CENTRAL_ROLE: ("the Bluetooth adapter cannot talk to LE wearables", _PLUG_IN),
    Reason.POWERED_OFF: ("Bluetooth is switched off", _SWITCH_ON),
    Reason.DENIED_BY_USER: ("Bluetooth is not allowed for this program", _ALLOW),
    Reason.DENIED_BY_SYSTEM: ("the system does not allow the use of Bluetooth", _ALLOW),
    Reason.DENIED_BY_UNKNOWN: ("Bluetooth is not allowed here", _ALLOW),
    Reason.UNKNOWN: ("Bluetooth is not available", _SWITCH_ON),
}
_PAIRING_CODES = {0x05, 0x08, 0x0C, 0x0F}
"""ATT: insufficient authentication, authorization, key size, encryption."""

_DBUS_ERRORS: dict[str, tuple[type[LinkError], str, str]] = {
    "org.freedesktop.DBus.Error.ServiceUnknown": (
        BluetoothUnavailable,
        "the Bluetooth service (bluetoothd) is not running",
        _START_SERVICE,
    ),
    "org.freedesktop.DBus.Error.NameHasNoOwner": (
        BluetoothUnavailable,
        "the Bluetooth service (bluetoothd) is not running",
        _START_SERVICE,
    ),
    "org.freedesktop.DBus.Error.AccessDenied": (
        BluetoothUnavailable,
        "the system does not allow the use of Bluetooth",
        _ALLOW["linux"],
    ),
    "org.bluez.Error.NotReady": (
        BluetoothUnavailable,
        "Bluetooth is switched off",
        _SWITCH_ON["linux"],
    ),
    "org.bluez.Error.InProgress": (
        LinkLost,
        "Bluetooth is busy with another program",
        "Close other programs that use Bluetooth; it is tried again.",
    ),
    "org.bluez.Error.AuthenticationFailed": (
        WearableRefused,
        "pairing with the wearable failed",
        _PAIR["linux"],
    ),
    "org.bluez.Error.AuthenticationRejected": (
        WearableRefused,
        "the wearable refused to be paired",
        _PAIR["linux"],
    ),
    "org.bluez.Error.AuthenticationTimeout": (
        WearableRefused,
        "the wearable did not answer when it was to be paired",
        _PAIR["linux"],
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
    if isinstance(error, BleakBluetoothNotAvailableError):
        what, advice = _REASONS[error.reason]
        return _unavailable(what, _of_platform(advice, platform))
    if isinstance(error, BleakDBusError):
        return _translate_dbus(error.dbus_error, str(error), where)
    if isinstance(error, BleakError):
        return _translate_bleak(error, where, platform)
    if isinstance(error, TimeoutError):
        return OutOfReach("the wearable does not answer", where=where, advice=_COME_NEARER)
    if _is_missing_bus(error):
        return _unavailable("the system bus that leads to Bluetooth is not there", _START_SERVICE)
    if type(error).__module__.startswith("dbus_fast"):
        return _translate_dbus(str(getattr(error, "type", "")), str(error), where)
    if isinstance(error, OSError):
        return LinkLost(f"the system's Bluetooth reports: {error}", where=where)
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


def _translate_bleak(error: BleakError, where: str, platform: str) -> LinkError:
    if isinstance(error, BleakDeviceNotFoundError):
        return OutOfReach("the wearable is not in reach", where=where, advice=_COME_NEARER)
    if isinstance(error, BleakCharacteristicNotFoundError):
        return WearableRefused(
            f"the wearable has no characteristic {error.char_specifier}",
            where=where,
            advice="Its model or firmware may differ from what the profile describes.",
        )
    if isinstance(error, BleakGATTProtocolError):
        if int(error.code) in _PAIRING_CODES:
            advice = _of_platform(_PAIR, platform)
            return PairingNeeded("the wearable wants to be paired", where=where, advice=advice)
        return WearableRefused(f"the wearable refused: {error.args[1]}", where=where)
    return LinkLost(f"Bluetooth reports: {error}", where=where)


def _translate_dbus(name: str, text: str, where: str) -> LinkError:
    known = _DBUS_ERRORS.get(name)
    if known is None:
        return LinkLost(f"Bluetooth reports: {text}", where=where)
    kind, what, advice = known
    if kind is BluetoothUnavailable:
        return _unavailable(what, advice)
    return kind(what, where=where, advice=advice)


def _unavailable(what: str, advice: str) -> BluetoothUnavailable:
    return BluetoothUnavailable(what, advice=f"{advice} {DEMO_ADVICE}")


def _of_platform(advice: dict[str, str], platform: str) -> str:
    return advice.get(platform, advice["linux"])


def _is_missing_bus(error: Exception) -> bool:
    """A socket of the system bus that is not there: containers, and Linux without D-Bus."""
    if isinstance(error, FileNotFoundError | ConnectionRefusedError | PermissionError):
        return True
    return type(error).__name__ == "InvalidAddressError"
