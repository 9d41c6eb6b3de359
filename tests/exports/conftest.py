"""A short session of two bands, an accelerometer and a heart strap, with a hole and marks."""

import numpy as np
import pytest

from breathsense.core.model.inputs import Item, Mark
from breathsense.core.model.samples import Gap, SampleBlock, Signal, freeze_times, freeze_values
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup
from breathsense.exports.content import Content, Provenance, gather_content

S = 1_000_000_000
SENSORS = (
    Sensor("abdomen", "band", "abdomen", "N"),
    Sensor("imu", "imu", "abdomen", "g"),
    Sensor("heart", "heart", "chest", "ms"),
)
HOLE_S = (50, 53)


def make_blocks(
    sensor: str, signal: Signal, rate_hz: float, first_s: float, end_s: float, n_channels: int
) -> SampleBlock:
    t_s = np.arange(round(first_s * rate_hz), round(end_s * rate_hz)) / rate_hz
    level = 2.0 - 2.0 * np.cos(2 * np.pi * t_s / 4.0)
    angle = np.radians(level)
    columns = [level] if n_channels == 1 else [np.sin(angle), 0.0 * angle, np.cos(angle)]
    values = np.stack(columns, axis=1)
    times = np.round(t_s * S).astype(np.int64)
    return SampleBlock(sensor, signal, freeze_times(times), freeze_values(values))


def make_items() -> list[Item]:
    beats = SampleBlock(
        "heart",
        "rr",
        freeze_times(np.arange(1, 150, dtype=np.int64) * S),
        freeze_values(np.full((149, 1), 1000.0)),
    )
    return [
        Mark(0, "calibration.quiet", 80 * S),
        make_blocks("abdomen", "band", 10.0, 0, HOLE_S[0], 1),
        make_blocks("imu", "acc", 50.0, 0, 150, 3),
        Gap("abdomen", "band", HOLE_S[0] * S, HOLE_S[1] * S, "link_lost"),
        make_blocks("abdomen", "band", 10.0, HOLE_S[1], 150, 1),
        beats,
        Mark(60 * S, "note: =HYPERLINK(1) <b>tired</b>, müde"),
    ]


@pytest.fixture(scope="session")
def content() -> Content:
    provenance = Provenance("2026-05-03_10-00", "2026-05-03T10:00:00.000000+02:00", "breathsense")
    return gather_content(Setup(sensors=SENSORS), make_items(), provenance)
