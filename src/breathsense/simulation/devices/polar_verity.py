"""Virtual Polar Verity Sense and OH1: heart rate without intervals, and PMD.

Where sources are silent this is a guess: factors beyond that of the acceleration at 8 g; how many
rows are in a frame; that pulse intervals take their stamps as 0; the drawn light.
"""

from typing import ClassVar

from breathsense.simulation.body import Beat, Body, Quantity
from breathsense.simulation.devices.clock import SampleTrain
from breathsense.simulation.devices.pmd_settings import (
    ACC,
    CHANNELS,
    GYRO,
    MAG,
    PPG,
    PPI,
    RANGE,
    RATE,
    RESOLUTION,
    Offer,
)
from breathsense.simulation.devices.pmd_streams import (
    PackedAcc,
    PackedGyro,
    PackedMag,
    PackedPpg,
    PmdStream,
    Ppi,
    RawAcc,
    RawPpg,
)
from breathsense.simulation.devices.pmd_twin import PmdTwin
from breathsense.simulation.faults import Faults

SLOW_EVERY = 5
"""While pulse intervals are measured, the heart rate is renewed once in so many seconds."""


class OpticalPod(PmdTwin):
    """What the two pods share: the heart rate comes without intervals, slower beside PPI."""

    needs: ClassVar[tuple[Quantity, ...]] = ("acceleration", "rotation", "beats")

    def __init__(self, body: Body, seed: int, faults: Faults) -> None:
        super().__init__(body, seed, faults)
        self._rate = b""
        self._n_rates = 0

    def pack_beats(self, beats: list[Beat]) -> bytes:
        """Return flags and beats per minute."""
        if PPI not in self._streams or self._n_rates % SLOW_EVERY == 0 or not self._rate:
            self._rate = super().pack_beats(beats)[1:2]
        self._n_rates += 1
        return bytes((self.flags,)) + self._rate


class PolarVeritySense(OpticalPod):
    """A virtual Verity Sense."""

    short_name: ClassVar[str] = "Sense"
    firmware: ClassVar[str] = "2.2.6"
    hardware: ClassVar[str] = "00805123.02"
    features: ClassVar[int] = 0x26E
    offered: ClassVar[dict[int, Offer]] = {
        ACC: {RATE: (52,), RESOLUTION: (16,), RANGE: (8,), CHANNELS: (3,)},
        GYRO: {RATE: (52,), RESOLUTION: (16,), RANGE: (2000,), CHANNELS: (3,)},
        MAG: {RATE: (10, 20, 50, 100), RESOLUTION: (16,), RANGE: (50,), CHANNELS: (3,)},
        PPG: {RATE: (55,), RESOLUTION: (22,), CHANNELS: (4,)},
        PPI: {},
    }
    sdk_offered: ClassVar[dict[int, Offer] | None] = {
        ACC: {
            RATE: (26, 52, 104, 208, 416),
            RESOLUTION: (16,),
            RANGE: (2, 4, 8, 16),
            CHANNELS: (3,),
        },
        GYRO: {
            RATE: (26, 52, 104, 208, 416),
            RESOLUTION: (16,),
            RANGE: (250, 500, 1000, 2000),
            CHANNELS: (3,),
        },
        MAG: {RATE: (10, 20, 50, 100), RESOLUTION: (16,), RANGE: (50,), CHANNELS: (3,)},
        PPG: {RATE: (28, 44, 55, 135, 176), RESOLUTION: (22,), CHANNELS: (4,)},
    }

    def build_stream(self, kind: int, train: SampleTrain, chosen: dict[int, int]) -> PmdStream:
        """Return a stream with the chosen settings."""
        if kind == ACC:
            return PackedAcc(self.body, train, chosen[RANGE])
        if kind == GYRO:
            return PackedGyro(self.body, train, chosen[RANGE])
        plain: dict[int, type[PmdStream]] = {MAG: PackedMag, PPG: PackedPpg, PPI: Ppi}
        return plain[kind](self.body, train)


class PolarOh1(OpticalPod):
    """A virtual OH1: raw frames, and nothing to choose from."""

    needs: ClassVar[tuple[Quantity, ...]] = ("acceleration", "beats")
    short_name: ClassVar[str] = "OH1"
    firmware: ClassVar[str] = "2.1.15"
    hardware: ClassVar[str] = "00760687.02"
    features: ClassVar[int] = 0x0E
    offered: ClassVar[dict[int, Offer]] = {
        ACC: {RATE: (50,), RESOLUTION: (16,), RANGE: (8,)},
        PPG: {RATE: (135,), RESOLUTION: (22,)},
        PPI: {},
    }

    def build_stream(self, kind: int, train: SampleTrain, chosen: dict[int, int]) -> PmdStream:
        """Return a stream with the chosen settings."""
        if kind == ACC:
            return RawAcc(self.body, train, chosen[RANGE])
        plain: dict[int, type[PmdStream]] = {PPG: RawPpg, PPI: Ppi}
        return plain[kind](self.body, train)
