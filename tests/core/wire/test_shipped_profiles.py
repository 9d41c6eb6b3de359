"""Every shipped profile against its golden packets, and against the vectors kept beside."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
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
WITMOTION = "0000ffe4-0000-1000-8000-00805f9a34fb"
DOT_SHORT = "15172004-4947-11e9-8646-d663bd873d93"
META = "326a9006-85cb-9195-d9dd-464cfbbae75a"
GSP = "34800002-7185-4d5d-b431-630e7050e8f0"
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


def test_all_vectors_of_motion_sensors(vectors: dict[str, Any]) -> None:
    (witmotion,) = [one for one in vectors["witmotion_ble5"] if one["kind"] == "notification"]
    found = decode("witmotion-ble5", WITMOTION, witmotion["hex"])
    for stream, key in (("acc", "acc_g"), ("gyr", "gyro_dps"), ("angle", "angle_deg")):
        assert found[stream].values.tolist() == [witmotion["expect"][key]]
    (dot,) = [one for one in vectors["movella_dot"] if one["kind"] == "notification"]
    free = decode("movella-dot", DOT_SHORT, dot["hex"])["free_acc"]
    assert free.values.tolist() == [dot["expect"]["free_acc_mps2"]]
    assert free.t_device_ns == dot["expect"]["timestamp_us"] * 1000


def test_all_vectors_of_a_metamotion(vectors: dict[str, Any]) -> None:
    n_found = 0
    for vector in vectors["metawear"]:
        if vector["kind"] != "notification" or vector["name"] == "battery":
            continue
        expect = vector["expect"]
        name, key = ("acc", "g") if "g" in expect else ("gyr", "dps")
        chosen = {f"range_{key}": expect[f"range_{key}"]}
        found = decode("metawear-metamotion", META, vector["hex"], **chosen)[name]
        rows = expect[key] if isinstance(expect[key][0], list) else [expect[key]]
        assert found.values == pytest.approx(np.array(rows), abs=0.0005)
        n_found += 1
    assert n_found == 3


def test_all_vectors_of_a_movesense(vectors: dict[str, Any]) -> None:
    payloads = {one["name"].split()[0]: one for one in vectors["movesense_gsp"]}
    shapes = {
        "/Meas/IMU6/52": (1, {"acc": "ArrayAcc", "gyr": "ArrayGyro"}),
        "/Meas/Acc/52": (2, {"acc": "ArrayAcc"}),
        "/Meas/Magn/13": (6, {"mag": "ArrayMagn"}),
    }
    for path, (reference, arrays) in shapes.items():
        vector = payloads[path]
        found = decode("movesense", GSP, f"02{reference:02x}{vector['hex']}")
        for stream, array in arrays.items():
            rows = [list(row.values()) for row in vector["expect"][array]]
            assert found[stream].values.tolist() == rows
            assert found[stream].t_device_ns == vector["expect"]["Timestamp"] * 1_000_000
    ecg = payloads["/Meas/Ecg/200/mV"]
    found = decode("movesense", GSP, f"0205{ecg['hex']}")
    assert found["ecg"].values[:, 0].tolist() == ecg["expect"]["Samples"]
    heat = payloads["/Meas/Temp"]
    found = decode("movesense", GSP, f"0208{heat['hex']}")
    assert found["temperature"].values.tolist() == [[heat["expect"]["kelvin"]]]
    assert found["temperature"].t_device_ns == heat["expect"]["timestamp_ms"] * 1_000_000
