"""Recordings and tables as one thing: a setup, and the items of a session in order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from breathsense.core.engine import find_leader
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import Item
from breathsense.core.model.sensors import Sensor, SensorKind
from breathsense.core.setup import Setup, list_sensors
from breathsense.recordings.marks import read_marks
from breathsense.recordings.merge import join_sensors, merge_inputs
from breathsense.recordings.reader import open_recording
from breathsense.recordings.tables import read_table

RECORDING_SUFFIXES = (".mcap", ".jsonl", ".part")


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that is to be analysed.

    Parameters
    ----------
    setup : Setup
        Its wearables and sensors.
    items : iterable of Item
        What it holds, in order; may be read once.
    problem : str
        What is wrong with a recording that can be read in part; empty if nothing is.
    duration_ns : int or None
        Session time of the last item, where it is known before reading (recordings).

    """

    setup: Setup
    items: Iterable[Item]
    problem: str = ""
    duration_ns: int | None = None


def is_recording(path: Path) -> bool:
    """Tell whether a file is named as recordings are, and not as tables are."""
    return path.suffix.lower() in RECORDING_SUFFIXES


def open_inputs(
    inputs: Sequence[Path],
    marks: Path | None = None,
    rate_hz: float | None = None,
    *,
    ignore_columns: bool = False,
) -> Opened:
    """Open one recording, or tables that share one axis of time, with their marks.

    Parameters
    ----------
    inputs : sequence of Path
        One recording, or one or several tables.
    marks : Path, optional
        A CSV of marks, put in at their times.
    rate_hz : float, optional
        Rows a second of tables without a time column.
    ignore_columns : bool
        Let columns pass that are not understood.

    Raises
    ------
    RefusedInput
        They cannot be read, make no sense, or cannot be joined.

    """
    if any(is_recording(path) for path in inputs):
        opened = _open_recording(inputs)
    else:
        opened = _open_tables(inputs, rate_hz, ignore_columns=ignore_columns)
    if marks is None:
        return opened
    items = merge_inputs([opened.items, read_marks(marks)])
    return replace(opened, items=items)


def choose_leader(setup: Setup, kind: SensorKind | None = None) -> Sensor:
    """Return the sensor whose breaths are told.

    Raises
    ------
    RefusedInput
        None shows breathing, or none of the kind asked for.

    """
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


def _open_recording(inputs: Sequence[Path]) -> Opened:
    if len(inputs) > 1:
        raise RefusedInput(
            "a recording cannot be joined with other inputs",
            where=", ".join(path.name for path in inputs),
            advice="It has its own axis of time: analyse it alone.",
        )
    recording = open_recording(inputs[0])
    return Opened(
        recording.header.setup(), recording.items(), recording.problem, recording.duration_ns
    )


def _open_tables(inputs: Sequence[Path], rate_hz: float | None, *, ignore_columns: bool) -> Opened:
    tables = [read_table(path, rate_hz, ignore_columns=ignore_columns) for path in inputs]
    sensors = join_sensors([(str(table.path), table.sensors) for table in tables])
    return Opened(Setup(sensors=sensors), merge_inputs([table.items() for table in tables]))
