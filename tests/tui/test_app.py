import asyncio
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from fake_desk import BELT, FakeDesk, FakeLive, S
from textual.widgets import Input, OptionList
from walking import Walk, walk

from breathsense.core.model.errors import BreathSenseError, LinkError, RefusedInput
from breathsense.tui.app import BreathSenseApp, run_app
from breathsense.tui.desk import ScanView
from breathsense.tui.drawing.pace import Pace
from breathsense.tui.screens.help import HelpScreen
from breathsense.tui.screens.home import HomeScreen
from breathsense.tui.screens.live import LiveScreen
from breathsense.tui.screens.panel import Confirm, ErrorPanel, Notice, Panel, Waiting
from breathsense.tui.screens.questions import NoteQuestion, PlaceQuestion
from breathsense.tui.screens.replay import ReplayScreen


@walk()
async def test_each_session_is_stopped_once_and_then_the_app_is_left(at: Walk) -> None:
    await at.reach(HomeScreen)
    await at.press("enter")
    await at.reach(PlaceQuestion)
    await at.press("down", "enter")
    await at.reach(LiveScreen)
    assert at.desk.pairs[0][1] == "chest"
    await at.press("q")
    await at.reach(Confirm)
    await at.press("n")
    await at.reach(LiveScreen)
    await at.press("escape", "enter")
    await at.reach(Notice)
    await at.press("enter")
    await at.reach(HomeScreen)
    await at.press("r", "enter")
    await at.reach(ReplayScreen)
    await at.press("escape")
    await at.reach(HomeScreen)
    assert [session.n_stops for session in at.desk.opened] == [1, 1]
    await at.press("q")
    await at.until(lambda: at.app.return_code is not None)


@walk("demo")
async def test_a_mark_is_about_the_moment_of_the_key(at: Walk) -> None:
    await at.reach(LiveScreen)
    at.tick(12.5)
    await at.press("m")
    await at.reach(NoteQuestion)
    at.now_ns += 5 * S
    await at.press(*"sigh", "enter")
    await at.reach(LiveScreen)
    await at.press("m", "enter")
    await at.reach(LiveScreen)
    assert at.session.marks == [("note: sigh", 12.5 * S), ("note: mark", 17.5 * S)]
    assert "◆" in at.tick(0.5).trace.picture.read()


@walk("demo")
async def test_a_note_may_hold_any_letter_that_is_a_key_elsewhere(at: Walk) -> None:
    await at.reach(LiveScreen)
    await at.press("m", "q", "t", "question_mark", "s")
    assert at.app.screen.query_one(Input).value == "qt?s"


@walk("demo")
async def test_the_pacer_is_changed_and_switched_by_keys(at: Walk) -> None:
    await at.reach(LiveScreen)
    at.tick(1)
    await at.press("right", "up", "up", "left", "left")
    assert at.app.choices.pace == Pace(3.5, 7.0)
    screen = at.tick(1)
    assert "3.5 s in, 7 s out" in screen.pacer.picture.read()
    await at.press("p")
    assert "The pacer is off" in at.tick(0.1).pacer.picture.read()
    await at.press("p")
    assert "Breathe in" in at.tick(0.1).pacer.picture.read()


@walk("demo")
async def test_a_held_picture_stands_still_while_the_recording_goes_on(at: Walk) -> None:
    await at.reach(LiveScreen)
    shown = at.tick(20).trace.picture.read()
    await at.press("space")
    assert at.tick(5).trace.picture.read() == shown
    assert "00:00:25" in at.app.screen.recording_bar.picture.read()
    await at.press("space")
    assert at.tick(1).trace.picture.read() != shown


@walk("demo")
async def test_sweep_and_zoom_change_the_picture(at: Walk) -> None:
    await at.reach(LiveScreen)
    scroll = at.tick(20).trace.picture.read()
    await at.press("s")
    sweep = at.tick(0).trace.picture.read()
    await at.press("s", "z")
    zoomed = at.tick(0).trace.picture.read()
    assert len({scroll, sweep, zoomed}) == 3
    assert "now" in scroll
    assert "├" in sweep


@walk(Path("a.mcap"))
async def test_a_replay_pauses_seeks_and_changes_its_speed(at: Walk) -> None:
    await at.reach(ReplayScreen)
    at.tick(60)
    await at.press("right")
    at.tick(0)
    assert at.app.screen.newest.now_ns == 65 * S
    await at.press("shift+left", "ctrl+left")
    at.tick(0)
    assert at.app.screen.newest.now_ns == 5 * S
    await at.press("ctrl+right", "shift+right")
    at.tick(0)
    await at.press("space")
    at.tick(10)
    assert at.app.screen.newest.now_ns == 65 * S
    assert "‖ paused" in at.app.screen.replay_bar.picture.read()
    await at.press("space", "plus", "plus")
    at.tick(10)
    assert at.session.speed == 4
    assert at.app.screen.newest.now_ns == 105 * S
    await at.press("minus")
    assert at.session.speed == 2
    await at.press("end")
    at.tick(1)
    assert "at the end" in at.app.screen.replay_bar.picture.read()
    await at.press("space")
    at.tick(1)
    assert at.app.screen.newest.now_ns == 2 * S
    await at.press("home")
    at.tick(0)
    assert at.app.screen.newest.now_ns == 0


@walk("demo")
async def test_leaving_the_app_asks_and_stops_the_session(at: Walk) -> None:
    await at.reach(LiveScreen)
    await at.press("ctrl+q")
    await at.reach(Confirm)
    await at.press("escape")
    await at.reach(LiveScreen)
    assert at.session.n_stops == 0
    await at.press("ctrl+q", "enter")
    await at.reach(Notice)
    await at.press("enter")
    await at.until(lambda: at.app.return_code is not None)
    assert at.session.n_stops == 1


@walk("demo")
async def test_ctrl_c_twice_asks_once_ctrl_q_tells_why_and_leaves_nothing_unsaved(at: Walk) -> None:
    await at.reach(LiveScreen)
    await at.press("ctrl+c")
    await at.reach(Confirm)
    await at.press("ctrl+c")
    assert isinstance(at.app.screen, Confirm)
    await at.press("ctrl+q")
    assert any("First answer" in one.message for one in at.app._notifications)
    await at.press("escape")
    await at.reach(LiveScreen)
    assert at.session.n_stops == 0


@walk()
async def test_ctrl_c_leaves_where_nothing_is_recorded(at: Walk) -> None:
    await at.press("ctrl+c")
    await at.until(lambda: at.app.return_code is not None)


@walk("demo")
async def test_a_session_that_has_ended_is_left_without_a_question(at: Walk) -> None:
    await at.reach(LiveScreen)
    at.session.changes.update(is_over=True, problem="The belt is out of reach.")
    assert "The session is over" in at.tick(1).phase.picture.read()
    await at.settle()
    assert any(one.title == "The session is over" for one in at.app._notifications)
    await at.press("q")
    await at.reach(Notice)


@walk("demo")
async def test_an_end_that_the_person_asked_for_is_no_news(at: Walk) -> None:
    await at.reach(LiveScreen)
    at.app.keeper.stop()
    at.session.changes.update(is_over=True)
    at.tick(1)
    await at.settle()
    assert not any(one.title == "The session is over" for one in at.app._notifications)


@walk("demo")
async def test_a_lost_link_is_told_once_with_what_to_do(at: Walk) -> None:
    await at.reach(LiveScreen)
    detail = "out of reach. Bring it nearer."
    for link in ("lost", "connecting", "lost", "streaming", "lost"):
        lost = replace(BELT, link=link, detail="" if link == "streaming" else detail)
        at.session.changes.update(wearables=(lost,))
        at.tick(1)
        await at.pilot.pause()
    told = [one.message for one in at.app._notifications if "link lost" in one.title]
    assert told == [detail, detail]


@pytest.mark.parametrize("error", [LinkError, RefusedInput])
def test_what_goes_wrong_is_told_calmly(error: type[BreathSenseError]) -> None:
    async def go() -> None:
        at = Walk("demo", error=error("no belt answers", where="GDX-RB", advice="Wake it."))
        async with at.app.run_test(size=(80, 24)) as at.pilot:
            await at.reach(ErrorPanel)
            assert "No belt answers." in at.shown
            assert "GDX-RB" in at.shown
            assert "Wake it." in at.shown
            await at.press("enter")
            await at.reach(HomeScreen)

    asyncio.run(go())


@walk()
async def test_giving_up_leaves_no_session_behind(at: Walk) -> None:
    gate, begin = Event(), at.desk.open_demo

    def slow() -> FakeLive:
        gate.wait(10)
        return begin()

    at.desk.open_demo = slow
    await at.press("d")
    await at.reach(Waiting)
    await at.press("escape")
    await at.reach(HomeScreen)
    gate.set()
    await at.until(lambda: at.desk.opened and at.session.n_stops == 1)
    await at.reach(HomeScreen)


@walk()
async def test_the_scan_ends_before_a_session_begins_and_is_taken_up_again(at: Walk) -> None:
    assert at.desk.scans[-1].n_stops == 0
    await at.press("d")
    await at.reach(LiveScreen)
    assert all(scan.n_stops >= 1 for scan in at.desk.scans)
    await at.press("q", "enter")
    await at.reach(Notice)
    await at.press("enter")
    await at.reach(HomeScreen)
    await at.until(lambda: at.desk.scans[-1].n_stops == 0)


@walk(shown=ScanView((), LinkError("Bluetooth is off", advice="Switch it on, then press s.")))
async def test_a_scan_that_cannot_go_on_says_what_to_do(at: Walk) -> None:
    listed = at.app.screen.query_one("#wearables", OptionList)
    await at.until(lambda: listed.option_count == 2)
    told = [str(listed.get_option_at_index(place).prompt) for place in range(2)]
    assert told == ["Bluetooth is off.", "Switch it on, then press s."]
    at.desk.shown = ScanView(())
    await at.press("s")
    at.app.screen.reach.look()
    assert "Looking" in str(listed.get_option_at_index(0).prompt)


@walk()
async def test_a_wearable_that_is_not_recognised_is_explained(at: Walk) -> None:
    listed = at.app.screen.query_one("#wearables", OptionList)
    await at.until(lambda: listed.option_count == 3)
    await at.press("end", "enter")
    await at.reach(Notice)
    await at.press("escape")
    await at.reach(HomeScreen)


@walk()
async def test_the_highlight_stays_on_a_wearable_when_others_come(at: Walk) -> None:
    listed = at.app.screen.query_one("#wearables", OptionList)
    await at.until(lambda: listed.option_count == 3)
    await at.press("down")
    at.desk.scans[-1].shown = ScanView(tuple(reversed(at.desk.shown.found[:2])))
    at.app.screen.reach.look()
    assert listed.highlighted_option is not None
    assert listed.highlighted_option.id == "AA:02"


@walk("demo")
async def test_looks_change_and_every_picture_follows(at: Walk) -> None:
    await at.reach(LiveScreen)
    at.tick(20)
    seen = []
    for _ in range(3):
        await at.press("t")
        await at.until(lambda: str(at.app.theme_variables["background"]).lower() not in seen)
        seen.append(str(at.app.theme_variables["background"]).lower())
        await at.settle()
        styles = [run.style for run in at.app.screen.trace.render_line(3) if run.style]
        assert {style.bgcolor.name for style in styles} == {seen[-1]}


@walk("demo")
async def test_the_palette_knows_what_this_screen_can_do(at: Walk) -> None:
    await at.reach(LiveScreen)
    titles = {command.title for command in at.app.get_system_commands(at.app.screen)}
    assert {"Help", "Mark", "Pacer", "Sweep", "Sound", "Look", "Quit"} <= titles
    await at.press("ctrl+p")
    await at.press("escape")
    await at.reach(LiveScreen)


@walk("demo")
async def test_closing_the_terminal_stops_the_session(at: Walk) -> None:
    await at.reach(LiveScreen)
    at.app.exit()
    await at.until(lambda: at.app.return_code is not None)
    at.app.keeper.close()
    assert at.session.n_stops == 1


@pytest.mark.parametrize("size", [(20, 6), (40, 12), (63, 20), (80, 24), (100, 30), (200, 60)])
def test_every_size_works(size: tuple[int, int]) -> None:
    async def go() -> None:
        at = Walk("demo")
        async with at.app.run_test(size=size) as at.pilot:
            await at.reach(LiveScreen)
            at.tick(30)
            small = at.app.screen.query_one("#small")
            assert small.display == (size[0] < 80 or size[1] < 24)
            await at.press("s", "z", "p")
            at.tick(1)
            await at.press("q")
            await at.reach(Confirm)
            await at.press("enter")
            await at.reach(Notice)

    asyncio.run(go())


def test_panels_are_never_the_end_of_the_way() -> None:
    panels = [HelpScreen, Confirm, Notice, ErrorPanel, Waiting, PlaceQuestion, NoteQuestion]
    for panel in panels:
        assert issubclass(panel, Panel)
        bindings = [one for cls in panel.__mro__ for one in cls.__dict__.get("BINDINGS", [])]
        assert any("escape" in binding.key for binding in bindings)


@pytest.mark.parametrize(
    ("variable", "sweeps"),
    [("SSH_CONNECTION", True), ("TEXTUAL_ANIMATIONS", True), ("HOME", False)],
)
def test_slow_terminals_and_reduced_motion_get_a_sweep(
    monkeypatch: pytest.MonkeyPatch, variable: str, *, sweeps: bool
) -> None:
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    monkeypatch.delenv("TEXTUAL_ANIMATIONS", raising=False)
    monkeypatch.setenv(variable, "none")
    seen: list[bool] = []
    monkeypatch.setattr(
        BreathSenseApp, "run", lambda app, **_options: seen.append(app.choices.is_sweep)
    )
    run_app(FakeDesk(lambda: 0))
    assert seen == [sweeps]


def test_a_crash_of_the_screen_leaves_no_session_running(monkeypatch: pytest.MonkeyPatch) -> None:
    session = FakeLive(lambda: 0)

    def crash(app: BreathSenseApp, **_options: Any) -> None:
        app.keeper.open(lambda: session, lambda: True)
        raise RuntimeError("the screen is gone")

    monkeypatch.setattr(BreathSenseApp, "run", crash)
    with pytest.raises(RuntimeError, match="the screen is gone"):
        run_app(FakeDesk(lambda: 0))
    assert session.n_stops == 1


@walk()
async def test_recordings_that_cannot_be_listed_are_explained(at: Walk) -> None:
    def refuse() -> None:
        raise RefusedInput("the folder cannot be read", where="recordings", advice="Look at it.")

    at.desk.list_recordings = refuse  # type: ignore[assignment, method-assign]
    at.app.screen.on_screen_resume()
    listed = at.app.screen.query_one("#recordings", OptionList)
    await at.until(lambda: listed.option_count == 2)
    assert "Recordings: the folder cannot be read." in str(listed.get_option_at_index(0).prompt)


def test_a_question_in_an_error_gets_no_full_stop() -> None:
    told = [ErrorPanel(RefusedInput(what))._text for what in ("unknown; did you mean x?", "broken")]
    assert told == ["Unknown; did you mean x?", "Broken."]
