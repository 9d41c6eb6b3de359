"""``breathsense calibrate``: guided steps in the terminal, and the calibrations that are stored."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from breathsense.cli.calibrating import POSTURES
from breathsense.cli.options import data_dir_option, speak_language
from breathsense.cli.saying import say

if TYPE_CHECKING:  # loading a session loads numpy; --help does not need it
    from breathsense.core.model.calibration import Posture


@click.group(name="calibrate", invoke_without_command=True)
@click.option("--demo", is_flag=True, help="Calibrate a virtual belt on a virtual person.")
@click.option(
    "--device",
    "devices",
    multiple=True,
    metavar="NAME_OR_ID[@PLACE]",
    help="A wearable, as `scan` lists it, and where it is worn; repeat it for several.",
)
@click.option("--last", is_flag=True, help="Calibrate the wearables that were worn last.")
@click.option("--posture", type=click.Choice(POSTURES), default="sitting", show_default=True)
@click.option("--resume", is_flag=True, help="Go on with the newest calibration that still holds.")
@data_dir_option
@click.pass_context
def command(
    context: click.Context,
    devices: tuple[str, ...],
    posture: "Posture",
    data_dir: Path,
    *,
    demo: bool,
    last: bool,
    resume: bool,
) -> None:
    """Learn what your sensors can tell of you, step by step, in about four minutes.

    Ctrl-C keeps what is done; --resume goes on from there. The session is recorded.
    """
    context.obj = data_dir
    if context.invoked_subcommand is not None:
        return
    if [demo, bool(devices), last].count(True) != 1:
        raise click.UsageError("Give either --demo or --device NAME_OR_ID (or --last).")
    _calibrate(devices, posture, data_dir, demo=demo, resume=resume)


def _calibrate(
    devices: tuple[str, ...], posture: "Posture", data_dir: Path, *, demo: bool, resume: bool
) -> None:
    from breathsense.cli import guiding
    from breathsense.cli.record import listen_for_signals
    from breathsense.recordings.folder import new_recording_path
    from breathsense.session.opening import open_live

    speak_language(data_dir)
    asked = listen_for_signals()
    worn = guiding.put_on_demo_person(data_dir) if demo else guiding.put_on_named(devices, data_dir)
    setup = guiding.describe_setup(worn.worn)
    known = guiding.begin_with(data_dir, setup, posture, resume=resume)
    path = new_recording_path(data_dir, datetime.now().astimezone())
    session = open_live(worn.worn, path, data_dir, radio=worn.radio, calibration=known)
    session.follow = worn.follow
    guiding.lead_through(session, known, asked)
    guiding.conclude(session, data_dir)


@command.command(name="list")
@click.pass_obj
def list_command(data_dir: Path) -> None:
    """List the stored calibrations, newest first."""
    from breathsense.recordings.calibrations import list_calibrations

    for one in list_calibrations(data_dir):
        known = one.calibration
        worn = ", ".join(known.wearables) or "no wearable named"
        say(f"{one.path.stem}  {known.posture}  {worn}")


@command.command(name="show")
@click.argument("name")
@click.pass_obj
def show_command(data_dir: Path, name: str) -> None:
    """Print what a stored calibration says; the beginning of its NAME is enough."""
    from breathsense.cli.guiding import tell
    from breathsense.core.calibration.matching import tell_made
    from breathsense.recordings.calibrations import find_stored

    known = find_stored(data_dir, name).calibration
    worn = ", ".join(known.wearables) or "no wearable named"
    say(f"Made{tell_made(known)}, {known.posture}, {worn}")
    tell(known, {}, sys.stdout)


@command.command(name="forget")
@click.argument("name")
@click.pass_obj
def forget_command(data_dir: Path, name: str) -> None:
    """Delete a stored calibration; the beginning of its NAME is enough."""
    from breathsense.recordings.calibrations import find_stored, forget_calibration

    stored = find_stored(data_dir, name)
    forget_calibration(stored)
    say(f"{stored.path.stem} is forgotten.")
