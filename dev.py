#!/usr/bin/env python3
"""Set up BreathSense from a checkout; needs nothing but Python 3.11 or newer.

python3 dev.py demo     install into .venv and practise with a virtual belt
python3 dev.py check    install what the tests need and run all checks, or only those named:
                        style format spelling types floors tests; and coverage, only if named
python3 dev.py texts    collect all texts into translations/, and compile the languages there
python3 dev.py docs     make the documents into a site, in site/
python3 dev.py clients  install other people's clients, which some tests run, into .venv-clients
"""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = Path(os.environ.get("BREATHSENSE_VENV", ROOT / ".venv"))
BIN = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
OLDEST = (3, 11)

CLIENTS = Path(os.environ.get("BREATHSENSE_CLIENTS_VENV", ROOT / ".venv-clients"))

CHECKS = {
    "style": ["ruff", "check"],
    "format": ["ruff", "format", "--check"],
    "spelling": ["codespell"],
    "types": ["mypy"],
    "floors": ["lint-imports"],
    "tests": ["pytest", "-n", "auto", "--dist", "worksteal"],
}
APART = {
    "windows": ["mypy", "--platform", "win32", "-p", "breathsense.cli"],
    "macos": ["mypy", "--platform", "darwin", "-p", "breathsense.cli"],
    "coverage": ["pytest", "-n", "auto", "--cov", "--cov-report=term-missing"],
}
"""Checks that run only if they are named; the last one is the tests again, at half the speed."""


def main(words: list[str]) -> int:
    """Do what the first word says; the rest goes to the program that is started."""
    if sys.version_info < OLDEST:
        print(f"BreathSense needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
        return 2
    doers = {
        "demo": demo,
        "check": check,
        "texts": collect_texts,
        "docs": build_docs,
        "clients": install_clients,
    }
    if not words or words[0] not in doers:
        print(__doc__)
        return 2
    return doers[words[0]](words[1:])


def demo(words: list[str]) -> int:
    """Practise with a virtual belt."""
    install(".")
    return subprocess.run([BIN / "breathsense", "demo", *words], check=False).returncode


def check(names: list[str]) -> int:
    """Install what the tests need; run the named checks, or all."""
    install(".[test]", editable=True)
    return run_checks(names)


def collect_texts(languages: list[str]) -> int:
    """Bring the template and all languages up to date; begin those that are named."""
    install(".[test]", editable=True)
    collector = [BIN / "python", ROOT / "translations" / "collect.py", *languages]
    return subprocess.run(collector, cwd=ROOT, check=False).returncode


def build_docs(words: list[str]) -> int:
    """Make the documents into a site."""
    install(".[docs]", editable=True)
    builder = [BIN / "zensical", "build", "--strict", "--clean", *words]
    return subprocess.run(builder, cwd=ROOT, check=False).returncode


def install(what: str, *, editable: bool = False) -> None:
    """Make the environment, if it is not there, and install into it at the known versions."""
    if not (BIN / ("python.exe" if os.name == "nt" else "python")).exists():
        print(f"Making an environment in {ENVIRONMENT} ...", flush=True)
        make_environment(ENVIRONMENT)
    print("Installing ...", flush=True)
    constraints = ROOT / "constraints.txt"
    source = ["--editable", what] if editable else [what]
    pip = [BIN / "python", "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "install", "-c", constraints, *source], cwd=ROOT, check=True)


def install_clients(words: list[str]) -> int:
    """Make an environment apart, as those clients have licences and needs of their own."""
    programs = CLIENTS / BIN.name
    if not programs.exists():
        print(f"Making an environment in {CLIENTS} ...", flush=True)
        make_environment(CLIENTS)
    pip = [programs / "python", "-m", "pip", "--disable-pip-version-check", "--quiet"]
    wanted = ROOT / "tests" / "clients" / "requirements.txt"
    return subprocess.run([*pip, "install", *words, "-r", wanted], cwd=ROOT, check=False).returncode


def make_environment(folder: Path) -> None:
    """Make the environment; some Linux systems keep that part of Python in a package apart."""
    try:
        venv.create(folder, with_pip=True)
    except subprocess.CalledProcessError:
        shutil.rmtree(folder, ignore_errors=True)
        print("This Python cannot make environments. On Debian or Ubuntu:")
        print("    sudo apt install python3-venv")
        sys.exit(2)


def run_checks(names: list[str]) -> int:
    """Run the named checks, or all usual ones; a failed one does not keep the next from running."""
    known = CHECKS | APART
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"No such check: {', '.join(unknown)}. There are: {', '.join(known)}.")
        return 2
    failed = []
    for name in names or CHECKS:
        program, *arguments = known[name]
        print(f"\n== {name}: {program} {' '.join(arguments)}", flush=True)
        if subprocess.run([BIN / program, *arguments], cwd=ROOT, check=False).returncode:
            failed.append(name)
    print(f"\nFailed: {', '.join(failed)}." if failed else "\nAll checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
