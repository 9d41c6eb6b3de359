import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import breathsense
from breathsense.session.texts import N_, _, say_n, take_language, take_translator

PACKAGE = Path(breathsense.__file__).parent
MARKS = {"_", "N_", "say_n"}
SHOWN = {"plain", "notify", "write", "write_centred", "write_right", "Notice", "Confirm"}
"""Functions whose texts are seen by people."""
MOVED = (
    "session/settings.py",
    "session/texts.py",
    "tui/drawing/options.py",
    "tui/screens/options.py",
)
"""Files whose texts are all marked; a file that is marked from end to end is added here."""


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    take_language("en", {})


def write_catalogue(folder: Path, language: str, texts: dict[str, str]) -> None:
    """Write a catalogue as msgfmt does: a table of lengths and places, then the texts."""
    pairs = sorted({"": "Content-Type: text/plain; charset=UTF-8\n", **texts}.items())
    n, at = len(pairs), 28
    strings, tables = b"", [b"", b""]
    first = at + 16 * n
    for which in (0, 1):
        for pair in pairs:
            raw = pair[which].encode()
            place = first + len(strings)
            tables[which] += len(raw).to_bytes(4, "little") + place.to_bytes(4, "little")
            strings += raw + b"\0"
    head = [0x950412DE, 0, n, at, at + 8 * n, 0, 0]
    path = folder / language / "LC_MESSAGES" / "breathsense.mo"
    path.parent.mkdir(parents=True)
    path.write_bytes(
        b"".join(word.to_bytes(4, "little") for word in head) + b"".join(tables) + strings
    )


def test_without_a_catalogue_texts_are_english(tmp_path: Path) -> None:
    take_language("de", {}, [tmp_path])
    assert _("Look") == "Look"
    assert _("") == ""
    assert N_("Look") == "Look"
    assert [say_n("{n} breath", "{n} breaths", n) for n in (1, 2)] == ["1 breath", "2 breaths"]


@pytest.mark.parametrize(
    ("language", "environment", "said"),
    [
        ("de", {}, "Aussehen"),
        ("auto", {"LANG": "de_DE.UTF-8"}, "Aussehen"),
        ("auto", {"LANGUAGE": "fr:de", "LANG": "en_GB.UTF-8"}, "Aussehen"),
        ("auto", {"LANG": "C.UTF-8"}, "Look"),
        ("auto", {}, "Look"),
        ("en", {"LANG": "de_DE.UTF-8"}, "Look"),
    ],
)
def test_the_language_is_chosen_or_asked_of_the_system(
    tmp_path: Path, language: str, environment: dict[str, str], said: str
) -> None:
    write_catalogue(tmp_path, "de", {"Look": "Aussehen"})
    take_language(language, environment, [tmp_path])
    assert _("Look") == said


def test_a_check_may_translate_by_a_function() -> None:
    take_translator(str.upper)
    assert _("Look") == "LOOK"
    take_translator(lambda text: f"<{text}>")
    assert say_n("{n} breath", "{n} breaths", 2) == "<2 breaths>"


def list_calls(path: str) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse((PACKAGE / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else ""
            yield (function.id if isinstance(function, ast.Name) else name), node


def is_text(node: ast.expr) -> bool:
    """Tell whether it is a text as it stands that has a word in it."""
    texts = [node] if isinstance(node, ast.Constant) else getattr(node, "values", [])
    return any(
        isinstance(one, ast.Constant)
        and isinstance(one.value, str)
        and any(word.isalpha() and len(word) > 1 for word in one.value.split())
        for one in texts
    )


@pytest.mark.parametrize("path", MOVED)
def test_no_text_of_a_moved_file_is_shown_without_its_mark(path: str) -> None:
    bare = [
        f"{name} in line {call.lineno}"
        for name, call in list_calls(path)
        if name in SHOWN and call.args and is_text(call.args[0])
    ]
    assert not bare


def test_what_is_marked_is_a_text_as_it_stands() -> None:
    """A text put together before it is translated is in no catalogue."""
    for file in PACKAGE.rglob("*.py"):
        for name, call in list_calls(str(file.relative_to(PACKAGE))):
            if name in MARKS and call.args:
                assert not isinstance(call.args[0], ast.JoinedStr), f"{file}:{call.lineno}"
