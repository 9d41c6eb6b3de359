"""A virtual Movesense HR2: the GATT SensorData Protocol, with packets in two parts.

Where sources are silent this is a guess: the texts of HELLO; which errors go with which slip
beyond 404 and 507; the magnetic field, which stays the same; how many rows a packet has where
the usual ones do not fit two parts.
"""

import re
import struct
from dataclasses import dataclass, field
from typing import ClassVar

from breathsense.simulation.body import Body, Quantity
from breathsense.simulation.devices.clock import SampleTrain
from breathsense.simulation.devices.pmd_streams import RawEcg
from breathsense.simulation.devices.twin import (
    CCCD_IMPROPERLY_CONFIGURED,
    NS_PER_S,
    Twin,
    advertise,
    battery_service,
    characteristic,
    device_information,
)
from breathsense.simulation.faults import Faults
from breathsense.simulation.peripheral import Advertisement, AttError, Service

SERVICE = "34802252-7185-4d5d-b431-630e7050e8f0"
COMMAND = "34800001-7185-4d5d-b431-630e7050e8f0"
NOTIFY = "34800002-7185-4d5d-b431-630e7050e8f0"
MAKER = 0x009F
ADVERTISED = 0xFDF3

HELLO, SUBSCRIBE, UNSUBSCRIBE, GET = 0, 1, 2, 4
RESULT, DATA, DATA_REST = 1, 2, 3
OK, BAD_REQUEST, NOT_FOUND, CONFLICT, UNAVAILABLE, TABLE_FULL = 200, 400, 404, 409, 503, 507
N_SLOTS = 4
RATES = (13, 26, 52, 104, 208, 416, 833, 1666)
ECG_RATES = (125, 128, 200, 250, 256, 500, 512)
AXES = {"Acc": "a", "Gyro": "g", "Magn": "m", "IMU6": "ag", "IMU6m": "am", "IMU9": "agm"}
MOTION = re.compile(rf"/Meas/({'|'.join(AXES)})/(\d+)")
ECG = re.compile(r"/Meas/Ecg/(\d+)/mV")
BATTERY_PATH = "/System/Energy/Level"
M_S2_PER_G = 9.80665
FIELD_UT = (21.5, 4.0, -43.0)
PACKETS_PER_S = 13
ECG_ROWS = 16
STAMP_MASK = 0xFFFFFFFF


@dataclass(slots=True)
class _Subscription:
    """One slot: what is measured, from when on, and the rows of a packet that is not full yet."""

    axes: str
    train: SampleTrain
    n_rows: int
    told_ns: int = 0
    rows: list[tuple[float, ...] | None] = field(default_factory=list)


class Movesense(Twin):
    """A virtual Movesense; a disconnect ends its subscriptions."""

    needs: ClassVar[tuple[Quantity, ...]] = ("acceleration", "rotation", "beats")
    battery_life_h: ClassVar[float] = 60.0
    mtu: int = 161

    def __init__(self, body: Body, seed: int, faults: Faults) -> None:
        super().__init__(body, seed, faults)
        number = f"{int(self.serial, 16) % 10**12:012d}"
        said = advertise(f"Movesense {number}", ADVERTISED)
        self.advertisement = Advertisement(
            said.name, said.service_uuids, {MAKER: b"\x00"}, said.rssi_dbm
        )
        information, self._values = device_information(
            {0x2A29: "Movesense", 0x2A24: "HR2", 0x2A25: number, 0x2A26: "2.3.1"}
        )
        self.services = (
            Service(SERVICE, (characteristic(COMMAND, "write"), characteristic(NOTIFY, "notify"))),
            battery_service(),
            information,
        )
        self._slots: dict[int, _Subscription] = {}

    def on_connect(self) -> None:
        """Nothing of an earlier connection is left."""
        self._slots.clear()

    def on_disconnect(self) -> None:
        """Nobody listens any more."""
        self._slots.clear()

    def on_write(self, uuid: str, payload: bytes) -> None:
        """Carry out a command; its result comes as a notification."""
        if uuid != COMMAND or not self.is_subscribed(NOTIFY):
            raise AttError(CCCD_IMPROPERLY_CONFIGURED)
        operation, reference = (*payload[:2], 0, 0)[:2]
        if operation == HELLO and reference:
            self._answer(reference, b"Hello\0" + self.advertisement.name.encode() + b"\0")
            return
        status, content = BAD_REQUEST, b""
        if operation == self.faults.refused_command:
            status = UNAVAILABLE
        elif reference and operation == SUBSCRIBE:
            status = self._subscribe(reference, payload[2:].decode(errors="replace"))
        elif reference and operation == UNSUBSCRIBE:
            status = OK if self._slots.pop(reference, None) is not None else NOT_FOUND
        elif reference and operation == GET:
            status, content = self._get(payload[2:])
        self._answer(reference, struct.pack("<H", status) + content)

    def _answer(self, reference: int, content: bytes) -> None:
        self.answer(NOTIFY, bytes((RESULT, reference)) + content)

    def _get(self, path: bytes) -> tuple[int, bytes]:
        if path == BATTERY_PATH.encode():
            return OK, bytes((self.battery_pct,))
        return NOT_FOUND, b""

    def _subscribe(self, reference: int, path: str) -> int:
        if reference in self._slots:
            return CONFLICT
        if len(self._slots) == N_SLOTS:
            return TABLE_FULL
        slot = self._open(path)
        if slot is None:
            return NOT_FOUND
        self._slots[reference] = slot
        return OK

    def _open(self, path: str) -> _Subscription | None:
        if path == "/Meas/HR":
            train = self.start_train(NS_PER_S)
            train.due(self._now_ns)
            return _Subscription("hr", train, 1, self.moment_ns(train, 0) - 1)
        if path == "/Meas/Temp":
            return _Subscription("temp", self.start_train(NS_PER_S), 1)
        ecg, motion = ECG.fullmatch(path), MOTION.fullmatch(path)
        if ecg and int(ecg[1]) in ECG_RATES:
            train = self.start_train(round(NS_PER_S / int(ecg[1])))
            return _Subscription("ecg", train, ECG_ROWS)
        if motion and int(motion[2]) in RATES:
            axes, rate_hz = AXES[motion[1]], int(motion[2])
            room = 2 * (self.mtu - 5) - 4
            n_rows = min(max(rate_hz // PACKETS_PER_S, 1), room // (12 * len(axes)))
            return _Subscription(axes, self.start_train(round(NS_PER_S / rate_hz)), n_rows)
        return None

    # Measurements

    def produce(self, now_ns: int) -> None:
        """Send every packet that is full; one with a missing value does not come."""
        for reference, slot in self._slots.items():
            for number in slot.train.due(now_ns):
                self._measure(reference, slot, number)

    def _measure(self, reference: int, slot: _Subscription, number: int) -> None:
        moment_ns = self.moment_ns(slot.train, number)
        if slot.axes == "hr":
            self._send_beats(reference, slot, moment_ns)
            return
        slot.rows.append(self._row(slot, moment_ns))
        if len(slot.rows) < slot.n_rows:
            return
        rows = [row for row in slot.rows if row is not None]
        slot.rows.clear()
        if len(rows) == slot.n_rows:
            first = slot.train.stamp_ns(number - slot.n_rows + 1)
            stamp = struct.pack("<I", first // 1_000_000 & STAMP_MASK)
            self._send(reference, pack_rows(slot.axes, stamp, rows))

    def _row(self, slot: _Subscription, moment_ns: int) -> tuple[float, ...] | None:
        if slot.axes == "ecg":
            microvolts = RawEcg(self.body, slot.train).measure(moment_ns)
            return None if microvolts is None else (float(microvolts[0]),)
        if slot.axes == "temp":
            return (306.9,)
        motion = self.motion_at(moment_ns)
        if motion is None:
            return None
        acceleration = tuple(M_S2_PER_G * axis for axis in motion[0])
        each = {"a": acceleration, "g": motion[1], "m": FIELD_UT}
        return tuple(value for kind in slot.axes for value in each[kind])

    def _send_beats(self, reference: int, slot: _Subscription, moment_ns: int) -> None:
        beats = self.body.beats(slot.told_ns, moment_ns)
        slot.told_ns = moment_ns
        if beats:
            mean_ms = sum(beat.rr_ms for beat in beats) / len(beats)
            intervals = [min(round(beat.rr_ms), 0xFFFF) for beat in beats]
            self._send(reference, struct.pack(f"<f{len(beats)}H", 60_000.0 / mean_ms, *intervals))

    def _send(self, reference: int, content: bytes) -> None:
        """Send an update; what does not fit the link follows as a second part."""
        room = self.mtu - 5
        self.send_samples(NOTIFY, bytes((DATA, reference)) + content[:room])
        if content[room:]:
            self.send_samples(NOTIFY, bytes((DATA_REST, reference)) + content[room:])


def pack_rows(axes: str, stamp: bytes, rows: list[tuple[float, ...]]) -> bytes:
    """Pack the content of an update: all rows of one sensor, then all of the next."""
    if axes == "temp":
        return struct.pack("<f", *rows[0]) + stamp
    if axes == "ecg":
        return stamp + struct.pack(f"<{len(rows)}h", *(round(row[0]) for row in rows))
    values = [
        row[first + at] for first in range(0, 3 * len(axes), 3) for row in rows for at in range(3)
    ]
    return stamp + struct.pack(f"<{len(values)}f", *values)
