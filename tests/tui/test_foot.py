"""The keys at the foot: as many as there is room for, and always the way back and help."""

from textual.content import Content

from breathsense.tui.widgets.foot import fit_keys

KEYS = [Content(one) for one in (" d Demo ", " a Answers ", " q Back ", " ? Help ")]


def test_keys_stand_apart_where_there_is_room() -> None:
    assert fit_keys(KEYS, 35).plain == " d Demo  a Answers  q Back  ? Help "


def test_keys_move_closer_before_one_is_left_out() -> None:
    assert fit_keys(KEYS, 34).plain == " d Demo a Answers q Back ? Help"
    assert fit_keys(KEYS, 30).plain == " d Demo q Back ? Help"


def test_the_way_back_and_help_are_never_left_out() -> None:
    assert fit_keys(KEYS, 3).plain == " q Back ? Help"
    assert not fit_keys([], 3).plain
