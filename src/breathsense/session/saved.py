"""The wearables that were used last, so that the next session begins with one key.

Kept by name and by the id that each platform gave: an address (Linux, Windows) or a UUID of the
computer's own making (macOS). Addresses may change (random ones do), and a UUID means nothing to
another computer; the name then finds the wearable.
"""

import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from breathsense.core.model.sensors import Place
from breathsense.core.profiles.learning import learn
from breathsense.recordings.placing import put_in_place

FILE = "wearables.json"
SCHEMA = "breathsense.wearables/1"
MAX_SAVED = 64
MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class SavedWearable:
    """A wearable that was used.

    Parameters
    ----------
    name : str
        The name it advertises; empty if it has none.
    profile_id : str
        Its profile.
    place : Place
        Where it was worn last.
    ids : mapping of str to str
        What it is found by, by platform (as ``sys.platform``).
    settings : mapping of str to float
        What the user chose.

    """

    name: str
    profile_id: str
    place: Place = "abdomen"
    ids: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, float] = field(default_factory=dict)

    def find_id(self, platform: str = sys.platform) -> str:
        """Return what this platform finds it by; its name where it was never seen here."""
        return self.ids.get(platform, self.name)

    def is_called(self, words: str, platform: str = sys.platform) -> bool:
        """Return whether a user may mean this wearable by ``words``: its name, or its id here."""
        known = self.ids.get(platform, "")
        return words != "" and (words == self.name or words.lower() == known.lower())

    def is_same(self, other: "SavedWearable") -> bool:
        """Return whether both are one thing: the same name, or the same id on some platform."""
        if self.name and self.name == other.name:
            return True
        return any(other.ids.get(platform) == known for platform, known in self.ids.items())


@dataclass(frozen=True, slots=True)
class SavedWearables:
    """All that were ever used, and how many of the first of them were worn together last."""

    wearables: tuple[SavedWearable, ...] = ()
    n_last: int = 0
    schema: str = SCHEMA

    @property
    def last(self) -> tuple[SavedWearable, ...]:
        """Those that were worn together last, in their order."""
        return self.wearables[: self.n_last]

    def find(self, words: str, platform: str = sys.platform) -> SavedWearable | None:
        """Return the one wearable that is called so; ``None`` for none, or for several."""
        called = [one for one in self.wearables if one.is_called(words, platform)]
        return called[0] if len(called) == 1 else None

    def used(self, worn: Sequence[SavedWearable]) -> "SavedWearables":
        """Return what is known once these have been used together; ids of other platforms stay."""
        renewed = [self._renew(one) for one in worn]
        others = [one for one in self.wearables if not any(one.is_same(new) for new in renewed)]
        return SavedWearables((*renewed, *others)[:MAX_SAVED], len(renewed))

    def _renew(self, worn: SavedWearable) -> SavedWearable:
        before = next((one for one in self.wearables if one.is_same(worn)), None)
        ids = {**(before.ids if before else {}), **worn.ids}
        return SavedWearable(worn.name, worn.profile_id, worn.place, ids, worn.settings)


learn(SavedWearables)


def load_saved(data_dir: Path) -> SavedWearables:
    """Read what was saved; a file that is not there, or cannot be read, means nothing was."""
    try:
        with (data_dir / FILE).open("rb") as file:
            saved = msgspec.json.decode(file.read(MAX_BYTES), type=SavedWearables)
    except (OSError, ValueError, RecursionError):
        return SavedWearables()
    return saved if saved.schema == SCHEMA else SavedWearables()


def save_used(data_dir: Path, worn: Sequence[SavedWearable]) -> None:
    """Remember what is used together now; a disk that takes nothing is no reason to stop."""
    text = msgspec.json.format(msgspec.json.encode(load_saved(data_dir).used(worn)), indent=1)
    with suppress(OSError):
        put_in_place(data_dir / FILE, text)
