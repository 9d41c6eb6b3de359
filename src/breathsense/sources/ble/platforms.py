"""What a platform wants from the thread that speaks to its Bluetooth."""

import sys
from collections.abc import Callable


def prepare_thread() -> None:
    """Make the calling thread fit for Bluetooth; call it before its event loop starts.

    On Windows a thread that a graphical library has put into a single-threaded apartment never
    gets an answer from WinRT, so that choice is undone here. Elsewhere there is nothing to do.
    """
    if sys.platform == "win32":
        from bleak.backends.winrt.util import uninitialize_sta  # noqa: PLC0415 - Windows only

        leave_apartment: Callable[[], None] = uninitialize_sta  # bleak declares no types for it
        leave_apartment()
