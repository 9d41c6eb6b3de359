"""The keys at the foot: as many as there is room for, and always the way back and help."""

from textual.content import Content
from walking import Walk, walk

from breathsense.tui.screens.live import LiveScreen
from breathsense.tui.widgets.foot import Foot, FootKey, fit_keys

DEMO, ANSWERS, STOP, BACK, HELP = (
    Content(one) for one in (" d Demo ", " a Answers ", " x Stop ", " q Back ", " ? Help ")
)
LAST = [FootKey(BACK, is_kept=True), FootKey(HELP, is_kept=True)]
KEYS = [FootKey(DEMO), FootKey(ANSWERS), *LAST]


def test_keys_stand_apart_where_there_is_room() -> None:
    assert fit_keys(KEYS, 35).plain == " d Demo  a Answers  q Back  ? Help "


def test_keys_move_closer_before_one_is_left_out() -> None:
    assert fit_keys(KEYS, 34).plain == " d Demo a Answers q Back ? Help"
    assert fit_keys(KEYS, 30).plain == " d Demo q Back ? Help"


def test_the_way_back_and_help_are_never_left_out() -> None:
    assert fit_keys(KEYS, 3).plain == " q Back ? Help"
    assert not fit_keys([], 3).plain


def test_stopping_is_left_in_before_what_stands_beside_it() -> None:
    keys = [FootKey(DEMO), FootKey(STOP, is_kept=True), FootKey(ANSWERS), *LAST]
    assert fit_keys(keys, 34).plain == " d Demo x Stop q Back ? Help"
    assert fit_keys(keys, 24).plain == " x Stop q Back ? Help"


@walk("demo", size=(40, 20))
async def test_a_narrow_window_still_tells_how_to_stop(at: Walk) -> None:
    await at.reach(LiveScreen)
    foot = str(at.app.screen.query_one(Foot).render())
    assert "Stop" in foot
    assert "Help" in foot
    assert "Pacer" not in foot
