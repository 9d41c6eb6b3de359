"""The shelf of profiles: those that come with the program, and the user's own."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import breathsense
from breathsense.core.model.errors import RefusedInput
from breathsense.core.profiles.match import recognise
from breathsense.core.profiles.reading import Form
from breathsense.core.profiles.schema import FORM, Profile, parse_profile

FOLDER = "firmware_profiles"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Profiles by id, in alphabetical order; ``broken`` tells of files that could not be read.

    A user's profile takes the place of a shipped one with the same id.
    """

    profiles: tuple[Profile, ...]
    broken: tuple[RefusedInput, ...] = ()

    def find(self, id_or_path: str) -> Profile:
        """Return the profile of that id, or read the file at that path.

        Raises
        ------
        RefusedInput
            For an unknown id (naming the nearest), or a file that is no profile.

        """
        for profile in self.profiles:
            if profile.id == id_or_path:
                return profile
        path = Path(id_or_path)
        if path.suffix == ".toml" or path.parent != Path():
            return read_profile(path)
        names = [profile.id for profile in self.profiles]
        near = difflib.get_close_matches(id_or_path.lower(), names, n=1, cutoff=0.3)
        hint = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(names)}."
        raise RefusedInput(f"there is no profile {id_or_path!r}", advice=hint)

    def recognise(self, name: str | None, service_uuids: Iterable[str]) -> Profile | None:
        """Return the profile that fits what a wearable advertises, or ``None``."""
        return recognise(self.profiles, name, service_uuids)


def shipped_folder(name: str = FOLDER) -> Path:
    """Return a folder of shipped files: in the package, or beside it in a checkout."""
    package = Path(breathsense.__file__).parent
    installed = package / name
    return installed if installed.is_dir() else package.parents[1] / name


def read_profile(path: Path) -> Profile:
    """Read and check one file; raises RefusedInput."""
    return parse_profile(read_text(path, FORM), str(path))


def read_text(path: Path, form: Form) -> str:
    """Read a text, no further than its form allows; raises RefusedInput."""
    try:
        with path.open("rb") as file:
            raw = file.read(4 * form.max_text + 1)
        return raw.decode()
    except OSError as error:
        raise RefusedInput(error.strerror or "cannot be read", where=str(path)) from None
    except UnicodeDecodeError as error:
        raise RefusedInput(f"is no UTF-8 text (byte {error.start})", where=str(path)) from None


def load_shelf(user_folder: Path | None = None) -> Shelf:
    """Read all shipped profiles and the user's own ``*.toml``; broken ones are reported only."""
    return _read_folders([shipped_folder()] + ([user_folder] if user_folder is not None else []))


def _read_folders(folders: list[Path]) -> Shelf:
    profiles: dict[str, Profile] = {}
    broken: list[RefusedInput] = []
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            try:
                profile = read_profile(path)
            except RefusedInput as error:
                broken.append(error)
            else:
                profiles[profile.id] = profile
    return Shelf(tuple(profiles[name] for name in sorted(profiles)), tuple(broken))


def find_profile(id_or_path: str, user_folder: Path | None = None) -> Profile:
    """Return the profile of that id or at that path; raises RefusedInput.

    A shipped one is read alone: its file has its name.
    """
    own = _read_folders([user_folder] if user_folder is not None else [])
    shipped = shipped_folder() / f"{id_or_path}.toml"
    is_shipped = id_or_path == Path(id_or_path).name and shipped.is_file()
    if is_shipped and id_or_path not in {profile.id for profile in own.profiles}:
        return read_profile(shipped)
    return load_shelf(user_folder).find(id_or_path)
