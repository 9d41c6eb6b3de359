"""The engine finds the same in short blocks and in joined ones."""

import itertools
from typing import Any

import numpy as np

from breathsense.core.analysis import Analysis, AnalysisBuilder
from breathsense.core.engine import build_engine
from breathsense.core.model.samples import SampleBlock
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
