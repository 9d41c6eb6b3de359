import ast
import re
from collections.abc import Iterator
from gettext import GNUTranslations
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

import breathsense
from breathsense.session.guide import load_guide
from breathsense.session.texts import (
    N_,
    Words,
    _,
    find_language,
    list_catalogues,
    list_places,
    say_n,
    take_language,
    take_translator,
)

PACKAGE = Path(breathsense.__file__).parent
ROOT = Path(__file__).parents[2]
MARKS = {"_", "N_", "say_n", "say_keys"}


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
        ("auto", {"LANGUAGE": "en:de", "LANG": "de_DE.UTF-8"}, "Look"),
        ("auto", {"LANG": "de_AT.UTF-8"}, "Aussehen"),
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


def test_what_is_marked_is_a_text_as_it_stands() -> None:
    """A text put together before it is translated is in no catalogue."""
    for file in PACKAGE.rglob("*.py"):
        for name, call in list_calls(str(file.relative_to(PACKAGE))):
            if name in MARKS and call.args:
                assert not isinstance(call.args[0], ast.JoinedStr), f"{file}:{call.lineno}"


def test_a_table_speaks_the_language_that_is_chosen_later(tmp_path: Path) -> None:
    write_catalogue(tmp_path, "de", {"Look": "Aussehen"})
    table = Words({"look": "Look", "rest": "rest"})
    pairs = Words({"look": ("●", "Look", 3)})
    take_language("de", {}, [tmp_path])
    assert dict(table) == {"look": "Aussehen", "rest": "rest"}
    assert pairs["look"] == ("●", "Aussehen", 3)
    assert len(pairs) == 1


def test_the_folder_of_the_user_counts_more_and_falls_back_on_the_program(tmp_path: Path) -> None:
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    write_catalogue(mine, "de", {"Look": "Gewand"})
    write_catalogue(theirs, "de", {"Look": "Aussehen", "Sound": "Ton"})
    take_language("de", {}, [mine, theirs])
    assert [_("Look"), _("Sound"), _("Port")] == ["Gewand", "Ton", "Port"]
    assert list_catalogues(tmp_path)[0] == tmp_path / "locale"


def test_a_text_of_somebody_that_cannot_be_filled_in_is_left_out(tmp_path: Path) -> None:
    wrong = {
        "{n} files": "{m} Dateien",
        "of {n}": "von {",
        "{n} left": "{n:>999999999} sind es noch",
        "{n:.0f} s": "{n:x} s",
        "{name}": "{name.__class__}",
        "{a} {b}": "{b}, {a}",
    }
    write_catalogue(tmp_path, "de", wrong)
    take_language("de", {}, [tmp_path])
    assert [_(one) for one in wrong] == [*list(wrong)[:-1], "{b}, {a}"]


@pytest.mark.parametrize("rule", ["n/0", "n%(n-3)", "7", "n?n/0:1"])
def test_a_rule_of_plurals_that_makes_no_sense_leaves_english(tmp_path: Path, rule: str) -> None:
    head = f"Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural={rule};\n"
    days = {"{n} day\0{n} days": "{n} Jahr\0{n} Jahre"}
    write_catalogue(tmp_path, "de", {"": head, **days})
    take_language("de", {}, [tmp_path])
    assert say_n("{n} day", "{n} days", 3) == "3 days"


@pytest.mark.parametrize("raw", [b"", b"no catalogue", b"\xde\x12\x04\x95" + b"\xff" * 24])
def test_a_broken_catalogue_leaves_english(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "de" / "LC_MESSAGES" / "breathsense.mo"
    path.parent.mkdir(parents=True)
    path.write_bytes(raw)
    take_language("de", {}, [tmp_path])
    assert _("Look") == "Look"


def test_the_guide_takes_the_pages_that_a_language_has(tmp_path: Path) -> None:
    page = "# {}\n\n```can\n```\n\n> Try it: **X** (`core.x`). Now.\n"
    for name, title in (("01-a.md", "A"), ("02-b.md", "B"), ("de/01-a.md", "Ä")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(page.format(title), encoding="utf-8")
    assert find_language() == ""
    take_language("de", {})
    assert find_language() == "de"
    assert [one.title for one in load_guide(tmp_path)] == ["Ä", "B"]


@pytest.fixture(scope="module")
def collect() -> Any:
    spec = spec_from_file_location("collect", ROOT / "translations" / "collect.py")
    assert spec is not None
    module = module_from_spec(spec)
    assert spec.loader is not None
    spec.loader.exec_module(module)
    return module


def test_the_template_has_every_text_of_the_program(collect: Any) -> None:
    held = {one.id for one in collect.read_language(collect.TEMPLATE) if one.id}
    assert held == set(collect.collect()), "python3 dev.py texts brings it up to date"


LANGUAGES = sorted((ROOT / "translations").glob("*.po"))


@pytest.mark.parametrize("path", LANGUAGES, ids=lambda path: path.stem)
def test_a_language_fills_in_what_english_fills_in_and_is_compiled(
    collect: Any, path: Path
) -> None:
    language = collect.read_language(path)
    for one in language:
        texts = one.string if isinstance(one.string, tuple) else (one.string,)
        key = one.id[1] if isinstance(one.id, tuple) else one.id
        assert all(list_places(text) <= list_places(key) for text in texts), one.id
    compiled = PACKAGE / "locale" / path.stem / "LC_MESSAGES" / "breathsense.mo"
    with compiled.open("rb") as file:
        held = GNUTranslations(file)
    for one in language:
        if one.id and not one.fuzzy and isinstance(one.id, str) and one.string:
            assert held.gettext(one.id) == one.string, "python3 dev.py texts compiles it"


KEY_AS_A_LETTER = re.compile(r"(?<![\w'`{-])[b-hj-rt-z](?![\w'.}:-])")
BY_PANELS = {
    "b   Belly: round the waist, at the navel",
    "r   Ribs: round the lower ribs",
    "k   Back: at the small of the back",
    "enter  begin      c  calibrate first      esc  back",
    "enter  that is why      x  enough for now      esc  go on",
    "      ctrl+d  do without",
    "A larger window (80 x 24 or more) shows more.",
    "{hours} h {minutes} min",
    "watched {hours} h {minutes} min",
}
"""Keys of small panels, which nobody can change; and letters that are none."""


def test_no_text_names_a_key_that_may_be_another_one(collect: Any) -> None:
    told = {text for text in collect.collect() if isinstance(text, str)}
    in_programs = {text for text in told if "Enter:" in text}
    named = {text for text in told if KEY_AS_A_LETTER.search(_strip_places(text))}
    assert named <= BY_PANELS | in_programs


def _strip_places(text: str) -> str:
    return re.sub(r"\{[^}]*\}", "", text)
