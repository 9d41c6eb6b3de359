"""What a file of another program holds, in the program's own terms."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from breathsense.core.model.inputs import Item, Mark
from breathsense.core.model.samples import Gap, SampleBlock, Times, Values
from breathsense.core.model.sensors import Sensor
from breathsense.recordings.columns import Series
from breathsense.recordings.marks import LABELS, NOTE
from breathsense.recordings.merge import merge_inputs
from breathsense.recordings.series import SeriesCutter, describe_sensors, learn_spacing
from breathsense.recordings.tables import Table, cut_seconds

NS_PER_S = 1_000_000_000
Rows = Iterator[tuple[Times, Values]]
"""Times, shape (n,), and the values of all columns, shape (n, n_columns); NaN where none is."""


class Source(Protocol):
    """Sensors with their samples."""

    def describe_sensors(self) -> tuple[Sensor, ...]:
        """Return the sensors."""
        ...

    def items(self) -> Iterator[SampleBlock | Gap]:
        """Give their samples in order of time; each call from the start."""
        ...


@dataclass(frozen=True, slots=True)
class TableSource:
    """A table that this program reads as it is."""

    table: Table

    def describe_sensors(self) -> tuple[Sensor, ...]:
        """Return the sensors."""
        return self.table.sensors

    def items(self) -> Iterator[SampleBlock | Gap]:
        """Give their samples."""
        return self.table.items()


@dataclass(frozen=True, slots=True)
class Stream:
    """Columns that share one axis of time.

    Parameters
    ----------
    series : tuple of Series
        What is measured.
    read : callable
        Gives the rows anew, in order of time and in bounded memory.

    """

    series: tuple[Series, ...]
    read: Callable[[], Rows]

    def describe_sensors(self) -> tuple[Sensor, ...]:
        """Return the sensors with the rate at which their values come."""
        times, values = next(self.read(), (None, None))
        if times is None or values is None:
            return tuple(one.sensor for one in self.series)
        spacings = [learn_spacing(times, one.pick(values)) for one in self.series]
        return describe_sensors(self.series, spacings)

    def items(self) -> Iterator[SampleBlock | Gap]:
        """Give blocks, and a gap before each that follows a hole."""
        cutters: list[SeriesCutter] = []
        for times, values in self.read():
            picked = [one.pick(values) for one in self.series]
            if not cutters:
                cutters = [
                    SeriesCutter(one, learn_spacing(times, own))
                    for one, own in zip(self.series, picked, strict=True)
                ]
            for start, end in cut_seconds(times):
                for cutter, own in zip(cutters, picked, strict=True):
                    yield from cutter.push(times[start:end], own[start:end])
        for cutter in cutters:
            yield from cutter.flush()


@dataclass(frozen=True, slots=True)
class ForeignSession:
    """One session out of a file of another program.

    Parameters
    ----------
    origin : str
        What kind of file it was; told in the header of the recording made of it.
    streams : tuple of Source
        All that was measured; what the program does not understand is of kind ``"other"``.
    marks : tuple of Mark
        In order of time.
    started : datetime or None
        Wall clock at its beginning, with zone, where the file tells it.
    warnings : tuple of str
        What could not be taken as it was.

    """

    origin: str
    streams: tuple[Source, ...]
    marks: tuple[Mark, ...] = ()
    started: datetime | None = None
    warnings: tuple[str, ...] = ()

    def items(self) -> Iterator[Item]:
        """Give everything in order of time."""
        return merge_inputs([*(one.items() for one in self.streams), self.marks])


def name_mark(text: str) -> str:
    """Return the label of a mark: a known one stays as it is, anything else is a note."""
    return text if text in LABELS or text.startswith(NOTE) else f"{NOTE} {text}"
