from pathlib import Path

import numpy as np
from click.testing import CliRunner

from breathsense.cli.measure import command


def write_imu(path: Path) -> Path:
    """Three bends of 40 degrees, at 12, 20 and 28 s."""
    t_s = np.arange(0, 40, 0.04)
    u = np.where((t_s > 12) & (t_s < 36), (t_s - 12) % 8 / 6, 0.0)
    angle = np.radians(40.0 * np.sin(np.pi * np.clip(u, 0, 1)) ** 2)
    rows = np.stack([t_s, -np.sin(angle), 0 * angle, np.cos(angle)], axis=1)
    head = "t_s,acc_x[g],acc_y[g],acc_z[g]"
    np.savetxt(path, rows, delimiter=",", header=head, comments="", fmt="%.5f")
    return path


def test_reaches_are_in_the_summary_of_marked_sessions(tmp_path: Path) -> None:
    imu, marks = write_imu(tmp_path / "imu.csv"), tmp_path / "marks.csv"
    marks.write_text("t_s,duration_s,label\n10,28,assess.bend_forward\n")
    words = [str(imu), "--marks", str(marks)]
    lines = CliRunner().invoke(command, words, catch_exceptions=False).stdout.splitlines()
    way, n_tries, largest, *_ = lines[-1].split()
    assert (way, n_tries) == ("forward", "3")
    assert abs(float(largest) - 40.0) < 1.5
    without = CliRunner().invoke(command, words[:1], catch_exceptions=False).stdout
    assert "to detect" not in without
