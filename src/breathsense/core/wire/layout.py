"""Packets declared by a profile: structs, repeats, counts, flags, scaling; read by walking a table.

The tables were checked when the profile was parsed; here only the bytes can be wrong.
"""

import math
import struct
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from breathsense.core.model.inputs import Notification
from breathsense.core.model.samples import Reading, Rejected, freeze_values
from breathsense.core.profiles.base import MAX_ROWS, ByteMatch
from breathsense.core.profiles.schema import Profile
from breathsense.core.profiles.spec import Field, Part, Steps, Stream, When
from breathsense.core.profiles.spec import Packet as PacketSpec
from breathsense.core.wire.checks import check_end
from breathsense.core.wire.faults import BadPacket, check_length, check_rest, reject
from breathsense.core.wire.packet import Packet, join_packets
from breathsense.core.wire.stacking import Plan, plan_rows, read_stack
from breathsense.core.wire.table import RowTable, build_row_table, find_scale

Given = list[Packet | Reading | Rejected]

FLOATS = {
    ("f32", "little"): "<f", ("f32", "big"): ">f", ("f64", "little"): "<d", ("f64", "big"): ">d",
}  # fmt: skip

MAX_PAYLOAD = 512
"""The longest attribute value that Bluetooth knows."""
FEW = 3
"""Fewer rows are read one by one: quicker than setting up arrays."""


@dataclass(slots=True)
class LayoutState:
    """The last count of each kind of packet, by its position in the profile."""

    counters: dict[int, int] = field(default_factory=dict)


class LayoutDecoder:
    """Decodes the declared packets of one characteristic.

    Parameters
    ----------
    profile : Profile
        Whose ``packets`` for the characteristic are used; the first whose bytes match is taken.
    characteristic : str
        Full UUID.
    settings : mapping of str to float
        Resolved settings: some scales depend on them.

    """

    def __init__(
        self, profile: Profile, characteristic: str, settings: Mapping[str, float]
    ) -> None:
        self.packets = [
            packet
            for packet in profile.spec.packets
            if packet.characteristic == characteristic
            and (packet.only_with is None or settings[packet.only_with])
        ]
        self._streams = {stream.name: stream for stream in profile.streams}
        self._settings = settings
        self._tables = [
            [
                build_row_table(part, packet.byte_order, self._streams, settings)
                for part in packet.parts
            ]
            for packet in self.packets
        ]
        self._plans: dict[tuple[int, int], Plan | None] = {}
        self.state = LayoutState()

    def decode(self, notification: Notification) -> list[Packet | Reading | Rejected]:
        """Decode one notification; of several packets in it, a bad one is rejected alone.

        Raises
        ------
        BadPacket
            If no declared packet matches, or the bytes do not fit it.

        """
        payload = notification.payload
        position = self.find(payload)
        if position is None:
            raise BadPacket("matches no packet of the profile")
        size = self.packets[position].size
        if size is None:
            return self._read(position, payload, notification)
        return self._read_row_of(position, size, notification)

    def decode_run(
        self, run: Sequence[Notification], decode: Callable[[Notification], Given]
    ) -> list[Given]:
        """Decode notifications in order, those of one plain layout at once, others by ``decode``.

        Of each notification the same is given as by ``decode`` alone.
        """
        given: list[Given] = []
        for (_, plan), alike in groupby(run, key=lambda one: self._find_plan(one.payload)):
            if plan is None:
                given += [decode(one) for one in alike]
            else:
                given += read_stack(plan, [one.payload for one in alike], self._streams)
        return given

    def _find_plan(self, payload: bytes) -> tuple[int, Plan | None]:
        """Return the length of a payload, and where its rows lie if it need not be walked."""
        size = len(payload)
        position = self.find(payload) if size <= MAX_PAYLOAD else None
        if position is None:
            return size, None
        if (position, size) not in self._plans:
            spec = self.packets[position]
            is_plain = not (spec.check or spec.counter or spec.size or spec.stamp or spec.continued)
            plan = plan_rows(spec, self._tables[position], size) if is_plain else None
            self._plans[position, size] = plan
        return size, self._plans[position, size]

    def find(self, payload: bytes) -> int | None:
        """Return which of ``packets`` a payload is."""
        for position, spec in enumerate(self.packets):
            if all(fits(match, payload) for match in spec.match):
                return position
        return None

    def _read_row_of(
        self, position: int, size: int, notification: Notification
    ) -> list[Packet | Reading | Rejected]:
        payload = notification.payload
        if not payload or len(payload) % size:
            raise BadPacket(f"{len(payload)} bytes are no row of packets of {size}")
        given: list[Packet | Reading | Rejected] = []
        for start in range(0, len(payload), size):
            try:
                given += self._read(position, payload[start : start + size], notification)
            except BadPacket as fault:
                given.append(reject(notification, str(fault)))
        return join_packets(given)

    def _read(
        self, position: int, payload: bytes, notification: Notification
    ) -> list[Packet | Reading | Rejected]:
        spec = self.packets[position]
        if spec.check is not None:
            check_end(spec.check, payload, spec.byte_order)
        walk = Walk(payload, spec, self._streams, self._settings)
        walk.run(self._tables[position])
        if walk.is_empty and any(is_open(part) for part in spec.parts):
            raise BadPacket("holds no sample")
        n_lost = self._count_lost(position, spec, walk)
        return [*walk.packets(n_lost), *walk.readings_of(notification)]

    def _count_lost(self, position: int, spec: PacketSpec, walk: "Walk") -> int:
        if spec.counter is None:
            return 0
        count = walk.named[spec.counter.field] % spec.counter.modulus
        last = self.state.counters.get(position)
        self.state.counters[position] = count
        if last is None:
            return 0
        if count == last:
            raise BadPacket("repeats the packet before it")
        return (count - last - 1) % spec.counter.modulus


def fits(match: ByteMatch, payload: bytes) -> bool:
    """Return whether a byte is what tells this kind of packet."""
    if not -len(payload) <= match.at < len(payload):
        return False
    return payload[match.at] & match.mask == match.equals


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
        n_shared = self._count_shared_rows()
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
        if self._spec.stamp is None or stream.time.stamp == "none":
            return None
        return self.named[self._spec.stamp] * stream.time.tick_ns

    def _count_shared_rows(self) -> int:
        """Return how many rows fill the packet, if parts share it.

        They stand at the end, so what comes before has a size that does not depend on them.
        """
        shared = [part for part in self._spec.parts if part.repeat == "share"]
        if not shared:
            return 0
        row_size = sum(field_size(field) for part in shared for field in part.fields)
        fixed = sum(
            field_size(field) * (part.repeat if isinstance(part.repeat, int) else 0)
            for part in self._spec.parts
            for field in part.fields
        )
        return max(0, len(self._payload) - fixed) // row_size

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
                for name, row in table.read_few(self._payload, start):
                    self._rows.setdefault(name, []).append(row)
            self._offset = end
            return True
        for name, values in table.read(self._payload, self._offset, n_rows):
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


def is_open(part: Part) -> bool:
    """Return whether a part fills the rest of its packet, whatever came before."""
    return part.repeat in ("to_end", "share") and part.when is None


def look_up(steps: Steps, value: float) -> float:
    """Return what the highest step gives that the value reaches; NaN below the lowest."""
    position = bisect_right(steps.at_least, value) - 1
    return steps.gives[position] if position >= 0 else math.nan


def field_size(spec: Field) -> int:
    """Return the bytes that a field takes from those that follow it."""
    return 0 if spec.peek else width_of(spec)


def width_of(spec: Field) -> int:
    """Return the bytes that a field is read from."""
    return spec.n_bytes if spec.type == "pad" else int(spec.type[1:]) // 8
