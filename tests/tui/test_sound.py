import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from breathsense.session.settings import SoundSettings
from breathsense.tui import sound
from breathsense.tui.sound import MOST_WAITING, Sounder, SpeakerProcess, find_speaker


@dataclass
class FakeSpeaker:
    """Keeps what it was told."""

    is_dead: bool = False
    lines: list[str] = field(default_factory=list)
    n_closed: int = 0

    def tell(self, line: str) -> None:
        self.lines.append(line)

    def close(self) -> None:
        self.n_closed += 1


class Room:
    """A sounder, its speaker, and the bell."""

    def __init__(self, *, is_dead: bool = False, **settings: object) -> None:
        self.n_rings = 0
        self.speaker = FakeSpeaker(is_dead)
        self.n_built = 0
        chosen = SoundSettings(**settings)  # type: ignore[arg-type] # checked by the struct
        self.sounder = Sounder(self.ring, chosen, self.build)

    def ring(self) -> None:
        self.n_rings += 1

    def build(self) -> FakeSpeaker:
        self.n_built += 1
        return self.speaker


def test_a_sound_goes_to_the_speaker_with_its_length_and_volume() -> None:
    room = Room(volume=0.25)
    room.sounder.play("inhale", 4.0)
    room.sounder.play("tick")
    assert [line.split()[:3] for line in room.speaker.lines] == [
        ["inhale", "4.000", "0.250"],
        ["tick", "0.000", "0.250"],
    ]
    assert room.n_built == 1
    assert room.n_rings == 0


@pytest.mark.parametrize("muted", [{"is_on": False}, {"volume": 0.0}])
def test_muted_nothing_is_heard_and_no_program_begun(muted: dict[str, object]) -> None:
    room = Room(**muted)  # type: ignore[arg-type] # settings only
    room.sounder.play("warn")
    room.sounder.warm()
    assert (room.n_built, room.n_rings) == (0, 0)


def test_muting_ends_what_sounds() -> None:
    room = Room()
    room.sounder.play("exhale", 6.0)
    room.sounder.change(SoundSettings(is_on=False))
    room.sounder.play("tick")
    assert room.speaker.lines[-1] == "hush"


def test_without_a_speaker_the_bell_rings_for_what_matters() -> None:
    room = Room(is_dead=True)
    for name in ("tick", "inhale", "release"):
        room.sounder.play(name)
    assert room.n_rings == 0
    room.sounder.play("warn")
    room.sounder.play("brace")
    assert room.n_rings == 2
    assert not room.sounder.has_speaker


def test_over_ssh_there_is_the_bell_only() -> None:
    assert find_speaker({"SSH_CONNECTION": "1"}) is None
    assert find_speaker({}) is SpeakerProcess
    rings: list[int] = []
    Sounder(lambda: rings.append(1), SoundSettings(), None).play("warn")
    assert rings == [1]


def test_it_closes_its_speaker_once() -> None:
    room = Room()
    room.sounder.close()
    room.sounder.play("tick")
    room.sounder.hush()
    room.sounder.close()
    room.sounder.close()
    assert room.speaker.n_closed == 1
    assert room.speaker.lines[-1] == "hush"


ECHO = "import sys; print('ready', flush=True); open(sys.argv[1], 'w').writelines(sys.stdin)"


def test_the_program_gets_every_line_and_ends_with_them(tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    process = SpeakerProcess((sys.executable, "-c", ECHO, str(heard)))
    process.tell("tick 0 1 1")
    process.tell("warn 0 1 2")
    process.close()
    assert heard.read_text(encoding="utf-8") == "tick 0 1 1\nwarn 0 1 2\n"


def test_a_program_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound, "PATIENCE_S", 0.05)
    hang = "import sys, time; print('ready', flush=True); time.sleep(60)"
    process = SpeakerProcess((sys.executable, "-c", hang))
    process.tell("tick 0 1 1")
    process._lines.put(None)
    process._thread.join()
    process.close()


def test_a_program_that_gives_up_at_once_is_dead() -> None:
    process = SpeakerProcess((sys.executable, "-c", "raise SystemExit(4)"))
    process._thread.join()
    assert process.is_dead


def test_a_program_that_is_not_there_is_dead() -> None:
    process = SpeakerProcess(("no-such-program-anywhere",))
    process._thread.join()
    assert process.is_dead
    for _ in range(2 * MOST_WAITING):
        process.tell("tick 0 1 1")
    process.close()
