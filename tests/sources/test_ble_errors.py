import asyncio
import sys

import pytest
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
from breathsense.sources.ble.errors import (
    BluetoothUnavailable,
    LinkLost,
    OutOfReach,
    PairingNeeded,
    WearableRefused,
    bluetooth_errors,
    translate_error,
)
from breathsense.sources.ble.radio import Radio
from breathsense.sources.ble.scan import scan

PLATFORMS = ["linux", "darwin", "win32", "freebsd14"]


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("reason", list(BleakBluetoothNotAvailableReason))
def test_every_reason_without_bluetooth_has_words_and_advice(
    reason: BleakBluetoothNotAvailableReason, platform: str
) -> None:
    told = translate_error(BleakBluetoothNotAvailableError("x", reason), "belt", platform)
    assert isinstance(told, BluetoothUnavailable)
    assert "Bluetooth" in told.what
    assert told.advice.endswith("`breathsense demo` still works.")


def test_the_advice_is_the_platforms_own() -> None:
    off = BleakBluetoothNotAvailableError("x", BleakBluetoothNotAvailableReason.POWERED_OFF)
    advice = [getattr(translate_error(off, "", platform), "advice", "") for platform in PLATFORMS]
    assert "bluetoothctl power on" in advice[0]
    assert "System Settings" in advice[1]
    assert "Bluetooth & devices" in advice[2]
    assert advice[3] == advice[0]


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("org.freedesktop.DBus.Error.ServiceUnknown", BluetoothUnavailable, "bluetoothd"),
        ("org.freedesktop.DBus.Error.AccessDenied", BluetoothUnavailable, "allow"),
        ("org.bluez.Error.NotReady", BluetoothUnavailable, "switched off"),
        ("org.bluez.Error.InProgress", LinkLost, "busy"),
        ("org.bluez.Error.AuthenticationFailed", WearableRefused, "pairing"),
        ("org.bluez.Error.Failed", LinkLost, "le-connection-abort-by-local"),
    ],
)
def test_what_bluez_answers_is_told_in_plain_words(
    name: str, kind: type[LinkError], words: str
) -> None:
    told = translate_error(BleakDBusError(name, ["le-connection-abort-by-local"]), "belt")
    assert isinstance(told, kind)
    assert words in str(told)


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("org.bluez.Error.NotPermitted", "Not paired", PairingNeeded),
        ("org.bluez.Error.NotPermitted", "Write not permitted", LinkLost),
        ("org.bluez.Error.NotAuthorized", "Operation Not Authorized", PairingNeeded),
    ],
)
def test_bluez_has_words_of_its_own_for_a_wearable_that_wants_pairing(
    name: str, text: str, kind: type[LinkError]
) -> None:
    assert type(translate_error(BleakDBusError(name, [text]), "belt")) is kind


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (BleakDeviceNotFoundError("AA", "gone"), OutOfReach, "not in reach"),
        (BleakCharacteristicNotFoundError("2a37"), WearableRefused, "no characteristic 2a37"),
        (BleakGATTProtocolError(0x03), WearableRefused, "Write Not Permitted"),
        (BleakGATTProtocolError(0x05), PairingNeeded, "wants to be paired"),
        (BleakGATTProtocolError(0x0F), PairingNeeded, "wants to be paired"),
        (BleakError("odd"), LinkLost, "odd"),
        (TimeoutError(), OutOfReach, "does not answer"),
        (EOFError(), LinkLost, "broke off"),
        (FileNotFoundError(2, "no socket"), BluetoothUnavailable, "system bus"),
        (ConnectionRefusedError(), BluetoothUnavailable, "system bus"),
        (OSError(5, "input/output error"), LinkLost, "input/output error"),
    ],
)
def test_what_the_library_raises_is_told_in_plain_words(
    error: Exception, kind: type[LinkError], words: str
) -> None:
    with pytest.raises(kind, match=words) as caught, bluetooth_errors("belt"):
        raise error
    assert caught.value.__cause__ is error


def test_a_bug_is_no_link_error() -> None:
    assert translate_error(ZeroDivisionError()) is None
    with pytest.raises(ZeroDivisionError), bluetooth_errors("belt"):
        raise ZeroDivisionError


def test_a_link_error_passes_as_it_is() -> None:
    error = LinkLost("gone")
    with pytest.raises(LinkLost) as caught, bluetooth_errors("belt"):
        raise error
    assert caught.value is error


@pytest.mark.skipif(sys.platform != "linux", reason="the system bus is a matter of Linux")
@pytest.mark.parametrize("address", ["unix:path=/nowhere/bus", "nonsense"])
def test_a_computer_without_a_system_bus_is_told_in_plain_words(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
    with pytest.raises(BluetoothUnavailable) as caught:
        asyncio.run(scan(Radio(), [], 0.1))
    assert "BlueZ" in caught.value.advice
