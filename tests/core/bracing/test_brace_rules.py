"""What single rules of the brace detector say."""

import math
from typing import Any

import pytest
from prompts import S, prompt

from breathsense.core.bracing.level import Level, LevelParams, LevelState
from breathsense.core.frames.frame import Frame
from breathsense.core.model.inputs import Mark


def test_a_band_s_first_level_tells_no_brace() -> None:
    level = LevelState(up=1.0)
    level.recent.append(1.2)
    evidence = Level(LevelParams()).judge(level, Frame(0, 0), is_awaited=False, is_paced=False)
    assert evidence.up <= 0.0


@pytest.mark.parametrize("marks", [[], [prompt(43.2)]])
def test_a_belly_that_came_up_at_once_and_stands_still_is_a_brace(
    stage: Any, marks: list[Mark]
) -> None:
    act = stage.Act(43.6, 55.0, shift=1.1, ripple=0.0, ramp_s=0.4)
    (start,) = stage.watch(stage.Person([act], marks), 70.0).starts
    assert start.direction == "expand"
    assert start.decided_ns / S - 43.6 < 3.0


def test_a_belly_that_came_up_as_slowly_as_a_breath_and_stands_still_may_be_full_lungs(
    stage: Any,
) -> None:
    act = stage.Act(44.0, 52.0, shift=1.5, ripple=0.0, ramp_s=1.9)
    assert stage.watch(stage.Person([act]), 51.5).starts == []


def test_after_a_prompt_a_belly_that_stands_still_is_a_brace_however_it_came_up(
    stage: Any,
) -> None:
    act = stage.Act(40.4, 52.0, shift=1.2, ripple=0.0, ramp_s=1.6)
    (start,) = stage.watch(stage.Person([act], [prompt(40.0)]), 65.0).starts
    assert start.decided_ns / S - 40.4 < 4.0


def test_lungs_that_always_fill_at_once_and_stand_still_are_no_brace(stage: Any) -> None:
    class Ventilated(stage.Person):
        def frame(self, k: int) -> Frame:
            phase = k * 0.16 / 4.0 % 1.0
            level = min(phase / 0.1, 1.0) if phase < 0.45 else max(1.0 - (phase - 0.45) / 0.3, 0.0)
            frame = super().frame(k)
            return frame._replace(belly=self.rest + self.scale * 1.1 * level)

    assert stage.watch(Ventilated([]), 240.0).starts == []


@pytest.mark.parametrize("held_s", [1.5, 3.0])
@pytest.mark.parametrize("every", [1, 3])
def test_slow_breaths_that_fill_at_once_and_stand_still_are_learnt_as_breaths(
    stage: Any, held_s: float, every: int
) -> None:
    class Assisted(stage.Person):
        def frame(self, k: int) -> Frame:
            turn, t_s = divmod(k * 0.16, 8.0)
            level = stage.breathe(t_s, 8.0)
            if turn % every == 0:
                level = max(0.0, min(t_s / 0.5, 1.0, 1.0 - (t_s - 0.5 - held_s) / 0.5))
            wobble = 0.004 * math.sin(1.3 * k)
            return super().frame(k)._replace(belly=self.rest + self.scale * (level + wobble))

    starts = stage.watch(Assisted([]), 420.0).starts
    assert len(starts) < 8
    assert [one for one in starts if one.start_ns > 120.0 * S] == []


def test_an_expiration_back_to_rest_ends_an_outward_brace(stage: Any) -> None:
    """Breathing goes on at once, so that the belly is at rest for a moment only."""
    acts = [stage.Act(40.6, 49.0, shift=1.6, ripple=0.0, ramp_s=0.3)]
    told = stage.watch(stage.Person(acts, [prompt(40.0)]), 65.0)
    (end,) = told.ends
    assert end.end_ns / S == pytest.approx(49.0, abs=2.0)
    assert end.breathing == "not_seen"


def test_a_breath_that_lifts_a_draw_in_to_rest_does_not_end_it(stage: Any) -> None:
    acts = [stage.Act(40.6, 54.0, shift=-1.0, ripple=1.1)]
    told = stage.watch(stage.Person(acts, [prompt(40.0)]), 70.0)
    assert [one.direction for one in told.starts] == ["draw_in"]
    assert told.ends[0].end_ns / S == pytest.approx(54.0, abs=2.5)


@pytest.mark.parametrize(
    ("out", "inward", "direction"), [(0.5, None, "unknown"), (1.0, None, "expand")]
)
def test_a_small_brace_of_who_shows_no_draw_in_has_no_certain_direction(
    stage: Any, out: float, inward: float | None, direction: str
) -> None:
    person = stage.Person([stage.Act(40.6, 50.0, shift=1.0, ripple=0.3)], [prompt(40.0)])
    told = stage.watch(person, 60.0, first=[person.calibrated(out, inward)])
    assert [one.direction for one in told.starts] == [direction]


def test_of_a_short_brace_it_is_unknown_whether_breath_went_on(stage: Any) -> None:
    acts = [stage.Act(40.6, 42.6, shift=1.0, rise_log=0.5, ripple=0.0)]
    person = stage.Person(acts, [prompt(40.0)], has_imu=True)
    (end,) = stage.watch(person, 60.0).ends
    assert end.breathing == "unknown"


@pytest.mark.parametrize("share", [0.72, 1.22])
def test_full_lungs_that_share_the_air_otherwise_than_at_rest_are_no_brace(
    stage: Any, share: float
) -> None:
    """Three quiet depths, held for eight seconds; the belly takes its own share of them."""

    class Filled(stage.Person):
        def frame(self, k: int) -> Frame:
            frame, t_s = super().frame(k), k * 0.16
            lungs = 2.6 * min(max((t_s - 40.0) / 1.5, 0.0), 1.0, max((49.5 - t_s) / 1.5, 0.0))
            if not 40.0 <= t_s < 49.6:
                return frame
            tremble = 0.01 * math.sin(k)
            return frame._replace(
                belly=self.rest + self.scale * (lungs * share + tremble), chest=50.0 + 2.0 * lungs
            )

    told = stage.watch(Filled([], has_chest=True), 70.0)
    assert told.starts == []


def test_breaths_that_lift_a_drawn_in_belly_to_rest_speak_for_nothing(stage: Any) -> None:
    """Ends of expiration below rest tell it, though the belly comes up to rest between them."""
    person = stage.Person([stage.Act(40.6, 58.0, shift=-0.7, ripple=0.8)])
    (start,) = stage.watch(person, 65.0).starts
    assert start.direction == "draw_in"
    assert start.decided_ns / S - 40.6 < 6.0


@pytest.mark.parametrize(("turned", "n_told"), [(0.0, 1), (2.5, 0)])
def test_a_trunk_that_turns_and_sounds_for_a_moment_does_not_brace(
    stage: Any, turned: float, n_told: int
) -> None:
    acts = [stage.Act(40.6, 42.0, shift=turned, rise_log=0.5)]
    person = stage.Person(acts, has_belly=False, has_imu=True)
    assert len(stage.watch(person, 60.0).starts) == n_told


@pytest.mark.parametrize(("height", "n_told"), [(1.1, 1), (2.0, 0)])
def test_a_belly_no_higher_than_usual_that_stands_still_for_long_is_no_full_lungs(
    stage: Any, height: float, n_told: int
) -> None:
    acts = [stage.Act(40.0, 45.5, shift=height, ripple=0.0, ramp_s=1.6)]
    assert len(stage.watch(stage.Person(acts), 60.0).starts) == n_told
