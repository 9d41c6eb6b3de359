"""Heart rate measurements (2A37) out of beats."""

import struct

from breathsense.simulation.body import Beat

RR_PRESENT = 0x10
MOST_INTERVALS = 9
LARGEST_RR = 0xFFFF
LARGEST_RATE = 0xFF


def pack_heart_rate(beats: list[Beat], flags: int) -> bytes:
    """Pack the newest beats: flags, beats per minute (u8), intervals in 1/1024 s, oldest first.

    ``beats`` must not be empty; of more than nine, only the newest nine fit into the packet.
    """
    beats = beats[-MOST_INTERVALS:]
    mean_ms = sum(beat.rr_ms for beat in beats) / len(beats)
    rate = min(round(60_000 / mean_ms), LARGEST_RATE)
    intervals = [min(round(beat.rr_ms * 1.024), LARGEST_RR) for beat in beats]
    return struct.pack(f"<BB{len(beats)}H", flags | RR_PRESENT, rate, *intervals)
