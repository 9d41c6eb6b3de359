"""The library bleakheart reads a Polar H10: acceleration in mg, ECG in microvolts, intervals."""

import asyncio
import json
import sys

from bleak import BleakClient, BleakScanner
from bleakheart import BatteryLevel, HeartRate, PolarMeasurementData


async def main(n_rows: int) -> None:
    device = await BleakScanner.find_device_by_filter(lambda d, _: "Polar" in (d.name or ""))
    async with BleakClient(device) as client:
        told = {"battery_pct": await BatteryLevel(client).read()}
        frames, beats = asyncio.Queue(), asyncio.Queue()
        heart = HeartRate(client, queue=beats)
        await heart.start_notify()
        strap = PolarMeasurementData(client, ecg_queue=frames, acc_queue=frames)
        told["measures"] = await strap.available_measurements()
        told["offered"] = await strap.available_settings("ACC")
        told["started"] = [
            (await strap.start_streaming("ACC", RANGE=4, SAMPLE_RATE=50))[0],
            (await strap.start_streaming("ECG"))[0],
        ]
        rows = {"ACC": [], "ECG": []}
        while len(rows["ACC"]) < n_rows:
            kind, _, samples = await frames.get()
            rows[kind] += samples
        told["stopped"] = [(await strap.stop_streaming(kind))[0] for kind in ("ACC", "ECG")]
        await heart.stop_notify()
        intervals = [beats.get_nowait()[2][1] for _ in range(beats.qsize())]
        json.dump(
            {"told": told, "acc": rows["ACC"], "ecg": rows["ECG"], "rr": intervals}, sys.stdout
        )


asyncio.run(main(int(sys.argv[1])))
