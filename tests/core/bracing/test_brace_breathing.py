"""Stillness, breaths and figures of a level."""

import math

import pytest

from breathsense.core.bracing.breathing import (
    RippleParams,
    find_longest_still,
    find_peaks,
    find_ripple,
    find_roughness,
    is_breathing,
    tell_by_tilt,
)
from breathsense.core.bracing.figures import measure_level
from breathsense.core.bracing.sway import Sway, SwayParams, SwayState

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
    assert is_breathing(WAVE[:50], 0.16, 0.25, params) is True
    assert is_breathing([0.0] * 50, 0.16, 0.25, params) is False
    assert is_breathing(WAVE[:10], 0.16, 0.25, params) is None


def test_a_straight_drift_is_no_ripple() -> None:
    assert find_ripple([0.05 * k for k in range(60)], 22) == pytest.approx(0.0, abs=0.06)
    assert find_ripple([0.05 * k + one for k, one in enumerate(WAVE)], 25) > 1.0
    assert find_ripple([3.0], 22) == 0.0


def test_the_end_of_a_breath_at_the_beginning_is_not_breathing() -> None:
    levels = [0.5, 0.4, 0.25, 0.1, 0.03] + [0.0] * 45
    assert tell_by_tilt(levels, 0.16, RippleParams()) == "not_seen"


def test_a_ripple_is_called_breathing_where_it_is_large_and_smooth() -> None:
    params = RippleParams()
    shaken = [0.1 * math.sin(2.1 * k) * math.sin(0.7 * k) for k in range(100)]
    assert tell_by_tilt([0.3 * one for one in WAVE], 0.16, params) == "breathing"
    assert tell_by_tilt([0.02 * one for one in WAVE], 0.16, params) == "not_seen"
    assert tell_by_tilt(shaken, 0.16, params) == "not_seen"
    mixed = [0.12 * one + 0.5 * other for one, other in zip(WAVE, shaken, strict=True)]
    assert tell_by_tilt(mixed, 0.16, params) == "unknown"
    assert tell_by_tilt(WAVE[:10], 0.16, params) == "unknown"


def test_a_straight_line_is_not_rough() -> None:
    assert find_roughness([0.5 * k for k in range(20)]) == 0.0
    assert find_roughness([0.0, 1.0] * 10) == pytest.approx(2.0 / 0.6745)


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


def test_the_axis_of_breathing_is_learnt() -> None:
    sway, state = Sway(SwayParams()), SwayState()
    assert sway.scale(state) is None
    for k in range(800):
        tilt = 0.03 * math.sin(2 * math.pi * k / 25)
        sway.learn(state, (0.6 * tilt, 0.8 * tilt, 1.0))
    axis = sway.scale(state)
    assert axis is not None
    swing = 2 * (0.6 * axis[0] + 0.8 * axis[1]) * 0.03
    assert abs(swing) == pytest.approx(1.0, abs=0.15)


def test_a_sensor_that_lies_on_a_table_has_no_axis() -> None:
    sway, state = Sway(SwayParams()), SwayState()
    for _ in range(300):
        sway.learn(state, (0.0, 0.0, 1.0))
    assert sway.scale(state) is None
