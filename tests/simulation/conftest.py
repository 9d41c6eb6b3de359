"""What each virtual wearable makes of a trace, for tests over every kind of link."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from breathsense.simulation.trace import Trace, parse_trace

ACC, GYR = ("acc_x[g]", "acc_y[g]", "acc_z[g]"), ("gyr_x[deg/s]", "gyr_y[deg/s]", "gyr_z[deg/s]")
BELLY, RIBS = ("abdomen[N]",), ("chest[N]",)
SDK = (("sdk_mode", 1), ("hr", 0), ("rate_hz", 104), ("range_g", 2), ("range_dps", 500))
VOLT = 3.3 / 1024
WAVES = {"acc": (0.9, 0.0), "gyr": (90.0, 0.0), "abd": (8.0, 10.0), "che": (7.0, 9.0)}
"""By the first letters of a column: how far it goes, about what."""


@dataclass(frozen=True)
class Played:
    """What a stream makes of a column: value times scale plus offset, rounded to a step."""

    wearable_id: str
    stream: str
    columns: tuple[str, ...]
    rate_hz: float
    step: float
    scale: float = 1.0
    offset: float = 0.0
    chosen: tuple[tuple[str, float], ...] = ()

    def build_body(self, seconds: float) -> Trace:
        """A trace of so many seconds, with a row for each of the stream's samples."""
        rows = self.draw(round(seconds * self.rate_hz))
        names = self.columns if self.columns != RIBS else (*BELLY, *RIBS)
        table = rows if self.columns != RIBS else np.hstack([rows, rows])
        t_s = np.arange(len(table)) / self.rate_hz
        lines = [",".join(map(repr, row)) for row in np.column_stack([t_s, table]).tolist()]
        return parse_trace(["t_s," + ",".join(names), *lines], where="trace")

    def draw(self, n: int) -> np.ndarray:
        """Waves of different length in each column, all well within every range."""
        depth, middle = WAVES[self.columns[0][:3]]
        t_s = np.arange(n) / self.rate_hz
        waves = [middle + depth * np.sin(t_s * (1.3 + 0.2 * k)) for k in range(len(self.columns))]
        return np.stack(waves, axis=1)

    def find_error(self, values: np.ndarray) -> float:
        """The largest difference of samples, from the first on, to what they should be."""
        expected = self.draw(len(values)) * self.scale + self.offset
        return float(np.abs(values - expected).max())


PLAYED = [
    Played("vernier-gdx-rb", "force", BELLY, 10, 1e-5),
    Played("vernier-gdx-rb", "force", BELLY, 5, 1e-5, chosen=(("rate_hz", 5),)),
    Played("polar-h10", "acc", ACC, 50, 0.001),
    Played("polar-h10", "acc", ACC, 200, 0.001, chosen=(("rate_hz", 200), ("range_g", 8))),
    Played("polar-verity-sense", "acc", ACC, 52, 2.44e-4),
    Played("polar-verity-sense", "gyr", GYR, 52, 0.07),
    Played("polar-verity-sense", "acc", ACC, 104, 0.61e-4, chosen=SDK),
    Played("polar-verity-sense", "gyr", GYR, 104, 0.0175, chosen=SDK),
    Played("polar-oh1", "acc", ACC, 50, 0.001),
    Played("sweetzpot-flow", "stretch", BELLY, 10, 1.0, 80.0, 1500.0),
    Played("microbit", "acc", ACC, 50, 0.001),
    Played("microbit", "acc", ACC, 12.5, 0.001, chosen=(("rate_hz", 12.5),)),
    Played("nordic-thingy52", "acc", ACC, 50, 1 / 1024),
    Played("nordic-thingy52", "gyr", GYR, 20, 1 / 32, chosen=(("rate_hz", 20),)),
    Played("nordic-thingy52", "gravity", ACC, 50, 1e-5, 9.80665, chosen=(("gravity", 1),)),
    Played("st-bluest", "acc", ACC, 25, 0.001),
    Played("st-bluest", "gyr", GYR, 25, 0.1),
    Played("bitalino", "stretch", BELLY, 100, VOLT, 20 * VOLT, 300 * VOLT),
    Played(
        "bitalino",
        "ribs",
        RIBS,
        1000,
        VOLT,
        20 * VOLT,
        300 * VOLT,
        chosen=(("ribs", 1), ("rate_hz", 1000)),
    ),
    Played("stretchsense-gen3", "belly", BELLY, 25, 0.1, 10.0, 400.0),
    Played("stretchsense-gen3", "ribs", RIBS, 25, 0.1, 10.0, 400.0, chosen=(("ribs", 1),)),
    Played("bendlabs-1axis", "stretch", BELLY, 100, 1e-5, 0.5),
]


@pytest.fixture(params=PLAYED, ids=lambda one: f"{one.wearable_id}-{one.stream}")
def played(request: pytest.FixtureRequest) -> Any:
    return request.param
