from datetime import date
from itertools import pairwise

import pytest
from fake_weeks import FIRST, build_many, build_session, build_weeks

from breathsense.core.coaching.due import Done
from breathsense.library.entry import CourseSeen
from breathsense.session.progress.measures import MEASURES, Measure, list_measures
from breathsense.session.progress.trends import build_trend, find_change, split_runs

DAY = FIRST.date()
BY_ID = {one.id: one for one in MEASURES}


def test_each_usable_session_gives_a_point_in_order_of_time() -> None:
    trend = build_trend(BY_ID["depth"], build_weeks())
    assert len(trend.points) == 29
    assert all(a.when < b.when for a, b in pairwise(trend.points))
    assert trend.n_left_out == 1, "the one that was hardly worn"


@pytest.mark.parametrize(
    "changes", [{"usable_frac": 0.69}, {"usable_frac": None}, {"n_breaths": 14}]
)
def test_what_could_not_be_read_well_gives_no_point_of_the_body(
    changes: dict[str, object],
) -> None:
    entry = build_session(0.0, **changes)
    trend = build_trend(BY_ID["rate"], [entry])
    assert (trend.points, trend.n_left_out) == ((), 1)
    assert build_trend(BY_ID["pain"], [entry]).points != (), "answers need no sensor"


def test_a_session_without_the_figure_is_not_told_as_left_out() -> None:
    trend = build_trend(BY_ID["pause"], build_weeks())
    assert (trend.points, trend.n_left_out) == ((), 0)


def test_lines_never_run_from_one_calibration_to_the_next() -> None:
    runs = split_runs(build_trend(BY_ID["hold"], build_weeks()).points)
    assert [run[0].run for run in runs] == ["2026-10-05", "2026-10-28"]
    assert all({one.run for one in run} == {run[0].run} for run in runs)


def test_a_calibration_that_comes_back_is_a_run_of_its_own() -> None:
    entries = [build_session(float(day), calibration=name) for day, name in enumerate("aba")]
    assert len(split_runs(build_trend(BY_ID["depth"], entries).points)) == 3


def test_without_a_calibration_the_sensors_keep_runs_apart() -> None:
    entries = [
        build_session(0.0, calibration=None),
        build_session(1.0, calibration=None, sensors=()),
    ]
    assert len(split_runs(build_trend(BY_ID["rate"], entries).points)) == 2


def test_answers_are_joined_whatever_was_worn() -> None:
    trend = build_trend(BY_ID["pain"], build_weeks())
    assert len(split_runs(trend.points)) == 1
    assert len(trend.solid) == 30
    assert len(trend.points) == 60, "those after the sessions are hollow"


def test_led_breathing_is_no_rate_at_rest() -> None:
    rest = CourseSeen("assess.rest", "Resting breath", 0, FIRST, 120.0, "")
    entries = [build_session(0.0), build_session(1.0, courses=(rest,))]
    assert [one.is_hollow for one in build_trend(BY_ID["rate"], entries).points] == [True, False]


def test_trends_begin_with_the_day_that_is_asked_for() -> None:
    trend = build_trend(BY_ID["depth"], build_weeks(), date(2026, 11, 1))
    assert min(one.when.date() for one in trend.points) == date(2026, 11, 2)
    assert trend.n_left_out == 0


def test_the_band_is_that_of_the_first_week_of_all() -> None:
    rest = CourseSeen("assess.rest", "Resting breath", 0, FIRST, 120.0, "")
    entries = [
        build_session(float(day), courses=(rest,), rate_per_min=rate)
        for day, rate in enumerate((14.0, 12.0, 13.0, 9.0, 9.0, 9.0, 9.0, 30.0))
    ]
    trend = build_trend(BY_ID["rate"], entries, date(2026, 10, 9))
    assert trend.band == (9.0, 14.0)
    assert build_trend(BY_ID["rate"], entries[:2]).band is None, "two points are no week"
    assert build_trend(BY_ID["depth"], entries).band is None, "depth does not repeat so well"


def test_first_and_last_week_are_told_by_their_middle() -> None:
    entries = [build_session(float(day), calibration="a", hold_s=5.0 + day) for day in range(21)]
    change = find_change(build_trend(BY_ID["hold"], entries))
    assert change is not None
    assert (change.first, change.last) == (8.0, 22.0)
    assert (change.n_first, change.n_last, change.is_one_run) == (7, 7, True)


def test_less_than_two_weeks_are_no_change() -> None:
    entries = [build_session(float(day)) for day in range(14)]
    assert find_change(build_trend(BY_ID["hold"], entries)) is None
    assert find_change(build_trend(BY_ID["hold"], [])) is None


def test_weeks_of_two_calibrations_do_not_compare() -> None:
    change = find_change(build_trend(BY_ID["hold"], build_weeks()))
    assert change is not None
    assert not change.is_one_run


def test_there_is_a_score_for_each_programme_most_used_first() -> None:
    names = [one.name for one in list_measures(build_weeks()) if one.id.startswith("score.")]
    assert sorted(names) == ["All-round breathing", "Fill the can"]
    many = [build_session(0.0, done=(Done(DAY, "day.sit_tall", 0, 70.0),), courses=())] * 40
    measures = list_measures([*build_weeks(), *many])
    assert measures[len(MEASURES)].id == "score.day.sit_tall"
    assert measures[len(MEASURES)].name == "day.sit_tall", "whose name is not known"


def test_a_demo_gives_no_points_and_no_figures() -> None:
    demos = [build_session(float(n), is_virtual=True) for n in range(20)]
    assert not [one for one in list_measures(demos) if one.id.startswith("score.")]
    assert not build_trend(BY_ID["rate"], demos).points


def test_a_score_that_was_stopped_early_is_hollow() -> None:
    done = (Done(DAY, "core.ladder", 1, 40.0, stop="dizzy"), Done(DAY, "core.ladder", 1, 80.0))
    entry = build_session(0.0, done=done)
    measure = next(one for one in list_measures([entry]) if one.id == "score.core.ladder")
    assert [one.is_hollow for one in build_trend(measure, [entry]).points] == [True, False]


def test_reaches_are_listed_once_one_was_measured() -> None:
    assert not [one for one in list_measures(build_weeks()) if one.id.startswith("reach.")]
    entry = build_session(0.0, reaches={"forward": 62.0})
    measures = {one.id: one for one in list_measures([entry])}
    assert [one.value for one in build_trend(measures["reach.forward"], [entry]).points] == [62.0]
    assert build_trend(measures["reach.back"], [entry]).points == ()


def test_what_lies_in_the_trash_is_not_told() -> None:
    assert build_trend(BY_ID["rate"], [build_session(0.0, is_trashed=True)]).points == ()


def test_five_hundred_sessions_are_read_once_for_each_measure() -> None:
    entries = build_many(500)
    n_reads = 0

    def read(entry: object) -> tuple[()]:
        nonlocal n_reads
        n_reads += 1
        return ()

    build_trend(Measure("x", "x", "x", "x", 0.0, 1.0, read), entries)
    assert n_reads == 500
