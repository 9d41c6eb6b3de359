"""The GATT objects of one wearable; their paths carry the handles, as clients expect."""

from dataclasses import dataclass

from dbus_fast import Variant

from breathsense.simulation.bluez.objects import Interfaces, Objects, flag
from breathsense.simulation.peripheral import Peripheral

SERVICE = "org.bluez.GattService1"
CHARACTERISTIC = "org.bluez.GattCharacteristic1"
DESCRIPTOR = "org.bluez.GattDescriptor1"
CCCD_UUID = "00002902-0000-1000-8000-00805f9b34fb"
FIRST_HANDLE = 0x000A


@dataclass(frozen=True, slots=True)
class Place:
    """A characteristic behind an object path."""

    uuid: str
    properties: frozenset[str]

    @property
    def notifies(self) -> bool:
        """Whether it can be subscribed to."""
        return bool(self.properties & {"notify", "indicate"})


class GattTree:
    """Shows and hides the objects of a wearable's services."""

    def __init__(self, device_path: str, peripheral: Peripheral, objects: Objects) -> None:
        self._objects = objects
        self._shown: dict[str, Interfaces] = {}
        self.places: dict[str, Place] = {}
        self._paths: dict[str, str] = {}
        handle = FIRST_HANDLE
        for service in peripheral.services:
            service_path = f"{device_path}/service{handle:04x}"
            self._shown[service_path] = {
                SERVICE: {
                    "UUID": Variant("s", service.uuid),
                    "Device": Variant("o", device_path),
                    "Primary": flag(on=True),
                    "Includes": Variant("ao", []),
                }
            }
            handle += 1
            for characteristic in service.characteristics:
                path = f"{service_path}/char{handle:04x}"
                place = Place(characteristic.uuid, frozenset(characteristic.properties))
                self.places[path] = place
                self._paths[characteristic.uuid] = path
                self._shown[path] = _describe(place, service_path, peripheral.mtu)
                handle += 2  # the declaration, then the value
                if place.notifies:
                    self._shown[f"{path}/desc{handle:04x}"] = {
                        DESCRIPTOR: {
                            "UUID": Variant("s", CCCD_UUID),
                            "Characteristic": Variant("o", path),
                            "Value": Variant("ay", b""),
                        }
                    }
                    handle += 1

    def find(self, uuid: str) -> str:
        """Return the path of a characteristic."""
        return self._paths[uuid]

    def show(self) -> None:
        """Add all objects, services first."""
        for path, interfaces in self._shown.items():
            fresh = {name: dict(properties) for name, properties in interfaces.items()}
            self._objects.add(path, fresh)

    def hide(self) -> None:
        """Remove all objects, services last."""
        for path in reversed(self._shown):
            self._objects.remove(path)

    def set_value(self, path: str, value: bytes) -> None:
        """Signal a value."""
        self._objects.change(path, CHARACTERISTIC, Value=Variant("ay", value))

    def set_notifying(self, path: str, *, is_on: bool) -> None:
        """Signal whether notifications are on."""
        self._objects.change(path, CHARACTERISTIC, Notifying=flag(on=is_on))

    def set_acquired(self, path: str, *, is_on: bool) -> None:
        """Signal whether somebody holds the socket of the notifications."""
        self._objects.change(path, CHARACTERISTIC, NotifyAcquired=flag(on=is_on))


def _describe(place: Place, service_path: str, mtu: int) -> Interfaces:
    properties = {
        "UUID": Variant("s", place.uuid),
        "Service": Variant("o", service_path),
        "Flags": Variant("as", sorted(place.properties)),
        "Value": Variant("ay", b""),
        "MTU": Variant("q", mtu),
    }
    if place.notifies:
        properties["Notifying"] = flag(on=False)
        properties["NotifyAcquired"] = flag(on=False)
    return {CHARACTERISTIC: properties}
