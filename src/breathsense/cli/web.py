"""``breathsense web``: the app in a browser of this computer."""

import secrets
import socket
import sys
import webbrowser
from pathlib import Path

import click

from breathsense.cli.options import data_dir_option
from breathsense.cli.saying import say

TOKEN_BYTES = 18


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), help="Where the browser finds it.")
@click.option("--no-browser", is_flag=True, help="Print the address, open nothing.")
@click.option("--demo", is_flag=True, help="Begin with a virtual belt.")
@data_dir_option
def command(port: int | None, data_dir: Path, *, no_browser: bool, demo: bool) -> None:
    """Open the app in a browser of this computer, for larger letters or a touch of calm.

    Nobody else can reach it: it listens to this computer only, and the address has a secret in
    it. Only one window at a time may hold the sensor. Sound comes out of this computer.
    """
    from breathsense.core.model.errors import RefusedInput
    from breathsense.session.settings import load_settings

    try:
        from breathsense.tui.browser.guard import Guard
        from breathsense.tui.browser.server import serve
    except ImportError:
        raise RefusedInput(
            "the app in a browser needs a package more",
            advice="pip install 'breathsense[web]'",
        ) from None
    chosen = load_settings(data_dir).web
    guard = Guard(
        find_port(chosen.port if port is None else port), secrets.token_urlsafe(TOKEN_BYTES)
    )
    program = [sys.executable, "-m", "breathsense"]
    arguments = [*program, *(["demo"] if demo else ["practise"]), "--data-dir", str(data_dir)]

    def tell() -> None:
        say(f"BreathSense is at {guard.address}")
        say("Ctrl+C ends it; a session is saved.", err=True)
        if chosen.opens_browser and not no_browser:
            webbrowser.open(guard.address)

    serve(arguments, guard, tell)


def find_port(wanted: int) -> int:
    """Return a port that is free: the one that is wanted, or any for 0.

    Raises
    ------
    RefusedInput
        It is taken.

    """
    from breathsense.core.model.errors import RefusedInput

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            raise RefusedInput(
                f"port {wanted} is taken", where="--port", advice="Give another one, or 0 for any."
            ) from None
        port: int = probe.getsockname()[1]
    return port
