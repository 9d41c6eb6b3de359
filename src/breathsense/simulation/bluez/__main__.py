"""``python -m breathsense.simulation.bluez``: point any Bluetooth program at a virtual wearable."""

import os
import signal
import sys
import threading
from pathlib import Path

import click

from breathsense.core.model.errors import BreathSenseError
from breathsense.simulation.body import Body
from breathsense.simulation.person import Person
from breathsense.simulation.trace import read_trace
from breathsense.simulation.wearables import WEARABLES, build_wearable


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--wearable",
    "wearable_ids",
    multiple=True,
    required=True,
    metavar="ID",
    help=f"Which wearable; may be repeated. There are: {', '.join(WEARABLES)}.",
)
@click.option(
    "--trace",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Table to play instead of a virtual person.",
)
@click.option("--seconds", type=click.FloatRange(min=0), help="Stop after this time.")
@click.option("--seed", type=int, default=0, show_default=True, help="Person and wearables.")
def serve(
    wearable_ids: tuple[str, ...], trace: Path | None, seconds: float | None, seed: int
) -> None:
    """Serve virtual wearables as org.bluez on a private bus.

    The first line of output is the address for DBUS_SYSTEM_BUS_ADDRESS. Ends when its input is
    closed, on SIGTERM or Ctrl-C, or after the given time.
    """
    body: Body = read_trace(trace) if trace is not None else Person(seed)
    peripherals = [
        build_wearable(wearable_id, body, seed + number)
        for number, wearable_id in enumerate(wearable_ids)
    ]
    is_over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: is_over.set())
    try:
        # Only Linux has what it needs; elsewhere it is the message that matters.
        from breathsense.simulation.bluez.serving import serve_bluez  # noqa: PLC0415
    except ImportError as error:
        raise BreathSenseError(
            f"the virtual BlueZ cannot run here ({error})", advice="Try: breathsense demo"
        ) from error
    with serve_bluez(peripherals) as address:
        click.echo(address)
        threading.Thread(target=_watch_input, args=(is_over,), daemon=True).start()
        is_over.wait(seconds)


def _watch_input(is_over: threading.Event) -> None:
    """Wait until the input is closed; read below Python's buffers, which lock at exit."""
    try:
        while os.read(0, 4096):
            pass
    except OSError:
        pass
    is_over.set()


def main() -> None:
    """Run the command; what the user can mend is told in plain words, exit code 2."""
    try:
        serve(prog_name="python -m breathsense.simulation.bluez")
    except BreathSenseError as error:
        click.echo(f"breathsense: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
