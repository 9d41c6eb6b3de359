"""Stillness, breaths and figures of a level."""

import math
from collections.abc import Sequence

import pytest

from breathsense.core.bracing.breathing import (
    Inside,
    RippleParams,
    Seen,
    Stir,
    find_longest_still,
    find_peaks,
    gather_breathing,
    name_breathing,
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
from breathsense.core.bracing.trees import load_trees
from breathsense.core.model.bracing import BraceBreathing

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


BREATHS, NONE = Inside(3, 3.0), Inside(0, -3.0)


def tell(
    belly: Sequence[float] = (),
    tilt: Sequence[float] = (),
    inside: Inside = NONE,
    *,
    period_s: float = 4.0,
) -> BraceBreathing | None:
    """Return what is said of a brace outwards with these levels; ``None``: too short."""
    params, lasted_s = RippleParams(), 0.16 * max(len(belly), len(tilt))
    clues = gather_breathing(
        Seen(belly, (), tilt), inside, lasted_s, period_s, "expand", params, is_heard=bool(tilt)
    )
    if clues is None:
        return None
    return name_breathing(load_trees().breathing.weigh(clues), params)


def stir(size: float) -> list[float]:
    """Return what no brace is without: a little unrest."""
    return [size * math.sin(2.1 * k) * math.sin(0.7 * k) for k in range(100)]


def add(one: Sequence[float], other: Sequence[float]) -> list[float]:
    return [a + b for a, b in zip(one, other, strict=False)]


def test_breathing_is_told_from_stillness() -> None:
    still = stir(0.02)
    for size in (0.25, 0.5):
        breathed = add([size * one for one in WAVE], still)
        told = [tell(breathed, (), BREATHS), tell((), breathed, BREATHS)]
        assert [*told, tell(breathed, breathed, BREATHS)] == ["breathing"] * 3
    assert tell(still) == tell((), still) == tell(still, still) == "not_seen"


def test_a_breath_at_the_beginning_of_a_brace_does_not_make_up_for_a_long_stillness() -> None:
    levels = add([0.4 * one for one in WAVE[:25]] + [0.0] * 75, stir(0.02))
    assert tell(levels) == "not_seen"


def test_a_level_that_sinks_slowly_is_not_breathing() -> None:
    sinking = add([-0.01 * k for k in range(100)], stir(0.02))
    assert tell(sinking) == tell((), sinking) == "not_seen"


def test_in_little_of_a_brace_nothing_is_told() -> None:
    assert tell(WAVE[:11], WAVE[:11]) is None
    assert tell(WAVE[:11], WAVE[:13]) is not None
    params = RippleParams(doubtful=0.5)
    named = [name_breathing(odds, params) for odds in (-0.6, -0.4, 0.4, 0.6)]
    assert named == ["not_seen", "unknown", "unknown", "breathing"]


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
    params = OscillationParams()
    swung, still = (find_odds(one, 0.16, 4.0, params) for one in (WAVE[:12], [0.0] * 14))
    assert swung is not None
    assert still is not None
    assert swung > 0.0 > still


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
