"""A virtual Polar H10: heart rate, battery, and accelerometer and ECG by Polar's PMD protocol.

Where sources are silent this is a guess: a stream that was not stopped goes on after a disconnect
(the strap is known to stay on), so that starting it again is answered with "already in state";
frames hold 36 accelerometer rows at every rate.
"""

from typing import ClassVar

from breathsense.simulation.body import Body, Quantity
from breathsense.simulation.devices.clock import DeviceClock
from breathsense.simulation.devices.heart_rate import HeartRateTwin, heart_rate_service
from breathsense.simulation.devices.pmd_settings import (
    ACC,
    ECG,
    OFFERED,
    PmdError,
    pack_offered,
    parse_settings,
)
from breathsense.simulation.devices.pmd_streams import AccStream, EcgStream
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

FEATURES = bytes([0x0F, 0x05]) + bytes(15)
ANSWER = 0xF0
GET_SETTINGS, START, STOP = 0x01, 0x02, 0x03
SHORTEST_COMMAND = 2
KNOWN_TYPES = {0, 1, 2, 3, 5, 6, 9, 11, 12}
SMALLEST_MTU = 232
POWERED_ON_NS = 599_616_000 * NS_PER_S
"""The H10's clock begins with 2019-01-01 whenever it was off; it counts from 2000-01-01."""


class PolarH10(HeartRateTwin):
    """A virtual H10."""

    needs: ClassVar[tuple[Quantity, ...]] = ("acceleration", "beats")
    flags: ClassVar[int] = 0

    def __init__(self, body: Body, seed: int, faults: Faults) -> None:
        super().__init__(body, seed, faults)
        # A clock of its own, so that nothing depends on the server's.
        self.clock = DeviceClock(self.clock.error_ppm, POWERED_ON_NS + self.clock.origin_ns)
        self.advertisement = advertise(f"Polar H10 {self.serial}", 0x180D)
        information, values = device_information(
            {
                0x2A29: "Polar Electro Oy",
                0x2A24: "H10",
                0x2A25: self.serial,
                0x2A26: "3.0.56",
                0x2A27: "00760690.03",
            }
        )
        self._values |= {**values, CONTROL: FEATURES}
        pmd = Service(
            PMD_SERVICE,
            (
                characteristic(CONTROL, "read", "write", "indicate"),
                characteristic(PMD_DATA, "notify"),
            ),
        )
        self.services = (heart_rate_service(), battery_service(), information, pmd)
        self._streams: dict[int, AccStream | EcgStream] = {}

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
        if kind not in OFFERED:
            raise PmdError(PmdError.NOT_SUPPORTED)
        if operation == GET_SETTINGS:
            return pack_offered(kind)
        if operation == START:
            self._start(kind, content)
        elif self._streams.pop(kind, None) is None:
            raise PmdError(PmdError.ALREADY_IN_STATE)
        return b""

    def _start(self, kind: int, content: bytes) -> None:
        settings = parse_settings(kind, content)
        if kind in self._streams:
            raise PmdError(PmdError.ALREADY_IN_STATE)
        if self.mtu < SMALLEST_MTU:
            raise PmdError(PmdError.MTU)
        train = self.start_train(round(NS_PER_S / settings.rate_hz))
        if kind == ACC:
            self._streams[ACC] = AccStream(self.body, train, settings.range_g)
        else:
            self._streams[ECG] = EcgStream(self.body, train)

    def produce(self, now_ns: int) -> None:
        """Send all frames that are full."""
        super().produce(now_ns)
        for stream in self._streams.values():
            for frame in stream.frames(now_ns):
                self.send_samples(PMD_DATA, frame)
