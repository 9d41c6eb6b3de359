"""Small checks that several tables of a profile share; each yields ``(path, complaint)``."""

from collections.abc import Iterator

from breathsense.core.profiles.spec import ProfileSpec

Fault = tuple[str, str]


def find_repeated(path: str, names: list[str]) -> Iterator[Fault]:
    """Find names that are given twice."""
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield path, f"the name {name!r} is given twice"


def find_unknown_setting(spec: ProfileSpec, name: str, path: str) -> Iterator[Fault]:
    """Find a reference to a setting that is not there."""
    if all(setting.name != name for setting in spec.settings):
        known = ", ".join(setting.name for setting in spec.settings) or "none"
        yield path, f"there is no setting {name!r}; known: {known}"


def find_unknown_stream(spec: ProfileSpec, name: str, path: str) -> Iterator[Fault]:
    """Find a reference to a stream that is not there."""
    if all(stream.name != name for stream in spec.streams):
        known = ", ".join(stream.name for stream in spec.streams)
        yield path, f"there is no stream {name!r}; known: {known}"
