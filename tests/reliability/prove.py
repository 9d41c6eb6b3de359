"""Break a recording in every way there is, and tell what is left of it.

``python tests/reliability/prove.py`` runs all proofs, ``... NAME [--runs N]`` one of them. Each
prints one line of figures; the program ends with 1 if anything was lost that may not be. Linux
only: processes are forked, killed and stopped, and terminals are made and closed.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from proofs_of_bluetooth import bluetoothd_dies, bus_dies
from proofs_of_files import (
    clock_jumps,
    clock_set_back,
    disk_full,
    disk_full_at_end,
    disk_small,
    folder_read_only,
    kill,
    permission_lost,
    suspended,
)
from proofs_of_programs import closed_terminal, control_c_twice, resize_storm, stalled_screen
from proving import Lost

PROOFS = (
    kill,
    disk_full,
    disk_small,
    disk_full_at_end,
    folder_read_only,
    permission_lost,
    clock_set_back,
    suspended,
    clock_jumps,
    closed_terminal,
    resize_storm,
    control_c_twice,
    stalled_screen,
    bus_dies,
    bluetoothd_dies,
)


def run_proof(proof: Callable[[Path, int], str], runs: int) -> bool:
    """Run one proof in a folder of its own; tell how it went."""
    with tempfile.TemporaryDirectory(prefix="breathsense-proof-") as folder:
        try:
            told, is_kept = proof(Path(folder), runs), True
        except Lost as lost:
            told, is_kept = f"LOST: {lost}", False
    print(f"{proof.__name__}: {told}", flush=True)
    return is_kept


def main() -> int:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--runs", type=int, default=200, help="of kill")
    chosen = parser.parse_args()
    proofs = [one for one in PROOFS if not chosen.names or one.__name__ in chosen.names]
    return 0 if min([run_proof(proof, chosen.runs) for proof in proofs]) else 1


if __name__ == "__main__":
    sys.exit(main())
