"""TymeWear VitalPro: a packet a breath, when the breath is over; movement packets between.

Where sources are silent this is a guess: how the strap finds breaths (here: turns of the belt's
force beyond a hysteresis), and what stands in the words that nobody understands.
"""

import struct
from dataclasses import dataclass
from typing import ClassVar

from breathsense.simulation.body import Body, Quantity
from breathsense.simulation.devices.clock import SampleTrain
from breathsense.simulation.devices.twin import NS_PER_S, Twin, battery_service, characteristic
from breathsense.simulation.faults import Faults
from breathsense.simulation.peripheral import Advertisement, Service

SERVICE = "40b50000-30b5-11e5-a151-feff819cdc90"
STREAM = "40b50004-30b5-11e5-a151-feff819cdc90"
IDENTITY = "40b50007-30b5-11e5-a151-feff819cdc90"
BREATH, MOVEMENT = 1, 2
PERIOD_NS = 40_000_000
TICK_NS = 40_000_000
UNIT_NS = 10_000_000
HYSTERESIS_N = 0.5
COUNTS_PER_N = 25.0
LARGEST = 0xFFFF


@dataclass(slots=True)
class _Turns:
    """Where the breath began, its highest point and its newest lowest one; times in ns."""

    began_ns: int
    began_n: float
    high_ns: int
    high_n: float
    low_ns: int
    low_n: float
    is_rising: bool = True


class VitalPro(Twin):
    """A virtual VitalPro."""

    needs: ClassVar[tuple[Quantity, ...]] = ("belt_force",)

    def __init__(self, body: Body, seed: int, faults: Faults) -> None:
        super().__init__(body, seed, faults)
        self.advertisement = Advertisement(f"TYME-{self.serial[:4]}", (SERVICE,), {}, -45)
        self._values = {IDENTITY: self.serial.encode()}
        self.services = (
            Service(SERVICE, (characteristic(STREAM, "notify"), characteristic(IDENTITY, "read"))),
            battery_service(),
        )
        self._train: SampleTrain | None = None
        self._turns: _Turns | None = None

    def on_subscribe(self, uuid: str) -> None:
        """Begin to look for breaths."""
        if uuid == STREAM:
            self._train = self.start_train(PERIOD_NS)
            self._turns = None

    def on_disconnect(self) -> None:
        """End the stream."""
        self._train = None

    def produce(self, now_ns: int) -> None:
        """Send a packet for each breath that is over, and one of movement each second."""
        if self._train is None or not self.is_subscribed(STREAM):
            return
        for number in self._train.due(now_ns):
            at_ns = self._train.nominal_ns(number)
            force = self.body.belt_force_n(self.moment_ns(self._train, number))
            stamp = struct.pack("<I", self._train.stamp_ns(number) // TICK_NS & 0xFFFFFFFF)
            if at_ns % NS_PER_S == 0:
                self.answer(STREAM, bytes((MOVEMENT,)) + stamp + bytes(8))
            if force is not None and (breath := self._follow(at_ns, force)) is not None:
                self.send_samples(STREAM, bytes((BREATH,)) + stamp + breath)

    def _follow(self, at_ns: int, force: float) -> bytes | None:
        """Return the breath that a new inspiration ends."""
        turns = self._turns
        if turns is None:
            self._turns = _Turns(at_ns, force, at_ns, force, at_ns, force)
            return None
        if turns.is_rising and force > turns.high_n:
            turns.high_ns, turns.high_n = at_ns, force
        elif turns.is_rising and force < turns.high_n - HYSTERESIS_N:
            turns.is_rising = False
            turns.low_ns, turns.low_n = at_ns, force
        elif not turns.is_rising and force < turns.low_n:
            turns.low_ns, turns.low_n = at_ns, force
        elif not turns.is_rising and force > turns.low_n + HYSTERESIS_N:
            low_ns, low_n = turns.low_ns, turns.low_n
            self._turns = _Turns(low_ns, low_n, at_ns, force, low_ns, low_n)
            return _pack_breath(turns)
        return None


def _pack_breath(turns: _Turns) -> bytes:
    inspiration = (turns.high_ns - turns.began_ns) // UNIT_NS
    expiration = (turns.low_ns - turns.high_ns) // UNIT_NS
    expansion = round(COUNTS_PER_N * (turns.high_n - turns.began_n))
    words = (inspiration, expiration, expansion, expansion, 7, 7)
    return struct.pack("<6H", *(min(max(word, 0), LARGEST) for word in words))
