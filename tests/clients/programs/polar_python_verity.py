"""The library polar-python reads a Polar Verity Sense: all of its packed streams."""

import asyncio
import json
import sys
from typing import Any

from bleak import BleakScanner
from polar_python import PolarDevice

FEW = 5
"""Heart rates: one a second."""


async def main(n_rows: int) -> None:
    device = await BleakScanner.find_device_by_filter(lambda d, _: "Polar" in (d.name or ""))
    rows: dict[str, list[Any]] = {"acc": [], "gyr": [], "mag": [], "ppg": [], "hr": []}
    is_enough = asyncio.Event()

    def take(name: str, new: list[Any]) -> None:
        rows[name] += new
        if len(rows["ppg"]) >= n_rows and len(rows["hr"]) >= FEW:
            is_enough.set()

    async with PolarDevice(device) as pod:
        told = {"features": [one.name for one in await pod.get_available_features()]}
        await pod.start_hr_stream(lambda one: take("hr", [one.heartrate]))
        await pod.start_acc_stream(lambda one: take("acc", one.data), 52, 16, 8, 3)
        await pod.start_gyro_stream(lambda one: take("gyr", one.data), 52, 16, 2000, 3)
        await pod.start_mag_stream(
            lambda one: take("mag", [(s.x, s.y, s.z) for s in one.data]), 20, 16, 50, 3
        )
        await pod.start_ppg_stream(lambda one: take("ppg", one.samples), 55, 22, 4)
        await is_enough.wait()
        # It does not read the answers to these, so nothing may follow them.
        await pod.stop_acc_stream()
        await pod.stop_gyro_stream()
        await pod.stop_mag_stream()
        await pod.stop_ppg_stream()
    json.dump({"told": told, **rows}, sys.stdout)


asyncio.run(main(int(sys.argv[1])))
