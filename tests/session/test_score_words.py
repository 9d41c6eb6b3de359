"""The score of holds and sets, in words."""

from dataclasses import replace

from breathsense.core.bracing.unknown import UnknownReason, tell_score
from breathsense.core.model.bracing import HoldScored, SetScored
from breathsense.exports.unknown_words import UNKNOWN_WORDS as REPORT_WORDS
from breathsense.session.score_words import UNKNOWN_WORDS, explain_score, say_score, tell_sets

HOLD = HoldScored(0, 90.0, 1.0, 0.8, 0.7, 1.0, None, is_level_doubtful=False, decided_ns=0)
SET = SetScored(0, 0, 9, 2, 80.0, 0.9, 0.8, 0.7, 1.0, "", 10)


def test_all_parts_are_told_and_nothing_is_explained() -> None:
    assert say_score(HOLD) == "90 (level 100, steady 80, kept 70, breath 100)"
    assert explain_score(HOLD) == ""


def test_where_the_level_cannot_be_gone_by_only_breathing_is_told() -> None:
    slipped = replace(HOLD, doubt="slip", is_level_doubtful=True)
    assert say_score(slipped) == "— (level —, steady —, kept —, breath 100)"
    assert explain_score(slipped) == "the band has slipped"


def test_without_a_baseline_after_it_a_set_is_told_with_that_said() -> None:
    last = replace(SET, doubt="no_baseline")
    assert say_score(last) == "80 (level 90, steady 80, kept 70, breath 100)"
    assert explain_score(last).startswith("no quiet breaths after it")


def test_a_missing_part_has_its_reason() -> None:
    unseen = replace(HOLD, level=None, steadiness=None, retention=None, doubt="slip")
    assert tell_score(unseen).reasons == ("no_level",)
    assert tell_score(unseen).score == 90.0
    assert tell_score(replace(HOLD, retention=None)).reasons == ("no_course",)
    assert tell_score(replace(HOLD, breathing=None)).reasons == ("no_breathing",)


def test_every_reason_has_words_in_the_app_and_in_reports() -> None:
    reasons = set(UnknownReason.__args__)  # type: ignore[attr-defined] # a Literal has them
    assert set(UNKNOWN_WORDS) == set(REPORT_WORDS) == reasons


def test_a_set_is_told_with_its_holds_and_each_reason_once() -> None:
    short = replace(HOLD, steadiness=None)
    blind = replace(HOLD, breathing=None)
    told = tell_sets([short, blind], [replace(SET, steadiness=None)])
    assert told == [
        "Set 1, 2 holds: 80 (level 90, steady —, kept 70, breath 100) - too short to tell the rest",
        "  1: 90 (level 100, steady —, kept 70, breath 100)",
        (
            "  2: 90 (level 100, steady 80, kept 70, breath —)"
            " - it could not be seen whether you breathed"
        ),
    ]


def test_a_set_of_one_hold_is_called_a_brace_and_holds_of_no_set_yet_say_so() -> None:
    told = tell_sets([HOLD, HOLD], [replace(SET, n_holds=1)])
    assert [line.partition(":")[0] for line in told] == [
        "Brace 1",
        "Not yet a set",
        "  90 (level 100, steady 80, kept 70, breath 100)",
    ]
