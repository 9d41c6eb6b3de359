"""What went wrong with Bluetooth is said in one's language; what has no translation, in English."""

from collections.abc import Iterator

import pytest
from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason

from breathsense.core.model.errors import RefusedInput
from breathsense.session.error_words import LAST, say_fault
from breathsense.session.texts import take_language
from breathsense.sources.ble import advice
from breathsense.sources.ble.errors import OutOfReach, translate_error


@pytest.fixture(autouse=True)
def _in_german() -> Iterator[None]:
    take_language("de", {})
    yield
    take_language("en", {})


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
@pytest.mark.parametrize("reason", list(BleakBluetoothNotAvailableReason))
def test_why_there_is_no_bluetooth_is_said_in_german(
    reason: BleakBluetoothNotAvailableReason, platform: str
) -> None:
    error = translate_error(BleakBluetoothNotAvailableError("no", reason), "", platform)
    assert error is not None
    what, help_ = say_fault(error)
    assert what != error.what
    assert "Bluetooth" in what
    assert help_.endswith("Ohne Bluetooth geht `breathsense demo` trotzdem.")
    assert error.advice.removesuffix(LAST).strip() not in help_


def test_the_system_bus_that_is_not_there_is_told_in_german() -> None:
    error = translate_error(FileNotFoundError(2, "no such file"))
    assert error is not None
    what, help_ = say_fault(error)
    assert what == "der Systembus, der zu Bluetooth führt, ist nicht da"
    start, last = help_.split(". ")
    assert start == "Installiere BlueZ und starte es: `sudo systemctl start bluetooth`"
    assert last == "Ohne Bluetooth geht `breathsense demo` trotzdem."


def test_all_advice_about_bluetooth_has_its_german() -> None:
    told = [
        line
        for name, value in vars(advice).items()
        if name.isupper()
        for line in (value.values() if isinstance(value, dict) else [value])
    ]
    assert len(told) > 15
    for line in told:
        assert say_fault(OutOfReach("x", advice=line))[1] != line


def test_the_last_sentence_is_the_one_of_the_bluetooth_client() -> None:
    assert advice.DEMO_ADVICE == LAST


def test_what_names_files_stays_as_it_is() -> None:
    error = RefusedInput("is no recording", where="a.mcap", advice="Look at it.\nOr leave it.")
    assert say_fault(error) == ("is no recording", "Look at it.\nOr leave it.")
    assert say_fault(RefusedInput("is empty")) == ("is empty", "")
