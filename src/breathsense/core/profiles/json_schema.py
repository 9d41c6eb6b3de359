"""The language of profiles as a JSON Schema, by which editors help to write them."""

from inspect import cleandoc
from typing import Any

import msgspec

from breathsense.core.profiles.base import Hex, Uuid
from breathsense.core.profiles.spec import ProfileSpec

DIALECT = "https://json-schema.org/draft/2020-12/schema"
UUID_PATTERN = (
    "^\\s*((0[xX])?[0-9a-fA-F]{4}|(0[xX])?[0-9a-fA-F]{8}"
    "|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})\\s*$"
)
NAMED = ("properties", "$defs")
"""Keys whose keys are names and no words of the schema."""
NULL = {"type": "null"}
HEX_PATTERN = "^\\s*([0-9a-fA-F]{2}\\s*)*$"


def build_json_schema() -> dict[str, Any]:
    """Return the schema: every table, key, choice and bound, each table with its explanation.

    What tables say of each other (that every stream is fed, say) is beyond a schema; that is what
    ``breathsense profiles check`` is for.
    """
    schema = _tidy(msgspec.json.schema(ProfileSpec, schema_hook=_describe))
    return {"$schema": DIALECT, "title": "BreathSense profile of a wearable", **schema}


def _tidy(node: dict[str, Any]) -> dict[str, Any]:
    """Leave out what TOML cannot say (null), defaults that mean "none", and indents."""
    tidy: dict[str, Any] = {}
    for key, value in node.items():
        if key in NAMED:
            tidy[key] = {name: _tidy(one) for name, one in value.items()}
        elif key == "anyOf":
            choices = [_tidy(one) for one in value if one != NULL]
            tidy |= choices[0] if len(choices) == 1 else {key: choices}
        elif key == "items":
            tidy[key] = _tidy(value)
        elif key == "description":
            tidy[key] = cleandoc(value).replace("``", "`")
        elif key != "default" or (value and isinstance(value, str | float | int)):
            tidy[key] = value
    return tidy


def _describe(kind: type) -> dict[str, Any]:
    """Return the schema of the types that msgspec does not know."""
    known: dict[type, dict[str, Any]] = {
        Uuid: {
            "type": "string",
            "pattern": UUID_PATTERN,
            "description": "4 or 8 hex digits on the Bluetooth SIG's base, or the full UUID.",
        },
        Hex: {
            "type": "string",
            "pattern": HEX_PATTERN,
            "description": "Bytes in hex; spaces between them are allowed.",
        },
    }
    return known[kind]
