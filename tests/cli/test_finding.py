"""What a user types for wearables, and what becomes of it."""

import sys
from pathlib import Path

import pytest

from breathsense.cli.finding import Asked, find_last, find_worn, parse_devices, to_saved
from breathsense.core.model.errors import RefusedInput
from breathsense.session.saved import SavedWearable, save_used
from breathsense.session.wearing import Wish, put_on
from breathsense.simulation.person import Person
from breathsense.simulation.wearables import build_wearable
from breathsense.sources.ble.memory import build_memory_radio
from breathsense.sources.ble.radio import Radio
from breathsense.sources.shelf import find_profile


@pytest.fixture(autouse=True)
def short_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("breathsense.cli.finding.SCAN_S", 0.1)


def build_radio(*wearable_ids: str, name: str = "") -> tuple[Radio, list[str], list[str]]:
    person = Person(1)
    twins = [build_wearable(one, person, number) for number, one in enumerate(wearable_ids)]
    for twin in twins:
        if name:
            object.__setattr__(twin.advertisement, "name", name)
    names = [twin.advertisement.name for twin in twins]
    return build_memory_radio(twins), names, [twin.address for twin in twins]


def test_a_place_stands_after_the_name() -> None:
    asked = parse_devices(["GDX-RB 1@ribs", "me@home", "x@y@BELLY", "@ribs", "b@back"], ())
    assert asked == (
        Asked("GDX-RB 1", "chest"),
        Asked("me@home"),
        Asked("x@y", "abdomen"),
        Asked("@ribs"),
        Asked("b", "back"),
    )


def test_one_profile_for_each_or_none() -> None:
    asked = parse_devices(["a", "b@ribs"], ["polar-h10", "auto"], "back")
    assert asked == (Asked("a", "back", "polar-h10"), Asked("b", "chest"))
    with pytest.raises(RefusedInput, match="1 profiles for 2 wearables"):
        parse_devices(["a", "b"], ["polar-h10"])


def test_several_are_found_by_one_scan_by_name_or_id(tmp_path: Path) -> None:
    radio, names, ids = build_radio("vernier-gdx-rb", "polar-h10", "vernier-gdx-rb")
    asked = [Asked(names[0], "chest"), Asked(ids[1].lower()), Asked(names[2])]
    worn = find_worn(asked, tmp_path, radio)
    assert [(one.wearable.id, one.wearable.place, one.device_id) for one in worn] == [
        ("vernier-gdx-rb", "chest", ids[0]),
        ("polar-h10", "abdomen", ids[1]),
        ("vernier-gdx-rb-2", "abdomen", ids[2]),
    ]


def test_what_is_not_there_or_not_one_is_refused(tmp_path: Path) -> None:
    radio, _, ids = build_radio("vernier-gdx-rb", "vernier-gdx-rb", name="GDX-RB 7")
    with pytest.raises(RefusedInput, match="2 wearables bear this name"):
        find_worn([Asked("GDX-RB 7")], tmp_path, radio)
    assert find_worn([Asked(ids[1])], tmp_path, radio)[0].device_id == ids[1]
    with pytest.raises(RefusedInput, match="no wearable of that name"):
        find_worn([Asked("GDX-RB 8")], tmp_path, radio)
    stranger, _, _ = build_radio("vernier-gdx-rb", name="Fridge")
    with pytest.raises(RefusedInput, match="no profile recognises"):
        find_worn([Asked("Fridge")], tmp_path, _without_services(stranger))


def _without_services(radio: Radio) -> Radio:
    for peripheral in radio.scanner_backend.air.advertising():  # type: ignore[union-attr] # the one in memory
        object.__setattr__(peripheral.advertisement, "service_uuids", ())
    return radio


def test_what_was_used_before_is_not_sought(tmp_path: Path) -> None:
    saved = SavedWearable("GDX-RB 1", "vernier-gdx-rb", "chest", {sys.platform: "AA:01"})
    save_used(tmp_path, [saved])
    (worn,) = find_worn([Asked("GDX-RB 1", "back")], tmp_path)
    assert (worn.device_id, worn.wearable.place) == ("AA:01", "back")
    (worn,) = find_last(tmp_path)
    assert (worn.device_id, worn.wearable.place) == ("AA:01", "chest")


def test_without_a_last_one_the_advice_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="no wearable was used yet") as refusal:
        find_last(tmp_path)
    assert "--device" in refusal.value.advice


def test_a_stream_that_was_off_for_anothers_sake_is_not_remembered_as_off() -> None:
    worn = put_on(
        [
            Wish(find_profile("polar-h10"), "a", "a", settings={"rate_hz": 100.0}),
            Wish(find_profile("heart-rate"), "b", "b"),
        ]
    )
    assert worn[0].wearable.settings == {"rate_hz": 100.0, "hr": 0.0, "rr": 0.0}
    assert to_saved(worn)[0].settings == {"rate_hz": 100.0}
