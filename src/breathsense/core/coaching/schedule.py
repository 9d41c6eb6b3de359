"""What is done when: a programme at one of its levels, spread out over time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import msgspec

from breathsense.core.coaching.schema import Programme
from breathsense.core.coaching.spec import Block, Level, Phase, PhaseName
from breathsense.core.model.errors import RefusedInput

NS_PER_S = 1_000_000_000
HELD: frozenset[PhaseName] = frozenset({"brace_breathe", "hold_full", "hold_empty"})
"""Phases whose length a level may change."""


@dataclass(frozen=True, slots=True)
class Step:
    """One phase in its place.

    Parameters
    ----------
    block, set, rep : int
        Counted from 0; ``n_sets`` and ``n_reps`` say of how many.
    phase : Phase
        What is done; of a rest between sets, a phase of its own.
    length_ns : int
        How long, or at most how long if ``is_open``: it ends by a key or by failing.

    """

    block: int
    set: int
    n_sets: int
    rep: int
    n_reps: int
    phase: Phase
    length_ns: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """What the wearer's answers or a physio allow at most.

    Parameters
    ----------
    effort : int
        Of 10.
    hold_s : float
        Of a brace or a held breath.

    """

    effort: int = 10
    hold_s: float = 60.0


def build_schedule(
    programme: Programme, level: int = 0, limits: Limits | None = None
) -> tuple[Step, ...]:
    """Spread a programme out.

    Parameters
    ----------
    programme : Programme
        With blocks.
    level : int
        One of its levels; 0 for the programme as it is written.
    limits : Limits, optional
        Longer holds and greater efforts are cut down to these.

    Raises
    ------
    RefusedInput
        It has no such level, or no blocks.

    """
    spec = programme.spec
    if not spec.block:
        raise RefusedInput(
            f"{programme.name} has no course to follow",
            where=programme.id,
            advice="It is a watch or a form: the app opens it from its list.",
        )
    if level and level not in programme.levels:
        known = ", ".join(map(str, programme.levels)) or "none"
        raise RefusedInput(
            f"there is no level {level}; known: {known}", where=programme.id,
            advice="Choose one of these, or leave the level out.",
        )  # fmt: skip
    chosen = spec.level[level - 1] if level else None
    blocks = [_apply_level(one, chosen) if chosen else one for one in spec.block]
    return tuple(
        step
        for number, block in enumerate(blocks)
        for step in _spread_block(block, number, limits or Limits())
    )


def find_length_ns(steps: tuple[Step, ...]) -> int:
    """Return how long all of it takes at most."""
    return sum(one.length_ns for one in steps)


def _apply_level(block: Block, level: Level) -> Block:
    phases = list(block.phase)
    if level.paces:
        phases = [
            _set_length(phase, length) for phase, length in zip(phases, level.paces, strict=True)
        ]
    if level.hold_s is not None:
        phases = [_set_length(one, level.hold_s) if one.do in HELD else one for one in phases]
    reps = level.reps or block.reps
    return msgspec.structs.replace(block, reps=reps, phase=tuple(phases))


def _set_length(phase: Phase, length_s: float) -> Phase:
    if phase.until == "time":
        return msgspec.structs.replace(phase, s=length_s)
    return msgspec.structs.replace(phase, cap_s=length_s)


def _spread_block(block: Block, number: int, limits: Limits) -> Iterator[Step]:
    reps = block.reps * block.sets if len(block.reps) == 1 else block.reps
    for at, n_reps in enumerate(reps):
        place = Step(number, at, block.sets, 0, n_reps, block.phase[0], 0, is_open=False)
        for rep in range(n_reps):
            for phase in block.phase:
                yield _place_phase(replace(place, rep=rep), _limit(phase, limits))
        if block.rest_s and at < block.sets - 1:
            rest = Phase(do="rest", s=block.rest_s)
            yield _place_phase(replace(place, rep=n_reps - 1), rest)


def _place_phase(place: Step, phase: Phase) -> Step:
    length_s = phase.s if phase.s is not None else phase.cap_s
    assert length_s is not None  # noqa: S101 - the schema asks for one of the two
    return replace(
        place,
        phase=phase,
        length_ns=round(length_s * NS_PER_S),
        is_open=phase.until != "time",
    )


def _limit(phase: Phase, limits: Limits) -> Phase:
    length_s = phase.s if phase.s is not None else phase.cap_s
    if phase.do in HELD and length_s is not None and length_s > limits.hold_s:
        phase = _set_length(phase, limits.hold_s)
    if phase.effort is not None and phase.effort > limits.effort:
        phase = msgspec.structs.replace(phase, effort=limits.effort)
    return phase
