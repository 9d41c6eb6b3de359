"""Vernier Go Direct: measurement frames to samples; what the answers tell is learnt on the way.

Units and names of channels, battery and firmware come from the wearable's own answers, which are
notifications like any other and so are in every recording.
"""

import math
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from breathsense.core.model.inputs import Notification
from breathsense.core.model.samples import Reading, Rejected, Values, freeze_values
from breathsense.core.profiles.protocols import VernierGdx
from breathsense.core.profiles.schema import Profile
from breathsense.core.wire.faults import BadPacket, check_length, check_rest, reject
from breathsense.core.wire.packet import Packet
from breathsense.core.wire.protocols.gdx_frames import (
    HEADER,
    MEASUREMENT,
    SUM_AT,
    Command,
    list_channels,
    sum_frame,
)

Given = list[Packet | Reading | Rejected]

NORMAL, WIDE = 0x06, 0x07
SINGLE_REAL, SINGLE_INT, APERIODIC_REAL, APERIODIC_INT = 0x08, 0x09, 0x0A, 0x0B
START_TIME, DROPPED, PERIOD = 0x0C, 0x0D, 0x0E
MEASURING = frozenset({NORMAL, WIDE, SINGLE_REAL, SINGLE_INT, APERIODIC_REAL, APERIODIC_INT})
WIDE_HEAD = 11
STATUS_LENGTH = 18
SENSOR_INFO_LENGTH = 154
FULL_PCT = 100
COUNT_AT = 2
BELIEVED, MOST_BELIEF = 8, 24
MOST_LOST = 64
"""A larger step is more likely another start of the count."""
CHARGER = ("idle", "charging", "complete", "error")


@dataclass(slots=True)
class GdxState:
    """A frame that is not complete yet (at most 255 bytes), and what the answers told.

    ``units`` are by channel number; ``seen`` holds the channels of the newest measurement, and
    ``n_rows`` its rows. ``count`` is that of the newest frame, ``belief`` how far it is believed.
    """

    pending: bytes = b""
    units: dict[int, str] = field(default_factory=dict)
    seen: tuple[int, ...] = ()
    n_rows: int = 1
    count: int | None = None
    belief: int = 0


class GdxDecoder:
    """Decodes the one characteristic on which answers and measurements come.

    A frame may be cut over several notifications; each frame begins a new one. A value that is NaN
    (the belt's own breathing rate during its first 30 s) stays NaN: no value. A report of
    dropped measurements gives a packet without samples, whose ``n_lost`` is 1: at least one.

    The maker does not say what the frames' counter counts; here it is believed once it went up by
    one ``BELIEVED`` times running. A step of more then tells of frames lost, with as many rows as
    the newest had, and costs as much belief as was needed; at most ``MOST_BELIEF`` is kept.
    """

    def __init__(self, profile: Profile, gdx: VernierGdx) -> None:
        self._streams = {channel.number: profile.stream(channel.stream) for channel in gdx.channels}
        self.state = GdxState()

    def decode(self, notification: Notification) -> Given:
        """Decode one notification.

        Raises
        ------
        BadPacket
            For a frame with a wrong checksum, length or type.

        """
        pending, self.state.pending = self.state.pending, b""
        if not pending:
            return self._take(notification.payload, notification)
        try:
            return self._take(pending + notification.payload, notification)
        except BadPacket as fault:
            # The rest of the frame was lost: what came instead may begin a new one.
            lost = reject(notification, f"incomplete frame: {fault}")
            try:
                return [lost, *self._take(notification.payload, notification)]
            except BadPacket:
                return [lost]

    def decode_run(
        self, run: Sequence[Notification], decode: Callable[[Notification], Given]
    ) -> list[Given]:
        """Decode notifications in order, whole measurements that are alike at once.

        Of each notification the same is given as by ``decode`` alone.
        """
        given: list[Given] = []
        for head, group in groupby(run, key=lambda one: _find_head(one.payload)):
            alike = list(group)
            read = None
            if head is not None and len(alike) > 1 and not self.state.pending:
                read = self._read_alike([one.payload for one in alike])
            given += [decode(one) for one in alike] if read is None else read
        return given

    def _read_alike(self, frames: list[bytes]) -> list[Given] | None:
        """Read measurements with the same head; ``None`` where one of them is not sound."""
        stack = np.frombuffer(b"".join(frames), dtype=np.uint8).reshape(len(frames), -1)
        told = stack[:, SUM_AT]
        if ((stack.sum(axis=1) - told & 0xFF) != told).any():
            return None
        channels, count, start, is_real = _read_head(frames[0][4], frames[0])
        known = [channel for channel in channels if channel in self._streams]
        if not (count and known) or stack.shape[1] != start + 4 * len(channels) * count:
            return None
        rows = _read_numbers(stack[:, start:].tobytes(), is_real=is_real)
        rows = rows.reshape(-1, len(channels))
        columns = [_column(rows, channels.index(channel)) for channel in known]
        given: list[Given] = []
        for number, frame in enumerate(frames):
            n_lost = self._count_lost(frame[COUNT_AT])
            n_lost = 0 if n_lost == count - 1 else n_lost * self.state.n_rows
            self.state.n_rows = count
            part = slice(number * count, (number + 1) * count)
            given.append(
                [
                    self._packet(channel, column[part], n_lost)
                    for channel, column in zip(known, columns, strict=True)
                ]
            )
        self.state.seen = tuple(known)
        return given

    def _take(self, piece: bytes, notification: Notification) -> Given:
        check_length(piece, 2, "the header of a frame")
        length = piece[1]
        if length < HEADER:
            raise BadPacket(f"a frame of {length} bytes cannot be")
        if len(piece) < length:
            self.state.pending = piece
            return []
        check_rest(len(piece) - length)
        if piece[SUM_AT] != sum_frame(piece):
            raise BadPacket(f"checksum is {piece[SUM_AT]:02x}, not {sum_frame(piece):02x}")
        n_lost = self._count_lost(piece[COUNT_AT])
        if piece[0] == MEASUREMENT:
            return self._measurement(piece, notification, n_lost)
        return self._answer(piece, notification)

    def _count_lost(self, count: int) -> int:
        """Return how many frames were lost before this one, by the frames' counter."""
        state = self.state
        step = 1 if state.count is None else (count - state.count) & 0xFF
        n_lost = step - 1 if state.belief >= BELIEVED and 1 < step <= MOST_LOST else 0
        state.count = count
        gain = 1 if step == 1 else -BELIEVED
        state.belief = min(max(state.belief + gain, 0), MOST_BELIEF)
        return n_lost

    def _measurement(self, frame: bytes, notification: Notification, n_lost: int) -> Given:
        kind = frame[4]
        if kind in (START_TIME, PERIOD):
            return []
        if kind == DROPPED:
            none = freeze_values(np.empty((0, 1)))
            lost = [self._packet(channel, none, n_lost=1) for channel in self.state.seen]
            return [*lost, reject(notification, "the wearable dropped measurements")]
        channels, count, start, is_real = _read_head(kind, frame)
        if len(frame) != start + 4 * len(channels) * count:
            raise BadPacket(f"{count} rows of {len(channels)} channels do not fit the frame")
        if not count:
            raise BadPacket("holds no sample")
        rows = _read_numbers(frame[start:], is_real=is_real).reshape(count, len(channels))
        known = [channel for channel in channels if channel in self._streams]
        if not known:
            raise BadPacket("holds no channel of the profile")
        # Should the counter count rows, a frame of several is no loss.
        n_lost = 0 if n_lost == count - 1 else n_lost * self.state.n_rows
        self.state.seen, self.state.n_rows = tuple(known), count
        return [
            self._packet(channel, _column(rows, channels.index(channel)), n_lost)
            for channel in known
        ]

    def _packet(self, channel: int, values: Values, n_lost: int = 0) -> Packet:
        stream = self._streams[channel]
        unit = self.state.units.get(channel) or stream.unit
        return Packet(stream=stream.name, unit=unit, values=values, n_lost=n_lost)

    def _answer(self, frame: bytes, notification: Notification) -> Given:
        told: dict[str, float | str] = {}
        if frame[4] == Command.STATUS and len(frame) == STATUS_LENGTH:
            told = _read_status(frame)
        elif frame[4] == Command.SENSOR_INFO and len(frame) == SENSOR_INFO_LENGTH:
            channel = frame[6]
            name, unit = _read_text(frame[14:74]), _read_text(frame[74:106])
            if channel in self._streams:
                self.state.units[channel] = unit
            told = {f"channel_{channel}": f"{name} [{unit}]"}
        return [
            Reading(notification.wearable, name, value, notification.host_ns)
            for name, value in told.items()
        ]


def _read_head(kind: int, frame: bytes) -> tuple[list[int], int, int, bool]:
    """Return channels, number of rows, where the values start, and whether they are real."""
    if kind == NORMAL:
        check_length(frame, 9, "the head of a measurement")
        return list_channels(int.from_bytes(frame[5:7], "little")), frame[7], 9, True
    if kind == WIDE:
        check_length(frame, 11, "the head of a measurement")
        return list_channels(int.from_bytes(frame[5:9], "little")), frame[9], 11, True
    if kind in (SINGLE_REAL, APERIODIC_REAL, SINGLE_INT, APERIODIC_INT):
        check_length(frame, 8, "the head of a measurement")
        return [frame[6]], frame[7], 8, kind in (SINGLE_REAL, APERIODIC_REAL)
    raise BadPacket(f"measurement type {kind:02x} is not known")


def _find_head(payload: bytes) -> tuple[int, bytes, bytes] | None:
    """Return what measurements that are read at once have in common: length, type, channels."""
    if len(payload) <= WIDE_HEAD or payload[0] != MEASUREMENT or payload[1] != len(payload):
        return None
    kind = payload[4]
    if kind not in MEASURING:
        return None
    return len(payload), payload[:2], payload[4 : WIDE_HEAD - 1 if kind == WIDE else 8]


def _read_numbers(content: bytes, *, is_real: bool) -> Values:
    numbers = np.frombuffer(content, dtype="<f4" if is_real else "<i4")
    with np.errstate(invalid="ignore"):  # any bytes may be a signalling NaN
        values: Values = numbers.astype(np.float64)
    return values


def _column(rows: Values, position: int) -> Values:
    column = rows[:, position : position + 1].copy()
    column[~np.isfinite(column)] = math.nan
    return freeze_values(column)


def _read_status(frame: bytes) -> dict[str, float | str]:
    major, minor, build = struct.unpack_from("<BBH", frame, 8)
    told: dict[str, float | str] = {"firmware": f"{major}.{minor}.{build}"}
    if frame[16] <= FULL_PCT:
        told["battery_pct"] = float(frame[16])
    if frame[17] < len(CHARGER):
        told["charger"] = CHARGER[frame[17]]
    return told


def _read_text(piece: bytes) -> str:
    text = piece.split(b"\0", 1)[0].decode(errors="replace")
    return "".join(letter for letter in text if letter.isprintable()).strip()
