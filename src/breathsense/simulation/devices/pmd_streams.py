"""Raw frames of Polar's PMD protocol: accelerometer and ECG."""

import math
import struct
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from breathsense.simulation.body import Body
from breathsense.simulation.devices.clock import SampleTrain

ECG_TYPE, ACC_TYPE = 0, 2
RAW_ECG, RAW_ACC_16_BIT = 0, 1
NS_PER_S = 1_000_000_000
BEAT_SEARCH_NS = 3 * NS_PER_S

_ECG_WAVES = (
    (-0.17, 0.025, 120.0),
    (-0.03, 0.010, -110.0),
    (0.0, 0.011, 1000.0),
    (0.03, 0.010, -220.0),
    (0.24, 0.045, 270.0),
)
"""P, Q, R, S and T: centre in s from the beat, width in s, height in microvolts. A drawing."""


class PmdStream(ABC):
    """Samples gathered into frames that carry the strap's stamp of their last sample."""

    kind: ClassVar[int]
    frame_type: ClassVar[int]
    n_rows: ClassVar[int]

    def __init__(self, body: Body, train: SampleTrain) -> None:
        self.body = body
        self._train = train
        self._rows: list[bytes] = []

    @abstractmethod
    def pack_row(self, t_ns: int) -> bytes | None:
        """Return the bytes of a sample, ``None`` where there is nothing to measure."""

    def forget(self, now_ns: int) -> None:
        """Skip what was measured up to now."""
        self._train.due(now_ns)
        self._rows.clear()

    def frames(self, now_ns: int) -> Iterator[bytes]:
        """Yield the frames that are full; a missing value takes its whole frame along."""
        train = self._train
        for number in train.due(now_ns):
            moment_ns = self.body.moment_ns(
                train.started_ns, train.true_ns(number), train.nominal_ns(number)
            )
            self._rows.append(self.pack_row(moment_ns) or b"")
            if len(self._rows) < self.n_rows:
                continue
            if all(self._rows):
                head = struct.pack("<BQB", self.kind, train.stamp_ns(number), self.frame_type)
                yield head + b"".join(self._rows)
            self._rows.clear()


class AccStream(PmdStream):
    """Three axes in mg, 16 bits each, 36 rows a frame; clipped at the chosen range."""

    kind = ACC_TYPE
    frame_type = RAW_ACC_16_BIT
    n_rows = 36

    def __init__(self, body: Body, train: SampleTrain, range_g: int) -> None:
        super().__init__(body, train)
        self._limit_mg = 1000 * range_g

    def pack_row(self, t_ns: int) -> bytes | None:
        """Return x, y and z."""
        acceleration = self.body.acceleration_g(t_ns)
        if acceleration is None:
            return None
        limit = self._limit_mg
        rounded = (min(max(round(1000.0 * axis), -limit), limit) for axis in acceleration)
        return struct.pack("<3h", *rounded)


class EcgStream(PmdStream):
    """Microvolts, 24 bits, 73 values a frame: a drawn wave at each of the body's beats."""

    kind = ECG_TYPE
    frame_type = RAW_ECG
    n_rows = 73

    def pack_row(self, t_ns: int) -> bytes | None:
        """Return one value."""
        # A beat's wave begins before it, so the next one counts too; the body knows it, as
        # its beats follow from each other.
        near = self.body.beats(t_ns - BEAT_SEARCH_NS, t_ns + NS_PER_S // 2)
        microvolts = 0.0
        for beat in near[-3:]:
            since_s = (t_ns - beat.t_ns) / NS_PER_S
            for centre_s, width_s, height in _ECG_WAVES:
                microvolts += height * math.exp(-(((since_s - centre_s) / width_s) ** 2) / 2.0)
        return round(microvolts).to_bytes(3, "little", signed=True)
