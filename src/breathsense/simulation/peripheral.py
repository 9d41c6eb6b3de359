"""What every virtual wearable is to a Bluetooth stack, without any stack.

A server (the in-memory bleak backend, or the virtual ``org.bluez``) owns the time: it calls
``advance`` at every connection event, so whatever the wearable made since the last one goes out
as a burst, as it does on the air.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Literal

Property = Literal["read", "write", "write-without-response", "notify", "indicate"]


@dataclass(frozen=True, slots=True)
class Characteristic:
    """A characteristic of the virtual wearable (``uuid``: full 128 bits, lower case)."""

    uuid: str
    properties: frozenset[Property]


@dataclass(frozen=True, slots=True)
class Service:
    """A service and its characteristics, in the order of their handles."""

    uuid: str
    characteristics: tuple[Characteristic, ...]


@dataclass(frozen=True, slots=True)
class Advertisement:
    """What the wearable tells everyone."""

    name: str
    service_uuids: tuple[str, ...] = ()
    manufacturer_data: dict[int, bytes] = field(default_factory=dict)
    rssi_dbm: int = -55


@dataclass(frozen=True, slots=True)
class Sent:
    """A value that goes out as a notification (or indication) of a characteristic."""

    characteristic: str
    payload: bytes


class AttError(Exception):
    """The wearable refuses a read or a write with this ATT error code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"ATT error 0x{code:02x}")
        self.code = code


class Peripheral(ABC):
    """A virtual wearable. Times are ns on the server's clock, never going backwards."""

    address: str
    advertisement: Advertisement
    services: tuple[Service, ...]
    mtu: int = 247

    @abstractmethod
    def connect(self, now_ns: int) -> None:
        """A client has connected: everything that belongs to one connection starts anew."""

    @abstractmethod
    def disconnect(self, now_ns: int) -> None:
        """The client is gone, or the link was lost."""

    @abstractmethod
    def read(self, characteristic: str, now_ns: int) -> bytes:
        """Return the value; raises ``AttError``."""

    @abstractmethod
    def write(self, characteristic: str, payload: bytes, now_ns: int) -> None:
        """Take a value; answers go out with the next ``advance``; raises ``AttError``."""

    @abstractmethod
    def subscribe(self, characteristic: str, now_ns: int) -> None:
        """The client asks for notifications."""

    @abstractmethod
    def unsubscribe(self, characteristic: str, now_ns: int) -> None:
        """The client wants no more of them."""

    @abstractmethod
    def advance(self, now_ns: int) -> list[Sent]:
        """Let time pass up to ``now_ns``; return what goes out at this connection event."""

    @property
    @abstractmethod
    def has_dropped(self) -> bool:
        """Whether the wearable has cut the link itself (battery empty, taken off ...)."""

    def pair(self) -> None:  # noqa: B027 - most wearables do not care
        """A client has paired; nothing comes of it by default."""

    def is_in_reach(self, now_ns: int) -> bool:
        """Whether it can be heard at all; only asked while nobody is connected."""
        del now_ns
        return True
