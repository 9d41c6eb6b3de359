"""Where the peers run: an environment of their own, so that the project's stays as it is."""

import subprocess
import sys
import venv
from pathlib import Path

PEERS = ("neurokit2==0.2.13", "biosppy==2.2.4", "peakutils==1.3.5", "physiokit==0.10.1")
"""``peakutils`` is imported by BioSPPy but not asked for by it."""
TOLD = ("neurokit2", "biosppy", "physiokit", "numpy", "scipy")
_ASK = "import sys, importlib.metadata as m; print(*(n + ' ' + m.version(n) for n in sys.argv[1:]))"


def prepare_peers(folder: Path) -> Path | None:
    """Return a Python that has the peers, installed if need be; None, and why, if that fails."""
    python = folder / "bin" / "python"
    if not python.exists():
        print(f"installing {', '.join(PEERS)} into {folder}", file=sys.stderr)
        venv.create(folder, with_pip=True)
    given = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", *PEERS],
        capture_output=True,
        text=True,
        check=False,
    )
    if given.returncode:
        print(f"the peers cannot be installed, going on without: {given.stderr}", file=sys.stderr)
        return None
    return python


def tell_versions(python: Path, names: tuple[str, ...] = TOLD) -> str:
    """Return the versions of packages in an environment."""
    given = subprocess.run(
        [python, "-c", _ASK, *names], capture_output=True, text=True, check=False
    )
    return given.stdout.strip() or "unknown"
