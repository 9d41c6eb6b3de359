import pytest
from hypothesis import given
from hypothesis import strategies as st

from breathsense.core.model.labels import (
    CheckIn,
    Practice,
    parse_check_in,
    parse_practice,
    say_check_in,
    say_practice,
)

names = st.from_regex(r"[a-z_]{1,12}", fullmatch=True)


@given(st.from_regex(r"[a-z0-9_.]{1,30}", fullmatch=True), st.integers(0, 10))
def test_a_practice_is_read_back_as_it_was_said(programme: str, level: int) -> None:
    practice = Practice(programme, level)
    assert parse_practice(say_practice(practice)) == practice


@given(st.sampled_from(["before", "after"]), st.dictionaries(names, st.integers(0, 10)))
def test_a_check_in_is_read_back_as_it_was_said(time: str, answers: dict[str, int]) -> None:
    check_in = CheckIn("before" if time == "before" else "after", answers)
    assert parse_check_in(say_check_in(check_in)) == check_in


@given(st.text())
def test_any_other_words_are_no_label_and_no_error(text: str) -> None:
    if not text.startswith("programme:"):
        assert parse_practice(text) is None
    if not text.startswith("checkin."):
        assert parse_check_in(text) is None


@pytest.mark.parametrize("label", ["programme:", "programme:   "])
def test_a_programme_without_a_name_is_none(label: str) -> None:
    assert parse_practice(label) is None


def test_answers_beyond_the_scale_are_left_out() -> None:
    assert parse_check_in("checkin.before: pain=11 stress=4 x=-3") == CheckIn(
        "before", {"stress": 4}
    )
    assert parse_check_in("checkin.during: pain=3") is None
