"""The app. It knows screens and a desk; radios, files and sessions are behind the desk."""

import asyncio
import signal
from asyncio import to_thread
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Literal

from textual import work
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.screen import Screen

from breathsense.core.model.calibration import Posture
from breathsense.core.model.errors import BreathSenseError
from breathsense.core.model.sensors import Place
from breathsense.tui.colourless import Colourless
from breathsense.tui.comfort import Comfort
from breathsense.tui.desk import Desk, FoundWearable, LiveSession, ReplaySession
from breathsense.tui.drawing.words import say_count, say_length
from breathsense.tui.keeper import SessionKeeper
from breathsense.tui.keys import EVERYWHERE, Keyed, find_help, list_keys
from breathsense.tui.looking_back import LookingBack
from breathsense.tui.palette import list_commands
from breathsense.tui.practising import DEMO_WORDS, LAST_WORDS, Practising, Wanted
from breathsense.tui.reminding import Reminding
from breathsense.tui.screens.help import HelpScreen
from breathsense.tui.screens.home import HomeScreen
from breathsense.tui.screens.live import LiveScreen
from breathsense.tui.screens.panel import Confirm, ErrorPanel, Notice, Panel, Waiting
from breathsense.tui.screens.replay import ReplayScreen
from breathsense.tui.screens.session import Choices, SessionScreen
from breathsense.tui.sound import Sounder, Speaker, find_speaker
from breathsense.tui.themes import THEMES, name_next_theme
from breathsense.tui.trimmed import TrimmedApp

CALIBRATE_WORDS = "Learn what your sensors can tell of you, step by step"
OPTIONS_WORDS = "Look, sound, rhythm, reminders, keys"
Start = Literal["home", "demo"] | Path | Wanted


class BreathSenseApp(Keyed, LookingBack, Practising, TrimmedApp):
    """Practise with a wearable, or look at a recording; keyboard only.

    Parameters
    ----------
    desk : Desk
        Answers all that the app asks from outside.
    start : {"home", "demo"}, Path or Wanted
        What is opened first: a path is a recording, else a programme.
    is_sweep : bool or None
        Whether traces sweep at first: right for slow terminals and for reduced motion; ``None``
        goes by the settings.
    comfort : Comfort or None
        The settings; ``None`` means the usual ones, kept nowhere.
    speaker : callable or None
        Gives what plays sounds; ``None`` leaves the terminal's bell.

    """

    TITLE = "BreathSense"
    ROOM = EVERYWHERE
    CSS_PATH = "breathsense.tcss"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "next_theme", "Look", tooltip="Another look", show=False),
        Binding("ctrl+b", "break", "Break", tooltip="A break: a few easy moves", show=False),
        Binding("ctrl+n", "later", "Not now", tooltip="Remind me of it later", show=False),
        Binding("u", "mute", "Sound", tooltip="Sound on or off", show=False),
        Binding("question_mark,f1", "help", "Help", tooltip="These keys, and what this is"),
        Binding("ctrl+q", "quit", "Quit", tooltip="Leave BreathSense", show=False, priority=True),
    ]

    def __init__(
        self,
        desk: Desk,
        *,
        start: Start = "home",
        is_sweep: bool | None = None,
        comfort: Comfort | None = None,
        speaker: Callable[[], Speaker] | None = None,
    ) -> None:
        super().__init__()
        self.desk = desk
        self.keeper = SessionKeeper()
        self.comfort = comfort or Comfort()
        self.choices = Choices()
        self.reminding = Reminding(self, self.comfort.settings.reminders, self._is_practising)
        self.sounder = Sounder(self.bell, self.comfort.settings.sound, speaker)
        self._begin_with = start
        self._colourless = Colourless()
        for theme in THEMES:
            self.register_theme(theme)
        self.comfort.apply(self)
        if is_sweep is not None:
            self.choices.is_sweep = is_sweep

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what the lines pass through on their way to the terminal."""
        return [self._colourless] if self.no_color else super().get_line_filters()

    async def on_mount(self) -> None:
        """Show the home screen, then what was asked for."""
        self._listen_for_signals()
        self.reminding.begin()
        await self.push_screen(HomeScreen())
        if self.comfort.trouble is not None:
            await self.push_screen(ErrorPanel(self.comfort.trouble))
        if self._begin_with == "demo":
            self.open_demo()
        elif isinstance(self._begin_with, Path):
            self.open_recording(self._begin_with)
        elif isinstance(self._begin_with, Wanted):
            self.open_wanted(self._begin_with)
        else:
            self.begin_first_run()

    def _listen_for_signals(self) -> None:
        """End in order when the terminal is closed or the system asks for it."""
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP"):
            try:
                loop.add_signal_handler(getattr(signal, name), self.exit)
            except (AttributeError, NotImplementedError, RuntimeError, ValueError):
                return  # not on this system, or not on this thread

    # ---- beginning and ending sessions ----

    def open_demo(self) -> None:
        """Practise with the virtual belt."""
        self._begin(DEMO_WORDS, self.desk.open_demo, LiveScreen, needs_radio=False)

    def open_wearables(self, chosen: Sequence[tuple[FoundWearable, Place]]) -> None:
        """Practise with one wearable, or with several."""

        def begin() -> LiveSession:
            return self.desk.open_wearables(chosen)

        names = " and ".join(found.name or found.id for found, _ in chosen)
        build = partial(LiveScreen, is_calibration=self.is_new)
        self._begin(f"Connecting to {names} ...", begin, build)

    def open_last(self) -> None:
        """Practise with what was worn last."""
        self._begin(LAST_WORDS, self.desk.open_last, LiveScreen)

    def open_calibration(self, posture: Posture, *, is_demo: bool) -> None:
        """Calibrate what was worn last, or the virtual belt."""
        words = DEMO_WORDS if is_demo else LAST_WORDS
        wake = self.desk.open_demo if is_demo else self.desk.open_last

        def begin() -> LiveSession:
            return wake(posture)

        self._begin(words, begin, partial(LiveScreen, is_calibration=True), needs_radio=not is_demo)

    def open_recording(self, path: Path) -> None:
        """Look at a recording."""

        def begin() -> ReplaySession:
            return self.desk.open_recording(path)

        self._begin(
            f"Opening {path.name} ...", begin, partial(ReplayScreen, path=path), needs_radio=False
        )

    def _begin(
        self,
        words: str,
        begin: Callable[[], Any],
        build: Callable[[Any], SessionScreen],
        *,
        needs_radio: bool = True,
    ) -> None:
        waiting = Waiting(words)
        self.push_screen(waiting)
        self._open(waiting, begin, build, needs_radio=needs_radio)

    @work(group="sessions")
    async def _open(
        self,
        waiting: Waiting,
        begin: Callable[[], Any],
        build: Callable[[Any], SessionScreen],
        *,
        needs_radio: bool,
    ) -> None:
        stopping = asyncio.create_task(self._home.reach.stop_scan())
        if needs_radio:  # a scan that is stuck would keep everybody else waiting for it
            await stopping
        try:
            session = await to_thread(self.keeper.open, begin, lambda: not waiting.is_given_up)
        except BreathSenseError as error:
            if not waiting.is_given_up:
                await self._replace(waiting, ErrorPanel(error))
            return
        if session is not None:
            await self._replace(waiting, build(session))

    async def _replace(self, waiting: Waiting, screen: Screen[Any]) -> None:
        while waiting in self.screen_stack and self.screen is not waiting:
            await self.pop_screen()
        await self.switch_screen(screen)

    @property
    def _home(self) -> HomeScreen:
        return next(screen for screen in self.screen_stack if isinstance(screen, HomeScreen))

    @work(group="sessions")
    async def leave_session(self, *, asks: bool = True) -> None:
        """Stop, save and go home; while something is being recorded, after a question."""
        if await self._end_session("Stop practising?", "Stop and save", asks=asks):
            while not isinstance(self.screen, HomeScreen):
                await self.pop_screen()

    async def _end_session(self, title: str, yes: str, *, asks: bool = True) -> bool:
        screen = self.screen
        if not isinstance(screen, SessionScreen):
            return True
        view = screen.newest
        if asks and screen.IS_LIVE and not view.is_over:
            text = "All that was recorded so far is kept."
            if not await self.push_screen_wait(Confirm(title, text, yes=yes, no="Go on")):
                return False
        await self.push_screen(Waiting("Saving ...", can_give_up=False))
        try:
            await to_thread(screen.keep)
            path = await to_thread(self.keeper.stop)
        except BreathSenseError as error:
            await self.pop_screen()
            await self.push_screen_wait(ErrorPanel(error))
            return True
        await self.pop_screen()
        if screen.IS_LIVE:
            breaths = say_count(view.n_breaths, "breath")
            text = f"{say_length(view.now_ns)}, {breaths}."
            where = "" if path is None else f"Saved as {path}"
            await self.push_screen_wait(Notice("Well done", text, where=where))
        return True

    async def action_quit(self) -> None:
        """Leave; a running session is stopped and saved, after a question."""
        if isinstance(self.screen, Panel):
            return
        self._quit()

    @work(group="sessions")
    async def _quit(self) -> None:
        if await self._end_session("Stop and leave BreathSense?", "Stop, save and leave"):
            await self._home.reach.stop_scan()
            self.exit()

    def action_progress(self) -> None:
        """Show what was practised so far, and how it went."""
        # Trends load the library: late, that the first frame need not wait for it.
        from breathsense.tui.screens.progress import ProgressScreen  # noqa: PLC0415 - see above

        self.push_screen(ProgressScreen(datetime.now().astimezone().date()))

    def action_guide(self) -> None:
        """Open the Core Activation Guide."""
        from breathsense.session.guide import load_guide  # noqa: PLC0415 - see above
        from breathsense.tui.screens.guide import GuideScreen  # noqa: PLC0415 - see above

        self.push_screen(GuideScreen(load_guide()))

    def _is_practising(self) -> bool:
        return self.keeper.has_session and not isinstance(self.screen, HomeScreen)

    # ---- what works everywhere ----

    def action_next_theme(self) -> None:
        """Take the next look."""
        self._choose("theme", name_next_theme(self.theme))
        self.notify(f"Look: {self.theme}", timeout=2)

    def _choose(self, key: str, value: object) -> None:
        """Take another value of a setting; a disk that does not keep it is told."""
        try:
            self.comfort.change(self, key, value)
        except BreathSenseError as error:
            self.push_screen(ErrorPanel(error))

    def action_mute(self) -> None:
        """Switch the sound on or off."""
        is_on = not self.comfort.settings.sound.is_on
        self._choose("sound.is_on", is_on)
        self.notify("Sound on." if is_on else "Sound off.", timeout=2)

    def action_options(self) -> None:
        """Show all that can be chosen for good."""
        from breathsense.tui.screens.options import OptionsScreen  # noqa: PLC0415 - not for the first frame

        self.push_screen(OptionsScreen())

    def action_help(self) -> None:
        """Show help for the screen in front."""
        screen = self.screen
        if isinstance(screen, Keyed):
            palette = Binding("ctrl+p", "", "All commands, to be found by their names")
            keys = list_keys([*type(screen).BINDINGS, *self.BINDINGS, palette], self.comfort.keys)
            is_session = isinstance(screen, SessionScreen)
            self.push_screen(HelpScreen(keys, is_session=is_session, here=find_help(screen)))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Give the command palette what makes sense on this screen."""
        yield SystemCommand("Help", "Keys, and what this is and is not", self.action_help)
        for theme in THEMES:
            yield SystemCommand(
                f"Look: {theme.name}", "Take this look", self._theme_setter(theme.name)
            )
        yield SystemCommand("Quit", "Leave BreathSense; a session is saved", self._quit)
        yield from list_commands(self, screen, self.comfort.keys)

    def _theme_setter(self, name: str) -> Callable[[], None]:
        def take() -> None:
            self._choose("theme", name)

        return take


def run_app(
    desk: Desk,
    *,
    start: Start = "home",
    is_sweep: bool | None = None,
    data_dir: Path | None = None,
) -> None:
    """Run the app until the person leaves; whatever happens, no session is left running.

    Parameters
    ----------
    desk : Desk
        Answers all that the app asks from outside.
    start : {"home", "demo"}, Path or Wanted
        What is opened first: a path is a recording, else a programme.
    is_sweep : bool or None
        Whether traces sweep; ``None`` goes by the settings, and they by the terminal: over SSH,
        or where it was asked for no animations, they do.
    data_dir : Path or None
        Where the settings are; ``None`` means the usual ones, kept nowhere.

    """
    comfort = None if data_dir is None else Comfort.of_folder(data_dir)
    app = BreathSenseApp(
        desk, start=start, is_sweep=is_sweep, comfort=comfort, speaker=find_speaker()
    )
    try:
        app.run(mouse=False)
    finally:
        app.keeper.close()
        app.sounder.close()
