"""Breaths inside braces: by the chest, the belly or its tilt, each once, and none in held ones."""

import math
from typing import Any

import pytest

from breathsense.core.bracing.detector import BraceDetector
from breathsense.core.bracing.inner import Inner, InnerParams, InnerState, Source
from breathsense.core.bracing.onset import Found
from breathsense.core.bracing.params import BraceParams
from breathsense.core.bracing.sway import Sway, SwayParams, SwayState
from breathsense.core.bracing.swings import SWING_CLUES, find_swings
from breathsense.core.bracing.trees import load_trees
from breathsense.core.model.bracing import BraceBreath, BraceEnd, BraceStart
from breathsense.core.model.inputs import Mark

S = 1_000_000_000
FRAME_NS = 160_000_000


def make_inner() -> Inner:
    return Inner(InnerParams(), load_trees().swing)


def begin(
    inner: Inner, source: Source, onset_s: float, t_ns: list[int], levels: list[float]
) -> InnerState:
    found = Found(round(onset_s * S), "expand", "level")
    return inner.begin(source, found, 4.2, t_ns, levels)


def level_at(t_s: float, onset_s: float, depth: float, shift: float) -> float:
    """Breaths of 4 s with peaks at 2, 6, 10 s ...; in the brace they are of another depth."""
    share = min(1.0, max(0.0, (t_s - onset_s) / 0.5))
    breath = 0.5 - 0.5 * math.cos(math.pi * t_s / 2.0)
    return share * shift + (1.0 + share * (depth - 1.0)) * breath


def find_peaks_s(source: Source, depth: float, shift: float, until_s: float = 40.0) -> list[float]:
    inner = make_inner()
    t_ns = [k * FRAME_NS for k in range(round(until_s / 0.16))]
    levels = [level_at(one / S - 0.08, 20.0, depth, shift) for one in t_ns]
    begun = 134
    state = begin(inner, source, 20.0, t_ns[:begun], levels[:begun])
    told = []
    for one, level in zip(t_ns[begun:], levels[begun:], strict=True):
        told += inner.follow(state, one, level)
    assert state.peaks_ns == [one.peak_ns for one in told]
    assert len(state.numbers) <= InnerParams().most
    return [one.peak_ns / S for one in told]


@pytest.mark.parametrize("source", ["chest", "belly", "tilt"])
@pytest.mark.parametrize("shift", [1.2, 0.0, -1.2])
def test_small_breaths_are_found_behind_a_wall_that_was_shifted(
    source: Source, shift: float
) -> None:
    peaks_s = find_peaks_s(source, 0.5, shift)
    assert [one for one in peaks_s if one > 24.0] == pytest.approx(
        [26.0, 30.0, 34.0, 38.0], abs=0.3
    )


def test_a_wall_that_stands_still_has_no_breaths() -> None:
    assert [one for one in find_peaks_s("belly", 0.0, 1.2) if one > 22.0] == []


def test_a_wall_that_is_let_go_is_no_breath() -> None:
    inner = make_inner()
    t_ns = [k * FRAME_NS for k in range(100)]
    levels = [1.5 if one < 12 * S else 1.5 - min(1.5, (one / S - 12.0) * 3.0) for one in t_ns]
    state = begin(inner, "belly", 2.0, t_ns[:20], levels[:20])
    told = []
    for one, level in zip(t_ns[20:], levels[20:], strict=True):
        told += inner.follow(state, one, level)
    assert told == []


def test_nothing_is_found_in_too_few_values_or_in_holes() -> None:
    inner = make_inner()
    state = inner.begin("tilt", Found(2 * S, "unknown", "sound"), 4.0, [S, 2 * S], [None, 0.4])
    assert state.numbers == [2 * S // FRAME_NS // 2]
    given = [inner.follow(state, 2 * S + k * FRAME_NS, None) for k in range(9)]
    assert given == [[]] * 9
    assert inner.look(state, 5 * S) == []


def test_a_wall_firmed_later_than_was_told_is_no_breath() -> None:
    """A breath in, and the wall out while it goes: the peak of both is no end of a breath."""
    inner = make_inner()
    t_ns = [k * FRAME_NS for k in range(190)]
    levels = [level_at(one / S, 22.4, 0.5, 1.4) for one in t_ns]
    state = begin(inner, "belly", 20.4, t_ns[:150], levels[:150])
    told = []
    for one, level in zip(t_ns[150:], levels[150:], strict=True):
        told += inner.follow(state, one, level)
    assert state.n_onsets > 5
    assert state.n_later * InnerParams().onset_s == pytest.approx(2.0, abs=0.5)
    peaks_s = [one.peak_ns / S for one in told]
    assert [one for one in peaks_s if one > 22.4] == pytest.approx([26.0], abs=0.4)


def test_a_step_that_was_heard_is_where_it_was_heard() -> None:
    state = make_inner().begin("belly", Found(S, "expand", "sound"), 4.2, [S, 4 * S], [0.0, 0.1])
    assert state.n_onsets == 1


def test_breaths_are_told_from_as_many_odds_as_are_needed() -> None:
    class Sure:
        def __init__(self, odds: float) -> None:
            self.odds = odds
            self.asked: list[tuple[float, ...]] = []

        def weigh(self, clues: Any) -> float:
            self.asked.append(clues)
            return self.odds

    t_ns = [k * FRAME_NS for k in range(130)]
    levels = [level_at(one / S, 2.0, 0.6, 1.0) for one in t_ns]

    def tell(sure: Sure) -> list[Any]:
        inner = Inner(InnerParams(need=0.4), sure)
        state = begin(inner, "belly", 2.0, t_ns[:20], levels[:20])
        rows = zip(t_ns[20:], levels[20:], strict=True)
        return [one for at, level in rows for one in inner.follow(state, at, level)]

    sure = Sure(0.5)
    assert {round(one.quality, 2) for one in tell(sure)} == {0.62}
    assert {len(one) for one in sure.asked} == {len(SWING_CLUES)}
    assert tell(Sure(0.3)) == []


def test_swings_go_up_and_come_down_by_enough() -> None:
    swing = [0.0, 0.1, 0.3, 0.3, 0.1, 0.0, 0.05, 0.02, 0.2, 0.4]
    ((trough, peak, rise),) = find_swings(swing, 0.2)
    assert trough == 0
    assert peak == pytest.approx(2.5)
    assert rise == pytest.approx(0.3)


def test_a_flat_top_is_where_it_begins() -> None:
    ((_, peak, _),) = find_swings([0.0, 0.5, 0.5, 0.5, 0.0], 0.2)
    assert peak == pytest.approx(1.5)


def test_which_way_is_in_follows_the_breathing_waveform() -> None:
    sway = Sway(SwayParams())
    for way in (1.0, -1.0):
        state = SwayState()
        for k in range(300):
            tilt = math.sin(2 * math.pi * k / 25)
            sway.learn(state, (0.03 * tilt, 0.0, 1.0), way * tilt if k % 2 else None)
        axis = sway.scale(state)
        assert axis is not None
        assert sway.find_sign(state, axis) * axis[0] * way > 0.0
    assert sway.find_sign(SwayState(), (1.0, 0.0, 0.0)) == 0.0


def watch(person: Any, until_s: float, *, with_tilt: bool = False) -> list[Any]:
    detector = BraceDetector(BraceParams(), "belly")
    given: list[Any] = detector.push(person.calibrated())
    for k in range(round(until_s / 0.16)):
        frame = person.frame(k)
        if with_tilt:
            frame = frame._replace(tilt=2.0 * math.cos(math.pi * (k * 0.16 - 1.6) / 2.0))
        given += detector.push(frame)
    return [one for one in given if isinstance(one, BraceStart | BraceBreath | BraceEnd)]


def prompt(at_s: float) -> list[Mark]:
    return [Mark(round(at_s * S), "exercise.brace", 10 * S)]


def test_breaths_in_a_brace_are_told_by_the_belly_in_its_unit(stage: Any) -> None:
    person = stage.Person([stage.Act(43.2, 56.0, shift=1.4, ripple=0.5)], prompt(42.6))
    start, *breaths, end = watch(person, 60.0)
    assert start.tells_breaths
    peaks_s = [one.peak_ns / S for one in breaths]
    assert [one for one in peaks_s if 45 < one < 55] == pytest.approx([45.6, 49.6, 53.6], abs=0.5)
    assert {one.sensor for one in breaths} == {"belly"}
    assert {one.number for one in breaths} == {start.number}
    whole = [one for one in breaths if 45 < one.peak_ns / S < 55]
    assert [one.depth for one in whole] == pytest.approx([1.5] * 3, rel=0.5)
    assert all(one.inhale_start_ns < one.peak_ns < one.decided_ns for one in breaths)
    assert end.n_breaths == 3


def test_behind_a_wall_that_is_held_still_the_ribs_tell_the_breaths(stage: Any) -> None:
    person = stage.Person(
        [stage.Act(43.2, 56.0, shift=1.4, ripple=0.0)], prompt(42.6), has_chest=True
    )
    _, *breaths, _ = watch(person, 60.0)
    peaks_s = [one.peak_ns / S for one in breaths]
    assert [one for one in peaks_s if 45 < one < 55] == pytest.approx([45.6, 49.6, 53.6], abs=0.3)


def test_a_motion_sensor_alone_tells_breaths_in_degrees_once_it_knows_which_way_is_in(
    stage: Any,
) -> None:
    acts = [stage.Act(63.2, 76.0, rise_log=0.5, ripple=0.5)]
    person = stage.Person(acts, prompt(62.6), has_belly=False, has_imu=True, moving=(71.0, 71.5))
    start, *breaths, _ = watch(person, 80.0, with_tilt=True)
    assert start.tells_breaths
    whole = [one for one in breaths if 65 < one.peak_ns / S < 75]
    assert [one.peak_ns / S for one in whole] == pytest.approx([65.6, 69.6, 73.6], abs=0.5)
    assert [one.depth for one in whole] == pytest.approx([1.0] * 3, rel=0.4)
    start, *others = watch(person, 80.0)
    assert not start.tells_breaths
    assert [type(one) for one in others] == [BraceEnd]
