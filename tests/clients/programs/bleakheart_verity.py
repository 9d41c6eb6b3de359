"""The library bleakheart reads the light of a Polar Verity Sense: four channels a row."""

import asyncio
import json
import sys

from bleak import BleakClient, BleakScanner
from bleakheart import PolarMeasurementData


async def main(n_rows: int) -> None:
    device = await BleakScanner.find_device_by_filter(lambda d, _: "Polar" in (d.name or ""))
    async with BleakClient(device) as client:
        frames = asyncio.Queue()
        pod = PolarMeasurementData(client, ppg_queue=frames)
        told = {"measures": await pod.available_measurements()}
        told["sdk"] = (await pod.start_streaming("SDK"))[0]
        told["offered"] = await pod.available_settings("PPG")
        told["started"] = (await pod.start_streaming("PPG", SAMPLE_RATE=55))[0]
        rows = []
        while sum(map(len, rows)) < n_rows:
            _, _, samples = await frames.get()
            rows.append(samples)
        told["stopped"] = (await pod.stop_streaming("PPG"))[0]
        json.dump({"told": told, "ppg": rows}, sys.stdout)


asyncio.run(main(int(sys.argv[1])))
