"""Stillness, breaths and figures of a level."""

import math

import pytest

from breathsense.core.bracing.breathing import (
    RippleParams,
    Stir,
    find_longest_still,
    find_peaks,
    is_breathing,
    tell_by_tilt,
    weigh_breathing,
)
from breathsense.core.bracing.figures import measure_level
from breathsense.core.bracing.oscillation import OscillationParams, find_odds
from breathsense.core.bracing.quality import (
    QualityParams,
    tell_at_end,
    tell_at_start,
    weigh_witness,
)
from breathsense.core.bracing.sway import Sway, SwayParams, SwayState
from breathsense.core.bracing.trails import Trail

WAVE = [math.sin(2 * math.pi * k / 25) for k in range(100)]


def test_the_longest_stillness_is_found() -> None:
    level = [0.0, 1.0, 2.0, 3.0] + [3.0] * 20 + [3.0, 2.0, 1.0, 0.0]
    assert find_longest_still(level, 0.5) == 22
    assert find_longest_still([], 0.5) == 0


def test_stillness_is_the_same_as_by_trying_all_stretches() -> None:
    values = [math.sin(1.7 * k) + 0.3 * math.sin(0.31 * k * k) for k in range(60)]
    mean = [
        sum(values[max(0, k - 1) : k + 2]) / len(values[max(0, k - 1) : k + 2]) for k in range(60)
    ]
    for within in (0.2, 0.6, 1.2):
        best = max(
            b - a
            for a in range(60)
            for b in range(a + 1, 61)
            if max(mean[a:b]) - min(mean[a:b]) <= within
        )
        assert find_longest_still(values, within) == best


def test_breathing_is_told_from_stillness() -> None:
    params = RippleParams()
    assert is_breathing(WAVE[:50], 0.16, 4.0, params) is True
    assert is_breathing([0.0] * 50, 0.16, 4.0, params) is False
    assert is_breathing(WAVE[:10], 0.16, 4.0, params) is None


def test_a_breath_at_the_beginning_of_a_brace_does_not_make_up_for_a_long_stillness() -> None:
    params, still = RippleParams(), [0.0] * 30
    assert is_breathing(WAVE[:25] + still, 0.16, 4.0, params) is False
    assert is_breathing(WAVE[:75] + still, 0.16, 4.0, params) is True


def test_who_breathes_slowly_rests_longer_between_breaths() -> None:
    levels = WAVE[:25] + [0.0] * 30
    assert is_breathing(levels, 0.16, 4.0, RippleParams()) is False
    assert is_breathing(levels, 0.16, 8.0, RippleParams()) is True


def test_a_level_that_sinks_slowly_is_not_breathing() -> None:
    assert is_breathing([-0.02 * k for k in range(100)], 0.16, 4.0, RippleParams()) is False


def test_the_end_of_a_breath_at_the_beginning_is_not_breathing() -> None:
    levels = [0.5, 0.4, 0.25, 0.1, 0.03] + [0.0] * 45
    assert tell_by_tilt(levels, 0.16, 4.0, RippleParams()) != "breathing"


def test_swings_of_the_own_period_are_breathing_and_stillness_is_not() -> None:
    params = RippleParams()
    shaken = [0.1 * math.sin(2.1 * k) * math.sin(0.7 * k) for k in range(100)]
    assert tell_by_tilt([0.3 * one for one in WAVE], 0.16, 4.0, params) == "breathing"
    assert tell_by_tilt([0.02 * one for one in WAVE], 0.16, 4.0, params) == "not_seen"
    assert tell_by_tilt(shaken, 0.16, 4.0, params) == "not_seen"
    assert tell_by_tilt([0.005 * k for k in range(100)], 0.16, 4.0, params) == "not_seen"


def test_of_a_brace_that_is_heard_small_even_swings_of_the_belly_are_breathing() -> None:
    params = RippleParams()
    small = [0.1 * one for one in WAVE]
    assert is_breathing(small, 0.16, 4.0, params) is False
    assert weigh_breathing(small, 0.16, 4.0, params) is True
    assert weigh_breathing(WAVE, 0.16, 4.0, params) is True
    assert weigh_breathing([0.0] * 100, 0.16, 4.0, params) is False
    assert weigh_breathing(WAVE[:10], 0.16, 4.0, params) is None
    sinking = [-0.03 * k for k in range(100)]
    assert is_breathing(sinking, 0.16, 4.0, params) is True
    assert weigh_breathing(sinking, 0.16, 4.0, params) is None


def test_a_band_and_the_tilt_decide_together_whether_breath_went_on() -> None:
    params = RippleParams()
    faint = [0.03 * one for one in WAVE]
    odds = find_odds(faint, 0.16, 4.0, params.oscillation)
    assert odds is not None
    apart = params.both_clear - odds
    assert weigh_breathing(faint, 0.16, 4.0, params, apart + 0.1) is True
    assert weigh_breathing(faint, 0.16, 4.0, params, apart - 0.1) is False
    assert weigh_breathing(WAVE[:10], 0.16, 4.0, params, 9.0) is None
    moving = find_odds(WAVE, 0.16, 4.0, params.oscillation)
    assert moving is not None
    assert weigh_breathing(WAVE, 0.16, 4.0, params, params.both_least - moving + 0.1) is True
    assert weigh_breathing(WAVE, 0.16, 4.0, params, params.both_least - moving - 0.1) is False


def test_little_seen_or_half_a_swing_tells_nothing() -> None:
    params = RippleParams()
    assert tell_by_tilt(WAVE[:9], 0.16, 4.0, params) == "unknown"
    between = 0.5 * (params.tilt_least + params.tilt_clear)
    faint = min(
        ([0.005 * size * one for one in WAVE[:18]] for size in range(10, 100)),
        key=lambda levels: abs((find_odds(levels, 0.16, 4.0, params.oscillation) or 0.0) - between),
    )
    assert tell_by_tilt(faint, 0.16, 4.0, params) == "unknown"


def test_swings_that_are_much_slower_than_the_own_breaths_are_less_likely_breathing() -> None:
    levels = [0.2 * math.sin(2 * math.pi * k / 75) for k in range(75)]
    slow = find_odds(levels, 0.16, 12.0, OscillationParams())
    quick = find_odds(levels, 0.16, 3.0, OscillationParams())
    assert slow is not None
    assert quick is not None
    assert slow > quick


def test_where_the_wearer_moved_the_longest_stretch_without_it_is_looked_at() -> None:
    trail = Trail()
    for k in (*range(10), *range(15, 40)):
        trail.add(k * 160_000_000, float(k))
    start_ns, end_ns = 160_000_000, 36 * 160_000_000
    assert trail.cut_longest(start_ns, end_ns) == [float(k) for k in range(19, 37)]
    assert trail.cut_longest(0, 13 * 160_000_000) == [float(k) for k in range(8)]
    assert Trail().cut_longest(0, 1) == []


def test_breaths_are_counted_by_their_peaks() -> None:
    assert len(find_peaks(WAVE, 0.5)) == 4
    assert find_peaks([], 0.5) == []
    assert find_peaks([0.0, 0.1, 0.0, 0.1], 0.5) == []


def test_the_level_is_that_of_the_ends_of_expiration() -> None:
    levels = [2.0 + 0.5 * (1 + one) for one in WAVE]
    figures = measure_level(levels, 25, 2.0)
    assert figures is not None
    assert figures.level == pytest.approx(1.0, abs=0.05)
    assert figures.steadiness == pytest.approx(0.0, abs=0.02)
    assert figures.retention == pytest.approx(1.0, abs=0.02)


def test_short_or_empty_or_contrary_levels_have_no_figures() -> None:
    assert measure_level([], 25, 2.0) is None
    short = measure_level([2.0] * 20, 25, 2.0)
    assert short is not None
    assert (short.level, short.steadiness) == (1.0, None)
    contrary = measure_level([-2.0] * 80, 25, 2.0)
    assert contrary is not None
    assert (contrary.level, contrary.retention) == (-1.0, None)


def test_a_level_that_begins_at_nothing_has_no_retention() -> None:
    figures = measure_level([0.0] * 25 + [1.0] * 75, 25, 1.0)
    assert figures is not None
    assert figures.retention is None
    assert figures.steadiness is not None


def test_where_little_was_seen_shorter_means_tell_more() -> None:
    params = RippleParams()
    assert tell_by_tilt(WAVE[:12], 0.16, 4.0, params) == "breathing"
    assert tell_by_tilt([0.0] * 14, 0.16, 4.0, params) == "not_seen"


def test_the_axis_of_breathing_is_learnt() -> None:
    sway, state = Sway(SwayParams()), SwayState()
    assert sway.scale(state) is None
    for k in range(800):
        tilt = 0.03 * math.sin(2 * math.pi * k / 25)
        sway.learn(state, (0.6 * tilt, 0.8 * tilt, 1.0), None)
    axis = sway.scale(state)
    assert axis is not None
    swing = 2 * (0.6 * axis[0] + 0.8 * axis[1]) * 0.03
    assert abs(swing) == pytest.approx(1.0, abs=0.15)


def test_a_sensor_that_lies_on_a_table_has_no_axis() -> None:
    sway, state = Sway(SwayParams()), SwayState()
    for _ in range(300):
        sway.learn(state, (0.0, 0.0, 1.0), None)
    assert sway.scale(state) is None


def test_another_posture_is_not_learnt_as_breathing() -> None:
    sway, still, moved = Sway(SwayParams()), SwayState(), SwayState()
    for k in range(600):
        up = (0.03 * math.sin(2 * math.pi * k / 25), 0.0, 1.0)
        sway.learn(still, up, None)
        sway.learn(moved, up if k < 300 else (up[0] + 0.1, 0.4, 0.9), None)
    axis, other = sway.scale(still), sway.scale(moved)
    assert axis is not None
    assert other is not None
    assert other == pytest.approx(axis, rel=0.1, abs=0.5)


def test_after_movement_the_place_of_rest_is_sought_afresh() -> None:
    sway, state = Sway(SwayParams()), SwayState()
    for k in range(300):
        if k == 150:
            sway.pause(state)
        sway.learn(
            state, (0.03 * math.sin(2 * math.pi * k / 25) + 0.05 * (k >= 150), 0.0, 1.0), None
        )
    axis = sway.scale(state)
    assert axis is not None
    assert abs(2 * 0.03 * axis[0]) == pytest.approx(1.0, abs=0.15)


def test_it_is_seen_how_long_a_level_stands_still() -> None:
    stir = Stir()
    for k, one in enumerate(WAVE):
        stir.follow(k, one, 0.5)
        assert k - stir.since_ns < 8
    for k in range(100, 200):
        stir.follow(k, WAVE[-1], 0.5)
    assert 97 <= stir.since_ns <= 100


def test_a_brace_is_trusted_the_more_the_longer_and_the_stronger_it_was() -> None:
    params = QualityParams()
    odds = weigh_witness("level", params, is_awaited=False)
    assert tell_at_end(odds, 4.0, 0.5, params) < tell_at_end(odds, 8.0, 0.5, params)
    assert tell_at_end(odds, 8.0, 0.5, params) < tell_at_end(odds, 8.0, 1.0, params)
    assert tell_at_end(odds, 8.0, 1.0, params) == tell_at_end(odds, 8.0, 1.4, params)
    assert tell_at_end(odds, 9.0, None, params) == tell_at_end(odds, 30.0, None, params)


def test_a_brace_that_is_heard_after_a_prompt_is_trusted_most() -> None:
    params = QualityParams()
    prompted, unprompted = (
        [
            tell_at_start(weigh_witness(witness, params, is_awaited=is_awaited), params)
            for witness in ("sound", "level")
        ]
        for is_awaited in (True, False)
    )
    assert 0.95 < prompted[0] < 1.0
    assert prompted[1] > unprompted[1]
    assert unprompted[0] > unprompted[1] > 0.5
