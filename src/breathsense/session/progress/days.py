"""Which days were practised, told without blame.

A day on which the recording ran but the sensor was hardly worn is told apart from one on which
nothing was done: the one is a matter of straps and batteries, the other of life.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from breathsense.library.entry import SessionEntry

WEEK_DAYS = 7
LEAST_WORN = 0.5
"""A session in which the sensor was worn for less of the time counts as hardly worn."""
LEAST_S = 60.0
"""Shorter recordings are tries."""

DayState = Literal["practised", "not_worn", "not_done", "to_come"]


@dataclass(frozen=True, slots=True)
class Day:
    """One day.

    Parameters
    ----------
    day : date
        Which.
    state : DayState
        What it was.
    is_counted : bool
        Whether something was done: also with a sensor that was hardly worn.
    minutes : float
        Of all its recordings.
    n_stops : int
        Stops that were logged.

    """

    day: date
    state: DayState
    is_counted: bool = False
    minutes: float = 0.0
    n_stops: int = 0


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from a Monday on."""

    days: tuple[Day, ...]

    @property
    def n_practised(self) -> int:
        """Days on which something was practised."""
        return sum(one.is_counted for one in self.days)

    @property
    def minutes(self) -> float:
        """Of all recordings."""
        return sum(one.minutes for one in self.days)


def is_worn(entry: SessionEntry) -> bool:
    """Return whether the sensors were worn for a while, or none was needed."""
    if not entry.sensors:
        return bool(entry.done)
    worn_frac = entry.worn_frac or 0.0
    return entry.n_breaths > 0 and worn_frac >= LEAST_WORN and entry.duration_s >= LEAST_S


def is_practised(entry: SessionEntry) -> bool:
    """Return whether a recording counts: something was done, or worn for a while."""
    return bool(entry.done) or is_worn(entry)


def find_length_s(entry: SessionEntry) -> float:
    """Return how long a session was; without a sensor that is what its programmes took."""
    return max(entry.duration_s, sum(one.length_s for one in entry.courses))


def start_with_practice(weeks: Sequence[Week]) -> tuple[Week, ...]:
    """Return the weeks from the first one on in which there is anything, the last one at least."""
    first = next((at for at, week in enumerate(weeks) if week.minutes), len(weeks) - 1)
    return tuple(weeks[max(first, 0) :])


def list_weeks(entries: Iterable[SessionEntry], today: date, n_weeks: int) -> list[Week]:
    """Return the last weeks, oldest first; the last one is that of today."""
    by_day: dict[date, list[SessionEntry]] = {}
    for one in entries:
        if one.is_own:
            by_day.setdefault(one.started.date(), []).append(one)
    monday = today - timedelta(days=today.weekday())
    return [
        Week(
            tuple(
                _tell_day(monday - timedelta(days=WEEK_DAYS * ago - place), by_day, today)
                for place in range(WEEK_DAYS)
            )
        )
        for ago in reversed(range(n_weeks))
    ]


def _tell_day(day: date, by_day: dict[date, list[SessionEntry]], today: date) -> Day:
    found = by_day.get(day, [])
    minutes = sum(find_length_s(one) for one in found) / 60
    n_stops = sum(len(one.stops) for one in found)
    is_counted = any(is_practised(one) for one in found)
    state: DayState = "to_come" if day > today else "not_done"
    if any(is_worn(one) for one in found):
        state = "practised"
    elif is_counted or any(one.duration_s >= LEAST_S for one in found):
        state = "not_worn"
    return Day(day, state, is_counted, minutes, n_stops)


def count_practised(entries: Iterable[SessionEntry], today: date, n_days: int = WEEK_DAYS) -> int:
    """Return on how many of the last days, today with them, something was practised."""
    first = today - timedelta(days=n_days - 1)
    days = {one.started.date() for one in entries if one.is_own and is_practised(one)}
    return sum(first <= day <= today for day in days)
