"""Long tables: a belt at 200 Hz, or a belt and a six-axis IMU at 100 Hz."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from generated import sway

CHUNK_S = 600
NAMES = {
    "belt": "t_s,abdomen[N]",
    "imu": "t_s,abdomen[N],acc_x[g],acc_y[g],acc_z[g],gyr_x[deg/s],gyr_y[deg/s],gyr_z[deg/s]",
}
RATES_HZ = {"belt": 200, "imu": 100}


def write_long_table(folder: Path, kind: str, hours: float) -> Path:
    """Write a CSV of one of the kinds."""
    path = folder / f"{kind}.csv"
    with path.open("w", encoding="ascii") as file:
        file.write(NAMES[kind] + "\n")
        for rows in _make_rows(kind, hours):
            np.savetxt(file, rows, fmt=["%.3f"] + ["%.4f"] * (rows.shape[1] - 1), delimiter=",")
    return path


def _make_rows(kind: str, hours: float) -> Iterator[np.ndarray]:
    rng = np.random.default_rng(3)
    rate_hz = RATES_HZ[kind]
    for start in range(0, round(hours * 3600), CHUNK_S):
        n = min(CHUNK_S, round(hours * 3600) - start) * rate_hz
        t_s = start + np.arange(n) / rate_hz
        columns = [t_s, 8 + 2 * sway(t_s) + rng.normal(0, 0.02, n)]
        if kind == "imu":
            columns += _move(t_s, rng)
        yield np.stack(columns, axis=1)


def _move(t_s: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """Three degrees of tilt with each breath, seen by both kinds of axes."""
    tilt_deg = 3.0 * sway(t_s)
    turn = np.gradient(tilt_deg, t_s)
    tilt = np.radians(tilt_deg)
    clean = [np.sin(tilt), 0 * tilt, np.cos(tilt), 0 * turn, turn, 0 * turn]
    noise = (0.004, 0.004, 0.004, 0.1, 0.1, 0.1)
    return [one + rng.normal(0, sd, len(t_s)) for one, sd in zip(clean, noise, strict=True)]
