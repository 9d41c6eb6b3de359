"""One detector in a process of its own: breaths of records, or the time and memory it takes.

    python detectors.py METHOD find OUT.json RECORD.npz...
    python detectors.py METHOD time RECORD.npz REPEATS

Runs under any Python that has what METHOD needs; so nothing else is imported at the top.
"""

import json
import sys
import time
import warnings
from collections.abc import Callable
from importlib import import_module
from itertools import pairwise
from typing import Any

import numpy as np

Found = tuple[list[float], list[float] | None]
Detector = Callable[[np.ndarray, float], Found]
JOINED_S = 60.0
"""Blocks of a recording that is there already are joined to as long ones."""


def find_by_breathsense(
    values: np.ndarray, fs_hz: float, block_s: float = JOINED_S, *, has_imu: bool = False
) -> Found:
    """Run the engine, in blocks as they come from a joined recording, or live in shorter ones.

    With ``has_imu`` a six-axis IMU on the chest at half the rate goes along, block by block: three
    degrees of tilt for each unit of the belt.
    """
    from breathsense.core.engine import build_engine  # noqa: PLC0415 - only where it is asked for
    from breathsense.core.model.events import Breath  # noqa: PLC0415
    from breathsense.core.model.sensors import Sensor  # noqa: PLC0415
    from breathsense.core.setup import Setup  # noqa: PLC0415

    band = Sensor("abdomen", "band", "abdomen", "au", fs_hz)
    imu = Sensor("chest_imu", "imu", "chest", "g", fs_hz / 2)
    setup = Setup(sensors=(band, imu) if has_imu else (band,))
    engine = build_engine(setup, joins_blocks=block_s >= JOINED_S)
    n_rows = max(1, round(block_s * fs_hz))
    events: list[Any] = []
    for start in range(0, len(values), n_rows):
        rows = values[start : start + n_rows].astype(np.float64)
        t_ns = np.rint(np.arange(start, start + len(rows)) * (1e9 / fs_hz)).astype(np.int64)
        for block in build_blocks(t_ns, rows, has_imu=has_imu):
            events += [one for one in engine.push(block) if isinstance(one, Breath)]
    events += [one for one in engine.flush() if isinstance(one, Breath)]
    return [one.peak_ns / 1e9 for one in events], [one.decided_ns / 1e9 for one in events]


def build_blocks(t_ns: np.ndarray, rows: np.ndarray, *, has_imu: bool) -> list[Any]:
    """Return the block of the belt and, from every other sample, those of the IMU."""
    from breathsense.core.model.samples import (  # noqa: PLC0415
        SampleBlock,
        freeze_times,
        freeze_values,
    )

    blocks = [SampleBlock("abdomen", "band", freeze_times(t_ns), freeze_values(rows[:, None]))]
    if not has_imu:
        return blocks
    times, tilt_deg = freeze_times(t_ns[::2]), 3.0 * rows[::2]
    tilt, still = np.radians(tilt_deg), np.zeros(len(tilt_deg))
    turn = np.gradient(tilt_deg, times / 1e9)
    acc = np.stack((np.sin(tilt), still, np.cos(tilt)), axis=1)
    gyr = np.stack((still, turn, still), axis=1)
    # Rotation first, as joined blocks are sent: acceleration waits for it.
    return [
        *blocks,
        SampleBlock("chest_imu", "gyr", times, freeze_values(gyr)),
        SampleBlock("chest_imu", "acc", times, freeze_values(acc)),
    ]


def find_beside_imu(values: np.ndarray, fs_hz: float) -> Found:
    """Run the engine on the belt and a six-axis IMU, in long blocks side by side."""
    return find_by_breathsense(values, fs_hz, has_imu=True)


def find_beside_imu_by_seconds(values: np.ndarray, fs_hz: float) -> Found:
    """The same in blocks of a second."""
    return find_by_breathsense(values, fs_hz, 1.0, has_imu=True)


def find_by_seconds(values: np.ndarray, fs_hz: float) -> Found:
    """The same in blocks of a second."""
    return find_by_breathsense(values, fs_hz, 1.0)


def find_live(values: np.ndarray, fs_hz: float) -> Found:
    """The same in blocks of a tenth of a second: as a wearable sends."""
    return find_by_breathsense(values, fs_hz, 0.1)


def find_by_neurokit(values: np.ndarray, fs_hz: float) -> Found:
    """Clean and find peaks as NeuroKit2 does by default."""
    neurokit2 = import_module("neurokit2")

    cleaned = neurokit2.rsp_clean(values, sampling_rate=fs_hz)
    _, found = neurokit2.rsp_peaks(cleaned, sampling_rate=fs_hz)
    return (np.asarray(found["RSP_Peaks"], dtype=float) / fs_hz).tolist(), None


def find_by_neurokit_process(values: np.ndarray, fs_hz: float) -> Found:
    """The whole of NeuroKit2's ``rsp_process``."""
    neurokit2 = import_module("neurokit2")

    _, found = neurokit2.rsp_process(values, sampling_rate=fs_hz)
    return (np.asarray(found["RSP_Peaks"], dtype=float) / fs_hz).tolist(), None


def find_by_biosppy(values: np.ndarray, fs_hz: float) -> Found:
    """The greatest of BioSPPy's filtered values in each of its half waves above zero."""
    resp = import_module("biosppy.signals.resp")

    given = resp.resp(values, sampling_rate=fs_hz, show=False)
    filtered, zeros = given["filtered"], given["zeros"]
    middle = float(np.mean(filtered))
    peaks = [
        start + int(np.argmax(filtered[start:end]))
        for start, end in pairwise(zeros.tolist())
        if end - start > 1 and float(np.mean(filtered[start + 1 : end])) > middle
    ]
    return [peak / fs_hz for peak in peaks], None


def find_by_physiokit(values: np.ndarray, fs_hz: float) -> Found:
    """Clean and find peaks as physiokit does by default."""
    physiokit = import_module("physiokit")

    cleaned = physiokit.rsp.clean(values, sample_rate=fs_hz)
    peaks = physiokit.rsp.find_peaks(cleaned, sample_rate=fs_hz)
    return (np.asarray(peaks, dtype=float) / fs_hz).tolist(), None


METHODS: dict[str, Detector] = {
    "breathsense": find_by_breathsense,
    "breathsense, 1 s blocks": find_by_seconds,
    "breathsense, 0.1 s blocks": find_live,
    "breathsense, belt and six axes": find_beside_imu,
    "breathsense, belt and six axes, 1 s blocks": find_beside_imu_by_seconds,
    "neurokit2": find_by_neurokit,
    "neurokit2 rsp_process": find_by_neurokit_process,
    "biosppy": find_by_biosppy,
    "physiokit": find_by_physiokit,
}


def read_record(path: str) -> tuple[np.ndarray, float]:
    """Read signal and rate; a record may say that its signal is upside down."""
    with np.load(path, allow_pickle=False) as npz:
        sign = int(npz["polarity"]) if "polarity" in npz else 1
        return sign * npz["resp"].astype(np.float64), float(npz["fs"])


def find_all(detect: Detector, out: str, paths: list[str]) -> None:
    """Write the breaths of each record; a detector that raises is told as such."""
    found: dict[str, Any] = {}
    for path in paths:
        try:
            peaks, decided = detect(*read_record(path))
        except Exception as error:  # noqa: BLE001 - the finding is that a peer fails
            found[path] = {"failed": f"{type(error).__name__}: {error}"[:200]}
            continue
        found[path] = {"peaks": peaks, "decided": decided}
    with open(out, "w", encoding="utf-8") as file:  # noqa: PTH123 - plain in any Python
        json.dump(found, file)


def time_it(detect: Detector, path: str, n_repeats: int) -> None:
    """Print the least processor and wall time of the repeats."""
    values, fs_hz = read_record(path)
    detect(values[: round(60 * fs_hz)], fs_hz)
    cpu_s, wall_s, n_found = [], [], 0
    for _ in range(n_repeats):
        began = time.process_time(), time.perf_counter()
        n_found = len(detect(values, fs_hz)[0])
        cpu_s.append(time.process_time() - began[0])
        wall_s.append(time.perf_counter() - began[1])
    told = {"cpu_s": min(cpu_s), "wall_s": min(wall_s), "n": n_found, "rows": len(values)}
    print(json.dumps(told))


def main(words: list[str]) -> None:
    """Do what the command line says."""
    warnings.simplefilter("ignore")
    method, what, *rest = words
    if what == "find":
        find_all(METHODS[method], rest[0], rest[1:])
    else:
        time_it(METHODS[method], rest[0], int(rest[1]))


if __name__ == "__main__":
    main(sys.argv[1:])
