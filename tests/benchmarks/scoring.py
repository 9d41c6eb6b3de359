"""How near found breaths are to marked ones.

What is compared is the end of inspiration. A found breath and a mark within half a second of each
other are a pair; where several could be, the nearest two come first. The rate is taken in windows
of 32 s, from the first to the last breath inside; a window that holds two marks is wanted, and
covered if two breaths were found there. Where two people marked, the *consensus* asks for the
breaths that both marked, and excuses those that either did.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

NEAR_S = 0.5
WINDOW_S = 32.0


class Marks(NamedTuple):
    """What people marked in a record, in s; ``wanted`` must be found, ``allowed`` may be."""

    wanted: np.ndarray
    allowed: np.ndarray


class Figures(NamedTuple):
    """The scores of some records; a figure that cannot be told is NaN."""

    f1: float
    mae_per_min: float
    coverage: float
    latency_s: float
    latency_p95_s: float
    bias_s: float
    miss_s: float


@dataclass
class Score:
    """What is counted; the scores of records can be added."""

    n_wanted: int = 0
    n_found: int = 0
    n_hit: int = 0
    n_right: int = 0
    n_windows: int = 0
    rate_errors: list[float] = field(default_factory=list)
    offsets_s: list[float] = field(default_factory=list)
    delays_s: list[float] = field(default_factory=list)

    def figures(self) -> Figures:
        """Return the figures."""
        both = self.n_wanted * self.n_right + self.n_found * self.n_hit
        return Figures(
            2 * self.n_hit * self.n_right / both if both else (0.0 if self.n_wanted else np.nan),
            float(np.mean(self.rate_errors)) if self.rate_errors else np.nan,
            len(self.rate_errors) / self.n_windows if self.n_windows else np.nan,
            _quantile(self.delays_s, 0.5),
            _quantile(self.delays_s, 0.95),
            _quantile(self.offsets_s, 0.5),
            _quantile(np.abs(self.offsets_s), 0.5),
        )


def add_scores(scores: Iterable[Score]) -> Score:
    """Pool records: each breath and each window weighs the same."""
    total = Score()
    for one in scores:
        for name in vars(total):
            setattr(total, name, getattr(total, name) + getattr(one, name))
    return total


def find_pairs(marks_s: np.ndarray, found_s: np.ndarray) -> list[tuple[int, int]]:
    """Pair marks and findings one to one, nearest first."""
    near = [
        (abs(found_s[j] - mark_s), i, j)
        for i, mark_s in enumerate(marks_s)
        for j in np.flatnonzero(np.abs(found_s - mark_s) <= NEAR_S).tolist()
    ]
    free_marks, free_found = set(range(len(marks_s))), set(range(len(found_s)))
    pairs = []
    for _, i, j in sorted(near):
        if i in free_marks and j in free_found:
            free_marks.remove(i)
            free_found.remove(j)
            pairs.append((i, j))
    return pairs


def read_marks(record: dict[str, np.ndarray], *, consensus: bool) -> Marks | None:
    """Return the marks of the first person, or what both agree on; None without a second one."""
    first = np.sort(record["ann1_s"])
    if not consensus:
        return Marks(first, first)
    if "ann2_s" not in record:
        return None
    second = np.sort(record["ann2_s"])
    pairs = find_pairs(first, second)
    agreed = np.array(sorted((first[i] + second[j]) / 2 for i, j in pairs))
    alone = [
        np.delete(first, [i for i, _ in pairs]),
        np.delete(second, [j for _, j in pairs]),
    ]
    return Marks(agreed, np.sort(np.concatenate((agreed, *alone))))


def score(
    marks: Marks, found_s: np.ndarray, decided_s: np.ndarray | None, duration_s: float
) -> Score:
    """Score one record; ``decided_s`` is when each breath was told, None if at the end only."""
    order = np.argsort(found_s)
    found_s = found_s[order]
    pairs = find_pairs(marks.wanted, found_s)
    wanted, _ = rate_windows(marks.wanted, duration_s)
    _, n_wanted = rate_windows(marks.wanted, duration_s)
    _, n_allowed = rate_windows(marks.allowed, duration_s)
    rates, _ = rate_windows(found_s, duration_s)
    counts = np.isfinite(wanted) & (n_wanted == n_allowed)
    misses = np.abs(wanted - rates)[counts]
    delays = [] if decided_s is None else [decided_s[order][j] - marks.wanted[i] for i, j in pairs]
    return Score(
        n_wanted=len(marks.wanted),
        n_found=len(found_s),
        n_hit=len(pairs),
        n_right=len(find_pairs(marks.allowed, found_s)),
        n_windows=int(counts.sum()),
        rate_errors=misses[np.isfinite(misses)].tolist(),
        offsets_s=[float(found_s[j] - marks.wanted[i]) for i, j in pairs],
        delays_s=[float(one) for one in delays],
    )


def rate_windows(times_s: np.ndarray, duration_s: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the rate (NaN: unknown) and the number of breaths in each whole window."""
    n_windows = int(duration_s // WINDOW_S)
    rates, counts = np.full(n_windows, np.nan), np.zeros(n_windows, dtype=int)
    for number in range(n_windows):
        start_s = number * WINDOW_S
        inside = times_s[(times_s >= start_s) & (times_s < start_s + WINDOW_S)]
        counts[number] = len(inside)
        if len(inside) > 1 and inside[-1] > inside[0]:
            rates[number] = 60.0 * (len(inside) - 1) / (inside[-1] - inside[0])
    return rates, counts


def _quantile(values: list[float] | np.ndarray, q: float) -> float:
    return float(np.quantile(values, q)) if len(values) else np.nan
