"""XDF files, as Lab Streaming Layer's recorder writes them; read by pyxdf, checked before.

pyxdf joins the clocks of the streams and evens out jitter. What a file claims of itself is checked
against its length first, so that a few bytes cannot ask for all memory.
"""

import logging
import re
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import Mark
from breathsense.core.model.samples import Times, Values
from breathsense.recordings.columns import Columns, add_others, parse_columns
from breathsense.recordings.edf import name_columns
from breathsense.recordings.foreign.session import (
    NS_PER_S,
    ForeignSession,
    Rows,
    Stream,
    name_mark,
)

ORIGIN = "XDF"
MAX_BYTES = 512 << 20
"""All of a file is read at once: larger ones are refused."""
_MAGIC = b"XDF:"
_STREAM, _SAMPLES = 2, 3
_ID_BYTES = 4
_HEADER_BYTES = 1 << 20
_CHANNELS = re.compile(rb"<channel_count>\s*(\d{1,18})\s*</channel_count>")
_ROWS_AT_ONCE = 65_536
_LARGEST_S = 1e9
_WAVEFORM = "_breathing"
"""Ending of what this program writes beside the samples: it is made anew from them."""


def read_xdf(path: Path) -> list[ForeignSession]:
    """Read an XDF file.

    Raises
    ------
    RefusedInput
        pyxdf is not installed, the file is too large, damaged, or holds no sensor.

    """
    check_claims(path)
    streams, info = _load(path)
    numbers = [one for one in streams if _is_numeric(one)]
    firsts = [float(one["time_stamps"][0]) for one in streams if len(one["time_stamps"])]
    if not firsts or not numbers or not all(np.isfinite(firsts)):
        raise _refuse(path, "there are no samples in it")
    zero_s = min(firsts)
    taken: set[str] = set()
    warnings: list[str] = []
    built = [_build(path, one, zero_s, taken, warnings) for one in numbers]
    marks = [mark for one in streams if not _is_numeric(one) for mark in _list_marks(one, zero_s)]
    return [
        ForeignSession(
            ORIGIN,
            tuple(one for one in built if one is not None),
            tuple(sorted(marks, key=lambda mark: mark.start_ns)),
            _read_started(info),
            tuple(warnings),
        )
    ]


def check_claims(path: Path) -> None:
    """Walk over the chunks of a file and refuse what is longer or more than there are bytes for."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise _refuse(path, f"it is larger than {MAX_BYTES >> 20} MB")
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                raise _refuse(path, "it is no XDF file")
            n_channels: dict[bytes, int] = {}
            for tag, length in _walk(path, file, size):
                if tag == _STREAM:
                    stream = file.read(_ID_BYTES)
                    told = _CHANNELS.findall(file.read(min(length, _HEADER_BYTES)))
                    n_channels[stream] = max(map(int, told), default=1)
                elif tag == _SAMPLES:
                    stream = file.read(_ID_BYTES)
                    n_least = n_channels.get(stream, 1)
                    _check_samples(path, file.read(9), length, n_least)
    except (OSError, struct.error) as error:
        raise _refuse(path, str(error)) from error


def _walk(path: Path, file: BinaryIO, size: int) -> Iterator[tuple[int, int]]:
    """Give the tag and the length of each chunk, the file set to its content."""
    while file.tell() < size:
        length = _read_length(path, file) - 2
        tag = int.from_bytes(file.read(2), "little")
        start = file.tell()
        if length < 0 or start + length > size:
            raise _refuse(path, "a part of it is longer than the file")
        yield tag, length
        file.seek(start + length)


def _read_length(path: Path, file: BinaryIO) -> int:
    n_bytes = file.read(1)
    if n_bytes not in {b"\x01", b"\x04", b"\x08"}:
        raise _refuse(path, "a length in it makes no sense")
    return int.from_bytes(file.read(n_bytes[0]), "little")


def _check_samples(path: Path, start: bytes, length: int, n_channels: int) -> None:
    """Refuse more samples than there are bytes: each takes one at least for each channel."""
    n_bytes = start[0] if start else 0
    n_samples = int.from_bytes(start[1 : 1 + n_bytes], "little")
    if n_bytes not in {1, 4, 8} or n_samples * n_channels > length:
        raise _refuse(path, "it claims more samples than it has")


def _load(path: Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    try:
        import pyxdf
    except ImportError as error:
        raise RefusedInput(
            "XDF needs the package pyxdf, which is not installed",
            where=str(path),
            advice="Install it: pip install 'breathsense[xdf]'",
        ) from error
    try:
        load: Callable[..., Any] = pyxdf.load_xdf
        _silence("pyxdf")
        streams, header = load(str(path), verbose=False)
    except (Exception, MemoryError) as error:  # pyxdf promises no kind of error for damage
        raise _refuse(path, f"{type(error).__name__}: {error}") from error
    return list(streams), dict((header or {}).get("info") or {})


def _silence(name: str) -> None:
    """Let a library's warnings about a file go nowhere: what matters is raised or told."""
    logger = logging.getLogger(name)
    logger.addHandler(logging.NullHandler())
    logger.propagate = False


def _is_numeric(stream: Mapping[str, Any]) -> bool:
    return isinstance(stream["time_series"], np.ndarray) and len(stream["time_stamps"]) > 0


def _build(
    path: Path,
    stream: Mapping[str, Any],
    zero_s: float,
    taken: set[str],
    warnings: list[str],
) -> Stream | None:
    labels = _list_labels(stream["info"])
    values: Values = np.asarray(stream["time_series"], dtype=np.float64)
    kept = [at for at, (label, _) in enumerate(labels) if not label.endswith(_WAVEFORM)]
    if not kept or values.ndim != 2 or values.shape[1] != len(labels):  # noqa: PLR2004 - rows, channels
        return None
    told_s = np.asarray(stream["time_stamps"], dtype=np.float64) - zero_s
    if not (np.abs(told_s) < _LARGEST_S).all():
        raise _refuse(path, "a time in it is out of range")
    times: Times = np.rint(told_s * NS_PER_S).astype(np.int64)
    rising = np.flatnonzero(times > np.maximum.accumulate(np.concatenate(([-1], times[:-1]))))
    if len(rising) < len(times):
        n_left = len(times) - len(rising)
        warnings.append(f"{n_left} samples that came out of order were left out")
    names = name_columns([labels[at] for at in kept])
    columns = _parse(names, path, taken)
    series = add_others(columns, [f"{labels[at][0]} ({labels[at][1]})" for at in kept], taken)
    return Stream(series, partial(_read, times[rising], values[rising][:, kept]))


def _parse(names: list[str], path: Path, taken: set[str]) -> Columns:
    """Make sense of the channels; a sensor that there is already is not there twice."""
    try:
        found = parse_columns(names, str(path), ignore_unknown=True)
    except RefusedInput:  # nothing is understood, or an axis is missing: all is kept as it is
        return Columns(tuple(names), None, 0, ())
    new = tuple(one for one in found.series if one.sensor.id not in taken)
    return Columns(tuple(names), None, 0, new)


def _read(times: Times, values: Values) -> Rows:
    for start in range(0, len(times), _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        yield times[part], values[part]


def _list_labels(info: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return label and unit of each channel; the stream's own name where it has one only."""
    count = int(info["channel_count"][0])
    described: Sequence[Any] = []
    with suppress(KeyError, TypeError, IndexError):
        described = info["desc"][0]["channels"][0]["channel"]
    told = [(_first(one, "label"), _first(one, "unit")) for one in described]
    if len(told) == count and all(label for label, _ in told):
        return told
    name, kind = _first(info, "name"), _first(info, "type")
    whole = f"{kind} {name}".strip() or "channel"
    return [(whole if count == 1 else f"{whole} {at + 1}", "") for at in range(count)]


def _first(found: Any, key: str) -> str:
    try:
        return str(found[key][0] or "")
    except (KeyError, TypeError, IndexError):
        return ""


def _list_marks(stream: Mapping[str, Any], zero_s: float) -> Iterator[Mark]:
    for told_s, texts in zip(stream["time_stamps"], stream["time_series"], strict=False):
        t_s = float(told_s) - zero_s
        text = " ".join(str(one) for one in texts if str(one).strip())
        if text and abs(t_s) < _LARGEST_S:
            yield Mark(max(round(t_s * NS_PER_S), 0), name_mark(text))


def _read_started(info: Mapping[str, Any]) -> datetime | None:
    try:
        return datetime.fromisoformat(_first(info, "datetime")).astimezone()
    except (ValueError, OverflowError):
        return None


def _refuse(path: Path, why: str) -> RefusedInput:
    return RefusedInput(
        f"the XDF file cannot be read ({why})",
        where=str(path),
        advice="Check that it is whole; LabRecorder writes such files.",
    )
