"""The wearable's side of Vernier's Go Direct protocol, as the respiration belt GDX-RB speaks it.

Where sources are silent this is a guess: the device's own counter runs over answers and
measurements alike, from 0 at init; a wrong checksum is not answered; channels 4 and 5 (steps)
stay 0; the breathing rate keeps its value between updates.
"""

import struct
from typing import ClassVar

from breathsense.simulation.body import Body, Quantity
from breathsense.simulation.devices.clock import SampleTrain
from breathsense.simulation.devices.gdx_texts import GdxIdentity
from breathsense.simulation.devices.respiration_rate import RateMeter
from breathsense.simulation.devices.twin import Twin, characteristic
from breathsense.simulation.faults import Faults
from breathsense.simulation.noise import uniform_at
from breathsense.simulation.peripheral import Advertisement, Service

SERVICE = "d91714ef-28b9-4f91-ba16-f0d9a604f112"
COMMAND = "f4bf14a6-c7d5-4b6d-8aa8-df1a7c83adcb"
RESPONSE = "b41e6675-a329-40e0-aa01-44d2f444babe"

REQUEST, ANSWER, MEASUREMENT = 0x58, 0x98, 0x20
SHORTEST_REQUEST = 5
PERIOD_LENGTH, START_LENGTH = 10, 14
INIT, STATUS, SENSOR_INFO, AVAILABLE, DISCONNECT = 0x1A, 0x10, 0x50, 0x51, 0x54
DEVICE_INFO, DEFAULT_MASK, SET_PERIOD, START, STOP = 0x55, 0x56, 0x1B, 0x18, 0x19
OK, REFUSED = 0, 1

FORCE, RATE, STEPS, STEP_RATE = 1, 2, 4, 5
AVAILABLE_CHANNELS = 0x36
DEFAULT_CHANNELS = 0x02
NORMAL_REAL32 = 0x06
SHORTEST_PERIOD_US, LONGEST_PERIOD_US, USUAL_PERIOD_US = 50_000, 65_535_000, 100_000
LARGEST_FORCE_N = 50.0
HELD_BACK_CHANCE = 0.01
MOST_HELD_BACK = 5


class VernierGdx(Twin):
    """A virtual GDX-RB; it streams on after a disconnect unless it was told to stop."""

    needs: ClassVar[tuple[Quantity, ...]] = ("belt_force",)

    def __init__(self, body: Body, seed: int, faults: Faults) -> None:
        super().__init__(body, seed, faults)
        self.identity = GdxIdentity(self.serial, self.address)
        name = self.identity.name
        # Only near wearables are offered by Vernier's own clients: above -50 dBm.
        self.advertisement = Advertisement(name, (SERVICE,), {}, -45)
        self.services = (
            Service(
                SERVICE,
                (
                    characteristic(COMMAND, "write-without-response"),
                    characteristic(RESPONSE, "notify"),
                ),
            ),
        )
        self._request = b""
        self._reset()

    def _reset(self) -> None:
        self._counter = 0
        self._period_us = USUAL_PERIOD_US
        self._mask = 0
        self._train: SampleTrain | None = None
        self._rows: list[bytes] = []
        self._n_held_back = 0
        self._rate = RateMeter()

    def on_connect(self) -> None:
        """Half a request of an earlier connection is worth nothing; what piled up is gone."""
        self._request = b""
        self._rows.clear()
        if self._train is not None:
            self._train.due(self._now_ns)

    # Requests

    def on_write(self, uuid: str, payload: bytes) -> None:
        """Collect a request, which may come in several writes, and answer it."""
        del uuid
        self._request += payload
        if not self._request.startswith(bytes([REQUEST])):
            self._request = b""
        while len(self._request) >= SHORTEST_REQUEST:
            length = max(self._request[1], SHORTEST_REQUEST)
            if len(self._request) < length:
                return
            request, self._request = self._request[:length], self._request[length:]
            if _checksum(request) == request[3]:
                self.produce(self._now_ns)
                self._answer_request(request)

    def _answer_request(self, request: bytes) -> None:
        command, content = request[4], request[5:]
        if command == self.faults.refused_command:
            answer = bytes([REFUSED])
        elif command == INIT:
            self._reset()
            answer = bytes([OK])
        elif command in {SET_PERIOD, START}:
            answer = bytes(
                [self._set_period(content) if command == SET_PERIOD else self._start(content)]
            )
        elif command in {STOP, DISCONNECT}:
            self._train = None
            self._rows.clear()
            answer = bytes([OK])
        else:
            answer = self._describe(command, content)
        self._send(ANSWER, bytes([command, request[2]]) + answer)

    def _describe(self, command: int, content: bytes) -> bytes:
        if command == STATUS:
            return self.identity.pack_status(self.battery_pct)
        if command == AVAILABLE:
            return struct.pack("<I", AVAILABLE_CHANNELS)
        if command == DEFAULT_MASK:
            return struct.pack("<I", DEFAULT_CHANNELS)
        if command == DEVICE_INFO:
            return self.identity.pack_device_info()
        if command == SENSOR_INFO and content and AVAILABLE_CHANNELS >> content[0] & 1:
            return self.identity.pack_sensor_info(content[0])
        return bytes([REFUSED])

    def _set_period(self, content: bytes) -> int:
        if len(content) != PERIOD_LENGTH:
            return REFUSED
        (period_us,) = struct.unpack_from("<Q", content, 2)
        if not SHORTEST_PERIOD_US <= period_us <= LONGEST_PERIOD_US:
            return REFUSED
        self._period_us = period_us
        if self._train is not None:
            self._train = self.start_train(period_us * 1000)
        return OK

    def _start(self, content: bytes) -> int:
        if len(content) != START_LENGTH:
            return REFUSED
        (mask,) = struct.unpack_from("<I", content, 2)
        if mask == 0 or mask & ~AVAILABLE_CHANNELS:
            return REFUSED
        self._mask = mask
        self._rows.clear()
        self._rate = RateMeter()
        self._train = self.start_train(self._period_us * 1000)
        return OK

    # Measurements

    def produce(self, now_ns: int) -> None:
        """Measure what is due; now and then the belt holds rows back and sends them together."""
        if self._train is None:
            return
        for number in self._train.due(now_ns):
            force = self.body.belt_force_n(self.moment_ns(self._train, number))
            if force is None:
                self._send_rows()
                self._counter = (self._counter + 1) & 0xFF
                continue
            force = min(force, LARGEST_FORCE_N)
            self._rate.add(self._train.nominal_ns(number), force)
            self._rows.append(self._pack_row(force))
            if self._n_held_back == 0:
                self._send_rows()
                if uniform_at(self.seed, 90, number) < HELD_BACK_CHANCE:
                    self._n_held_back = MOST_HELD_BACK
            else:
                self._n_held_back -= 1

    def _pack_row(self, force: float) -> bytes:
        values = {FORCE: force, RATE: self._rate.per_min, STEPS: 0.0, STEP_RATE: 0.0}
        return b"".join(
            struct.pack("<f", values[channel]) for channel in values if self._mask >> channel & 1
        )

    def _send_rows(self) -> None:
        if not self._rows:
            return
        head = struct.pack("<BHBB", NORMAL_REAL32, self._mask, len(self._rows), 0)
        self._send(MEASUREMENT, head + b"".join(self._rows))
        self._rows.clear()

    def _send(self, kind: int, content: bytes) -> None:
        """Frame and send; a frame begins a notification of its own and may need several."""
        frame = bytearray([kind, len(content) + 4, self._counter, 0]) + content
        frame[3] = _checksum(frame)
        self._counter = (self._counter + 1) & 0xFF
        size = self.mtu - 3
        parts = [bytes(frame[i : i + size]) for i in range(0, len(frame), size)]
        send = self.answer if kind == ANSWER else self.send_samples
        for part in parts:
            send(RESPONSE, part)


def _checksum(frame: bytes | bytearray) -> int:
    """Return the sum of all bytes but the one that holds it."""
    return (sum(frame) - frame[3]) & 0xFF
