"""Streams of Polar's PMD protocol: what is measured, gathered into frames."""

import math
import struct
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from breathsense.core.model.vectors import Vector
from breathsense.simulation.body import Body
from breathsense.simulation.devices.clock import SampleTrain
from breathsense.simulation.devices.pmd_frames import (
    Row,
    pack_differences,
    pack_head,
    pack_rows,
)
from breathsense.simulation.devices.pmd_settings import ACC, ECG, GYRO, MAG, PPG, PPI

NS_PER_S = 1_000_000_000
BEAT_SEARCH_NS = 3 * NS_PER_S
LARGEST = 0x7FFF
MOST_PULSES = 36

_ECG_WAVES = (
    (-0.17, 0.025, 120.0),
    (-0.03, 0.010, -110.0),
    (0.0, 0.011, 1000.0),
    (0.03, 0.010, -220.0),
    (0.24, 0.045, 270.0),
)
"""P, Q, R, S and T: centre in s from the beat, width in s, height in microvolts. A drawing."""
_PPG_REST = (-517_445, -484_483, -476_780, -646_945)
"""Where the four channels of the one real frame lie."""
_PPG_DEPTH = (900.0, 700.0, 600.0, 0.0)
"""How far a pulse moves them. A drawing."""


class PmdStream(ABC):
    """Samples gathered into frames that carry the wearable's stamp of their last sample.

    ``frame_type`` has its highest bit set if the frame holds differences; ``n_bytes`` is the size
    of a number; ``factor`` is what the receiver has to multiply it with, if it is told.
    """

    kind: ClassVar[int]
    frame_type: ClassVar[int]
    n_bytes: ClassVar[int]
    n_rows: ClassVar[int] = 36
    factor: float | None = None

    def __init__(self, body: Body, train: SampleTrain) -> None:
        self.body = body
        self._train = train
        self._rows: list[Row | None] = []

    @abstractmethod
    def measure(self, t_ns: int) -> Row | None:
        """Return a sample, ``None`` where there is nothing to measure."""

    def forget(self, now_ns: int) -> None:
        """Skip what was measured up to now."""
        self._train.due(now_ns)
        self._rows.clear()

    def frames(self, now_ns: int) -> Iterator[bytes]:
        """Yield the frames that are full; a missing value takes its whole frame along."""
        for number in self._train.due(now_ns):
            self._rows.append(self.measure(self.moment_ns(number)))
            if len(self._rows) < self.n_rows:
                continue
            rows = [row for row in self._rows if row is not None]
            if len(rows) == self.n_rows:
                pack = pack_differences if self.frame_type & 0x80 else pack_rows
                head = pack_head(self.kind, self._train.stamp_ns(number), self.frame_type)
                yield head + pack(rows, self.n_bytes)
            self._rows.clear()

    def moment_ns(self, number: int) -> int:
        """Return the body's time of a sample."""
        train = self._train
        return self.body.moment_ns(
            train.started_ns, train.true_ns(number), train.nominal_ns(number)
        )


class RawAcc(PmdStream):
    """Three axes in mg, 16 bits each; clipped at the chosen range."""

    kind = ACC
    frame_type = 0x01
    n_bytes = 2

    def __init__(self, body: Body, train: SampleTrain, range_g: int) -> None:
        super().__init__(body, train)
        self._limit_mg = 1000 * range_g

    def measure(self, t_ns: int) -> Row | None:
        """Return x, y and z."""
        return _round(self.body.acceleration_g(t_ns), 1000.0, self._limit_mg)


class PackedAcc(PmdStream):
    """Three axes in differences; the factor, 2.44e-4 g at 8 g, brings them to g."""

    kind = ACC
    frame_type = 0x80
    n_bytes = 2

    def __init__(self, body: Body, train: SampleTrain, range_g: int) -> None:
        super().__init__(body, train)
        self.factor = _as_float32(2.44e-4 * range_g / 8)

    def measure(self, t_ns: int) -> Row | None:
        """Return x, y and z in counts."""
        return _round(self.body.acceleration_g(t_ns), 1.0 / (self.factor or 1.0), LARGEST)


class PackedGyro(PmdStream):
    """Three rates in differences; the factor, 0.07 deg/s at 2000 deg/s (a guess), scales them."""

    kind = GYRO
    frame_type = 0x80
    n_bytes = 2

    def __init__(self, body: Body, train: SampleTrain, range_dps: int) -> None:
        super().__init__(body, train)
        self.factor = _as_float32(0.07 * range_dps / 2000)

    def measure(self, t_ns: int) -> Row | None:
        """Return x, y and z in counts."""
        return _round(self.body.rotation_dps(t_ns), 1.0 / (self.factor or 1.0), LARGEST)


class PackedMag(PmdStream):
    """The earth's field, which does not change here: thousandths of a gauss and a status."""

    kind = MAG
    frame_type = 0x81
    n_bytes = 2
    field_mg: ClassVar[Row] = (-201, -688, -249, 1)

    def measure(self, t_ns: int) -> Row | None:
        """Return the field, with one count of noise."""
        x, *rest = self.field_mg
        return (x + t_ns // NS_PER_S % 2, *rest)


class Ppg(PmdStream):
    """Three optical channels and the ambient light, 24 bits each: a drawn pulse."""

    kind = PPG
    n_bytes = 3

    def measure(self, t_ns: int) -> Row | None:
        """Return the four channels."""
        near = self.body.beats(t_ns - BEAT_SEARCH_NS, t_ns)
        since_s = (t_ns - near[-1].t_ns) / NS_PER_S if near else BEAT_SEARCH_NS / NS_PER_S
        pulse = math.exp(-(((since_s - 0.25) / 0.15) ** 2) / 2.0)
        pairs = zip(_PPG_REST, _PPG_DEPTH, strict=True)
        return tuple(rest - round(depth * pulse) for rest, depth in pairs)


class RawPpg(Ppg):
    """As the OH1 sends it: plain rows, 18 a frame."""

    frame_type = 0x00
    n_rows = 18


class PackedPpg(Ppg):
    """As the Verity Sense sends it: differences."""

    frame_type = 0x80


class RawEcg(PmdStream):
    """Microvolts, 24 bits, 73 values a frame: a drawn wave at each of the body's beats."""

    kind = ECG
    frame_type = 0x00
    n_bytes = 3
    n_rows = 73

    def measure(self, t_ns: int) -> Row | None:
        """Return one value."""
        # A beat's wave begins before it, so the next one counts too; the body knows it, as
        # its beats follow from each other.
        near = self.body.beats(t_ns - BEAT_SEARCH_NS, t_ns + NS_PER_S // 2)
        microvolts = 0.0
        for beat in near[-3:]:
            since_s = (t_ns - beat.t_ns) / NS_PER_S
            for centre_s, width_s, height in _ECG_WAVES:
                microvolts += height * math.exp(-(((since_s - centre_s) / width_s) ** 2) / 2.0)
        return (round(microvolts),)


class Ppi(PmdStream):
    """Intervals from pulse to pulse: the first after 25 s, then those of each 5 s in a frame.

    The train has a period of 5 s; stamps are 0, as real frames have them.
    """

    kind = PPI
    frame_type = 0x00
    n_bytes = 6
    first: ClassVar[int] = 5
    flags: ClassVar[int] = 0x06

    def measure(self, t_ns: int) -> Row | None:
        """Not used: a frame is made of beats."""
        del t_ns
        return None

    def frames(self, now_ns: int) -> Iterator[bytes]:
        """Yield a frame for each 5 s in which there was a beat."""
        for number in self._train.due(now_ns):
            if number < self.first:
                continue
            after = self.moment_ns(number - 1) if number > self.first else -1
            beats = self.body.beats(after, self.moment_ns(number))
            rows = [
                struct.pack("<BHHB", round(60_000 / one.rr_ms), round(one.rr_ms), 10, self.flags)
                for one in beats
            ]
            if rows:
                yield pack_head(PPI, 0, self.frame_type) + b"".join(rows[-MOST_PULSES:])


def _round(vector: Vector | None, scale: float, limit: int) -> Row | None:
    if vector is None:
        return None
    return tuple(min(max(round(scale * axis), -limit), limit) for axis in vector)


def _as_float32(factor: float) -> float:
    """Return the factor as it goes over the air."""
    (rounded,) = struct.unpack("<f", struct.pack("<f", factor))
    return float(rounded)
