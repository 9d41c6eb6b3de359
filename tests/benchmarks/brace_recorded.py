"""Recordings of people's breathing, told apart into breath and baseline, and played back."""

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

from breathsense.simulation.script import NS_PER_S, Freeze, ramp

BESIDE = Path(__file__).resolve().parents[2].parent / "shared"
SHARED = Path(os.environ.get("BREATHSENSE_SHARED", BESIDE))
SHORTEST_S = 250.0
WINDOW_S, REST_S = 8.0, 20.0
RISE_S, FALL_S = 2.2, 2.0


class Recorded(NamedTuple):
    """A recording: the breathing above its baseline, and the baseline, in usual depths.

    ``acc_g`` is the trunk's acceleration where it was recorded too.
    """

    name: str
    raw: np.ndarray
    level: np.ndarray
    baseline: np.ndarray
    rate_hz: float
    acc_g: np.ndarray | None = None

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.raw) / self.rate_hz


class Played:
    """The breathing of a recording; it stands still while the script holds the breath."""

    def __init__(self, recorded: Recorded, freezes: list[Freeze]) -> None:
        self._recorded = recorded
        self._stops: list[tuple[int, int, Freeze]] = []
        last_ns = 0
        for one in sorted(freezes, key=lambda one: one.start_ns):
            start_ns, end_ns = max(one.start_ns, last_ns), tell_end_ns(one)
            if end_ns > start_ns:
                self._stops.append((start_ns, end_ns, one))
                last_ns = end_ns

    def level_at(self, t_ns: int) -> float:
        """Return the level in usual depths above the baseline."""
        stood_ns = 0
        for start_ns, end_ns, one in self._stops:
            if start_ns >= t_ns:
                break
            if t_ns < end_ns:
                held = self._play(self._recorded.level, start_ns - stood_ns)
                target = {"now": held, "empty": 0.0}.get(one.at, one.depth)
                last_ns = end_ns - round(FALL_S * NS_PER_S)
                return held + (target - held) * ramp(t_ns, start_ns, last_ns, RISE_S, FALL_S)
            stood_ns += end_ns - start_ns
        return self._play(self._recorded.level, t_ns - stood_ns)

    def baseline_at(self, t_ns: int) -> float:
        """Return the baseline, which goes on while the breath is held."""
        return self._play(self._recorded.baseline, t_ns)

    def _play(self, values: np.ndarray, t_ns: int) -> float:
        place = min(max(t_ns, 0) / NS_PER_S * self._recorded.rate_hz, len(values) - 1.001)
        left = int(place)
        return float(values[left] + (values[left + 1] - values[left]) * (place - left))


def tell_end_ns(freeze: Freeze) -> int:
    """Return when breathing goes on after a stop."""
    if freeze.at == "now":
        return freeze.end_ns
    whole_ns = freeze.start_ns + round((RISE_S + FALL_S) * NS_PER_S)
    ended_ns = freeze.end_ns + round(FALL_S * NS_PER_S)
    return whole_ns if freeze.at == "deep" else max(ended_ns, whole_ns)


def read_recordings() -> list[Recorded]:
    """Return the recordings at hand that last long enough for a calibration and more."""
    found = []
    for path in sorted((SHARED / "data").glob("*/*.npz")):
        with np.load(path, allow_pickle=False) as npz:
            rate_hz = float(npz["fs"])
            values = npz["belt"] if "belt" in npz.files else npz["resp"][:, None]
            acc_g = npz["acc"].astype(float) / 1000.0 if "acc" in npz.files else None
        for column in range(values.shape[1]):
            one = normalise(f"{path.stem}_{column:02d}", values[:, column].astype(float), rate_hz)
            if one is not None and one.seconds > SHORTEST_S:
                found.append(one._replace(acc_g=acc_g))
    return found


def normalise(name: str, raw: np.ndarray, rate_hz: float) -> Recorded | None:
    """Tell breathing from its baseline (10th percentile of 20 s); ``None`` where nothing moves."""
    if not np.isfinite(raw).all():
        raw = np.interp(
            np.arange(len(raw)), np.flatnonzero(np.isfinite(raw)), raw[np.isfinite(raw)]
        )
    step, half = round(2.0 * rate_hz), round(REST_S / 2.0 * rate_hz)
    centres = np.arange(0, len(raw), step)
    lows = [np.quantile(raw[max(c - half, 0) : c + half], 0.1) for c in centres]
    wide = round(WINDOW_S * rate_hz)
    spans = [np.ptp(raw[c : c + wide]) for c in centres[:-4]]
    depth = float(np.median(spans))
    if depth <= 0.0:
        return None
    baseline = np.interp(np.arange(len(raw)), centres, lows)
    middle = float(np.median(baseline))
    return Recorded(name, raw, (raw - baseline) / depth, (baseline - middle) / depth, rate_hz)
