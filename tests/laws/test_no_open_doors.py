"""What opens doors to strangers is nowhere in the program; docs/security.md names its proofs."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
PAGE = ROOT / "docs" / "security.md"
FORBIDDEN_MODULES = {
    *("pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "yaml"),
    *("code", "codeop", "imp", "telnetlib", "ftplib", "xmlrpc"),
}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "execfile"}
FORBIDDEN_METHODS = {("os", "system"), ("os", "popen"), ("asyncio", "create_subprocess_shell")}
FORBIDDEN_KEYWORDS = {("shell", True), ("allow_pickle", True)}


def find_doors(text: str) -> Iterator[str]:
    """Yield what should not be there."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names = {one.name.split(".")[0] for one in node.names}
            yield from sorted(names & FORBIDDEN_MODULES)
        elif isinstance(node, ast.ImportFrom):
            yield from sorted({(node.module or "").split(".")[0]} & FORBIDDEN_MODULES)
        elif isinstance(node, ast.Call):
            yield from find_doors_of_call(node)


def find_doors_of_call(node: ast.Call) -> Iterator[str]:
    match node.func:
        case ast.Name(name) if name in FORBIDDEN_CALLS:
            yield name
        case ast.Attribute(ast.Name(owner), name) if (owner, name) in FORBIDDEN_METHODS:
            yield f"{owner}.{name}"
    for keyword in node.keywords:
        value = keyword.value
        if isinstance(value, ast.Constant) and (keyword.arg, value.value) in FORBIDDEN_KEYWORDS:
            yield f"{keyword.arg}={value.value}"


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "from marshal import loads",
        "eval(x)",
        "exec(x)",
        "import os; os.system(x)",
        "subprocess.run(x, shell=True)",
        "np.load(x, allow_pickle=True)",
    ],
)
def test_each_door_is_seen(text: str) -> None:
    assert list(find_doors(text))


def test_no_source_has_a_door() -> None:
    assert len(SOURCES) > 100
    found = {path: list(find_doors(path.read_text(encoding="utf-8"))) for path in SOURCES}
    assert {path: doors for path, doors in found.items() if doors} == {}


def test_the_page_about_security_names_tests_that_there_are() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE.read_text(encoding="utf-8"))
    assert len(named) > 20
    for name, test in named:
        path = ROOT / name
        assert path.is_file(), name
        assert f"def {test}(" in path.read_text(encoding="utf-8") or not test, (name, test)


def test_each_threat_on_that_page_names_its_test_or_says_that_there_is_none() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    rows = [one.strip("| ").split(" | ") for one in lines if one.startswith("| ")]
    threats = [row for row in rows if not row[0].endswith("could")]
    assert len(threats) > 30
    told = re.compile("none: |.*`tests/")
    assert [row[0] for row in threats if not told.match(row[-1])] == []
