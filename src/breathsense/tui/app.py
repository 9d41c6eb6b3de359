"""The app. It knows screens and a desk; radios, files and sessions are behind the desk."""

import asyncio
import signal
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Literal

from textual import work
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.screen import Screen

from breathsense.core.model.errors import BreathSenseError
from breathsense.session.texts import _
from breathsense.tui.choices import Choices
from breathsense.tui.colourless import Colourless
from breathsense.tui.comfort import Comfort
from breathsense.tui.desk import Desk
from breathsense.tui.keeper import SessionKeeper
from breathsense.tui.keys import EVERYWHERE, Keyed, list_keys
from breathsense.tui.looking_back import LookingBack
from breathsense.tui.palette import list_commands
from breathsense.tui.practising import Practising, Wanted
from breathsense.tui.reminding import Reminding
from breathsense.tui.screens.home import HomeScreen
from breathsense.tui.screens.panel import ErrorPanel, Panel
from breathsense.tui.sound import Sounder, Speaker, find_speaker
from breathsense.tui.styles import FIRST_STYLES, LATER_STYLES
from breathsense.tui.themes import THEMES, name_next_theme

Start = Literal["home", "demo"] | Path | Wanted


class BreathSenseApp(Keyed, LookingBack, Practising):
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
    CSS_PATH = FIRST_STYLES
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
        self._take_first_look(self.comfort.settings.theme)
        self.comfort.apply(self)
        if is_sweep is not None:
            self.choices.is_sweep = is_sweep

    def _take_first_look(self, name: str) -> None:
        """Take a look before there is anything to be looked at.

        Told of another one the usual way, textual would read all style sheets twice.
        """
        self.set_reactive(BreathSenseApp.theme, name)
        self.stylesheet.set_variables(self.get_css_variables())

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what the lines pass through on their way to the terminal."""
        return [self._colourless] if self.no_color else super().get_line_filters()

    def get_default_screen(self) -> HomeScreen:
        """Begin with the home screen."""
        return HomeScreen()

    def on_mount(self) -> None:
        """Let nothing come before the first frame that it does not need."""
        self._listen_for_signals()
        self.call_after_refresh(self._go_on)

    async def _go_on(self) -> None:
        """Do what was asked for, now that the home screen is there."""
        if not self.stylesheet.has_source(str(LATER_STYLES), ""):
            self.stylesheet.read(LATER_STYLES)
            self.stylesheet.parse()
        self.reminding.begin()
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

    async def action_quit(self) -> None:
        """Leave; a running session is stopped and saved, after a question."""
        self.action_help_quit()

    def action_help_quit(self) -> None:
        """Leave as well when ctrl+c is pressed, which textual only explains."""
        if isinstance(self.screen, Panel):
            self.notify(_("First answer or close what is in front (esc)."), timeout=4)
            return
        self._quit()

    @work(group="sessions")
    async def _quit(self) -> None:
        if await self.end_session(_("Stop and leave BreathSense?"), _("Stop, save and leave")):
            await self.home.reach.stop_scan()
            self.exit()

    def action_progress(self) -> None:
        """Show what was practised so far, and how it went."""
        from breathsense.tui.screens.progress import ProgressScreen

        self.push_screen(ProgressScreen(datetime.now().astimezone().date()))

    def action_guide(self) -> None:
        """Open the Core Activation Guide."""
        from breathsense.session.guide import load_guide
        from breathsense.tui.screens.guide import GuideScreen

        self.push_screen(GuideScreen(load_guide()))

    def _is_practising(self) -> bool:
        return self.keeper.has_session and not isinstance(self.screen, HomeScreen)

    # ---- what works everywhere ----

    def action_next_theme(self) -> None:
        """Take the next look."""
        self._choose("theme", name_next_theme(self.theme))
        self.notify(_("Look: {theme}").format(theme=self.theme), timeout=2)

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
        self.notify(_("Sound on.") if is_on else _("Sound off."), timeout=2)

    def action_options(self) -> None:
        """Show all that can be chosen for good."""
        from breathsense.tui.screens.options import OptionsScreen

        self.push_screen(OptionsScreen())

    def action_help(self) -> None:
        """Show help for the screen in front."""
        from breathsense.tui.about import list_help, tell_about
        from breathsense.tui.screens.help import HelpScreen
        from breathsense.tui.screens.session import SessionScreen

        screen = self.screen
        if not isinstance(screen, HelpScreen):
            bindings = [*list_help(screen), *(self.BINDINGS if isinstance(screen, Keyed) else ())]
            keys = list_keys(bindings, self.comfort.keys)
            is_session = isinstance(screen, SessionScreen)
            self.push_screen(HelpScreen(keys, is_session=is_session, here=tell_about(screen)))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Give the command palette what makes sense on this screen."""
        yield SystemCommand(_("Help"), _("Keys, and what this is and is not"), self.action_help)
        for theme in THEMES:
            yield SystemCommand(
                _("Look: {name}").format(name=theme.name),
                _("Take this look"),
                self._theme_setter(theme.name),
            )
        yield SystemCommand(_("Quit"), _("Leave BreathSense; a session is saved"), self._quit)
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
