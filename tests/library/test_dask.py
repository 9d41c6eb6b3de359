"""With a real Dask cluster of this machine; skipped where distributed is not installed."""

import warnings
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from breathsense.core.model.errors import RefusedInput
from breathsense.library.batch import check_output, run_jobs
from breathsense.library.jobs import list_jobs
from breathsense.library.many import SESSIONS, AnalyseEach
from breathsense.library.pools import open_pool
from breathsense.library.tables import write_tables

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its own imports warn on some versions of Python
    distributed = pytest.importorskip("distributed", reason="distributed is not installed")

pytestmark = pytest.mark.filterwarnings("default")


def test_a_cluster_finds_what_this_computer_finds(tmp_path: Path, belt: Path) -> None:
    study = tmp_path / "study"
    study.mkdir()
    for name in ("one.mcap", "two.mcap", "none.mcap"):
        (study / name).write_bytes(b"nothing" if name == "none.mcap" else belt.read_bytes())
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, dashboard_address=None
    ) as cluster:
        on_cluster = partial(_open, f"dask:{cluster.scheduler_address}")
        for where, pool in (("cluster", on_cluster), ("here", _threads)):
            out = tmp_path / where
            check_output(out)
            jobs = list_jobs([study], out / SESSIONS, ".json")
            outcomes = run_jobs(
                jobs, AnalyseEach(), out, pool, way="", tell=lambda _done, _all, _new: None
            )
            assert [one.trouble for one in outcomes] == ["this is not a recording", "", ""]
            write_tables(jobs, outcomes, out)
    for name in ("sessions.csv", "breaths.csv", f"{SESSIONS}/one.json"):
        assert (tmp_path / "cluster" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()


def test_a_cluster_that_does_not_answer_is_refused() -> None:
    address = "dask:nonsense://nowhere"
    with pytest.raises(RefusedInput, match="does not answer"), open_pool(address):
        pass


def _open(name: str, n_jobs: int | None = None):  # type: ignore[no-untyped-def] # noqa: ANN202 - as open_pool
    return open_pool(name, n_jobs)


def _threads(n_jobs: int | None = None) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(n_jobs or 2)
