"""Held braces get a score with its parts."""

from dataclasses import replace
from typing import Any

import pytest

from breathsense.core.bracing.holds import HoldParams, HoldScorer
from breathsense.core.frames.frame import Frame
from breathsense.core.model.bracing import BraceEnd, BraceStart, HoldScored
from breathsense.core.model.calibration import Calibrated, Calibration, LevelReference
from breathsense.core.model.inputs import Mark
from breathsense.core.stage import run

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
    def known(**change: Any) -> Calibrated:
        return Calibrated(Calibration(levels=(replace(BELLY, **change),)), 0)

    first, near, far = known(), known(rest=10.5), known(rest=11.5)
    afresh = known(rest=13.0, brace_shift=2.5)
    assert not score(first, near, START, END)[0].is_level_doubtful
    assert score(first, far, START, END)[0].is_level_doubtful
    assert not score(first, far, afresh, START, END)[0].is_level_doubtful
    assert not score(Calibrated(Calibration(), 0), first, START, END)[0].is_level_doubtful
