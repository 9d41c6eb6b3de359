"""Vernier's own godirect reads a belt: prints what it was told and the forces."""

import asyncio
import json
import sys

asyncio.set_event_loop(asyncio.new_event_loop())

from godirect import GoDirect  # noqa: E402 - it wants an event loop when it is imported

n_values = int(sys.argv[1])
go = GoDirect(use_ble=True, use_usb=False)
belt = go.get_device()
assert belt.open(auto_start=False)
sensors = {number: str(sensor) for number, sensor in belt.list_sensors().items()}
belt.enable_sensors([1])
belt.start(period=100)
forces = []
while len(forces) < n_values and belt.read():
    for sensor in belt.get_enabled_sensors():
        forces += sensor.values
        sensor.clear()
belt.stop()
told = {
    "serial": belt.serial_number,
    "order_code": belt.order_code,
    "battery_pct": belt.battery_level_percent,
    "sensors": sensors,
}
belt.close()
go.quit()
json.dump({"told": told, "force": forces}, sys.stdout)
