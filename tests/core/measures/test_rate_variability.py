"""The numbers of NeuroKit2 0.2.13 stand here as it printed them for the same intervals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import interpolate, signal

from breathsense.core.measures.entropy import approximate_entropy, sample_entropy
from breathsense.core.measures.figures import Missing
from breathsense.core.measures.scaling import fluctuation_exponent, long_scaling
from breathsense.core.measures.spectrum import estimate_coherence, welch_density
from breathsense.core.measures.variability import (
    BAND_NAMES,
    TIME_NAMES,
    band_powers,
    join_monotone,
    rate_variability,
    time_domain,
)


def make_intervals(n: int, seed: int = 7) -> np.ndarray:
    """Intervals in s, in whole quarters, that anybody can make again."""
    quarters, x, before = [], seed, 0.0
    for _ in range(n):
        x = (1103515245 * x + 12345) % 2**31
        before = 0.6 * before + x / 2**31 - 0.5
        quarters.append(16 + round(6 * before))
    return np.array(quarters) / 4.0


NEUROKIT_200 = {
    "rmssd_ms": 497.48109228987755,
    "mean_bb_ms": 3985.0,
    "sdbb_ms": 490.25682942103913,
    "sdsd_ms": 498.7294144942553,
    "cvbb": 0.1230255531796836,
    "cvsd": 0.12483841713673213,
    "median_bb_ms": 4000.0,
    "mad_bb_ms": 370.65,
    "mcvbb": 0.0926625,
    "vlf": 0.023257177950689236,
    "lf": 0.011913565918196083,
    "hf": 0.0002650136679044118,
    "lf_hf": 44.95453390159939,
    "lf_share": 0.3362018126980158,
    "hf_share": 0.007478707563377817,
    "sd1_ms": 352.65495096608436,
    "sd2_ms": 596.9405356876415,
    "sd2_sd1": 1.6927042539806867,
    "apen": 1.0940898773624452,
    "sampen": 1.8490603230653957,
    "dfa_alpha1": 0.9046947340987486,
    "dfa_alpha2": 0.5429555551080822,
}
NEUROKIT_30 = {
    "rmssd_ms": 566.6751182601654,
    "mean_bb_ms": 4091.6666666666665,
    "sdbb_ms": 543.3109437598284,
    "sdsd_ms": 576.6388083288672,
    "cvbb": 0.13278475203906195,
    "cvsd": 0.13849493725299358,
    "median_bb_ms": 4000.0,
    "mad_bb_ms": 555.975,
    "mcvbb": 0.13899375,
    "sd1_ms": 407.7452116646718,
    "sd2_ms": 651.2429696994225,
    "sd2_sd1": 1.597181158892437,
}


def test_two_hundred_intervals_give_what_neurokit_gives() -> None:
    assert rate_variability([make_intervals(200)]) == pytest.approx(NEUROKIT_200, rel=1e-9)


def test_thirty_intervals_give_what_neurokit_gives_and_reasons_for_the_rest() -> None:
    found = rate_variability([make_intervals(30)])
    assert {name: found[name] for name in TIME_NAMES} == pytest.approx(NEUROKIT_30, rel=1e-9)
    for name in ("apen", "sampen", "dfa_alpha1", "dfa_alpha2"):
        figure = found[name]
        assert isinstance(figure, Missing)
        assert "too few intervals in a row: 30" in figure.reason


def test_the_bands_of_a_short_run_are_near_neurokits_whose_segments_are_a_value_shorter() -> None:
    found = rate_variability([make_intervals(30)])
    assert found["lf"] == pytest.approx(0.022174620430059175, rel=0.01)
    assert found["hf"] == pytest.approx(0.0004180664166445756, rel=0.05)
    assert found["vlf"] == Missing("the band is narrower than the resolution")


def test_differences_are_never_taken_across_a_gap() -> None:
    halves = [np.full(10, 3000.0), np.full(10, 6000.0)]
    found = time_domain(halves)
    assert found["rmssd_ms"] == 0.0
    assert found["mean_bb_ms"] == 4500.0
    assert found["sd2_sd1"] == Missing("all intervals are the same")


@pytest.mark.parametrize("runs", [[], [np.array([4.0] * 4)], [np.array([4.0, 5.0])] * 3])
def test_too_few_intervals_say_so(runs: list[np.ndarray]) -> None:
    for name in TIME_NAMES:
        figure = rate_variability(runs)[name]
        assert isinstance(figure, Missing)
        assert figure.reason.startswith("too few")


def test_intervals_that_only_alternate_have_no_long_axis() -> None:
    found = time_domain([np.array([3000.0, 5000.0] * 3 + [3000.0])])
    assert found["sd2_ms"] == Missing("the intervals only alternate")
    assert found["sd2_sd1"] == Missing("the intervals only alternate")


def test_equal_intervals_have_no_entropy_scaling_or_bands() -> None:
    same = np.full(200, 4000.0)
    assert approximate_entropy(same) == Missing("all intervals are the same")
    assert sample_entropy(same) == Missing("all intervals are the same")
    assert long_scaling(same) == Missing("the intervals do not change")
    assert set(band_powers(same)) == set(BAND_NAMES)
    assert band_powers(same)["hf"] == Missing("all intervals are the same")


def test_a_run_of_which_no_pattern_comes_twice_has_no_sample_entropy() -> None:
    levels, seen = [0], set()
    while True:
        news = [one for one in range(9, -1, -1) if (levels[-1], one) not in seen]
        if not news:
            break
        seen.add((levels[-1], news[0]))
        levels.append(news[0])
    assert len(levels) > 100
    assert sample_entropy(np.array(levels, dtype=float)) == Missing(
        "no pattern of three intervals comes twice"
    )


@given(scale=st.floats(0.01, 100), shift=st.floats(-1e4, 1e4))
def test_entropy_knows_neither_unit_nor_zero(scale: float, shift: float) -> None:
    rng = np.random.default_rng(4)
    intervals = rng.normal(4000, 300, 120)
    assert sample_entropy(scale * intervals + shift) == pytest.approx(sample_entropy(intervals))
    assert approximate_entropy(scale * intervals + shift) == pytest.approx(
        approximate_entropy(intervals)
    )


@given(scale=st.floats(0.1, 10))
def test_shares_do_not_change_when_all_intervals_scale(scale: float) -> None:
    intervals = [make_intervals(60)]
    as_they_are = time_domain([run * 1000 for run in intervals])
    scaled = time_domain([run * 1000 * scale for run in intervals])
    for name in ("cvbb", "cvsd", "mcvbb", "sd2_sd1"):
        assert scaled[name] == pytest.approx(as_they_are[name])
    assert scaled["rmssd_ms"] == pytest.approx(scale * as_they_are["rmssd_ms"])


def test_noise_and_its_sum_scale_as_theory_says() -> None:
    rng = np.random.default_rng(2)
    noise = rng.normal(size=4000)
    assert fluctuation_exponent(noise, 16, 64) == pytest.approx(0.5, abs=0.06)
    assert fluctuation_exponent(np.cumsum(noise), 16, 64) == pytest.approx(1.5, abs=0.06)


def test_the_monotone_curve_is_scipys() -> None:
    rng = np.random.default_rng(5)
    x, y = np.cumsum(rng.uniform(0.5, 2, 30)), rng.normal(size=30)
    at = np.linspace(x[0], x[-1], 500)
    expected = interpolate.PchipInterpolator(x, y)(at)
    np.testing.assert_allclose(join_monotone(x, y, at), expected, rtol=1e-12, atol=1e-12)
    line = join_monotone(x[:2], y[:2], at[:3])
    np.testing.assert_allclose(line, np.interp(at[:3], x[:2], y[:2]))


@given(st.lists(st.sampled_from([-4.0, -1.0, 0.0, 0.1, 3.0]), min_size=3, max_size=8))
def test_the_ends_of_the_monotone_curve_are_scipys(y: list[float]) -> None:
    x = np.array([0.0, 1.0, 1.5, 4.0, 4.2, 6.0, 7.0, 9.0])[: len(y)]
    at = np.linspace(x[0], x[-1], 50)
    expected = interpolate.PchipInterpolator(x, y)(at)
    np.testing.assert_allclose(join_monotone(x, np.array(y), at), expected, atol=1e-12)


def test_the_power_density_is_scipys() -> None:
    values = np.random.default_rng(6).normal(size=333)
    frequency, density = signal.welch(values, 4.0, nperseg=160, nfft=320, detrend=False)
    found_hz, found = welch_density(values, 4.0, 160)
    np.testing.assert_allclose(found_hz, frequency)
    np.testing.assert_allclose(found, density, rtol=1e-9)


def test_the_coherence_is_scipys() -> None:
    rng = np.random.default_rng(3)
    first = rng.normal(size=1000)
    second = 0.5 * np.roll(first, 2) + rng.normal(size=1000)
    found = estimate_coherence(first, second, 5.0, 200)
    assert found is not None
    assert found.n_segments == 9
    assert found.frequency_hz[10:14] == pytest.approx([0.25, 0.275, 0.3, 0.325])
    expected = [0.19551873033655115, 0.1243368634178388, 0.10322550149011231, 0.5416974638558757]
    assert found.coherence[10:14] == pytest.approx(expected)


def test_segments_with_a_hole_are_left_out_of_the_coherence() -> None:
    values = np.random.default_rng(8).normal(size=400)
    holed = values.copy()
    holed[150] = np.nan
    found = estimate_coherence(values, holed, 5.0, 100)
    assert found is not None
    assert found.n_segments == 5
    assert estimate_coherence(values[:99], holed[:99], 5.0, 100) is None
