"""What all virtual wearables have in common: GATT bookkeeping, battery, clock, faults."""

from abc import abstractmethod
from typing import ClassVar

from breathsense.core.model.vectors import Vector
from breathsense.simulation.body import Body, Quantity
from breathsense.simulation.devices.clock import DeviceClock, SampleTrain
from breathsense.simulation.faults import Faults
from breathsense.simulation.noise import mix_bits, uniform_at
from breathsense.simulation.peripheral import (
    Advertisement,
    AttError,
    Characteristic,
    Peripheral,
    Property,
    Sent,
    Service,
)

STILL: Vector = (0.0, 0.0, 0.0)
NS_PER_S = 1_000_000_000
INVALID_HANDLE = 0x01
READ_NOT_PERMITTED = 0x02
WRITE_NOT_PERMITTED = 0x03
NOT_PAIRED = 0x05
INVALID_LENGTH = 0x0D
VALUE_NOT_ALLOWED = 0x13
CCCD_IMPROPERLY_CONFIGURED = 0xFD


def sig_uuid(short: int) -> str:
    """Return the full form of a 16-bit UUID of the Bluetooth SIG."""
    return f"{short:08x}-0000-1000-8000-00805f9b34fb"


BATTERY_LEVEL = sig_uuid(0x2A19)


def characteristic(uuid: str, *properties: Property) -> Characteristic:
    """Return a characteristic with these properties."""
    return Characteristic(uuid, frozenset(properties))


class Twin(Peripheral):
    """A virtual wearable; subclasses add what is particular to one protocol.

    Parameters
    ----------
    body : Body
        Who wears it.
    seed : int
        Address, serial number, clock and lost packets follow from it.
    faults : Faults
        What shall go wrong.

    """

    needs: ClassVar[tuple[Quantity, ...]] = ()
    """What the body must have for this wearable to make sense; any one of them is enough."""

    battery_life_h: ClassVar[float] = 24.0

    def __init__(self, body: Body, seed: int, faults: Faults) -> None:
        self.body = body
        self.seed = seed
        self.faults = faults
        self.address = _draw_address(type(self).__name__, seed)
        self.serial = f"{mix_bits(seed ^ 0x5E1A1) & 0xFFFFFFFF:08X}"
        self.clock = self._draw_clock()
        self._values: dict[str, bytes] = {}
        self._subscribed: set[str] = set()
        self._outbox: list[Sent] = []
        self._is_paired = False
        self._streaming_ns: int | None = None
        self._n_streamed = 0
        self._n_sample_packets = 0
        self._first_ns: int | None = None
        self._now_ns = 0
        self._away_until_ns: int | None = None
        self._is_cut = False

    @abstractmethod
    def produce(self, now_ns: int) -> None:
        """Make everything that is due; called at connection events and before answers."""

    def on_write(self, uuid: str, payload: bytes) -> None:
        """Take a write; nothing to take by default."""
        del payload
        raise AttError(WRITE_NOT_PERMITTED if uuid else INVALID_HANDLE)

    def on_connect(self) -> None:
        """Begin a connection: nothing to do by default."""

    def on_disconnect(self) -> None:
        """End a connection: nothing to do by default."""

    def on_subscribe(self, uuid: str) -> None:
        """A subscription begins: nothing to do by default."""

    # What a server calls

    def connect(self, now_ns: int) -> None:
        """Begin a connection; subscriptions of an earlier one are gone."""
        if self._first_ns is None:
            self._first_ns = now_ns
        self._now_ns = now_ns
        self._streaming_ns = None
        self._is_cut = False
        self._subscribed.clear()
        self._outbox.clear()
        self.on_connect()

    def pair(self) -> None:
        """Remember the client: a pairing outlives connections."""
        self._is_paired = True

    def disconnect(self, now_ns: int) -> None:
        """End the connection."""
        if self._is_cut:
            self._away_until_ns = now_ns + round(self.faults.away_after_drop_s * NS_PER_S)
        self._subscribed.clear()
        self._outbox.clear()
        self.on_disconnect()

    def read(self, characteristic: str, now_ns: int) -> bytes:  # noqa: ARG002 - part of the shape
        """Return a value."""
        if characteristic == BATTERY_LEVEL:
            return bytes([self.battery_pct])
        if characteristic not in self._values:
            raise AttError(READ_NOT_PERMITTED)
        return self._values[characteristic]

    def write(self, characteristic: str, payload: bytes, now_ns: int) -> None:
        """Take a value."""
        self._now_ns = now_ns
        if self.faults.att_error is not None:
            raise AttError(self.faults.att_error)
        if self.faults.must_pair and not self._is_paired:
            raise AttError(NOT_PAIRED)
        self.on_write(characteristic, payload)

    def subscribe(self, characteristic: str, now_ns: int) -> None:
        """Begin notifications."""
        self._now_ns = now_ns
        self._subscribed.add(characteristic)
        self.on_subscribe(characteristic)

    def unsubscribe(self, characteristic: str, now_ns: int) -> None:
        """End notifications."""
        self._now_ns = now_ns
        self._subscribed.discard(characteristic)

    def advance(self, now_ns: int) -> list[Sent]:
        """Let time pass; a wearable that has died silently keeps the link and sends nothing."""
        self._now_ns = now_ns
        self.produce(now_ns)
        self._is_cut = self._is_cut or self._is_over(self.faults.drop_after_s)
        sent, self._outbox = self._outbox, []
        return [] if self._is_cut or self._is_over(self.faults.silent_after_s) else sent

    @property
    def n_streamed(self) -> int:
        """In how many connections it has begun to send samples."""
        return self._n_streamed

    @property
    def has_dropped(self) -> bool:
        """Whether a fault or an empty battery has cut the link."""
        return self._is_cut or self.battery_pct == 0

    def is_in_reach(self, now_ns: int) -> bool:
        """Whether it can be heard: not for a while after a cut, and never with a flat battery."""
        is_back = self._away_until_ns is None or now_ns >= self._away_until_ns
        return is_back and self.battery_pct > 0

    # What subclasses use

    @property
    def battery_pct(self) -> int:
        """Battery level in per cent; drains from the first connection on."""
        used_ns = self._now_ns - self._first_ns if self._first_ns is not None else 0
        used_pct = 100.0 * used_ns / NS_PER_S / 3600.0 / self.battery_life_h
        return max(round(self.faults.battery_pct - used_pct), 0)

    def is_subscribed(self, uuid: str) -> bool:
        """Whether notifications of a characteristic are on."""
        return uuid in self._subscribed

    def answer(self, uuid: str, payload: bytes) -> None:
        """Send something that is never lost."""
        if uuid in self._subscribed:
            self._outbox.append(Sent(uuid, payload))

    def begin_to_stream(self, uuid: str) -> None:
        """Count the faults of this connection from now on, if they are not counted yet."""
        if self._streaming_ns is None and uuid in self._subscribed:
            self._streaming_ns = self._now_ns
            self._n_streamed += 1

    def send_samples(self, uuid: str, payload: bytes) -> None:
        """Send a packet of samples; faults may lose it."""
        self.begin_to_stream(uuid)
        self._n_sample_packets += 1
        if uniform_at(self.seed, 80, self._n_sample_packets) >= self.faults.loss_fraction:
            self.answer(uuid, payload)

    def start_train(self, period_ns: int) -> SampleTrain:
        """Begin to sample now."""
        return SampleTrain(self.clock, period_ns, self._now_ns)

    def moment_ns(self, train: SampleTrain, number: int) -> int:
        """Return the body's time of a sample."""
        return self.body.moment_ns(
            train.started_ns, train.true_ns(number), train.nominal_ns(number)
        )

    def motion_at(self, t_ns: int) -> tuple[Vector, Vector] | None:
        """Return acceleration in g and rotation in degrees a second; ``None`` in a gap.

        A body without one of them (a trace without its columns) is still in that respect.
        """
        has = self.body.measurable
        acceleration = self.body.acceleration_g(t_ns) if "acceleration" in has else STILL
        rotation = self.body.rotation_dps(t_ns) if "rotation" in has else STILL
        return None if acceleration is None or rotation is None else (acceleration, rotation)

    def _is_over(self, limits_s: tuple[float, ...]) -> bool:
        position = self._n_streamed - 1
        if self._streaming_ns is None or position >= len(limits_s):
            return False
        return self._now_ns - self._streaming_ns >= limits_s[position] * NS_PER_S

    def _draw_clock(self) -> DeviceClock:
        error_ppm = self.faults.clock_error_ppm
        if error_ppm is None:
            error_ppm = 80.0 * (uniform_at(self.seed, 81, 0) - 0.5)
        return DeviceClock(error_ppm, round(uniform_at(self.seed, 82, 0) * 3600 * NS_PER_S))


def battery_service() -> Service:
    """Return the SIG's battery service."""
    return Service(sig_uuid(0x180F), (characteristic(BATTERY_LEVEL, "read", "notify"),))


def device_information(values: dict[int, str]) -> tuple[Service, dict[str, bytes]]:
    """Return the SIG's device information service and its values, by 16-bit UUID."""
    service = Service(
        sig_uuid(0x180A), tuple(characteristic(sig_uuid(short), "read") for short in values)
    )
    return service, {sig_uuid(short): text.encode() for short, text in values.items()}


def advertise(name: str, *short_uuids: int, rssi_dbm: int = -45) -> Advertisement:
    """Return an advertisement with 16-bit services; near enough that no client calls it weak."""
    return Advertisement(name, tuple(sig_uuid(short) for short in short_uuids), {}, rssi_dbm)


def _draw_address(kind: str, seed: int) -> str:
    bits = seed
    for letter in kind:
        bits = mix_bits(bits ^ ord(letter))
    # The two highest bits of a random static address are ones.
    octets = [0xC0 | (bits & 0x3F), *(bits >> shift & 0xFF for shift in (8, 16, 24, 32, 40))]
    return ":".join(f"{octet:02X}" for octet in octets)
