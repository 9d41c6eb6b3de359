"""A stored calibration taken up again, and baselines of today."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from breathsense.core.model.calibration import Calibration, LevelReference
from breathsense.core.model.inputs import Mark

Teach = Callable[..., Any]
ALL = ("belly", "chest", "tilt", "chest_tilt", "mmg_log", "forward_deg", "is_moving")


def known_before(brace_shift: float | None = 1.5) -> Calibration:
    level = LevelReference("abdomen", 4.0, 1.0, 0.02, 3.0, 0.01, brace_shift, -1.0)
    return Calibration("2026-05-03T10:00:00+02:00", "sitting", ("Belt 1",), (level,))


def test_a_stored_calibration_waits_for_three_quiet_breaths(
    make_wearer: Any, taught: Teach
) -> None:
    found = taught(make_wearer(duration_s=40.0), known_before())
    (told,) = found.calibrated
    assert 11.0 < told.t_ns / 1e9 < 16.0
    (level,) = told.calibration.levels
    assert level.rest == pytest.approx(10.0, abs=0.05)
    assert (level.brace_shift, told.calibration.posture) == (1.5, "sitting")


def test_a_brace_is_not_taken_for_the_level_at_rest_of_today(
    make_wearer: Any, taught: Teach
) -> None:
    wearer = make_wearer(duration_s=60.0, shifts=[(2.0, 12.0, 1.5)])
    wearer.mark(2.0, "exercise.brace", 10.0)
    (told,) = taught(wearer, known_before()).calibrated
    assert told.calibration.levels[0].rest == pytest.approx(10.0, abs=0.05)


def test_without_levels_a_stored_calibration_is_told_at_once(
    make_wearer: Any, taught: Teach
) -> None:
    wearer = make_wearer(sensors=ALL)
    wearer.mark(2.0, "calibration.quiet", 60.0)
    sounds = taught(wearer).known.mmgs
    (told,) = taught(make_wearer(duration_s=10.0), Calibration(mmgs=sounds)).calibrated
    assert told.t_ns < 1_000_000_000


def test_where_no_level_comes_at_all_the_sounds_are_told_alone(
    make_wearer: Any, taught: Teach
) -> None:
    wearer = make_wearer(sensors=ALL)
    wearer.mark(2.0, "calibration.quiet", 60.0)
    stored = replace(known_before(), mmgs=taught(wearer).known.mmgs)
    heard = make_wearer(sensors=("mmg_log", "is_moving"), duration_s=60.0)
    (told,) = taught(heard, stored).calibrated
    assert (told.calibration.levels, told.calibration.mmgs) == ((), stored.mmgs)
    assert 38.0 < told.t_ns / 1e9 < 45.0
    assert taught(heard, known_before()).calibrated == []
    restless = make_wearer(sensors=ALL, moving=[(0.0, 60.0)], duration_s=60.0)
    assert taught(restless, stored).calibrated == []


def test_an_empty_calibration_only_lends_its_posture(at_rest: Any, taught: Teach) -> None:
    found = taught(at_rest, Calibration(posture="supine"))
    assert len(found.calibrated) == 1
    assert found.known.posture == "supine"


def test_three_quiet_breaths_make_a_new_baseline(at_rest: Any, taught: Teach) -> None:
    at_rest.duration_s = 130.0
    at_rest.shifts.append((80.0, 130.0, 0.6))
    at_rest.mark(90.0, "rezero", 30.0)
    found = taught(at_rest)
    assert found.verdicts("rezero") == ["yes"]
    assert found.judged[-1].decided_ns < 108_000_000_000
    assert found.known.levels[0].rest == pytest.approx(10.6, abs=0.05)


def test_two_breaths_do_once_the_time_is_over(at_rest: Any, taught: Teach) -> None:
    at_rest.mark(70.0, "rezero", 9.0)
    found = taught(at_rest)
    assert found.verdicts("rezero") == ["yes"]


def test_no_quiet_breaths_make_no_baseline(at_rest: Any, taught: Teach) -> None:
    at_rest.depths.append((69.0, 100.0, 0.0))
    at_rest.mark(70.0, "rezero", 9.0)
    assert taught(at_rest).verdicts("rezero") == ["again"]


def test_a_new_quiet_minute_keeps_what_else_is_known(at_rest: Any, taught: Teach) -> None:
    at_rest.marks = [Mark(2_000_000_000, "calibration.quiet", 60_000_000_000)]
    found = taught(at_rest, known_before())
    level = found.known.levels[0]
    assert (level.full_depth, level.brace_shift) == (3.0, 1.5)
    assert level.rest == pytest.approx(10.0, abs=0.05)
