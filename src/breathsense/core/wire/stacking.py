"""Payloads of one layout, read at once: what reading them one by one would give."""

from collections.abc import Mapping, Sequence

import numpy as np

from breathsense.core.model.samples import Reading, Rejected, Values, freeze_values
from breathsense.core.profiles.base import MAX_ROWS
from breathsense.core.profiles.spec import Packet as PacketSpec
from breathsense.core.profiles.spec import Stream
from breathsense.core.wire.packet import Packet
from breathsense.core.wire.table import RowTable

Plan = tuple[tuple[RowTable, int, int], ...]
"""Of each part: how its rows are read, where they begin, how many they are."""


def plan_rows(spec: PacketSpec, tables: Sequence[RowTable | None], size: int) -> Plan | None:
    """Return table, place and number of each part's rows in a payload of ``size`` bytes.

    ``None`` if one of the parts has to be walked, or they do not fit the payload.
    """
    plan: list[tuple[RowTable, int, int]] = []
    start = 0
    for part, table in zip(spec.parts, tables, strict=True):
        n_rows = 0
        if table is not None and part.when is None:
            n_left = (size - start) // table.row.itemsize
            repeat = n_left if part.repeat == "to_end" else part.repeat
            n_rows = repeat if isinstance(repeat, int) else 0
        if table is None or not 0 < n_rows <= MAX_ROWS:
            return None
        plan.append((table, start, n_rows))
        start += n_rows * table.row.itemsize
    fits_in = start == size if spec.rest == "refuse" else start <= size
    return tuple(plan) if fits_in else None


def read_stack(
    plan: Plan, payloads: Sequence[bytes], streams: Mapping[str, Stream]
) -> list[list[Packet | Reading | Rejected]]:
    """Return the packets of each payload; all are of the length that the plan was made for."""
    n, size = len(payloads), len(payloads[0])
    stack = np.frombuffer(b"".join(payloads), dtype=np.uint8).reshape(n, size)
    read: dict[str, list[Values]] = {}
    for table, start, n_rows in plan:
        rows = stack[:, start : start + n_rows * table.row.itemsize].tobytes()
        for name, values in table.read(rows, 0, n * n_rows):
            read.setdefault(name, []).append(values.reshape(n, n_rows, -1))
    joined = [
        (streams[name], freeze_values(np.concatenate(pieces, axis=1)))
        for name, pieces in read.items()
    ]
    return [
        [Packet(stream.name, stream.unit, values[number]) for stream, values in joined]
        for number in range(n)
    ]
