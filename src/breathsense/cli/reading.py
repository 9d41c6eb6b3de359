"""Recordings and tables on the command line: what they hold, and their items in order."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

if TYPE_CHECKING:
    from breathsense.core.model.inputs import Item
    from breathsense.core.model.sensors import Sensor, SensorKind
    from breathsense.core.setup import Setup

RECORDING_SUFFIXES = (".mcap", ".jsonl", ".part")
Command = TypeVar("Command", bound=Callable[..., Any])


class Opened(NamedTuple):
    """What is to be analysed: how to read it, and what it holds."""

    setup: "Setup"
    items: "Iterable[Item]"


def table_options(command: Command) -> Command:
    """Add ``--rate`` and ``--ignore-columns``: how tables are read."""
    ignoring = click.option(
        "--ignore-columns", is_flag=True, help="Let columns pass that are not understood."
    )
    rate = click.option(
        "--rate", "rate_hz", type=float, metavar="HZ", help="Rows a second, without t_s."
    )
    return rate(ignoring(command))


def open_inputs(
    inputs: tuple[Path, ...], marks: Path | None, rate_hz: float | None, *, ignore_columns: bool
) -> Opened:
    """Open one recording, or tables that share one axis of time, with their marks.

    Raises
    ------
    RefusedInput
        They cannot be read, make no sense, or cannot be joined.

    """
    is_recording = any(path.suffix.lower() in RECORDING_SUFFIXES for path in inputs)
    opened = (
        _open_recording(inputs)
        if is_recording
        else _open_tables(inputs, rate_hz, ignore_columns=ignore_columns)
    )
    return opened._replace(items=_add_marks(opened.items, marks))


def choose_leader(setup: "Setup", kind: "SensorKind | None" = None) -> "Sensor":
    """Return the sensor whose breaths are told.

    Raises
    ------
    RefusedInput
        None shows breathing, or none of the kind asked for.

    """
    from breathsense.core.engine import find_leader
    from breathsense.core.model.errors import RefusedInput
    from breathsense.core.setup import list_sensors

    sensors = list_sensors(setup)
    leader = find_leader(sensors, kind)
    if leader is not None:
        return leader
    held = ", ".join(f"{one.id} ({one.kind})" for one in sensors) or "no sensor"
    raise RefusedInput(
        f"no {kind or 'band or imu'} is in the input, but {held}",
        where="--kind" if kind else "",
        advice="Breaths are found in the signal of a stretch band or of an accelerometer.",
    )


def _open_recording(inputs: tuple[Path, ...]) -> Opened:
    from breathsense.core.model.errors import RefusedInput
    from breathsense.recordings.reader import open_recording

    if len(inputs) > 1:
        raise RefusedInput(
            "a recording cannot be joined with other inputs",
            where=", ".join(path.name for path in inputs),
            advice="It has its own axis of time: analyse it alone.",
        )
    recording = open_recording(inputs[0])
    if recording.problem:
        click.echo(f"breathsense: {inputs[0]}: {recording.problem}", err=True)
    return Opened(recording.header.setup(), recording.items())


def _open_tables(
    inputs: tuple[Path, ...], rate_hz: float | None, *, ignore_columns: bool
) -> Opened:
    from breathsense.core.setup import Setup
    from breathsense.recordings.merge import join_sensors, merge_inputs
    from breathsense.recordings.tables import read_table

    tables = [read_table(path, rate_hz, ignore_columns=ignore_columns) for path in inputs]
    sensors = join_sensors([(str(table.path), table.sensors) for table in tables])
    return Opened(Setup(sensors=sensors), merge_inputs([table.items() for table in tables]))


def _add_marks(items: "Iterable[Item]", marks: Path | None) -> "Iterable[Item]":
    if marks is None:
        return items
    from breathsense.recordings.marks import read_marks
    from breathsense.recordings.merge import merge_inputs

    return merge_inputs([items, read_marks(marks)])
