"""What all virtual wearables with Polar's PMD protocol share: heart rate, commands, streams.

Where sources are silent this is a guess: a stream that was not stopped goes on after a disconnect
(the strap is known to stay on), so that starting it again is answered with "already in state".
"""

from abc import abstractmethod
from typing import ClassVar

from breathsense.simulation.body import Body
from breathsense.simulation.devices.clock import DeviceClock, SampleTrain
from breathsense.simulation.devices.heart_rate import HeartRateTwin, heart_rate_service
from breathsense.simulation.devices.pmd_settings import (
    PPI,
    RATE,
    SDK_MODE,
    Offer,
    PmdError,
    pack_factor,
    pack_offered,
    parse_settings,
)
from breathsense.simulation.devices.pmd_streams import PmdStream
from breathsense.simulation.devices.twin import (
    CCCD_IMPROPERLY_CONFIGURED,
    NS_PER_S,
    advertise,
    battery_service,
    characteristic,
    device_information,
)
from breathsense.simulation.faults import Faults
from breathsense.simulation.peripheral import AttError, Service

PMD_SERVICE = "fb005c80-02e7-f387-1cad-8acd2d8df0c8"
CONTROL = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"
PMD_DATA = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"

FEATURES = 0x0F
ANSWER = 0xF0
GET_SETTINGS, START, STOP = 0x01, 0x02, 0x03
SHORTEST_COMMAND = 2
KNOWN_TYPES = {0, 1, 2, 3, 5, 6, 9, 11, 12}
SMALLEST_MTU = 232
POWERED_ON_NS = 599_616_000 * NS_PER_S
"""The H10's clock begins with 2019-01-01 whenever it was off; it counts from 2000-01-01."""
PULSES_EVERY_NS = 5 * NS_PER_S


class PmdTwin(HeartRateTwin):
    """A virtual Polar wearable; subclasses say what it offers and how it streams.

    ``features`` has a bit for each type of measurement; ``offered`` is by type, ``sdk_offered``
    while the SDK mode is on (``None``: there is no such mode).
    """

    flags: ClassVar[int] = 0
    short_name: ClassVar[str]
    firmware: ClassVar[str]
    hardware: ClassVar[str]
    features: ClassVar[int]
    offered: ClassVar[dict[int, Offer]]
    sdk_offered: ClassVar[dict[int, Offer] | None] = None

    def __init__(self, body: Body, seed: int, faults: Faults) -> None:
        super().__init__(body, seed, faults)
        # A clock of its own, so that nothing depends on the server's.
        self.clock = DeviceClock(self.clock.error_ppm, POWERED_ON_NS + self.clock.origin_ns)
        self.advertisement = advertise(f"Polar {self.short_name} {self.serial}", 0x180D)
        information, values = device_information(
            {
                0x2A29: "Polar Electro Oy",
                0x2A24: self.short_name,
                0x2A25: self.serial,
                0x2A26: self.firmware,
                0x2A27: self.hardware,
            }
        )
        features = bytes((FEATURES,)) + self.features.to_bytes(16, "little")
        self._values |= {**values, CONTROL: features}
        pmd = Service(
            PMD_SERVICE,
            (
                characteristic(CONTROL, "read", "write", "indicate"),
                characteristic(PMD_DATA, "notify"),
            ),
        )
        self.services = (heart_rate_service(), battery_service(), information, pmd)
        self._streams: dict[int, PmdStream] = {}
        self._is_sdk = False

    @abstractmethod
    def build_stream(self, kind: int, train: SampleTrain, chosen: dict[int, int]) -> PmdStream:
        """Return a stream with the chosen settings."""

    def on_connect(self) -> None:
        """What was measured while nobody was connected is gone."""
        for stream in self._streams.values():
            stream.forget(self._now_ns)

    def on_write(self, uuid: str, payload: bytes) -> None:
        """Carry out a command; the answer comes as an indication."""
        if uuid != CONTROL or not self.is_subscribed(CONTROL):
            raise AttError(CCCD_IMPROPERLY_CONFIGURED)
        operation, kind = (*payload[:2], 0, 0)[:2]
        content = b""
        error = 0
        try:
            content = self._carry_out(payload)
        except PmdError as refusal:
            error = refusal.code
        more = 0
        self.answer(CONTROL, bytes([ANSWER, operation, kind, error, more]) + content)

    def produce(self, now_ns: int) -> None:
        """Send all frames that are full; in the SDK mode there is no heart rate."""
        if not self._is_sdk:
            super().produce(now_ns)
        for stream in self._streams.values():
            for frame in stream.frames(now_ns):
                self.send_samples(PMD_DATA, frame)

    def _carry_out(self, payload: bytes) -> bytes:
        if len(payload) < SHORTEST_COMMAND:
            raise PmdError(PmdError.LENGTH)
        operation, kind, content = payload[0], payload[1], payload[2:]
        if operation not in {GET_SETTINGS, START, STOP}:
            raise PmdError(PmdError.OPERATION)
        if operation == self.faults.refused_command:
            raise PmdError(PmdError.INVALID_STATE)
        if kind not in KNOWN_TYPES:
            raise PmdError(PmdError.TYPE)
        if kind == SDK_MODE and self.sdk_offered is not None:
            return self._change_mode(operation)
        offered = self.sdk_offered if self._is_sdk and self.sdk_offered else self.offered
        if kind not in offered:
            raise PmdError(PmdError.NOT_SUPPORTED)
        if operation == GET_SETTINGS:
            return pack_offered(offered[kind])
        if operation == START:
            return self._start(kind, parse_settings(offered[kind], content))
        if self._streams.pop(kind, None) is None:
            raise PmdError(PmdError.ALREADY_IN_STATE)
        return b""

    def _change_mode(self, operation: int) -> bytes:
        if operation == GET_SETTINGS:
            raise PmdError(PmdError.OPERATION)
        if self._streams:
            raise PmdError(PmdError.INVALID_STATE)
        if self._is_sdk == (operation == START):
            raise PmdError(PmdError.ALREADY_IN_STATE)
        self._is_sdk = operation == START
        return b""

    def _start(self, kind: int, chosen: dict[int, int]) -> bytes:
        if kind in self._streams:
            raise PmdError(PmdError.ALREADY_IN_STATE)
        if self.mtu < SMALLEST_MTU:
            raise PmdError(PmdError.MTU)
        period_ns = PULSES_EVERY_NS if kind == PPI else round(NS_PER_S / chosen[RATE])
        stream = self.build_stream(kind, self.start_train(period_ns), chosen)
        self._streams[kind] = stream
        return b"" if stream.factor is None else pack_factor(stream.factor)
