"""Grid values of a sensor's stance to hops of 160 ms: enough for a trunk, and a frame each."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from breathsense.core.model.samples import Stance
from breathsense.core.model.vectors import Vector

FEW = 16
"""Below so many cells it is quicker to look at each of them."""


class Hop(NamedTuple):
    """Mean direction of up (not of unit length) over a hop, and whether the wearer moved in it."""

    number: int
    t_ns: int
    known_ns: int
    up: Vector
    is_moving: bool


@dataclass(slots=True)
class HopState:
    """The open hop: its number, how many cells are in it, their sum, whether one moved."""

    number: int = -1
    n_cells: int = 0
    up: Vector = (0.0, 0.0, 0.0)
    is_moving: bool = False


class HopMaker:
    """Gathers cells; hop ``k`` holds those up to ``k * hop_ns``, and is given if none is missing.

    Parameters
    ----------
    step_ns, hop_ns : int
        Distance of cells, and of hops; the second is a multiple of the first.

    """

    def __init__(self, step_ns: int, hop_ns: int) -> None:
        self._step_ns = step_ns
        self._hop_ns = hop_ns
        self._n_cells = hop_ns // step_ns

    def take(self, state: HopState, stance: Stance) -> list[Hop]:
        """Take cells in order of time; give the hops they complete."""
        n = len(stance.t_ns)
        if n < FEW:
            return self._add(state, stance)
        first_ns = int(stance.t_ns[0])
        if int(stance.t_ns[-1]) - first_ns != (n - 1) * self._step_ns:
            return self._add(state, stance)
        begin = -(first_ns // self._step_ns - 1) % self._n_cells
        end = n - (n - begin) % self._n_cells
        return [
            *self._add(state, _pick(stance, slice(0, begin))),
            *self._add_whole(_pick(stance, slice(begin, end))),
            *self._add(state, _pick(stance, slice(end, n))),
        ]

    def _add_whole(self, stance: Stance) -> list[Hop]:
        """Give the hops that these cells fill."""
        n_cells = self._n_cells
        last = slice(n_cells - 1, None, n_cells)
        rows = stance.up.reshape(-1, n_cells, 3)
        total = np.zeros((len(rows), 3))
        for number in range(n_cells):
            total += rows[:, number]
        moved = np.logical_or.reduce(stance.is_moving.reshape(-1, n_cells), axis=1)
        ends = stance.t_ns[last]
        return [
            Hop(number, t_ns, known_ns, (x, y, z), is_moving)
            for number, t_ns, known_ns, (x, y, z), is_moving in zip(
                (ends // self._hop_ns).tolist(),
                ends.tolist(),
                stance.known_ns[last].tolist(),
                total.tolist(),
                moved.tolist(),
                strict=True,
            )
        ]

    def _add(self, state: HopState, stance: Stance) -> list[Hop]:
        """Do the same cell by cell."""
        hops = []
        number, n_cells = state.number, state.n_cells
        (x, y, z), moved = state.up, state.is_moving
        for t_ns, known_ns, (a, b, c), is_moving in zip(
            stance.t_ns.tolist(),
            stance.known_ns.tolist(),
            stance.up.tolist(),
            stance.is_moving.tolist(),
            strict=True,
        ):
            now = -(t_ns // -self._hop_ns)
            if now != number:
                number, n_cells = now, 0
                x, y, z, moved = 0.0, 0.0, 0.0, False
            x += a
            y += b
            z += c
            n_cells += 1
            moved = moved or is_moving
            if n_cells == self._n_cells:
                hops.append(Hop(number, t_ns, known_ns, (x, y, z), moved))
        state.number, state.n_cells, state.up, state.is_moving = number, n_cells, (x, y, z), moved
        return hops


def _pick(stance: Stance, cells: slice) -> Stance:
    return Stance(
        stance.sensor,
        stance.t_ns[cells],
        stance.known_ns[cells],
        stance.up[cells],
        stance.is_moving[cells],
    )
