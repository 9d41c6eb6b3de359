"""Unknown keys and words of a profile, found before anything else and answered with the nearest."""

import difflib
import types
import typing
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec


def find_unknown(raw: Any, kind: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield ``(path, complaint)`` for every key or word that the schema does not know.

    Values of a wrong type are left to the conversion, which finds them too.
    """
    kind = _bare(kind)
    if get_origin(kind) in (Union, types.UnionType):
        yield from _in_union(raw, get_args(kind), path)
    elif get_origin(kind) is tuple and isinstance(raw, list):
        members = get_args(kind)
        for position, member in enumerate(raw):
            yield from find_unknown(member, members[0], f"{path}[{position}]")
    elif get_origin(kind) is Literal and isinstance(raw, str) and raw not in get_args(kind):
        yield path, f"{raw[:60]!r} is not known here" + _nearest(raw, get_args(kind))
    elif _is_table(kind) and isinstance(raw, dict):
        yield from _in_table(raw, kind, path)


def _in_table(raw: dict[str, Any], kind: Any, path: str) -> Iterator[tuple[str, str]]:
    known = typing.get_type_hints(kind, include_extras=True)
    tag = kind.__struct_config__.tag_field
    for key, value in raw.items():
        where = f"{path}.{key}" if path else key
        if key == tag:
            continue
        if key not in known:
            names = [*known, tag] if tag else list(known)
            yield where[:120], "unknown key" + _nearest(key, names)
        else:
            yield from find_unknown(value, known[key], where)


def _in_union(raw: Any, kinds: tuple[Any, ...], path: str) -> Iterator[tuple[str, str]]:
    tables = [kind for kind in map(_bare, kinds) if _is_table(kind)]
    tags = {kind.__struct_config__.tag: kind for kind in tables if kind.__struct_config__.tag}
    if isinstance(raw, dict) and tags:
        field = tables[0].__struct_config__.tag_field
        word = raw.get(field)
        if isinstance(word, str) and word in tags:
            yield from find_unknown(raw, tags[word], path)
        else:
            yield f"{path}.{field}", f"{word!r:.60} is not known here" + _nearest(word, tags)
    else:
        for kind in kinds:
            if not isinstance(raw, dict) or _is_table(_bare(kind)):
                complaints = list(find_unknown(raw, kind, path))
                if not complaints or len(kinds) == 1 or _only_choice(kinds):
                    yield from complaints


def _only_choice(kinds: tuple[Any, ...]) -> bool:
    return sum(kind is not type(None) for kind in kinds) == 1


def _bare(kind: Any) -> Any:
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    return kind


def _is_table(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _nearest(word: Any, known: Any) -> str:
    names = sorted(str(name) for name in known)
    near = difflib.get_close_matches(str(word)[:60], names, n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(names)}"
