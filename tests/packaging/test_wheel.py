import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = {
    "firmware_profiles": "breathsense/firmware_profiles",
    "programmes": "breathsense/programmes",
    "recordings": "breathsense/sample_recordings",
    "src/breathsense": "breathsense",
}


def test_the_wheel_holds_every_file_that_the_program_reads(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="hatchling, which builds the wheel, is not installed")
    building = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(building, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.iterdir()
    with zipfile.ZipFile(wheel) as opened:
        held = set(opened.namelist())
    git = shutil.which("git")
    if git is None:
        pytest.skip("git, which knows what belongs to the project, is not installed")
    command = [git, "ls-files", *SHIPPED]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    wanted = {
        name.replace(folder, place, 1)
        for name in listed.stdout.splitlines()
        for folder, place in SHIPPED.items()
        if name.startswith(f"{folder}/")
    }
    assert len(wanted) > 400
    assert wanted <= held
