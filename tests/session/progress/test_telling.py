from datetime import date

import msgspec
import pytest
from fake_weeks import FIRST, build_session, build_weeks

from breathsense.library.entry import CourseSeen
from breathsense.session.progress.days import list_weeks
from breathsense.session.progress.measures import MEASURES
from breathsense.session.progress.tables import build_progress
from breathsense.session.progress.telling import (
    NOTHING,
    SPARKS,
    describe_session,
    draw_spark,
    tell_change,
    tell_days,
    tell_left_out,
    tell_newest,
    tell_stops,
    tell_weeks,
)
from breathsense.session.progress.trends import Trend, build_trend

TODAY = date(2026, 11, 14)
BY_ID = {one.id: one for one in MEASURES}
BLAME = ("fail", "miss", "lost", "broke", "only", "should", "bad", "worse", "better")


def test_days_are_told_without_blame() -> None:
    entries = build_weeks()
    for today in (TODAY, date(2026, 11, 30)):
        words = tell_days(entries, list_weeks(entries, today, 6), today)
        assert not [one for one in BLAME if one in words.lower()]
    assert tell_days(entries, list_weeks(entries, TODAY, 6), TODAY) == (
        "5 of the last 7 days, 40 min this week."
    )
    assert words == "0 of the last 7 days. Welcome back whenever it suits."
    assert tell_days((), (), TODAY) == NOTHING


def test_demos_are_told_apart() -> None:
    demos = [build_session(float(n), is_virtual=True) for n in range(2)]
    assert (
        tell_days(demos, list_weeks(demos, TODAY, 1), TODAY) == f"{NOTHING} (2 demos not counted)"
    )
    own = build_session(5.0)
    says = tell_days([own, demos[0]], list_weeks([own], FIRST.date(), 1), FIRST.date())
    assert says.endswith("(1 demo not counted)")
    assert describe_session(demos[0]).startswith("demo, ")
    assert not describe_session(own).startswith("demo")


def test_stops_are_told_and_none_is_not() -> None:
    assert tell_stops(list_weeks(build_weeks(), TODAY, 6)) == "1 stop logged: talk about it."
    twice = [build_session(0.0, stops=("dizzy", "own_wish"))]
    assert tell_stops(list_weeks(twice, FIRST.date(), 1)) == "2 stops logged: talk about them."
    assert tell_stops(list_weeks(build_weeks(), TODAY, 2)) == ""


@pytest.mark.parametrize(
    ("measure", "n_days", "words"),
    [
        ("hold", 0, "Nothing to show yet."),
        ("hold", 1, "1 point so far; two weeks make a trend."),
        ("hold", 5, "5 points so far; two weeks make a trend."),
        ("hold", 21, "First week 6.3, last week 8.3 s."),
        ("kept", 21, "First week 73, last week 93 %."),
    ],
)
def test_a_change_is_told_as_two_figures(measure: str, n_days: int, words: str) -> None:
    entries = [
        build_session(float(day), hold_s=5.3 + day // 7 + 1.0, retention=0.73 + day // 7 / 10)
        for day in range(n_days)
    ]
    assert tell_change(build_trend(BY_ID[measure], entries)) == words


def test_figures_of_two_calibrations_come_with_a_warning() -> None:
    words = tell_change(build_trend(BY_ID["hold"], build_weeks()))
    assert words.endswith("Calibrated anew in between: do not compare.")


def test_what_is_left_out_is_told() -> None:
    assert tell_left_out(build_trend(BY_ID["rate"], build_weeks())) == (
        "1 session left out: too little could be read."
    )
    assert tell_left_out(build_trend(BY_ID["pain"], build_weeks())) == ""


def test_the_newest_figure_is_told_or_a_dash() -> None:
    assert tell_newest(build_trend(BY_ID["rate"], [build_session(0.0)])) == "14.5"
    assert tell_newest(Trend(BY_ID["rate"], ())) == "—"


def test_a_spark_goes_by_the_scale_of_the_measure() -> None:
    entries = [
        build_session(float(day), before={"pain": pain}, after={})
        for day, pain in enumerate((0, 5, 10, 10))
    ]
    trend = build_trend(BY_ID["pain"], entries)
    assert draw_spark(trend, 10) == SPARKS[0] + SPARKS[4] + SPARKS[7] * 2
    assert draw_spark(trend, 2) == SPARKS[7] * 2


def test_a_week_is_a_line() -> None:
    lines = tell_weeks(list_weeks(build_weeks(), TODAY, 6))
    assert lines[0] == " 5 Oct  ■■·■■◪·  4 of 7 days   41 min"
    assert lines[-1] == " 9 Nov  ■■·■■■   5 of 7 days   40 min"


def test_a_session_is_told_by_what_was_practised_and_how_it_felt() -> None:
    assert describe_session(build_session(1.0)) == "Fill the can 63, pain 6→4, stress 5→4"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "free practice"),
        ({"n_breaths": 0}, "no breaths seen"),
        ({"trouble": "cut off"}, "cut off"),
        ({"stops": ("pain_rose",)}, "stopped: more pain"),
    ],
)
def test_a_session_without_a_programme_is_told_too(changes: dict[str, object], words: str) -> None:
    entry = build_session(0.0, **{"done": (), "courses": (), "before": {}, "after": {}, **changes})
    assert describe_session(entry) == words


def test_a_stop_is_told_once() -> None:
    course = CourseSeen("core.ladder", "Brace ladder", 1, FIRST, 60.0, "dizzy")
    entry = build_session(0.0, courses=(course,), stops=("dizzy",), before={}, after={})
    assert describe_session(entry) == "Brace ladder (stopped: dizzy)"


def test_the_object_for_programs_has_all_of_it() -> None:
    told = build_progress(build_weeks(), TODAY, 6)
    assert told["schema"] == "breathsense.progress/1"
    assert told["today"] == "2026-11-14"
    assert told["days_of_last_7"] == 5
    assert told["weeks"][0]["monday"] == "2026-10-05"
    assert told["weeks"][0]["days"][5] == "not_worn"
    assert sum(one["stops"] for one in told["weeks"]) == 1
    trends = {one["id"]: one for one in told["trends"]}
    assert trends["rate"]["left_out"] == 1
    assert trends["hold"]["compares"] is False
    assert trends["pain"]["compares"] is True
    assert trends["pain"]["hollow"] == "after the session"
    assert trends["pause"]["points"] == []
    assert trends["pause"]["first_week"] is None
    assert trends["depth"]["points"][0] == {
        "t": "2026-10-05T18:30:00+02:00",
        "value": 42.0,
        "calibration": "2026-10-05",
        "hollow": False,
    }
    assert msgspec.json.decode(msgspec.json.encode(told)) == told
