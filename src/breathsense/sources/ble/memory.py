"""A radio in memory: bleak's own client and scanner on top, virtual wearables below.

bleak takes a backend class as a supported argument (``BleakClient(..., backend=CLASS)``), so all
code above works unchanged, on every platform and without Bluetooth hardware. What comes up is what
the real backends do: notifications come in bursts, one burst a connection event, in the loop of the
client; a lost link calls the disconnected callback; refusals are bleak's own exceptions.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from bleak.args import SizedBuffer
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.exc import (
    BleakError,
    BleakGATTProtocolError,
    BleakGATTProtocolErrorCode,
)

from breathsense.simulation.peripheral import AttError, Peripheral
from breathsense.sources.ble.air import ATT_HEADER_LENGTH, Air, build_services
from breathsense.sources.ble.memory_scanner import MemoryScanner
from breathsense.sources.ble.radio import Radio


class MemoryClient(BaseBleakClient):
    """One connection to a wearable of one ``Air``; made by ``build_memory_radio``."""

    air: ClassVar[Air]

    def __init__(
        self,
        address_or_ble_device: BLEDevice | str,
        *,
        disconnected_callback: Callable[[], None] | None,
        timeout: float,
        **kwargs: Any,
    ) -> None:
        del kwargs
        super().__init__(
            address_or_ble_device, disconnected_callback=disconnected_callback, timeout=timeout
        )
        self._peripheral: Peripheral | None = None
        self._events: asyncio.Task[None] | None = None
        self._callbacks: dict[str, NotifyCallback] = {}

    @property
    def name(self) -> str:
        """The advertised name."""
        return self._connected().advertisement.name

    @property
    def mtu_size(self) -> int:
        """The ATT MTU of the wearable."""
        return self._connected().mtu

    @property
    def is_connected(self) -> bool:
        """Whether the link is up."""
        return self._peripheral is not None

    async def connect(self, pair: bool, **kwargs: Any) -> None:  # noqa: FBT001 - bleak's signature
        """Connect; raises ``BleakDeviceNotFoundError`` where there is nobody to connect to."""
        del kwargs
        if self.is_connected:
            raise BleakError("Client is already connected")
        self._peripheral = self.air.take(self.address)
        if pair:
            await self.pair()
        self.services = build_services(self._peripheral)
        self._events = asyncio.create_task(self._run(self._peripheral))

    async def disconnect(self) -> None:
        """End the link; the disconnected callback is called, as on the real platforms."""
        events = self._events
        if events is not None:
            events.cancel()
            self._end(events)

    async def pair(self, *args: Any, **kwargs: Any) -> None:
        """Pair: always possible, without any question."""
        del args, kwargs
        self._connected().pair()

    async def unpair(self) -> None:
        """Virtual wearables need no pairing."""

    async def read_gatt_char(
        self, characteristic: BleakGATTCharacteristic, *, use_cached: bool = False, **kwargs: Any
    ) -> bytearray:
        """Read a value; raises ``BleakGATTProtocolError`` if the wearable refuses."""
        del use_cached, kwargs
        peripheral = self._connected()
        if "read" not in characteristic.properties:
            raise BleakGATTProtocolError(BleakGATTProtocolErrorCode.READ_NOT_PERMITTED)
        try:
            with self.air.lock:
                return bytearray(peripheral.read(characteristic.uuid, self.air.now_ns()))
        except AttError as error:
            raise BleakGATTProtocolError(error.code) from error

    async def write_gatt_char(
        self,
        characteristic: BleakGATTCharacteristic,
        data: SizedBuffer,
        response: bool,  # noqa: FBT001 - bleak's signature
    ) -> None:
        """Write a value; without response a refusal by the wearable is not noticed."""
        peripheral = self._connected()
        kind = "write" if response else "write-without-response"
        if kind not in characteristic.properties:
            raise BleakGATTProtocolError(BleakGATTProtocolErrorCode.REQUEST_NOT_SUPPORTED)
        payload = bytes(data)
        if not response and len(payload) > peripheral.mtu - ATT_HEADER_LENGTH:
            raise BleakGATTProtocolError(BleakGATTProtocolErrorCode.INVALID_ATTRIBUTE_VALUE_LENGTH)
        try:
            with self.air.lock:
                peripheral.write(characteristic.uuid, payload, self.air.now_ns())
        except AttError as error:
            if response:
                raise BleakGATTProtocolError(error.code) from error

    async def read_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, *, use_cached: bool = False, **kwargs: Any
    ) -> bytearray:
        """Read the client configuration: 0 off, 1 notifications, 2 indications."""
        del use_cached, kwargs
        self._connected()
        uuid = descriptor.characteristic_uuid
        if uuid not in self._callbacks:
            return bytearray(b"\x00\x00")
        assert self.services is not None  # noqa: S101 - connected, so there are services
        characteristic = self.services.get_characteristic(descriptor.characteristic_handle)
        assert characteristic is not None  # noqa: S101 - the descriptor belongs to it
        return bytearray(b"\x01\x00" if "notify" in characteristic.properties else b"\x02\x00")

    async def write_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, data: SizedBuffer
    ) -> None:
        """The only descriptors are client configurations, which ``start_notify`` writes."""
        del descriptor, data
        raise BleakGATTProtocolError(BleakGATTProtocolErrorCode.WRITE_NOT_PERMITTED)

    async def start_notify(
        self,
        characteristic: BleakGATTCharacteristic,
        callback: NotifyCallback,
        **kwargs: Any,
    ) -> None:
        """Subscribe; raises ``BleakError`` if it cannot notify or already does."""
        del kwargs
        peripheral = self._connected()
        if not {"notify", "indicate"} & set(characteristic.properties):
            raise BleakError(f"{characteristic.uuid} does not notify")
        if characteristic.uuid in self._callbacks:
            raise BleakError(f"Notifications of {characteristic.uuid} are already on")
        try:
            with self.air.lock:
                peripheral.subscribe(characteristic.uuid, self.air.now_ns())
        except AttError as error:
            raise BleakGATTProtocolError(error.code) from error
        self._callbacks[characteristic.uuid] = callback

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        """Unsubscribe."""
        peripheral = self._connected()
        with self.air.lock:
            peripheral.unsubscribe(characteristic.uuid, self.air.now_ns())
        self._callbacks.pop(characteristic.uuid, None)

    def _connected(self) -> Peripheral:
        if self._peripheral is None:
            raise BleakError("Not connected")
        return self._peripheral

    async def _run(self, peripheral: Peripheral) -> None:
        """Let the connection events pass; a cancelled loop ends the link like a crashed program."""
        loop = asyncio.get_running_loop()
        this_link = asyncio.current_task()
        try:
            while True:
                await asyncio.sleep(self.air.connection_interval_s)
                with self.air.lock:
                    burst = peripheral.advance(self.air.now_ns())
                    has_dropped = peripheral.has_dropped
                for sent in burst:
                    callback = self._callbacks.get(sent.characteristic)
                    if callback is not None:
                        # By the loop, so that what a callback raises does not end the link.
                        loop.call_soon(callback, bytearray(sent.payload))
                if has_dropped:
                    loop.call_soon(self._end, this_link)
                    return
        except asyncio.CancelledError:
            self._end(this_link)
            raise

    def _end(self, events: asyncio.Task[None] | None) -> None:
        """End the link with these connection events, unless a later one has taken its place."""
        peripheral = self._peripheral
        if peripheral is None or events is not self._events:
            return
        self._peripheral = None
        self._events = None
        self._callbacks = {}
        self.services = None
        self.air.give_back(peripheral)
        if self._disconnected_callback is not None:
            self._disconnected_callback()


def build_memory_radio(
    peripherals: Sequence[Peripheral],
    *,
    connection_interval_s: float = 0.03,
    clock: Callable[[], int] = time.monotonic_ns,
) -> Radio:
    """Build a radio that reaches these wearables and nothing else.

    Parameters
    ----------
    peripherals : sequence of Peripheral
        The wearables; what one of them made since the last connection event goes out as a burst.
    connection_interval_s : float
        Host time between connection events.
    clock : callable
        Gives the wearables' time in ns, never going backwards; a faster one makes them live
        faster than the host, which shortens tests.

    """
    air_of_radio = Air(peripherals, connection_interval_s, clock)

    class Scanner(MemoryScanner):
        air = air_of_radio

    class Client(MemoryClient):
        air = air_of_radio

    return Radio(Scanner, Client, is_virtual=True)
