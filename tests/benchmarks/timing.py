"""How near rebuilt sample times come to the true ones: ``python tests/benchmarks/timing.py``.

Every virtual wearable with a band or an accelerometer streams over the real link on a body whose
values tell their true time; late packets, stalls, losses and clock errors are added. Prints a
table.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from virtual import TellingBody, build_twin, compare, delay, stream

from breathsense.core.model.samples import Signal
from breathsense.core.profiles.settings import list_streams_on
from breathsense.simulation.faults import Faults
from breathsense.simulation.wearables import WEARABLES
from breathsense.sources.shelf import find_profile

SETTLED_S = 15.0


@dataclass(frozen=True)
class Scene:
    """What the world is like."""

    name: str
    clock_error_ppm: float
    loss_fraction: float = 0.0
    is_late: bool = True


SCENES = (
    Scene("bursts only", 0.0, is_late=False),
    Scene("late packets and stalls", 0.0),
    Scene("the same, 2 % lost", 0.0, 0.02),
    Scene("the same, clock +200 ppm", 200.0),
    Scene("the same, clock -200 ppm", -200.0),
    Scene("the same, clock +3 %", 30_000.0),
    Scene("the same, clock -5 %", -50_000.0),
)


def find_signal(wearable_id: str) -> Signal | None:
    """Return the signal of a wearable that shows breathing."""
    signals = [stream.signal for stream in list_streams_on(find_profile(wearable_id), {})]
    return next((one for one in ("band", "acc") if one in signals), None)


def measure(wearable_id: str, signal: Signal, scene: Scene, seconds: float, seed: int) -> str:
    """Return a row of the table."""
    body = TellingBody()
    faults = Faults(clock_error_ppm=scene.clock_error_ppm, loss_fraction=scene.loss_fraction)
    twin, wearable = build_twin(wearable_id, body, seed, faults)
    items = stream([twin], [wearable], seconds, interval_s=0.045)
    if scene.is_late:
        items = delay(items, seed)
    timed = compare(
        items, wearable, signal, body.forces_ns if signal == "band" else body.motions_ns
    )
    error_ms = np.abs(timed.error_ms)
    late = timed.rebuilt_s > timed.rebuilt_s[0] + SETTLED_S
    return (
        f"| {wearable_id} | {scene.name} | {np.median(error_ms):.1f} |"
        f" {np.quantile(error_ms, 0.99):.1f} | {np.quantile(error_ms[late], 0.99):.1f} |"
        f" {error_ms.max():.0f} | {timed.latency_ms:.0f} | {len(timed.gaps)} |"
    )


def list_rows(wearable_ids: list[str], seconds: float, seed: int) -> Iterator[str]:
    """Yield the rows of all wearables and scenes."""
    for wearable_id in wearable_ids:
        signal = find_signal(wearable_id)
        for scene in SCENES:
            if signal is not None:
                yield measure(wearable_id, signal, scene, seconds, seed)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Measure the error of rebuilt sample times.")
    parser.add_argument("--seconds", type=float, default=240.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--wearable", action="append", choices=sorted(WEARABLES))
    words = parser.parse_args()
    print("| wearable | what happens | median | p99 | p99 from 15 s | worst | delay | gaps |")
    print("|---|---|--:|--:|--:|--:|--:|--:|")
    for row in list_rows(words.wearable or sorted(WEARABLES), words.seconds, words.seed):
        print(row, flush=True)


if __name__ == "__main__":
    main()
