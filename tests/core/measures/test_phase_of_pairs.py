import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from breathsense.core.measures.figures import Missing
from breathsense.core.measures.pair import (
    excursion,
    labored_index,
    measure_loop,
    rib_share,
    symmetry_index,
)
from breathsense.core.measures.phase import (
    Lag,
    correlate,
    find_lag,
    judge_synchrony,
    mean_direction,
    take_off_drift,
    wrap_degrees,
)

PERIOD = 100


def make_pair(
    phase_deg: float, noise: float = 0.0, drift: float = 0.0, seed: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Two breaths' worth of a breath with a slow expiration, the second one late."""
    turn = (np.arange(2 * PERIOD + 1) - PERIOD / 2) / PERIOD
    rng = np.random.default_rng(seed)

    def breathe(at: np.ndarray) -> np.ndarray:
        return -np.cos(2 * np.pi * at) + 0.3 * np.sin(4 * np.pi * at)

    first = breathe(turn) + noise * rng.normal(size=len(turn)) + drift * turn
    second = 0.4 * breathe(turn - phase_deg / 360) + 0.4 * noise * rng.normal(size=len(turn))
    return first, 7 + second - drift * turn


def circle_apart(first_deg: float, second_deg: float) -> float:
    return abs(wrap_degrees(first_deg - second_deg))


def find_phase(first: np.ndarray, second: np.ndarray) -> Lag:
    found = find_lag(first, second, PERIOD // 2, PERIOD)
    assert isinstance(found, Lag)
    return found


@pytest.mark.parametrize("phase_deg", range(-180, 181, 15))
def test_the_phase_is_found_over_the_full_circle(phase_deg: int) -> None:
    found = find_phase(*make_pair(phase_deg))
    assert circle_apart(found.phase_deg, phase_deg) < 0.5
    assert found.correlation > 0.999
    if abs(phase_deg) < 180:
        assert found.lag_steps == pytest.approx(phase_deg / 360 * PERIOD, abs=0.2)


@pytest.mark.parametrize("phase_deg", [-150, -90, -30, 0, 30, 60, 90, 120, 135, 165])
def test_a_tenth_of_noise_costs_less_than_five_degrees_where_the_loop_loses_more(
    phase_deg: int,
) -> None:
    errors, loop_errors = [], []
    for seed in range(20):
        first, second = make_pair(phase_deg, noise=0.1, seed=seed)
        errors.append(circle_apart(find_phase(first, second).phase_deg, phase_deg))
        breath = slice(PERIOD // 2, PERIOD // 2 + PERIOD + 1)
        loop = measure_loop(second[breath], first[breath]).phase_deg
        assert isinstance(loop, float)
        loop_errors.append(abs(loop - abs(phase_deg)))
    assert max(errors) < 5
    assert np.mean(loop_errors) > np.mean(errors)


def test_drift_of_both_waveforms_does_not_move_the_phase() -> None:
    found = find_phase(*make_pair(50, drift=1.5))
    assert found.phase_deg == pytest.approx(50, abs=1)


@given(
    scale=st.floats(0.01, 100),
    shift=st.floats(-50, 50),
    phase_deg=st.floats(-170, 170),
)
def test_the_phase_knows_neither_unit_nor_zero(
    scale: float, shift: float, phase_deg: float
) -> None:
    first, second = make_pair(phase_deg, noise=0.05)
    plain = find_phase(first, second)
    moved = find_phase(first, scale * second + shift)
    assert moved.phase_deg == pytest.approx(plain.phase_deg, abs=1e-4)
    assert moved.correlation == pytest.approx(plain.correlation)


@given(phase_deg=st.floats(-170, 170))
def test_exchanging_the_two_turns_the_sign(phase_deg: float) -> None:
    first, second = make_pair(phase_deg)
    there, back = find_phase(first, second), find_phase(second, first)
    assert there.phase_deg == pytest.approx(-back.phase_deg, abs=0.5)


def test_a_waveform_that_stands_still_has_no_phase() -> None:
    first, _ = make_pair(0)
    still = find_lag(first, 0 * first, PERIOD // 2, PERIOD)
    assert still == Missing("one of the two waveforms stands still")


def test_waveforms_that_are_not_alike_have_no_phase() -> None:
    first, _ = make_pair(0)
    noise = np.random.default_rng(0).normal(size=len(first))
    found = find_lag(first, noise, PERIOD // 2, PERIOD)
    assert isinstance(found, Missing)
    assert "not alike" in found.reason


def test_without_waveform_beside_the_breath_only_small_lags_are_told() -> None:
    first, second = make_pair(150)
    alone = slice(PERIOD // 2 - 10, PERIOD // 2 + PERIOD + 10)
    found = find_lag(first[alone], second[alone], 10, PERIOD)
    assert found == Missing("there is too little waveform beside the breath")
    first, second = make_pair(20)
    near = find_lag(first[alone], second[alone], 10, PERIOD)
    assert isinstance(near, Lag)
    assert near.phase_deg == pytest.approx(20, abs=1)


def test_a_breath_of_few_values_has_no_phase() -> None:
    assert isinstance(find_lag(np.arange(9.0), np.arange(9.0), 1, 7), Missing)


def test_a_single_breath_keeps_its_drift() -> None:
    values = np.arange(10.0)
    np.testing.assert_array_equal(take_off_drift(values, 10), values)
    np.testing.assert_allclose(take_off_drift(values, 4), 0.0, atol=1e-12)


def test_rows_without_movement_are_like_nothing() -> None:
    rows = np.array([[1.0, 1.0, 1.0], [1.0, 2.0, 3.0]])
    likeness = correlate(np.array([0.0, 1.0, 2.0]), rows)
    assert likeness is not None
    np.testing.assert_allclose(likeness, [0.0, 1.0])


@pytest.mark.parametrize(
    ("phase_deg", "name"),
    [
        (0, "together"),
        (-30, "together"),
        (31, "late"),
        (60, "late"),
        (-61, "asynchronous"),
        (120, "asynchronous"),
        (121, "paradox"),
        (180, "paradox"),
    ],
)
def test_synchrony_has_names(phase_deg: float, name: str) -> None:
    assert judge_synchrony(phase_deg) == name


def test_the_mean_of_directions_goes_round_the_circle() -> None:
    mean = mean_direction(np.array([170.0, -170.0, 180.0]))
    assert not isinstance(mean, Missing)
    assert circle_apart(mean.mean_deg, 180) < 1e-9
    assert mean.sd_deg == pytest.approx(8.18, abs=0.05)
    nowhere = Missing("the phases have no common direction")
    assert mean_direction(np.array([0.0, 180.0])) == nowhere
    assert mean_direction(np.zeros(0)) == nowhere


@given(st.floats(-1e4, 1e4))
def test_directions_are_wrapped_to_one_turn(degrees: float) -> None:
    wrapped = wrap_degrees(degrees)
    assert -180 < wrapped <= 180
    assert math.cos(math.radians(wrapped)) == pytest.approx(
        math.cos(math.radians(degrees)), abs=1e-9
    )


def make_loop(phase_deg: float, n: int = 401) -> tuple[np.ndarray, np.ndarray]:
    turn = np.arange(n) / (n - 1) * 2 * np.pi
    return 2 * np.sin(turn - math.radians(phase_deg)), 3 * np.sin(turn)


@pytest.mark.parametrize("phase_deg", [0, 20, 60, 89, 120, 160])
def test_the_loop_of_two_sines_has_their_angle_and_turns_counter_clockwise(
    phase_deg: int,
) -> None:
    chest, abdomen = make_loop(phase_deg)
    loop = measure_loop(chest, abdomen)
    assert loop.phase_deg == pytest.approx(phase_deg, abs=1)
    assert loop.openness == pytest.approx(math.sin(math.radians(phase_deg)), abs=0.01)
    if phase_deg > 0:
        assert isinstance(measure_loop(abdomen, chest).openness, float)
        assert measure_loop(abdomen, chest).openness < 0


def test_a_loop_of_one_line_has_no_angle() -> None:
    still = Missing("one of the two waveforms stands still")
    assert measure_loop(np.zeros(20), np.arange(20.0)) == (still, still)
    rising = measure_loop(np.arange(20.0), np.arange(20.0))
    assert rising.phase_deg == Missing("the loop is not closed")


def test_the_labored_index_is_one_together_and_grows_apart() -> None:
    chest, abdomen = make_loop(0)
    assert labored_index(chest, abdomen) == pytest.approx(1.0)
    assert labored_index(*make_loop(90)) == pytest.approx(5 / math.sqrt(13), abs=0.001)
    assert labored_index(*make_loop(180)) == pytest.approx(5.0, rel=0.001)
    cancel = Missing("belly and ribs cancel each other")
    assert labored_index(np.arange(5.0), -np.arange(5.0)) == cancel


@given(weight=st.floats(0.1, 10), chest=st.floats(0.01, 10), abdomen=st.floats(0.01, 10))
def test_the_ribs_share_lies_between_nothing_and_all(
    weight: float, chest: float, abdomen: float
) -> None:
    share = rib_share(chest, abdomen, weight)
    assert isinstance(share, float)
    assert 0 < share < 100
    assert share == pytest.approx(rib_share(weight * chest, abdomen))
    assert 100 - share == pytest.approx(rib_share(abdomen, chest, 1 / weight))


def test_sizes_of_what_does_not_move_are_not_compared() -> None:
    assert rib_share(0, 0) == Missing("neither sensor moves")
    assert symmetry_index(0, 0) == Missing("neither sensor moves")
    assert rib_share(1, 3) == 25.0
    assert rib_share(1, 2, weight=2) == 50.0
    assert symmetry_index(3, 1) == 50.0
    assert symmetry_index(0, 1) == -100.0
    assert excursion(np.array([2.0, -1.0, 0.5])) == 3.0
