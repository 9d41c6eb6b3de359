"""EDF and EDF+ files as input, the discontinuous kind (EDF+D) included."""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

import edfio
import numpy as np

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.samples import Gap, SampleBlock, Times, Values
from breathsense.core.model.sensors import Sensor
from breathsense.recordings.columns import Series, add_others, parse_columns
from breathsense.recordings.series import SeriesCutter, Spacing

NS_PER_S = 1_000_000_000
_READ_NS = 60 * NS_PER_S
"""This much of a file is read at once."""

_ANNOTATIONS = "EDF Annotations"
_VALID = "valid "
"""Label of a channel of zeros and ones that tells where another one was only filled up."""
_HALF = 0.5
_ANONYMOUS = date(1985, 1, 1)
_LARGEST_S = 1e9
_SHORTEST_S = 1e-6
"""Of a data record."""
_FIXED_BYTES = 256
_LABEL_BYTES = 16
_COUNT_AT = 216
"""Where the samples per record stand in the header, in bytes a signal before them."""

_ONSET = re.compile(rb"([+-]\d+(?:\.\d+)?)\x14")
_AXIS = re.compile(r"(chest|thorax)?[ _]*(acc|gyr)\w*?[ _]*([xyz])", re.IGNORECASE)
_BELLY = ("abd", "belly", "bauch")
_RIBS = ("chest", "thor", "tho", "rib")
_ALONE = ("resp", "belt", "breath", "effort")


@dataclass(frozen=True, slots=True)
class _Records:
    """Where the data records of the file lie in time, ns from its start."""

    onsets_ns: list[int]
    length_ns: int


class EdfTable:
    """An EDF file; see ``tables.read_table``.

    Labels are understood with some freedom: ``Resp abdomen``, ``Effort ABD``, ``Thorax``,
    ``chest acc x`` ... A single breathing signal that tells no place is taken for the abdomen.
    """

    def __init__(self, path: Path, *, ignore_columns: bool, keeps_others: bool = False) -> None:
        self.path = path
        self._edf = _read(path)
        timed = [signal for signal in self._edf.signals if signal.sampling_frequency > 0]
        self._signals = [one for one in timed if not one.label.startswith(_VALID)]
        self._valid = {
            _stem(one.label.removeprefix(_VALID)): one for one in timed if one not in self._signals
        }
        names = name_columns([(s.label, s.physical_dimension) for s in self._signals])
        labels = ", ".join(signal.label for signal in self._signals)
        columns = parse_columns(
            names,
            f"{path} (labels: {labels or 'none'})",
            ignore_unknown=ignore_columns or keeps_others,
        )
        self._series = columns.series
        if keeps_others:
            told = [f"{one.label} ({one.physical_dimension})" for one in self._signals]
            self._series = add_others(columns, told, set())
        self._records = _read_onsets(path, self._edf)
        self._check_rates()
        self.sensors = self._describe_sensors()

    def items(self) -> Iterator[SampleBlock | Gap]:
        """Read all samples; see ``tables.Table``."""
        cutters = [SeriesCutter(series, self._spacing(series)) for series in self._series]
        n_records = len(self._records.onsets_ns)
        n_at_once = max(1, _READ_NS // self._records.length_ns)
        for first in range(0, n_records, n_at_once):
            end = min(first + n_at_once, n_records)
            values = [self._read_records(series, first, end) for series in self._series]
            for position, onset_ns in enumerate(self._records.onsets_ns[first:end]):
                for series, cutter, own in zip(self._series, cutters, values, strict=True):
                    yield from cutter.push(self._time_record(series, onset_ns), own[position])
        for cutter in cutters:
            yield from cutter.flush()

    @property
    def annotations(self) -> list[tuple[int, int, str]]:
        """Onset and duration in ns, and the text, of every annotation."""
        found = []
        for one in self._edf.annotations:
            onset_s, duration_s = float(one.onset), float(one.duration or 0.0)
            if abs(onset_s) < _LARGEST_S and 0 <= duration_s < _LARGEST_S:
                found.append((round(onset_s * NS_PER_S), round(duration_s * NS_PER_S), one.text))
        return sorted(found)

    @property
    def started(self) -> datetime | None:
        """Date and time in the header; ``None`` where it is anonymous."""
        try:
            day = self._edf.startdate
            return (
                None
                if day == _ANONYMOUS
                else datetime.combine(day, self._edf.starttime).astimezone()
            )
        except (ValueError, OverflowError):
            return None

    def _count(self, series: Series) -> int:
        return int(self._signals[series.columns[0]].samples_per_data_record)

    def _spacing(self, series: Series) -> Spacing:
        return Spacing(self._records.length_ns // self._count(series), is_dense=True)

    def _time_record(self, series: Series, onset_ns: int) -> Times:
        n_samples = self._count(series)
        offsets: Times = np.arange(n_samples, dtype=np.int64) * self._records.length_ns
        return onset_ns + offsets // n_samples

    def _read_records(self, series: Series, first: int, end: int) -> Values:
        """Return the values of some data records, shape (n_records, n_samples, n_channels)."""
        length_s = self._edf.data_record_duration
        parts = [
            self._signals[at].get_data_slice(first * length_s, end * length_s)
            for at in series.columns
        ]
        values: Values = np.stack(parts, axis=1) * np.array(series.factors)
        valid = self._valid.get(_stem(self._signals[series.columns[0]].label))
        if valid is not None and valid.samples_per_data_record == self._count(series):
            is_filled = valid.get_data_slice(first * length_s, end * length_s) < _HALF
            values[is_filled] = np.nan
        return values.reshape(end - first, self._count(series), len(parts))

    def _check_rates(self) -> None:
        for series in self._series:
            counts = {self._signals[at].samples_per_data_record for at in series.columns}
            if max(counts) > self._records.length_ns:
                raise RefusedInput(
                    f"{series.sensor.id} has more samples than nanoseconds", where=str(self.path)
                )
            if len(counts) > 1:
                raise RefusedInput(
                    f"the axes of {series.signal} of {series.sensor.id} differ in rate",
                    where=str(self.path),
                    advice="Resample them to one rate before.",
                )

    def _describe_sensors(self) -> tuple[Sensor, ...]:
        described: dict[str, Sensor] = {}
        for series in self._series:
            rate_hz = self._count(series) * NS_PER_S / self._records.length_ns
            described.setdefault(series.sensor.id, replace(series.sensor, rate_hz=rate_hz))
        return tuple(described.values())


def _stem(label: str) -> str:
    """Return what a label names, without its unit: a signal and its validity have the same."""
    return _name_column(label, "").partition("[")[0]


def name_columns(labels: list[tuple[str, str]]) -> list[str]:
    """Return the column name that each signal's label and unit stand for; else the label itself.

    Parameters
    ----------
    labels : list of (label, physical dimension)
        As the EDF header has them.

    """
    names = [_name_column(label, unit) for label, unit in labels]
    alone = [
        at
        for at, (label, _) in enumerate(labels)
        if names[at] == label and label.lower().startswith(_ALONE)
    ]
    has_band = any(name.startswith(("abdomen[", "chest[")) for name in names)
    if len(alone) == 1 and not has_band:
        names[alone[0]] = f"abdomen[{labels[alone[0]][1] or 'au'}]"
    return names


def _name_column(label: str, unit: str) -> str:
    axis = _AXIS.fullmatch(label.strip())
    if axis:
        prefix = "chest_" if axis[1] else ""
        return f"{prefix}{axis[2].lower()}_{axis[3].lower()}[{unit}]"
    words = label.lower()
    if any(word in words for word in _BELLY):
        return f"abdomen[{unit or 'au'}]"
    if any(word in words for word in _RIBS):
        return f"chest[{unit or 'au'}]"
    return label


def _read(path: Path) -> edfio.Edf:
    try:
        with warnings.catch_warnings():
            # A writer that was killed leaves -1 as the number of records; edfio mends that.
            warnings.simplefilter("ignore")
            edf = edfio.read_edf(path, lazy_load_data=True)
            n_records, length_s = edf.num_data_records, edf.data_record_duration
    except Exception as error:  # edfio promises no kind of error for bytes that are no EDF
        reason = getattr(error, "strerror", None) or error
        raise RefusedInput(
            f"the EDF file cannot be read ({reason})",
            where=str(path),
            advice="Check that it is EDF or EDF+ (not BDF) and whole.",
        ) from error
    if n_records < 1 or not _SHORTEST_S <= length_s <= _LARGEST_S / n_records:
        raise RefusedInput(
            "the EDF file holds no samples, or for no time that makes sense",
            where=str(path),
            advice="Give another file.",
        )
    return edf


def _read_onsets(path: Path, edf: edfio.Edf) -> _Records:
    """Read when each data record begins: EDF+ says it in the first annotation signal."""
    length = Fraction(str(edf.data_record_duration))
    length_ns = round(length * NS_PER_S)
    onsets_ns = [round(at * length * NS_PER_S) for at in range(edf.num_data_records)]
    if edf.reserved.startswith("EDF+D"):
        with path.open("rb") as file:
            onsets_ns = _parse_onsets(file, edf, str(path))
    if max(onsets_ns) >= _LARGEST_S * NS_PER_S:
        raise RefusedInput("a time in it is out of range", where=str(path))
    for before, after in pairwise(onsets_ns):
        if after < before + length_ns - 1:
            raise RefusedInput(
                f"time runs backwards: a record at {after / NS_PER_S} s begins before the one "
                f"at {before / NS_PER_S} s ends",
                where=str(path),
                advice="The file is damaged; export it again.",
            )
    return _Records(onsets_ns, length_ns)


def _parse_onsets(file: BinaryIO, edf: edfio.Edf, where: str) -> list[int]:
    header = file.read(edf.bytes_in_header_record)
    n_signals = len(header) // _FIXED_BYTES - 1
    per_signal = header[_FIXED_BYTES:]
    labels = [
        per_signal[at * _LABEL_BYTES : (at + 1) * _LABEL_BYTES].decode("ascii", "replace").strip()
        for at in range(n_signals)
    ]
    counts_at = _COUNT_AT * n_signals
    counts = [
        int(per_signal[counts_at + at * 8 : counts_at + at * 8 + 8]) for at in range(n_signals)
    ]
    offset = 2 * sum(counts[: labels.index(_ANNOTATIONS)]) if _ANNOTATIONS in labels else None
    onsets_ns = []
    for position in range(edf.num_data_records):
        found = None
        if offset is not None:
            file.seek(len(header) + position * 2 * sum(counts) + offset)
            found = _ONSET.match(file.read(_LABEL_BYTES * 2))
        if found is None:
            raise RefusedInput(
                f"data record {position + 1} does not say when it begins",
                where=where,
                advice="The file calls itself EDF+D but has no time-keeping; export it again.",
            )
        onsets_ns.append(round(Fraction(found[1].decode()) * NS_PER_S))
    return [onset_ns - onsets_ns[0] for onset_ns in onsets_ns]
