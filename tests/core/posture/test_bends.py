from typing import Any

import numpy as np
import pytest

from breathsense.core.model.bracing import Bend, BendStart, PostureHint


def find(given: list[Any], kind: type) -> list[Any]:
    return [one for one in given if isinstance(one, kind)]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("slope_s", [0.6, 1.0, 1.6])
def test_a_bend_is_told_as_it_starts_and_when_it_is_over(
    slope_s: float, seed: int, body: Any
) -> None:
    t_s = body.make_times(30.0)
    forward = 2.0 * np.sin(2 * np.pi * t_s / 5) + 45.0 * body.ramp(t_s, 12, 14, slope_s)
    given = body.watch(body.stand(t_s, body.lean(t_s, forward, 0.0, seed)))
    (start,), (bend,) = find(given, BendStart), find(given, Bend)
    assert start.start_ns == bend.start_ns
    assert abs(start.start_ns / 1e9 - 12.0) < 0.35
    assert 0.0 < start.decided_ns / 1e9 - 12.0 < 0.85
    assert abs(bend.forward_deg - 45.0) < 5.0
    assert abs(bend.sideways_deg) < 3.0
    assert abs(bend.end_ns / 1e9 - (14.0 + slope_s)) < 0.6
    assert bend.decided_ns > bend.end_ns


def test_the_first_deep_bend_is_taken_for_a_forward_one(body: Any) -> None:
    t_s = body.make_times(60.0)
    forward = 50.0 * body.ramp(t_s, 10, 12)
    right = 20.0 * body.ramp(t_s, 30, 32) - 40.0 * body.ramp(t_s, 45, 47)
    given = body.watch(body.stand(t_s, body.lean(t_s, forward, right, 3)))
    bends = [(one.forward_deg, one.sideways_deg) for one in find(given, Bend)]
    np.testing.assert_allclose(bends, [(50, 0), (0, 20), (0, -40)], atol=1.5)
    known = [one.is_forward_known for one in find(given, PostureHint)]
    assert known == sorted(known)
    assert 0 < sum(known) < len(known)


def test_what_marks_told_is_not_changed_by_bends(body: Any) -> None:
    t_s = body.make_times(60.0)
    forward = 12.0 * body.ramp(t_s, 14, 22)
    right = 40.0 * body.ramp(t_s, 45, 47)
    marks = [body.mark("calibration.tall", 5), body.mark("calibration.slump", 16)]
    given = body.watch(*marks, body.stand(t_s, body.lean(t_s, forward, right, 3)))
    bend = find(given, Bend)[-1]
    np.testing.assert_allclose((bend.forward_deg, bend.sideways_deg), (0, 40), atol=1.5)


def test_a_change_of_posture_is_one_bend_and_coming_back_is_none(body: Any) -> None:
    t_s = body.make_times(60.0)
    forward = 35.0 * body.ramp(t_s, 10, 30)
    given = body.watch(body.stand(t_s, body.lean(t_s, forward)))
    (start,), (bend,) = find(given, BendStart), find(given, Bend)
    assert 9.5 < start.start_ns / 1e9 < 10.5
    assert bend.end_ns / 1e9 < 12.0
    assert bend.forward_deg == pytest.approx(35.0, abs=1.0)


def test_a_bend_from_the_new_posture_is_told(body: Any) -> None:
    t_s = body.make_times(60.0)
    forward = 25.0 * body.ramp(t_s, 10, 80) + 30.0 * body.ramp(t_s, 35, 37)
    given = body.watch(body.stand(t_s, body.lean(t_s, forward)))
    assert [round(one.start_ns / 1e9) for one in find(given, Bend)] == [10, 35]
    second = find(given, Bend)[1]
    assert np.hypot(second.forward_deg, second.sideways_deg) == pytest.approx(30.0, abs=1.5)


def test_swinging_that_does_not_end_is_cut_off(body: Any) -> None:
    t_s = body.make_times(80.0)
    swing = np.where(t_s > 10, 30.0 + 15.0 * np.sin(2 * np.pi * t_s / 4), 0.0)
    given = body.watch(body.stand(t_s, body.lean(t_s, swing)))
    first = find(given, Bend)[0]
    assert first.decided_ns / 1e9 == pytest.approx(40.0, abs=1.0)


@pytest.mark.parametrize("what", ["quiet", "deep", "slow slump", "cough", "steps"])
def test_other_movement_is_no_bend(what: str, body: Any) -> None:
    t_s = body.make_times(120.0)
    forward = {
        "quiet": 2.0 * np.sin(2 * np.pi * t_s / 4),
        "deep": 4.0 * np.sin(2 * np.pi * t_s / 10),
        "slow slump": 15.0 * body.ramp(t_s, 20, 60, 6.0),
        "cough": np.where(t_s % 7 < 0.1, 15.0, 0.0),
        "steps": body.ramp(t_s, 10, 100, 3.0) * 8.0 * np.sin(2 * np.pi * 1.8 * t_s),
    }[what]
    assert not find(body.watch(body.stand(t_s, body.lean(t_s, forward))), BendStart)


def test_a_knock_that_throws_the_trunk_far_and_leaves_it_there_is_a_bend(body: Any) -> None:
    t_s = body.make_times(20.0)
    forward = np.where(t_s > 10.0, 30.0, 0.0)
    (start,) = find(body.watch(body.stand(t_s, body.lean(t_s, forward))), BendStart)
    assert start.decided_ns / 1e9 == pytest.approx(10.5, abs=0.3)


def test_a_hole_ends_an_open_bend(body: Any) -> None:
    early_s, late_s = body.make_times(11.5), body.make_times(30.0, 20.0)
    forward = 45.0 * body.ramp(early_s, 10, 14)
    stances = [
        body.stand(early_s, body.lean(early_s, forward)),
        body.stand(late_s, body.lean(late_s, 45.0)),
    ]
    given = body.watch(*stances)
    (bend,) = find(given, Bend)
    assert bend.end_ns / 1e9 < 11.6
    assert 20.0 < bend.decided_ns / 1e9 < 20.3
    assert bend.forward_deg == pytest.approx(45.0, abs=2.0)


def test_nothing_is_made_up_at_the_end_of_the_input(body: Any) -> None:
    t_s = body.make_times(13.0)
    given = body.watch(body.stand(t_s, body.lean(t_s, 45.0 * body.ramp(t_s, 10, 14))))
    assert len(find(given, BendStart)) == 1
    assert not find(given, Bend)
