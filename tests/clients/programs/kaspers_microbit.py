"""The library kaspersmicrobit reads the accelerometer of a micro:bit."""

import json
import sys
import time

from kaspersmicrobit import KaspersMicrobit

n_rows = int(sys.argv[1])
rows = []
with KaspersMicrobit.find_one_microbit(timeout=10) as board:
    told = {"name": board.name(), "model": board.device_information.read_model_number()}
    board.accelerometer.set_period(20)
    board.accelerometer.notify(lambda one: rows.append((one.x, one.y, one.z)))
    while len(rows) < n_rows:
        time.sleep(0.01)
json.dump({"told": told, "acc": rows}, sys.stdout)
