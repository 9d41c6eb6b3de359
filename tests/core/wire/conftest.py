"""A made-up radio: samples at known true times, sent in bursts at connection events."""

import struct
import sys
from collections.abc import Callable, Container
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from breathsense.core.model.inputs import Notification
from breathsense.core.model.samples import Gap, SampleBlock
from breathsense.core.stage import run
from breathsense.core.wire.stage import WireStage
from breathsense.sources.shelf import load_shelf

sys.path.insert(0, str(Path(__file__).parent))  # scenes that several files of tests share

SHELF = load_shelf()
BELT, STRAP, FLOW = "vernier-gdx-rb", "polar-h10", "sweetzpot-flow"
CHARACTERISTICS = {
    BELT: "b41e6675-a329-40e0-aa01-44d2f444babe",
    STRAP: "fb005c82-02e7-f387-1cad-8acd2d8df0c8",
    FLOW: "0000ffb3-0000-1000-8000-00805f9b34fb",
}
MODULUS = 30_000
"""Sample numbers travel as values; the narrow formats carry them modulo this."""


@dataclass(frozen=True)
class Radio:
    """What the world is like: true period, clock error, connection interval, what is lost."""

    profile: str
    period_s: float
    n_rows: int = 1
    seconds: float = 120.0
    drift_ppm: float = 0.0
    interval_s: float = 0.045
    stall_s: tuple[float, float] = (0.0, 0.0)
    dropped: Container[int] = ()
    seed: int = 1

    @property
    def truth_s(self) -> np.ndarray:
        period_s = self.period_s * (1 + self.drift_ppm * 1e-6)
        return 0.137 + period_s * np.arange(int(self.seconds / period_s))

    def notifications(self) -> list[Notification]:
        rng = np.random.default_rng(self.seed)
        truth, phase, items, last_ns = self.truth_s, rng.uniform(0, self.interval_s), [], 0
        for number, start in enumerate(range(0, len(truth) - self.n_rows, self.n_rows), 1):
            ready = truth[start + self.n_rows - 1] + 0.003
            sent = np.ceil((ready - phase) / self.interval_s) * self.interval_s + phase
            if rng.random() < 0.05:
                sent += self.interval_s * rng.integers(1, 3)
            if self.stall_s[0] <= sent < self.stall_s[1]:
                sent = self.stall_s[1]
            last_ns = max(last_ns, int(1e9 * (sent + abs(rng.normal(0, 0.0008)))))
            if number not in self.dropped:
                raw = self.payload(list(range(start, start + self.n_rows)), truth)
                items.append(Notification("w", CHARACTERISTICS[self.profile], raw, last_ns))
        return items

    def payload(self, numbers: list[int], truth: np.ndarray) -> bytes:
        if self.profile == BELT:
            frame = bytearray((0x20, 9 + 4 * len(numbers), 0, 0, 6, 2, 0, len(numbers), 0))
            frame += np.array(numbers, "<f4").tobytes()
            frame[3] = (sum(frame) - frame[3]) % 256
            return bytes(frame)
        narrow = [number % MODULUS for number in numbers]
        if self.profile == FLOW:
            return struct.pack(f"<{len(narrow)}h", *narrow)
        stamp = int(truth[numbers[-1]] / (1 + self.drift_ppm * 1e-6) * 1e9) + 599_616_000 * 10**9
        rows = b"".join(struct.pack("<3h", number, 0, 1000) for number in narrow)
        return b"\x02" + struct.pack("<Q", stamp) + b"\x01" + rows


@dataclass(frozen=True)
class Outcome:
    """Timing error of every sample against the truth, less its median (a latency), in ms."""

    error_ms: np.ndarray
    latency_ms: float
    gaps: list[Gap]
    t_s: np.ndarray
    numbers: np.ndarray

    def p99_ms(self, after_s: float = 0.0) -> float:
        late = self.t_s >= self.t_s[0] + after_s
        return float(np.quantile(np.abs(self.error_ms[late]), 0.99))

    @property
    def median_ms(self) -> float:
        return float(np.median(np.abs(self.error_ms)))


def measure(radio: Radio, settings: dict[str, float] | None = None) -> Outcome:
    stage = WireStage("w", SHELF.find(radio.profile), "abdomen", settings or {})
    given = run(stage, radio.notifications())
    blocks = [one for one in given if isinstance(one, SampleBlock)]
    t_s = np.concatenate([block.t_ns for block in blocks]) / 1e9
    values = np.concatenate([block.values[:, 0] for block in blocks])
    values = values * 1000 if radio.profile == STRAP else values
    numbers = np.rint(values).astype(int)
    turns = np.cumsum(np.diff(numbers, prepend=0) < 0) if radio.profile != BELT else 0
    numbers = numbers + MODULUS * turns
    error_ms = 1e3 * (t_s - radio.truth_s[numbers])
    latency_ms = float(np.median(error_ms))
    gaps = [one for one in given if isinstance(one, Gap)]
    return Outcome(error_ms - latency_ms, latency_ms, gaps, t_s, numbers)


@pytest.fixture(name="measure")
def measure_fixture() -> Callable[..., Outcome]:
    return measure


@pytest.fixture(name="radio")
def radio_fixture() -> Any:
    return Radio


@pytest.fixture(name="belt_stage")
def belt_stage_fixture() -> WireStage:
    return WireStage("w", SHELF.find(BELT), "abdomen", {})
