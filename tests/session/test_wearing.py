"""Who is worn where when several wearables are worn at once."""

import pytest

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.sensors import Place
from breathsense.core.setup import Setup, list_sensors
from breathsense.session.wearing import Wish, Worn, put_on
from breathsense.sources.shelf import find_profile

BELT, STRAP, HEART = "vernier-gdx-rb", "polar-h10", "heart-rate"


def wish(profile_id: str, device_id: str, place: Place | None = None) -> Wish:
    return Wish(find_profile(profile_id), device_id, f"name of {device_id}", place)


def list_worn(worn: tuple[Worn, ...]) -> list[tuple[str, str]]:
    return [(one.wearable.id, one.wearable.place) for one in worn]


def name_sensors(worn: tuple[Worn, ...]) -> list[str]:
    return [sensor.id for sensor in list_sensors(Setup(tuple(one.wearable for one in worn)))]


def test_two_belts_go_round_belly_and_ribs() -> None:
    worn = put_on([wish(BELT, "a"), wish(BELT, "b")])
    assert list_worn(worn) == [(BELT, "abdomen"), (f"{BELT}-2", "chest")]
    assert name_sensors(worn) == ["abdomen", "chest"]


def test_who_was_given_a_place_keeps_it() -> None:
    worn = put_on([wish(BELT, "a"), wish(BELT, "b", "abdomen"), wish(BELT, "c")])
    assert [place for _, place in list_worn(worn)] == ["chest", "abdomen", "back"]


def test_belt_and_motion_sensor_share_the_belly() -> None:
    worn = put_on([wish(BELT, "a"), wish(STRAP, "b")])
    assert [place for _, place in list_worn(worn)] == ["abdomen", "abdomen"]
    assert set(name_sensors(worn)) == {"abdomen", "imu", "heart"}


def test_the_same_place_for_the_same_thing_is_refused_with_advice() -> None:
    with pytest.raises(RefusedInput, match="worn at the same place") as refusal:
        put_on([wish(BELT, "a", "chest"), wish(BELT, "b", "chest")])
    assert refusal.value.where == "name of b (ribs)"
    assert "NAME@belly" in refusal.value.advice


def test_where_no_place_is_left_it_is_refused() -> None:
    with pytest.raises(RefusedInput, match="worn at the same place"):
        put_on([wish(BELT, name) for name in "abcd"])


@pytest.mark.parametrize("order", [(STRAP, HEART), (HEART, STRAP)])
def test_of_two_heart_rates_that_of_the_specialist_is_kept(order: tuple[str, str]) -> None:
    worn = {one.wearable.id: one.wearable for one in put_on([wish(one, one) for one in order])}
    assert worn[HEART].settings == {}
    assert worn[STRAP].settings == {"hr": 0.0, "rr": 0.0}


def test_two_that_tell_nothing_but_the_same_are_refused() -> None:
    with pytest.raises(RefusedInput, match=r"measures the same already \(heart\)"):
        put_on([wish(HEART, "a"), wish(HEART, "b")])


def test_one_wearable_named_twice_is_refused() -> None:
    with pytest.raises(RefusedInput, match="named twice"):
        put_on([wish(BELT, "AA:01"), wish(BELT, "aa:01")])


def test_without_a_name_it_is_called_by_its_id_or_its_profile() -> None:
    profile = find_profile(BELT)
    assert Wish(profile, "AA").title == "AA"
    assert Wish(profile, "").title == profile.name
