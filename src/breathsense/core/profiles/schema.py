"""Profile: TOML text in, a frozen and fully checked description of a wearable out."""

import hashlib
from dataclasses import dataclass, field

from breathsense.core.model.errors import RefusedInput
from breathsense.core.profiles.base import SCHEMA
from breathsense.core.profiles.consistency import find_contradictions
from breathsense.core.profiles.learning import learn
from breathsense.core.profiles.reading import Form, read_tables
from breathsense.core.profiles.spec import ProfileSpec, Stream

REFERENCE = "docs/profile-reference.md explains every key"
FORM = Form("profile", SCHEMA, REFERENCE, max_text=262_144)
"""The longest profile in use has a tenth of these characters."""


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


learn(ProfileSpec)


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
    spec = read_tables(text, origin, ProfileSpec, FORM)
    for path, complaint in find_contradictions(spec):
        raise RefusedInput(complaint, where=f"{origin}: {path}", advice=REFERENCE)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return Profile(text=text, origin=origin, sha256=sha256, spec=spec)
