"""Events to the figures of a session: what ``breathsense analyze`` tells."""

from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Generic, NamedTuple, TypeVar, get_type_hints

import numpy as np

from breathsense.core.inside import join_breaths
from breathsense.core.model.bracing import (
    BraceBreath,
    BraceEnd,
    BraceStart,
    HoldScored,
    SetScored,
)
from breathsense.core.model.events import Breath, BreathEnd, Event, RatePoint, Unscored
from breathsense.core.model.samples import Gap, SampleBlock, Signal
from breathsense.core.model.sensors import Sensor, SensorKind
from breathsense.core.setup import Setup, list_sensors

TILT_UNIT = "deg"
SIGNAL_OF: dict[SensorKind, Signal] = {"band": "band", "imu": "acc"}
"""The signal whose rate is a sensor's rate."""
TOUCHING_NS = 200_000_000
"""Spans of one reason that are this near are told as one."""


Row = TypeVar("Row")


class Words:
    """Texts of which there are few kinds, each kept once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._told = array("L")

    def append(self, word: str) -> None:
        """Add one at the end."""
        self._told.append(self._numbers.setdefault(word, len(self._numbers)))

    def __iter__(self) -> Iterator[str]:
        """Give all, in the order in which they were added."""
        words = tuple(self._numbers)
        return (words[number] for number in self._told)


class Rows(Generic[Row]):
    """Facts of one kind, kept as columns: objects take ten times as much, and sessions are long.

    Parameters
    ----------
    kind : type
        A dataclass or named tuple whose fields are ``int``, ``float`` and texts.

    """

    def __init__(self, kind: type[Row]) -> None:
        self._kind = kind
        types = get_type_hints(kind)
        codes = {int: "q", float: "d"}
        self._columns: dict[str, Words | array[Any]] = {
            name: array(codes[told]) if told in codes else Words() for name, told in types.items()
        }

    def append(self, row: Row) -> None:
        """Add one at the end."""
        for name, column in self._columns.items():
            column.append(getattr(row, name))

    def __iter__(self) -> Iterator[Row]:
        """Give all, in the order in which they were added."""
        columns: Iterable[Iterable[Any]] = self._columns.values()
        return (self._kind(*values) for values in zip(*columns, strict=True))


class BreathSpan(NamedTuple):
    """A breath with its end; ``end_ns`` is ``None`` if the input ended, or a gap came, before."""

    breath: Breath
    end_ns: int | None


class BraceSpan(NamedTuple):
    """A brace with its end; ``end`` is ``None`` while it is held, or if the input ended before."""

    start: BraceStart
    end: BraceEnd | None


class Span(NamedTuple):
    """A stretch of time and the reason why it is told."""

    start_ns: int
    end_ns: int
    reason: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was found in a session, start to end.

    Parameters
    ----------
    inputs : tuple of str
        Names of what was analysed.
    duration_ns : int
        From the first sample to the last.
    sensors : tuple of Sensor
        With the measured rate where no nominal one is known.
    breaths : tuple of BreathSpan
        Of the leading sensor, in order of time.
    unit : str
        Unit of their depth.
    rates : tuple of RatePoint
        In order of time.
    braces : tuple of BraceSpan
        In order of time.
    holds : tuple of HoldScored
        Scores of those braces of which any part could be told, by their number.
    sets : tuple of SetScored
        Holds between two baselines, in order of time.
    gaps, unscored : tuple of Span
        Of all sensors, in order of time, without repetition.

    """

    inputs: tuple[str, ...]
    duration_ns: int
    sensors: tuple[Sensor, ...]
    breaths: tuple[BreathSpan, ...]
    unit: str
    rates: tuple[RatePoint, ...]
    braces: tuple[BraceSpan, ...]
    gaps: tuple[Span, ...]
    unscored: tuple[Span, ...]
    holds: tuple[HoldScored, ...] = ()
    sets: tuple[SetScored, ...] = ()


@dataclass(slots=True)
class Pace:
    """Counts the distances of a signal's samples, holes left out."""

    last_ns: int | None = None
    n_steps: int = 0
    total_ns: int = 0

    def count(self, block: SampleBlock, hole_ns: int) -> None:
        """Count a block's samples."""
        before = [] if self.last_ns is None else [self.last_ns]
        steps_ns = np.diff(np.concatenate((np.array(before, dtype=np.int64), block.t_ns)))
        steps_ns = steps_ns[steps_ns <= hole_ns]
        self.n_steps += len(steps_ns)
        self.total_ns += int(steps_ns.sum())
        self.last_ns = int(block.t_ns[-1])

    def rate_hz(self) -> float | None:
        """Return the mean rate, to five digits; ``None`` without two samples."""
        return float(f"{self.n_steps * 1e9 / self.total_ns:.5g}") if self.total_ns else None


class AnalysisBuilder:
    """Takes all events of a session, in order; needs memory for what it tells, not for samples.

    Parameters
    ----------
    setup : Setup
        The session's.
    inputs : tuple of str
        Names of what is analysed.

    """

    def __init__(self, setup: Setup, inputs: tuple[str, ...] = ()) -> None:
        self._inputs = inputs
        self._sensors = list_sensors(setup)
        self._hole_ns = setup.params.grid.bridge_ns
        self._paces: dict[tuple[str, Signal], Pace] = {}
        self._first_ns: int | None = None
        self._last_ns: int | None = None
        self._breaths = Rows(Breath)
        self._ends = Rows(BreathEnd)
        self._rates = Rows(RatePoint)
        self._braces: list[BraceStart] = []
        self._brace_ends: dict[int, BraceEnd] = {}
        self._inner: list[BraceBreath] = []
        self._holds: list[HoldScored] = []
        self._sets: list[SetScored] = []
        self._gaps = Rows(Span)
        self._unscored = Rows(Span)
        self._takes: dict[type, Callable[[Any], None]] = {
            SampleBlock: self._count,
            Breath: self._breaths.append,
            BreathEnd: self._ends.append,
            RatePoint: self._rates.append,
            BraceStart: self._braces.append,
            BraceEnd: self._end_brace,
            BraceBreath: self._inner.append,
            HoldScored: self._holds.append,
            SetScored: self._sets.append,
            Gap: lambda gap: self._gaps.append(Span(gap.start_ns, gap.end_ns, gap.reason)),
            Unscored: lambda span: self._unscored.append(
                Span(span.start_ns, span.end_ns, span.reason)
            ),
        }

    def push(self, event: Event) -> None:
        """Take an event; what the figures do not need is passed over."""
        take = self._takes.get(type(event))
        if take is not None:
            take(event)

    def finish(self) -> Analysis:
        """Return what was found up to here."""
        ends_ns = {one.number: one.end_ns for one in self._ends}
        braces = tuple(BraceSpan(one, self._brace_ends.get(one.number)) for one in self._braces)
        told = ((one, ends_ns.get(one.number)) for one in self._breaths)
        breaths = tuple(BreathSpan(*one) for one in join_breaths(told, braces, self._inner))
        leader = breaths[0].breath.sensor if breaths else ""
        units = {one.id: TILT_UNIT if one.kind == "imu" else one.unit for one in self._sensors}
        return Analysis(
            inputs=self._inputs,
            duration_ns=(self._last_ns or 0) - (self._first_ns or 0),
            sensors=tuple(self._describe(sensor) for sensor in self._sensors),
            breaths=breaths,
            unit=units.get(leader, ""),
            rates=tuple(self._rates),
            braces=braces,
            holds=tuple(self._holds),
            sets=tuple(self._sets),
            gaps=join_spans(self._gaps),
            unscored=join_spans(self._unscored),
        )

    def _count(self, block: SampleBlock) -> None:
        if len(block.t_ns) == 0:
            return
        first_ns, last_ns = int(block.t_ns[0]), int(block.t_ns[-1])
        self._first_ns = first_ns if self._first_ns is None else min(self._first_ns, first_ns)
        self._last_ns = last_ns if self._last_ns is None else max(self._last_ns, last_ns)
        pace = self._paces.setdefault((block.sensor, block.signal), Pace())
        pace.count(block, self._hole_ns)

    def _end_brace(self, end: BraceEnd) -> None:
        self._brace_ends[end.number] = end

    def _describe(self, sensor: Sensor) -> Sensor:
        pace = self._paces.get((sensor.id, SIGNAL_OF.get(sensor.kind, "other")))
        if sensor.rate_hz is not None or pace is None:
            return sensor
        return replace(sensor, rate_hz=pace.rate_hz())


def join_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Sort spans by time; those of one reason that overlap or touch become one."""
    joined: dict[str, list[Span]] = {}
    for span in sorted(spans):
        same = joined.setdefault(span.reason, [])
        if same and span.start_ns - same[-1].end_ns <= TOUCHING_NS:
            same[-1] = same[-1]._replace(end_ns=max(same[-1].end_ns, span.end_ns))
        else:
            same.append(span)
    return tuple(sorted(span for same in joined.values() for span in same))


def cover_spans(spans: Iterable[Span]) -> int:
    """Return how many ns spans cover together; where they overlap, it counts once."""
    ordered = sorted(spans)
    covered_ns, until_ns = 0, ordered[0].start_ns if ordered else 0
    for span in ordered:
        covered_ns += max(0, span.end_ns - max(span.start_ns, until_ns))
        until_ns = max(until_ns, span.end_ns)
    return covered_ns
