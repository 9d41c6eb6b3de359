"""Which radio to use: the machine's own, or one that exists in memory only."""

from dataclasses import dataclass

from bleak.backends.client import BaseBleakClient
from bleak.backends.scanner import BaseBleakScanner


@dataclass(frozen=True, slots=True)
class Radio:
    """The two classes that bleak takes as ``backend=``; ``None`` means the platform's own.

    ``is_virtual`` tells that nobody wears what is in reach: recordings say so.
    """

    scanner_backend: type[BaseBleakScanner] | None = None
    client_backend: type[BaseBleakClient] | None = None
    is_virtual: bool = False
