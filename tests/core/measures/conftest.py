"""Sessions through the real engine, cut into blocks of any size."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from breathsense.core.engine import build_engine, find_leader
from breathsense.core.measures.found import Measures
from breathsense.core.measures.gather import MeasuresBuilder, Wanted
from breathsense.core.measures.params import MeasureParams
from breathsense.core.model.inputs import Item, Mark
from breathsense.core.model.samples import SampleBlock, Signal, freeze_times, freeze_values
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup, list_sensors

S = 1_000_000_000
ABDOMEN = Sensor("abdomen", "band", "abdomen", "N")
CHEST = Sensor("chest", "band", "chest", "N")
HEART = Sensor("heart", "heart", "chest", "ms")

Series = dict[tuple[str, Signal], tuple[np.ndarray, np.ndarray]]


def cut_blocks(series: Series, block_s: float) -> Iterator[Item]:
    """Blocks of all series, side by side, in order of time."""
    block_ns = round(block_s * S)
    exact = [
        (sensor, signal, np.round(t_s * S).astype(np.int64), values)
        for (sensor, signal), (t_s, values) in series.items()
    ]
    for start_ns in range(0, max(int(one[2][-1]) for one in exact) + 1, block_ns):
        for sensor, signal, t_ns, values in exact:
            first, last = np.searchsorted(t_ns, (start_ns, start_ns + block_ns))
            if first < last:
                column = freeze_values(values[first:last].reshape(int(last - first), -1).copy())
                yield SampleBlock(sensor, signal, freeze_times(t_ns[first:last].copy()), column)


def run_session(
    series: Series,
    sensors: tuple[Sensor, ...],
    *,
    block_s: float = 1.0,
    marks: tuple[Mark, ...] = (),
    params: MeasureParams | None = None,
    wanted: Wanted | None = None,
) -> Measures:
    setup = Setup(sensors=sensors)
    leader = find_leader(list_sensors(setup))
    assert leader is not None
    engine = build_engine(setup)
    builder = MeasuresBuilder(setup, leader, params, wanted)
    for item in (*marks, *cut_blocks(series, block_s)):
        for event in engine.push(item):
            builder.push(event)
    for event in engine.flush():
        builder.push(event)
    return builder.finish()


class Bench:
    """What a test of sessions needs."""

    abdomen, chest, heart = ABDOMEN, CHEST, HEART
    run: Callable[..., Measures] = staticmethod(run_session)

    @staticmethod
    def breathe(t_s: np.ndarray, period_s: float = 4.0) -> np.ndarray:
        """A breath with expiration one and a half times as long, of depth 2, starting at 0."""
        turn = (t_s / period_s) % 1.0
        rise = 1 - np.cos(np.pi * turn / 0.4)
        fall = 1 + np.cos(np.pi * (turn - 0.4) / 0.6)
        return np.where(turn < 0.4, rise, fall)


@pytest.fixture
def bench() -> Bench:
    return Bench()
