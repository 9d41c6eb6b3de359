"""A private message bus: a dbus-daemon of our own, which nothing else on the machine speaks to."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from breathsense.core.model.errors import RefusedInput

_CONFIG = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


def why_unavailable() -> str:
    """Return why there can be no private bus here; empty if there can."""
    if sys.platform != "linux":
        return "the virtual BlueZ needs Linux"
    if shutil.which("dbus-daemon") is None:
        return "the program dbus-daemon is not installed"
    return ""


@contextmanager
def run_private_bus() -> Iterator[str]:
    """Run a dbus-daemon; the value is its address, valid until the block ends.

    Raises
    ------
    RefusedInput
        If this is not Linux, or dbus-daemon is missing or does not start.

    """
    why = why_unavailable()
    if why:
        raise RefusedInput(
            why,
            advice="On Debian or Ubuntu: sudo apt install dbus. Else try: breathsense demo",
        )
    with tempfile.TemporaryDirectory(prefix="breathsense-bus-") as folder:
        socket = Path(folder) / "bus"
        config = Path(folder) / "bus.conf"
        config.write_text(_CONFIG.format(socket=socket), encoding="utf-8")
        reading_end, writing_end = os.pipe()
        daemon = subprocess.Popen(  # noqa: S603 - a fixed program and our own configuration
            [  # noqa: S607 - wherever the system keeps it
                "dbus-daemon",
                f"--config-file={config}",
                "--nofork",
                "--nopidfile",
                "--nosyslog",
                f"--print-address={writing_end}",
            ],
            pass_fds=(writing_end,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(writing_end)
        try:
            with os.fdopen(reading_end, encoding="utf-8") as ready:
                if not ready.readline():
                    raise RefusedInput("dbus-daemon did not start", where=str(config))
            yield f"unix:path={socket}"
        finally:
            daemon.terminate()
            daemon.wait()
