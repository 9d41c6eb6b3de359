import csv
import json
import os
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Never

import pytest

from breathsense.core.model.errors import RefusedInput
from breathsense.library import tables
from breathsense.library.batch import Outcome, check_output, run_jobs
from breathsense.library.jobs import DONE, Job, list_jobs
from breathsense.library.many import SESSIONS, AnalyseEach, ExportEach
from breathsense.library.pools import count_cores, open_pool
from breathsense.library.tables import write_tables


@contextmanager
def threads(n_jobs: int | None = None) -> Iterator[Executor]:
    with ThreadPoolExecutor(n_jobs or 2) as pool:
        yield pool


class Copy:
    """Work that copies, and remembers what it was given."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, job: Job) -> Outcome:
        self.names.append(job.name)
        if job.path.read_bytes() == b"bad":
            raise RefusedInput("this is no recording", where="somewhere")
        if job.path.read_bytes() == b"strange":
            raise ZeroDivisionError
        if job.path.read_bytes() == b"deadly":
            raise BrokenProcessPool
        job.target.parent.mkdir(parents=True, exist_ok=True)
        job.target.write_bytes(job.path.read_bytes())
        return Outcome(job.name, started="2026-01-01T00:00:00+00:00")


class Tells:
    def __init__(self, most: int = 1000) -> None:
        self.counts: list[tuple[int, int]] = []
        self.most = most

    def __call__(self, n_done: int, n_all: int, newest: Outcome | None) -> None:
        self.counts.append((n_done, n_all))
        if newest is not None and len(self.counts) > self.most:
            raise KeyboardInterrupt


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    study = tmp_path / "study"
    for name in ("b.mcap", "a.jsonl", "sub-01/a.mcap", ".hidden.mcap", "notes.txt", "t.csv"):
        path = study / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return study


def test_folders_are_looked_through_to_the_bottom_in_order(folder: Path, tmp_path: Path) -> None:
    jobs = list_jobs([folder], tmp_path / "out", ".json")
    assert [one.name for one in jobs] == ["a", "b", "sub-01/a"]
    assert jobs[2].target == tmp_path / "out" / "sub-01" / "a.json"
    with_tables = list_jobs([folder], tmp_path / "out", ".json", with_tables=True)
    assert [one.name for one in with_tables] == ["a", "b", "t", "sub-01/a"]


def test_files_that_are_named_and_names_that_are_taken(folder: Path, tmp_path: Path) -> None:
    jobs = list_jobs([folder / "t.csv", folder / "sub-01/a.mcap", folder], tmp_path / "out", "")
    assert [one.name for one in jobs] == ["t", "a", "a-2", "b", "sub-01/a"]


def test_what_an_earlier_run_made_is_no_input(folder: Path) -> None:
    out = folder / "out"
    (out / SESSIONS).mkdir(parents=True)
    for name in (DONE, "sessions.csv", f"{SESSIONS}/x.jsonl"):
        (out / name).write_text("{}")
    for again in (out / SESSIONS, folder / "another"):
        jobs = list_jobs([folder], again, ".json", with_tables=True)
        assert [one.name for one in jobs] == ["a", "b", "t", "sub-01/a"]


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="no recording"):
        list_jobs([tmp_path], tmp_path / "out", "")


@pytest.mark.skipif(sys.platform == "win32", reason="its file names are text")
def test_a_name_that_is_no_text_is_made_one(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\x1b[2J\n.mcap"))
    try:
        path.write_bytes(b"")
    except OSError:
        pytest.skip("this file system takes text only")
    (job,) = list_jobs([tmp_path], tmp_path / "out", "")
    assert (job.name, job.path) == ("??[2J?", path)


def run(
    folder: Path, out: Path, work: Copy, tells: Tells | None = None, way: str = ""
) -> list[str]:
    check_output(out)
    jobs = list_jobs([folder], out, ".json")
    outcomes = run_jobs(jobs, work, out, threads, way=way, tell=tells or Tells())
    return [one.trouble for one in outcomes]


def test_what_is_done_is_not_done_again(folder: Path, tmp_path: Path) -> None:
    out, first, second = tmp_path / "out", Copy(), Copy()
    assert run(folder, out, first) == ["", "", ""]
    tells = Tells()
    run(folder, out, second, tells)
    assert sorted(first.names) == ["a", "b", "sub-01/a"]
    assert (second.names, tells.counts) == ([], [(3, 3)])


@pytest.mark.parametrize("change", ["way", "input", "target", "line"])
def test_what_is_not_the_same_any_more_is_done_again(
    folder: Path, tmp_path: Path, change: str
) -> None:
    out, again = tmp_path / "out", Copy()
    run(folder, out, Copy())
    if change == "input":
        os.utime(folder / "b.mcap", ns=(1, 1))
    elif change == "target":
        (out / "b.json").unlink()
    elif change == "line":
        lines = (out / DONE).read_bytes().splitlines(keepends=True)
        kept = [line for line in lines if b'"b"' not in line]
        (out / DONE).write_bytes(b"".join(kept) + b'{"name":"b","star')
    run(folder, out, again, way="other" if change == "way" else "")
    assert sorted(again.names) == (["a", "b", "sub-01/a"] if change == "way" else ["b"])
    more = Copy()
    run(folder, out, more, way="other" if change == "way" else "")
    assert more.names == []


def test_one_bad_file_is_told_and_stops_no_other(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (folder / "b.mcap").write_bytes(b"bad")
    (folder / "a.jsonl").write_bytes(b"strange")
    strange, bad, good = run(folder, out, Copy())
    assert (bad, good) == ("this is no recording", "")
    assert strange.startswith("it makes no sense (ZeroDivisionError")
    again = Copy()
    run(folder, out, again)
    assert sorted(again.names) == ["a", "b"]


def test_a_process_that_dies_takes_no_session_with_it_but_its_own(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "b.mcap").write_bytes(b"deadly")
    work = Copy()
    assert run(folder, tmp_path / "out", work) == ["", "the process that worked on it has died", ""]
    assert sorted(work.names) == ["a", "b", "b", "sub-01/a"]


def test_what_was_done_before_an_interruption_is_kept(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        run(folder, out, Copy(), Tells(most=1))
    again = Copy()
    run(folder, out, again)
    assert len(again.names) == 2


def test_a_folder_with_other_files_in_it_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(RefusedInput, match="files in it already"):
        check_output(tmp_path)
    with pytest.raises(RefusedInput, match="cannot be written"):
        check_output(tmp_path / "mine.txt" / "below")


@pytest.fixture
def study(tmp_path: Path, belt: Path) -> Path:
    study = tmp_path / "study"
    study.mkdir()
    content = belt.read_bytes()
    (study / "one.mcap").write_bytes(content)
    (study / "torn.mcap").write_bytes(content[: len(content) * 3 // 4])
    (study / "none.mcap").write_bytes(b"nothing")
    return study


def analyse(study: Path, out: Path, open_any: object = threads) -> list[Path]:
    check_output(out)
    jobs = list_jobs([study], out / SESSIONS, ".json")
    outcomes = run_jobs(jobs, AnalyseEach(), out, open_any, way="", tell=Tells())  # type: ignore[arg-type] # one of two kinds
    return write_tables(jobs, outcomes, out)


def read_rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_tables_have_a_row_for_each_session_and_each_breath(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    analyse(study, out)
    none, one, torn = read_rows(out / "sessions.csv")
    analysis = json.loads((out / SESSIONS / "one.json").read_text())
    assert one["n_breaths"] == str(len(analysis["breaths"])) == "25"
    assert float(one["rate_per_min"]) == pytest.approx(12.5, abs=0.1)
    assert (one["unit"], one["usable_frac"], one["trouble"]) == ("N", "1.0", "")
    assert "ends in the middle" in torn["problem"]
    assert (none["trouble"], none["n_breaths"]) == ("this is not a recording", "")
    breaths = [row for row in read_rows(out / "breaths.csv")
               if row["session"] == "one"]  # fmt: skip
    assert [float(row["peak_s"]) for row in breaths] == [b["peak_s"] for b in analysis["breaths"]]
    assert all(path.stat().st_mode & 0o077 == 0 for path in out.rglob("*") if path.is_file())


def test_parquet_says_what_csv_says(study: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    out = tmp_path / "out"
    analyse(study, out)
    for name in ("sessions", "breaths"):
        rows = parquet.read_table(out / f"{name}.parquet").to_pylist()
        told = read_rows(out / f"{name}.csv")
        assert [[str(v) if v is not None else "" for v in row.values()] for row in rows] == [
            list(row.values()) for row in told
        ]


def test_without_pyarrow_there_is_csv(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "pyarrow.parquet", raising=False)
    assert not tables.has_parquet()
    written = analyse(study, tmp_path / "out")
    assert [one.name for one in written] == ["sessions.csv", "breaths.csv"]


def test_an_analysis_that_somebody_changed_is_refused(study: Path, tmp_path: Path) -> None:
    analyse(study, tmp_path / "out")
    (tmp_path / "out" / SESSIONS / "one.json").write_text("{")
    with pytest.raises(RefusedInput, match="cannot be read"):
        analyse(study, tmp_path / "out")


def test_an_export_of_many_is_a_file_for_each(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    check_output(out)
    jobs = list_jobs([study], out, ".json")
    none, one, torn = run_jobs(jobs, ExportEach("json"), out, threads, way="", tell=Tells())
    assert (none.trouble, one.trouble) == ("this is not a recording", "")
    assert "ends in the middle" in torn.problem
    assert one.started.startswith("2026-")
    assert sorted(path.name for path in out.glob("*.json")) == ["one.json", "torn.json"]


def test_an_executor_that_there_is_not_is_refused() -> None:
    with pytest.raises(RefusedInput, match="no executor"), open_pool("slurm:here"):
        pass
    assert count_cores() >= 1


def test_without_distributed_a_cluster_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(RefusedInput, match="needs the package distributed"), open_pool("dask:x"):
        pass


def test_a_pool_that_is_broken_already_is_opened_anew_for_each(
    folder: Path, tmp_path: Path
) -> None:
    class Broken(ThreadPoolExecutor):
        def submit(self, *_words: object, **_options: object) -> Never:
            raise BrokenProcessPool

    @contextmanager
    def open_some(n_jobs: int | None = None) -> Iterator[Executor]:
        with ThreadPoolExecutor(1) if n_jobs else Broken(1) as pool:
            yield pool

    out, work = tmp_path / "out", Copy()
    check_output(out)
    jobs = list_jobs([folder], out, ".json")
    outcomes = run_jobs(jobs, work, out, open_some, way="", tell=Tells())
    assert [one.trouble for one in outcomes] == ["", "", ""]
