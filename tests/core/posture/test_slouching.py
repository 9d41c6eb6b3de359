from typing import Any

import numpy as np
import pytest

from breathsense.core.model.bracing import PostureHint, Slouched
from breathsense.core.model.coaching import WatchBegan
from breathsense.core.model.samples import Stance

S = 1_000_000_000


def show_range(body: Any, slump_deg: float = 20.0, *, slump: bool = True) -> list[Any]:
    """Tall from 5 to 10 s, slumped from 15 to 20 s; the stance of 45 s."""
    t_s = body.make_times(45.0)
    marks = [body.mark("calibration.tall", 5, 5)]
    marks += [body.mark("calibration.slump", 15, 5)] if slump else []
    return [*marks, body.stand(t_s, body.lean(t_s, slump_deg * body.ramp(t_s, 14, 20)))]


def sit(body: Any, forward: Any, duration_s: float, *, moving: Any = False) -> Stance:
    t_s = body.make_times(duration_s, 45.0)
    leans = forward(t_s) if callable(forward) else forward
    stance: Stance = body.stand(t_s, body.lean(t_s, leans), moving=moving)
    return stance


def find(given: list[Any]) -> list[Slouched]:
    return [one for one in given if isinstance(one, Slouched)]


def test_two_minutes_of_slouching_are_told_once(body: Any) -> None:
    given = body.watch(*show_range(body), sit(body, 14.0, 600.0))
    (slouched,) = find(given)
    assert 45.0 < slouched.start_ns / 1e9 < 49.0
    assert 120.0 <= (slouched.decided_ns - slouched.start_ns) / 1e9 < 120.5
    assert slouched.slouch_frac == pytest.approx(0.7, abs=0.02)
    assert slouched.is_reminder


@pytest.mark.parametrize(("forward_deg", "slump_deg"), [(11.0, 20.0), (9.0, 12.0)])
def test_less_than_the_share_or_than_ten_degrees_is_none(
    forward_deg: float, slump_deg: float, body: Any
) -> None:
    assert not find(body.watch(*show_range(body, slump_deg), sit(body, forward_deg, 300.0)))


def test_backward_and_sideways_is_none(body: Any) -> None:
    assert not find(body.watch(*show_range(body), sit(body, -18.0, 300.0)))
    t_s = body.make_times(300.0, 45.0)
    aside = body.stand(t_s, body.lean(t_s, 0.0, 18.0))
    assert not find(body.watch(*show_range(body), aside))


def test_lying_and_walking_are_none(body: Any) -> None:
    assert not find(body.watch(*show_range(body), sit(body, 80.0, 300.0)))
    assert not find(body.watch(*show_range(body), sit(body, 15.0, 300.0, moving=True)))


def test_sitting_up_for_a_moment_does_not_begin_a_new_stretch(body: Any) -> None:
    def shift(t_s: np.ndarray) -> np.ndarray:
        leans: np.ndarray = 16.0 - 16.0 * body.ramp(t_s, 90, 92)
        return leans

    (slouched,) = find(body.watch(*show_range(body), sit(body, shift, 200.0)))
    assert slouched.start_ns / 1e9 < 46.0


def test_sitting_up_for_longer_does(body: Any) -> None:
    def shift(t_s: np.ndarray) -> np.ndarray:
        leans: np.ndarray = 16.0 - 16.0 * body.ramp(t_s, 90, 110)
        return leans

    (slouched,) = find(body.watch(*show_range(body), sit(body, shift, 240.0)))
    assert slouched.start_ns / 1e9 > 110.0


def test_a_long_hole_begins_a_new_stretch(body: Any) -> None:
    early = sit(body, 16.0, 100.0)
    t_s = body.make_times(200.0, 200.0)
    late = body.stand(t_s, body.lean(t_s, 16.0))
    (slouched,) = find(body.watch(*show_range(body), early, late))
    assert slouched.start_ns / 1e9 >= 200.0


def test_reminders_are_few_and_apart(body: Any) -> None:
    """A stretch of 2.5 minutes, half a minute tall, on and on for two hours."""

    def shift(t_s: np.ndarray) -> np.ndarray:
        return np.where(t_s % 180 < 150, 16.0, 0.0)

    stretches = find(body.watch(*show_range(body), sit(body, shift, 7200.0)))
    assert 38 <= len(stretches) <= 41
    reminded_s = [one.decided_ns / 1e9 for one in stretches if one.is_reminder]
    assert min(np.diff(reminded_s)) >= 899.9
    assert all(sum(t <= one < t + 3600 for one in reminded_s) <= 3 for t in reminded_s)
    assert len(reminded_s) >= 5


def test_a_watch_brings_its_own_numbers_from_its_start_on(body: Any) -> None:
    watch = WatchBegan(100 * S, 0.3, 5.0, 30.0, 300.0, 2)
    given = body.watch(*show_range(body), watch, sit(body, 8.0, 1500.0))
    (slouched,) = find(given)
    assert 100.0 <= slouched.start_ns / 1e9 < 101.0
    assert 30.0 <= (slouched.decided_ns - slouched.start_ns) / 1e9 < 30.5

    def shift(t_s: np.ndarray) -> np.ndarray:
        return np.where(t_s % 90 < 60, 16.0, 0.0)

    stretches = find(body.watch(*show_range(body), watch, sit(body, shift, 3600.0)))
    reminded_s = [one.decided_ns / 1e9 for one in stretches if one.is_reminder]
    assert len(stretches) > 30
    assert len(reminded_s) == 2
    assert 300.0 <= reminded_s[1] - reminded_s[0] < 400.0


def test_without_a_range_nothing_is_told(body: Any) -> None:
    given = body.watch(*show_range(body, slump=False), sit(body, 16.0, 300.0))
    assert not find(given)
    assert {one.slouch_frac for one in given if isinstance(one, PostureHint)} == {None}
    assert not find(body.watch(*show_range(body, slump_deg=0.0), sit(body, 16.0, 300.0)))


def test_the_hint_tells_the_place_between_tall_and_slump(body: Any) -> None:
    given = body.watch(*show_range(body), sit(body, 10.0, 60.0))
    last = [one for one in given if isinstance(one, PostureHint)][-1]
    assert last.slouch_frac == pytest.approx(0.5, abs=0.02)
    assert last.is_forward_known


def test_a_range_from_before_holds_once_tall_and_forward_are_known(body: Any) -> None:
    shown = show_range(body, 45.0, slump=False)  # a bend of 45 degrees shows forward
    given = body.watch(*shown, sit(body, 15.0, 200.0), range_deg=20.0)
    (slouched,) = find(given)
    assert slouched.slouch_frac == pytest.approx(0.75, abs=0.02)
