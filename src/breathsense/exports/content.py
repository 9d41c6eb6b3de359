"""All that an export of one session may tell: samples, waveforms, findings, marks, provenance."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from breathsense.core.analysis import TILT_UNIT, Analysis, AnalysisBuilder
from breathsense.core.engine import build_engine
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.events import Pause
from breathsense.core.model.inputs import Item, Mark, get_item_time_ns
from breathsense.core.model.notes import Notes
from breathsense.core.model.samples import (
    SampleBlock,
    Signal,
    Times,
    Values,
    Waveform,
    freeze_times,
    freeze_values,
)
from breathsense.core.model.sensors import Sensor, SensorKind
from breathsense.core.setup import Setup, list_sensors
from breathsense.exports.progress import Tell, tell_nobody

_AXES = ("x", "y", "z")
_UNITS: dict[Signal, str] = {"acc": "g", "gyr": "deg/s", "rr": "ms", "hr": "/min", "ecg": "mV"}


LONGEST_NS = 31 * 86_400_000_000_000


class TrackKey(NamedTuple):
    """What a track is of; ``signal`` is ``"waveform"`` for the breathing the engine made of it."""

    sensor: str
    signal: str


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """One signal over the whole session.

    Parameters
    ----------
    key : TrackKey
        Sensor and signal.
    names : tuple of str
        One for each channel, as the columns of tables are called: ``"abdomen"``, ``"acc_x"``.
    unit : str
        Of all channels.
    t_ns : int64 array, shape (n,)
        Session times, strictly increasing.
    values : float64 array, shape (n, n_channels)
        Finite.

    """

    key: TrackKey
    names: tuple[str, ...]
    unit: str
    t_ns: Times
    values: Values

    @property
    def rate_hz(self) -> float:
        """Median rate, to four digits; 0 for fewer than two samples."""
        steps_ns = np.diff(self.t_ns)
        return float(f"{1e9 / float(np.median(steps_ns)):.4g}") if len(steps_ns) else 0.0


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a session comes from; nothing in it names a person or an address.

    Parameters
    ----------
    name : str
        What the export calls the session; part of file names.
    started : str
        Wall clock at session time 0, ISO 8601 with zone; empty where it is not known.
    recorded_by : str
        Program and version that recorded; empty for tables.
    wearables : tuple of dict
        Profile, place, hash of the address and settings of each.

    """

    name: str
    started: str = ""
    recorded_by: str = ""
    wearables: tuple[dict[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """One session, ready to be written in any format.

    Parameters
    ----------
    provenance : Provenance
        Where it comes from.
    setup : Setup
        Wearables, sensors, numbers.
    analysis : Analysis
        What was found.
    tracks : tuple of Track
        Raw signals first, then the waveforms.
    marks : tuple of Mark
        In order of time.
    pauses : tuple of Pause
        In order of time.
    notes : Notes
        What a person added afterwards (``by_hand.apply_notes``).
    by_hand : frozenset of int
        Peaks (session ns) of those breaths of the analysis that were set by hand.

    """

    provenance: Provenance
    setup: Setup
    analysis: Analysis
    tracks: tuple[Track, ...]
    marks: tuple[Mark, ...]
    pauses: tuple[Pause, ...]
    notes: Notes = field(default_factory=Notes)
    by_hand: frozenset[int] = frozenset()

    @property
    def raw_tracks(self) -> tuple[Track, ...]:
        """The samples as they came."""
        return tuple(one for one in self.tracks if one.key.signal != "waveform")

    @property
    def waveforms(self) -> tuple[Track, ...]:
        """The breathing, on the grid of the analysis."""
        return tuple(one for one in self.tracks if one.key.signal == "waveform")

    @property
    def trace(self) -> Track | None:
        """The waveform that is shown of the session: that of the sensor whose breaths are told."""
        breaths, waves = self.analysis.breaths, self.waveforms
        leader = breaths[0].breath.sensor if breaths else ""
        first = waves[0] if waves else None
        return next((one for one in waves if one.key.sensor == leader), first)


@dataclass(slots=True)
class _Growing:
    times: list[Times] = field(default_factory=list)
    values: list[Values] = field(default_factory=list)

    def append(self, t_ns: Times, values: Values) -> None:
        self.times.append(t_ns)
        self.values.append(values if values.ndim > 1 else values[:, np.newaxis])


def gather_content(
    setup: Setup,
    items: Iterable[Item],
    provenance: Provenance,
    kind: SensorKind | None = None,
    *,
    duration_ns: int | None = None,
    tell: Tell = tell_nobody,
) -> Content:
    """Run a session through the engine and keep what an export may tell.

    Needs memory for all samples: 8 bytes a value and as much for its time. Samples of a sensor
    that the setup does not name are left out.

    Parameters
    ----------
    setup : Setup
        The session's.
    items : iterable of Item
        All of it, in order.
    provenance : Provenance
        Where it comes from.
    kind : SensorKind, optional
        Take the breaths from a sensor of this kind.
    duration_ns : int, optional
        Length of the session, where it is known: without it no share can be told.
    tell : callable
        Told how far the work is; may end it by ``Cancelled``, which is passed on.

    Raises
    ------
    RefusedInput
        It is longer than any session.

    """
    engine = build_engine(setup, kind, joins_blocks=True)
    builder = AnalysisBuilder(setup, (provenance.name,))
    sensors = {one.id: one for one in list_sensors(setup)}
    growing: dict[TrackKey, _Growing] = {}
    marks: list[Mark] = []
    pauses: list[Pause] = []

    def keep(event: object) -> None:
        match event:
            case SampleBlock() if event.sensor in sensors:
                key = TrackKey(event.sensor, event.signal)
                growing.setdefault(key, _Growing()).append(event.t_ns, event.values)
            case Waveform():
                key = TrackKey(event.sensor, "waveform")
                growing.setdefault(key, _Growing()).append(event.t_ns, event.values)
            case Mark():
                marks.append(event)
            case Pause():
                pauses.append(event)

    for item in items:
        tell(get_item_time_ns(item) / duration_ns if duration_ns else 0.0)
        for event in engine.push(item):
            builder.push(event)
            keep(event)
    for event in engine.flush():
        builder.push(event)
        keep(event)
    analysis = builder.finish()
    tracks = [_join(key, growing[key], sensors[key.sensor]) for key in sorted(growing, key=_rank)]
    _check_length(tracks, provenance.name)
    return Content(provenance, setup, analysis, tuple(tracks), tuple(marks), tuple(pauses))


def _check_length(tracks: Sequence[Track], name: str) -> None:
    """Refuse what no session is: its pictures and grids would be without end."""
    starts = [int(one.t_ns[0]) for one in tracks]
    ends = [int(one.t_ns[-1]) for one in tracks]
    if tracks and max(ends) - min(starts) > LONGEST_NS:
        raise RefusedInput(
            "more than 31 days lie between its first sample and its last",
            where=name,
            advice="Check its times; export it in parts if they are right.",
        )


def _rank(key: TrackKey) -> tuple[bool, str, str]:
    return key.signal == "waveform", key.sensor, key.signal


def _join(key: TrackKey, growing: _Growing, sensor: Sensor) -> Track:
    values = np.concatenate(growing.values)
    times = np.concatenate(growing.times)
    names, unit = _name_channels(key, sensor, values.shape[1])
    return Track(key, names, unit, freeze_times(times), freeze_values(values))


def _name_channels(key: TrackKey, sensor: Sensor, n_channels: int) -> tuple[tuple[str, ...], str]:
    """Name channels as tables name them, so that an export can be analysed again."""
    if key.signal == "waveform":
        unit = TILT_UNIT if sensor.kind == "imu" else sensor.unit
        return (f"{sensor.id}_breathing",), unit
    prefix = "" if sensor.place == "abdomen" else f"{sensor.place}_"
    if key.signal == "band":
        return (str(sensor.place),), sensor.unit
    unit = next((one for name, one in _UNITS.items() if name == key.signal), sensor.unit)
    if key.signal in ("acc", "gyr"):
        return tuple(f"{prefix}{key.signal}_{axis}" for axis in _AXES[:n_channels]), unit
    numbered = [key.signal if n_channels == 1 else f"{key.signal}_{n}" for n in range(n_channels)]
    return tuple(numbered), unit
