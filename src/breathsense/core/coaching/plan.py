"""Plans and prescriptions: TOML text in, checked against the programmes there are."""

import difflib
from collections.abc import Iterable, Iterator, Mapping

from breathsense.core.coaching.plan_spec import (
    PLAN_SCHEMA,
    PRESCRIPTION_SCHEMA,
    Item,
    PlanSpec,
    PrescriptionSpec,
)
from breathsense.core.coaching.schema import REFERENCE, Programme
from breathsense.core.model.errors import RefusedInput
from breathsense.core.profiles.learning import learn
from breathsense.core.profiles.reading import Form, read_tables

PLAN_FORM = Form("plan", PLAN_SCHEMA, REFERENCE, max_text=65_536)
PRESCRIPTION_FORM = Form("prescription", PRESCRIPTION_SCHEMA, REFERENCE, max_text=65_536)

Programmes = Mapping[str, Programme]
learn(PlanSpec, PrescriptionSpec)


def parse_plan(text: str, origin: str, programmes: Programmes) -> PlanSpec:
    """Parse a plan; every programme and level in it must be there.

    Raises
    ------
    RefusedInput
        Naming the key and the nearest known name; the first fault found.

    """
    spec = read_tables(text, origin, PlanSpec, PLAN_FORM)
    _refuse(_check_plan(spec, programmes), origin)
    return spec


def parse_prescription(text: str, origin: str, programmes: Programmes) -> PrescriptionSpec:
    """Parse a prescription; raises RefusedInput as ``parse_plan``."""
    spec = read_tables(text, origin, PrescriptionSpec, PRESCRIPTION_FORM)
    _refuse(_check_prescription(spec, programmes), origin)
    return spec


def _refuse(faults: Iterable[tuple[str, str]], origin: str) -> None:
    for path, complaint in faults:
        raise RefusedInput(complaint, where=f"{origin}: {path}", advice=REFERENCE)


def _check_plan(spec: PlanSpec, programmes: Programmes) -> Iterator[tuple[str, str]]:
    due = 1
    for number, stage in enumerate(spec.stage):
        path, (first, last) = f"stage[{number}]", stage.weeks
        if first != due or last < first:
            yield (
                f"{path}.weeks",
                f"weeks go on from {due} without holes; this is {first}-{last}",
            )
        due = last + 1
        yield from _check_items(stage.item, f"{path}.item", programmes)
    yield from _check_rules(spec.rules.good, spec.rules.of)


def _check_prescription(
    spec: PrescriptionSpec, programmes: Programmes
) -> Iterator[tuple[str, str]]:
    yield from _check_items(spec.item, "item", programmes)
    for name in ("approve", "lock"):
        for number, one in enumerate(getattr(spec, name)):
            yield from _check_name(one, f"{name}[{number}]", programmes)
    for one in sorted({*spec.approve} & {*spec.lock}):
        yield "lock", f"{one!r} is both approved and locked"
    if spec.rules is not None:
        yield from _check_rules(spec.rules.good, spec.rules.of)


def _check_rules(good: int, of: int) -> Iterator[tuple[str, str]]:
    if good > of:
        yield "rules.good", f"{good} good sessions of {of} cannot be"


def _check_items(
    items: tuple[Item, ...], path: str, programmes: Programmes
) -> Iterator[tuple[str, str]]:
    for number, item in enumerate(items):
        where = f"{path}[{number}]"
        yield from _check_name(item.programme, f"{where}.programme", programmes)
        known = programmes.get(item.programme)
        if known is not None and item.level and item.level not in known.levels:
            levels = ", ".join(map(str, known.levels)) or "none"
            yield f"{where}.level", f"{known.id} has no level {item.level}; known: {levels}"


def _check_name(name: str, path: str, programmes: Programmes) -> Iterator[tuple[str, str]]:
    if name not in programmes:
        near = difflib.get_close_matches(name, programmes, n=1, cutoff=0.4)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        yield path, f"there is no programme {name!r}{hint}"
