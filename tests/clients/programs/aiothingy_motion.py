"""The library aiothingy reads the motion of a Thingy:52."""

import asyncio
import json
import sys
from typing import Any

from aiothingy import Thingy52
from bleak import BleakScanner


async def main(n_rows: int) -> None:
    device = await BleakScanner.find_device_by_filter(lambda d, _: "Thingy" in (d.name or ""))
    thingy = Thingy52(device.address)
    await thingy.connect()
    told = {"name": await thingy.name.read(), "motion": await thingy.motion_config.read()}
    rows = {"raw": [], "gravity": []}

    is_enough = asyncio.Event()

    async def take(event: dict[str, Any]) -> None:
        rows[event["type"]].append(event["data"])
        if min(map(len, rows.values())) >= n_rows:
            is_enough.set()

    await thingy.raw.subscribe(take)
    await thingy.gravity.subscribe(take)
    await is_enough.wait()
    await thingy.disconnect()
    json.dump({"told": told, **rows}, sys.stdout)


asyncio.run(main(int(sys.argv[1])))
