"""What the person has chosen for good, applied to the app and kept."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.constants import TEXTUAL_ANIMATIONS

from breathsense.core.model.errors import RefusedInput
from breathsense.session.settings import (
    Settings,
    change_value,
    load_settings,
    save_settings,
    settings_path,
)
from breathsense.session.texts import FOLDER, list_catalogues, take_language
from breathsense.session.wording import take_wording
from breathsense.tui.drawing.pace import Pace
from breathsense.tui.keys import check_keys, list_rooms, take_own

if TYPE_CHECKING:
    from breathsense.tui.app import BreathSenseApp

Keep = Callable[[Settings], None]


class Comfort:
    """The settings of a running app.

    Parameters
    ----------
    settings : Settings
        As they were read.
    keep : callable or None
        Saves them; ``None`` keeps them for this run only.
    trouble : RefusedInput or None
        What was wrong with the file; the usual settings hold then.
    catalogues : sequence of Path
        Folders with the languages, the one that counts most first.

    """

    def __init__(
        self,
        settings: Settings | None = None,
        keep: Keep | None = None,
        trouble: RefusedInput | None = None,
        catalogues: Sequence[Path] = (FOLDER,),
    ) -> None:
        self.settings = settings or Settings()
        self.trouble = trouble
        self._keep, self._catalogues = keep, catalogues

    @classmethod
    def of_folder(cls, data_dir: Path) -> "Comfort":
        """Read the settings of a data folder; where they cannot be used, the usual ones hold."""

        def keep(settings: Settings) -> None:
            save_settings(data_dir, settings)

        try:
            settings = load_settings(data_dir)
            _check(settings)
        except RefusedInput as refusal:
            if not refusal.where.startswith(str(settings_path(data_dir))):
                refusal.where = f"{settings_path(data_dir)}: {refusal.where}"
            return cls(Settings(), keep, refusal, list_catalogues(data_dir))
        return cls(settings, keep, None, list_catalogues(data_dir))

    @property
    def keys(self) -> dict[str, str]:
        """The person's own keys, as textual writes them."""
        return check_keys(self.settings.keys, list_rooms()) if self.settings.keys else {}

    @property
    def is_reduced(self) -> bool:
        """Whether as little as possible is to move."""
        return wants_less_motion(self.settings, os.environ)

    @property
    def pace(self) -> Pace:
        """The rhythm that a session begins with."""
        return Pace(self.settings.pacer.in_s, self.settings.pacer.out_s)

    def change(self, app: "BreathSenseApp", key: str, value: Any) -> None:
        """Take another value of one field, show what follows from it, and keep it.

        Raises
        ------
        RefusedInput
            The value is not allowed, or the disk does not take it: it holds all the same then.

        """
        settings = change_value(self.settings, key, value)
        _check(settings)
        self.settings = settings
        self.apply(app, key)
        if self._keep is not None:
            self._keep(settings)

    def apply(self, app: "BreathSenseApp", key: str = "") -> None:
        """Let the app look and answer as was chosen; ``key`` names the one thing that changed."""
        table = key.partition(".")[0]
        if table in {"", "language"}:
            take_language(self.settings.language, os.environ, self._catalogues)
        if table in {"", "words"}:
            take_wording(self.settings.words)
        if table in {"", "theme"}:
            app.theme = self.settings.theme
        if table in {"", "motion"}:
            app.choices.is_sweep = self.is_reduced
            app.animation_level = "none" if self.is_reduced else TEXTUAL_ANIMATIONS
        if table in {"", "pacer"}:
            app.choices.is_paced, app.choices.pace = self.settings.pacer.is_on, self.pace
        if table in {"", "sound"}:
            app.sounder.change(self.settings.sound)
        if table in {"", "reminders"}:
            app.reminding.change(self.settings.reminders)
        if table in {"", "keys"}:
            take_own(self.keys)
            app.set_keymap(self.keys)


def _check(settings: Settings) -> None:
    """Refuse keys that do not exist or are taken; loads the screens only if there are any."""
    if settings.keys:
        check_keys(settings.keys, list_rooms())


def wants_less_motion(settings: Settings, environment: Mapping[str, str]) -> bool:
    """Return whether as little as possible is to move; ``auto`` goes by the terminal."""
    if settings.motion == "auto":
        is_still = environment.get("TEXTUAL_ANIMATIONS") == "none"
        return is_still or "SSH_CONNECTION" in environment
    return settings.motion == "reduced"
