"""Rows read at once are the rows that a walk along the table gives."""

import struct
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from breathsense.core.profiles.base import Uuid
from breathsense.core.profiles.spec import Field, Part, Stream
from breathsense.core.profiles.spec import Packet as PacketSpec
from breathsense.core.wire.faults import BadPacket
from breathsense.core.wire.table import build_row_table
from breathsense.core.wire.walk import Walk

STREAM = {"name": "acc", "signal": "acc", "unit": "g", "channels": ["x", "y", "z"], "rate_hz": 50}
ODD = {"type": "i32", "to": "acc.z", "byte_order": "big", "scale": 0.1, "offset": -3.7}
PART: dict[str, Any] = {
    "repeat": "to_end",
    "fields": [
        {"type": "i16", "to": "acc.x", "scale": 0.001, "missing": [-1, 7]},
        {"type": "pad", "n_bytes": 3},
        {"type": "f32", "to": "acc.y", "scale": 1e12},
        {"type": "u8", "name": "count"},
        ODD,
    ],
}
ROW = struct.Struct("<h3xfB4s")


def read(payload: bytes, part: dict[str, Any], *, at_once: bool) -> Any:
    spec = msgspec.convert(
        {"name": "p", "characteristic": Uuid("fa57"), "parts": [part], "rest": "ignore"}, PacketSpec
    )
    stream = msgspec.convert(STREAM, Stream)
    table = build_row_table(spec.parts[0], spec.byte_order, {"acc": stream}, {})
    assert table is not None
    walk = Walk(payload, spec, {"acc": stream}, {})
    try:
        walk.run([table if at_once else None])
    except BadPacket as fault:
        return str(fault)
    return [packet.values.tobytes() for packet in walk.packets(0)], walk.named


EVEN = [{**field, "byte_order": "little"} for field in PART["fields"]]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("fields", [PART["fields"], EVEN], ids=["mixed", "one order"])
@pytest.mark.parametrize("repeat", ["to_end", 1, 2, 5])
@given(payload=st.binary(max_size=150))
def test_any_bytes_give_the_same_bits_at_once_and_row_by_row(
    repeat: Any, fields: Any, payload: bytes
) -> None:
    part = {"repeat": repeat, "fields": fields}
    assert read(payload, part, at_once=True) == read(payload, part, at_once=False)


def test_rows_are_scaled_and_missing_values_have_none() -> None:
    rows = [(1500, 2e-12), (7, float("inf")), (-1, float("nan")), (-32768, 0.0)]
    payload = b"".join(ROW.pack(x, y, 0, b"\0\0\1\0") for x, y in rows)
    (packed,), named = read(payload, PART, at_once=True)
    assert named == {"count": 0}
    table = np.frombuffer(packed).reshape(-1, 3)
    assert table[0].tolist() == [1.5, pytest.approx(2.0, rel=1e-6), 256 * 0.1 - 3.7]
    assert np.isnan(table[1:3, :2]).all()
    assert table[3, 0] == -32.768


@pytest.mark.parametrize(
    "change",
    [
        {"mask": 15},
        {"shift": 2},
        {"equals": 3},
        {"reading": "battery_pct"},
        {"type": "u24"},
        {"when": {"field": "flags", "mask": 1}},
    ],
)
def test_rows_in_which_something_is_decided_are_walked(change: dict[str, Any]) -> None:
    field = msgspec.convert({"type": "u16", "to": "acc.x", **change}, Field)
    part = Part(fields=(field,), repeat="to_end")
    stream = msgspec.convert(STREAM, Stream)
    assert build_row_table(part, "little", {"acc": stream}, {}) is None
