"""One session as Python sees it: signals, breaths, braces, marks, gaps, measures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

from breathsense.core.engine import build_engine
from breathsense.core.measures.gather import MeasuresBuilder, Wanted
from breathsense.core.measures.params import MeasureParams
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.sensors import Sensor
from breathsense.exports.content import Content, Track
from breathsense.exports.measures_json import describe_measures
from breathsense.exports.noted_json import describe_content
from breathsense.notebooks import tables
from breathsense.notebooks.tables import Table
from breathsense.recordings.inputs import Opened, choose_leader

NS_PER_S = 1_000_000_000
TABLES: Mapping[str, Callable[[Content], Table]] = MappingProxyType(
    {
        "breaths": tables.tabulate_breaths,
        "braces": tables.tabulate_braces,
        "rate": tables.tabulate_rate,
        "gaps": tables.tabulate_gaps,
        "unscored": tables.tabulate_unscored,
        "pauses": tables.tabulate_pauses,
        "marks": tables.tabulate_marks,
        "annotations": tables.tabulate_annotations,
    }
)
"""What a session has besides its signals, by name."""


@dataclass(frozen=True, slots=True, eq=False)
class Signal:
    """The samples of one signal over the whole session.

    Parameters
    ----------
    name : str
        ``"abdomen.band"``, ``"imu.acc"``, or ``"abdomen.breathing"`` for the waveform that the
        breaths were found in (25 values a second).
    unit : str
        Of all channels.
    rate_hz : float
        Median rate; 0 for fewer than two samples.
    samples : structured array
        ``t_s`` and a field for each channel. Where samples are missing there are no rows.

    """

    name: str
    unit: str
    rate_hz: float
    samples: Table


class Session:
    """A session that has been run through the engine; made by ``open`` and ``analyze``.

    All tables are numpy structured arrays (``docs/python-api.md``), read-only, in order of time.
    """

    def __init__(self, content: Content, reopen: Callable[[], Opened]) -> None:
        self._content = content
        self._reopen = reopen

    def __repr__(self) -> str:
        return (
            f"<Session {self.name!r}: {self.duration_s:.1f} s, {len(self.breaths)} breaths, "
            f"{len(self.braces)} braces; {', '.join(self.signals)}>"
        )

    @property
    def name(self) -> str:
        """What it is called: the file's name without its ending."""
        return self._content.provenance.name

    @property
    def started(self) -> datetime | None:
        """Wall clock at 0 s, with zone; ``None`` for tables and arrays."""
        started = self._content.provenance.started
        return datetime.fromisoformat(started) if started else None

    @property
    def duration_s(self) -> float:
        """From the first sample to the last."""
        return self._content.analysis.duration_ns / NS_PER_S

    @property
    def sensors(self) -> tuple[Sensor, ...]:
        """The sensors, with id, kind, place, unit and rate."""
        return self._content.analysis.sensors

    @property
    def unit(self) -> str:
        """Unit of the depth of breaths: that of the band, or degrees for a motion sensor."""
        return self._content.analysis.unit

    @cached_property
    def signals(self) -> Mapping[str, Signal]:
        """The samples as they came, and the breathing waveforms made of them, by name."""
        made = (_build_signal(one) for one in self._content.tracks)
        return MappingProxyType({one.name: one for one in made})

    @cached_property
    def breaths(self) -> Table:
        """The breaths: times of start, peak and end, depth, quality."""
        return TABLES["breaths"](self._content)

    @cached_property
    def braces(self) -> Table:
        """Braces and draw-ins: times, direction, breathing, level, quality."""
        return TABLES["braces"](self._content)

    @cached_property
    def rate(self) -> Table:
        """Breaths a minute, where that is known."""
        return TABLES["rate"](self._content)

    @cached_property
    def gaps(self) -> Table:
        """Where there are no samples, and why."""
        return TABLES["gaps"](self._content)

    @cached_property
    def unscored(self) -> Table:
        """What is not scored, and why."""
        return TABLES["unscored"](self._content)

    @cached_property
    def pauses(self) -> Table:
        """Where breathing stood still."""
        return TABLES["pauses"](self._content)

    @cached_property
    def marks(self) -> Table:
        """The marks that are part of the recording."""
        return TABLES["marks"](self._content)

    @cached_property
    def annotations(self) -> Table:
        """What was written beside the recording afterwards."""
        return TABLES["annotations"](self._content)

    def measures(
        self, *, window_s: float = 60.0, full_depth: float | None = None
    ) -> dict[str, Any]:
        """Return the figures of breathing, as ``breathsense measure --json`` prints them.

        Runs the engine once more. Breaths set by hand do not enter.

        Parameters
        ----------
        window_s : float
            Length of a window.
        full_depth : float, optional
            Depth of the wearer's fullest breath, in ``unit``.

        Raises
        ------
        RefusedInput
            No sensor shows breathing, or the file is not there any more.

        """
        opened = self._reopen()
        builder = MeasuresBuilder(
            opened.setup,
            choose_leader(opened.setup),
            MeasureParams(window_ns=round(window_s * NS_PER_S)),
            Wanted((self.name,), None, full_depth),
        )
        engine = build_engine(opened.setup, joins_blocks=True)
        for item in opened.items:
            for event in engine.push(item):
                builder.push(event)
        for event in engine.flush():
            builder.push(event)
        return describe_measures(builder.finish())

    def to_dict(self) -> dict[str, Any]:
        """Return the analysis as plain values: the object of ``breathsense analyze --json``."""
        return describe_content(self._content)

    def units(self, table: str) -> dict[str, str]:
        """Return the unit of each field of a table; empty where there is none."""
        fields = self._find(table).dtype.names or ()
        if table in self.signals:
            unit = self.signals[table].unit
            return {name: "s" if name == "t_s" else unit for name in fields}
        return {name: tables.name_unit(table, name, self.unit) for name in fields}

    def to_pandas(self, table: str) -> Any:
        """Return a table, or the samples of a signal, as a pandas frame.

        Parameters
        ----------
        table : str
            ``"breaths"``, ``"braces"``, ``"rate"`` ..., or the name of a signal. The units stand
            in the frame's ``attrs["units"]``.

        Returns
        -------
        pandas.DataFrame
            A column for each field.

        Raises
        ------
        RefusedInput
            There is no such table, or pandas is not installed.

        """
        try:
            frames = import_module("pandas")
        except ImportError as error:
            raise RefusedInput(
                "frames need the package pandas, which is not installed",
                advice="Install it: pip install pandas. The numpy arrays need nothing.",
            ) from error
        found = self._find(table)
        frame = frames.DataFrame({name: found[name] for name in found.dtype.names or ()})
        frame.attrs["units"] = self.units(table)
        return frame

    def _find(self, table: str) -> Table:
        if table in TABLES:
            found: Table = getattr(self, table)
            return found
        if table in self.signals:
            return self.signals[table].samples
        raise RefusedInput(
            f"there is no table {table!r}",
            where=self.name,
            advice=f"There are {', '.join((*TABLES, *self.signals))}.",
        )


def _build_signal(track: Track) -> Signal:
    kind = "breathing" if track.key.signal == "waveform" else track.key.signal
    samples = tables.tabulate_track(track)
    samples.flags.writeable = False
    return Signal(f"{track.key.sensor}.{kind}", track.unit, track.rate_hz, samples)


def name_inputs(paths: tuple[Path, ...]) -> str:
    """Return what a session of these files is called."""
    return " ".join(path.name.split(".")[0] for path in paths)
