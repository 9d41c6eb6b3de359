"""Build the wheel and the source archive; try each in a clean environment of every Python here.

python tests/packaging/check_builds.py [PYTHON ...]

Without a PYTHON, all of python3.11 to python3.14 that are found are used. Nothing of the checkout
is seen by what is tried: it runs in an empty folder. ``--lowest`` installs the oldest versions of
everything that pyproject.toml allows (it needs ``uv``).
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
RECORDING = "session.mcap"
TRIED = (
    ("--version",),
    ("--help",),
    ("profiles", "list"),
    ("programmes",),
    ("record", "--demo", "--seconds", "12", "--output", RECORDING),
    ("analyze", RECORDING, "--json"),
    ("replay", RECORDING, "--speed", "max", "--headless", "--json"),
    ("measure", RECORDING),
    ("export", RECORDING, "--to", "edf", "--output", "session.edf"),
    ("export", RECORDING, "--to", "html", "--output", "session.html"),
    ("report", RECORDING, "--output", "report.pdf"),
    ("doctor",),
)
"""Commands that need files which are easily left out of a wheel."""


class Trial(NamedTuple):
    """What came of one archive with one Python."""

    python: str
    archive: str
    failed: list[str]
    took_s: float


def main(words: list[str]) -> int:
    """Build, try, tell; 1 if anything failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pythons", nargs="*", help="programs, such as python3.13")
    parser.add_argument("--lowest", action="store_true", help="oldest allowed versions, by uv")
    chosen = parser.parse_args(words)
    pythons = chosen.pythons or find_pythons()
    with tempfile.TemporaryDirectory(prefix="breathsense-builds-") as name:
        folder = Path(name)
        archives = build(folder)
        trials = [
            try_archive(python, archive, folder, is_lowest=chosen.lowest)
            for python in pythons
            for archive in archives
        ]
    print(f"\n{'Python':<10} {'archive':<40} {'seconds':>8}  failed")
    for one in trials:
        said = ", ".join(one.failed) or "nothing"
        print(f"{one.python:<10} {one.archive:<40} {one.took_s:>8.0f}  {said}")
    return 1 if any(one.failed for one in trials) else 0


def find_pythons() -> list[str]:
    """Return the programs of the supported versions that can be started."""
    found = [path for version in VERSIONS if (path := shutil.which(f"python{version}"))]
    return [one for one in found if subprocess.run([one, "-V"], check=False).returncode == 0]


def build(folder: Path) -> list[Path]:
    """Build both archives in an environment of their own."""
    tools = folder / "tools"
    subprocess.run([sys.executable, "-m", "venv", tools], check=True)
    pip_install(tools, "build")
    python = tools / "bin" / "python"
    built = folder / "dist"
    subprocess.run([python, "-m", "build", "--outdir", str(built), str(ROOT)], check=True)
    return sorted(built.iterdir())


def try_archive(python: str, archive: Path, folder: Path, *, is_lowest: bool) -> Trial:
    """Install it, use it in an empty folder, tell what failed."""
    began = time.monotonic()
    version = ask_version(python)
    where = Path(tempfile.mkdtemp(dir=folder, prefix=f"py{version}-"))
    environment = where / "env"
    subprocess.run([python, "-m", "venv", environment], check=True)
    if is_lowest:
        install_lowest(environment, archive)
    else:
        pip_install(environment, str(archive))
    empty = where / "empty"
    empty.mkdir()
    failed = [words[0] for words in TRIED if not works(environment, words, empty)]
    return Trial(version, archive.name, failed, time.monotonic() - began)


def ask_version(python: str) -> str:
    """Return ``3.13`` and so on."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    return subprocess.run(
        [python, "-c", code], check=True, capture_output=True, text=True
    ).stdout.strip()


def pip_install(environment: Path, what: str) -> None:
    """Install with the newest versions that are known to work together, if they are ours."""
    pip = [
        str(environment / "bin" / "python"),
        "-m",
        "pip",
        "--quiet",
        "--disable-pip-version-check",
    ]
    subprocess.run([*pip, "install", "-c", str(ROOT / "constraints.txt"), what], check=True)


def install_lowest(environment: Path, archive: Path) -> None:
    """Install the oldest version of each direct dependency."""
    uv = shutil.which("uv")
    if uv is None:
        sys.exit("--lowest needs uv: pip install uv")
    python = environment / "bin" / "python"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    command = [uv, "pip", "install", "--python", str(python), "--resolution", "lowest-direct"]
    subprocess.run([*command, str(archive), *project["dependencies"]], check=True)


def works(environment: Path, words: tuple[str, ...], empty: Path) -> bool:
    """Run one command; show what it said if it failed."""
    program = environment / "bin" / "breathsense"
    own = {**os.environ, "BREATHSENSE_DATA_DIR": str(empty / "data")}
    run = subprocess.run(
        [program, *words], cwd=empty, env=own, capture_output=True, text=True, check=False
    )
    is_right = run.returncode == 0 or words[0] == "doctor"
    if not is_right:
        print(f"{' '.join(words)}: exit code {run.returncode}\n{run.stderr}")
    return is_right


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
