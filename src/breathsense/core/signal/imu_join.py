"""Acceleration and rotation of one sensor, which come in separate blocks, side by side on the grid.

A cell of acceleration waits for the cell of rotation of the same time, at the start and as long as
rotation keeps coming. When it comes again, acceleration of that time may have gone on without it,
or not, by what was sent first and in how long blocks; so it is used only once none can have.
"""

import math
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from breathsense.core.model.samples import Times, Values
from breathsense.core.signal.grid import GridBlock

NO_TIME = np.iinfo(np.int64).min
NEVER = np.iinfo(np.int64).max
TINY = 1e-12
DEGREES = 180.0 / math.pi
KEPT_NS = 65_000_000_000
"""Rotation is kept so long for acceleration that comes later: of joined blocks it comes first."""


class Cells(NamedTuple):
    """Consecutive grid values of one sensor.

    Parameters
    ----------
    t_ns, known_ns : int64 arrays, shape (n,)
        As in ``Waveform``.
    size : float64 array, shape (n,)
        Length of the acceleration, in the sensor's unit.
    up : float64 array, shape (n, 3)
        Its direction in the sensor's axes.
    turn : float64 array, shape (n, 3)
        Rotation about these axes in degrees per second, 0 where there is none.
    is_turning : bool array, shape (n,)
        Whether there is any rotation.

    """

    t_ns: Times
    known_ns: Times
    size: Values
    up: Values
    turn: Values
    is_turning: NDArray[np.bool_]

    def pick(self, start: int, end: int) -> "Cells":
        """Return the cells from ``start`` to before ``end``."""
        part = slice(start, end)
        return Cells(
            self.t_ns[part],
            self.known_ns[part],
            self.size[part],
            self.up[part],
            self.turn[part],
            self.is_turning[part],
        )


def _no_block() -> GridBlock:
    none = np.zeros(0, dtype=np.int64)
    return GridBlock(none, none, np.zeros((0, 3)))


@dataclass(slots=True)
class JoinState:
    """Cells that wait for their partner; from ``from_ns`` on rotation is waited for, and used."""

    acc: GridBlock = field(default_factory=_no_block)
    gyr: GridBlock = field(default_factory=_no_block)
    from_ns: int = NO_TIME
    newest_ns: int = NO_TIME


class AxesJoin:
    """Puts cells of rotation beside the cells of acceleration of the same time.

    Parameters
    ----------
    wait_ns : int
        Acceleration waits so long for rotation, counted in its own time. Then rotation is taken to
        have stopped, and nothing waits until so long after it comes again.
    keep_ns : int
        Rotation waits so long for acceleration, counted in its own time.

    """

    def __init__(self, wait_ns: int, keep_ns: int = KEPT_NS) -> None:
        self._wait_ns = wait_ns
        self._keep_ns = keep_ns
        self.state = JoinState()

    def push_acc(self, block: GridBlock) -> list[Cells]:
        """Take cells of acceleration; give what need not wait."""
        state = self.state
        state.acc = _extend(state.acc, block)
        return self._release_early() + self._release_known() + self._release_late()

    def push_gyr(self, block: GridBlock) -> list[Cells]:
        """Take cells of rotation; give the cells of acceleration that waited for them."""
        state = self.state
        state.gyr = _extend(state.gyr, block)
        if state.from_ns == NEVER and int(block.t_ns[-1]) >= state.newest_ns - self._wait_ns:
            state.from_ns = int(block.t_ns[0]) + self._wait_ns
        given = self._release_known()
        kept = state.gyr.t_ns > max(int(block.t_ns[-1]) - self._keep_ns, state.newest_ns)
        state.gyr = _pick(state.gyr, kept)
        return given

    def forget(self) -> None:
        """Drop what waits: the acceleration has broken off."""
        self.state.acc = _no_block()

    def _release_early(self) -> list[Cells]:
        """Give what does not wait for rotation."""
        state = self.state
        n_early = int(np.searchsorted(state.acc.t_ns, state.from_ns))
        early, state.acc = _pick(state.acc, slice(n_early)), _pick(state.acc, slice(n_early, None))
        return self._give(early, early.known_ns)

    def _release_known(self) -> list[Cells]:
        """Give the cells up to the newest rotation."""
        state = self.state
        if len(state.gyr.t_ns) == 0 or len(state.acc.t_ns) == 0:
            return []
        n_ready = int(np.searchsorted(state.acc.t_ns, state.gyr.t_ns[-1], side="right"))
        ready, state.acc = _pick(state.acc, slice(n_ready)), _pick(state.acc, slice(n_ready, None))
        after = np.searchsorted(state.gyr.t_ns, ready.t_ns)
        return self._give(ready, np.maximum(ready.known_ns, state.gyr.known_ns[after]))

    def _release_late(self) -> list[Cells]:
        """Give what waited too long, and from then on all."""
        state = self.state
        waiting = state.acc
        if len(waiting.t_ns) == 0 or waiting.t_ns[-1] - waiting.t_ns[0] <= self._wait_ns:
            return []
        over = waiting.t_ns - waiting.t_ns[0] > self._wait_ns
        patience_ns = waiting.known_ns[int(np.argmax(over))]
        given = self._give(waiting, np.maximum(waiting.known_ns, patience_ns))
        state.from_ns, state.acc = NEVER, _no_block()
        return given

    def _give(self, acc: GridBlock, known_ns: Times) -> list[Cells]:
        if len(acc.t_ns) == 0:
            return []
        state = self.state
        state.newest_ns = int(acc.t_ns[-1])
        gyr = np.zeros((len(acc.t_ns), 3))
        has_gyr = np.zeros(len(acc.t_ns), dtype=np.bool_)
        if len(state.gyr.t_ns):
            at = np.minimum(np.searchsorted(state.gyr.t_ns, acc.t_ns), len(state.gyr.t_ns) - 1)
            has_gyr = (state.gyr.t_ns[at] == acc.t_ns) & (acc.t_ns >= state.from_ns)
            gyr[has_gyr] = state.gyr.values[at[has_gyr]]
        x, y, z = acc.values.T
        size = np.sqrt(x * x + y * y + z * z)
        up = acc.values / np.maximum(size, TINY)[:, None]
        return [Cells(acc.t_ns, known_ns, size, up, gyr, has_gyr)]


def _extend(one: GridBlock, other: GridBlock) -> GridBlock:
    if len(one.t_ns) == 0:
        return other
    return GridBlock(
        np.concatenate((one.t_ns, other.t_ns)),
        np.concatenate((one.known_ns, other.known_ns)),
        np.concatenate((one.values, other.values)),
    )


def _pick(block: GridBlock, rows: slice | NDArray[np.bool_]) -> GridBlock:
    return GridBlock(block.t_ns[rows], block.known_ns[rows], block.values[rows])
