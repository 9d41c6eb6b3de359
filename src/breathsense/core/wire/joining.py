"""Runs of short blocks to long ones, where nobody waits: a recording is read at once."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from breathsense.core.model.samples import SampleBlock, freeze_times, freeze_values

LONGEST_NS = 60_000_000_000
"""Up to here longer blocks make the stages quicker (most of it is had at 20 s)."""
MOST_ROWS = 65_536
"""More than this in one block gains nothing and costs memory."""


@dataclass(slots=True)
class JoinState:
    """The blocks of the run that is held back."""

    held: list[SampleBlock] = field(default_factory=list)
    n_rows: int = 0


class JoinStage:
    """Joins blocks of one signal that follow on each other.

    Nothing changes its place: any other item, a ``Gap`` too, first lets go what is held, then
    passes. So the stages after it see the same samples in the same order, in fewer pieces, and
    give the same (the law of ``core.stage``). Not for the live path: blocks are held back.

    Parameters
    ----------
    longest_ns : int
        A run is let go once it is this long.

    """

    def __init__(self, longest_ns: int = LONGEST_NS) -> None:
        self._longest_ns = longest_ns
        self.state = JoinState()

    def push(self, item: Any) -> list[Any]:
        """Take an item; a block is held until its run ends."""
        if not isinstance(item, SampleBlock) or not len(item.t_ns):
            return [*self.flush(), item]
        state = self.state
        given: list[Any] = []
        if state.held and not self._follows(item):
            given = self.flush()
        state.held.append(item)
        state.n_rows += len(item.t_ns)
        return given

    def flush(self) -> list[Any]:
        """Give what is held, as one block."""
        state = self.state
        held, state.held, state.n_rows = state.held, [], 0
        if len(held) < 2:  # noqa: PLR2004 - one block is joined already
            return held
        t_ns = freeze_times(np.concatenate([block.t_ns for block in held]))
        values = freeze_values(np.concatenate([block.values for block in held]))
        return [SampleBlock(held[0].sensor, held[0].signal, t_ns, values)]

    def _follows(self, block: SampleBlock) -> bool:
        first = self.state.held[0]
        return (
            (block.sensor, block.signal) == (first.sensor, first.signal)
            and block.values.shape[1:] == first.values.shape[1:]
            and int(block.t_ns[-1]) - int(first.t_ns[0]) <= self._longest_ns
            and self.state.n_rows + len(block.t_ns) <= MOST_ROWS
        )
