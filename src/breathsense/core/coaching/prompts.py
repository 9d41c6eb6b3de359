"""Which steps the detectors have to know of: the labels of the command-line contract."""

from itertools import takewhile

from breathsense.core.coaching.schedule import Step
from breathsense.core.coaching.spec import PhaseName
from breathsense.core.model.inputs import Mark

BRACED: frozenset[PhaseName] = frozenset({"brace", "brace_breathe"})
"""The wall is to be firmed."""
KEPT: frozenset[PhaseName] = frozenset({"brace", "brace_breathe", "move", "exhale"})
"""Once firm it stays firm in these; another phase lets it go."""
PACED: frozenset[PhaseName] = frozenset({"inhale", "hold_full", "exhale", "hold_empty"})
"""Breathing that is led: slow, deep and held breaths are to be expected."""
SETTLED_NS = 5_000_000_000
"""A shorter rest holds no breath that a new baseline could be taken from."""


def list_marks(
    steps: tuple[Step, ...], index: int, t_ns: int, *, is_resumed: bool = False
) -> list[Mark]:
    """Return the mark that a step begins with, if any; it lasts as long as is planned.

    Phases in a row in which the same is asked have one mark, at the first of them, and another
    where the course is resumed.
    """
    step = steps[index]
    before = steps[index - 1] if index and not is_resumed else None
    length_ns = step.length_ns
    if step.phase.do == "settle":
        return [Mark(t_ns, "rezero", length_ns)] if length_ns >= SETTLED_NS else []
    if step.phase.do in BRACED:
        if before is not None and before.phase.do in BRACED:
            return []
        return [Mark(t_ns, "exercise.brace", find_brace_length(steps, index))]
    if not _is_paced(step, steps):
        return []
    if before is not None and before.block == step.block and _is_paced(before, steps):
        return []
    return [Mark(t_ns, "exercise.breathe", _find_paced_length(steps, index))]


def find_brace_length(steps: tuple[Step, ...], index: int) -> int:
    """Return how long the wall is to be firm from a step on, at most."""
    return sum(one.length_ns for one in takewhile(lambda one: one.phase.do in KEPT, steps[index:]))


def _find_paced_length(steps: tuple[Step, ...], index: int) -> int:
    block = steps[index].block
    run = takewhile(lambda one: one.phase.do in PACED and one.block == block, steps[index:])
    return sum(one.length_ns for one in run)


def _is_paced(step: Step, steps: tuple[Step, ...]) -> bool:
    """Whether breathing is led here, in a block that asks for no brace."""
    if step.phase.do not in PACED:
        return False
    return not any(one.phase.do in BRACED for one in steps if one.block == step.block)
