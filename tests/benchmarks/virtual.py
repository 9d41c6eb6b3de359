"""Virtual wearables on a body whose every sample tells when it was taken; time passes at once."""

import bisect
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from breathsense.core.model.inputs import Item, LinkEvent, Notification
from breathsense.core.model.samples import Gap, SampleBlock, Signal
from breathsense.core.setup import Wearable
from breathsense.core.wire.stage import WireStage
from breathsense.simulation.body import Beat, BeltPlace, Quantity, Vector
from breathsense.simulation.devices.twin import Twin
from breathsense.simulation.faults import Faults
from breathsense.simulation.instant import InstantTime
from breathsense.simulation.wearables import build_wearable
from breathsense.sources.base import Finished, Restart, SessionClock
from breathsense.sources.ble.memory import build_memory_radio
from breathsense.sources.ble.source import BleSource
from breathsense.sources.shelf import find_profile

N_LEVELS = 64
"""Values repeat after so many samples; which round it was is told by the rebuilt time."""
S = 1_000_000_000


@dataclass
class TellingBody:
    """Each sample's value is its number, modulo ``N_LEVELS``; the true times are kept."""

    forces_ns: list[int] = field(default_factory=list)
    motions_ns: list[int] = field(default_factory=list)
    measurable: frozenset[Quantity] = frozenset({"belt_force", "acceleration", "rotation", "beats"})

    def moment_ns(self, started_ns: int, true_ns: int, nominal_ns: int) -> int:
        return started_ns + true_ns

    def belt_force_n(self, t_ns: int, place: BeltPlace = "abdomen") -> float:
        return 5.0 + 0.3 * self._number(self.forces_ns, t_ns)

    def acceleration_g(self, t_ns: int) -> Vector:
        return (-0.9 + 0.028 * self._number(self.motions_ns, t_ns), 0.1, 0.2)

    def rotation_dps(self, t_ns: int) -> Vector:
        return (1.0, 2.0, 3.0)

    def beats(self, after_ns: int, until_ns: int) -> list[Beat]:
        first = after_ns * 10 // (9 * S) + 1
        last = until_ns * 10 // (9 * S)
        return [Beat(number * 9 * S // 10, 900.0) for number in range(first, last + 1)]

    @staticmethod
    def _number(times_ns: list[int], t_ns: int) -> int:
        """Return the number of the sample at this time; wearables may ask twice."""
        place = bisect.bisect_left(times_ns, t_ns)
        if place == len(times_ns) or times_ns[place] != t_ns:
            assert place == len(times_ns), "asked for a time in the past"
            times_ns.append(t_ns)
        return place % N_LEVELS


def stream(
    twins: Sequence[Twin], wearables: Sequence[Wearable], seconds: float, interval_s: float = 0.03
) -> list[Item]:
    """Let wearables stream over the real link; return all that a session would take in."""
    clock = InstantTime(seconds)
    radio = build_memory_radio(twins, connection_interval_s=interval_s, clock=clock.now_ns)
    source = BleSource(
        [(one, twin.address) for one, twin in zip(wearables, twins, strict=True)],
        radio=radio,
        clock=SessionClock(clock.now_ns, clock.build_loop),
        first_tries=None,
        jitter=lambda: 0.5,
    )
    items: list[Item] = []
    is_over = threading.Event()

    def take(item: Item | Restart | Finished) -> None:
        if isinstance(item, Finished | Restart):
            is_over.set()
        else:
            items.append(item)

    source.start(take)
    clock.is_reached.wait()
    source.stop()
    assert is_over.is_set()
    return items


def delay(items: Sequence[Item], seed: int, stall_every_s: float = 60.0) -> list[Item]:
    """Let notifications come late as a radio and a busy computer do.

    Each by half a normal of 0.8 ms; one in twenty by one or two connection events of 45 ms; once in
    a while nothing for 0.4 to 1.5 s, and then all of it at once.
    """
    rng = np.random.default_rng(seed)
    stalls = []
    start_s = stall_every_s * rng.uniform(0.3, 1.0)
    while start_s < items[-1].host_ns / S:
        stalls.append((start_s, start_s + rng.uniform(0.4, 1.5)))
        start_s += stall_every_s * rng.uniform(0.5, 1.5)
    late: list[Item] = []
    newest_ns = 0
    for item in items:
        if isinstance(item, Notification | LinkEvent):
            host_s = item.host_ns / S + abs(rng.normal(0, 0.0008))
            if rng.random() < 0.05:
                host_s += 0.045 * rng.integers(1, 3)
            host_s = next((end for begin, end in stalls if begin <= host_s < end), host_s)
            newest_ns = max(newest_ns, round(host_s * S))
            late.append(replace(item, host_ns=newest_ns))
    return late


@dataclass(frozen=True)
class Timed:
    """Rebuilt and true times of the samples of one signal, in s."""

    rebuilt_s: np.ndarray
    true_s: np.ndarray
    gaps: list[Gap]

    @property
    def error_ms(self) -> np.ndarray:
        """Error of each sample, less the median, which is the delay of the way."""
        error_ms = 1e3 * (self.rebuilt_s - self.true_s)
        return np.asarray(error_ms - np.median(error_ms))

    @property
    def latency_ms(self) -> float:
        return float(1e3 * np.median(self.rebuilt_s - self.true_s))


def build_twin(wearable_id: str, body: Any, seed: int, faults: Faults) -> tuple[Twin, Wearable]:
    """Build a virtual wearable and what it is in a session."""
    twin = build_wearable(wearable_id, body, seed, faults)
    return twin, Wearable(f"{wearable_id}-{seed}", find_profile(wearable_id))


def compare(
    items: Sequence[Item], wearable: Wearable, signal: Signal, true_ns: Sequence[int]
) -> Timed:
    """Rebuild the times and find the true one of each sample."""
    stage = WireStage(wearable.id, wearable.profile, wearable.place, wearable.settings)
    given = [one for item in items for one in stage.push(item)] + stage.flush()
    blocks = [one for one in given if isinstance(one, SampleBlock) and one.signal == signal]
    rebuilt_s = np.concatenate([block.t_ns for block in blocks]) / S
    values = np.concatenate([block.values[:, 0] for block in blocks])
    levels = np.unique(np.round(values, 6))
    assert len(levels) == N_LEVELS, f"{len(levels)} levels"
    level = np.searchsorted(levels, np.round(values, 6))
    truth_s = np.array(true_ns) / S
    near = np.searchsorted(truth_s, rebuilt_s - 0.03)
    number = near + (level - near + N_LEVELS // 2) % N_LEVELS - N_LEVELS // 2
    number = np.where(number >= len(truth_s), number - N_LEVELS, number)
    gaps = [one for one in given if isinstance(one, Gap) and one.signal == signal]
    return Timed(rebuilt_s, truth_s[number], gaps)
