"""One pass through one payload along a table of a profile, field by field where it has to be."""

import math
import struct
from bisect import bisect_right
from collections.abc import Mapping, Sequence

from breathsense.core.model.inputs import Notification
from breathsense.core.model.samples import Reading, freeze_values
from breathsense.core.profiles.base import MAX_ROWS
from breathsense.core.profiles.spec import Field, Part, Steps, Stream, When
from breathsense.core.profiles.spec import Packet as PacketSpec
from breathsense.core.wire.faults import BadPacket, check_length, check_rest
from breathsense.core.wire.packet import Packet
from breathsense.core.wire.table import RowTable, find_scale
from breathsense.core.wire.widths import count_shared_rows, field_size, width_of

FLOATS = {
    ("f32", "little"): "<f", ("f32", "big"): ">f", ("f64", "little"): "<d", ("f64", "big"): ">d",
}  # fmt: skip
FEW = 3
"""Fewer rows are read one by one: quicker than setting up arrays."""


class Walk:
    """One pass through one payload along one table."""

    def __init__(
        self,
        payload: bytes,
        spec: PacketSpec,
        streams: Mapping[str, Stream],
        settings: Mapping[str, float],
    ) -> None:
        self._payload = payload
        self._spec = spec
        self._streams = streams
        self._settings = settings
        self._offset = 0
        self._rows: dict[str, list[list[float]]] = {}
        self._readings: dict[str, float] = {}
        self.named: dict[str, int] = {}

    def run(self, tables: Sequence[RowTable | None]) -> None:
        """Read all parts, at once where there is a table for one; raises BadPacket."""
        n_shared = count_shared_rows(self._spec, len(self._payload))
        for part, table in zip(self._spec.parts, tables, strict=True):
            if self._holds(part.when):
                self._read_part(part, table, n_shared)
        if self._spec.rest == "refuse":
            check_rest(len(self._payload) - self._offset)

    @property
    def is_empty(self) -> bool:
        """Whether neither a sample nor a reading was found."""
        return not self._rows and not self._readings

    def packets(self, n_lost: int) -> list[Packet]:
        """Return the samples that were read, one packet for each stream; a loss is in rows."""
        return [
            Packet(
                stream=name,
                unit=self._streams[name].unit,
                values=freeze_values(rows),
                t_device_ns=self._stamp_ns(self._streams[name]),
                n_lost=n_lost * len(rows),
            )
            for name, rows in self._rows.items()
        ]

    def readings_of(self, notification: Notification) -> list[Reading]:
        """Return what the packet told about the wearable itself."""
        return [
            Reading(notification.wearable, name, value, notification.host_ns)
            for name, value in self._readings.items()
            if math.isfinite(value)
        ]

    def _stamp_ns(self, stream: Stream) -> int | None:
        name, tick_ns = self._spec.stamp, find_tick(self._spec, stream)
        return None if name is None or tick_ns is None else self.named[name] * tick_ns

    def _holds(self, when: When | None) -> bool:
        if when is None:
            return True
        # A field that was itself left out has no flags set.
        bits = self.named.get(when.field, 0) & when.mask
        return bits != 0 if when.equals is None else bits == when.equals

    def _read_part(self, part: Part, table: RowTable | None, n_shared: int) -> None:
        if part.repeat == "to_end":
            n_left = len(self._payload) - self._offset
            if table is not None and self._read_at_once(table, n_left // table.row.itemsize):
                return
            least = sum(field_size(field) for field in part.fields if field.when is None)
            while len(self._payload) - self._offset >= max(least, 1):
                before = self._offset
                self._read_row(part)
                if self._offset == before:
                    break
            return
        if isinstance(part.repeat, int):
            n_rows = part.repeat
        else:
            n_rows = n_shared if part.repeat == "share" else self.named.get(part.repeat, 0)
        if n_rows > MAX_ROWS:
            raise BadPacket(f"claims to hold {n_rows} rows")
        if table is not None and self._read_at_once(table, n_rows):
            return
        for _ in range(n_rows):
            self._read_row(part)

    def _read_at_once(self, table: RowTable, n_rows: int) -> bool:
        """Read plain rows; False if there are too few bytes, or the table is of no use for few."""
        end = self._offset + n_rows * table.row.itemsize
        if end > len(self._payload) or (n_rows < FEW and table.one is None):
            return False
        if n_rows < FEW:
            for start in range(self._offset, end, table.row.itemsize):
                for name, row in table.read_few(self._payload, start, self.named):
                    self._rows.setdefault(name, []).append(row)
            self._offset = end
            return True
        rows = table.take(self._payload, self._offset, n_rows)
        self.named |= {name: numbers[-1] for name, numbers in table.list_named(rows)}
        for name, values in table.scale(rows):
            self._rows.setdefault(name, []).extend(values.tolist())
        self._offset = end
        return True

    def _read_row(self, part: Part) -> None:
        row: dict[str, list[float]] = {}
        for field_spec in part.fields:
            if not self._holds(field_spec.when):
                continue
            raw = self._read_raw(field_spec)
            if raw is None:
                continue
            if field_spec.name is not None and isinstance(raw, int):
                self.named[field_spec.name] = raw
            value = self._scale(field_spec, raw)
            if field_spec.reading is not None:
                self._readings[field_spec.reading] = value
            if field_spec.to is not None:
                name, channel = field_spec.to.split(".", 1)
                channels = self._streams[name].channels
                values = row.setdefault(name, [math.nan] * len(channels))
                values[channels.index(channel)] = value
        for name, values in row.items():
            self._rows.setdefault(name, []).append(values)

    def _read_raw(self, spec: Field) -> int | float | None:
        end = self._offset + width_of(spec)
        check_length(self._payload, end, spec.name or spec.to or spec.type)
        piece = self._payload[self._offset : end]
        self._offset = self._offset if spec.peek else end
        if spec.type == "pad":
            return None
        order = spec.byte_order or self._spec.byte_order
        if spec.type[0] == "f":
            value: float = struct.unpack(FLOATS[spec.type, order], piece)[0]
            return value
        raw = int.from_bytes(piece, order, signed=spec.type[0] == "i")
        if spec.mask is not None:
            raw &= spec.mask
            if spec.type[0] == "i" and raw >> spec.mask.bit_length() - 1:
                raw -= 1 << spec.mask.bit_length()
        raw >>= spec.shift
        if spec.equals is not None and raw != spec.equals:
            raise BadPacket(f"{spec.name or spec.type} is {raw}, not {spec.equals}")
        if spec.same_as is not None and raw != self.named.get(spec.same_as):
            raise BadPacket(f"{spec.name or spec.type} is not the same as {spec.same_as}")
        return raw

    def _scale(self, spec: Field, raw: float) -> float:
        if raw in spec.missing or not math.isfinite(raw):
            return math.nan
        scale = find_scale(spec, self._settings)
        value = float(raw) if scale == 1 and not spec.offset else raw * scale + spec.offset
        return value if spec.steps is None else look_up(spec.steps, value)


def find_tick(spec: PacketSpec, stream: Stream) -> int | None:
    """Return the unit of a packet's stamp in ns, if it has one that says when samples were."""
    is_stamped = spec.stamp is not None and stream.time.stamp != "none"
    return stream.time.tick_ns if is_stamped else None


def look_up(steps: Steps, value: float) -> float:
    """Return what the highest step gives that the value reaches; NaN below the lowest."""
    position = bisect_right(steps.at_least, value) - 1
    return steps.gives[position] if position >= 0 else math.nan
