"""``breathsense record``: record wearables without the app."""

import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from breathsense.cli.calibrating import POSTURES, choose_calibration
from breathsense.cli.options import data_dir_option
from breathsense.cli.saying import say
from breathsense.core.model.errors import LinkError
from breathsense.core.model.printable import make_printable
from breathsense.core.model.sensors import Place

if TYPE_CHECKING:  # loading a session loads numpy; --help does not need it
    from breathsense.core.model.calibration import Calibration, Posture
    from breathsense.session.live import Session
    from breathsense.session.view import LiveView, WearableView
    from breathsense.session.wearing import Worn

FIRST_TRIES = 3
"""Nobody watches: a wearable that does not come is given up, and the script gets its exit code."""
ENDING_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


@click.command()
@click.option("--demo", is_flag=True, help="Record a virtual belt on a virtual person.")
@click.option(
    "--device",
    "devices",
    multiple=True,
    metavar="NAME_OR_ID[@PLACE]",
    help="A wearable, as `scan` lists it, and where it is worn: @belly, @ribs or @back. Repeat it"
    " for several.",
)
@click.option("--last", is_flag=True, help="Record the wearables that were worn last.")
@click.option(
    "--profile",
    "profile_ids",
    multiple=True,
    metavar="ID",
    help="Its profile, if not recognised; with several wearables one for each, or auto.",
)
@click.option(
    "--place",
    type=click.Choice(["abdomen", "chest", "back"]),
    help="Where wearables without a place of their own are worn; by default the first on the"
    " belly, a second of its kind round the ribs.",
)
@click.option(
    "--set",
    "settings_texts",
    multiple=True,
    metavar="[DEVICE:]NAME=NUMBER",
    help="A rate, a range, or a stream on (1) or off (0), for one wearable or for each that has it;"
    " remembered. `profiles show` tells what there is.",
)
@click.option(
    "--calibration",
    "calibration_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="What is known of the wearer: a stored calibration, or a recording that holds one.",
)
@click.option(
    "--posture",
    type=click.Choice(POSTURES),
    help="How the wearer sits or lies; the newest calibration that fits is used.",
)
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="Stop after so long.")
@click.option(
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The recording, .mcap.",
)
@click.option("--lsl", is_flag=True, help="Offer it to Lab Streaming Layer, on this computer.")
@data_dir_option
def command(  # noqa: PLR0913, PLR0917 - one argument for each option
    devices: tuple[str, ...],
    profile_ids: tuple[str, ...],
    place: Place | None,
    settings_texts: tuple[str, ...],
    seconds: float | None,
    calibration_path: Path | None,
    posture: "Posture | None",
    output: Path,
    data_dir: Path,
    *,
    demo: bool,
    last: bool,
    lsl: bool,
) -> None:
    """Record wearables without the app.

    Prints one line a second. Ctrl-C stops the wearables and closes the file.
    """
    if [demo, bool(devices), last].count(True) != 1:
        raise click.UsageError("Give either --demo or --device NAME_OR_ID (or --last).")
    asked = listen_for_signals()
    if lsl:
        from breathsense.session.outlet import load_lsl

        load_lsl()  # refused before a file is begun
    from breathsense.cli.choices import parse_choice

    choices = [parse_choice(text) for text in settings_texts]
    if demo:
        from breathsense.cli.demo_session import open_demo_session

        session = open_demo_session(
            output,
            data_dir,
            lambda setup: choose_calibration(data_dir, setup, calibration_path, posture),
            choices,
        )
    else:
        from breathsense.cli.finding import find_last, find_worn, parse_devices
        from breathsense.core.setup import Setup

        worn = (
            find_last(data_dir, choices)
            if last
            else find_worn(parse_devices(devices, profile_ids, place), data_dir, choices=choices)
        )
        setup = Setup(wearables=tuple(one.wearable for one in worn))
        calibration = choose_calibration(data_dir, setup, calibration_path, posture)
        session = _open_worn(worn, output, data_dir, calibration)
    if lsl:
        _offer(session)
    _watch(session, asked, seconds)


def _offer(session: "Session") -> None:
    from breathsense.core.model.errors import RefusedInput
    from breathsense.session.outlet import offer_session

    try:
        offer_session(session)
    except RefusedInput:
        session.stop()
        raise


def _open_worn(
    worn: "tuple[Worn, ...]", output: Path, data_dir: Path, calibration: "Calibration | None"
) -> "Session":
    from breathsense.cli.finding import to_saved
    from breathsense.session.opening import open_live
    from breathsense.session.saved import save_used

    session = open_live(worn, output, data_dir, first_tries=FIRST_TRIES, calibration=calibration)
    save_used(data_dir, to_saved(worn))
    return session


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
    told: set[str] = set()
    while not asked.is_set() and not session.wait(0):
        view = session.view()
        if seconds is not None and view.now_ns >= seconds * 1e9:
            break
        _warn(view, told)
        if view.now_ns >= n_lines * 1e9:
            say(describe(view), err=True)
            n_lines = int(view.now_ns / 1e9) + 1
        asked.wait(0.1)
    ended = session.view()
    path = session.stop()
    for one in ended.wearables:
        say(f"{make_printable(one.name)}: {describe_clock(one)}", err=True)
    say(path)
    if ended.problem:
        raise LinkError(ended.problem, advice=f"What came before is in {path}.")


def _warn(view: "LiveView", told: set[str]) -> None:
    """Say once what the wearer should know."""
    for one in view.wearables:
        for warning in one.warnings:
            words = f"! {make_printable(one.name)}: {warning}"
            if words not in told:
                told.add(words)
                say(words, err=True)


def describe(view: "LiveView") -> str:
    """Say in one line how a session goes."""
    links = ", ".join(_describe_link(one) for one in view.wearables)
    rate = f"{view.rate_per_min:.1f}/min" if view.rate_per_min is not None else view.why_no_rate
    size = f", {view.recording.n_bytes} bytes" if view.recording else ""
    problem = f", {view.recording.problem}" if view.recording and view.recording.problem else ""
    return f"{view.now_ns / 1e9:6.0f} s  {links}; {view.n_breaths} breaths, {rate}{size}{problem}"


def _describe_link(one: "WearableView") -> str:
    """Say how the link to a wearable is: name, place, state, rate, bandwidth, loss, battery."""
    from breathsense.session.places import PLACE_WORDS

    words = f"{make_printable(one.name)} ({PLACE_WORDS[one.place]}) {one.link}"
    if one.detail:
        words += f" ({make_printable(one.detail)})"
    if one.rate_hz is not None:
        words += f" {one.rate_hz:.1f} Hz"
    if one.bytes_per_s is not None:
        words += f" {one.bytes_per_s:.0f} B/s"
    if one.lost_frac is not None:
        words += f" {one.lost_frac:.1%} lost"
    if one.battery_pct is not None:
        words += f" battery {one.battery_pct:.0f} %"
    return words


def describe_clock(one: "WearableView") -> str:
    """Say how the clock of a wearable ran beside the computer's."""
    if one.timing is None:
        return "too little came to tell its clock"
    timing = one.timing
    return (
        f"{timing.rate_hz:.3f} Hz, {timing.n_lost} of"
        f" {timing.n_samples + timing.n_lost} samples lost, clock {timing.fast_ppm:+.0f} ±"
        f" {timing.fast_sd_ppm:.0f} ppm, times ± {timing.offset_sd_ms:.1f} ms"
    )
