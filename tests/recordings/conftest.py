import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from breathsense.core.model.inputs import Item, LinkEvent, Mark, Notification
from breathsense.core.setup import Setup
from breathsense.recordings.header import Header, build_header
from breathsense.recordings.journal import Journal

ANCHOR_NS = 1_700_000_000_123_456_789
UUID = "f4bf14a6-c7d5-4b6d-8aa8-df1a7c83adcb"

Recorder = Callable[..., Path]


@pytest.fixture
def header() -> Header:
    return build_header(Setup(), ANCHOR_NS)


@pytest.fixture
def belt_items() -> list[Item]:
    """Ten seconds of a belt at 10 Hz, with the link's states and a mark."""
    items: list[Item] = [LinkEvent("belt", "streaming", 0)]
    for number in range(100):
        payload = bytes([0x20, number, *os.urandom(4)])
        items.append(Notification("belt", UUID, payload, number * 100_000_000 + 1))
    items.append(Mark(9_950_000_000, "note: done"))
    return items


@pytest.fixture
def record(header: Header, tmp_path: Path) -> Recorder:
    """Record items into a closed file."""

    def write(items: Iterable[Item], name: str = "session.mcap") -> Path:
        journal = Journal(tmp_path / name, header, wall_ns=lambda: 1, monotonic_ns=lambda: 2)
        for item in items:
            journal.append(item)
        return journal.close()

    return write
