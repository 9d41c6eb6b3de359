"""Held braces get a score with its parts."""

from dataclasses import replace
from typing import Any

import pytest

from breathsense.core.bracing.holds import HoldParams, HoldScorer
from breathsense.core.bracing.sets import SetScorer
from breathsense.core.frames.frame import Frame
from breathsense.core.model.bracing import BraceEnd, BraceStart, HoldScored, SetScored
from breathsense.core.model.calibration import (
    Calibrated,
    Calibration,
    LevelReference,
    StepJudged,
)
from breathsense.core.model.coaching import CourseBegan, CourseEnded
from breathsense.core.model.events import QualityHint
from breathsense.core.model.inputs import Mark
from breathsense.core.stage import Chain, Stage, run

S = 1_000_000_000
START = BraceStart(0, 11 * S, "expand", 0.8, 12 * S)
END = BraceEnd(0, 21 * S, "breathing", 0.9, 0.1, 0.95, 3 * S, 3, 0.8, 22 * S)
BELLY = LevelReference("abdomen", 10.0, 2.0, 0.1, brace_shift=3.0)


def score(*items: Any) -> list[HoldScored]:
    given = run(HoldScorer(HoldParams()), items)
    assert [one for one in given if not isinstance(one, HoldScored)] == list(items)
    return [one for one in given if isinstance(one, HoldScored)]


def test_a_good_hold_scores_full() -> None:
    (scored,) = score(START, END)
    assert scored.score == pytest.approx(100.0)
    assert scored.onset_ns is None
    assert not scored.is_level_doubtful


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"level": 0.4}, 82.5),
        ({"level": 0.1}, 65.0),
        ({"level": 1.6}, 82.5),
        ({"steadiness": 0.3}, 90.0),
        ({"steadiness": 0.6}, 80.0),
        ({"retention": 0.6}, 90.0),
        ({"longest_gap_ns": 7 * S}, 87.5),
        ({"longest_gap_ns": 12 * S}, 75.0),
    ],
)
def test_each_part_counts_what_it_weighs(change: dict[str, Any], expected: float) -> None:
    (scored,) = score(START, replace(END, **change))
    assert scored.score == pytest.approx(expected)


def test_what_cannot_be_told_is_left_out_and_the_rest_stretched() -> None:
    end = replace(END, level=None, steadiness=None, retention=None, longest_gap_ns=7 * S)
    (scored,) = score(START, end)
    assert (scored.level, scored.steadiness, scored.retention) == (None, None, None)
    assert scored.score == pytest.approx(50.0)
    assert score(START, replace(end, breathing="unknown")) == []


def test_the_onset_is_counted_from_its_prompt() -> None:
    frame = Frame(10 * S, 10 * S, marks=(Mark(10 * S, "exercise.brace", 8 * S),))
    other = Frame(10 * S, 10 * S, marks=(Mark(10 * S, "rezero"),))
    assert score(frame, START, END)[0].onset_ns == 1 * S
    assert score(other, START, END)[0].onset_ns is None


def test_an_end_without_its_start_is_not_scored() -> None:
    assert score(END) == []
    assert score(replace(START, number=7), END) == []


def test_a_baseline_that_has_moved_makes_the_level_doubtful() -> None:
    first, near, far = known(), known(rest=10.5), known(rest=11.5)
    afresh = known(rest=13.0, brace_shift=2.5)
    assert not score(first, near, START, END)[0].is_level_doubtful
    assert score(first, far, START, END)[0].is_level_doubtful
    assert not score(first, far, afresh, START, END)[0].is_level_doubtful
    assert not score(Calibrated(Calibration(), 0), first, START, END)[0].is_level_doubtful


def known(**change: Any) -> Calibrated:
    return Calibrated(Calibration(levels=(replace(BELLY, **change),)), 0)


def judged(*, is_accepted: bool = True) -> StepJudged:
    return StepJudged("rezero", is_accepted, "", 30 * S, 40 * S, 41 * S)


def leaning(forward_deg: float) -> Frame:
    return Frame(9 * S, 9 * S, forward_deg=forward_deg, sideways_deg=0.0)


def test_a_slip_makes_the_level_doubtful_until_the_next_baseline() -> None:
    slip = Frame(9 * S, 9 * S, events=(QualityHint("abdomen", "slip", 9 * S),))
    talk = Frame(9 * S, 9 * S, events=(QualityHint("abdomen", "speech", 9 * S),))
    assert score(known(), slip, START, END)[0].doubt == "slip"
    assert score(known(), talk, START, END)[0].doubt == ""
    assert score(known(), slip, judged(), START, END)[0].doubt == ""
    assert score(known(), slip, judged(is_accepted=False), START, END)[0].doubt == "slip"


def test_another_lean_for_most_of_a_hold_makes_the_level_doubtful() -> None:
    (there,) = score(leaning(0.0), START, leaning(8.0), leaning(8.0), leaning(0.0), END)
    assert (there.doubt, there.is_level_doubtful) == ("posture", True)
    assert score(leaning(0.0), START, leaning(8.0), leaning(4.0), END)[0].doubt == ""
    settled = [leaning(0.0), leaning(8.0), judged(), START, leaning(8.0), END]
    assert score(*settled)[0].doubt == ""


def add_up(*items: Any) -> list[SetScored]:
    scorers: list[Stage] = [HoldScorer(HoldParams()), SetScorer()]
    given = run(Chain(scorers), items)
    assert [one for one in given if not isinstance(one, HoldScored | SetScored)] == list(items)
    return [one for one in given if isinstance(one, SetScored)]


FRAME = Frame(42 * S, 42 * S)
SECOND = (
    replace(START, number=1, start_ns=23 * S),
    replace(END, number=1, end_ns=29 * S, level=0.4),
)


def test_the_holds_between_two_baselines_are_a_set() -> None:
    (one,) = add_up(known(), START, END, *SECOND, judged(), known(rest=10.1), FRAME, FRAME)
    assert (one.number, one.n_holds, one.start_ns, one.end_ns) == (0, 2, 11 * S, 29 * S)
    assert one.score == pytest.approx(91.25)
    assert one.level == pytest.approx(0.75)
    assert (one.doubt, one.decided_ns) == ("", 42 * S)


def test_a_baseline_elsewhere_after_a_set_makes_that_set_doubtful() -> None:
    (one,) = add_up(known(), START, END, judged(), known(rest=11.5), FRAME)
    assert one.doubt == "drift"


def test_a_doubtful_hold_makes_its_set_doubtful_but_not_the_next() -> None:
    slip = Frame(9 * S, 9 * S, events=(QualityHint("abdomen", "slip", 9 * S),))
    first, second = add_up(
        *(known(), slip, START, END, judged(), FRAME), *(*SECOND, judged(), FRAME)
    )
    assert (first.doubt, second.doubt) == ("slip", "")
    assert (second.number, second.start_ns) == (1, 23 * S)


def test_a_refused_baseline_leaves_the_set_open_until_the_next_hold() -> None:
    refused = judged(is_accepted=False)
    again = add_up(known(), START, END, refused, FRAME, judged(), FRAME)
    assert [one.doubt for one in again] == [""]
    first, second = add_up(known(), START, END, refused, FRAME, *SECOND, judged(), FRAME)
    assert (first.doubt, first.end_ns, first.n_holds) == ("no_baseline", 21 * S, 1)
    assert (second.doubt, second.start_ns, second.end_ns) == ("", 23 * S, 29 * S)


def test_without_holds_there_is_no_set() -> None:
    assert add_up(known(), judged(), FRAME) == []


def test_the_last_set_is_told_with_the_input_if_no_baseline_follows() -> None:
    (one,) = add_up(known(), START, END, FRAME)
    assert (one.n_holds, one.level, one.doubt, one.decided_ns) == (1, 1.0, "no_baseline", 42 * S)


def test_a_doubtful_hold_says_more_than_a_missing_baseline() -> None:
    slip = Frame(9 * S, 9 * S, events=(QualityHint("abdomen", "slip", 9 * S),))
    (one,) = add_up(known(), slip, START, END, FRAME)
    assert one.doubt == "slip"


def test_a_course_begins_a_new_set() -> None:
    begun = CourseBegan(0, "core.test", "Test", 0, "expand", 40, 22 * S, 60 * S)
    first, second = add_up(known(), START, END, FRAME, begun, *SECOND, FRAME)
    assert (first.n_holds, first.doubt, first.end_ns) == (1, "no_baseline", 21 * S)
    assert (second.n_holds, second.start_ns) == (1, 23 * S)


def test_five_seconds_after_a_course_its_last_set_is_told_without_a_baseline() -> None:
    ended = CourseEnded(0, 37 * S, "")
    early, late = Frame(41 * S, 41 * S), Frame(43 * S, 43 * S)
    (one,) = add_up(known(), START, END, ended, early, FRAME, late)
    assert (one.doubt, one.decided_ns) == ("no_baseline", 42 * S)
    (other,) = add_up(known(), START, END, ended, judged(), early, FRAME, late)
    assert (other.doubt, other.decided_ns) == ("", 41 * S)


def test_a_set_without_levels_needs_no_baseline_of_the_band() -> None:
    end = replace(END, level=None, steadiness=None, retention=None)
    (one,) = add_up(START, end, judged(), FRAME)
    assert (one.doubt, one.level, one.breathing) == ("", None, 1.0)
    (other,) = add_up(START, END, judged(), FRAME)
    assert other.doubt == "no_baseline"


def test_a_new_step_that_is_no_rest_leaves_a_slip_a_slip() -> None:
    slip = Frame(9 * S, 9 * S, events=(QualityHint("abdomen", "slip", 9 * S),))
    full = replace(judged(), step="full")
    assert score(known(), slip, full, START, END)[0].doubt == "slip"


def test_other_items_are_passed_on() -> None:
    assert score(Mark(1 * S, "exercise.brace"), START, END)[0].onset_ns is None
