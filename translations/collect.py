"""Collect all texts of the program into the template, merge it into each language, compile those.

Run by ``python3 dev.py texts``; with the short names of languages after it, those are begun.
"""

import ast
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent
PACKAGE = ROOT / "src" / "breathsense"
DOMAIN = "breathsense"
TEMPLATE = FOLDER / f"{DOMAIN}.pot"
DAY = datetime(2026, 1, 1, tzinfo=UTC)
"""Written into the files in place of today, which would change them at every run."""
HEADS = "# BreathSense, texts in the language {language}. See docs/translating.md."
ONE = frozenset({"_", "N_", "say_keys"})
"""Their first argument is a text."""
TABLES = frozenset({"Words", "CueWords"})
"""All texts in them are."""
KEYS = frozenset({"Binding", "_key"})
"""Their third and fourth argument are texts, and the tooltip."""
FAULTS = frozenset({"OutOfReach", "LinkLost", "WearableRefused", "PairingNeeded", "_unavailable"})
"""Their first argument is a text, and the advice: ``session.error_words`` says them."""
ADVICE = frozenset(
    {"_REASONS", "_DBUS_ERRORS", "DEMO_ADVICE", "SWITCH_ON", "ALLOW", "PLUG_IN", "START_SERVICE"}
    | {"PAIR", "RESTART", "COME_NEARER", "OTHER_MODEL"}
)
"""Tables of the Bluetooth client, which stands below what knows of languages."""
SPOKEN = frozenset({"say", "about", "note", "ask", "name"})
"""Keys of programmes and plans whose values are read by people."""

Text = str | tuple[str, str]


def collect() -> dict[Text, set[str]]:
    """Return every text, or pair of one and many, with the files that it stands in."""
    found: dict[Text, set[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for text in read_code(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(text, set()).add(path.relative_to(ROOT).as_posix())
    for path in sorted((ROOT / "programmes").rglob("*.toml")):
        for text in read_table(tomllib.loads(path.read_text(encoding="utf-8"))):
            found.setdefault(text, set()).add(path.relative_to(ROOT).as_posix())
    return {text: places for text, places in found.items() if text}


def read_code(tree: ast.AST) -> Iterator[Text]:
    """Yield the texts of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(one, ast.Name) and one.id in ADVICE for one in targets):
                yield from read_values(node.value)
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in ONE:
            yield from read_texts(node.args[:1])
        elif name == "say_n":
            yield from zip(read_texts(node.args[:1]), read_texts(node.args[1:2]), strict=True)
        elif name in FAULTS:
            yield from read_texts(node.args[:1])
            yield from read_texts([one.value for one in node.keywords if one.arg == "advice"])
        elif name in TABLES:
            yield from (one for arg in node.args for one in read_values(arg))
        elif name in KEYS:
            yield from read_texts(node.args[2:4])
            yield from read_texts([one.value for one in node.keywords if one.arg == "tooltip"])


def read_texts(nodes: list[ast.expr]) -> Iterator[str]:
    """Yield those that are texts as they stand."""
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def read_values(node: ast.expr) -> Iterator[str]:
    """Yield the texts in a table; its keys are none."""
    if isinstance(node, ast.Dict):
        for value in node.values:
            yield from read_values(value)
    elif isinstance(node, ast.Tuple):
        for value in node.elts:
            yield from read_values(value)
    elif isinstance(node, ast.Constant) and any(one.isalpha() for one in str(node.value)):
        yield from read_texts([node])


def read_table(table: object, key: str = "") -> Iterator[str]:
    """Yield the texts of a programme or a plan; a name in small letters is none."""
    if isinstance(table, dict):
        for name, value in table.items():
            yield from read_table(value, name)
    elif isinstance(table, list):
        for value in table:
            yield from read_table(value, key)
    elif isinstance(table, str) and key in SPOKEN and not (key == "name" and table.islower()):
        yield table


def build_template() -> Catalog:
    """Return the template: every text, in order of the files."""
    catalog = Catalog(
        project="BreathSense",
        copyright_holder="The BreathSense developers",
        charset="utf-8",
        creation_date=DAY,
        revision_date=DAY,
        fuzzy=False,
    )
    for text, places in sorted(collect().items(), key=lambda one: (min(one[1]), str(one[0]))):
        catalog.add(text, locations=[(place, 0) for place in sorted(places)])
    return catalog


def write_catalogue(path: Path, catalog: Catalog) -> None:
    """Write a template or a language."""
    with path.open("wb") as file:
        write_po(file, catalog, width=100, include_lineno=False, ignore_obsolete=True)


def read_language(path: Path) -> Catalog:
    """Read a language; its name is that of the file."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem, domain=DOMAIN)


def compile_language(path: Path) -> Path:
    """Write what the program reads; texts that are not translated, or fuzzy, are left out."""
    compiled = PACKAGE / "locale" / path.stem / "LC_MESSAGES" / f"{DOMAIN}.mo"
    compiled.parent.mkdir(parents=True, exist_ok=True)
    with compiled.open("wb") as file:
        write_mo(file, read_language(path))
    return compiled


def main(begun: list[str]) -> None:
    """Bring everything up to date."""
    template = build_template()
    write_catalogue(TEMPLATE, template)
    paths = {*FOLDER.glob("*.po"), *(FOLDER / f"{name}.po" for name in begun)}
    for path in sorted(paths):
        language = read_language(path) if path.exists() else Catalog(locale=path.stem)
        language.update(template, no_fuzzy_matching=True)
        language.creation_date = language.revision_date = DAY
        language.header_comment = HEADS.format(language=path.stem)
        language.project, language.fuzzy = template.project, False
        write_catalogue(path, language)
        compile_language(path)
        n_done = sum(1 for one in language if one.id and one.string and all(one.string))
        sys.stdout.write(f"{path.name}: {n_done} of {len(language)} texts\n")


if __name__ == "__main__":
    main(sys.argv[1:])
