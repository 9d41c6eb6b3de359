from datetime import datetime, timedelta, timezone

import pytest

from breathsense.session.reminders import Reminders
from breathsense.session.settings import ReminderSettings

ZONE = timezone(timedelta(hours=1))
NINE = datetime(2026, 11, 22, 9, 0, tzinfo=ZONE)
ON = ReminderSettings(is_on=True, every_min=45, snooze_min=15)


def walk(reminders: Reminders, minutes: int, start: datetime = NINE) -> list[int]:
    """Ask every minute; return the minutes at which a break was due, taking each for told."""
    told = []
    for minute in range(minutes + 1):
        now = start + timedelta(minutes=minute)
        if reminders.is_due(now):
            told.append(minute)
            reminders.had_break(now)
    return told


def test_a_break_is_due_after_each_interval() -> None:
    assert walk(Reminders(ON, NINE), 140) == [45, 90, 135]


def test_nothing_is_due_where_it_is_switched_off() -> None:
    assert walk(Reminders(ReminderSettings(), NINE), 600) == []


def test_a_break_that_was_made_counts() -> None:
    reminders = Reminders(ON, NINE)
    walk(reminders, 40)
    reminders.had_break(NINE + timedelta(minutes=40))
    assert walk(reminders, 44, NINE + timedelta(minutes=40)) == []
    assert reminders.is_due(NINE + timedelta(minutes=85))


def test_not_now_comes_again_a_little_later_and_then_as_usual() -> None:
    reminders = Reminders(ON, NINE)
    assert reminders.snooze(NINE) == NINE + timedelta(minutes=15)
    assert walk(reminders, 110) == [15, 60, 105]


@pytest.mark.parametrize(
    ("quiet", "hour", "is_due"),
    [
        (("21:00", "08:00"), 23, False),
        (("21:00", "08:00"), 7, False),
        (("21:00", "08:00"), 12, True),
        (("12:00", "14:00"), 13, False),
        (("12:00", "14:00"), 15, True),
    ],
)
def test_quiet_hours_are_quiet(quiet: tuple[str, str], hour: int, *, is_due: bool) -> None:
    settings = ReminderSettings(is_on=True, every_min=45, quiet_from=quiet[0], quiet_until=quiet[1])
    now = NINE.replace(hour=hour)
    assert Reminders(settings, now - timedelta(minutes=50)).is_due(now) is is_due


def test_the_first_reminder_after_the_quiet_hours_is_a_whole_interval_later() -> None:
    seven = NINE.replace(hour=7)
    assert walk(Reminders(ON, seven), 120, seven) == [59 + 45]


def test_after_the_computer_was_asleep_it_counts_anew() -> None:
    reminders = Reminders(ON, NINE)
    walk(reminders, 40)
    woke = NINE + timedelta(hours=3)
    assert not reminders.is_due(woke)
    assert walk(reminders, 44, woke) == []
    assert reminders.is_due(woke + timedelta(minutes=45))
