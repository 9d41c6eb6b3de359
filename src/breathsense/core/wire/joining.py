"""Runs of short blocks to long ones, where nobody waits: a recording is read at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from breathsense.core.model.samples import (
    Reading,
    Rejected,
    SampleBlock,
    Signal,
    Timing,
    freeze_times,
    freeze_values,
)

LONGEST_NS = 60_000_000_000
"""Most of what longer blocks gain is had here; what waits for another sensor waits so much longer.
"""
MOST_ROWS = 65_536
"""More than this at once gains nothing and costs memory."""
APART_NS = 1_500_000_000
"""Acceleration waits longer than this for rotation, and rotation for acceleration."""
ASIDE = (Timing, Reading, Rejected)
"""Items that no stage asks for; they need not come between the same samples as before."""
AXES: dict[Signal, Signal] = {"acc": "gyr", "gyr": "acc"}
"""Signals of one sensor that wait for each other."""


@dataclass(slots=True)
class JoinState:
    """The blocks that are held back, in order, and where each sensor's axes ended before them."""

    held: list[SampleBlock] = field(default_factory=list)
    first_ns: int = 0
    n_rows: int = 0
    newest_ns: dict[tuple[str, Signal], int] = field(default_factory=dict)


class JoinStage:
    """Joins blocks of one signal, of all sensors alike, over up to ``longest_ns`` of the session.

    Then all that is held goes at once: first the sensor whose samples reach back farthest, and of
    one sensor rotation before acceleration, which waits for it. So no stage sees two sensors, or
    two signals of one, farther apart than it would wait for them, and gives the same as for short
    blocks (the law of ``core.stage``), as far as it does not depend on how sensors alternate.
    Where acceleration and rotation of a sensor do not keep step, nothing is joined.

    What a wearable tells about itself passes by; any other item, a ``Gap`` too, first lets go all
    that is held. Not for the live path: blocks wait.

    Parameters
    ----------
    longest_ns : int
        From the first to the last sample of what is held.

    """

    def __init__(self, longest_ns: int = LONGEST_NS) -> None:
        self._longest_ns = longest_ns
        self.state = JoinState()

    def push(self, item: Any) -> list[Any]:
        """Take an item; blocks are held until they reach over the time."""
        if isinstance(item, ASIDE):
            return [item]
        if not isinstance(item, SampleBlock) or not len(item.t_ns):
            return [*self.flush(), item]
        given: list[Any] = []
        if self.state.held and not self._has_room(item):
            given = self.flush()
        state = self.state
        first_ns = int(item.t_ns[0])
        state.first_ns = min(state.first_ns, first_ns) if state.held else first_ns
        state.n_rows += len(item.t_ns)
        state.held.append(item)
        return given

    def flush(self) -> list[Any]:
        """Give what is held, one block a signal."""
        state = self.state
        held, state.held, state.n_rows = state.held, [], 0
        is_apart = _note_axes(held, state.newest_ns)
        return held if is_apart else _join_all(held)

    def _has_room(self, block: SampleBlock) -> bool:
        state = self.state
        first_ns = min(state.first_ns, int(block.t_ns[0]))
        return (
            int(block.t_ns[-1]) - first_ns <= self._longest_ns
            and state.n_rows + len(block.t_ns) <= MOST_ROWS
        )


def _note_axes(held: list[SampleBlock], newest_ns: dict[tuple[str, Signal], int]) -> bool:
    """Note where axes end; return whether two signals of a sensor that both came were apart."""
    came = {(block.sensor, block.signal) for block in held}
    is_apart = False
    for block in held:
        other = AXES.get(block.signal)
        if other is None:
            continue
        end_ns = int(block.t_ns[-1])
        newest_ns[block.sensor, block.signal] = end_ns
        if (block.sensor, other) in came:
            other_ns = newest_ns.get((block.sensor, other))
            is_apart |= other_ns is None or abs(end_ns - other_ns) > APART_NS
    return is_apart


def _join_all(held: list[SampleBlock]) -> list[SampleBlock]:
    runs: dict[tuple[Any, ...], list[SampleBlock]] = {}
    starts_ns: dict[str, int] = {}
    for block in held:
        runs.setdefault((block.sensor, block.signal, block.values.shape[1:]), []).append(block)
        first_ns = int(block.t_ns[0])
        starts_ns[block.sensor] = min(starts_ns.get(block.sensor, first_ns), first_ns)
    joined = [_join(run) for run in runs.values()]
    return sorted(joined, key=lambda one: (starts_ns[one.sensor], one.sensor, one.signal == "acc"))


def _join(run: Iterable[SampleBlock]) -> SampleBlock:
    first, *rest = run
    if not rest:
        return first
    t_ns = freeze_times(np.concatenate([first.t_ns, *(block.t_ns for block in rest)]))
    values = freeze_values(np.concatenate([first.values, *(block.values for block in rest)]))
    return SampleBlock(first.sensor, first.signal, t_ns, values)
