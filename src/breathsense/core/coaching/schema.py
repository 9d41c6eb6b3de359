"""Programme: TOML text in, a frozen and fully checked description of what is practised out."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from breathsense.core.coaching.spec import SCHEMA, Block, Phase, ProgrammeSpec
from breathsense.core.model.errors import RefusedInput
from breathsense.core.profiles.learning import learn
from breathsense.core.profiles.reading import Form, read_tables

REFERENCE = "docs/programme-reference.md explains every key"
FORM = Form("programme", SCHEMA, REFERENCE, max_text=65_536)


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme, described by data; two are equal if their texts are.

    Parameters
    ----------
    text : str
        The TOML text, unchanged.
    origin : str
        The file it came from, for messages.
    spec : ProgrammeSpec
        The parsed tables.

    """

    text: str = field(repr=False)
    origin: str = field(compare=False)
    spec: ProgrammeSpec = field(compare=False, repr=False)

    @property
    def id(self) -> str:
        """The short name, such as ``"core.fill_the_can"``."""
        return self.spec.id

    @property
    def name(self) -> str:
        """The name that people know."""
        return self.spec.name

    @property
    def levels(self) -> tuple[int, ...]:
        """Numbers of its levels, lowest first; empty without levels."""
        return tuple(one.number for one in self.spec.level)


learn(ProgrammeSpec)


def parse_programme(text: str, origin: str) -> Programme:
    """Parse and check a programme.

    Raises
    ------
    RefusedInput
        Naming the key (or line) and the nearest known key; the first fault found.

    """
    spec = read_tables(text, origin, ProgrammeSpec, FORM)
    for path, complaint in find_contradictions(spec):
        raise RefusedInput(complaint, where=f"{origin}: {path}", advice=REFERENCE)
    return Programme(text, origin, spec)


def find_contradictions(spec: ProgrammeSpec) -> Iterator[tuple[str, str]]:
    """Yield ``(path, complaint)`` for every fault that the types let pass."""
    ways = [name for name in ("block", "watch", "question") if getattr(spec, name)]
    if len(ways) != 1:
        told = " and ".join(ways) or "none of them"
        yield "block", f"a programme has one of block, watch and question, this one has {told}"
    for number, block in enumerate(spec.block):
        yield from _check_block(block, f"block[{number}]")
    yield from _check_levels(spec)
    for number, target in enumerate(spec.target):
        bounds = (target.least, target.most)
        if None not in bounds and bounds[0] > bounds[1]:  # type: ignore[operator] # both are numbers here
            yield f"target[{number}]", f"least {bounds[0]:g} is above most {bounds[1]:g}"
    for name in ("cue", "target", "question"):
        keys = [getattr(one, {"cue": "when", "target": "of"}.get(name, "name"))
                for one in getattr(spec, name)]  # fmt: skip
        for key in sorted({one for one in keys if keys.count(one) > 1}):
            yield name, f"{key!r} is given twice"


def _check_block(block: Block, path: str) -> Iterator[tuple[str, str]]:
    if len(block.reps) not in (1, block.sets):
        yield f"{path}.reps", f"{len(block.reps)} numbers for {block.sets} sets: give 1 or as many"
    for number, phase in enumerate(block.phase):
        yield from _check_phase(phase, f"{path}.phase[{number}]")


def _check_phase(phase: Phase, path: str) -> Iterator[tuple[str, str]]:
    if phase.until == "time":
        if phase.s is None:
            yield f"{path}.s", "a phase that ends by time needs its seconds"
        if phase.cap_s is not None:
            yield f"{path}.cap_s", "only a phase that ends by key or fail has a cap"
    elif phase.cap_s is None or phase.s is not None:
        yield f"{path}.cap_s", f"a phase that ends by {phase.until} needs cap_s and no s"


def _check_levels(spec: ProgrammeSpec) -> Iterator[tuple[str, str]]:
    for number, level in enumerate(spec.level):
        path = f"level[{number}]"
        if level.number != number + 1:
            yield f"{path}.number", f"levels count from 1 without holes: this one is {number + 1}"
        if len(spec.block) != 1:
            yield path, "only a programme of one block has levels"
            return
        block = spec.block[0]
        if level.reps and len(level.reps) not in (1, block.sets):
            yield f"{path}.reps", f"{len(level.reps)} numbers for {block.sets} sets"
        if level.paces and len(level.paces) != len(block.phase):
            yield f"{path}.paces", f"{len(level.paces)} lengths for {len(block.phase)} phases"
