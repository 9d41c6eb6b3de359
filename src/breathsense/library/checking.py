"""Whether recordings are whole, and for their owner only; and what all of them weigh."""

import hashlib
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from breathsense.core.model.errors import RefusedInput
from breathsense.library.store import FILE
from breathsense.library.trash import trash_folder
from breathsense.recordings.folder import list_folder
from breathsense.recordings.header import Header
from breathsense.recordings.notes import SUFFIX, find_notes, read_notes
from breathsense.recordings.reader import open_recording

_OTHERS = 0o077


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a file or folder, and what to do about it."""

    path: Path
    what: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Weight:
    """How much room one kind of file takes."""

    kind: str
    n_files: int
    n_bytes: int


def check_library(
    data_dir: Path, tell: Callable[[int, int], None] = lambda _n_done, _n_all: None
) -> list[Flaw]:
    """Read every recording to its end, those in the trash too; return all that is wrong.

    Parameters
    ----------
    data_dir : Path
        The data folder.
    tell : callable
        Told after each recording how many of how many were read.

    """
    folders = (data_dir / "recordings", trash_folder(data_dir))
    flaws = [flaw for one in (data_dir, *folders) if one.is_dir() for flaw in _check_access(one)]
    paths = [one.path for folder in folders for one in list_folder(folder)]
    for number, path in enumerate(paths, 1):
        flaws += check_recording(path)
        tell(number, len(paths))
    for folder in folders:
        flaws += _find_left_notes(folder)
    return flaws


def check_recording(path: Path) -> list[Flaw]:
    """Read a recording and its notes to their ends; return what is wrong with them."""
    flaws = _check_access(path)
    try:
        recording = open_recording(path)
        if recording.problem:
            flaws.append(Flaw(path, recording.problem, f"breathsense repair {path}"))
        flaws += _check_profiles(path, recording.header)
    except RefusedInput as refusal:
        flaws.append(Flaw(path, refusal.what, refusal.advice))
    notes = find_notes(path)
    try:
        n_unread = read_notes(path).n_unread
        if n_unread:
            flaws.append(Flaw(notes, f"{n_unread} lines cannot be read", "The others count."))
    except RefusedInput as refusal:
        flaws.append(Flaw(notes, refusal.what, refusal.advice))
    return flaws + (_check_access(notes) if notes.exists() else [])


def weigh_library(data_dir: Path) -> list[Weight]:
    """Return how much room each kind of file takes, links not followed; the largest first."""
    counts: dict[str, list[int]] = {}
    for at, _, names in os.walk(data_dir):
        for name in names:
            path = Path(at) / name
            try:
                n_bytes = path.lstat().st_size
            except OSError:
                continue
            counts.setdefault(_name_kind(path.relative_to(data_dir)), []).append(n_bytes)
    weights = [Weight(kind, len(each), sum(each)) for kind, each in counts.items()]
    return sorted(weights, key=lambda one: (-one.n_bytes, one.kind))


def find_free_bytes(data_dir: Path) -> int | None:
    """Return how much room is left where the data folder is; ``None`` where that is not told."""
    for folder in (data_dir, *data_dir.parents):
        try:
            return shutil.disk_usage(folder).free
        except OSError:
            continue
    return None


def _name_kind(path: Path) -> str:
    first = path.parts[0]
    if first.startswith(FILE):
        return "index"
    if len(path.parts) == 1:
        return "settings"
    if first == "recordings" and path.name.endswith(SUFFIX):
        return "notes"
    return first


def _check_profiles(path: Path, header: Header) -> Iterator[Flaw]:
    for worn in header.wearables:
        if hashlib.sha256(worn.profile_text.encode()).hexdigest() != worn.profile_sha256:
            yield Flaw(path, f"the profile {worn.profile_id} in it was changed", "Take a copy.")


def _check_access(path: Path) -> list[Flaw]:
    if os.name == "nt":
        return []
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return []
    if not mode & _OTHERS:
        return []
    right = "700" if path.is_dir() else "600"
    return [Flaw(path, "others of this computer may read it", f"chmod {right} {path}")]


def _find_left_notes(folder: Path) -> list[Flaw]:
    there = {find_notes(one.path) for one in list_folder(folder)}
    left = sorted(one for one in folder.glob(f"*{SUFFIX}") if one not in there)
    return [Flaw(one, "its recording is not there", "Put it back, or delete this.") for one in left]
