"""Programs of other people against the virtual wearables: they get the same values as we do.

They live in an environment of their own (``python3 dev.py clients``): some have licences or
dependencies that the project does not take over.
"""

import asyncio
import json
import math
import os
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from bleak import BleakClient, BleakScanner

from breathsense.core.model.inputs import Notification
from breathsense.core.wire.decoding import build_decoder
from breathsense.core.wire.dialogue import build_conversation
from breathsense.core.wire.packet import Packet
from breathsense.simulation.bluez.daemon import why_unavailable
from breathsense.simulation.hurried import HurriedClock
from breathsense.simulation.trace import Trace, parse_trace
from breathsense.simulation.wearables import build_wearable
from breathsense.sources.ble.driver import Driver
from breathsense.sources.shelf import load_shelf

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = Path(os.environ.get("BREATHSENSE_CLIENTS_VENV", ROOT / ".venv-clients"))
PYTHON = CLIENTS / "bin" / "python"
PROGRAMS = Path(__file__).parent / "programs"
SHELF = load_shelf()
SPEED = 10
FEW = {"polar-verity-sense": ("ppg",)}
"""The slowest stream, where not all have to have so many rows."""
SEED = 5
HANG_S = 180

pytestmark = [
    pytest.mark.skipif(bool(why_unavailable()), reason=why_unavailable()),
    pytest.mark.skipif(
        not PYTHON.exists(), reason=f"no {CLIENTS}: python3 dev.py clients makes it"
    ),
]

Streams = dict[str, list[list[float]]]


fast_clock = HurriedClock(SPEED)
"""Wearables live ten times faster than the tests."""


def build_trace(seconds: float) -> Trace:
    """Everything that a wearable may play, a row each 10 ms, a beat each 0.83 s."""
    lines = [
        "t_ms,abdomen[N],acc_x[g],acc_y[g],acc_z[g],gyr_x[deg/s],gyr_y[deg/s],gyr_z[deg/s],rr[ms]"
    ]
    for row in range(round(seconds * 100)):
        t_s = row / 100
        acc = [0.4 * math.sin(t_s), 0.3 * math.cos(1.3 * t_s), 0.8 + 0.1 * math.sin(2 * t_s)]
        gyr = [20 * math.cos(t_s), -11.5 * math.sin(1.3 * t_s), 3.25]
        values = [8 + 3 * math.sin(t_s / 0.7), *acc, *gyr]
        beat = "830" if row % 83 == 82 else ""
        lines.append(f"{10 * row}," + ",".join(map(repr, values)) + f",{beat}")
    return parse_trace(lines, where="trace")


Compare = Callable[..., tuple[Any, Streams]]


@pytest.fixture
def compare(monkeypatch: pytest.MonkeyPatch) -> Iterator[Compare]:
    """Return a function that gives what the program printed, and what we get."""
    from breathsense.simulation.bluez.serving import serve_bluez  # noqa: PLC0415 - only on Linux

    with ExitStack() as stack:

        def serve(wearable_id: str) -> str:
            twin = build_wearable(wearable_id, build_trace(200.0), SEED)
            return stack.enter_context(serve_bluez([twin], clock=fast_clock))

        def begin(program: str, wearable_id: str, n_rows: int, **chosen: float) -> Any:
            theirs = run_program(program, n_rows, serve(wearable_id))
            monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", serve(wearable_id))
            n_wanted = {name: n_rows for name in FEW.get(wearable_id, chosen) if chosen[name] == 1}
            return theirs, asyncio.run(listen(wearable_id, n_wanted, chosen))

        yield begin


def run_program(program: str, n_rows: int, address: str) -> Any:
    done = subprocess.run(
        [PYTHON, PROGRAMS / program, str(n_rows)],
        env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": address},
        capture_output=True,
        timeout=HANG_S,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout[done.stdout.index("{") :])


async def listen(wearable_id: str, n_wanted: dict[str, int], chosen: dict[str, float]) -> Streams:
    """Return the rows of each stream, as the product decodes them."""
    profile = SHELF.find(wearable_id)
    decoder = build_decoder(profile, chosen)
    rows: Streams = defaultdict(list)
    is_enough = asyncio.Event()

    def take(notification: Notification) -> None:
        for one in decoder.decode(notification):
            if isinstance(one, Packet):
                rows[one.stream] += one.values.tolist()
        if all(len(rows[name]) >= n_rows for name, n_rows in n_wanted.items()):
            is_enough.set()

    device = await BleakScanner.find_device_by_filter(lambda *_: True, timeout=HANG_S)
    assert device is not None
    conversation = build_conversation(profile, chosen)
    async with asyncio.timeout(HANG_S), BleakClient(device) as client:
        driver = Driver(
            client,
            wearable="w",
            name=profile.name,
            now_ns=time.monotonic_ns,
            receive=take,
            action_s=HANG_S,
        )
        await driver.drive(conversation.start())
        await is_enough.wait()
        await driver.drive_best_effort(conversation.stop())
    return rows


def scale(rows: list[list[float]], factor: float, n: int) -> list[list[int]]:
    return [[round(value * factor) for value in row] for row in rows[:n]]


def test_godirect_reads_the_forces_that_we_read(compare: Compare) -> None:
    theirs, ours = compare("godirect_belt.py", "vernier-gdx-rb", 200, force=1)
    assert theirs["force"][:200] == [force for (force,) in ours["force"][:200]]
    assert theirs["told"]["order_code"] == "GDX-RB"
    assert theirs["told"]["battery_pct"] == 87
    assert len(theirs["told"]["sensors"]) == 4


def test_bleakheart_reads_the_strap_as_we_do(compare: Compare) -> None:
    theirs, ours = compare("bleakheart_h10.py", "polar-h10", 360, acc=1, ecg=1)
    assert theirs["acc"][:360] == scale(ours["acc"], 1000, 360)
    n = min(len(theirs["ecg"]), len(ours["ecg"]))
    assert n >= 360
    assert [[value] for value in theirs["ecg"][:n]] == ours["ecg"][:n]
    n = min(len(theirs["rr"]), len(ours["rr"]))
    assert n >= 5
    # It rounds to whole milliseconds.
    assert theirs["rr"][:n] == [round(interval) for (interval,) in ours["rr"][:n]]
    assert theirs["told"]["battery_pct"] == 87
    assert theirs["told"]["measures"] == ["ECG", "ACC"]
    assert theirs["told"]["offered"]["SAMPLE_RATE"] == [25, 50, 100, 200]
    assert theirs["told"]["started"] == theirs["told"]["stopped"] == [0, 0]


def test_bleakheart_reads_the_light_of_the_pod_where_it_can(compare: Compare) -> None:
    """It takes the bits of differences in the wrong order: right only where they are bytes."""
    theirs, ours = compare(
        "bleakheart_verity.py", "polar-verity-sense", 216, ppg=1, acc=0, gyr=0, hr=0, sdk_mode=1
    )
    assert theirs["told"]["sdk"] == theirs["told"]["started"] == theirs["told"]["stopped"] == 0
    assert theirs["told"]["offered"]["SAMPLE_RATE"] == [28, 44, 55, 135, 176]
    assert theirs["told"]["measures"] == ["PPG", "ACC", "PPI", "GYRO", "MAG"]
    # The first row of each frame is not a difference.
    for number, frame in enumerate(theirs["ppg"]):
        assert len(frame) == 36
        assert frame[0] == ours["ppg"][36 * number]


def test_polar_python_reads_all_packed_streams_as_we_do(compare: Compare) -> None:
    theirs, ours = compare(
        "polar_python_verity.py", "polar-verity-sense", 144, acc=1, gyr=1, mag=1, ppg=1
    )
    # It cuts thousandths of g off.
    acc = [[math.trunc(round(value * 1000, 6)) for value in row] for row in ours["acc"][:144]]
    assert theirs["acc"][:144] == acc
    for name in ("gyr", "mag", "ppg"):
        # The slowest may have fewer when the others have enough.
        n_rows = min(144, len(ours[name]), len(theirs[name]))
        assert n_rows >= 36
        for mine, other in zip(ours[name][:n_rows], theirs[name][:n_rows], strict=True):
            assert mine == pytest.approx(other, rel=1e-12)
    n = min(len(theirs["hr"]), len(ours["hr"]))
    assert n >= 5
    assert theirs["hr"][:n] == [rate for (rate,) in ours["hr"][:n]]
    assert theirs["told"]["features"] == ["PPG", "ACC", "PPI", "GYRO", "MAG"]


def test_aiothingy_reads_the_thingy_as_we_do(compare: Compare) -> None:
    theirs, ours = compare(
        "aiothingy_motion.py", "nordic-thingy52", 100, acc=1, gyr=1, mag=1, gravity=1, rate_hz=10
    )
    for name, mine in (("accelerometer", "acc"), ("compass", "mag")):
        rows = [[row[name][axis] for axis in "xyz"] for row in theirs["raw"][:100]]
        assert rows == ours[mine][:100]
    # The firmware divides rotation by 32, this client by 256: the same counts all the same.
    rows = [[8 * row["gyroscope"][axis] for axis in "xyz"] for row in theirs["raw"][:100]]
    assert rows == ours["gyr"][:100]
    rows = [[row[axis] for axis in "xyz"] for row in theirs["gravity"][:100]]
    assert rows == ours["gravity"][:100]
    assert theirs["told"]["motion"]["motion_frequency"] == 10


def test_kaspersmicrobit_reads_the_board_as_we_do(compare: Compare) -> None:
    theirs, ours = compare("kaspers_microbit.py", "microbit", 200, acc=1)
    assert theirs["acc"][:200] == scale(ours["acc"], 1000, 200)
    assert theirs["told"]["name"].startswith("BBC micro:bit [")
    assert theirs["told"]["model"] == "BBC micro:bit V2.0"
