"""``breathsense record``: record a wearable without the app."""

import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from breathsense.cli.options import data_dir_option
from breathsense.core.model.errors import LinkError
from breathsense.core.model.sensors import Place

if TYPE_CHECKING:  # loading a session loads numpy; --help does not need it
    from breathsense.session.live import Session
    from breathsense.session.view import LiveView

FIRST_TRIES = 3
"""Nobody watches: a wearable that does not come is given up, and the script gets its exit code."""
ENDING_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


@click.command()
@click.option("--demo", is_flag=True, help="Record a virtual belt on a virtual person.")
@click.option("--device", metavar="NAME_OR_ID", help="The wearable, as `scan` lists it.")
@click.option("--profile", "profile_id", metavar="ID", help="Its profile, if not recognised.")
@click.option(
    "--place",
    type=click.Choice(["abdomen", "chest", "back"]),
    default="abdomen",
    show_default=True,
    help="Where it is worn.",
)
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="Stop after so long.")
@click.option(
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The recording, .mcap.",
)
@data_dir_option
def command(
    device: str | None,
    profile_id: str | None,
    place: Place,
    seconds: float | None,
    output: Path,
    data_dir: Path,
    *,
    demo: bool,
) -> None:
    """Record a wearable without the app.

    Prints one line a second. Ctrl-C stops the wearable and closes the file.
    """
    if demo == bool(device):
        raise click.UsageError("Give either --demo or --device NAME_OR_ID.")
    asked = listen_for_signals()
    if demo:
        from breathsense.cli.desk import open_demo_session

        session = open_demo_session(output, data_dir)
    else:
        session = _open_device(str(device), profile_id, place, output, data_dir)
    _watch(session, asked, seconds)


def _open_device(
    device: str, profile_id: str | None, place: Place, output: Path, data_dir: Path
) -> "Session":
    from breathsense.cli.desk import find_device
    from breathsense.session.opening import open_live

    return open_live(
        [find_device(device, profile_id, place, data_dir)],
        output,
        data_dir,
        first_tries=FIRST_TRIES,
    )


def listen_for_signals() -> threading.Event:
    """Return an event that is set when the program is asked to end."""
    asked = threading.Event()
    for name in ENDING_SIGNALS:
        if hasattr(signal, name):  # Windows has no SIGHUP
            signal.signal(getattr(signal, name), lambda *_: asked.set())
    return asked


def _watch(session: "Session", asked: threading.Event, seconds: float | None) -> None:
    """Print a line a second until it is time, a signal comes, or the source gives up."""
    n_lines = 0
    while not asked.is_set() and not session.wait(0):
        view = session.view()
        if seconds is not None and view.now_ns >= seconds * 1e9:
            break
        if view.now_ns >= n_lines * 1e9:
            click.echo(describe(view), err=True)
            n_lines = int(view.now_ns / 1e9) + 1
        asked.wait(0.1)
    ended = session.view()
    path = session.stop()
    click.echo(path)
    if ended.problem:
        raise LinkError(ended.problem, advice=f"What came before is in {path}.")


def describe(view: "LiveView") -> str:
    """Say in one line how a session goes."""
    links = ", ".join(
        f"{one.name} {one.link}" + (f" ({one.detail})" if one.detail else "")
        for one in view.wearables
    )
    rate = f"{view.rate_per_min:.1f}/min" if view.rate_per_min is not None else view.why_no_rate
    size = f", {view.recording.n_bytes} bytes" if view.recording else ""
    problem = f", {view.recording.problem}" if view.recording and view.recording.problem else ""
    return f"{view.now_ns / 1e9:6.0f} s  {links}; {view.n_breaths} breaths, {rate}{size}{problem}"
