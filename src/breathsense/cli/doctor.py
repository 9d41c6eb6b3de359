"""``breathsense doctor``: is everything here that BreathSense needs, and what to do if not."""

import importlib.metadata
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from breathsense import __version__
from breathsense.cli.options import data_dir_option
from breathsense.cli.saying import say
from breathsense.core.model.errors import BreathSenseError

if TYPE_CHECKING:  # loading a session loads numpy; --help does not need it
    from breathsense.session.view import WearableView

Verdict = Literal["ok", "note", "problem"]
GLYPHS: dict[Verdict, str] = {"ok": "✓", "note": "·", "problem": "✗"}
PACKAGES = ("bleak", "textual", "numpy", "mcap", "msgspec", "click", "edfio", "platformdirs")
SMALLEST = (80, 24)
LEAST_FREE_BYTES = 200_000_000
SCAN_S = 2.0
MOST_LOST_FRAC = 0.01
FEWER_LOSSES = (
    "Bring it nearer, keep the body from standing between it and the computer, use fewer wearables"
    " at once, or a USB adapter on a cable."
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what to do if it is not well."""

    topic: str
    verdict: Verdict
    text: str
    advice: str = ""


@click.command()
@data_dir_option
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option("--no-bluetooth", is_flag=True, help="Leave the radio alone.")
@click.option(
    "--link",
    "link_s",
    type=click.FloatRange(min=1, max=3600),
    help="Listen for so many seconds to the wearables that were worn last: rate, bandwidth, loss.",
)
def command(data_dir: Path, link_s: float | None, *, as_json: bool, no_bluetooth: bool) -> None:
    """Check Bluetooth, terminal, folders and versions; say what to do."""
    looks: list[Callable[[], Iterator[Finding]]] = [
        look_at_versions,
        look_at_terminal,
        lambda: look_at_folder(data_dir),
        lambda: look_at_profiles(data_dir),
    ]
    if not no_bluetooth:
        looks.append(lambda: look_at_bluetooth(data_dir))
        if link_s is not None:
            looks.append(lambda: look_at_links(data_dir, link_s))
    findings = [finding for look in looks for finding in look()]
    if as_json:
        say(json.dumps([asdict(one) for one in findings]))
        return
    for one in findings:
        say(f"{GLYPHS[one.verdict]} {one.topic}: {one.text}")
        if one.advice:
            say(f"    {one.advice}")
    n_problems = sum(one.verdict == "problem" for one in findings)
    say("All is well." if not n_problems else f"{n_problems} to look at, marked ✗.")


def look_at_versions() -> Iterator[Finding]:
    """BreathSense, Python, the system and the packages we stand on."""
    yield Finding("BreathSense", "ok", __version__)
    yield Finding("Python", "ok", f"{platform.python_version()} on {platform.platform()}")
    for name in PACKAGES:
        try:
            yield Finding(name, "ok", importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            advice = "Install BreathSense again: its packages are not complete."
            yield Finding(name, "problem", "not installed", advice)


def look_at_terminal() -> Iterator[Finding]:
    """Size, letters and colours of the terminal."""
    if not sys.stdout.isatty():
        yield Finding("Terminal", "note", "not a terminal", "Start it in a terminal for the app.")
        return
    columns, rows = shutil.get_terminal_size()
    is_big = columns >= SMALLEST[0] and rows >= SMALLEST[1]
    advice = "" if is_big else "Make the window larger: 80 by 24 or more shows everything."
    yield Finding("Size", "ok" if is_big else "note", f"{columns} by {rows}", advice)
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding == "utf8":
        yield Finding("Letters", "ok", "UTF-8, braille dots ⣿⣤⣀ and blocks ▁▄█ should be seen here")
    else:
        yield Finding(
            "Letters",
            "problem",
            f"{sys.stdout.encoding}: the trace is drawn with Unicode",
            "Set a UTF-8 locale, for example LANG=C.UTF-8 (on Windows use Windows Terminal).",
        )
    if os.environ.get("NO_COLOR"):
        yield Finding("Colours", "note", "NO_COLOR is set: drawn without colours")
    else:
        yield Finding("Colours", "ok", os.environ.get("COLORTERM") or os.environ.get("TERM", "?"))


def look_at_folder(data_dir: Path) -> Iterator[Finding]:
    """Whether recordings can be written, and how much room there is."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=data_dir) as trial:
            trial.write(b"trial")
        free_bytes = shutil.disk_usage(data_dir).free
    except OSError as error:
        advice = "Choose another with --data-dir or BREATHSENSE_DATA_DIR."
        yield Finding("Folder", "problem", f"{data_dir}: {error.strerror}", advice)
        return
    is_roomy = free_bytes >= LEAST_FREE_BYTES
    yield Finding(
        "Folder",
        "ok" if is_roomy else "problem",
        f"{data_dir}, {free_bytes / 1e9:.1f} GB free",
        "" if is_roomy else "Make room: an hour of recording takes up to 10 MB.",
    )


def look_at_profiles(data_dir: Path) -> Iterator[Finding]:
    """Whether the wearables' profiles are there, the user's own included."""
    from breathsense.sources.shelf import FOLDER, load_shelf

    shelf = load_shelf(data_dir / FOLDER)
    names = ", ".join(profile.id for profile in shelf.profiles)
    yield Finding("Wearables known", "ok" if names else "problem", names or "none")
    for error in shelf.broken:
        yield Finding("Profile", "problem", f"{error.where}: {error.what}", error.advice)


def look_at_bluetooth(data_dir: Path) -> Iterator[Finding]:
    """Whether a scan works; what is in reach."""
    import asyncio

    from breathsense.sources.ble.radio import Radio
    from breathsense.sources.ble.scan import scan
    from breathsense.sources.shelf import FOLDER, load_shelf

    profiles = load_shelf(data_dir / FOLDER).profiles
    try:
        found = asyncio.run(scan(Radio(), profiles, SCAN_S))
    except BreathSenseError as error:
        yield Finding("Bluetooth", "problem", error.what, error.advice)
        return
    known = sum(one.profile is not None for one in found)
    yield Finding("Bluetooth", "ok", f"{len(found)} devices in reach, {known} of them recognised")


def look_at_links(data_dir: Path, seconds: float) -> Iterator[Finding]:
    """How the links to the wearables that were worn last are; nothing of it is kept."""
    from breathsense.cli.finding import find_last
    from breathsense.session.opening import open_live

    try:
        worn = find_last(data_dir)
    except BreathSenseError as error:
        yield Finding("Links", "note", error.what, error.advice)
        return
    with tempfile.TemporaryDirectory() as folder:
        session = open_live(worn, Path(folder) / "trial.mcap", Path(folder))
        try:
            while session.view().now_ns < seconds * 1e9 and not session.wait(0.1):
                pass
            view = session.view()
        finally:
            session.stop()
    for one in view.wearables:
        yield judge_link(one)


def judge_link(one: "WearableView") -> Finding:
    """Say how the link to a wearable is."""
    from breathsense.cli.record import describe_clock
    from breathsense.core.model.printable import make_printable

    topic = f"Link to {make_printable(one.name)}"
    if one.link != "streaming":
        return Finding(topic, "problem", one.link, make_printable(one.detail))
    flow = "" if one.bytes_per_s is None else f"{one.bytes_per_s:.0f} bytes/s; "
    battery = "" if one.battery_pct is None else f"; battery {one.battery_pct:.0f} %"
    text = f"{flow}{describe_clock(one)}{battery}"
    is_lossy = one.lost_frac is not None and one.lost_frac > MOST_LOST_FRAC
    advice = [FEWER_LOSSES] if is_lossy else []
    advice += [warning[:1].upper() + warning[1:] for warning in one.warnings]
    return Finding(topic, "note" if advice else "ok", text, " ".join(advice))
