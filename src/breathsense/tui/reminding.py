"""Reminders while the app is open: a toast now and then, never while somebody practises."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from breathsense.session.reminders import Reminders
from breathsense.session.settings import ReminderSettings
from breathsense.session.texts import N_, _

if TYPE_CHECKING:
    from textual.app import App

LOOK_S = 20.0
"""How often it is asked whether a break is due."""
TOAST_S = 30.0
TITLE = N_("Time to move?")
TEXT = N_("{minutes} minutes since the last break. {move}: a few easy moves. {later}: not now.")


def read_clock() -> datetime:
    """Return the time of day, with its zone."""
    return datetime.now().astimezone()


class Reminding:
    """Reminds of breaks by toasts.

    Parameters
    ----------
    app : App
        Shows them.
    settings : ReminderSettings
        Whether, how often, and when not.
    is_busy : callable
        Whether somebody practises now: a reminder then waits until they do not.
    now : callable
        The time of day.

    """

    def __init__(
        self,
        app: "App[None]",
        settings: ReminderSettings,
        is_busy: Callable[[], bool],
        now: Callable[[], datetime] = read_clock,
    ) -> None:
        self._app, self._is_busy, self._now = app, is_busy, now
        self._reminders = Reminders(settings, now())

    def begin(self) -> None:
        """Begin to look at the clock."""
        self._app.set_interval(LOOK_S, self.look)

    def change(self, settings: ReminderSettings) -> None:
        """Go by other settings from now on."""
        self._reminders.settings = settings

    def look(self) -> None:
        """Remind, if a break is due."""
        now = self._now()
        is_due = self._reminders.is_due(now)
        if self._is_busy():
            self._reminders.had_break(now)  # whoever practises, moves
        elif is_due:
            minutes = round((now - self._reminders.since).total_seconds() / 60)
            self._reminders.had_break(now)
            words = _(TEXT).format(minutes=minutes, move="ctrl+b", later="ctrl+n")
            self._app.notify(words, title=_(TITLE), timeout=TOAST_S)

    def had_break(self) -> None:
        """Count anew from now on."""
        self._reminders.had_break(self._now())

    def snooze(self) -> None:
        """Remind again somewhat later, and say when."""
        at = self._reminders.snooze(self._now())
        self._app.clear_notifications()
        self._app.notify(_("Again at {at:%H:%M}.").format(at=at), timeout=4)
