"""Beside sessions: breaks without a sensor, the posture watch, reaches, reminders."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from fake_desk import FakeDesk, FakeLive, S, build_book
from in_loop import in_loop, wait_until
from textual.pilot import Pilot

from breathsense.core.coaching.schema import parse_programme
from breathsense.core.model.bracing import MobilityReach, PostureHint
from breathsense.session.programmes import load_programmes
from breathsense.session.settings import ReminderSettings
from breathsense.session.view import TrunkView
from breathsense.tui.app import BreathSenseApp
from breathsense.tui.reminding import Reminding
from breathsense.tui.screens.live import LiveScreen
from breathsense.tui.screens.panel import Notice
from breathsense.tui.screens.posture import PostureScreen
from breathsense.tui.screens.reach import ReachScreen
from breathsense.tui.screens.stopping import StopQuestion, StopText
from breathsense.tui.screens.unworn import UnwornScreen
from breathsense.tui.screens.welcome import Ticks

NINE = datetime(2026, 11, 22, 9, 0, tzinfo=timezone(timedelta(hours=1)))


class Clock:
    now_ns = 0

    def __call__(self) -> int:
        return self.now_ns


@asynccontextmanager
async def open_live(
    trunk: TrunkView,
) -> AsyncIterator[tuple[Pilot[None], Clock, FakeLive]]:
    clock = Clock()
    desk = FakeDesk(clock)
    app = BreathSenseApp(desk, start="demo", is_sweep=True)
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(300):
            await pilot.pause(0.01)
            if isinstance(app.screen, LiveScreen):
                break
        await pilot.pause()  # the screen may be there and not know of it yet
        clock.now_ns += 60 * S
        live: Any = desk.opened[-1]
        live.changes["trunk"] = trunk
        yield pilot, clock, live


def hint(frac: float | None) -> PostureHint:
    return PostureHint("imu", 3.0, 0.0, frac, is_forward_known=True, t_ns=0)


@in_loop
async def test_a_break_is_led_step_by_step_and_ends_with_thanks() -> None:
    clock = Clock()
    desk = FakeDesk(clock)
    app = BreathSenseApp(desk, is_sweep=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+b")
        await wait_until(pilot, lambda: isinstance(app.screen, UnwornScreen))
        screen: Any = app.screen
        # What is shown is drawn from its first layout on, which comes after the screen.
        await wait_until(pilot, lambda: screen._steps.size.width)
        await pilot.press("ctrl+b")
        await app.workers.wait_for_complete()
        assert app.screen is screen, "one break at a time"
        clock.now_ns += 61 * S
        screen._look()
        assert "▸ Hip flexor, kneeling, left" in screen._steps.picture.read()
        await pilot.press("space")
        screen._look()
        assert "paused" in screen._steps.picture.read()
        await pilot.press("space", "n")
        screen._look()
        assert "▸ Hip flexor, kneeling, right" in screen._steps.picture.read()
        clock.now_ns += 400 * S
        screen._look()
        await wait_until(pilot, lambda: isinstance(app.screen, Notice))
        notice: Any = app.screen
        assert "Thank you" in notice._text
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.screen not in {notice, screen})


@in_loop
async def test_a_break_that_is_left_counts_too() -> None:
    desk = FakeDesk(Clock())
    app = BreathSenseApp(desk, is_sweep=True)
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("ctrl+b")
        await app.workers.wait_for_complete()
        await pilot.press("q")
        await pilot.pause(0.1)
        assert isinstance(app.screen, Notice)
        assert "What was done counts" in str(app.screen._text)
        assert desk.unworn is not None
        assert desk.unworn.view().was_stopped


@in_loop
async def test_a_stop_for_a_reason_is_logged_and_answered() -> None:
    desk = FakeDesk(Clock())
    app = BreathSenseApp(desk, is_sweep=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+b")
        await app.workers.wait_for_complete()
        screen: Any = app.screen
        await pilot.press("x")
        await pilot.pause(0.1)
        assert desk.unworn is not None
        assert desk.unworn.view().is_paused, "it stands still while it is asked"
        await pilot.press("escape")
        await pilot.pause(0.1)
        assert app.screen is screen
        assert not desk.unworn.view().is_paused, "and goes on"
        await pilot.press("x")
        await pilot.pause(0.1)
        await pilot.press("down", "down", "enter")
        await pilot.pause(0.2)
        assert isinstance(app.screen, StopText)
        assert "less air next time" in str(app.screen._text)
        assert desk.unworn.view().was_stopped
        await pilot.press("enter")
        await pilot.pause(0.1)
        assert app.screen is not screen


@in_loop
async def test_the_questions_on_health_come_before_the_first_break() -> None:
    desk: Any = FakeDesk(Clock(), book=build_book())
    app = BreathSenseApp(desk, is_sweep=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause(0.3)
        await pilot.press("escape")
        await pilot.press("ctrl+b")
        for _ in range(100):
            await pilot.pause(0.02)
            if isinstance(app.screen, Ticks):
                break
        await pilot.press("escape")
        await pilot.pause(0.2)
        assert desk.unworn is None


@in_loop
async def test_the_watch_is_taught_tall_and_slump_and_then_is_quiet() -> None:
    async with open_live(TrunkView(posture=hint(None))) as (pilot, clock, live):
        await pilot.press("w")
        await pilot.pause(0.1)
        screen: Any = pilot.app.screen
        assert isinstance(screen, PostureScreen)
        assert "as tall as is easy" in " ".join(screen._picture.picture.read().split())
        await pilot.press("enter")
        assert live.marks[-1][0] == "calibration.tall"
        assert "Stay so" in screen._picture.picture.read()
        await pilot.press("enter")
        assert len(live.marks) == 1, "nothing new while it is held"
        clock.now_ns += 7 * S
        live.changes["trunk"] = TrunkView(posture=hint(None), is_tall_known=True)
        screen.look()
        await pilot.press("enter")
        assert live.marks[-1][0] == "calibration.slump"
        clock.now_ns += 7 * S
        live.changes["trunk"] = TrunkView(posture=hint(0.1), is_tall_known=True)
        screen.look()
        assert "Watching" in screen._picture.picture.read()
        await pilot.press("a")
        assert "as tall as is easy" in " ".join(screen._picture.picture.read().split())
        await pilot.press("q")
        assert isinstance(pilot.app.screen, LiveScreen)


@in_loop
async def test_a_watch_from_the_list_is_begun_and_snoozes_as_long_as_it_says() -> None:
    text = (
        load_programmes().programmes["day.posture"].text.replace("snooze_s = 1800", "snooze_s = 60")
    )
    known = TrunkView(posture=hint(0.1), is_tall_known=True)
    async with open_live(known) as (pilot, clock, live):
        pilot.app.begin_watch(live, parse_programme(text, "here"))  # type: ignore[attr-defined] # see above
        for _ in range(100):
            await pilot.pause(0.02)
            if isinstance(pilot.app.screen, PostureScreen):
                break
        screen: Any = pilot.app.screen
        assert [one[0] for one in live.begun] == ["day.posture"]
        await pilot.press("z")
        assert "Snoozed" in screen._picture.picture.read()
        clock.now_ns += 61 * S
        screen.look()
        assert "Watching" in screen._picture.picture.read()


@in_loop
async def test_a_reminder_is_shown_until_the_position_changes() -> None:
    async with open_live(TrunkView(posture=hint(0.9), is_tall_known=True)) as (pilot, clock, live):
        await pilot.press("w")
        await pilot.pause(0.1)
        screen: Any = pilot.app.screen
        told: list[str] = []
        pilot.app.sounder.play = lambda name, _length_s=0.0: told.append(name)  # type: ignore[attr-defined, assignment] # heard by the test
        now_ns = clock.now_ns
        live.changes["trunk"] = TrunkView(
            posture=hint(0.9), is_tall_known=True, is_slumped=True, reminded_ns=now_ns - S
        )
        screen.look()
        screen.look()
        assert "◆ Time to change" in screen._picture.picture.read()
        assert told == ["bell"], "once"
        live.changes["trunk"] = TrunkView(
            posture=hint(0.1), is_tall_known=True, reminded_ns=now_ns - S, changed_ns=now_ns
        )
        screen.look()
        assert "✓ Changed" in screen._picture.picture.read()
        clock.now_ns += 30 * S
        screen.look()
        assert "Watching" in screen._picture.picture.read()


@in_loop
async def test_a_snoozed_watch_says_nothing() -> None:
    async with open_live(TrunkView(posture=hint(0.9), is_tall_known=True)) as (pilot, clock, live):
        await pilot.press("w")
        await pilot.pause(0.1)
        screen: Any = pilot.app.screen
        await pilot.press("z")
        live.changes["trunk"] = TrunkView(
            posture=hint(0.9), is_tall_known=True, reminded_ns=clock.now_ns
        )
        screen.look()
        assert "Snoozed" in screen._picture.picture.read()
        clock.now_ns += 1801 * S
        screen.look()
        assert "Watching" in screen._picture.picture.read(), "the old reminder is past"


@in_loop
async def test_without_a_motion_sensor_the_watch_says_so() -> None:
    async with open_live(TrunkView()) as (pilot, _clock, live):
        await pilot.press("w")
        await pilot.pause(0.1)
        screen: Any = pilot.app.screen
        assert "motion sensor" in screen._picture.picture.read()
        await pilot.press("enter")
        assert live.marks == []


@in_loop
async def test_reaches_are_asked_for_one_way_after_the_other() -> None:
    async with open_live(TrunkView(posture=hint(None))) as (pilot, clock, live):
        await pilot.press("r")
        await pilot.pause(0.1)
        screen: Any = pilot.app.screen
        assert isinstance(screen, ReachScreen)
        await pilot.press("enter")
        assert live.marks == [("assess.bend_forward", None)]
        screen.look()
        assert "three times" in screen._bars.picture.read(), "it is not cut at 80 columns"
        await pilot.press("down", "enter")
        assert len(live.marks) == 1, "one at a time"
        clock.now_ns += 16 * S
        tries = MobilityReach("imu", "forward", (60.0, 66.0, 64.0), 0, 15 * S, 16 * S)
        live.changes["trunk"] = TrunkView(posture=hint(None), reaches=(tries,))
        screen.look()
        text = screen._bars.picture.read()
        assert "66°" in text
        assert "▸ back" in text
        await pilot.press("up", "enter")
        assert live.marks[-1] == ("assess.bend_forward", None)
        await pilot.press("q")
        assert isinstance(pilot.app.screen, LiveScreen)


@in_loop
async def test_without_a_motion_sensor_no_reach_is_asked_for() -> None:
    async with open_live(TrunkView()) as (pilot, _clock, live):
        await pilot.press("r")
        await pilot.pause(0.1)
        await pilot.press("enter")
        assert live.marks == []


@pytest.mark.parametrize("key", ["w", "r"])
@pytest.mark.parametrize(("keys", "ends"), [(("x",), False), (("down", "enter"), True)])
def test_a_stop_is_one_key_away_and_ends_the_session_for_a_reason_of_the_body(
    key: str, keys: tuple[str, ...], *, ends: bool
) -> None:
    @in_loop
    async def stop() -> None:
        async with open_live(TrunkView(posture=hint(None))) as (pilot, _clock, live):
            await pilot.press(key)
            await pilot.pause(0.1)
            await pilot.press("x")
            await pilot.pause(0.1)
            assert isinstance(pilot.app.screen, StopQuestion)
            await pilot.press("escape")
            await pilot.pause(0.1)
            assert isinstance(pilot.app.screen, PostureScreen | ReachScreen)
            await pilot.press("x")
            await pilot.pause(0.1)
            await pilot.press(*keys)
            await pilot.pause(0.1)
            assert live.marks == [("stop: pain_rose" if ends else "stop: own_wish", None)]
            await pilot.press("enter")
            for _ in range(100):
                await pilot.pause(0.02)
                if isinstance(pilot.app.screen, Notice if ends else LiveScreen):
                    break
            assert live.n_stops == ends

    stop()


@in_loop
async def test_the_rhythm_that_is_shown_is_marked_and_none_while_something_covers_it() -> None:
    async with open_live(TrunkView(posture=hint(None))) as (pilot, clock, live):
        pilot.app.screen.draw_frame()  # type: ignore[attr-defined] # the live screen
        assert [label for label, _ in live.paces] == ["pacer: in=4.0 out=6.0"]
        await pilot.press("m")
        await pilot.pause(0.1)
        assert len(live.paces) == 1, "a note takes a moment only"
        await pilot.press("escape")
        await pilot.press("w")
        await pilot.pause(0.1)
        assert live.paces[-1] == ("pacer: off", None)
        clock.now_ns += 25 * S
        await pilot.press("q")
        await pilot.pause(0.2)
        assert isinstance(pilot.app.screen, LiveScreen)
        pilot.app.screen.draw_frame()
        label, at_ns = live.paces[-1]
        assert label == "pacer: in=4.0 out=6.0"
        assert at_ns is not None
        assert 0 <= clock.now_ns - at_ns < 10 * S, "from the breath in on that is shown now"
        await pilot.press("p", "p", "left")
        pilot.app.screen.draw_frame()
        assert live.paces[-1][0] == "pacer: in=3.5 out=6.0"


class Toasts:
    """Stands for the app."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def notify(self, words: str, **_options: Any) -> None:
        self.told.append(words)

    def clear_notifications(self) -> None:
        self.told.append("")


def test_a_reminder_waits_for_those_who_practise_and_can_be_put_off() -> None:
    now, is_busy, toasts = [NINE], [False], Toasts()
    settings = ReminderSettings(is_on=True, every_min=45, snooze_min=15)
    reminding = Reminding(
        toasts,  # type: ignore[arg-type] # all of an app that it needs
        ReminderSettings(),
        lambda: is_busy[0],
        lambda: now[0],
    )
    reminding.change(settings)

    def walk(minutes: int) -> int:
        for _ in range(minutes):
            now[0] += timedelta(minutes=1)
            reminding.look()
        return len(toasts.told)

    assert walk(44) == 0
    assert walk(1) == 1
    assert toasts.told[0].startswith("45 minutes since the last break.")
    reminding.snooze()
    assert toasts.told[-2:] == ["", "Again at 10:00."]
    assert walk(14) == 3
    assert walk(1) == 4
    is_busy[0] = True
    assert walk(120) == 4
    is_busy[0] = False
    assert walk(44) == 4
    assert walk(1) == 5
    reminding.had_break()
    assert walk(44) == 5
