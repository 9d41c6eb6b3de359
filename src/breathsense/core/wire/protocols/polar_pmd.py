"""Polar Measurement Data: raw and delta frames to samples, the factor learnt from the answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from breathsense.core.model.inputs import Notification
from breathsense.core.model.samples import Reading, Rejected, Times, Values, freeze_values
from breathsense.core.profiles.protocols import PolarPmd
from breathsense.core.profiles.schema import Profile
from breathsense.core.profiles.spec import Stream
from breathsense.core.wire.faults import BadPacket, check_length
from breathsense.core.wire.layout import MAX_PAYLOAD
from breathsense.core.wire.packet import Packet
from breathsense.core.wire.protocols.pmd_frames import (
    ANSWER,
    KINDS,
    START,
    find_factor,
    read_pulses,
    read_rows,
    unpack_deltas,
)

HEAD = 10
"""Type, stamp of 8 bytes, frame type."""
TYPE_MASK, KIND_MASK, IS_DELTA = 0x3F, 0x7F, 0x80
ERROR_AT, PARAMETERS_AT = 3, 5
PER_G = {"g": 1.0, "mg": 1000.0}
Given = list[Packet | Reading | Rejected]
Scaling = Callable[[Times, float | None], Values]


@dataclass(frozen=True, slots=True)
class FrameKind:
    """How the rows of one kind of frame are stored and what their numbers mean."""

    n_bytes: int
    n_channels: int
    scale: Scaling


def _milli(raw: Times, factor: float | None) -> Values:
    del factor
    values: Values = raw / 1000.0
    return values


def _milli_by_factor(raw: Times, factor: float | None) -> Values:
    return _milli(raw, None) * (1.0 if factor is None else factor)


def _plain(raw: Times, factor: float | None) -> Values:
    del factor
    return raw.astype(np.float64)


def _by_factor(raw: Times, factor: float | None) -> Values:
    return raw.astype(np.float64) * _known(factor)


def _float_bits(raw: Times, factor: float | None) -> Values:
    """The differences are taken between the bit patterns of 32-bit floats."""
    with np.errstate(invalid="ignore"):  # a pattern may be a signalling NaN
        floats = raw.astype(np.uint32).view(np.float32).astype(np.float64)
    values: Values = floats * _known(factor)
    return values


def _known(factor: float | None) -> float:
    if factor is None:
        raise BadPacket("the scale factor is not known: it comes with the answer to the start")
    return factor


RAW: dict[tuple[str, int], FrameKind] = {
    ("ecg", 0): FrameKind(3, 1, _plain),
    ("ppg", 0): FrameKind(3, 4, _plain),
    ("acc", 0): FrameKind(1, 3, _milli),
    ("acc", 1): FrameKind(2, 3, _milli),
    ("acc", 2): FrameKind(3, 3, _milli),
}
DELTA: dict[tuple[str, int], FrameKind] = {
    ("ppg", 0): FrameKind(3, 4, _plain),
    ("acc", 0): FrameKind(2, 3, _by_factor),
    ("acc", 1): FrameKind(2, 3, _milli_by_factor),
    ("gyro", 0): FrameKind(2, 3, _by_factor),
    ("gyro", 1): FrameKind(4, 3, _float_bits),
    ("mag", 0): FrameKind(2, 3, _by_factor),
    ("mag", 1): FrameKind(2, 4, _milli_by_factor),
}


@dataclass(slots=True)
class PmdState:
    """The factors that start answers told, by number of the measurement."""

    factors: dict[int, float] = field(default_factory=dict)


class PmdDecoder:
    """Decodes the control point (for the factor) and the measurement characteristic.

    Acceleration is given in the unit of the stream, g or mg; a magnetic field in gauss; a pulse
    interval has no value where the wearable says that it cannot be trusted. The stamp is that of
    the last sample of a frame, in ns since 2000-01-01. A start answer without a factor means 1.

    Parameters
    ----------
    profile : Profile
        Of the wearable.
    pmd : PolarPmd
        Its protocol table.
    factor : float or None
        Scale factor to use where no answer told one (captures without the start).

    """

    def __init__(self, profile: Profile, pmd: PolarPmd, factor: float | None) -> None:
        self._control = str(pmd.control)
        self._kinds = {
            KINDS[kind.type]: (kind.type, profile.stream(kind.stream)) for kind in pmd.kinds
        }
        self._factor = factor
        self.state = PmdState()

    def decode(self, notification: Notification) -> list[Packet]:
        """Decode one notification; raises BadPacket."""
        if notification.characteristic == self._control:
            self._learn(notification.payload)
            return []
        return [self._read_frame(notification.payload)]

    def decode_run(
        self, run: Sequence[Notification], decode: Callable[[Notification], Given]
    ) -> list[Given]:
        """Decode notifications in order, plain frames that are alike at once.

        Of each notification the same is given as by ``decode`` alone.
        """
        given: list[Given] = []
        for plain, group in groupby(run, key=self._find_plain):
            alike = list(group)
            if plain is None or len(alike) == 1:
                given += [decode(one) for one in alike]
            else:
                given += self._read_alike(plain[-1], [one.payload for one in alike])
        return given

    def _find_plain(self, notification: Notification) -> tuple[int, int, FrameKind] | None:
        """Return what frames that are read at once have in common; ``None`` for all others."""
        frame = notification.payload
        if notification.characteristic == self._control or not HEAD < len(frame) <= MAX_PAYLOAD:
            return None
        known = self._kinds.get(frame[0] & TYPE_MASK)
        kind = None if known is None else RAW.get((known[0], frame[HEAD - 1]))
        if kind is None or (len(frame) - HEAD) % (kind.n_bytes * kind.n_channels):
            return None
        return len(frame), frame[0] & TYPE_MASK, kind

    def _read_alike(self, kind: FrameKind, frames: list[bytes]) -> list[Given]:
        number = frames[0][0] & TYPE_MASK
        name, stream = self._kinds[number]
        content = b"".join([frame[HEAD:] for frame in frames])
        rows = read_rows(content, kind.n_bytes, kind.n_channels)
        values = _fit(kind.scale(rows, self.state.factors.get(number, self._factor)), name, stream)
        n = len(values) // len(frames)
        stamps_ns = [int.from_bytes(frame[1 : HEAD - 1], "little") for frame in frames]
        return [
            [Packet(stream.name, stream.unit, values[n * place : n * (place + 1)], stamp_ns)]
            for place, stamp_ns in enumerate(stamps_ns)
        ]

    def _learn(self, answer: bytes) -> None:
        if len(answer) <= ERROR_AT or answer[:2] != bytes((ANSWER, START)) or answer[ERROR_AT]:
            return
        factor = find_factor(answer[PARAMETERS_AT:])
        factor = 1.0 if factor is None else factor
        if np.isfinite(factor):
            self.state.factors[answer[2] & TYPE_MASK] = factor

    def _read_frame(self, frame: bytes) -> Packet:
        check_length(frame, HEAD, "the head of a frame")
        number = frame[0] & TYPE_MASK
        if number not in self._kinds:
            raise BadPacket(f"measurement type {number} is not in the profile")
        name, stream = self._kinds[number]
        stamp_ns = int.from_bytes(frame[1:9], "little")
        values = self._read_values(name, number, frame)
        if not len(values):
            raise BadPacket("holds no sample")
        return Packet(stream.name, stream.unit, _fit(values, name, stream), stamp_ns)

    def _read_values(self, name: str, number: int, frame: bytes) -> Values:
        if name == "ppi" and frame[9] == 0:
            return read_pulses(frame[HEAD:])
        table, reader = (DELTA, unpack_deltas) if frame[9] & IS_DELTA else (RAW, read_rows)
        kind = table.get((name, frame[9] & KIND_MASK))
        if kind is None:
            raise BadPacket(f"{name} frames of type {frame[9]:#04x} are not known")
        rows = reader(frame[HEAD:], kind.n_bytes, kind.n_channels)
        return kind.scale(rows, self.state.factors.get(number, self._factor))


def _fit(values: Values, name: str, stream: Stream) -> Values:
    """Put into the stream's unit and channels; what is no finite number is no value."""
    fitted = values[:, : len(stream.channels)]
    if name == "acc" and PER_G[stream.unit] != 1:
        fitted = fitted * PER_G[stream.unit]
    return freeze_values(np.where(np.isfinite(fitted), fitted, np.nan))
