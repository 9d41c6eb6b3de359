"""What all targets share: what one is, and folders for what it reads."""

import atexit
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from breathsense.core.model.errors import RefusedInput
from breathsense.sources.shelf import read_profile, shipped_folder

ROOT = Path(__file__).resolve().parents[2]
PROFILES = [read_profile(path) for path in sorted(shipped_folder().glob("*.toml"))]

Feed = Callable[[bytes], None]


@dataclass(frozen=True)
class Target:
    """One thing that takes bytes of strangers.

    ``feed`` returns, or raises what makes a finding; ``seeds`` gives inputs that get far.
    """

    feed: Feed
    seeds: Callable[[], list[bytes]]


def in_file(name: str, use: Callable[[Path], None]) -> Feed:
    """Return what writes bytes into a file and lets it be used; refusals in words are answers."""
    folder = make_folder()

    def feed(content: bytes) -> None:
        path = folder / name
        path.write_bytes(content)
        with suppress(RefusedInput):
            use(path)

    return feed


def make_folder() -> Path:
    """Return a fresh folder, in memory where that is to be had; it goes when the program ends."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own in it
    folder = tempfile.mkdtemp(prefix="fuzz-", dir=memory if memory.is_dir() else None)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)
