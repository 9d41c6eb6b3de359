"""Names of table columns to sensors: which column belongs to what, in which unit."""

import difflib
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.samples import Signal, Values
from breathsense.core.model.sensors import Place, Sensor, SensorKind, name_sensor

NS_PER_UNIT = {"t_s": 1_000_000_000, "t_ms": 1_000_000}
"""Nanoseconds of one unit of each time column."""

ACC_IN_G = {"g": 1.0, "mg": 1e-3, "m/s2": 1.0 / 9.80665}
GYR_IN_DEG_PER_S = {"deg/s": 1.0, "rad/s": 180.0 / math.pi}
_FACTORS: dict[Signal, dict[str, float]] = {
    "acc": ACC_IN_G,
    "gyr": GYR_IN_DEG_PER_S,
    "rr": {"ms": 1.0},
}
_KINDS: dict[Signal, SensorKind] = {"band": "band", "acc": "imu", "gyr": "imu", "rr": "heart"}
_UNITS: dict[Signal, str] = {"acc": "g", "gyr": "deg/s", "rr": "ms"}
_AXES = ("x", "y", "z")
_NAMED = re.compile(r"(?P<name>[^\[\]]*?)\s*(?:\[(?P<unit>[^\[\]]*)\])?")
_KNOWN_NAMES = (
    *NS_PER_UNIT,
    "abdomen",
    "chest",
    *(f"{p}{s}_{a}" for p in ("", "chest_") for s in ("acc", "gyr") for a in _AXES),
    "rr",
)


@dataclass(frozen=True, slots=True)
class Series:
    """The columns of one signal of one sensor.

    Parameters
    ----------
    sensor : Sensor
        The sensor.
    signal : Signal
        Which of its signals.
    columns : tuple of int
        Positions in the table, in the order of the signal's channels.
    factors : tuple of float
        To the unit that the program works in.

    """

    sensor: Sensor
    signal: Signal
    columns: tuple[int, ...]
    factors: tuple[float, ...]

    def pick(self, rows: Values) -> Values:
        """Return the series' values, shape (n, n_channels), in the program's unit."""
        picked: Values = rows[:, self.columns] * np.array(self.factors)
        return picked


@dataclass(frozen=True, slots=True)
class Columns:
    """What a header row says.

    Parameters
    ----------
    names : tuple of str
        As they stand in the file.
    time_column : int or None
        Position of the time column, if there is one.
    ns_per_unit : int
        Nanoseconds of its unit.
    series : tuple of Series
        What is measured.

    """

    names: tuple[str, ...]
    time_column: int | None
    ns_per_unit: int
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class _Column:
    signal: Signal
    place: Place
    axis: int
    unit: str
    position: int
    text: str

    @property
    def key(self) -> tuple[Signal, Place]:
        return self.signal, self.place


def parse_columns(names: Sequence[str], where: str, *, ignore_unknown: bool = False) -> Columns:
    """Make sense of a header row.

    Raises
    ------
    RefusedInput
        A column is unknown (unless ignored), twice there, of an unknown unit, or lacks its
        sister axes; or nothing is measured at all.

    """
    time_at: dict[str, int] = {}
    found: list[_Column] = []
    unknown: list[str] = []
    for position, text in enumerate(names):
        name, unit = _split(text)
        if name in NS_PER_UNIT:
            _check_new_time(time_at, name, where)
            time_at[name] = position
        elif (column := _recognise(name, unit, position, text)) is not None:
            found.append(column)
        else:
            unknown.append(text)
    if unknown and not ignore_unknown:
        raise _refuse_unknown(unknown, where)
    series = _group(found, where)
    if not series:
        raise RefusedInput(
            "no column holds a sensor",
            where=where,
            advice=f"Columns have names such as abdomen[N], acc_x[g] or rr[ms]; here: {names}.",
        )
    name, position_of_time = next(iter(time_at.items()), ("t_s", None))
    return Columns(tuple(names), position_of_time, NS_PER_UNIT[name], series)


def _check_new_time(time_at: dict[str, int], name: str, where: str) -> None:
    if time_at:
        raise RefusedInput(
            f"there are two time columns ({next(iter(time_at))} and {name})",
            where=where,
            advice="Leave one of them.",
        )


def _split(text: str) -> tuple[str, str]:
    match = _NAMED.fullmatch(text.strip())
    if match is None:
        return text.strip(), ""
    return match["name"].lower(), (match["unit"] or "").strip()


def _recognise(name: str, unit: str, position: int, text: str) -> _Column | None:
    if name in {"abdomen", "chest"}:
        place: Place = "chest" if name == "chest" else "abdomen"
        return _Column("band", place, 0, unit or "au", position, text)
    if name == "rr":
        return _Column("rr", "chest", 0, unit, position, text)
    is_chest = name.startswith("chest_")
    signal, _, axis = name.removeprefix("chest_").partition("_")
    if axis not in _AXES or signal not in {"acc", "gyr"}:
        return None
    place = "chest" if is_chest else "abdomen"
    kind: Signal = "acc" if signal == "acc" else "gyr"
    return _Column(kind, place, _AXES.index(axis), unit, position, text)


def _refuse_unknown(unknown: list[str], where: str) -> RefusedInput:
    near = [
        f"{text} -> {match[0]}"
        for text in unknown
        if (match := difflib.get_close_matches(_split(text)[0], _KNOWN_NAMES, n=1))
    ]
    hint = f"Near: {', '.join(near)}. " if near else f"Known are {', '.join(_KNOWN_NAMES)}. "
    named = ", ".join(repr(text) for text in unknown)
    return RefusedInput(
        f"columns not understood: {named}",
        where=where,
        advice=f"{hint}Rename them, or let them pass with --ignore-columns.",
    )


def _group(found: list[_Column], where: str) -> tuple[Series, ...]:
    groups: dict[tuple[Signal, Place], dict[int, _Column]] = {}
    for column in found:
        axes = groups.setdefault(column.key, {})
        if column.axis in axes:
            raise RefusedInput(
                f"column {column.text!r} is there twice (also as {axes[column.axis].text!r})",
                where=where,
                advice="Leave one of them.",
            )
        axes[column.axis] = column
    units = {
        (_KINDS[signal], place): _UNITS.get(signal) or axes[0].unit
        for (signal, place), axes in reversed(groups.items())
    }
    return tuple(
        _build_series(signal, place, axes, units[_KINDS[signal], place], where)
        for (signal, place), axes in groups.items()
    )


def _build_series(
    signal: Signal, place: Place, axes: dict[int, _Column], unit: str, where: str
) -> Series:
    n_axes = len(_AXES) if signal in {"acc", "gyr"} else 1
    if len(axes) != n_axes:
        stem = next(iter(axes.values())).text.split("[")[0].strip()[:-1]
        missing = ", ".join(f"{stem}{_AXES[axis]}" for axis in range(n_axes) if axis not in axes)
        raise RefusedInput(
            f"missing: {missing}", where=where, advice="All three axes are needed for a direction."
        )
    kind = _KINDS[signal]
    columns = [axes[axis] for axis in range(n_axes)]
    return Series(
        Sensor(name_sensor(kind, place), kind, place, unit),
        signal,
        tuple(column.position for column in columns),
        tuple(_find_factor(column, where) for column in columns),
    )


def _find_factor(column: _Column, where: str) -> float:
    known = _FACTORS.get(column.signal)
    if known is None:
        return 1.0
    if column.unit not in known:
        complaint = f"unknown unit {column.unit!r}" if column.unit else "no unit"
        raise RefusedInput(
            f"column {column.text!r} has {complaint}",
            where=where,
            advice=f"Understood are {', '.join(known)}: write {column.text.split('[')[0]}[unit].",
        )
    return known[column.unit]


def add_others(columns: Columns, labels: Sequence[str], taken: set[str]) -> tuple[Series, ...]:
    """Return all columns as series: what is not understood is kept as it is, with its unit.

    Parameters
    ----------
    columns : Columns
        What is understood.
    labels : sequence of str
        Of all columns, as the file has them.
    taken : set of str
        Ids of sensors that there are already; those of this stream are put in.

    """
    known = {at for one in columns.series for at in one.columns} | {columns.time_column}
    taken |= {one.sensor.id for one in columns.series}
    others = []
    for at, label in enumerate(labels):
        if at not in known:
            name, unit = split_unit(label)
            sensor = Sensor(_name_apart(name, taken), "other", "abdomen", unit)
            others.append(Series(sensor, "other", (at,), (1.0,)))
    return (*columns.series, *others)


def split_unit(label: str) -> tuple[str, str]:
    """Return name and unit of ``Force (N)`` or ``Force[N]``; no unit where none is told."""
    match = re.fullmatch(r"\s*(.*?)\s*[(\[]([^()\[\]]*)[)\]]\s*", label)
    return (match[1], match[2].strip()) if match else (label.strip(), "")


def _name_apart(name: str, taken: set[str]) -> str:
    stem = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "other"
    apart, number = stem, 2
    while apart in taken:
        apart, number = f"{stem}_{number}", number + 1
    taken.add(apart)
    return apart
