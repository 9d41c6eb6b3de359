"""What a radio in memory reaches: the wearables, who holds them, and their services for bleak."""

import threading
from collections.abc import Callable, Sequence

from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakDeviceNotFoundError

from breathsense.simulation.peripheral import Peripheral

CCCD_UUID = "00002902-0000-1000-8000-00805f9b34fb"
ATT_HEADER_LENGTH = 3


class Air:
    """The wearables in reach and who holds them; its lock covers every call to a wearable."""

    def __init__(
        self,
        peripherals: Sequence[Peripheral],
        connection_interval_s: float,
        clock: Callable[[], int],
    ) -> None:
        self.lock = threading.RLock()
        self.now_ns = clock
        self.connection_interval_s = connection_interval_s
        self._peripherals = {peripheral.address.upper(): peripheral for peripheral in peripherals}
        self._taken: set[str] = set()

    def advertising(self) -> list[Peripheral]:
        """Return who can be seen right now: those in reach that nobody is connected to."""
        with self.lock:
            now_ns = self.now_ns()
            return [
                peripheral
                for address, peripheral in self._peripherals.items()
                if address not in self._taken and peripheral.is_in_reach(now_ns)
            ]

    def take(self, address: str) -> Peripheral:
        """Connect; raises ``BleakDeviceNotFoundError`` if it is absent or taken."""
        with self.lock:
            for peripheral in self.advertising():
                if peripheral.address.upper() == address.upper():
                    self._taken.add(address.upper())
                    peripheral.connect(self.now_ns())
                    return peripheral
        raise BleakDeviceNotFoundError(address, f"Device with address {address} was not found.")

    def give_back(self, peripheral: Peripheral) -> None:
        """End the connection, whoever ended it."""
        with self.lock:
            self._taken.discard(peripheral.address.upper())
            peripheral.disconnect(self.now_ns())


def build_services(peripheral: Peripheral) -> BleakGATTServiceCollection:
    """Give everything a handle, in order, as a GATT server does (from 1 on)."""
    collection = BleakGATTServiceCollection()
    handle = 0
    largest = peripheral.mtu - ATT_HEADER_LENGTH
    for of_service in peripheral.services:
        handle += 1
        service = BleakGATTService(None, handle, of_service.uuid)
        collection.add_service(service)
        for of_characteristic in of_service.characteristics:
            handle += 2  # the declaration, then the value
            characteristic = BleakGATTCharacteristic(
                None,
                handle,
                of_characteristic.uuid,
                sorted(of_characteristic.properties),
                lambda: largest,
                service,
            )
            collection.add_characteristic(characteristic)
            if of_characteristic.properties & {"notify", "indicate"}:
                handle += 1
                collection.add_descriptor(
                    BleakGATTDescriptor(None, handle, CCCD_UUID, characteristic)
                )
    return collection
