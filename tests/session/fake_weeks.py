"""Weeks of practice as the library would tell them: figures of a formula, no recordings."""

from datetime import datetime, timedelta, timezone
from math import sin
from pathlib import Path

from breathsense.core.coaching.due import Done
from breathsense.core.model.sensors import Sensor
from breathsense.library.entry import CourseSeen, SessionEntry

BAND = Sensor("abdomen", "band", "abdomen", "N")
ZONE = timezone(timedelta(hours=2))
FIRST = datetime(2026, 10, 5, 18, 30, tzinfo=ZONE)
"""A Monday."""
NAMES = {"core.fill_the_can": "Fill the can", "breathe.all_round": "All-round breathing"}


def build_session(n_days: float, **changes: object) -> SessionEntry:
    """Return a session of eight minutes that many days after the first."""
    started = FIRST + timedelta(days=n_days)
    settled = min(n_days / 40, 1.0)
    wave = sin(n_days * 2.4)
    programme = "core.fill_the_can" if int(n_days) % 2 else "breathe.all_round"
    score = 58 + 26 * settled + 6 * wave
    known = {
        "path": Path(f"recordings/{started:%Y-%m-%d_%H-%M}.mcap"),
        "key": f"{n_days:07.3f}",
        "started": started,
        "duration_s": 480.0 + 60 * wave,
        "sensors": (BAND,),
        "calibration": "2026-10-05" if n_days < 23 else "2026-10-28",
        "n_breaths": 90,
        "rate_per_min": 14.5 - 3.5 * settled + 1.2 * wave,
        "depth": 2.0,
        "unit": "N",
        "depth_pct": 42 + 16 * settled + 5 * wave,
        "hold_s": 6 + 5 * settled + wave,
        "retention": 0.72 + 0.15 * settled + 0.05 * wave,
        "longest_gap_s": 6.5 - 2.5 * settled + 0.8 * wave,
        "done": (Done(started.date(), programme, 1, score),),
        "courses": (CourseSeen(programme, NAMES[programme], 1, started, 420.0, "", score),),
        "before": {"pain": round(5 - 2 * settled + wave), "stress": round(6 - settled - wave)},
        "after": {"pain": round(4 - 2 * settled), "stress": round(4 - settled)},
        "worn_frac": 0.98,
        "usable_frac": 0.93,
    }
    return SessionEntry(**{**known, **changes})


def build_weeks(n_weeks: int = 6) -> tuple[SessionEntry, ...]:
    """Return weeks of about five days of practice each, newest first, as the library gives them.

    With a day on which the sensor was hardly worn, a session that was stopped, and a new
    calibration in the fourth week.
    """
    days = [one for one in range(7 * n_weeks) if one % 7 not in {2, 6}]
    entries = [build_session(float(one)) for one in days]
    entries[4] = build_session(
        float(days[4]), worn_frac=0.1, usable_frac=0.1, n_breaths=3, done=(), courses=()
    )
    stopped = entries[9]
    entries[9] = build_session(float(days[9]), stops=("dizzy",), done=stopped.done)
    return tuple(reversed(entries))


def build_many(n: int) -> tuple[SessionEntry, ...]:
    """Return so many sessions, about one and a half a day."""
    return tuple(build_session(0.66 * one) for one in reversed(range(n)))
