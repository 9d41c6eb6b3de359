"""Protocols whose packets are tables, packets out of streams of bytes, units of movement."""

import pytest

from breathsense.core.model.errors import RefusedInput
from breathsense.core.profiles.schema import parse_profile
from breathsense.core.profiles.uuids import parse_uuid
from breathsense.core.profiles.wearing import list_profile_sensors
from breathsense.core.wire.decoding import build_decoder
from breathsense.sources.shelf import load_shelf

SHELF = load_shelf()
MOVESENSE, SENSOR, DOT, META, TEXT = (
    SHELF.find(one).text
    for one in (
        "movesense",
        "witmotion-ble5",
        "movella-dot",
        "metawear-metamotion",
        "nordic-uart-text",
    )
)


@pytest.mark.parametrize(
    ("text", "old", "new", "complaint"),
    [
        (MOVESENSE, "reference = 2,", "reference = 1,", "the name '1' is given twice"),
        (MOVESENSE, 'streams = ["hr", "rr"]', 'streams = ["hr"]', "stream 'rr' is in none of them"),
        (MOVESENSE, 'streams = ["hr", "rr"]', 'streams = ["hr", "rr", "x"]', "no stream 'x'"),
        (MOVESENSE, 'ms = ["acc"], rate_setting = "rate_hz"', 'ms = ["acc"], rate_setting = "r"',
         "no setting 'r'"),
        (SENSOR, 'six_axes_setting = "six_axes"', 'six_axes_setting = "axes"', "no setting 'axes'"),
        (SENSOR, 'starts = ["5561", "5571"]', 'starts = ["5561", ""]', "a start has 1 to 20 bytes"),
        (SENSOR, "size = 20",
         'size = 20\n[[sync]]\ncharacteristic = "fff0"\nstarts = ["55"]\nsize = 2',
         "no packets are declared for it"),
        (SENSOR, "[{ at = 1, equals = 0x61 }]", "[{ at = 1, equals = 0x61 }]\nsize = 20",
         "have neither size nor continued"),
        (SENSOR, "at_least = [0, 340,", "at_least = [340,", "at_least and gives differ in number"),
        (SENSOR, "at_least = [0, 340,", "at_least = [340, 340,", "must rise"),
        (DOT, 'streams = ["angle"]', 'streams = ["free_acc"]', "stream 'angle' is in none"),
        (DOT, 'rate_setting = "rate_hz"\nmodes', 'rate_setting = "r"\nmodes', "no setting 'r'"),
        (DOT, 'characteristic = "15173001', 'characteristic = "15171004', "is read in two ways"),
        (META, 'gyro_stream = "gyr"', 'gyro_stream = "gyro"', "no stream 'gyro'"),
        (META, 'acc_range_setting = "range_g"', 'acc_range_setting = "r"', "no setting 'r'"),
        (META, 'unit = "g"\nch', 'unit = "gal"\nch', "must be one of g, mg, m/s2"),
        (META, 'unit = "deg/s"\nch', 'unit = "rpm"\nch', "must be one of deg/s, rad/s"),
        (TEXT, "is_stamp = true", "is_stamp = true, is_optional = true", "stand at the end"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_refused(
    text: str, old: str, new: str, complaint: str
) -> None:
    assert old in text
    with pytest.raises(RefusedInput, match=complaint):
        parse_profile(text.replace(old, new, 1), "mine.toml")


def test_what_a_protocol_reads_itself_is_routed_to_it() -> None:
    known = build_decoder(SHELF.find("movella-dot"), {}).characteristics
    shorts = ("1001", "1002", "1004", "2001", "2002", "2003", "2004", "3001")
    assert set(known) == {f"1517{one}-4947-11e9-8646-d663bd873d93" for one in shorts}


def test_sensors_are_told_in_the_unit_of_the_stages() -> None:
    (sensor,) = list_profile_sensors(SHELF.find("movesense"), "abdomen", {"rate_hz": 52})
    assert (sensor.id, sensor.unit, sensor.rate_hz) == ("imu", "g", 52)


@pytest.mark.parametrize(
    ("profile", "names", "services"),
    [
        ("movesense", ("Movesense 174630000192",), ("fdf3", "fe06")),
        ("witmotion-ble5", ("WT901BLE67", "WT9011DCL"), ("0000ffe5-0000-1000-8000-00805f9a34fb",)),
        ("movella-dot", ("Movella DOT", "Xsens DOT"), ()),
        ("metawear-metamotion", ("MetaWear",), ("326a9000-85cb-9195-d9dd-464cfbbae75a",)),
        ("nordic-uart-text", ("BreathBand 1",), ("6e400001-b5a3-f393-e0a9-e50e24dcca9e",)),
    ],
)
def test_they_are_recognised_by_name_and_by_service(
    profile: str, names: tuple[str, ...], services: tuple[str, ...]
) -> None:
    found = [SHELF.recognise(name, ()) for name in names]
    found += [SHELF.recognise(None, (parse_uuid(service),)) for service in services]
    assert [one.id if one else None for one in found] == [profile] * len(found)


def test_boards_with_a_prompt_are_no_bands() -> None:
    service = "6e400001-b5a3-f393-e0a9-e50e24dcca9e"
    assert SHELF.recognise("Puck.js 1234", (service,)) is None
    assert SHELF.recognise("Bangle.js abcd", (service,)) is None
