"""A whole calibration is learnt the same, however the samples were cut."""

import itertools
from typing import Any

import numpy as np
import pytest

from breathsense.core.engine import build_engine
from breathsense.core.model.calibration import Calibrated, StepJudged
from breathsense.core.model.inputs import Mark, get_item_time_ns
from breathsense.core.model.samples import SampleBlock, freeze_times, freeze_values
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup
from breathsense.core.stage import run

S = 1_000_000_000
BAND = Sensor("abdomen", "band", "abdomen", "N")
STEPS = (
    (4, "calibration.quiet", 60),
    (70, "calibration.full", 8),
    (84, "calibration.pause", 8),
    (100, "calibration.brace", 5),
    (116, "calibration.brace", 5),
    (130, "calibration.draw_in", 5),
    (145, "rezero", 15),
)


def calibrate() -> list[Any]:
    """Breaths of four seconds, now and then deeper, held, or lifted; a block a second."""
    t_s = np.arange(0, 170, 0.05)
    depth = np.where((t_s > 72) & (t_s < 76), 3.0, np.where((t_s > 84) & (t_s < 92), 0.0, 1.0))
    shift = 1.4 * (((t_s > 100.6) & (t_s < 104.7)) | ((t_s > 116.8) & (t_s < 121.3)))
    shift -= 1.1 * ((t_s > 130.5) & (t_s < 134.8))
    level = 7 + depth * (0.5 - 0.5 * np.cos(np.pi * t_s / 2)) + shift
    level += 0.02 * np.sin(7.1 * t_s) * np.cos(1.3 * t_s)
    t_ns = np.rint(t_s * S).astype(np.int64)
    items: list[Any] = [Mark(at * S, label, lasts * S) for at, label, lasts in STEPS]
    for first in range(0, len(t_ns), 20):
        part = slice(first, first + 20)
        block = (freeze_times(t_ns[part].copy()), freeze_values(level[part, None].copy()))
        items.append(SampleBlock("abdomen", "band", *block))
    return sorted(items, key=get_item_time_ns)


def learn(items: Any, *, joins_blocks: bool = False) -> list[Any]:
    engine = build_engine(Setup(sensors=(BAND,)), joins_blocks=joins_blocks)
    return [one for one in run(engine, items) if isinstance(one, StepJudged | Calibrated)]


def test_every_step_of_it_is_accepted() -> None:
    judged = [one for one in learn(calibrate()) if isinstance(one, StepJudged)]
    assert [one.step for one in judged] == [
        *("quiet", "full", "pause", "brace", "brace", "draw_in", "rezero")
    ]
    assert all(one.is_accepted for one in judged)


@pytest.mark.parametrize("size", [1, 3, 13])
def test_cuts_change_nothing_that_is_learnt(size: int, tools: Any) -> None:
    pieces = tools.cut(calibrate(), itertools.repeat(size))
    assert learn(pieces) == learn(calibrate())


def test_joined_blocks_teach_the_same() -> None:
    assert learn(calibrate(), joins_blocks=True) == learn(calibrate())


@pytest.mark.parametrize("place", range(7))
def test_what_is_decided_does_not_depend_on_what_comes_later(place: int) -> None:
    full = learn(calibrate())
    chosen = [one for one in full if isinstance(one, StepJudged)][place]
    early = []
    for one in calibrate():
        if isinstance(one, SampleBlock):
            n = int(np.searchsorted(one.t_ns, chosen.decided_ns, side="right"))
            kept = (freeze_times(one.t_ns[:n]), freeze_values(one.values[:n]))
            early += [SampleBlock(one.sensor, one.signal, *kept)] if n else []
        elif one.start_ns <= chosen.decided_ns:
            early.append(one)
    found = learn(early)
    assert chosen in found
    assert found == full[: len(found)]
