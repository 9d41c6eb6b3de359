"""The engine finds the same in short blocks and in joined ones."""

import itertools
from dataclasses import replace
from typing import Any

import numpy as np

from breathsense.core.analysis import Analysis, AnalysisBuilder
from breathsense.core.engine import build_engine
from breathsense.core.frames.frame import Frame
from breathsense.core.model.samples import Gap, SampleBlock
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup
from breathsense.core.stage import run


def test_the_engine_finds_the_same_in_joined_blocks(tools: Any) -> None:
    setup = Setup(sensors=(Sensor("abdomen", "band", "abdomen", "N", 50.0),))
    items = list(tools.cut(tools.make_band(150.0), itertools.cycle((7, 64, 1))))
    assert tools.join(run(build_engine(setup, joins_blocks=True), items)) == tools.join(
        run(build_engine(setup), items)
    )


def analyse(setup: Setup, items: list[Any], *, joins_blocks: bool) -> Analysis:
    builder = AnalysisBuilder(setup)
    for event in run(build_engine(setup, joins_blocks=joins_blocks), items):
        builder.push(event)
    return builder.finish()


def test_the_same_is_told_of_several_sensors(tools: Any) -> None:
    """Sensors that are joined are apart by seconds afterwards."""
    band = Sensor("abdomen", "band", "abdomen", "N", 50.0)
    setup = Setup(sensors=(band, Sensor("imu", "imu", "chest", "g", 50.0)))
    sizes = itertools.cycle((7, 64, 1))
    items = [*tools.cut([*tools.make_band(150.0), *tools.make_acceleration(150.0)], sizes)]
    items.sort(key=lambda one: int(one.t_ns[0]) if isinstance(one, SampleBlock) else one.end_ns)
    joined = analyse(setup, items, joins_blocks=True)
    assert joined == analyse(setup, items, joins_blocks=False)
    assert len(joined.breaths) > 30
    assert joined.unscored
    assert np.isclose(joined.duration_ns / 1e9, 153.0, atol=1.0)


def test_two_bands_with_short_losses_make_the_same_frames(tools: Any) -> None:
    """Short losses are crossed by the waveform; frames wait for it, however sensors alternate."""
    sensors = [Sensor(place, "band", place, "N", 50.0) for place in ("abdomen", "chest")]
    setup = Setup(sensors=tuple(sensors))
    items: list[Any] = []
    for seed, sensor in enumerate(sensors, 1):
        pieces = [one for one in tools.make_band(150.0, 50.0, seed) if isinstance(one, SampleBlock)]
        for before, after in itertools.pairwise(tools.cut(pieces, itertools.cycle((64, 9, 33)))):
            items.append(replace(before, sensor=sensor.id))
            start_ns, end_ns = int(before.t_ns[-1]), int(after.t_ns[0])
            if len(before.t_ns) == 9:
                items.append(Gap(sensor.id, "band", start_ns, end_ns, "packet_loss"))
    items.sort(key=lambda one: int(one.t_ns[-1]) if isinstance(one, SampleBlock) else one.end_ns)
    told = [
        [one for one in run(build_engine(setup, joins_blocks=joins), items) if type(one) is Frame]
        for joins in (False, True)
    ]
    assert told[0] == told[1]
    assert sum(one.chest is not None for one in told[0]) > 800
