import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    "numpy scipy bleak mcap tomlkit"
    " breathsense.recordings.folder breathsense.recordings.reader breathsense.recordings.journal"
    " breathsense.sources breathsense.library breathsense.core.setup"
    " breathsense.session.view breathsense.tui.screens.live breathsense.tui.drawing.canvas"
)
RUN = f"""
import os, sys
from breathsense.cli.main import main
from breathsense.tui.app import BreathSenseApp
from breathsense.tui.late import LateDesk

shown, run, display = [], BreathSenseApp.run, BreathSenseApp._display

def note(app, screen, renderable):
    if renderable is not None:
        loaded = [name for name in {HEAVY.split()!r} if name in sys.modules]
        shown.append((type(screen).__name__, app.home.recorded.size.area > 0, loaded))
    display(app, screen, renderable)

def tell(desk):
    os.write(1, f"{{shown[0]}}\\n".encode())  # a whole line, though two threads may ask at once
    os._exit(0)

BreathSenseApp._display = note
BreathSenseApp.run = lambda app, **options: run(app, headless=True, size=(120, 40), **options)
LateDesk._desk = tell
main(sys.argv[1:])
"""


@pytest.mark.parametrize("words", [[], ["demo"], ["practise", "--programme", "breath.coherent"]])
def test_the_first_frame_is_there_before_anything_heavy_is_loaded_or_asked_for(
    words: list[str], tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words],
        env=os.environ | {"BREATHSENSE_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.splitlines()[-1] == "('HomeScreen', True, [])"
