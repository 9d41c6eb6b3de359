"""BITalino (r)evolution BLE with a breathing belt on A1 and another one on A2.

Where sources are silent this is a guess: how newtons become volts; commands that make no sense, and
those that would change the rate while it runs, are refused with an ATT error; acquisition ends with
the connection; inputs without a belt read 0; as many frames go into a notification as fit.
"""

from typing import ClassVar

from breathsense.simulation.body import BeltPlace, Body, Quantity
from breathsense.simulation.devices.clock import SampleTrain
from breathsense.simulation.devices.twin import NS_PER_S, VALUE_NOT_ALLOWED, Twin, characteristic
from breathsense.simulation.faults import Faults
from breathsense.simulation.peripheral import Advertisement, AttError, Service

SERVICE = "c566488a-0882-4e1b-a6d0-0b717e652234"
COMMAND = "4051eb11-bf0a-4c74-8730-a48f4193fcea"
FRAMES = "40fdba6b-672e-47c4-808a-e529adff3633"
RATES_HZ = (1, 10, 100, 1000)
STOP, SET_RATE, LIVE = 0x00, 0x03, 0x01
KIND_MASK = 0x03
N_INPUTS = 6
BELTS: dict[int, BeltPlace] = {0: "abdomen", 1: "chest"}
MIDDLE_COUNTS, COUNTS_PER_N = 300.0, 20.0
LARGEST = (1023, 1023, 1023, 1023, 63, 63)
"""The fifth and sixth of a frame have six bits."""
DIGITAL_INPUTS = 0x3
CRC_TABLE = (0, 3, 6, 5, 12, 15, 10, 9, 11, 8, 13, 14, 7, 4, 1, 2)


class Bitalino(Twin):
    """A virtual BITalino; it has no battery service."""

    needs: ClassVar[tuple[Quantity, ...]] = ("belt_force",)

    def __init__(self, body: Body, seed: int, faults: Faults) -> None:
        super().__init__(body, seed, faults)
        self.advertisement = Advertisement(f"BITalino-{self.serial[:4]}", (SERVICE,), {}, -45)
        self.services = (
            Service(SERVICE, (characteristic(COMMAND, "write"), characteristic(FRAMES, "notify"))),
        )
        self._rate_hz = RATES_HZ[-1]
        self._stop()

    def _stop(self) -> None:
        self._train: SampleTrain | None = None
        self._inputs: tuple[int, ...] = ()
        self._sequence = 0

    def on_disconnect(self) -> None:
        """Stop acquiring."""
        self._stop()

    def on_write(self, uuid: str, payload: bytes) -> None:
        """Carry out a command of one byte."""
        if uuid != COMMAND or len(payload) != 1 or payload[0] == self.faults.refused_command:
            raise AttError(VALUE_NOT_ALLOWED)
        command = payload[0]
        if command == STOP:
            self._stop()
        elif self._train is not None:
            raise AttError(VALUE_NOT_ALLOWED)
        elif command & KIND_MASK == SET_RATE and not command & 0x3C:
            self._rate_hz = RATES_HZ[command >> 6]
        elif command & KIND_MASK == LIVE and command >> 2:
            self._inputs = tuple(one for one in range(N_INPUTS) if command >> (2 + one) & 1)
            self._train = self.start_train(NS_PER_S // self._rate_hz)
        else:
            raise AttError(VALUE_NOT_ALLOWED)

    def produce(self, now_ns: int) -> None:
        """Send the frames that are due; a missing value leaves a hole in the sequence."""
        if self._train is None:
            return
        frames = b""
        for number in self._train.due(now_ns):
            counts = self._measure(self.moment_ns(self._train, number))
            if counts is not None:
                frame = pack_frame(self._sequence, counts)
                if len(frames) + len(frame) > self.mtu - 3:
                    self.send_samples(FRAMES, frames)
                    frames = b""
                frames += frame
            self._sequence = (self._sequence + 1) & 0xF
        if frames:
            self.send_samples(FRAMES, frames)

    def _measure(self, t_ns: int) -> list[int] | None:
        """Return the counts of the inputs that are on; ``None`` in a gap of the belly's belt."""
        counts: list[int] = []
        for position, one in enumerate(self._inputs):
            force = self.body.belt_force_n(t_ns, BELTS[one]) if one in BELTS else None
            if force is None and one == 0:
                return None
            level = 0.0 if force is None else MIDDLE_COUNTS + COUNTS_PER_N * force
            counts.append(min(max(round(level), 0), LARGEST[position]))
        return counts


def pack_frame(sequence: int, counts: list[int]) -> bytes:
    """Return a frame: sequence, checksum and digital inputs at its end, the inputs before them."""
    bits, n_bits = 0, 0
    for position, count in enumerate(counts):
        width = LARGEST[position].bit_length()
        bits, n_bits = bits << width | count, n_bits + width
    n_bytes = (12 + n_bits + 7) // 8
    word = sequence << 8 | DIGITAL_INPUTS
    frame = bytearray(
        (word << (8 * n_bytes - 12) | bits << (8 * n_bytes - 12 - n_bits)).to_bytes(
            n_bytes, "little"
        )
    )
    frame[-1] |= _compute_crc(frame)
    return bytes(frame)


def _compute_crc(frame: bytes | bytearray) -> int:
    remainder = 0
    for byte in frame:
        remainder = CRC_TABLE[remainder] ^ byte >> 4
        remainder = CRC_TABLE[remainder] ^ byte & 0xF
    return remainder
