"""Every vector that a wearable sends goes through ``breathsense decode``; none is left out."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from breathsense.cli.decode import command

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("BREATHSENSE_SHARED", ROOT.parent / "shared"))
VECTORS = SHARED / "devices" / "vectors.json"
FROM_A_WEARABLE = {
    "notification", "payload", "read", "response", "response_tlv", "notification_prefix",
}  # fmt: skip
CONTROL = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"
SETTINGS_ANSWER = "f001020000"
"""What comes before the settings in the answer that holds them."""

pytestmark = pytest.mark.skipif(
    not VECTORS.exists(), reason=f"no vectors beside the checkout ({VECTORS})"
)


@dataclass(frozen=True)
class Way:
    """How the vectors of a device are read; ``values`` says where what they expect comes out."""

    profile: str
    uuid: str
    values: dict[str, tuple[str, float]] = field(default_factory=dict)


WAYS = {
    "vernier_gdx": Way(
        "vernier-gdx-rb", "b41e6675-a329-40e0-aa01-44d2f444babe",
        {"force_N": ("force", 1)},
    ),
    "sweetzpot_flow": Way("sweetzpot-flow", "ffb3", {"raw": ("stretch", 1)}),
    "polar_pmd": Way(
        "polar-verity-sense", "fb005c82-02e7-f387-1cad-8acd2d8df0c8",
        {"raw_first": ("acc", 1 / 2.44e-4), "first": ("acc", 1000)},
    ),
    "sig_heart_rate": Way("heart-rate", "2a37", {"hr": ("hr", 1), "rr_1024": ("rr", 1.024)}),
    "witmotion_ble5": Way(
        "witmotion-ble5", "0000ffe4-0000-1000-8000-00805f9a34fb",
        {"acc_g": ("acc", 1), "gyro_dps": ("gyr", 1), "angle_deg": ("angle", 1)},
    ),
    "movesense_gsp": Way(
        "movesense", "34800002-7185-4d5d-b431-630e7050e8f0",
        {"ArrayAcc": ("acc", 1), "ArrayGyro": ("gyr", 1), "ArrayMagn": ("mag", 1),
         "Samples": ("ecg", 1), "kelvin": ("temperature", 1)},
    ),
    "movella_dot": Way(
        "movella-dot", "15172004-4947-11e9-8646-d663bd873d93",
        {"free_acc_mps2": ("free_acc", 1)},
    ),
    "metawear": Way(
        "metawear-metamotion", "326a9006-85cb-9195-d9dd-464cfbbae75a",
        {"g": ("acc", 1), "dps": ("gyr", 1)},
    ),
    "bitalino_ble": Way(
        "bitalino", "40fdba6b-672e-47c4-808a-e529adff3633", {"volts_at_3v3": ("stretch", 1)}
    ),
    "nordic_thingy52": Way(
        "nordic-thingy52", "ef680406-9b35-4933-9b10-52ffa9740042",
        {"acc_g": ("acc", 1), "gyro_dps": ("gyr", 1), "mag_uT": ("mag", 1)},
    ),
    "microbit": Way("microbit", "e95dca4b-251d-470a-a062-fa1922dfa9a8", {"g": ("acc", 1)}),
    "stretchsense_gen3": Way("stretchsense-gen3", "00001702-7374-7265-7563-6873656e7365"),
    "bendlabs_1axis": Way(
        "bendlabs-1axis", "2a70", {"angle_deg": ("bend", 1), "stretch_mm": ("stretch", 1)}
    ),
    "tymewear_vitalpro": Way(
        "tymewear-vitalpro", "40b50004-30b5-11e5-a151-feff819cdc90",
        {"tv_raw": ("expansion", 1)},
    ),
    "st_bluest": Way(
        "st-bluest", "00e00000-0001-11e1-ac36-0002a5d5c51b",
        {"acc_mg": ("acc", 1000), "gyro_dps": ("gyr", 1), "mag_mGauss": ("mag", 1000)},
    ),
}  # fmt: skip
REFERENCES = {
    "/Meas/IMU6/52": 1, "/Meas/Acc/52": 2, "/Meas/Ecg/200/mV": 5, "/Meas/Magn/13": 6,
    "/Meas/Temp": 8,
}  # fmt: skip
SETTINGS = {
    "ACC delta type 0 (Verity Sense), factor 2.44e-4 g/LSB": ["factor=2.44e-4"],
    "REAL Verity Sense ACC frame, first 32 bytes only": ["factor=2.44e-4"],
    "GYRO delta type 0": ["factor=1"],
    "ACC 4 g (BMI160 and BMI270)": ["range_g=4"],
    "ACC packed, BMI270, 8 g": ["range_g=8"],
    "GYRO BMI160, 500 dps": ["range_dps=500"],
}
STRAP = {
    "ACC raw type 1 (H10 style)",
    "ECG raw type 0",
    "H10 control point READ (feature bitmap)",
}


def load_sent() -> list[dict[str, Any]]:
    found = json.loads(VECTORS.read_text())["vectors"] if VECTORS.exists() else []
    return [one for one in found if one["kind"] in FROM_A_WEARABLE]


def decode(vector: dict[str, Any]) -> dict[str, Any]:
    way = WAYS[vector["device"]]
    profile = "polar-h10" if vector["name"] in STRAP else way.profile
    payload, uuid = vector["hex"], way.uuid
    if vector["kind"] == "payload":
        payload = f"02{REFERENCES[vector['name'].split()[0]]:02x}{payload}"
    if vector["kind"] in {"read", "response_tlv"}:
        uuid = CONTROL
    if vector["kind"] == "response_tlv":
        payload = SETTINGS_ANSWER + payload.removeprefix("00")
    words = [word for text in SETTINGS.get(vector["name"], []) for word in ("--set", text)]
    done = CliRunner().invoke(
        command, [profile, "--characteristic", uuid, *words], input=payload + "\n"
    )
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)  # type: ignore[no-any-return] # what JSON gives


def flatten(expected: Any) -> list[float | None]:
    if isinstance(expected, dict):
        return flatten(list(expected.values()))
    if isinstance(expected, list):
        return [one for part in expected for one in flatten(part)]
    return [expected]


@pytest.mark.parametrize("vector", load_sent(), ids=lambda one: f"{one['device']}-{one['name']}")
def test_what_a_wearable_sends_decodes_to_what_the_vector_expects(vector: dict[str, Any]) -> None:
    answer = decode(vector)
    if vector["kind"] == "notification_prefix":
        assert "ends inside" in answer["rejected"]
        return
    assert answer["rejected"] is None
    streams = {one["stream"]: one["values"] for one in answer["samples"]}
    for key, (stream, factor) in WAYS[vector["device"]].values.items():
        if key not in vector["expect"]:
            continue
        expected = flatten(vector["expect"][key])
        found = [value * factor for row in streams.get(stream, []) for value in row]
        assert found[: len(expected)] == pytest.approx(expected, abs=5e-4)


def test_there_are_as_many_as_were_looked_at() -> None:
    vectors = json.loads(VECTORS.read_text())["vectors"]
    sent = load_sent()
    assert {one["kind"] for one in vectors} == FROM_A_WEARABLE | {"command"}
    assert {one["device"] for one in sent} == set(WAYS)
    assert (len(vectors), len(sent)) == (89, 35)
