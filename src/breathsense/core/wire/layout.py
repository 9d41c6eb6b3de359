"""Packets declared by a profile: structs, repeats, counts, flags, scaling; read by walking a table.

The tables were checked when the profile was parsed; here only the bytes can be wrong.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from breathsense.core.model.inputs import Notification
from breathsense.core.model.samples import Reading, Rejected
from breathsense.core.profiles.schema import Profile
from breathsense.core.profiles.spec import Part
from breathsense.core.wire.checks import check_end
from breathsense.core.wire.faults import BadPacket, reject
from breathsense.core.wire.heads import HeadMatcher
from breathsense.core.wire.packet import Packet, join_packets
from breathsense.core.wire.stacking import Plan, plan_rows, read_stack
from breathsense.core.wire.table import build_row_table
from breathsense.core.wire.walk import Walk, find_tick

Given = list[Packet | Reading | Rejected]

MAX_PAYLOAD = 512
"""The longest attribute value that Bluetooth knows."""


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """Payloads of one length whose rows lie alike: ``position`` among ``packets``, and where."""

    position: int
    size: int
    plan: Plan


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
        self.find = HeadMatcher([packet.match for packet in self.packets]).find
        self._kinds: dict[tuple[int, int], Kind | None] = {}
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
        for kind, alike in groupby(run, key=lambda one: self.find_kind(one.payload)):
            if kind is None:
                given += [decode(one) for one in alike]
            else:
                given += self.read_alike(kind, list(alike))
        return given

    def find_kind(self, payload: bytes) -> Kind | None:
        """Return what payloads that are read at once have in common.

        ``None`` where it has to be walked. What has a kind is no bad packet, unless by its count.
        """
        size = len(payload)
        position = self.find(payload) if size <= MAX_PAYLOAD else None
        if position is None:
            return None
        if (position, size) not in self._kinds:
            spec = self.packets[position]
            is_plain = spec.check is None and spec.size is None
            plan = plan_rows(spec, self._tables[position], size) if is_plain else None
            self._kinds[position, size] = None if plan is None else Kind(position, size, plan)
        return self._kinds[position, size]

    def read_alike(self, kind: Kind, alike: Sequence[Notification]) -> list[Given]:
        """Read notifications of one kind at once; of each, what ``decode`` would give."""
        spec = self.packets[kind.position]
        read, named = read_stack(kind.plan, [one.payload for one in alike])
        streams = [
            (stream.name, stream.unit, find_tick(spec, stream), values)
            for stream, values in ((self._streams[name], values) for name, values in read)
        ]
        stamps = [0] * len(alike) if spec.stamp is None else named[spec.stamp]
        counts = None if spec.counter is None else named[spec.counter.field]
        n_lost = 0
        given: list[Given] = []
        for number, (notification, stamp) in enumerate(zip(alike, stamps, strict=True)):
            if counts is not None:
                try:
                    n_lost = self._count_lost(kind.position, counts[number])
                except BadPacket as fault:
                    given.append([reject(notification, str(fault))])
                    continue
            given.append(
                [
                    Packet(
                        name,
                        unit,
                        values[number],
                        None if tick_ns is None else stamp * tick_ns,
                        n_lost * values.shape[1],
                    )
                    for name, unit, tick_ns, values in streams
                ]
            )
        return given

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
        counter = spec.counter
        n_lost = 0 if counter is None else self._count_lost(position, walk.named[counter.field])
        return [*walk.packets(n_lost), *walk.readings_of(notification)]

    def _count_lost(self, position: int, count: int) -> int:
        """Return how many packets are missing before one with this count; raises BadPacket."""
        counter = self.packets[position].counter
        assert counter is not None  # noqa: S101 - asked before
        count %= counter.modulus
        last = self.state.counters.get(position)
        self.state.counters[position] = count
        if last is None:
            return 0
        if count == last:
            raise BadPacket("repeats the packet before it")
        return (count - last - 1) % counter.modulus


def is_open(part: Part) -> bool:
    """Return whether a part fills the rest of its packet, whatever came before."""
    return part.repeat in ("to_end", "share") and part.when is None
