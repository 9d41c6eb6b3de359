"""From a notification to the frame that shows it, with three wearables at 100 Hz each.

``python tests/benchmarks/screen_latency.py [--seconds 20]``

The app draws as it does for people, at 120 x 40, but without a terminal: what would be sent is put
together and thrown away. A thread puts blocks of samples of three bands into a session as that of a
radio would, and notes when. Latency is from there to the end of the first frame whose view was
pulled after the session had taken the block. What the terminal then needs is not in it. Where the
machine has other work, these are figures of that work.
"""

import argparse
import asyncio
import math
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from breathsense.core.model.samples import SampleBlock, freeze_times, freeze_values
from breathsense.core.model.sensors import Place, Sensor
from breathsense.core.setup import Setup
from breathsense.session.live import Session
from breathsense.tui.app import BreathSenseApp
from breathsense.tui.screens.live import LiveScreen

sys.path.insert(0, str(Path(__file__).parents[1] / "tui"))
from fake_desk import FakeDesk

RATE_HZ = 100
N_SAMPLES = 5
"""In one notification."""
STEP_NS = 10**9 // RATE_HZ
PLACES: tuple[Place, ...] = ("abdomen", "chest", "back")
SENSORS = tuple(Sensor(place, "band", place, "N") for place in PLACES)
WARM_S = 5


class Bands:
    """A source: three bands on somebody who breathes 12 times a minute."""

    def __init__(self) -> None:
        self._is_over = threading.Event()
        self.begun_ns = time.monotonic_ns()
        self.came_ns: list[int] = []

    def now_ns(self) -> int:
        """Return session time."""
        return time.monotonic_ns() - self.begun_ns

    def start(self, sink: Callable[[Any], None]) -> None:
        """Begin to send."""
        self._thread = threading.Thread(target=self._send, args=(sink,), daemon=True)
        self._thread.start()

    def _send(self, sink: Callable[[Any], None]) -> None:
        number, due_ns = 0, N_SAMPLES * STEP_NS
        while not self._is_over.wait(max(due_ns - self.now_ns(), 0) / 1e9):
            t_ns = (number * N_SAMPLES + np.arange(N_SAMPLES, dtype=np.int64)) * STEP_NS
            for place, sensor in enumerate(SENSORS):
                values = 8 + np.sin(2 * math.pi * 0.2 * t_ns / 1e9 + place / 5)[:, None]
                self.came_ns.append(self.now_ns())
                block = freeze_times(t_ns), freeze_values(values)
                sink(SampleBlock(sensor.id, "breath", *block))
            number, due_ns = number + 1, due_ns + N_SAMPLES * STEP_NS

    def stop(self) -> None:
        """End."""
        self._is_over.set()
        self._thread.join()


class TimedSession(Session):
    """A session that notes when it had taken each block."""

    def __init__(self, bands: Bands) -> None:
        super().__init__(bands, Setup(sensors=SENSORS), now_ns=bands.now_ns)
        self.bands = bands
        self.taken_ns: list[int] = []

    def _take(self, item: Any) -> None:
        super()._take(item)
        if isinstance(item, SampleBlock):
            self.taken_ns.append(self.bands.now_ns())


class TimedScreen(LiveScreen):
    """A live screen that notes when each view was pulled, and when its frame was there."""

    pulled_ns: list[int]
    drawn_ns: list[int]

    def draw_frame(self) -> None:
        """Draw, and note the time when all that follows has been put together."""
        if not hasattr(self, "pulled_ns"):
            self.pulled_ns, self.drawn_ns = [], []
        now_ns = self.session.bands.now_ns  # type: ignore[attr-defined] # a timed session
        self.pulled_ns.append(now_ns())
        super().draw_frame()
        self.call_after_refresh(lambda: self.drawn_ns.append(now_ns()))


class TimedApp(BreathSenseApp):
    """An app that puts together what it would send."""

    def _display(self, screen: Any, renderable: Any) -> None:
        super()._display(screen, renderable)
        if hasattr(renderable, "render_segments"):
            renderable.render_segments(self.console)


async def measure(seconds: float) -> list[float]:
    """Return how long each notification took to its frame, in milliseconds."""
    session = TimedSession(Bands())
    app = TimedApp(FakeDesk(session.bands.now_ns))
    async with app.run_test(size=(120, 40)):
        session.start()
        screen = TimedScreen(session)  # type: ignore[arg-type] # as a live session
        await app.push_screen(screen)
        await asyncio.sleep(WARM_S + seconds)
        session.stop()
        await asyncio.sleep(0.5)
    pulled = np.array(screen.pulled_ns[: len(screen.drawn_ns)])
    drawn = np.array(screen.drawn_ns)
    taken = np.array(session.taken_ns)
    came = np.array(session.bands.came_ns[: len(taken)])
    frame = np.searchsorted(pulled, taken)
    is_shown = (frame < len(drawn)) & (came > WARM_S * 1e9)
    print(f"{len(drawn) / (WARM_S + seconds):.0f} frames a second")
    return list((drawn[frame[is_shown]] - came[is_shown]) / 1e6)


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20)
    took_ms = asyncio.run(measure(parser.parse_args().seconds))
    shares = (50, 95, 99, 100)
    told = ", ".join(f"p{p} {np.percentile(took_ms, p):.0f} ms" for p in shares)
    print(f"{len(took_ms)} notifications: {told}")


if __name__ == "__main__":
    main()
