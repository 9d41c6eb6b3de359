"""The numbers of NeuroKit2 0.2.13 stand here as it printed them for the same beats."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from breathsense.core.measures.figures import Missing
from breathsense.core.measures.heart import (
    COHERENCE_NAMES,
    HRV_NAMES,
    Beats,
    accept_beats,
    beat_variability,
    breath_coherence,
    sinus_arrhythmia,
    spread_evenly,
)


def make_beats(period_s: float = 5.0, until_ms: int = 118_000) -> Beats:
    """Beats whose intervals follow a breath; milliseconds, as a chest strap gives them."""
    ends, intervals = [500], []
    while ends[-1] < until_ms:
        at_s = ends[-1] / 1000
        intervals.append(round(850 - 60 * np.sin(2 * np.pi * (at_s - 0.3) / period_s)))
        ends.append(ends[-1] + intervals[-1])
    return Beats(np.array(ends[1:]) / 1000, np.array(intervals, dtype=float))


def shift(beats: Beats, by_s: float) -> Beats:
    return Beats(beats.t_s + by_s, beats.rr_ms)


def test_variability_of_beats_is_neurokits() -> None:
    found = beat_variability(make_beats())
    assert found["heart_rate_per_min"] == pytest.approx(60_000 / 847.31654676259)
    assert found["rmssd_ms"] == pytest.approx(43.05978318032073)
    assert found["sdnn_ms"] == pytest.approx(42.50200949575379)
    # NeuroKit2 divides by the number of intervals, here 139, not by that of their 138 differences.
    assert found["pnn50_pct"] == pytest.approx(36.69064748201439 * 139 / 138)


def test_sinus_arrhythmia_is_neurokits() -> None:
    beats = make_beats()
    accepted = accept_beats(beats.rr_ms)
    each = [sinus_arrhythmia(beats, accepted, t, t + 2.0, t + 5.0) for t in range(0, 115, 5)]
    assert np.mean(each) == pytest.approx(115.1304347826087)
    assert np.std(each, ddof=1) == pytest.approx(5.0209049150534515)


def test_a_heart_that_slows_with_inspiration_counts_as_none() -> None:
    # Shorter from beat to beat: every interval of expiration is shorter than those of inspiration.
    rr_ms = np.linspace(900.0, 700.0, 21)
    beats = Beats(np.cumsum(rr_ms) / 1000, rr_ms)
    assert sinus_arrhythmia(beats, accept_beats(rr_ms), 2.0, 4.0, 8.0) == 0.0


def test_a_breath_without_beats_has_no_arrhythmia() -> None:
    beats = make_beats()
    found = sinus_arrhythmia(beats, accept_beats(beats.rr_ms), 200.0, 202.0, 205.0)
    assert isinstance(found, Missing)


@given(st.floats(-1000, 1000))
def test_when_beats_come_does_not_change_their_variability(by_s: float) -> None:
    assert beat_variability(shift(make_beats(), by_s)) == pytest.approx(
        beat_variability(make_beats())
    )


def test_missed_and_extra_beats_are_taken_out() -> None:
    beats = make_beats()
    rr_ms = beats.rr_ms.copy()
    rr_ms[40] *= 2
    rr_ms[80], rr_ms[81] = 320.0, 500.0
    rr_ms[100] = 5000.0
    accepted = accept_beats(rr_ms)
    assert set(np.flatnonzero(~accepted)) == {40, 80, 81, 100}
    spoilt = beat_variability(Beats(beats.t_s, rr_ms))
    assert spoilt["rmssd_ms"] == pytest.approx(beat_variability(beats)["rmssd_ms"], rel=0.05)


def test_too_many_artefacts_are_told() -> None:
    beats = make_beats()
    rr_ms = np.where(np.arange(len(beats.rr_ms)) % 4 == 0, 5000.0, beats.rr_ms)
    found = beat_variability(Beats(beats.t_s, rr_ms))
    assert set(found) == set(HRV_NAMES)
    for figure in found.values():
        assert isinstance(figure, Missing)
        assert figure.reason.startswith("too many artefacts")


@pytest.mark.parametrize("n", [0, 1, 5, 19])
def test_too_few_beats_are_told(n: int) -> None:
    beats = make_beats()
    found = beat_variability(Beats(beats.t_s[:n], beats.rr_ms[:n]))
    assert found["sdnn_ms"] == Missing(
        f"too few heart beats without artefact: {n}, at least 20 are needed"
    )


def test_beats_that_do_not_follow_on_each_other_have_no_differences() -> None:
    beats = make_beats()
    apart = Beats(np.arange(30) * 5.0, beats.rr_ms[:30])
    found = beat_variability(apart)["rmssd_ms"]
    assert found == Missing("too few pairs of beats in a row: 0, at least 19 are needed")


def test_a_heart_that_follows_the_breath_is_coherent_with_it() -> None:
    beats = make_beats(until_ms=300_000)
    cells = np.arange(10, 1480)
    breath = np.sin(2 * np.pi * (cells + 0.5) * 0.2 / 5.0)
    breath += 0.1 * np.random.default_rng(1).normal(size=len(cells))
    found = breath_coherence(breath, spread_evenly(beats, cells))
    assert found["coherence_hz"] == pytest.approx(0.2)
    assert isinstance(found["coherence"], float)
    assert found["coherence"] > 0.99
    assert isinstance(found["coherence_chance"], float)
    assert 0.1 < found["coherence_chance"] < 0.4


def test_unrelated_series_seldom_pass_the_level_of_chance() -> None:
    rng = np.random.default_rng(9)
    n_above = 0
    for _ in range(200):
        found = breath_coherence(rng.normal(size=1000), rng.normal(size=1000))
        coherence, chance = found["coherence"], found["coherence_chance"]
        assert isinstance(coherence, float)
        assert isinstance(chance, float)
        n_above += coherence > chance
    assert n_above <= 20


def test_a_short_or_still_breath_has_no_coherence() -> None:
    short = breath_coherence(np.arange(499.0), np.arange(499.0))
    assert set(short) == set(COHERENCE_NAMES)
    assert short["coherence"] == Missing(
        "too short: 3 stretches of 40 s without a hole, 4 are needed (100 s)"
    )
    still = breath_coherence(np.zeros(600), np.zeros(600))
    assert still["coherence"] == Missing("the breathing waveform stands still")
    assert isinstance(breath_coherence(np.zeros(0), np.zeros(0))["coherence"], Missing)


def test_nothing_is_put_where_beats_are_missing() -> None:
    t_s = np.concatenate([np.arange(0, 10), np.arange(15, 25)]).astype(float)
    even = spread_evenly(Beats(t_s, np.full(20, 1000.0)), np.arange(-10, 150))
    at_s = (np.arange(-10, 150) + 0.5) * 0.2
    inside = ((at_s > 0) & (at_s <= 9)) | ((at_s > 15) & (at_s <= 24))
    np.testing.assert_array_equal(np.isfinite(even), inside)
    assert np.isnan(spread_evenly(Beats(np.zeros(0), np.zeros(0)), np.arange(4))).all()
    assert np.isnan(spread_evenly(Beats(np.ones(1), np.full(1, 800.0)), np.arange(9))).all()
