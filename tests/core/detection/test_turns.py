from itertools import pairwise

import numpy as np
import pytest

from breathsense.core.detection.breaths import BreathBuilder, BreathParams
from breathsense.core.detection.smooth import Smoothers, SmootherState, build_hann
from breathsense.core.detection.turns import TurnDetector, TurnParams
from breathsense.core.model.events import Breath, BreathEnd, PhaseHint, RatePoint, Turn
from breathsense.core.model.samples import Waveform, freeze_times, freeze_values
from breathsense.core.stage import Chain, run

STEP_NS = 40_000_000


def make_waveform(values: np.ndarray, start: int = 0, sensor: str = "abdomen") -> Waveform:
    t_ns = (np.arange(len(values), dtype=np.int64) + start) * STEP_NS
    known = freeze_times(t_ns + STEP_NS // 2)
    return Waveform(sensor, freeze_times(t_ns), known, freeze_values(values))


def breathe(duration_s: float, per_min: float, inhale_frac: float = 0.4) -> np.ndarray:
    u = (np.arange(round(duration_s * 25)) / 25 * per_min / 60) % 1.0
    up, down = u / inhale_frac, (u - inhale_frac) / (1 - inhale_frac)
    return 0.5 - 0.5 * np.cos(np.pi * np.where(u < inhale_frac, up, 1 + down))


def find(*waveforms: Waveform) -> list[object]:
    detector = TurnDetector("abdomen", STEP_NS, TurnParams())
    return run(Chain([detector, BreathBuilder("abdomen", BreathParams())]), waveforms)


def list_breaths(*waveforms: Waveform) -> list[Breath]:
    return [one for one in find(*waveforms) if isinstance(one, Breath)]


@pytest.mark.parametrize("per_min", [3.0, 6.0, 12.0, 25.0, 60.0])
@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_every_breath_is_found_at_any_rate_and_scale(per_min: float, scale: float) -> None:
    duration_s = 20 * 60 / per_min
    breaths = list_breaths(make_waveform(scale * breathe(duration_s, per_min) - 7 * scale))
    period_s = 60 / per_min
    expected_s = (np.arange(20) + 0.4) * period_s
    peaks_s = np.array([one.peak_ns for one in breaths]) / 1e9
    assert len(peaks_s) == len(expected_s[: len(peaks_s)]) >= 19
    np.testing.assert_allclose(peaks_s, expected_s[: len(peaks_s)], atol=0.04 * period_s + 0.04)
    np.testing.assert_allclose([one.depth / scale for one in breaths], 1.0, atol=0.02)


def test_breaths_are_told_soon_after_their_peak_once_the_rhythm_is_known() -> None:
    late_s = [
        (one.decided_ns - one.peak_ns) / 1e9
        for one in list_breaths(make_waveform(breathe(120, 15)))[8:]
    ]
    assert max(late_s) < 0.6


def test_the_heart_does_not_breathe() -> None:
    t_s = np.arange(25 * 120) / 25
    ripple = 0.1 * np.sin(2 * np.pi * 1.3 * t_s)
    assert len(list_breaths(make_waveform(breathe(120, 12) + ripple))) in {23, 24}


def test_a_waveform_cut_off_at_the_rail_peaks_in_the_middle_of_the_cut() -> None:
    cut = np.minimum(breathe(80, 12, 0.5), 0.6)
    peaks_s = np.array([one.peak_ns for one in list_breaths(make_waveform(cut))]) / 1e9
    np.testing.assert_allclose(peaks_s % 5.0, 2.5, atol=0.1)


def test_drift_of_many_breaths_depth_hides_nothing() -> None:
    drift = np.linspace(0, 20, 25 * 120)
    assert len(list_breaths(make_waveform(breathe(120, 12) + drift))) in {23, 24}


def test_a_sigh_does_not_hide_the_breaths_after_it() -> None:
    values = breathe(120, 12)
    values[60 * 25 : 65 * 25] *= 3
    assert len(list_breaths(make_waveform(values))) in {23, 24}


def test_shallow_breathing_after_deep_is_found_again() -> None:
    values = breathe(240, 12)
    values[120 * 25 :] *= 0.15
    late = [one for one in list_breaths(make_waveform(values)) if one.peak_ns > 170e9]
    assert len(late) in {13, 14}


@pytest.mark.parametrize("steps_hz", [1.4, 1.9, 2.7])
def test_when_a_walk_ends_breaths_are_found_at_once_and_nothing_else(steps_hz: float) -> None:
    values = breathe(300, 15) + 0.01 * np.random.default_rng(3).normal(size=7500)
    t_s = np.arange(500) / 25
    values[2500:3000] += 1.5 * np.sin(2 * np.pi * steps_hz * t_s)
    values[2500:3000] += 0.7 * np.sin(2 * np.pi * 2 * steps_hz * t_s)
    after = [one for one in list_breaths(make_waveform(values)) if one.peak_ns > 124e9]
    peaks_s = np.array([one.peak_ns for one in after]) / 1e9
    np.testing.assert_allclose(peaks_s, 125.6 + 4 * np.arange(len(peaks_s)), atol=0.3)
    assert len(peaks_s) >= 43


def test_each_breath_ends_where_the_next_begins() -> None:
    given = find(make_waveform(breathe(60, 12)))
    breaths = [one for one in given if isinstance(one, Breath)]
    ends = [one for one in given if isinstance(one, BreathEnd)]
    assert [one.number for one in breaths] == list(range(len(breaths)))
    assert [one.number for one in ends] == list(range(len(ends)))
    assert [one.end_ns for one in ends] == [one.inhale_start_ns for one in breaths[1:]][: len(ends)]
    assert all(one.inhale_start_ns < one.peak_ns < one.decided_ns for one in breaths)


def test_phase_hints_take_turns_and_are_prompt() -> None:
    hints = [one for one in find(make_waveform(breathe(60, 12))) if isinstance(one, PhaseHint)]
    assert len(hints) > 20
    phases = [one.phase for one in hints]
    assert set(phases) == {"inhale", "exhale"}
    assert all(one != other for one, other in pairwise(phases))


def test_a_breath_begun_and_given_up_moves_the_start_of_inspiration() -> None:
    values = breathe(60, 10, 0.4)
    values[30 * 25 - 30 : 30 * 25] = -0.5 * np.hanning(30)
    given = find(make_waveform(values))
    turns = [one for one in given if isinstance(one, Turn)]
    doubles = [b for a, b in pairwise(turns) if a.is_peak == b.is_peak]
    assert not any(one.is_peak for one in doubles)
    assert len([one for one in given if isinstance(one, Breath)]) in {9, 10}


def test_across_a_break_nothing_is_joined_and_the_rhythm_is_remembered() -> None:
    early = make_waveform(breathe(60, 12))
    late = make_waveform(5 + breathe(60, 12), start=25 * 66)
    given = find(early, late)
    breaths = [one for one in given if isinstance(one, Breath)]
    border_ns = 66_000_000_000
    assert not any(one.inhale_start_ns < border_ns < one.peak_ns for one in breaths)
    after = [one for one in breaths if one.inhale_start_ns >= border_ns]
    assert len(after) >= 11
    np.testing.assert_allclose([one.depth for one in after], 1.0, atol=0.05)
    unknown = [one for one in given if isinstance(one, PhaseHint) and one.phase == "unknown"]
    assert [one.t_ns for one in unknown] == [border_ns]
    rates = [one.t_ns for one in given if isinstance(one, RatePoint)]
    assert not any(border_ns <= one < after[1].peak_ns for one in rates)


def test_a_flat_line_has_no_breaths() -> None:
    assert list_breaths(make_waveform(np.full(5000, 3.7))) == []


def test_other_sensors_pass_by() -> None:
    other = make_waveform(breathe(30, 12), sensor="chest")
    assert find(other) == [other]


def test_rates_are_right_and_stop_when_breathing_stops() -> None:
    values = np.concatenate([breathe(80, 15), np.zeros(25 * 60)])
    points = [one for one in find(make_waveform(values)) if isinstance(one, RatePoint)]
    settled = [one for one in points if one.t_ns > 20e9]
    np.testing.assert_allclose([one.per_min for one in settled], 15.0, atol=0.3)
    assert points[-1].t_ns < 92e9
    assert all(0 <= one.quality <= 1 for one in points)


def test_smoothing_keeps_a_constant_and_sums_to_one() -> None:
    assert build_hann(9).sum() == pytest.approx(1.0)
    for smoothed in Smoothers((9, 31)).smooth(SmootherState(), np.full(30, 4.25)):
        np.testing.assert_allclose(smoothed, 4.25)
