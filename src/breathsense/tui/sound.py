"""Sound for the screen: never waits, and falls back to the terminal's bell, or to silence."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from queue import Full, Queue
from threading import Thread
from typing import IO, TYPE_CHECKING, Protocol

from breathsense.session.settings import SoundSettings

if TYPE_CHECKING:
    from breathsense.session.sound.tones import SoundName

SPEAKER = (sys.executable, "-m", "breathsense.session.sound.speaker")
MOST_WAITING = 32
"""If the speaker hangs, the newest sounds are dropped: they would come too late anyway."""
PATIENCE_S = 1.0
"""So long a speaker that hangs may take to end."""
RUNG: "frozenset[SoundName]" = frozenset({"brace", "bell", "unseen", "warn", "stop", "done"})
"""For these the terminal's bell rings where there is no speaker."""


class Speaker(Protocol):
    """Plays what it is told by lines; see ``session.sound.speaker``."""

    @property
    def is_dead(self) -> bool:
        """Whether nothing can be heard from it, now or later."""
        ...

    def tell(self, line: str) -> None:
        """Hand on a line; returns at once."""
        ...

    def close(self) -> None:
        """End it."""
        ...


class SpeakerProcess:
    """The speaker as a program of its own, begun by a thread and told by it."""

    def __init__(self, command: tuple[str, ...] = SPEAKER) -> None:
        self._command = command
        self._lines: Queue[str | None] = Queue(MOST_WAITING)
        self.is_dead = False
        self._thread = Thread(target=self._work, name="speaker", daemon=True)
        self._thread.start()

    def tell(self, line: str) -> None:
        """Hand on a line; if too many wait already, it is dropped."""
        with suppress(Full):
            self._lines.put_nowait(line)

    def close(self) -> None:
        """Let the program end; what sounds is cut off."""
        with suppress(Full):
            self._lines.put_nowait(None)
        self._thread.join(timeout=2 * PATIENCE_S)

    def _work(self) -> None:
        try:
            process = subprocess.Popen(  # noqa: S603 - our own program, no shell
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        except OSError:
            self.is_dead = True
            return
        self._feed(process)
        try:
            process.communicate(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()

    def _feed(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdin is not None  # noqa: S101 - it was asked for
        assert process.stdout is not None  # noqa: S101 - it was asked for
        self.is_dead = not process.stdout.readline()
        while not self.is_dead and (line := self._lines.get()) is not None:
            self.is_dead = not _write(process.stdin, line)


def _write(pipe: IO[str], line: str) -> bool:
    try:
        pipe.write(f"{line}\n")
        pipe.flush()
    except OSError:
        return False
    return True


class Sounder:
    """Plays sounds by name; nothing it does makes the screen wait.

    Parameters
    ----------
    ring : callable
        Rings the terminal's bell.
    settings : SoundSettings
        Whether, how loud, and with eyes closed; ``change`` takes others.
    build : callable or None
        Gives the speaker at the first sound; ``None`` where there is none to be had, as over SSH,
        where it would sound on another machine.

    """

    def __init__(
        self,
        ring: Callable[[], None],
        settings: SoundSettings,
        build: Callable[[], Speaker] | None = SpeakerProcess,
    ) -> None:
        self._ring = ring
        self._settings = settings
        self._build = build
        self._speaker: Speaker | None = None

    @property
    def is_on(self) -> bool:
        """Whether anything may be heard."""
        return self._settings.is_on and self._settings.volume > 0

    @property
    def is_eyes_closed(self) -> bool:
        """Whether sound alone has to be enough."""
        return self._settings.is_eyes_closed

    @property
    def has_speaker(self) -> bool:
        """Whether there is more than the bell, as far as is known yet."""
        return self._build is not None and not (self._speaker and self._speaker.is_dead)

    def change(self, settings: SoundSettings) -> None:
        """Take other settings; muted, what sounds ends at once."""
        self._settings = settings
        if not self.is_on and self._speaker is not None:
            self._speaker.tell("hush")

    def warm(self) -> None:
        """Begin the speaker ahead of the first sound: it takes a moment."""
        if self.is_on and self._build is not None and self._speaker is None:
            self._speaker = self._build()

    def play(self, name: "SoundName", length_s: float = 0.0) -> None:
        """Let a sound begin; ``length_s`` for a breath that is led."""
        if not self.is_on:
            return
        self.warm()
        if self._speaker is not None and not self._speaker.is_dead:
            self._speaker.tell(
                f"{name} {length_s:.3f} {self._settings.volume:.3f} {time.monotonic_ns()}"
            )
        elif name in RUNG:
            self._ring()

    def hush(self) -> None:
        """End what sounds."""
        if self._speaker is not None:
            self._speaker.tell("hush")

    def close(self) -> None:
        """End the speaker."""
        if self._speaker is not None:
            self._speaker.close()
            self._speaker = None


def find_speaker(
    environment: Mapping[str, str] = os.environ,
) -> Callable[[], Speaker] | None:
    """Return what builds the speaker; ``None`` over SSH, where another machine would sound."""
    return None if "SSH_CONNECTION" in environment else SpeakerProcess
