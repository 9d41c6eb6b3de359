import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from breathsense.core.model.inputs import Item, Mark
from breathsense.core.model.samples import SampleBlock, freeze_times, freeze_values
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup
from breathsense.recordings.folder import list_samples, recordings_folder
from breathsense.recordings.header import build_header
from breathsense.recordings.journal import Journal

S = 1_000_000_000
Make = Callable[..., Path]


@pytest.fixture(scope="session")
def belt() -> Path:
    """Two minutes at rest, synthetic."""
    return next(one.path for one in list_samples() if "belt-at-rest" in one.path.name)


@pytest.fixture
def own(tmp_path: Path, belt: Path) -> Callable[[str], Path]:
    """Put a copy of the sample into the data folder ``tmp_path``."""

    def copy(name: str) -> Path:
        return Path(shutil.copy(belt, recordings_folder(tmp_path) / name))

    return copy


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write a short recording with some items into the data folder ``tmp_path``."""

    def write(name: str, *items: Item, at: datetime | None = None) -> Path:
        path = recordings_folder(tmp_path) / name
        anchor_ns = int((at or datetime(2026, 3, 4, 15, 6).astimezone()).timestamp() * S)
        setup = Setup(sensors=(Sensor("abdomen", "band", "abdomen", "N", 10.0),))
        journal = Journal(path, build_header(setup, anchor_ns))
        times = freeze_times([round(one * S / 10) for one in range(30)])
        values = freeze_values([[float(one % 7)] for one in range(30)])
        journal.append(SampleBlock("abdomen", "band", times, values))
        for item in items:
            journal.append(item)
        return journal.close()

    return write


@pytest.fixture
def a_note() -> Mark:
    return Mark(2 * S, "note: stairs before")
