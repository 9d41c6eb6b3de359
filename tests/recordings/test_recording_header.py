import dataclasses
import hashlib
from pathlib import Path

import pytest

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.sensors import Sensor
from breathsense.core.params import Params
from breathsense.core.profiles.schema import parse_profile
from breathsense.core.setup import Setup, Wearable
from breathsense.recordings.header import Header, build_header, format_wall_time, hash_address

ANCHOR_NS = 1_700_000_000_123_456_789
PROFILES = Path(__file__).parents[2] / "firmware_profiles"


@pytest.fixture
def setup() -> Setup:
    path = PROFILES / "vernier-gdx-rb.toml"
    profile = parse_profile(path.read_text(encoding="utf-8"), str(path))
    belt = Wearable("belt", profile, "chest", "GDX-RB 0K1006T3", {"rate_hz": 10.0})
    return Setup((belt,), (Sensor("abdomen", "band", "abdomen", "N", 10.0),), Params())


def test_a_header_keeps_the_setup(setup: Setup) -> None:
    header = build_header(setup, ANCHOR_NS, address_hashes={"belt": "abc"}, notes="é")
    again = Header.from_json(header.to_json())
    assert again == header
    assert again.setup() == setup
    assert again.stored_params() == Params()
    assert again.notes == "é"
    assert again.wearables[0].address_hash == "abc"


def test_the_profile_stands_in_it_as_text_with_its_hash(setup: Setup) -> None:
    (worn,) = build_header(setup, ANCHOR_NS).wearables
    assert worn.profile_text == (PROFILES / "vernier-gdx-rb.toml").read_text(encoding="utf-8")
    assert worn.profile_sha256 == hashlib.sha256(worn.profile_text.encode()).hexdigest()


def test_the_start_is_written_to_the_microsecond() -> None:
    written = format_wall_time(ANCHOR_NS)
    assert ":20.123456" in written
    assert written[-6] in "+-"


def test_sessions_have_ids_of_their_own() -> None:
    assert build_header(Setup(), 0).session_id != build_header(Setup(), 0).session_id


def test_an_address_is_told_again_only_with_the_salt() -> None:
    assert hash_address("AA:BB", b"salt") == hash_address("aa:bb", b"salt")
    assert hash_address("AA:BB", b"salt") != hash_address("AA:BB", b"pepper")


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"schema":"breathsense.recording/1"}', "[" * 100_000, '"x"', "null"],
)
def test_what_is_no_header_is_refused(text: str) -> None:
    with pytest.raises(RefusedInput) as refusal:
        Header.from_json(text, "a.mcap")
    assert refusal.value.where == "a.mcap"


@pytest.mark.parametrize("schema", ["breathsense.recording/2", "breathsense.analysis/1", "x", ""])
def test_other_formats_are_refused(schema: str) -> None:
    text = dataclasses.replace(build_header(Setup(), 0), schema=schema).to_json()
    with pytest.raises(RefusedInput, match="Update" if schema.endswith("/2") else "schema"):
        Header.from_json(text)


def test_keys_that_a_later_version_adds_are_passed_over(setup: Setup) -> None:
    header = build_header(setup, ANCHOR_NS)
    text = header.to_json().replace('"notes":', '"mood":"fine","notes":')
    assert Header.from_json(text) == header


def test_numbers_that_do_not_fit_are_refused_only_when_asked_for() -> None:
    header = dataclasses.replace(build_header(Setup(), 0), params={"grid": {"step_ns": "no"}})
    assert header.setup().params == Params()
    with pytest.raises(RefusedInput, match="do not fit"):
        header.stored_params()
