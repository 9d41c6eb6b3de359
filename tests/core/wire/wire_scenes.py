"""Notifications of wearables, for the tests of their stage."""

import struct
from typing import Any

import numpy as np

from breathsense.core.model.inputs import Notification
from breathsense.core.model.samples import SampleBlock
from breathsense.core.wire.stage import WireStage
from breathsense.sources.shelf import load_shelf

SHELF = load_shelf()
BELT, STRAP, FLOW = "vernier-gdx-rb", "polar-h10", "sweetzpot-flow"
RESPONSE = "b41e6675-a329-40e0-aa01-44d2f444babe"
MEASUREMENT = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"
HEART = "00002a37-0000-1000-8000-00805f9b34fb"
S = 1_000_000_000


def build(profile: str, **chosen: float) -> WireStage:
    return WireStage("w", SHELF.find(profile), "abdomen", chosen)


def frame(*values: float) -> bytes:
    raw = bytearray((0x20, 9 + 4 * len(values), 0, 0, 6, 2, 0, len(values), 0))
    raw += np.array(values, "<f4").tobytes()
    raw[3] = (sum(raw) - raw[3]) % 256
    return bytes(raw)


def belt(host_ns: int, *values: float) -> Notification:
    return Notification("w", RESPONSE, frame(*values), host_ns)


def beats(host_ns: int, *ms: float) -> Notification:
    raw = b"".join(struct.pack("<H", round(one * 1.024)) for one in ms)
    return Notification("w", HEART, b"\x10\x40" + raw, host_ns)


def plain(given: list[Any]) -> list[Any]:
    """Outputs as values that can be compared, bit for bit."""
    return [
        ("block", one.sensor, one.signal, one.t_ns.tobytes(), one.values.tobytes())
        if isinstance(one, SampleBlock)
        else one
        for one in given
    ]


def blocks(given: list[Any], signal: str = "band") -> list[SampleBlock]:
    return [one for one in given if isinstance(one, SampleBlock) and one.signal == signal]
