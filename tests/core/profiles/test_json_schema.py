"""The schema for editors: what it takes and refuses, and that it is the published one."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from breathsense.core.profiles.json_schema import build_json_schema
from breathsense.sources.shelf import shipped_folder

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = build_json_schema()
PUBLISHED = ROOT / "docs" / "profile.schema.json"
SHIPPED = sorted(shipped_folder().glob("*.toml"))
TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}
PASSED_OVER = {"title", "description", "default", "discriminator", "$schema", "$defs"}


def find_faults(value: Any, schema: dict[str, Any], path: str = "") -> list[str]:
    """Hold a value against a schema; a word of the schema that is not known here is an error."""
    faults: list[str] = []
    for word, said in schema.items():
        if word not in PASSED_OVER:
            faults += RULES[word](value, said, schema, path)
    return faults


def _type(value: Any, said: str, _: dict[str, Any], path: str) -> list[str]:
    is_flag = isinstance(value, bool) and said != "boolean"
    return [f"{path}: no {said}"] if is_flag or not isinstance(value, TYPES[said]) else []


def _ref(value: Any, said: str, _: dict[str, Any], path: str) -> list[str]:
    return find_faults(value, SCHEMA["$defs"][said.removeprefix("#/$defs/")], path)


def _properties(value: Any, said: dict[str, Any], _: dict[str, Any], path: str) -> list[str]:
    pairs = value.items() if isinstance(value, dict) else ()
    return [f for k, one in pairs if k in said for f in find_faults(one, said[k], f"{path}.{k}")]


def _additional(value: Any, said: Any, schema: dict[str, Any], path: str) -> list[str]:
    if not isinstance(value, dict):
        return []
    rest = {key: one for key, one in value.items() if key not in schema.get("properties", {})}
    if said is False:
        return [f"{path}.{key}: unknown key" for key in rest]
    return [f for key, one in rest.items() for f in find_faults(one, said, f"{path}.{key}")]


def _items(value: Any, said: dict[str, Any], _: dict[str, Any], path: str) -> list[str]:
    members = value if isinstance(value, list) else []
    return [f for n, one in enumerate(members) for f in find_faults(one, said, f"{path}[{n}]")]


def _any_of(value: Any, said: list[dict[str, Any]], _: dict[str, Any], path: str) -> list[str]:
    fits = any(not find_faults(value, one, path) for one in said)
    return [] if fits else [f"{path}: fits none of the choices"]


def _pattern(value: Any, said: str, _: dict[str, Any], path: str) -> list[str]:
    is_odd = isinstance(value, str) and not re.search(said, value)
    return [f"{path}: {value!r} does not fit"] if is_odd else []


def _number(is_out: Any) -> Any:
    def rule(value: Any, said: float, _: dict[str, Any], path: str) -> list[str]:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return [f"{path}: {value} is out of bounds"] if is_number and is_out(value, said) else []

    return rule


def _size(is_out: Any) -> Any:
    def rule(value: Any, said: int, _: dict[str, Any], path: str) -> list[str]:
        is_sized = isinstance(value, str | list)
        return [f"{path}: has {len(value)}"] if is_sized and is_out(len(value), said) else []

    return rule


RULES: dict[str, Any] = {
    "type": _type,
    "$ref": _ref,
    "properties": _properties,
    "additionalProperties": _additional,
    "items": _items,
    "anyOf": _any_of,
    "pattern": _pattern,
    "enum": lambda value, said, _, path: [] if value in said else [f"{path}: not one of them"],
    "required": lambda value, said, _, path: [
        f"{path}.{key}: missing" for key in said if isinstance(value, dict) and key not in value
    ],
    "minimum": _number(lambda value, said: value < said),
    "maximum": _number(lambda value, said: value > said),
    "exclusiveMinimum": _number(lambda value, said: value <= said),
    "minItems": _size(lambda size, said: size < said),
    "maxItems": _size(lambda size, said: size > said),
    "minLength": _size(lambda size, said: size < said),
    "maxLength": _size(lambda size, said: size > said),
}


def test_the_published_schema_is_that_of_the_code() -> None:
    published = PUBLISHED.read_text(encoding="utf-8")
    said = "breathsense profiles schema > docs/profile.schema.json"
    assert json.loads(published) == SCHEMA, said
    assert published == json.dumps(SCHEMA, indent=1) + "\n", said


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_profiles_fit_the_schema(path: Path) -> None:
    assert find_faults(tomllib.loads(path.read_text(encoding="utf-8")), SCHEMA) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('confidence = "B"', 'confidence = "E"', ".confidence: not one of them"),
        ('confidence = "B"', 'confidense = "B"', ".confidense: unknown key"),
        ('id = "sweetzpot-flow"', "", ".id: missing"),
        ('services = ["ffb0"]', 'services = ["ffb"]', ".recognition.services[0]: 'ffb' does not"),
        ("rate_hz = 10.0", 'rate_hz = "10"', ".streams[0].rate_hz: no number"),
        ("repeat = 7", "repeat = 0", ".packets[0].parts[0].repeat: fits none"),
        ('do = "subscribe"', 'do = "listen"', ".start[0]: fits none of the choices"),
        (
            'payloads = ["c406 bc06"]',
            'payloads = ["c40"]',
            ".golden[3].payloads[0]: 'c40' does not",
        ),
        ('payloads = ["c406 bc06"]', "payloads = []", ".golden[3].payloads: has 0"),
    ],
)
def test_what_the_program_refuses_an_editor_marks(old: str, new: str, said: str) -> None:
    text = (shipped_folder() / "sweetzpot-flow.toml").read_text(encoding="utf-8")
    assert text.count(old) >= 1
    faults = find_faults(tomllib.loads(text.replace(old, new, 1)), SCHEMA)
    assert any(fault.startswith(said) for fault in faults), faults


def test_every_table_is_explained_and_nothing_is_null() -> None:
    assert all(table["description"] for table in SCHEMA["$defs"].values())
    assert '"null"' not in json.dumps(SCHEMA)
