from datetime import date, timedelta

import pytest
from fake_weeks import FIRST, build_session, build_weeks

from breathsense.core.coaching.due import Done
from breathsense.library.entry import CourseSeen
from breathsense.session.progress.days import (
    count_practised,
    is_practised,
    list_weeks,
    start_with_practice,
)

DAY = FIRST.date()
TODAY = date(2026, 11, 14)


def test_weeks_end_with_that_of_today_and_begin_on_mondays() -> None:
    weeks = list_weeks(build_weeks(), TODAY, 6)
    assert [week.days[0].day for week in weeks] == [DAY + timedelta(days=7 * n) for n in range(6)]
    assert [day.state for day in weeks[-1].days] == [
        "practised", "practised", "not_done", "practised", "practised", "practised", "to_come",
    ]  # fmt: skip


def test_hardly_worn_is_told_apart_from_not_done() -> None:
    first = list_weeks(build_weeks(), TODAY, 6)[0]
    assert [day.state for day in first.days] == [
        "practised", "practised", "not_done", "practised", "practised", "not_worn", "not_done",
    ]  # fmt: skip
    assert first.n_practised == 4


def test_a_day_with_a_good_session_is_practised_whatever_else_there_was() -> None:
    bad = build_session(0.1, worn_frac=0.0, n_breaths=0, done=(), courses=())
    assert list_weeks([bad, build_session(0.0)], DAY, 1)[0].days[0].state == "practised"


@pytest.mark.parametrize(
    ("changes", "practised"),
    [
        ({"done": (), "courses": ()}, True),
        ({"done": (), "courses": (), "duration_s": 30.0}, False),
        ({"done": (), "courses": (), "n_breaths": 0}, False),
        ({"done": (), "courses": (), "worn_frac": None}, False),
        ({"done": (Done(DAY, "day.mobility"),), "sensors": (), "worn_frac": None}, True),
    ],
)
def test_what_counts_as_practice(changes: dict[str, object], *, practised: bool) -> None:
    assert is_practised(build_session(0.0, **changes)) is practised


def test_what_was_done_with_a_sensor_that_was_hardly_worn_counts_and_is_told_apart() -> None:
    entries = [build_session(0.0, n_breaths=0), build_session(1.0, worn_frac=0.2)]
    week = list_weeks(entries, DAY + timedelta(days=6), 1)[0]
    assert [day.state for day in week.days[:2]] == ["not_worn", "not_worn"]
    assert week.n_practised == count_practised(entries, DAY + timedelta(days=6)) == 2


def test_a_recording_of_a_moment_is_not_worth_telling() -> None:
    slip = build_session(0.0, duration_s=5.0, n_breaths=0, done=(), courses=())
    assert list_weeks([slip], DAY, 1)[0].days[0].state == "not_done"


def test_days_of_the_last_seven_are_counted_once_each() -> None:
    entries = [build_session(day) for day in (0.0, 0.1, 3.0, 6.0, 8.0)]
    assert count_practised(entries, DAY + timedelta(days=6)) == 3
    assert count_practised(entries, DAY + timedelta(days=8)) == 3
    assert count_practised(entries, DAY + timedelta(days=30)) == 0


def test_samples_and_trash_count_for_nothing() -> None:
    entries = [build_session(0.0, is_sample=True), build_session(0.0, is_trashed=True)]
    assert count_practised(entries, DAY) == 0
    assert list_weeks(entries, DAY, 1)[0].days[0].state == "not_done"


def test_practice_without_a_sensor_takes_as_long_as_its_programme() -> None:
    course = CourseSeen("day.mobility", "Mobility break", 0, FIRST, 360.0, "")
    entry = build_session(0.0, duration_s=0.0, courses=(course,))
    assert list_weeks([entry], DAY, 1)[0].minutes == 6.0


def test_weeks_before_the_first_practice_are_not_held_against_anybody() -> None:
    weeks = list_weeks(build_weeks(), TODAY, 20)
    assert start_with_practice(weeks)[0].days[0].day == DAY
    assert len(start_with_practice(list_weeks([], TODAY, 5))) == 1
    assert start_with_practice([]) == ()


def test_what_a_virtual_person_did_is_not_the_persons_practice() -> None:
    demos = [build_session(float(n), is_virtual=True, stops=("dizzy",)) for n in range(3)]
    week = list_weeks(demos, DAY + timedelta(days=6), 1)[0]
    assert (week.n_practised, week.minutes) == (0, 0.0)
    assert count_practised(demos, DAY + timedelta(days=2)) == 0
