"""Long recordings of many small notifications, as wearables would have sent them.

    python tests/benchmarks/long_recording.py FILE.mcap [--wearables belt strap] [--hours 8]

The bytes are made here and not by the virtual wearables, which would need the time they simulate.
``belt`` is a Vernier belt at 10 Hz, a notification for each sample; ``strap`` the acceleration of a
Polar H10 at 200 Hz, 36 rows a frame; ``fast`` a belt at 200 Hz, 20 a notification; ``motion``
a Movesense sensor's six axes at 104 Hz, 8 rows a notification.
"""

import argparse
import struct
from collections.abc import Iterable, Iterator
from heapq import merge
from pathlib import Path

import numpy as np

from breathsense.core.model.inputs import LinkEvent, Notification
from breathsense.core.profiles.schema import Profile, parse_profile
from breathsense.core.setup import Setup, Wearable
from breathsense.recordings.header import build_header
from breathsense.recordings.journal import Journal
from breathsense.sources.shelf import find_profile

NS_PER_S = 1_000_000_000
WALL_NS = 1_760_000_000 * NS_PER_S
LATE_NS = 30_000_000
PER_MIN = 13.0
GDX = "b41e6675-a329-40e0-aa01-44d2f444babe"
PMD = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"
STRAP_HZ, STRAP_ROWS, PMD_ACC, RAW_16_BIT = 200, 36, 2, 1
GSP = "34800002-7185-4d5d-b431-630e7050e8f0"
MOTION_HZ, MOTION_ROWS, GSP_PACKET, IMU6 = 104, 8, 2, 1
FAST = "0000fa57-0000-1000-8000-00805f9b34fb"
FAST_HZ, FAST_ROWS = 200, 20
FAST_PROFILE = f"""
schema = "breathsense.profile/1"
id = "fast-belt"
name = "A belt at 200 Hz"
maker = "this benchmark"
confidence = "D"
sources = ["made up"]

[recognition]
name_prefixes = ["FAST"]

[[streams]]
name = "stretch"
signal = "band"
unit = "au"
channels = ["stretch"]
rate_hz = {FAST_HZ}

[[packets]]
name = "twenty samples"
characteristic = "fa57"

[[packets.parts]]
repeat = {FAST_ROWS}
fields = [{{ type = "i16", to = "stretch.stretch" }}]

[[start]]
do = "subscribe"
characteristic = "fa57"

[[stop]]
do = "unsubscribe"
characteristic = "fa57"

[[golden]]
name = "three of twenty"
origin = "synthetic"
characteristic = "fa57"
payloads = ["0100 0200 0300"]
rejected = "ends inside"
"""


def breathe(t_s: np.ndarray) -> np.ndarray:
    """Return a chest that rises and falls, its rate swaying by a quarter."""
    phase = 2 * np.pi * PER_MIN / 60 * t_s + 3.0 * np.sin(2 * np.pi * t_s / 120)
    swing: np.ndarray = np.sin(phase)
    return swing


def send_belt(n_s: int) -> Iterator[Notification]:
    """Yield a notification for each of the belt's samples."""
    rate_hz = 10
    forces = 8.0 + 2.0 * breathe(np.arange(n_s * rate_hz) / rate_hz)
    for number, force in enumerate(forces.tolist()):
        frame = bytearray(struct.pack("<BBBBBHBBf", 0x20, 13, number & 0xFF, 0, 6, 2, 1, 0, force))
        frame[3] = sum(frame) & 0xFF
        host_ns = number * NS_PER_S // rate_hz + LATE_NS
        yield Notification("belt", GDX, bytes(frame), host_ns)


def send_strap(n_s: int) -> Iterator[Notification]:
    """Yield frames of acceleration: gravity tilts by three degrees with each breath."""
    n = n_s * STRAP_HZ // STRAP_ROWS * STRAP_ROWS
    tilt = np.radians(3.0 * breathe(np.arange(n) / STRAP_HZ))
    noise = np.random.default_rng(1).normal(0.0, 4.0, (n, 3))
    axes = np.stack((1000 * np.sin(tilt), np.zeros(n), 1000 * np.cos(tilt)), axis=1) + noise
    rows = np.rint(axes).astype("<i2").reshape(-1, STRAP_ROWS * 3)
    for number, row in enumerate(rows):
        stamp_ns = (number + 1) * STRAP_ROWS * NS_PER_S // STRAP_HZ
        head = struct.pack("<BQB", PMD_ACC, stamp_ns, RAW_16_BIT)
        yield Notification("strap", PMD, head + row.tobytes(), stamp_ns + LATE_NS)


def send_motion(n_s: int) -> Iterator[Notification]:
    """Yield packets of acceleration and rotation: the same tilt, seen by both."""
    n = n_s * MOTION_HZ // MOTION_ROWS * MOTION_ROWS
    tilt_deg = 3.0 * breathe(np.arange(n) / MOTION_HZ)
    tilt, still = np.radians(tilt_deg), np.zeros(n)
    noise = np.random.default_rng(3)
    axes = 9.81 * np.stack((np.sin(tilt), still, np.cos(tilt)), axis=1)
    axes += noise.normal(0.0, 0.04, (n, 3))
    turns = np.stack((still, np.gradient(tilt_deg, 1 / MOTION_HZ), still), axis=1)
    turns += noise.normal(0.0, 0.1, (n, 3))
    both = np.stack((axes.reshape(-1, MOTION_ROWS, 3), turns.reshape(-1, MOTION_ROWS, 3)), axis=1)
    for number, rows in enumerate(both.astype("<f4")):
        first_ms, last_ms = (
            (number * MOTION_ROWS + one) * 1000 // MOTION_HZ for one in (0, MOTION_ROWS - 1)
        )
        head = struct.pack("<BBI", GSP_PACKET, IMU6, first_ms)
        host_ns = last_ms * NS_PER_S // 1000 + LATE_NS
        yield Notification("motion", GSP, head + rows.tobytes(), host_ns)


def send_fast(n_s: int) -> Iterator[Notification]:
    """Yield notifications of twenty numbers each."""
    n = n_s * FAST_HZ
    noise = np.random.default_rng(2).normal(0.0, 0.02, n)
    counts = np.rint(8000 * (breathe(np.arange(n) / FAST_HZ) + noise)).astype("<i2")
    for number, row in enumerate(counts.reshape(-1, FAST_ROWS)):
        host_ns = (number + 1) * FAST_ROWS * NS_PER_S // FAST_HZ + LATE_NS
        yield Notification("fast", FAST, row.tobytes(), host_ns)


SENDERS = {"belt": send_belt, "strap": send_strap, "motion": send_motion, "fast": send_fast}


def build_wearable(name: str) -> Wearable:
    """Return the wearable of one of the senders."""
    if name == "fast":
        profile: Profile = parse_profile(FAST_PROFILE, "the benchmark")
        return Wearable(name, profile)
    if name == "strap":
        return Wearable(name, find_profile("polar-h10"), "chest", settings={"rate_hz": STRAP_HZ})
    if name == "motion":
        return Wearable(name, find_profile("movesense"), settings={"rate_hz": MOTION_HZ})
    return Wearable(name, find_profile("vernier-gdx-rb"))


def write_recording(path: Path, names: Iterable[str], hours: float) -> int:
    """Write the recording; return how many notifications it holds."""
    names = tuple(names)
    setup = Setup(tuple(build_wearable(name) for name in names))
    journal = Journal(path, build_header(setup, WALL_NS))
    for name in names:
        journal.append(LinkEvent(name, "streaming", 0))
    n = 0
    sent = (SENDERS[name](round(hours * 3600)) for name in names)
    for notification in merge(*sent, key=lambda one: one.host_ns):
        journal.append(notification)
        n += 1
    journal.close()
    return n


def main() -> None:
    """Write one recording."""
    parser = argparse.ArgumentParser(description="Write a long recording.")
    parser.add_argument("path", type=Path)
    parser.add_argument("--wearables", nargs="+", choices=SENDERS, default=["belt", "strap"])
    parser.add_argument("--hours", type=float, default=8.0)
    words = parser.parse_args()
    print(write_recording(words.path, words.wearables, words.hours), "notifications")


if __name__ == "__main__":
    main()
