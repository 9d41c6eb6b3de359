import io
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyrage
import pytest

from breathsense.core.model.errors import RefusedInput
from breathsense.core.setup import Setup
from breathsense.exports.overview.layout import Heading
from breathsense.exports.progress import Cancelled
from breathsense.library.exporting import Watch, export_sessions, write_report
from breathsense.recordings.header import build_header
from breathsense.recordings.journal import Journal

WORDS = "seven plain words"


@pytest.fixture(scope="module")
def belts(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("belts")
    t_s = np.arange(0, 60, 0.1)
    rows = np.column_stack((t_s, 2.0 - 2.0 * np.cos(2 * np.pi * t_s / 4.0)))
    paths = [folder / f"{name}.csv" for name in ("a", "b", "c")]
    for path in paths:
        np.savetxt(path, rows, fmt="%.5f", delimiter=",", header="t_s,abdomen[N]", comments="")
    return paths


def stop_at(limit: float) -> Callable[[float], None]:
    def tell(share: float) -> None:
        if share >= limit:
            raise Cancelled

    return tell


@pytest.mark.parametrize("limit", [0.0, 0.5, 1.0])
def test_a_cancelled_export_leaves_nothing_and_touches_nothing(
    belts: list[Path], tmp_path: Path, limit: float
) -> None:
    target = tmp_path / "out"
    target.mkdir()
    with pytest.raises(Cancelled):
        export_sessions(belts, "csv", target, watch=Watch(stop_at(limit)))
    assert list(tmp_path.rglob("*")) == [target]


def test_a_cancelled_report_leaves_what_was_there(belts: list[Path], tmp_path: Path) -> None:
    target = tmp_path / "page.pdf"
    target.write_text("before")
    with pytest.raises(Cancelled):
        write_report(belts, target, Heading(), watch=Watch(stop_at(0.4)))
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_each_session_is_named_and_the_share_only_grows(belts: list[Path], tmp_path: Path) -> None:
    shares: list[float] = []
    begun: list[tuple[int, int, Path]] = []
    watch = Watch(shares.append, lambda *words: begun.append(words))
    export_sessions(belts, "json", tmp_path / "out", watch=watch)
    assert begun == [(number, 3, path) for number, path in enumerate(belts)]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "a.json", "b.json", "c.json"
    ]  # fmt: skip


def test_one_session_after_the_other_is_read_and_written(
    belts: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[list[str]] = []

    def look(_number: int, _count: int, _path: Path) -> None:
        written.append(sorted(path.name for path in tmp_path.rglob("*.xdf")))

    export_sessions(belts, "xdf", tmp_path / "out", watch=Watch(begin=look))
    assert written == [[], ["a.xdf"], ["a.xdf", "b.xdf"]]


def test_many_sessions_under_a_passphrase_are_one_closed_file(
    belts: list[Path], tmp_path: Path
) -> None:
    out = tmp_path / "out.age"
    export_sessions(belts, "csv", out, passphrase=WORDS)
    assert list(tmp_path.iterdir()) == [out]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    opened = pyrage.passphrase.decrypt(out.read_bytes(), WORDS)
    with zipfile.ZipFile(io.BytesIO(opened)) as held:
        assert len([one for one in held.namelist() if one.endswith("breaths.csv")]) == 3


@pytest.mark.parametrize("name", ["page.html", "page.pdf.age"])
def test_a_report_can_be_closed_too(belts: list[Path], tmp_path: Path, name: str) -> None:
    write_report(belts[:1], tmp_path / name, Heading("P-17"), passphrase=WORDS)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    opened = pyrage.passphrase.decrypt((tmp_path / name).read_bytes(), WORDS)
    assert opened.startswith((b"%PDF", b"<!doctype html>"))


@pytest.fixture
def weeks(tmp_path: Path, belt: Path) -> Path:
    """A folder with somebody's own recording and a demo."""
    folder = tmp_path / "weeks"
    folder.mkdir()
    shutil.copy(belt, folder / "own.mcap")
    write_demo(folder / "demo.mcap")
    return folder


def write_demo(path: Path) -> None:
    Journal(path, build_header(Setup(), 1_777_800_000 * 10**9, is_virtual=True)).close()


def test_a_report_leaves_out_the_demos_of_a_folder_and_says_so(weeks: Path, tmp_path: Path) -> None:
    told: list[tuple[str, str]] = []
    begun: list[str] = []
    watch = Watch(
        begin=lambda _number, _count, path: begun.append(path.name),
        warn=lambda path, what: told.append((path.name, what)),
    )
    write_report([weeks], tmp_path / "page.html", Heading(), watch=watch)
    assert begun == ["own.mcap"]
    assert ("demo.mcap", "a demo: left out") in told


def test_a_report_of_nothing_but_demos_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "demos"
    folder.mkdir()
    write_demo(folder / "demo.mcap")
    with pytest.raises(RefusedInput, match="nothing but demos"):
        write_report([folder], tmp_path / "page.html", Heading())
    write_report([folder / "demo.mcap"], tmp_path / "page.html", Heading())
    assert (tmp_path / "page.html").exists(), "one that is named is meant"


def test_every_file_and_folder_of_an_export_is_for_its_owner(
    belts: list[Path], tmp_path: Path
) -> None:
    for name in ("csv", "bids", "html"):
        export_sessions(belts, name, tmp_path / name)
        for path in [tmp_path / name, *(tmp_path / name).rglob("*")]:
            asked = 0o700 if path.is_dir() else 0o600
            assert stat.S_IMODE(path.stat().st_mode) == asked, path


def test_an_output_that_is_an_input_is_refused(belts: list[Path]) -> None:
    with pytest.raises(RefusedInput, match="one of the inputs"):
        write_report(belts, belts[0], Heading())
