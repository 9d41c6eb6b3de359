"""People who breathe now deep, now shallow."""

import numpy as np

from breathsense.core.detection.ladder import TrustParams
from breathsense.core.detection.turns import TurnDetector, TurnParams
from breathsense.core.model.events import Turn
from breathsense.core.model.samples import Waveform, freeze_times, freeze_values
from breathsense.core.stage import run

STEP_NS = 40_000_000


def find_shallow(values: np.ndarray, params: TurnParams | None = None) -> list[Turn]:
    """Find the peaks of every second breath of 4 s, the shallow ones."""
    t_ns = np.arange(len(values), dtype=np.int64) * STEP_NS
    waveform = Waveform("abdomen", freeze_times(t_ns), freeze_times(t_ns), freeze_values(values))
    given = run(TurnDetector("abdomen", STEP_NS, params or TurnParams()), [waveform])
    peaks = [one for one in given if isinstance(one, Turn) and one.is_peak]
    return [one for one in peaks if one.t_ns % 8_000_000_000 > 4e9]


def breathe(shallow: float) -> np.ndarray:
    """Four minutes; every second breath has this depth instead of 1."""
    t_s = np.arange(0, 240, 0.04)
    depth = np.where(t_s % 8 > 4, shallow, 1.0)
    return depth * (0.5 - 0.5 * np.cos(2 * np.pi * t_s / 4))


def median_late_s(peaks: list[Turn]) -> float:
    return float(np.median([one.decided_ns - one.t_ns for one in peaks])) / 1e9


def test_shallow_breaths_are_told_promptly_once_some_were_seen_rightly() -> None:
    peaks = find_shallow(breathe(0.6))
    assert len(peaks) in {29, 30}
    assert median_late_s(peaks[20:]) < median_late_s(peaks[:4]) - 0.1


def test_those_below_the_least_share_always_wait() -> None:
    params = TurnParams(trust=TrustParams(small_frac=0.7))
    late_s = median_late_s(find_shallow(breathe(0.6), params)[20:])
    assert late_s > median_late_s(find_shallow(breathe(0.6))[20:]) + 0.1
