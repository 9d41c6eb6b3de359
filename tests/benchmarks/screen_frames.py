"""What the drawing of one frame costs, without a clock: for machines that have other work.

``python tests/benchmarks/screen_frames.py [--size 120x40] [--frames 600] [--sweep]``

A recording of a programme is gone through once, and a view is kept for every thirtieth of a second
of it. Then the live screen draws them one after the other as fast as it can: what would be sent is
put together and thrown away. Told is the processor time of a frame, and what thirty of them a
second are of a core. Link, engine and recording are not in it.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from breathsense.core.engine import build_engine
from breathsense.core.model.inputs import LinkEvent, Notification, get_item_time_ns
from breathsense.recordings.reader import open_recording
from breathsense.session.picture import Picture
from breathsense.session.view import LiveView, RecordingView
from breathsense.tui.app import BreathSenseApp
from breathsense.tui.screens.live import LiveScreen
from breathsense.tui.screens.session import SessionScreen

sys.path.insert(0, str(Path(__file__).parents[1] / "tui"))
from fake_desk import FakeDesk

RECORDING = Path(__file__).parents[2] / "recordings" / "programmes" / "core-ladder.mcap"

FRAME_NS = 10**9 // 30
BEGIN_NS = 40 * 10**9


def list_views(path: Path, n_frames: int) -> Iterator[LiveView]:
    """Yield what the screen may see of a recording, 30 times a second of it."""
    recording = open_recording(path)
    setup = recording.header.setup()
    engine, picture = build_engine(setup), Picture(setup)
    now_ns, n_bytes = BEGIN_NS, 0
    for item in recording.items():
        while get_item_time_ns(item) >= now_ns and n_frames:
            n_bytes += 500
            written = RecordingView(path, n_bytes, "")
            yield picture.view(now_ns, written, None)
            now_ns, n_frames = now_ns + FRAME_NS, n_frames - 1
        if isinstance(item, LinkEvent):
            picture.push_link(item)
        if isinstance(item, Notification):
            picture.push_notification(item)
        for event in engine.push(item):
            picture.push(event)


class Shown:
    """A session of views that were made before."""

    def __init__(self, views: Sequence[LiveView]) -> None:
        self.views, self.place = views, 0

    def view(self) -> LiveView:
        """Return the view of this frame."""
        return self.views[self.place]

    def mark(self, *words: object) -> None:
        """Take a mark, and do nothing with it."""


class CountingApp(BreathSenseApp):
    """An app that puts together what it would send."""

    n_bytes = 0

    def _display(self, screen: Any, renderable: Any) -> None:
        super()._display(screen, renderable)
        if hasattr(renderable, "render_segments"):
            self.n_bytes += len(renderable.render_segments(self.console))


async def draw(views: Sequence[LiveView], size: tuple[int, int], *, is_sweep: bool) -> str:
    """Draw them all; return a line."""
    shown = Shown(views)
    app = CountingApp(FakeDesk(lambda: 0), is_sweep=is_sweep)
    async with app.run_test(size=size):
        screen: SessionScreen = LiveScreen(shown)  # type: ignore[arg-type] # as a live session
        await app.push_screen(screen)
        screen.draw_frame = lambda: None  # type: ignore[method-assign] # frames come from here
        spent_s = 0.0
        for place in range(len(views)):
            shown.place = place
            await asyncio.sleep(0)
            begun_s = time.thread_time()
            SessionScreen.draw_frame(screen)
            await asyncio.sleep(0)
            screen._on_timer_update()
            spent_s += time.thread_time() - begun_s
    frame_ms = spent_s / len(views) * 1000
    kb_per_s = app.n_bytes / len(views) * 30 / 1000
    return f"{frame_ms:.2f} ms a frame: {frame_ms * 3:.1f} % of a core, {kb_per_s:.0f} kB/s"


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recording", type=Path, default=RECORDING)
    parser.add_argument("--size", default="120x40")
    parser.add_argument("--frames", type=int, default=600)
    parser.add_argument("--sweep", action="store_true")
    chosen = parser.parse_args()
    width, height = (int(number) for number in chosen.size.split("x"))
    path = chosen.recording
    views = list(list_views(path, chosen.frames))
    print(f"{path.name}, {len(views)} frames, {chosen.size}")
    print(asyncio.run(draw(views, (width, height), is_sweep=chosen.sweep)))


if __name__ == "__main__":
    main()
