from pathlib import Path

import pytest
from fake_desk import FakeLive

from breathsense.core.model.errors import LinkError
from breathsense.tui.keeper import SessionKeeper


def test_a_wanted_session_is_kept_and_stopped_once() -> None:
    keeper, session = SessionKeeper(), FakeLive(lambda: 0)
    assert keeper.open(lambda: session, lambda: True) is session
    assert keeper.has_session
    assert keeper.stop() == Path("recordings/2026-11-22_1034.mcap")
    assert keeper.stop() is None
    assert session.n_stops == 1


def test_a_session_that_nobody_waits_for_is_stopped_at_once() -> None:
    keeper, session = SessionKeeper(), FakeLive(lambda: 0)
    assert keeper.open(lambda: session, lambda: False) is None
    assert session.n_stops == 1
    assert not keeper.has_session


def test_a_session_that_comes_after_the_end_is_stopped_at_once() -> None:
    keeper, session = SessionKeeper(), FakeLive(lambda: 0)
    assert keeper.close() is None
    assert keeper.open(lambda: session, lambda: True) is None
    assert session.n_stops == 1


def test_what_goes_wrong_while_opening_is_told() -> None:
    def begin() -> FakeLive:
        raise LinkError("out of reach")

    with pytest.raises(LinkError):
        SessionKeeper().open(begin, lambda: True)
