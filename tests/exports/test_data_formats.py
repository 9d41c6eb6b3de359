import csv
import json
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import edfio
import numpy as np
import pyrage
import pytest
import pyxdf

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.samples import freeze_times, freeze_values
from breathsense.exports.bids import write_bids
from breathsense.exports.content import Content, Provenance, Track, TrackKey
from breathsense.exports.csv_bundle import write_csv_bundle
from breathsense.exports.csv_text import format_cell
from breathsense.exports.edf_file import choose_range, write_edf
from breathsense.exports.events import list_events
from breathsense.exports.fhir import describe_rate
from breathsense.exports.formats import FORMATS, write_export
from breathsense.exports.passphrase import encrypt, read_passphrase
from breathsense.exports.uniform import make_uniform
from breathsense.exports.xdf import write_xdf

S = 1_000_000_000


def get_track(content: Content, sensor: str, signal: str) -> Track:
    return next(one for one in content.tracks if one.key == (sensor, signal))


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_samples_are_those_that_came_in_to_the_last_bit(
    content: Content, tmp_path: Path
) -> None:
    write_csv_bundle(content, tmp_path / "out")
    rows = read_csv(tmp_path / "out" / "samples_abdomen.csv")
    track = get_track(content, "abdomen", "band")
    assert [float(row["abdomen[N]"]) for row in rows] == track.values[:, 0].tolist()
    assert [round(float(row["t_s"]) * S) for row in rows] == track.t_ns.tolist()


def test_csv_of_the_analysis_grid_tells_phase_and_hole(content: Content, tmp_path: Path) -> None:
    write_csv_bundle(content, tmp_path / "out")
    rows = read_csv(tmp_path / "out" / "signal.csv")
    assert {row["phase"] for row in rows} == {"", "inhale", "exhale"}
    in_hole = [row for row in rows if 50.5 < float(row["t_s"]) < 52.5]
    assert in_hole, "the accelerometer went on"
    assert {row["abdomen_breathing[N]"] for row in in_hole} == {""}


def test_csv_words_are_no_formulas(content: Content, tmp_path: Path) -> None:
    write_csv_bundle(content, tmp_path / "out")
    labels = [row["label"] for row in read_csv(tmp_path / "out" / "events.csv")]
    assert "note: =HYPERLINK(1) <b>tired</b>, müde" in labels
    assert format_cell("=1+1") == "'=1+1"
    assert format_cell("@x") == "'@x"
    assert format_cell(-1.5) == "-1.5"


def test_csv_session_tells_the_analysis_and_no_person(content: Content, tmp_path: Path) -> None:
    write_csv_bundle(content, tmp_path / "out")
    told = json.loads((tmp_path / "out" / "session.json").read_text(encoding="utf-8"))
    assert told["schema"] == "breathsense.analysis/1"
    assert told["provenance"]["started"] == "2026-05-03T10:00:00.000000+02:00"
    assert len(read_csv(tmp_path / "out" / "breaths.csv")) == len(told["breaths"]) > 15


def test_edf_round_trip_is_within_half_a_step(content: Content, tmp_path: Path) -> None:
    write_edf(content, tmp_path / "out.edf")
    edf = edfio.read_edf(tmp_path / "out.edf")
    assert edf.patient.code == "X"
    assert edf.patient.name == "X"
    signal = edf.get_signal("Resp abdomen")
    track = get_track(content, "abdomen", "band")
    low, high = signal.physical_range
    step = (high - low) / 65535
    read = signal.data[np.round(track.t_ns / S * 10).astype(int)]
    assert np.abs(read - track.values[:, 0]).max() <= step / 2 * 1.001


def test_edf_tells_holes_by_annotation_and_channel(content: Content, tmp_path: Path) -> None:
    write_edf(content, tmp_path / "out.edf")
    edf = edfio.read_edf(tmp_path / "out.edf")
    valid = edf.get_signal("valid abdomen").data
    assert valid[510:525].max() == 0
    assert valid[:499].min() == 1
    gaps = [one for one in edf.annotations if one.text == "gap: link_lost"]
    assert [(one.onset, one.duration) for one in gaps] == [(50.0, 3.0)]
    assert any("müde" in one.text for one in edf.annotations)


@pytest.mark.parametrize("largest", [0.0, 1e-5, 0.004, 1.0, 3.7, 1023.0, 123456.0, 2.0e6])
def test_edf_ranges_hold_the_values_in_eight_characters(largest: float) -> None:
    low, high = choose_range(freeze_values(np.array([-largest, largest])))
    assert low <= -largest <= largest <= high
    edfio.EdfSignal(np.array([0.0, largest]), 1, physical_range=(low, high))


def test_xdf_holds_every_sample_and_event(content: Content, tmp_path: Path) -> None:
    write_xdf(content, tmp_path / "out.xdf")
    load: Callable[..., Any] = pyxdf.load_xdf  # its signature has no types
    streams, header = load(
        str(tmp_path / "out.xdf"), dejitter_timestamps=False, synchronize_clocks=False
    )
    assert header["info"]["version"] == ["1.0"]
    by_name = {one["info"]["name"][0]: one for one in streams}
    for track in content.tracks:
        stream = by_name[f"{track.key.sensor} {track.key.signal}"]
        assert np.array_equal(stream["time_series"], track.values)
        assert np.array_equal(stream["time_stamps"], track.t_ns / S)
    texts = [row[0] for row in by_name["breathsense events"]["time_series"]]
    assert len(texts) == len(list_events(content))
    assert any("müde" in one for one in texts)


def test_bids_has_a_uniform_file_for_each_signal(content: Content, tmp_path: Path) -> None:
    write_bids([content, content], tmp_path / "out")
    folder = tmp_path / "out" / "sub-01" / "ses-02" / "beh"
    stem = "sub-01_ses-02_task-breathing"
    described = json.loads((folder / f"{stem}_recording-abdomen_physio.json").read_text())
    assert described["SamplingFrequency"] == 10.0
    assert described["Columns"] == ["respiratory"]
    assert described["respiratory"] == {"Units": "N"}
    rows = np.genfromtxt(folder / f"{stem}_recording-abdomen_physio.tsv.gz", dtype=str)
    assert len(rows) == 1500
    assert set(rows[505:525]) == {"n/a"}
    track = get_track(content, "abdomen", "band")
    assert [float(one) for one in rows[:500]] == track.values[:500, 0].tolist()
    events = (folder / f"{stem}_events.tsv").read_text(encoding="utf-8").splitlines()
    assert events[0].split("\t") == ["onset", "duration", "trial_type", "label"]
    assert "gap\tlink_lost" in "\n".join(events)


def test_fhir_tells_the_resting_rate_only(content: Content) -> None:
    told = describe_rate(content)
    assert told["code"]["coding"][0]["code"] == "9279-1"
    assert told["valueQuantity"]["value"] == pytest.approx(15.0, abs=0.2)
    assert told["effectivePeriod"]["start"] == "2026-05-03T10:00:00.000+02:00"
    paced = replace(content, marks=())
    with pytest.raises(RefusedInput, match="only a resting rate"):
        describe_rate(paced)
    undated = replace(content, provenance=Provenance("table"))
    with pytest.raises(RefusedInput, match="needs the date"):
        describe_rate(undated)


def test_jitter_is_interpolated_and_holes_are_held() -> None:
    t_ns = np.array([0, 104, 197, 300, 900, 1000]) * 1_000_000
    values = np.array([0.0, 1.04, 1.97, 3.0, 9.0, 10.0])
    track = Track(
        TrackKey("abdomen", "band"), ("abdomen",), "N", freeze_times(t_ns),
        freeze_values(values[:, np.newaxis]),
    )  # fmt: skip
    uniform = make_uniform(track, 0, 900_000_000, 10.0)
    assert uniform.values[:4, 0] == pytest.approx([0.0, 1.0, 2.0, 3.0], abs=1e-9)
    assert uniform.is_valid.tolist() == [True] * 5 + [False] * 3 + [True] * 2
    assert set(uniform.values[5:8, 0]) == {3.0}


def test_several_sessions_of_one_name_get_files_of_their_own(
    content: Content, tmp_path: Path
) -> None:
    write_export("json", [content, content], tmp_path / "out", is_folder=True)
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["2026-05-03_10-00-2.json", "2026-05-03_10-00.json"]


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_writes_the_same_bytes_each_time(
    name: str, content: Content, tmp_path: Path
) -> None:
    written: list[dict[str, bytes]] = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        write_export(name, [content], folder / "out")
        files = [path for path in folder.rglob("*") if path.is_file()]
        written.append({str(one.relative_to(folder)): one.read_bytes() for one in files})
    assert written[0]
    assert written[0] == written[1]


def test_a_session_without_samples_is_refused(content: Content, tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="no samples"):
        write_export("edf", [replace(content, tracks=())], tmp_path / "out")


def test_a_passphrase_opens_what_it_closed(content: Content, tmp_path: Path) -> None:
    write_csv_bundle(content, tmp_path / "out")
    closed = encrypt(tmp_path / "out", "seven plain words")
    with zipfile.ZipFile(BytesIO(pyrage.passphrase.decrypt(closed, "seven plain words"))) as held:
        assert "out/breaths.csv" in held.namelist()
    assert b"inhale" not in closed


@pytest.mark.parametrize("text", ["", "\n", "   \nsecond"])
def test_an_empty_passphrase_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "word").write_text(text)
    with pytest.raises(RefusedInput, match="empty"):
        read_passphrase(tmp_path / "word")


def test_without_its_package_encryption_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyrage", None)
    with pytest.raises(RefusedInput, match="pyrage") as missing:
        encrypt(tmp_path, "word")
    assert "breathsense[encrypt]" in str(missing.value)
