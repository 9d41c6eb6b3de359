"""TOML text to frozen tables: what profiles and programmes have in common.

Complaints name the file, the key and the nearest known key; the first fault found is told.
"""

import re
import tomllib
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from breathsense.core.model.errors import RefusedInput
from breathsense.core.profiles.base import decode_custom
from breathsense.core.profiles.keys import find_unknown

Tables = TypeVar("Tables", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class Form:
    """What kind of text is read.

    Parameters
    ----------
    noun : str
        What people call it: ``"profile"``.
    schema : str
        The value that its key ``schema`` must have.
    reference : str
        Where its keys are explained.
    max_text : int
        The most characters.

    """

    noun: str
    schema: str
    reference: str
    max_text: int


def read_tables(text: str, origin: str, kind: type[Tables], form: Form) -> Tables:
    """Parse TOML and convert it to the tables of a kind; nothing unknown is let pass.

    Raises
    ------
    RefusedInput
        Naming the key (or line) and the nearest known key.

    """
    raw = _parse_toml(text, origin, form)
    if raw.get("schema") != form.schema:
        raise RefusedInput(
            f"schema is {raw.get('schema')!r:.60}, this program reads {form.schema!r}",
            where=f"{origin}: schema",
            advice=f'Begin the file with: schema = "{form.schema}"',
        )
    for path, complaint in find_unknown(raw, kind):
        raise RefusedInput(complaint, where=f"{origin}: {path}", advice=form.reference)
    try:
        return msgspec.convert(raw, kind, dec_hook=decode_custom)
    except msgspec.ValidationError as error:
        what, path = _split_complaint(str(error))
        where = f"{origin}: {path}" if path else origin
        raise RefusedInput(what, where=where, advice=form.reference) from None


def _parse_toml(text: str, origin: str, form: Form) -> dict[str, Any]:
    if len(text) > form.max_text:
        raise RefusedInput(
            f"too long for a {form.noun} (over {form.max_text} characters)", where=origin
        )
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
