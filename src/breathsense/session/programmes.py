"""The shelf of programmes and plans: those that come with the program, and the user's own."""

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from breathsense.core.coaching.plan import (
    PLAN_FORM,
    PRESCRIPTION_FORM,
    parse_plan,
    parse_prescription,
)
from breathsense.core.coaching.plan_spec import PlanSpec, PrescriptionSpec
from breathsense.core.coaching.schema import FORM, Programme, parse_programme
from breathsense.core.model.errors import RefusedInput
from breathsense.sources.shelf import read_text, shipped_folder

FOLDER = "programmes"
PLANS = "plans"
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class ProgrammeShelf:
    """Programmes and plans by id; ``broken`` tells of files that could not be read.

    A user's file takes the place of a shipped one with the same id.
    """

    programmes: dict[str, Programme]
    plans: dict[str, PlanSpec]
    broken: tuple[RefusedInput, ...] = ()

    def find(self, programme_id: str) -> Programme:
        """Return the programme of that id; raises RefusedInput naming the nearest."""
        if programme_id in self.programmes:
            return self.programmes[programme_id]
        near = difflib.get_close_matches(programme_id.lower(), self.programmes, n=1, cutoff=0.3)
        hint = f"Did you mean {near[0]}?" if near else "`breathsense programmes` lists them."
        raise RefusedInput(f"there is no programme {programme_id!r}", advice=hint)

    def read_prescription(self, path: Path) -> PrescriptionSpec:
        """Read a physio's prescription; raises RefusedInput, also for a plan that is not there."""
        text = read_text(path, PRESCRIPTION_FORM)
        spec = parse_prescription(text, str(path), self.programmes)
        if spec.plan not in self.plans:
            raise RefusedInput(
                f"there is no plan {spec.plan!r}; known: {', '.join(self.plans)}",
                where=f"{path}: plan",
            )
        return spec


def load_programmes(user_folder: Path | None = None) -> ProgrammeShelf:
    """Read all shipped programmes and plans and the user's own; broken ones are reported only.

    Parameters
    ----------
    user_folder : Path, optional
        With ``*.toml`` for programmes, and a folder ``plans`` for plans.

    """
    folders = [shipped_folder(FOLDER)] + ([user_folder] if user_folder is not None else [])
    broken: list[RefusedInput] = []
    programmes = {one.id: one for one in _read_all(folders, read_programme, broken)}
    plan_folders = [folder / PLANS for folder in folders]

    def read_plan(path: Path) -> PlanSpec:
        return parse_plan(read_text(path, PLAN_FORM), str(path), programmes)

    plans = {one.id: one for one in _read_all(plan_folders, read_plan, broken)}
    return ProgrammeShelf(dict(sorted(programmes.items())), dict(sorted(plans.items())),
                          tuple(broken))  # fmt: skip


def read_programme(path: Path) -> Programme:
    """Read and check one file; raises RefusedInput."""
    return parse_programme(read_text(path, FORM), str(path))


def _read_all(
    folders: list[Path], read: Callable[[Path], Read], broken: list[RefusedInput]
) -> list[Read]:
    found: list[Read] = []
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            try:
                found.append(read(path))
            except RefusedInput as error:
                broken.append(error)
    return found
