"""Braces and draw-ins of a calibration."""

from collections.abc import Callable
from typing import Any

import pytest

from breathsense.core.calibration.abilities import tell_abilities
from breathsense.core.calibration.memory import Point
from breathsense.core.calibration.swings import find_slope, find_turns

Teach = Callable[..., Any]
BOTH = ("belly", "mmg_log", "flutter", "is_moving")


def brace(
    wearer: Any, start_s: float, shift: float, label: str = "brace", ripple: float = 0.5
) -> None:
    """Half a second late, and let go a little early."""
    wearer.duration_s = start_s + 20.0
    wearer.mark(start_s, f"calibration.{label}", 5.0)
    wearer.shifts.append((start_s + 0.5, start_s + 4.8, shift))
    wearer.depths.append((start_s + 0.5, start_s + 4.8, ripple))


@pytest.mark.parametrize("ripple", [0.0, 0.4, 0.9])
@pytest.mark.parametrize("start_s", [64.0, 65.0, 66.0, 67.0])
@pytest.mark.parametrize(("label", "shift"), [("brace", 1.5), ("brace", 0.6), ("draw_in", -1.0)])
def test_the_shift_is_found_whatever_the_breath_does(
    label: str, shift: float, start_s: float, ripple: float, at_rest: Any, taught: Teach
) -> None:
    brace(at_rest, start_s, shift, label, ripple)
    found = taught(at_rest)
    assert found.verdicts(label) == ["yes"]
    level = found.known.levels[0]
    told = level.brace_shift if label == "brace" else level.draw_in_shift
    assert told == pytest.approx(shift, abs=0.2)


def test_the_median_of_three_braces_counts(at_rest: Any, taught: Teach) -> None:
    for number, shift in enumerate((1.0, 2.0, 1.2)):
        brace(at_rest, 64.0 + 16.0 * number, shift)
    found = taught(at_rest)
    assert found.verdicts("brace") == ["yes"] * 3
    assert found.known.levels[0].brace_shift == pytest.approx(1.2, abs=0.1)
    assert len(found.calibrated) == 4


def test_only_the_newest_three_tries_count(at_rest: Any, taught: Teach) -> None:
    for number, shift in enumerate((0.5, 0.5, 1.5, 1.5, 1.5)):
        brace(at_rest, 64.0 + 16.0 * number, shift)
    assert taught(at_rest).known.levels[0].brace_shift == pytest.approx(1.5, abs=0.1)


def test_another_set_begins_anew(at_rest: Any, taught: Teach) -> None:
    brace(at_rest, 64.0, 0.6)
    brace(at_rest, 240.0, 1.5)
    assert taught(at_rest).known.levels[0].brace_shift == pytest.approx(1.5, abs=0.1)


def test_the_level_just_before_is_what_a_brace_starts_from(at_rest: Any, taught: Teach) -> None:
    at_rest.shifts.append((63.0, 120.0, 0.8))
    brace(at_rest, 84.0, 2.3)
    assert taught(at_rest).known.levels[0].brace_shift == pytest.approx(1.5, abs=0.15)


def test_a_brace_that_is_not_made_is_not_taken(at_rest: Any, taught: Teach) -> None:
    brace(at_rest, 64.0, 0.0, ripple=1.0)
    found = taught(at_rest)
    assert found.verdicts("brace") == ["firmer"]
    assert found.known.levels[0].brace_shift is None
    assert tell_abilities(found.known).brace_by_level.reason == "not_calibrated"


def test_two_braces_that_nothing_shows_are_how_it_is(at_rest: Any, taught: Teach) -> None:
    brace(at_rest, 64.0, 0.05)
    brace(at_rest, 80.0, 0.05)
    found = taught(at_rest)
    assert found.verdicts("brace") == ["firmer", "firmer"]
    assert found.known.levels[0].brace_shift == pytest.approx(0.05, abs=0.1)
    able = tell_abilities(found.known)
    assert able.brace_by_level.reason == "too_small"
    assert not able.sees_braces


def test_one_brace_that_is_seen_outweighs_two_that_were_not_made(
    at_rest: Any, taught: Teach
) -> None:
    for start_s, shift in ((64.0, 0.0), (80.0, 1.5), (96.0, 0.0)):
        brace(at_rest, start_s, shift)
    found = taught(at_rest)
    assert found.verdicts("brace") == ["firmer", "yes", "firmer"]
    assert found.known.levels[0].brace_shift == pytest.approx(1.5, abs=0.1)


def test_the_wrong_way_is_told(at_rest: Any, taught: Teach) -> None:
    brace(at_rest, 64.0, -1.0)
    brace(at_rest, 80.0, 1.0, "draw_in")
    found = taught(at_rest)
    assert found.verdicts("brace") == ["outward"]
    assert found.verdicts("draw_in") == ["inward"]
    assert found.known.levels[0].brace_shift is None


def test_a_brace_beyond_a_full_breath_is_to_be_softer_but_not_for_ever(
    at_rest: Any, taught: Teach
) -> None:
    at_rest.mark(63.0, "calibration.full", 8.0)
    at_rest.depths.append((64.0, 68.0, 2.5))
    for number in range(2):
        brace(at_rest, 80.0 + 16.0 * number, 4.0)
    found = taught(at_rest)
    assert found.verdicts("brace") == ["softer", "yes"]
    assert found.known.levels[0].brace_shift == pytest.approx(4.0, abs=0.2)


def test_without_a_full_breath_quiet_ones_tell_what_is_too_strong(
    at_rest: Any, taught: Teach
) -> None:
    brace(at_rest, 64.0, 6.0)
    assert taught(at_rest).verdicts("brace") == ["softer"]


def test_a_brace_that_is_let_go_too_early_is_to_be_held_longer(at_rest: Any, taught: Teach) -> None:
    at_rest.mark(64.0, "calibration.brace", 5.0)
    at_rest.shifts.append((65.4, 67.9, 1.5))
    assert taught(at_rest, held_frac=0.6).verdicts("brace") == ["hold_longer"]


def test_a_short_flash_over_the_middle_is_a_guess(at_rest: Any, taught: Teach) -> None:
    at_rest.mark(64.0, "calibration.brace", 4.0)
    at_rest.shifts.append((65.4, 67.1, 1.5))
    at_rest.depths.append((63.5, 70.0, 0.0))
    assert taught(at_rest).verdicts("brace") == ["yes"]


def test_the_muscles_show_a_neutral_brace(make_wearer: Any, taught: Teach) -> None:
    wearer = make_wearer(sensors=BOTH)
    wearer.mark(2.0, "calibration.quiet", 60.0)
    brace(wearer, 64.0, 0.0)
    wearer.louder.append((64.5, 68.8, 0.5))
    found = taught(wearer)
    assert found.verdicts("brace") == ["yes"]
    (mmg,) = found.known.mmgs
    assert mmg.brace_log == pytest.approx(-2.5, abs=0.03)
    assert mmg.brace_flutter == pytest.approx(0.6)
    able = tell_abilities(found.known)
    assert able.direction == "neutral"
    assert able.sees_braces
    assert able.brace_by_mmg.is_given
    assert not able.brace_by_level.is_given


def test_the_muscles_alone_are_judged(make_wearer: Any, taught: Teach) -> None:
    wearer = make_wearer(sensors=("mmg_log", "is_moving"))
    wearer.mark(2.0, "calibration.quiet", 60.0)
    wearer.duration_s = 110.0
    wearer.mark(64.0, "calibration.brace", 5.0)
    wearer.mark(80.0, "calibration.draw_in", 5.0)
    wearer.louder.append((64.5, 68.8, 0.5))
    found = taught(wearer)
    assert found.verdicts("brace") == ["yes"]
    assert found.verdicts("draw_in") == ["firmer"]
    assert found.known.levels == ()


def test_with_muscles_to_hear_the_tilt_does_not_judge(make_wearer: Any, taught: Teach) -> None:
    wearer = make_wearer(sensors=("tilt", "mmg_log", "is_moving"))
    wearer.mark(2.0, "calibration.quiet", 60.0)
    brace(wearer, 64.0, 1.5)
    assert taught(wearer).verdicts("brace") == ["firmer"]


def test_the_tilt_judges_where_nothing_else_is(make_wearer: Any, taught: Teach) -> None:
    wearer = make_wearer(sensors=("tilt", "is_moving"))
    wearer.mark(2.0, "calibration.quiet", 60.0)
    brace(wearer, 64.0, 1.5)
    assert taught(wearer).verdicts("brace") == ["yes"]


def test_an_effort_in_which_somebody_moves_is_made_again(make_wearer: Any, taught: Teach) -> None:
    wearer = make_wearer(sensors=BOTH, moving=[(64.0, 71.0)])
    wearer.mark(2.0, "calibration.quiet", 60.0)
    brace(wearer, 64.0, 1.5)
    assert taught(wearer).verdicts("brace") == ["keep_still"]


def test_an_effort_that_is_not_seen_is_explained(at_rest: Any, taught: Teach) -> None:
    brace(at_rest, 64.0, 1.5)
    brace(at_rest, 80.0, 1.5)
    brace(at_rest, 96.0, 1.5)
    at_rest.lost += [(64.0, 70.0), (81.0, 84.5)]
    at_rest.hints += [(96.0, "saturated")]
    assert taught(at_rest).verdicts("brace") == ["no_signal", "again", "band_tight"]


def test_speech_and_slips_are_told_of_braces_and_do_no_harm(at_rest: Any, taught: Teach) -> None:
    brace(at_rest, 64.0, 1.5)
    at_rest.hints += [(65.0, "speech"), (66.0, "slip"), (72.0, "")]
    assert taught(at_rest).verdicts("brace") == ["yes"]


def test_the_turns_of_a_straight_line_are_none() -> None:
    line = [Point(n, float(n)) for n in range(20)]
    assert find_turns(line, 2.0) == []
    assert find_turns(line[::-1], 2.0) == []
    assert find_slope(line) == 1.0
    assert find_slope(line[:1]) == 0.0
