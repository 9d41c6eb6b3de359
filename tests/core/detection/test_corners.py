"""Where a rest begins and ends, by the corner of the waveform there."""

import numpy as np
import pytest

from breathsense.core.detection.corners import find_corner
from breathsense.core.detection.pauses import PauseParams, find_rest

P = PauseParams()
PER_S = 25


def ramp(n: int, kind: str) -> np.ndarray:
    way = np.arange(n) / n
    return way if kind == "straight" else 0.5 - 0.5 * np.cos(np.pi * way)


def fall_rest_rise(out_s: float, rest_s: float, in_s: float, kind: str) -> np.ndarray:
    n_out, n_rest, n_in = (round(PER_S * one) for one in (out_s, rest_s, in_s))
    rise = np.append(ramp(n_in, kind), 1.0)
    return np.concatenate([1 - ramp(n_out, kind), np.zeros(n_rest), rise])


def soil(values: np.ndarray, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    at_s = np.arange(len(values)) / PER_S
    ripple = 0.02 * np.sin(2 * np.pi * 1.2 * at_s + rng.uniform(0, 6))
    return values + ripple + 0.01 * rng.normal(size=len(values))


@pytest.mark.parametrize("kind", ["straight", "round"])
@pytest.mark.parametrize("n_way", [8, 50, 150, 700])
@pytest.mark.parametrize("level", [-3.0, 1000.0])
def test_the_corner_is_where_the_level_is_left(kind: str, n_way: int, level: float) -> None:
    n_rest = n_way // 2 + 4
    values = level + np.concatenate([np.zeros(n_rest), ramp(2 * n_way, kind)[: n_way + 1]])
    for one in (values, 2 * level - values):
        assert find_corner(one) == pytest.approx(n_rest, abs=2 + n_way // 40)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_piece_too_short_to_have_a_corner_ends_where_it_ends(n: int) -> None:
    assert find_corner(np.arange(float(n))) == n - 1


@pytest.mark.parametrize("kind", ["straight", "round"])
@pytest.mark.parametrize("rest_s", [4.0, 7.0, 40.0])
def test_a_rest_is_found_as_it_was_made(kind: str, rest_s: float) -> None:
    rest = find_rest(fall_rest_rise(4.0, rest_s, 4.0, kind), P.least, P)
    assert rest is not None
    assert rest.begin / PER_S == pytest.approx(4.0, abs=0.1)
    assert rest.end / PER_S == pytest.approx(4.0 + rest_s, abs=0.1)


@pytest.mark.parametrize("kind", ["straight", "round"])
def test_ripple_and_noise_move_a_rest_little_in_the_middle(kind: str) -> None:
    made = fall_rest_rise(4.0, 4.0, 4.0, kind)
    found = [find_rest(soil(made, seed), P.least, P) for seed in range(30)]
    rests = [one for one in found if one is not None]
    assert len(rests) == 30
    begins = np.array([one.begin for one in rests]) / PER_S - 4.0
    ends = np.array([one.end for one in rests]) / PER_S - 8.0
    assert abs(np.median(begins)) <= 0.12
    assert abs(np.median(ends)) <= 0.12


@pytest.mark.parametrize(("out_s", "in_s"), [(4.0, 4.0), (14.0, 4.0), (3.0, 12.0)])
def test_a_rounded_turn_is_no_rest(out_s: float, in_s: float) -> None:
    assert find_rest(fall_rest_rise(out_s, 0.0, in_s, "round"), P.least, P) is None


def test_a_rest_between_steps_is_all_of_it() -> None:
    rest = find_rest(fall_rest_rise(0.08, 1.2, 0.08, "straight"), P.least, P)
    assert rest is not None
    assert (rest.end - rest.begin) / PER_S == pytest.approx(1.2, abs=0.1)


def test_a_rest_shorter_than_asked_for_is_none() -> None:
    made = fall_rest_rise(0.6, 1.5, 0.6, "round")
    assert find_rest(made, P.least, P) is not None
    assert find_rest(made, P.least_full, P) is None


def test_a_waveform_that_only_falls_or_stands_has_no_rest() -> None:
    assert find_rest(np.linspace(1.0, 0.0, 100), P.least, P) is None
    assert find_rest(np.zeros(10), P.least, P) is None
