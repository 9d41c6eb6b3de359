"""The engine finds the same in short blocks and in joined ones."""

import itertools
from typing import Any

from breathsense.core.engine import build_engine
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup
from breathsense.core.stage import run


def test_the_engine_finds_the_same_in_joined_blocks(tools: Any) -> None:
    setup = Setup(sensors=(Sensor("abdomen", "band", "abdomen", "N", 50.0),))
    items = list(tools.cut(tools.make_band(150.0), itertools.cycle((7, 64, 1))))
    assert tools.join(run(build_engine(setup, joins_blocks=True), items)) == tools.join(
        run(build_engine(setup), items)
    )
