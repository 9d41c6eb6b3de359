"""Profile: TOML text in, a frozen and fully checked description of a wearable out."""

import hashlib
import re
import tomllib
from dataclasses import dataclass, field
from typing import Any

import msgspec

from breathsense.core.model.errors import RefusedInput
from breathsense.core.profiles.base import SCHEMA, decode_custom
from breathsense.core.profiles.consistency import find_contradictions
from breathsense.core.profiles.keys import find_unknown
from breathsense.core.profiles.spec import ProfileSpec, Stream

MAX_TEXT = 262_144
"""Characters; the longest profile in use has a tenth of it."""
REFERENCE = "docs/profile-reference.md explains every key"


@dataclass(frozen=True, slots=True)
class Profile:
    """A wearable, described by data.

    Two profiles are equal if their texts are. ``spec`` holds every table; the properties are what
    other rooms ask for most.

    Parameters
    ----------
    text : str
        The TOML text, unchanged: it goes into the header of every recording.
    origin : str
        The file (or recording) it came from, for messages.
    sha256 : str
        Of the text in UTF-8, in hex.
    spec : ProfileSpec
        The parsed tables.

    """

    text: str = field(repr=False)
    origin: str = field(compare=False)
    sha256: str
    spec: ProfileSpec = field(compare=False, repr=False)

    @property
    def id(self) -> str:
        """The short name, such as ``"polar-h10"``."""
        return self.spec.id

    @property
    def name(self) -> str:
        """The name that people know."""
        return self.spec.name

    @property
    def streams(self) -> tuple[Stream, ...]:
        """All streams, those that are off by default too."""
        return self.spec.streams

    @property
    def protocol(self) -> str | None:
        """The named protocol, if a table alone cannot describe the wearable."""
        if self.spec.protocol is None:
            return None
        return str(self.spec.protocol.__struct_config__.tag)

    def stream(self, name: str) -> Stream:
        """Return the stream of that name; raises KeyError."""
        for stream in self.spec.streams:
            if stream.name == name:
                return stream
        raise KeyError(name)


def parse_profile(text: str, origin: str) -> Profile:
    """Parse and check a profile.

    Parameters
    ----------
    text : str
        TOML.
    origin : str
        Where the text came from; every complaint begins with it.

    Raises
    ------
    RefusedInput
        Naming the key (or line) and the nearest known key; the first fault found.

    """
    raw = _parse_toml(text, origin)
    if raw.get("schema") != SCHEMA:
        raise RefusedInput(
            f"schema is {raw.get('schema')!r:.60}, this program reads {SCHEMA!r}",
            where=f"{origin}: schema",
            advice=f'Begin the file with: schema = "{SCHEMA}"',
        )
    for path, complaint in find_unknown(raw, ProfileSpec):
        raise RefusedInput(complaint, where=f"{origin}: {path}", advice=REFERENCE)
    try:
        spec = msgspec.convert(raw, ProfileSpec, dec_hook=decode_custom)
    except msgspec.ValidationError as error:
        what, path = _split_complaint(str(error))
        where = f"{origin}: {path}" if path else origin
        raise RefusedInput(what, where=where, advice=REFERENCE) from None
    for path, complaint in find_contradictions(spec):
        raise RefusedInput(complaint, where=f"{origin}: {path}", advice=REFERENCE)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return Profile(text=text, origin=origin, sha256=sha256, spec=spec)


def _parse_toml(text: str, origin: str) -> dict[str, Any]:
    if len(text) > MAX_TEXT:
        raise RefusedInput(f"too long for a profile (over {MAX_TEXT} characters)", where=origin)
    try:
        text.encode()
        return tomllib.loads(text)
    except RecursionError:
        raise RefusedInput("no TOML: nested too deep", where=origin) from None
    except ValueError as error:
        raise RefusedInput(f"no TOML: {str(error)[:200]}", where=origin) from None


def _split_complaint(message: str) -> tuple[str, str]:
    """Part msgspec's ``what - at `$.path``` into what and path."""
    found = re.fullmatch(r"(.*?)(?: - at `\$\.?(.*)`)?", message, re.DOTALL)
    assert found is not None  # noqa: S101 - the pattern takes any text
    what = found[1]
    return what[:1].lower() + what[1:], found[2] or ""
