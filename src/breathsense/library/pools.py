"""Where work on many recordings is done: here, on all cores, or on a cluster."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager

from breathsense.core.model.errors import RefusedInput

DASK = "dask:"
_TASKS_A_CHILD = 50
"""A worker process is replaced after so many sessions: what a library leaks does not add up."""


def count_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def open_pool(name: str = "", n_jobs: int | None = None) -> Iterator[Executor]:
    """Give an executor; what is still waiting when it is left is not begun.

    Parameters
    ----------
    name : str
        Empty for processes of this computer, ``"dask:ADDRESS"`` for a Dask cluster. Its workers
        need BreathSense of the same version, and the same paths.
    n_jobs : int, optional
        Processes at once; all cores by default. A cluster has its own number.

    Raises
    ------
    RefusedInput
        There is no such executor, its package is not installed, or the cluster does not answer.

    """
    if name.startswith(DASK):
        with _open_dask(name.removeprefix(DASK)) as pool:
            yield pool
        return
    if name:
        raise RefusedInput(
            f"there is no executor {name!r}",
            where="--executor",
            advice="Give dask:ADDRESS, such as dask:tcp://scheduler:8786, or leave it out.",
        )
    # Forking would copy threads and locks of the program as they are at that moment.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(
        n_jobs or count_cores(),
        mp_context=context,
        initializer=_let_be,
        max_tasks_per_child=_TASKS_A_CHILD,
    )
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _let_be() -> None:
    """Leave Ctrl-C, which reaches all processes of a terminal, to the one that began the work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _open_dask(address: str) -> Iterator[Executor]:
    try:
        import distributed
    except ImportError as error:
        raise RefusedInput(
            "a Dask cluster needs the package distributed, which is not installed",
            where="--executor",
            advice="Install it: pip install 'breathsense[dask]'",
        ) from error
    try:
        client = distributed.Client(address, timeout="10s")
    except (OSError, ValueError) as error:
        raise RefusedInput(
            f"the Dask cluster does not answer ({error})",
            where=f"--executor {DASK}{address}",
            advice="Give the address that `dask scheduler` tells, such as tcp://127.0.0.1:8786.",
        ) from error
    with client:
        pool = client.get_executor(retries=0, pure=False)
        try:
            yield pool
        finally:
            pool.shutdown(wait=False)
