"""``breathsense scan``: which wearables are in reach."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from breathsense.cli.options import data_dir_option
from breathsense.cli.saying import say
from breathsense.core.model.printable import make_printable

if TYPE_CHECKING:  # loading a scan loads bleak; --help does not need it
    from breathsense.sources.ble.scan import Found

DEFAULT_S = 5.0
LONGEST_S = 3600.0
_ROW = "{:<28}  {:<38}  {:>9}  {}"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, max=LONGEST_S, min_open=True),
    default=DEFAULT_S,
    show_default=True,
    help="How long to listen.",
)
@click.option("--demo", is_flag=True, help="Look for a virtual belt instead of real wearables.")
@data_dir_option
def command(data_dir: Path, seconds: float, *, as_json: bool, demo: bool) -> None:
    """List the wearables in reach.

    The id is what `record --device` takes; `profile` says how BreathSense reads the wearable.
    """
    if not as_json:
        say(f"Listening for {seconds:g} s ...", err=True)
    found = listen(data_dir, seconds, demo=demo)
    if as_json:
        say(json.dumps([describe(one) for one in found]))
        return
    if not found:
        say("Nothing in reach. Put the wearable on or wake it, and bring it nearer.")
        return
    say(_ROW.format("name", "id", "signal", "profile"))
    for one in found:
        signal = "" if one.rssi_dbm is None else f"{one.rssi_dbm} dBm"
        profile = one.profile.id if one.profile else "-"
        say(_ROW.format(make_printable(one.name) or "-", one.id, signal, profile))


def listen(data_dir: Path, seconds: float, *, demo: bool) -> "list[Found]":
    """Scan; raises LinkError if this computer cannot."""
    import asyncio

    from breathsense.sources.ble.radio import Radio
    from breathsense.sources.ble.scan import scan
    from breathsense.sources.shelf import FOLDER, load_shelf
    from breathsense.sources.simulated import build_demo_radio

    radio = build_demo_radio().radio if demo else Radio()
    return asyncio.run(scan(radio, load_shelf(data_dir / FOLDER).profiles, seconds))


def describe(found: "Found") -> dict[str, str | int | None]:
    """Return what the JSON says of something in reach."""
    return {
        "name": found.name,
        "id": found.id,
        "rssi": found.rssi_dbm,
        "profile": found.profile.id if found.profile else None,
    }
