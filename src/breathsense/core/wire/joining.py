"""Runs of short blocks to long ones, where nobody waits: a recording is read at once."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from breathsense.core.model.samples import SampleBlock, freeze_times, freeze_values

LONGEST_NS = 20_000_000_000
"""Most of what longer blocks gain is had here; so far, too, sensors may be apart afterwards."""
MOST_ROWS = 65_536
"""More than this in one block gains nothing and costs memory."""


@dataclass(slots=True)
class JoinState:
    """By sensor, the blocks of the run that is held back; the sensor that came first is first."""

    held: dict[str, list[SampleBlock]] = field(default_factory=dict)


class JoinStage:
    """Joins blocks of one signal that follow on each other.

    Of one sensor nothing changes its place, and any other item, a ``Gap`` too, first lets go all
    that is held, then passes. Blocks of different sensors come in another order than before:
    no stage of the engine looks at two sensors. So the stages after it see the same in fewer
    pieces and give the same (the law of ``core.stage``). Not for the live path: blocks wait.

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
        held = self.state.held.setdefault(item.sensor, [])
        if not held or self._follows(item, held):
            held.append(item)
            return []
        self.state.held[item.sensor] = [item]
        return [_join(held)]

    def flush(self) -> list[Any]:
        """Give what is held, one block a sensor."""
        held, self.state.held = self.state.held, {}
        return [_join(run) for run in held.values()]

    def _follows(self, block: SampleBlock, held: list[SampleBlock]) -> bool:
        first = held[0]
        return (
            block.signal == first.signal
            and block.values.shape[1:] == first.values.shape[1:]
            and int(block.t_ns[-1]) - int(first.t_ns[0]) <= self._longest_ns
            and (len(held) + 1) * len(block.t_ns) <= MOST_ROWS
        )


def _join(held: list[SampleBlock]) -> SampleBlock:
    if len(held) == 1:
        return held[0]
    t_ns = freeze_times(np.concatenate([block.t_ns for block in held]))
    values = freeze_values(np.concatenate([block.values for block in held]))
    return SampleBlock(held[0].sensor, held[0].signal, t_ns, values)
