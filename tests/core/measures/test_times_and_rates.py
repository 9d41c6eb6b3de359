import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from breathsense.core.measures.figures import Missing, divide, settle
from breathsense.core.measures.spread import correlate_neighbours, estimate_rate, spread_of
from breathsense.core.measures.timing import NO_END, measure_pause, time_breath

STEP_S = 0.04


def make_expiration(
    fall_s: float, rest_s: float, ripple: float = 0.0, rise_s: float = 0.2
) -> np.ndarray:
    """A fall as half a cosine, a rest, and the first tenth of the next rise (of 1.5 s)."""
    fall = 0.5 + 0.5 * np.cos(np.pi * np.arange(0, fall_s, STEP_S) / fall_s)
    rest = ripple * np.sin(2 * np.pi * 1.2 * np.arange(0, rest_s, STEP_S))
    rise = 0.5 - 0.5 * np.cos(np.pi * np.arange(0, rise_s, STEP_S) / 1.5)
    return np.concatenate((fall, rest, rise))


def test_a_breath_has_its_times_and_ratios() -> None:
    times = time_breath(10.0, 11.5, 15.0)
    assert times == pytest.approx((1.5, 3.5, 5.0, 0.3, 1.5 / 3.5))


def test_an_open_breath_has_its_inspiration_only() -> None:
    times = time_breath(10.0, 11.5, None)
    assert times == (1.5, NO_END, NO_END, NO_END, NO_END)


def test_a_breath_without_length_has_no_ratios() -> None:
    times = time_breath(10.0, 10.0, 10.0)
    assert isinstance(times.duty_cycle, Missing)
    assert isinstance(times.ie_ratio, Missing)


@given(shift=st.floats(-1e5, 1e5))
def test_when_a_breath_is_does_not_change_its_times(shift: float) -> None:
    moved = time_breath(10.0 + shift, 11.5 + shift, 15.0 + shift)
    assert moved == pytest.approx(time_breath(10.0, 11.5, 15.0), abs=1e-9)


@pytest.mark.parametrize("rest_s", [0.6, 1.0, 2.0, 5.0])
def test_the_pause_is_the_rest_between_fall_and_rise(rest_s: float) -> None:
    found = measure_pause(make_expiration(2.0, rest_s), STEP_S)
    assert found == pytest.approx(rest_s, abs=0.3)


def test_a_heart_beat_in_the_pause_does_not_end_it() -> None:
    found = measure_pause(make_expiration(2.0, 3.0, ripple=0.02), STEP_S)
    assert found == pytest.approx(3.0, abs=0.4)


def test_a_breath_that_turns_at_once_has_no_pause() -> None:
    sine = np.cos(2 * np.pi * np.arange(0, 2.6, STEP_S) / 4.0)
    assert measure_pause(sine, STEP_S) == 0.0


def test_a_halt_high_in_the_fall_is_no_pause() -> None:
    half = np.concatenate(
        (np.linspace(1, 0.5, 20), np.full(50, 0.5), np.linspace(0.5, 0, 20), [0.0, 0.02, 0.1])
    )
    assert measure_pause(half, STEP_S) == 0.0


def test_the_rise_after_the_pause_may_reach_high() -> None:
    found = measure_pause(make_expiration(2.0, 1.0, rise_s=0.8), STEP_S)
    assert found == pytest.approx(1.0, abs=0.3)


@pytest.mark.parametrize(
    ("values", "reason"),
    [(np.ones(8), "too short"), (np.ones(50), "does not fall"), (np.arange(50.0), "does not fall")],
)
def test_where_no_pause_can_be_looked_for_it_says_so(values: np.ndarray, reason: str) -> None:
    found = measure_pause(values, STEP_S)
    assert isinstance(found, Missing)
    assert reason in found.reason


@given(scale=st.floats(1e-3, 1e3), shift=st.floats(-100, 100))
def test_the_pause_knows_neither_unit_nor_zero(scale: float, shift: float) -> None:
    values = make_expiration(2.0, 1.0)
    assert measure_pause(scale * values + shift, STEP_S) == pytest.approx(
        measure_pause(values, STEP_S), abs=2 * STEP_S
    )


def test_the_middle_and_the_spread() -> None:
    assert spread_of(np.array([1.0, 2.0, 6.0])) == pytest.approx((3.0, 2.0, 88.19171036881969))
    few = spread_of(np.array([1.0, 2.0]))
    assert few.mean == Missing("too few breaths: 2, at least 3 are needed")


def test_a_level_below_zero_has_no_coefficient_of_variation() -> None:
    spread = spread_of(np.array([-1.0, 0.0, 1.0]))
    assert spread.mean == 0.0
    assert spread.cv_pct == Missing("the mean is not above zero")


def test_the_rate_is_a_minute_over_the_mean_interval() -> None:
    rate = estimate_rate([np.array([3.0, 4.0, 5.0])], 0.0)
    assert rate.per_min == pytest.approx(15.0)
    # SD 1 s over the square root of 3, brought to breaths a minute: 60 / 16 of it.
    assert rate.uncertainty_per_min == pytest.approx(60 / 16 / np.sqrt(3))


def test_stamps_alone_leave_some_uncertainty_and_each_gap_adds_to_it() -> None:
    whole = estimate_rate([np.full(12, 4.0)], 0.06).uncertainty_per_min
    parted = estimate_rate([np.full(4, 4.0)] * 3, 0.06).uncertainty_per_min
    assert whole == pytest.approx(60 / 16 * np.sqrt(2) * 0.06 / 12)
    assert isinstance(whole, float)
    assert parted == pytest.approx(np.sqrt(3) * whole)


@pytest.mark.parametrize("runs", [[], [np.array([4.0, 4.0])]])
def test_too_few_intervals_have_no_rate(runs: list[np.ndarray]) -> None:
    rate = estimate_rate(runs, 0.06)
    assert isinstance(rate.per_min, Missing)
    assert isinstance(rate.uncertainty_per_min, Missing)


@pytest.mark.parametrize("memory", [0.0, 0.5])
def test_two_thirds_of_all_sessions_have_the_true_rate_within_the_uncertainty(
    memory: float,
) -> None:
    rng = np.random.default_rng(11)
    n_inside = 0
    for _ in range(400):
        news = rng.normal(size=140)
        wander = np.zeros(140)
        for at in range(1, 140):
            wander[at] = memory * wander[at - 1] + news[at]
        rate = estimate_rate([4 + 0.4 * wander[20:]], 0.0)
        assert isinstance(rate.per_min, float)
        assert isinstance(rate.uncertainty_per_min, float)
        n_inside += abs(rate.per_min - 15) <= rate.uncertainty_per_min
    assert 0.58 < n_inside / 400 < 0.75


def test_neighbours_are_compared_within_a_run_only() -> None:
    assert correlate_neighbours([np.full(30, 4.0)]) == 0.0
    assert correlate_neighbours([np.array([1.0, 5.0] * 10)]) == 0.0
    assert correlate_neighbours([np.array([4.0])] * 30) == 0.0
    steps = correlate_neighbours([np.full(20, 3.0), np.full(20, 5.0)])
    assert steps == pytest.approx(0.9)


def test_what_is_not_finite_is_missing() -> None:
    assert divide(1.0, 0.0, "nothing") == Missing("nothing")
    assert divide(1e308, 1e-308, "too much") == Missing("too much")
    assert settle(float("nan"), "no number") == Missing("no number")
    assert settle(2.0, "no number") == 2.0
