from dataclasses import replace
from typing import Any, get_args

import pytest

from breathsense.core.coaching.spec import PhaseName
from breathsense.session.sound.hearing import STEP_SOUNDS, Ears, Moment, Sound, Step

S = 1_000_000_000


def listen(ears: Ears, *moments: Moment) -> list[str]:
    """Return the names of all that was heard."""
    return [sound.name for moment in moments for sound in ears.listen(moment)]


def at(now_s: float, phase: str = "", since_s: float = 0.0, **changes: Any) -> Moment:
    """Return a moment in a phase of six seconds."""
    step = Step(phase, int(since_s * S), 6 * S) if phase else None
    return Moment(int(now_s * S), step, **changes)


def test_the_pacer_leads_for_as_long_as_its_part_lasts() -> None:
    assert Ears().listen(at(0, "inhale")) == (Sound("inhale", 6.0),)


def test_a_step_is_told_once() -> None:
    moments = [at(0, "inhale"), at(1, "inhale"), at(6, "exhale", 6), at(7, "exhale", 6)]
    assert listen(Ears(), *moments) == ["inhale", "exhale"]


def test_a_brace_and_letting_go_are_told_with_the_eyes_open() -> None:
    moments = [at(0, "free"), at(6, "brace", 6), at(12, "recover", 12)]
    assert listen(Ears(), *moments) == ["brace", "release"]


def test_a_brace_that_goes_on_while_breathing_is_no_new_brace() -> None:
    moments = [at(0, "brace"), at(6, "brace_breathe", 6)]
    assert listen(Ears(is_eyes_closed=True), *moments) == ["brace", "tick"]


def test_a_course_that_ends_in_a_brace_lets_go() -> None:
    assert listen(Ears(), at(0, "brace"), at(6)) == ["brace", "release"]


def test_with_the_eyes_closed_a_hold_is_counted() -> None:
    moments = [at(second / 10, "hold_full") for second in range(35)]
    assert listen(Ears(is_eyes_closed=True), *moments) == ["tick"] * 4


def test_with_the_eyes_open_the_last_seconds_of_a_hold_are_ticked() -> None:
    moments = [at(second / 10, "brace_breathe") for second in range(60)]
    assert listen(Ears(), *moments) == ["brace", "tick", "tick", "tick"]


@pytest.mark.parametrize("changes", [{"is_open": True}, {"length_ns": 4 * S}])
def test_short_holds_and_those_that_end_by_a_key_are_not_counted_down(changes: Any) -> None:
    moments = [at(second / 10, "hold_full") for second in range(60)]
    held = [replace(one, step=replace(one.step, **changes)) for one in moments]
    assert listen(Ears(), *held) == []


def test_a_pause_that_is_asked_for_is_no_missing_breath() -> None:
    seconds = [at(second, "hold_empty", gap="prompt") for second in range(6)]
    assert listen(Ears(), *seconds) == ["tick", "tick", "tick"]


def test_a_held_breath_that_the_programme_notices_has_its_own_sound() -> None:
    held = at(1, "brace", cue="breath_held", cue_ns=S, cue_rank=1)
    assert listen(Ears(), at(0, "brace"), held) == ["brace", "unseen"]


@pytest.mark.parametrize("phase", get_args(PhaseName))
def test_with_the_eyes_closed_every_step_begins_with_a_sound(phase: str) -> None:
    assert listen(Ears(is_eyes_closed=True), at(0, phase)) == [STEP_SOUNDS[phase]]


def test_no_breath_seen_has_its_own_sound_and_is_told_again() -> None:
    seconds = [at(second, gap="prompt" if second else "calm") for second in range(20)]
    assert listen(Ears(), *seconds) == ["unseen", "unseen", "unseen"]


def test_a_warning_comes_at_once_and_before_all_else() -> None:
    heard = listen(
        Ears(),
        at(0, "brace"),
        at(4, "brace", gap="prompt"),
        at(6, "inhale", 6, gap="warn"),
        at(7, "inhale", 6, gap="calm"),
    )
    assert heard == ["brace", "unseen", "warn"]


def test_a_cue_for_safety_warns_and_another_rings_only_with_the_eyes_closed() -> None:
    safety = at(1, cue="let_go", cue_ns=S, cue_rank=0)
    other = at(1, cue="too_soft", cue_ns=S, cue_rank=3)
    assert listen(Ears(), at(0), safety, replace(safety, now_ns=2 * S)) == ["warn"]
    assert listen(Ears(), at(0), other) == []
    assert listen(Ears(is_eyes_closed=True), at(0), other) == ["bell"]


def test_the_end_and_a_stop_differ() -> None:
    assert listen(Ears(), at(0), at(1, ended=""), at(2, ended="")) == ["done"]
    assert listen(Ears(), at(0), at(1, ended="dizzy")) == ["stop"]


def test_a_lost_link_is_told() -> None:
    assert listen(Ears(), at(0), at(1, is_linked=False), at(2, is_linked=False)) == ["stop"]


def test_going_back_in_a_recording_tells_nothing_old() -> None:
    moments = [at(50, gap="calm"), at(3, gap="warn", ended="")]
    assert listen(Ears(), *moments) == []


def test_what_is_wrong_from_the_first_moment_on_is_told_in_time() -> None:
    seconds = [at(second, gap="warn") for second in range(9)]
    assert listen(Ears(), *seconds) == ["warn"]
