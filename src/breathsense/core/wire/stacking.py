"""Payloads of one layout, read at once: what reading them one by one would give."""

from collections.abc import Sequence

import numpy as np

from breathsense.core.model.samples import Values, freeze_values
from breathsense.core.profiles.base import MAX_ROWS
from breathsense.core.profiles.spec import Packet as PacketSpec
from breathsense.core.wire.table import RowTable
from breathsense.core.wire.widths import count_shared_rows

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
            open_rows = {
                "to_end": (size - start) // table.row.itemsize,
                "share": count_shared_rows(spec, size),
            }
            repeat = part.repeat
            n_rows = repeat if isinstance(repeat, int) else open_rows.get(repeat, 0)
        if table is None or not 0 < n_rows <= MAX_ROWS:
            return None
        plan.append((table, start, n_rows))
        start += n_rows * table.row.itemsize
    fits_in = start == size if spec.rest == "refuse" else start <= size
    return tuple(plan) if fits_in else None


def read_stack(
    plan: Plan, payloads: Sequence[bytes]
) -> tuple[list[tuple[str, Values]], dict[str, list[int]]]:
    """Return what the payloads hold; all are of the length that the plan was made for.

    That is by stream, in order, its values, shape (n_payloads, n_rows, n_channels), and by name the
    numbers of each payload that stand for no sample, such as a stamp.
    """
    n, size = len(payloads), len(payloads[0])
    stack = np.frombuffer(b"".join(payloads), dtype=np.uint8).reshape(n, size)
    read: dict[str, list[Values]] = {}
    named: dict[str, list[int]] = {}
    for table, start, n_rows in plan:
        raw = stack[:, start : start + n_rows * table.row.itemsize].tobytes()
        rows = table.take(raw, 0, n * n_rows)
        for name, values in table.scale(rows):
            read.setdefault(name, []).append(values.reshape(n, n_rows, -1))
        named |= {name: numbers[n_rows - 1 :: n_rows] for name, numbers in table.list_named(rows)}
    joined = [
        (name, freeze_values(pieces[0] if len(pieces) == 1 else np.concatenate(pieces, axis=1)))
        for name, pieces in read.items()
    ]
    return joined, named
