"""A bend stands between the frames known before and after it, in whatever pieces it all came."""

import numpy as np
import pytest

from breathsense.core.engine import build_engine
from breathsense.core.frames.frame import Frame
from breathsense.core.model.bracing import Bend
from breathsense.core.model.samples import SampleBlock, freeze_times, freeze_values
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup
from breathsense.core.stage import run

SETUP = Setup(sensors=(Sensor("imu", "imu", "abdomen", "g"),))


@pytest.mark.parametrize("size", [3, 100_000])
def test_a_bend_waits_for_the_frames_before_it(size: int) -> None:
    t_s = np.arange(0, 60, 0.02)
    angle = np.radians(45.0 * np.sin(np.pi * np.clip((t_s - 20) / 3, 0, 1)) ** 2)
    rows = np.stack([-np.sin(angle), 0 * angle, np.cos(angle)], axis=1)
    t_ns = np.rint(t_s * 1e9).astype(np.int64)
    blocks = [
        SampleBlock(
            "imu", "acc", freeze_times(t_ns[k : k + size]), freeze_values(rows[k : k + size])
        )
        for k in range(0, len(t_ns), size)
    ]
    found = [one for one in run(build_engine(SETUP), blocks) if isinstance(one, Frame | Bend)]
    (place,) = (k for k, one in enumerate(found) if isinstance(one, Bend))
    bend, before, after = found[place], found[place - 1], found[place + 1]
    assert isinstance(bend, Bend)
    assert isinstance(before, Frame)
    assert isinstance(after, Frame)
    assert before.known_ns <= bend.decided_ns < after.known_ns


def test_a_bend_after_the_last_frame_is_told_at_the_end() -> None:
    t_s = np.arange(0, 24.2, 0.02)
    angle = np.radians(45.0 * np.sin(np.pi * np.clip((t_s - 20) / 3, 0, 1)) ** 2)
    rows = np.stack([-np.sin(angle), 0 * angle, np.cos(angle)], axis=1)
    t_ns = np.rint(t_s * 1e9).astype(np.int64)
    n = next(
        n
        for n in range(len(t_ns) - 100, len(t_ns))
        if any(isinstance(one, Bend) for one in _find(t_ns[:n], rows[:n]))
    )
    assert isinstance(_find(t_ns[:n], rows[:n])[-1], Bend)


def _find(t_ns: np.ndarray, rows: np.ndarray) -> list[object]:
    block = SampleBlock("imu", "acc", freeze_times(t_ns.copy()), freeze_values(rows.copy()))
    return [one for one in run(build_engine(SETUP), [block]) if isinstance(one, Frame | Bend)]
