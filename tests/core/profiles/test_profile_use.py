import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.sensors import Sensor
from breathsense.core.profiles.match import fits_pattern, recognise
from breathsense.core.profiles.schema import Profile, parse_profile
from breathsense.core.profiles.settings import (
    list_streams_on,
    resolve_settings,
    stream_rate_hz,
)
from breathsense.core.profiles.uuids import parse_uuid, shorten_uuid
from breathsense.core.setup import Setup, Wearable, list_sensors
from breathsense.sources.shelf import load_shelf

SHELF = load_shelf()
H10 = SHELF.find("polar-h10")
BELT = SHELF.find("vernier-gdx-rb")


def test_settings_are_the_users_over_the_defaults() -> None:
    found = resolve_settings(H10, {"rate_hz": 200, "ecg": 1})
    assert found["rate_hz"] == 200
    assert found["range_g"] == 4
    assert [stream.name for stream in list_streams_on(H10, {"ecg": 1, "hr": 0})] == [
        "acc",
        "rr",
        "ecg",
    ]
    assert stream_rate_hz(H10.stream("acc"), found) == 200
    assert stream_rate_hz(H10.stream("ecg"), found) == 130
    assert stream_rate_hz(H10.stream("rr"), found) is None


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"rate": 50}, "there is no setting 'rate'; did you mean 'rate_hz'?"),
        ({"rate_hz": 51}, "51 is not allowed; choose 25, 50, 100, 200"),
        ({"ecg": 0.5}, "0.5 is neither 1 (on) nor 0 (off)"),
        ({"rate_hz": float("nan")}, "is not a finite number"),
        ({"zzz": 1}, "known: acc, ecg, factor, hr, range_g, rate_hz, rr"),
    ],
)
def test_settings_that_cannot_be_are_refused(chosen: dict[str, float], said: str) -> None:
    with pytest.raises(RefusedInput, match=re.escape(said)):
        resolve_settings(H10, chosen)


def test_a_setting_with_bounds_is_kept_between_them() -> None:
    text = SHELF.find("sweetzpot-flow").text.replace(
        "[[streams]]",
        '[[settings]]\nname = "gain"\ndefault = 1\nleast = 0\ngreatest = 2\n\n[[streams]]',
        1,
    )
    profile = parse_profile(text, "x")
    assert resolve_settings(profile, {"gain": 1.5})["gain"] == 1.5
    with pytest.raises(RefusedInput, match="3 is not between 0 and 2"):
        resolve_settings(profile, {"gain": 3})


def test_only_the_protocol_that_knows_a_factor_takes_one() -> None:
    assert resolve_settings(H10, {"factor": 2.44e-4})["factor"] == 2.44e-4
    with pytest.raises(RefusedInput):
        resolve_settings(BELT, {"factor": 2.44e-4})


def test_sensors_are_those_of_the_streams_that_are_on() -> None:
    belt = Wearable("belt", BELT, settings={"rate_hz": 20})
    strap = Wearable("strap", H10, place="chest")
    bare = Sensor("abdomen", "band", "abdomen", "mm")
    assert list_sensors(Setup(wearables=(belt, strap), sensors=(bare,))) == (
        Sensor("abdomen", "band", "abdomen", "N", 20.0),
        Sensor("chest_imu", "imu", "chest", "g", 50.0),
        Sensor("heart", "heart", "chest", "ms", None),
    )
    assert list_sensors(Setup(sensors=(bare,))) == (bare,)
    with_rate = Wearable("belt", BELT, settings={"respiration_rate": 1})
    assert [sensor.id for sensor in list_sensors(Setup(wearables=(with_rate,)))] == [
        "abdomen",
        "respiration_rate",
    ]


@pytest.mark.parametrize(
    ("name", "services", "found"),
    [
        ("GDX-RB 0K202254", [], "vernier-gdx-rb"),
        ("Polar H10 A1B2C3D4", ["180d"], "polar-h10"),
        ("Wahoo TICKR", ["0000180D-0000-1000-8000-00805F9B34FB"], "heart-rate"),
        (None, ["ffb0"], "sweetzpot-flow"),
        ("Kettle", ["1234", "nonsense"], None),
        (None, [], None),
        ("GDX-FOR 1", [], None),
    ],
)
def test_the_most_telling_profile_wins(
    name: str | None, services: list[str], found: str | None
) -> None:
    best = recognise(SHELF.profiles, name, services)
    assert (best.id if best else None) == found
    assert SHELF.recognise(name, services) is best


def make(recognition: str) -> Profile:
    text = SHELF.find("sweetzpot-flow").text
    return parse_profile(text.replace('services = ["ffb0"]', recognition), "x.toml")


def test_a_longer_prefix_a_pattern_and_an_exclusion_count() -> None:
    short = make('name_prefixes = ["Tyme"]')
    long = make('name_prefixes = ["TymeWear"]')
    pattern = make('name_patterns = ["TYME-????"]')
    fussy = make('name_prefixes = ["TymeHRstrap", "Tyme"]\nexclude_patterns = ["TymeHR*"]')
    assert recognise([short, long], "TymeWear 7", []) is long
    assert recognise([short, pattern], "TYME-01AF", []) is pattern
    assert recognise([fussy], "TymeHRstrap", []) is None
    assert recognise([fussy], "Tyme 3", []) is fussy
    assert recognise([short, fussy], "Tyme 3", []) is short


def test_uuids_of_every_length_have_one_form() -> None:
    assert parse_uuid(" 0x2A37 ") == "00002a37-0000-1000-8000-00805f9b34fb"
    assert parse_uuid("12345678") == "12345678-0000-1000-8000-00805f9b34fb"
    vendor = "0000ffe4-0000-1000-8000-00805f9a34fb"
    assert parse_uuid(vendor.upper()) == vendor
    assert shorten_uuid(vendor) == vendor
    assert shorten_uuid("00002a37-0000-1000-8000-00805f9b34fb") == "2a37"
    for bad in ("", "2a3", "2a37g", "00002a37-0000-1000-8000"):
        with pytest.raises(ValueError, match="is no UUID"):
            parse_uuid(bad)


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("*", "", True),
        ("*", "any", True),
        ("", "", True),
        ("", "a", False),
        ("*BITalino*", "My BITalino-01", True),
        ("TYME-????", "TYME-01AF", True),
        ("TYME-????", "TYME-01A", False),
        ("TYME-????", "TYME-01AFF", False),
        ("a*b*c", "a-b-b-c", True),
        ("a*b*c", "a-c-b", False),
        ("[a-z]*", "q", False),
    ],
)
def test_stars_and_question_marks_stand_for_letters(pattern: str, name: str, *, fits: bool) -> None:
    assert fits_pattern(pattern, name) is fits


@given(pattern=st.text("ab*?", max_size=12), name=st.text("ab", max_size=12))
def test_patterns_fit_what_the_same_regular_expression_fits(pattern: str, name: str) -> None:
    same = "".join({"*": ".*", "?": "."}.get(letter, letter) for letter in pattern)
    assert fits_pattern(pattern, name) == bool(re.fullmatch(same, name))


def test_no_pattern_takes_more_steps_than_letters_times_letters() -> None:
    class Counted(str):
        __slots__ = ()
        looked = 0

        def __getitem__(self, key: object) -> str:
            Counted.looked += 1
            return str.__getitem__(self, key)  # type: ignore[call-overload, no-any-return] # as str

    assert not fits_pattern("*a" * 100 + "b", Counted("a" * 248))
    assert Counted.looked <= 200 * 248
