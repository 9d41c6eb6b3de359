"""Stages: small machines that take items one at a time and give items back.

The law that every stage keeps: *however the input is cut into blocks, the joined output is the
same, bit for bit*, and an output depends on nothing that was pushed after it.
"""

import copy
from collections.abc import Iterable, Sequence
from typing import Any, Protocol


class Stage(Protocol):
    """A causal step of the chain.

    A stage keeps its constants in frozen parameters and all that changes in ``state``, a plain
    dataclass of numbers, lists and arrays, so that any stage can be saved and restored midway.
    Items of a type or sensor that the stage does not work on are handed on unchanged, in order.
    """

    state: Any

    def push(self, item: Any) -> list[Any]:
        """Take one item; give what follows from it, in order."""
        ...

    def flush(self) -> list[Any]:
        """Give what is still held back; the input has ended."""
        ...


class Chain:
    """Stages in a row, itself a stage: what one gives, the next one takes."""

    def __init__(self, stages: Iterable[Stage]) -> None:
        self._stages: Sequence[Stage] = tuple(stages)

    @property
    def state(self) -> list[Any]:
        """The states of all stages, first to last."""
        return [stage.state for stage in self._stages]

    @state.setter
    def state(self, states: list[Any]) -> None:
        for stage, state in zip(self._stages, states, strict=True):
            stage.state = state

    def push(self, item: Any) -> list[Any]:
        """Push one item through all stages."""
        return self._pass_on([item], self._stages)

    def flush(self) -> list[Any]:
        """Flush the stages in order; what an earlier one gives still passes the later ones."""
        given: list[Any] = []
        for position, stage in enumerate(self._stages):
            given += self._pass_on(stage.flush(), self._stages[position + 1 :])
        return given

    @staticmethod
    def _pass_on(items: list[Any], stages: Sequence[Stage]) -> list[Any]:
        for stage in stages:
            if len(items) == 1:  # as nearly always where single notifications come
                items = stage.push(items[0])
            elif items:
                items = [given for item in items for given in stage.push(item)]
            else:
                break
        return items


def save_state(stage: Stage) -> Any:
    """Return a copy of all that the stage remembers; later pushes do not change it."""
    return copy.deepcopy(stage.state)


def restore_state(stage: Stage, state: Any) -> None:
    """Make the stage remember what was saved; the saved copy can be used again."""
    stage.state = copy.deepcopy(state)


def run(stage: Stage, items: Iterable[Any]) -> list[Any]:
    """Push all items and flush: the whole input at once, by the same code as live."""
    given = [out for item in items for out in stage.push(item)]
    return given + stage.flush()
