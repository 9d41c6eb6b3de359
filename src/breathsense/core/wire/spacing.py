"""Packets of evenly spaced samples to times in whole ns that rise strictly."""

from collections.abc import Iterable
from itertools import pairwise

import msgspec
import numpy as np

from breathsense.core.model.samples import Times, Values


class Timed(msgspec.Struct, frozen=True, eq=False):
    """Samples with their times; ``broken_by`` says why they do not follow on the ones before."""

    t_ns: Times
    values: Values
    broken_by: str = ""


class Spaced(msgspec.Struct, frozen=True):
    """Samples between the times of the first and the last of them, not yet rounded to ns."""

    first: float
    last: float
    values: Values
    broken_by: str


def cut_at_breaks(spaced: list[Spaced]) -> list[list[Spaced]]:
    """Put together what follows on one another."""
    runs: list[list[Spaced]] = []
    for one in spaced:
        if one.broken_by or not runs:
            runs.append([])
        runs[-1].append(one)
    return runs


def cut_in_turns(
    timed: Iterable[tuple[str, list[Timed]]], turn_ns: int
) -> list[tuple[str, list[Timed]]]:
    """Cut the samples of streams every ``turn_ns``; those of one turn follow stream by stream."""
    pieces: list[tuple[int, str, Timed]] = []
    for name, each in timed:
        for one in each:
            turns = one.t_ns // turn_ns
            starts = [0, *(np.flatnonzero(turns[1:] != turns[:-1]) + 1).tolist()]
            for start, end in pairwise([*starts, len(turns)]):
                broken_by = "" if start else one.broken_by
                piece = Timed(one.t_ns[start:end], one.values[start:end], broken_by)
                pieces.append((int(turns[start]), name, piece))
    # Sorting keeps the order of streams within a turn.
    return [(name, [one]) for _, name, one in sorted(pieces, key=lambda piece: piece[0])]


def stamp_run(run: list[Spaced], last_t_ns: int | None) -> Times:
    """Return the times of all samples, strictly rising and after ``last_t_ns``."""
    if len(run) == 1:
        return keep_order(_round_times(run[0]), last_t_ns)
    t_ns = _round_run(run)
    if _is_after(t_ns, last_t_ns) and (t_ns[1:] > t_ns[:-1]).all():
        return t_ns
    return _order_each(run, last_t_ns)


def _round_times(one: Spaced) -> Times:
    n = len(one.values)
    # numpy.linspace does the same, with checks that take ten times as long.
    times = np.arange(n) * ((one.last - one.first) / max(n - 1, 1)) + one.first
    if n > 1:
        times[-1] = one.last
    rounded: Times = np.rint(times).astype(np.int64)
    return rounded


def _round_run(run: list[Spaced]) -> Times:
    """Return the times of many packets at once, the same as packet by packet."""
    counts = np.array([len(one.values) for one in run])
    first = np.array([one.first for one in run])
    last = np.array([one.last for one in run])
    ends = np.cumsum(counts)
    places = np.arange(ends[-1]) - np.repeat(ends - counts, counts)
    steps = (last - first) / np.maximum(counts - 1, 1)
    times = places * np.repeat(steps, counts) + np.repeat(first, counts)
    several = counts > 1
    times[ends[several] - 1] = last[several]
    rounded: Times = np.rint(times).astype(np.int64)
    return rounded


def _order_each(run: list[Spaced], last_t_ns: int | None) -> Times:
    pieces: list[Times] = []
    for one in run:
        pieces.append(keep_order(_round_times(one), last_t_ns))
        last_t_ns = int(pieces[-1][-1])
    return np.concatenate(pieces)


def _is_after(t_ns: Times, last_t_ns: int | None) -> bool:
    return last_t_ns is None or bool(t_ns[0] > last_t_ns)


def keep_order(t_ns: Times, last_t_ns: int | None) -> Times:
    """Return times that rise strictly and begin after ``last_t_ns``.

    Where the line was found anew it may lie before samples that have been given out; the new ones
    are then pressed into what room there is, at least 1 us each.
    """
    is_after = _is_after(t_ns, last_t_ns)
    if is_after and (len(t_ns) == 1 or (t_ns[1:] > t_ns[:-1]).all()):
        return t_ns
    start = int(t_ns[0]) - 1 if last_t_ns is None or is_after else last_t_ns
    room = max(int(t_ns[-1]) - start, 1000 * len(t_ns))
    steps = np.arange(1, len(t_ns) + 1, dtype=np.int64)
    return start + steps * room // len(t_ns)
