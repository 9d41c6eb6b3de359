"""Serve virtual wearables as ``org.bluez`` from a thread, for tests and for the command."""

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from dbus_fast.aio import MessageBus

from breathsense.simulation.bluez.daemon import run_private_bus
from breathsense.simulation.bluez.service import AdapterState, VirtualBluez
from breathsense.simulation.peripheral import Peripheral


@contextmanager
def serve_bluez(
    peripherals: Sequence[Peripheral],
    *,
    adapter: AdapterState = "on",
    connection_interval_s: float = 0.03,
    clock: Callable[[], int] = time.monotonic_ns,
) -> Iterator[str]:
    """Serve wearables on a private bus until the block ends.

    The value is the address to put into ``DBUS_SYSTEM_BUS_ADDRESS`` before the first use of a
    Bluetooth library. The wearables belong to the serving thread meanwhile.

    Parameters
    ----------
    peripherals : sequence of Peripheral
        The wearables.
    adapter : {"on", "off", "none"}
        Whether there is a Bluetooth adapter, and whether it is powered.
    connection_interval_s : float
        Host time between connection events: what a wearable made meanwhile comes as a burst.
    clock : callable
        Time of the wearables in ns; a faster one makes them live faster than the host.

    Raises
    ------
    RefusedInput
        If there can be no private bus here.

    """
    with run_private_bus() as address:
        started: queue.SimpleQueue[Callable[[], None] | BaseException] = queue.SimpleQueue()

        async def serve() -> None:
            is_over = asyncio.Event()
            loop = asyncio.get_running_loop()
            bus = await MessageBus(bus_address=address, negotiate_unix_fd=True).connect()
            bluez = VirtualBluez(
                bus,
                peripherals,
                clock=clock,
                connection_interval_s=connection_interval_s,
                adapter=adapter,
            )
            await bluez.start()

            def stop_serving() -> None:
                loop.call_soon_threadsafe(is_over.set)

            started.put(stop_serving)
            await is_over.wait()
            await bluez.stop()
            bus.disconnect()

        def run() -> None:
            try:
                asyncio.run(serve())
            except BaseException as error:  # noqa: BLE001 - raised again in the starting thread
                started.put(error)

        thread = threading.Thread(target=run, name="virtual-bluez", daemon=True)
        thread.start()
        stop = started.get()
        if isinstance(stop, BaseException):
            raise stop
        try:
            yield address
        finally:
            stop()
            thread.join()
