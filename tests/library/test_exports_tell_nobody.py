"""What must not be in any export: names, addresses, and words that a program would run."""

import csv
import re
import zipfile
from pathlib import Path

import numpy as np
import pyrage
import pytest

from breathsense.core.model.inputs import Mark
from breathsense.core.model.samples import SampleBlock, freeze_times, freeze_values
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup, Wearable
from breathsense.exports.formats import FORMATS
from breathsense.exports.overview.layout import Heading
from breathsense.library.exporting import choose_output, export_sessions, write_report
from breathsense.recordings.header import build_header, hash_address
from breathsense.recordings.journal import Journal
from breathsense.recordings.notes import NoteWriter
from breathsense.sources.shelf import find_profile

S = 1_000_000_000
WORDS = "seven plain words"
ADDRESS = "C0:FF:EE:12:34:56"
SECRETS = (b"C0:FF:EE", b"c0:ff:ee", b"0K1003A1", b"Anna Muster")
HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "<script>alert(1)</script>", "]]>&\"'")


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recorded") / "2026-05-03_10-00-00_a1b2.mcap"
    belt = Wearable("belt", find_profile("vernier-gdx-rb"), "chest", "GDX-RB 0K1003A1")
    setup = Setup(wearables=(belt,), sensors=(Sensor("abdomen", "band", "abdomen", "N", 10.0),))
    hashed = hash_address(ADDRESS, b"salt")
    header = build_header(setup, 1_777_800_000 * S, address_hashes={"belt": hashed})
    journal = Journal(path, header)
    journal.append(Mark(0, "calibration.quiet", 88 * S))
    for second in range(90):
        t_ns = np.arange(10, dtype=np.int64) * 100_000_000 + second * S
        level = 9 - 2 * np.cos(2 * np.pi * t_ns / (4 * S))
        journal.append(
            SampleBlock("abdomen", "band", freeze_times(t_ns), freeze_values(level[:, np.newaxis]))
        )
        if second < len(HOSTILE):
            journal.append(Mark((second + 1) * S, f"note: {HOSTILE[second]}"))
    journal.close()
    writer = NoteWriter(path, "physio")
    writer.set_title("Anna Muster")
    for number, words in enumerate(HOSTILE):
        writer.annotate((20 + number) * S, words)
    return path


@pytest.fixture(scope="module")
def exports(recording: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("exports")
    made = {}
    for name in FORMATS:
        made[name] = choose_output(folder, [recording], name, is_closed=False)
        export_sessions([recording], name, made[name])
    for suffix in ("html", "pdf"):
        made[f"report {suffix}"] = folder / f"report.{suffix}"
        write_report([recording], made[f"report {suffix}"], Heading())
    return made


def list_files(path: Path) -> list[Path]:
    return [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]


def test_no_export_holds_an_address_a_serial_number_or_a_name(exports: dict[str, Path]) -> None:
    assert len(exports) == len(FORMATS) + 2
    for name, made in exports.items():
        for path in list_files(made):
            content = path.read_bytes()
            assert not [one for one in SECRETS if one in content], (name, path.name)
            assert not [one for one in SECRETS if one.decode() in path.name]


def test_an_address_is_told_by_its_hash_only(exports: dict[str, Path]) -> None:
    text = (exports["csv"] / "session.json").read_text(encoding="utf-8")
    assert hash_address(ADDRESS, b"salt") in text


def test_no_cell_is_a_formula(exports: dict[str, Path]) -> None:
    n_cells = 0
    for path in [*list_files(exports["csv"]), *list_files(exports["bids"])]:
        if path.suffix not in {".csv", ".tsv"}:
            continue
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file, delimiter="\t" if path.suffix == ".tsv" else ","):
                for cell in row:
                    is_number = re.fullmatch(r"-?[\d.]+(e-?\d+)?", cell) is not None
                    assert is_number or not cell.startswith(("=", "+", "-", "@", "\t", "\r")), path
                    n_cells += 1
    assert n_cells > 1000


def test_no_words_become_elements(exports: dict[str, Path]) -> None:
    for name in ("html", "report html"):
        page = exports[name].read_text(encoding="utf-8")
        assert "<script>alert" not in page
        assert "alert(1)" in page, "the words are there, as words"
        assert "default-src 'none'" in page
    xdf = exports["xdf"].read_bytes()
    assert xdf.startswith(b"XDF:")


@pytest.mark.parametrize("name", ["edf", "csv"])
def test_any_export_can_be_closed_by_a_passphrase(
    name: str, recording: Path, tmp_path: Path
) -> None:
    out = choose_output(tmp_path, [recording], name, is_closed=True)
    export_sessions([recording], name, out, passphrase=WORDS)
    closed = out.read_bytes()
    assert closed.startswith(b"age-encryption.org/v1")
    assert b"inhale" not in closed
    (tmp_path / "open").write_bytes(pyrage.passphrase.decrypt(closed, WORDS))
    assert zipfile.is_zipfile(tmp_path / "open") == (name == "csv")


def test_names_of_exports_come_from_recordings_and_are_never_taken(tmp_path: Path) -> None:
    one = Path("x") / "2026-05-03_10-00-00_a1b2.mcap"
    first = choose_output(tmp_path, [one], "html", is_closed=False)
    assert first.name == "2026-05-03_10-00-00_a1b2.html"
    first.touch()
    assert choose_output(tmp_path, [one], "html", is_closed=False).name.endswith("_a1b2-2.html")
    closed = choose_output(tmp_path, [one], "csv", is_closed=True)
    assert closed.name == "2026-05-03_10-00-00_a1b2-csv.zip.age"
    many = choose_output(tmp_path, [one, one], "edf", is_closed=False)
    assert many.name == "2-sessions-edf"
