"""Exports read by other people's programs: the same samples, events and words come out.

The readers live in the environment of the clients (``python3 dev.py clients``); one that is not
installed there is skipped. The rest of what reads exports (Chromium, LibreOffice, EDFbrowser) is
looked at by hand: ``docs/decisions/0029-review-and-notebooks.md``.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from breathsense.core.model.inputs import Item, Mark
from breathsense.core.model.samples import Gap, SampleBlock, freeze_times, freeze_values
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup
from breathsense.library.contents import read_content
from breathsense.library.exporting import export_sessions
from breathsense.recordings.header import build_header
from breathsense.recordings.journal import Journal
from breathsense.recordings.notes import NoteWriter

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = Path(os.environ.get("BREATHSENSE_CLIENTS_VENV", ROOT / ".venv-clients"))
PYTHON = CLIENTS / "bin" / "python"
PROGRAM = Path(__file__).parent / "programs" / "read_exports.py"
S = 1_000_000_000
RATE_HZ = 20
HOLE_S = (90, 93)
WORDS = "note: =1+1 müde <b>x</b>"
OUTPUTS = {"edf": "out.edf", "xdf": "out.xdf", "csv": "csv", "fhir": "out.json", "bids": "bids"}

pytestmark = pytest.mark.skipif(
    not PYTHON.exists(), reason=f"no {CLIENTS}: python3 dev.py clients makes it"
)


def make_block(first_s: int, end_s: int) -> SampleBlock:
    t_ns = np.arange(first_s * RATE_HZ, end_s * RATE_HZ, dtype=np.int64) * (S // RATE_HZ)
    level = 9.3 - 2.1 * np.cos(2 * np.pi * t_ns / (4 * S)) + 0.3 * np.sin(t_ns / (37 * S))
    return SampleBlock("abdomen", "band", freeze_times(t_ns), freeze_values(level[:, np.newaxis]))


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recorded") / "2026-05-03_10-00-00_a1b2.mcap"
    setup = Setup(sensors=(Sensor("abdomen", "band", "abdomen", "N", float(RATE_HZ)),))
    journal = Journal(path, build_header(setup, 1_777_800_000 * S))
    items: list[Item] = [
        Mark(0, "calibration.quiet", 80 * S),
        make_block(0, 60),
        Mark(60 * S, WORDS),
        make_block(60, HOLE_S[0]),
        Gap("abdomen", "band", HOLE_S[0] * S, HOLE_S[1] * S, "link_lost"),
        make_block(HOLE_S[1], 120),
    ]
    for item in items:
        journal.append(item)
    journal.close()
    NoteWriter(path, "physio").annotate(70 * S, "looks calm")
    return path


@pytest.fixture(scope="module")
def read(recording: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("exports")
    for name, output in OUTPUTS.items():
        export_sessions([recording], name, folder / output)
    ran = subprocess.run([PYTHON, PROGRAM, folder], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


def pick(read: dict[str, Any], name: str) -> Any:
    if name not in read:
        pytest.skip(f"what reads {name} is not in {CLIENTS}")
    return read[name]


def list_values() -> np.ndarray[Any, np.dtype[np.float64]]:
    parts = [make_block(*span).values[:, 0] for span in ((0, HOLE_S[0]), (HOLE_S[1], 120))]
    return np.concatenate(parts)


def test_pyedflib_reads_samples_within_half_a_step_and_every_annotation(
    read: dict[str, Any],
) -> None:
    told = pick(read, "edf")
    assert told["patient"] in {"", "X"}, "nobody"
    assert told["rates_hz"][0] == RATE_HZ
    values = np.array(told["values"])
    seen = np.concatenate((values[: HOLE_S[0] * RATE_HZ], values[HOLE_S[1] * RATE_HZ :]))
    assert np.abs(seen - list_values()).max() <= told["steps"][0] / 2 * 1.001
    assert [90.0, 3.0, "gap: link_lost"] in told["annotations"]
    texts = [text for _, _, text in told["annotations"]]
    assert f"mark: {WORDS}" in texts
    assert "annotation: looks calm (physio)" in texts


def test_pyxdf_reads_every_sample_exactly(read: dict[str, Any]) -> None:
    times, rows = pick(read, "xdf")["abdomen band"]
    assert [row[0] for row in rows] == list_values().tolist()
    assert times[:2] == [0.0, 0.05]
    _, texts = pick(read, "xdf")["breathsense events"]
    assert any("müde" in row[0] for row in texts)


def test_pandas_reads_numbers_as_numbers_and_words_as_words(
    read: dict[str, Any], recording: Path
) -> None:
    told = pick(read, "csv")
    assert told["columns"] == ["t_s", "abdomen[N]"]
    assert told["kinds"] == ["float64"]
    assert told["values"] == list_values().tolist()
    assert told["n_breaths"] == len(read_content(recording).analysis.breaths) > 20
    assert set(told["by_hand"]) == {False}
    assert WORDS in told["labels"]


def test_fhir_resources_accepts_the_observation(read: dict[str, Any]) -> None:
    told = pick(read, "fhir")
    assert told["value"] == pytest.approx(15.0, abs=0.2)
    assert told["is_strict"], "it refuses what is not right"


def test_the_bids_validator_finds_no_error(read: dict[str, Any]) -> None:
    told = pick(read, "bids")
    assert told["errors"] == []
    assert told["n_files"] >= 6
