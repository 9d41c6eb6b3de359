"""The two doors for notebooks: files, and arrays."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import Item, Mark
from breathsense.core.model.sensors import Place
from breathsense.core.setup import Setup
from breathsense.exports.by_hand import apply_notes
from breathsense.exports.content import Provenance, gather_content
from breathsense.library.contents import read_provenance
from breathsense.notebooks.session import NS_PER_S, Session, name_inputs
from breathsense.recordings.arrays import ArrayTable
from breathsense.recordings.inputs import Opened, open_inputs
from breathsense.recordings.marks import check_label
from breathsense.recordings.merge import merge_inputs
from breathsense.recordings.notes import read_notes

PathLike = str | os.PathLike[str]
Marks = Iterable[tuple[float, float, str]]
_AXES = 3
_IMU_COLUMNS = ("acc_x[g]", "acc_y[g]", "acc_z[g]")


def open_session(
    *inputs: PathLike,
    marks: PathLike | None = None,
    rate_hz: float | None = None,
    ignore_columns: bool = False,
) -> Session:
    """Open a recording, or tables of one session, and run it through the engine.

    Parameters
    ----------
    *inputs : path
        One recording (``.mcap``, ``.jsonl``), or one or several tables (``.csv``, ``.tsv``,
        ``.edf``) on a common axis of time.
    marks : path, optional
        A CSV ``t_s,duration_s,label``.
    rate_hz : float, optional
        Rows a second of tables without a column ``t_s``.
    ignore_columns : bool
        Let columns pass that are not understood.

    Returns
    -------
    Session
        With what lies beside the recording: annotations, and breaths set by hand.

    Raises
    ------
    RefusedInput
        They cannot be read, make no sense, or cannot be joined.

    """
    paths = tuple(Path(one) for one in inputs)
    if not paths:
        raise RefusedInput("there is nothing to open", advice="Give a recording or a table.")

    def reopen() -> Opened:
        marked = None if marks is None else Path(marks)
        return open_inputs(paths, marked, rate_hz, ignore_columns=ignore_columns)

    is_one = len(paths) == 1
    provenance = read_provenance(paths[0]) if is_one else Provenance(name_inputs(paths))
    opened = reopen()
    content = gather_content(opened.setup, opened.items, provenance)
    return Session(apply_notes(content, read_notes(paths[0])) if is_one else content, reopen)


def analyze(
    signal: ArrayLike | Mapping[str, ArrayLike],
    rate_hz: float | None = None,
    *,
    kind: Literal["band", "imu"] = "band",
    place: Place = "abdomen",
    marks: Marks = (),
    ignore_columns: bool = False,
) -> Session:
    """Find breaths and braces in arrays, as ``breathsense analyze`` does in a CSV of them.

    Parameters
    ----------
    signal : array or mapping of str to array
        The signal of a stretch band, shape (n,), larger when more stretched; with
        ``kind="imu"`` accelerations in g, shape (n, 3), axes as they are worn. Or several columns
        by the names that tables have (``{"abdomen[N]": ..., "chest[N]": ..., "t_s": ...}``); a
        pandas frame will do. NaN is a missing value.
    rate_hz : float, optional
        Rows a second; not needed with a column ``t_s``.
    kind : {"band", "imu"}
        What an array without names is.
    place : {"abdomen", "chest"}
        Where it was worn.
    marks : iterable of (t_s, duration_s, label)
        What was asked of the wearer, such as ``(60.0, 10.0, "exercise.brace")``.
    ignore_columns : bool
        Let columns pass that are not understood.

    Returns
    -------
    Session
        As ``open`` gives it.

    Raises
    ------
    RefusedInput
        Names, shapes, times, marks or the rate make no sense.

    """
    columns = _name_columns(signal, kind, place)
    table = ArrayTable(columns, rate_hz, ignore_columns=ignore_columns)
    made = [_build_mark(mark) for mark in marks]
    made.sort(key=lambda mark: mark.start_ns)

    def reopen() -> Opened:
        items: Sequence[Iterable[Item]] = [table.items(), made]
        return Opened(Setup(sensors=table.sensors), merge_inputs(items))

    opened = reopen()
    return Session(gather_content(opened.setup, opened.items, Provenance("arrays")), reopen)


def _name_columns(
    signal: ArrayLike | Mapping[str, ArrayLike], kind: Literal["band", "imu"], place: Place
) -> dict[str, ArrayLike]:
    if isinstance(signal, Mapping) or hasattr(signal, "columns"):
        named: Any = signal
        return {str(name): named[name] for name in getattr(named, "columns", named)}
    array = np.asarray(signal, dtype=np.float64)
    if place == "back":
        raise RefusedInput("a sensor on the back shows no breathing", where="place")
    if kind == "band" and array.ndim == 1:
        return {f"{place}[au]": array}
    if kind == "imu" and array.ndim == 2 and array.shape[1] == _AXES:  # noqa: PLR2004 - rows and axes
        prefix = "" if place == "abdomen" else f"{place}_"
        return {f"{prefix}{name}": array[:, at] for at, name in enumerate(_IMU_COLUMNS)}
    raise RefusedInput(
        f"an array of shape {array.shape} is no signal of kind {kind!r}",
        where="signal",
        advice="A band has shape (n,), an imu (n, 3); name the columns of anything else.",
    )


def _build_mark(mark: tuple[float, float, str]) -> Mark:
    t_s, duration_s, label = mark
    if duration_s < 0:
        raise RefusedInput("a mark has a negative duration", where=f"marks, {label!r}")
    return Mark(round(t_s * NS_PER_S), check_label(label, "marks"), round(duration_s * NS_PER_S))
