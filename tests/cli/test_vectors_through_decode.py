"""The vectors kept beside the checkout, through ``breathsense decode`` as a user types it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from breathsense.cli.decode import command

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("BREATHSENSE_SHARED", ROOT.parent / "shared"))
VECTORS = SHARED / "devices" / "vectors.json"
PMD = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"
BITALINO = "40fdba6b-672e-47c4-808a-e529adff3633"

pytestmark = pytest.mark.skipif(
    not VECTORS.exists(), reason=f"no vectors beside the checkout ({VECTORS})"
)


def find(device: str, name: str) -> tuple[str, dict[str, Any]]:
    vectors = json.loads(VECTORS.read_text())["vectors"]
    (found,) = [v for v in vectors if v["device"] == device and v["name"].startswith(name)]
    return found["hex"], found.get("expect", {})


def decode(profile: str, uuid: str, lines: list[str], *words: str) -> list[dict[str, Any]]:
    done = CliRunner().invoke(
        command, [profile, "--characteristic", uuid, *words], input="\n".join(lines) + "\n"
    )
    assert done.exception is None, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def rows(answer: dict[str, Any], stream: str) -> list[list[float]]:
    assert answer["rejected"] is None
    (found,) = [one["values"] for one in answer["samples"] if one["stream"] == stream]
    return found  # type: ignore[no-any-return] # what JSON gives


def test_packed_acceleration_of_the_pod() -> None:
    payload, expect = find("polar_pmd", "ACC delta type 0")
    (answer,) = decode("polar-verity-sense", PMD, [payload], "--set", "factor=2.44e-4")
    found = [[round(one / expect["factor"]) for one in row] for row in rows(answer, "acc")]
    assert len(found) == expect["n"]
    assert [found[0], found[1], found[-1]] == [
        expect[name] for name in ("raw_first", "raw_second", "raw_last")
    ]
    assert [int(one * 1000) for one in rows(answer, "acc")[0]] == expect["mg_first"]


def test_rotation_and_magnetic_field_of_the_pod() -> None:
    payload, expect = find("polar_pmd", "GYRO delta type 0")
    (answer,) = decode("polar-verity-sense", PMD, [payload], "--set", "factor=1")
    assert rows(answer, "gyr") == expect["raw"]
    payload, expect = find("polar_pmd", "MAG delta type 1")
    (answer,) = decode("polar-verity-sense", PMD, [payload])
    counts = [[round(one * 1000) for one in row] for row in rows(answer, "mag")]
    assert counts == [row[:3] for row in expect["raw"]]


def test_the_beginning_of_a_real_frame_is_rejected_and_the_next_line_is_read() -> None:
    cut, _ = find("polar_pmd", "REAL Verity Sense ACC frame")
    whole, _ = find("polar_pmd", "ACC delta type 0")
    answers = decode("polar-verity-sense", PMD, [cut, whole, "zz"], "--set", "factor=2.44e-4")
    assert answers[0]["rejected"].startswith("ends inside a block of differences")
    assert len(rows(answers[1], "acc")) == 57
    assert answers[2]["rejected"] == "the line is not made of pairs of hex digits"


def test_boards_and_stretch_sensors() -> None:
    payload, expect = find("microbit", "accelerometer")
    (answer,) = decode("microbit", "e95dca4b-251d-470a-a062-fa1922dfa9a8", [payload])
    assert rows(answer, "acc") == [pytest.approx(expect["g"])]
    payload, expect = find("nordic_thingy52", "raw motion")
    (answer,) = decode("nordic-thingy52", "ef680406-9b35-4933-9b10-52ffa9740042", [payload])
    for stream, name in (("acc", "acc_g"), ("gyr", "gyro_dps"), ("mag", "mag_uT")):
        assert rows(answer, stream) == [expect[name]]
    payload, expect = find("st_bluest", "acc+gyro+mag")
    (answer,) = decode("st-bluest", "00e00000-0001-11e1-ac36-0002a5d5c51b", [payload])
    assert rows(answer, "acc") == [pytest.approx([one / 1000 for one in expect["acc_mg"]])]
    assert rows(answer, "gyr") == [pytest.approx(expect["gyro_dps"])]
    assert rows(answer, "mag") == [pytest.approx([one / 1000 for one in expect["mag_mGauss"]])]
    assert answer["samples"][0]["t_device_ns"] == expect["timestamp_ticks_8ms"] * 8_000_000
    payload, expect = find("stretchsense_gen3", "10 channels")
    uuid = "00001702-7374-7265-7563-6873656e7365"
    (answer,) = decode("stretchsense-gen3", uuid, [payload])
    found = [one for name in ("belly", "ribs", "others") for one in rows(answer, name)[0]]
    assert found == expect["pF"]
    payload, expect = find("bendlabs_1axis", "angle")
    (answer,) = decode("bendlabs-1axis", "2a70", [payload])
    assert [*rows(answer, "bend"), *rows(answer, "stretch")] == [
        [expect["angle_deg"]],
        [expect["stretch_mm"]],
    ]


def test_a_breath_of_the_strap_that_tells_breaths() -> None:
    payload, expect = find("tymewear_vitalpro", "breath")
    uuid = "40b50004-30b5-11e5-a151-feff819cdc90"
    broken = payload[:-4] + "0800"
    answer, rejected = decode("tymewear-vitalpro", uuid, [payload, broken])
    breath = pytest.approx([expect["inhale_cs"] / 100, expect["exhale_cs"] / 100])
    assert rows(answer, "breath") == [breath]
    assert rows(answer, "expansion") == [[expect["tv_raw"]]]
    assert answer["samples"][0]["t_device_ns"] == expect["ticks_40ms"] * 40_000_000
    assert "not the same" in rejected["rejected"]


def test_belts_on_a_board_its_count_carries_over_the_lines() -> None:
    payload, expect = find("bitalino_ble", "one analog channel")
    answers = decode("bitalino", BITALINO, [payload, payload, payload[:4], payload[:5] + "4"])
    assert rows(answers[0], "stretch") == [[expect["volts_at_3v3"]]]
    assert [one["rejected"] for one in answers[1:]] == [
        "repeats the packet before it",
        "2 bytes are no row of packets of 3",
        "checksum is 04, not 05",
    ]
