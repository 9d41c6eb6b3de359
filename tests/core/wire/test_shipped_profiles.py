"""Every shipped profile against its golden packets, and against the vectors kept beside."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from breathsense.core.model.inputs import Notification
from breathsense.core.wire.decoding import build_decoder
from breathsense.core.wire.dialogue import build_conversation
from breathsense.core.wire.golden import check_golden
from breathsense.core.wire.packet import Packet
from breathsense.sources.shelf import load_shelf

SHELF = load_shelf()
ROOT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("BREATHSENSE_SHARED", ROOT.parent / "shared"))
VECTORS = SHARED / "devices" / "vectors.json"

GDX = "b41e6675-a329-40e0-aa01-44d2f444babe"
PMD = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"
FLOW = "0000ffb3-0000-1000-8000-00805f9b34fb"
HEART = "00002a37-0000-1000-8000-00805f9b34fb"
G_PER_LSB = 0.000244


def test_the_first_four_are_on_the_shelf() -> None:
    ids = {profile.id for profile in SHELF.profiles}
    assert ids >= {"heart-rate", "polar-h10", "sweetzpot-flow", "vernier-gdx-rb"}
    assert SHELF.broken == ()


@pytest.mark.parametrize("profile", SHELF.profiles, ids=lambda profile: profile.id)
def test_golden_packets_decode_as_they_say(profile: Any) -> None:
    assert check_golden(profile) == []
    assert build_conversation(profile, {}) is not None
    assert profile.origin.endswith(f"{profile.id}.toml")


def decode(profile: str, characteristic: str, hex_: str, **chosen: float) -> dict[str, Any]:
    decoder = build_decoder(SHELF.find(profile), chosen)
    given = decoder.decode(Notification("w", characteristic, bytes.fromhex(hex_), 0))
    assert all(isinstance(one, Packet) for one in given), given
    return {one.stream: one for one in given if isinstance(one, Packet)}


@pytest.fixture(scope="module")
def vectors() -> dict[str, Any]:
    if not VECTORS.exists():
        pytest.skip(f"no vectors beside the checkout ({VECTORS})")
    found: dict[str, list[Any]] = {}
    for one in json.loads(VECTORS.read_text())["vectors"]:
        found.setdefault(one["device"], []).append(one)
    return found


def test_all_vectors_of_the_heart_rate_service(vectors: dict[str, Any]) -> None:
    for vector in vectors["sig_heart_rate"]:
        found = decode("heart-rate", HEART, vector["hex"])
        assert found["hr"].values.tolist() == [[vector["expect"]["hr"]]]
        raw = [value * 1024 / 1000 for (value,) in found["rr"].values] if "rr" in found else []
        assert raw == vector["expect"].get("rr_1024", [])


def test_all_vectors_of_belts(vectors: dict[str, Any]) -> None:
    (flow,) = vectors["sweetzpot_flow"]
    found = decode("sweetzpot-flow", FLOW, flow["hex"])
    assert found["stretch"].values[:, 0].tolist() == flow["expect"]["raw"]
    (frame,) = [one for one in vectors["vernier_gdx"] if one["kind"] == "notification"]
    found = decode("vernier-gdx-rb", GDX, frame["hex"])
    assert found["force"].values[:, 0].tolist() == frame["expect"]["force_N"]


def test_vectors_of_acceleration_and_ecg(vectors: dict[str, Any]) -> None:
    by_name = {one["name"]: one for one in vectors["polar_pmd"]}
    raw = by_name["ACC raw type 1 (H10 style)"]
    acc = decode("polar-h10", PMD, raw["hex"])["acc"]
    milli = [[round(value * 1000, 9) for value in row] for row in acc.values.tolist()]
    assert [milli[0], milli[1], milli[-1]] == [
        raw["expect"][k] for k in ("first", "second", "last")
    ]
    assert (len(milli), acc.t_device_ns) == (raw["expect"]["n"], raw["expect"]["timestamp_ns"])
    (delta,) = [one for name, one in by_name.items() if name.startswith("ACC delta type 0")]
    acc = decode("polar-h10", PMD, delta["hex"], factor=G_PER_LSB)["acc"]
    counts = [[round(value / G_PER_LSB) for value in row] for row in acc.values.tolist()]
    expected = [delta["expect"][k] for k in ("raw_first", "raw_second", "raw_last")]
    assert [counts[0], counts[1], counts[-1]] == expected
    assert len(counts) == delta["expect"]["n"]
    ecg = decode("polar-h10", PMD, by_name["ECG raw type 0"]["hex"])["ecg"]
    assert ecg.values[:, 0].tolist() == by_name["ECG raw type 0"]["expect"]["uV"]
