"""The sounds: short generated tones, each told from the others with the eyes closed.

Rising means in, falling means out, a firm double knock means firm the wall, one low soft tone means
let go. All numbers are choices of sound, not of physiology.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 22_050
FADE_S = 0.012
"""Long enough that no tone begins or ends with a click."""
MOST_S = 20.0
"""No tone is longer: a breath in or out of more than that is paced by nobody."""

SoundName = Literal[
    "inhale",
    "exhale",
    "brace",
    "release",
    "rest",
    "tick",
    "bell",
    "unseen",
    "warn",
    "stop",
    "done",
]
SOUNDS: tuple[SoundName, ...] = get_args(SoundName)
LED: frozenset[SoundName] = frozenset({"inhale", "exhale"})
"""They lead a movement and last as long as it; a new one takes the place of the one before."""

Samples = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Note:
    """One tone of a sound.

    Parameters
    ----------
    at_s, length_s : float
        When in the sound, and how long.
    from_hz, to_hz : float
        It glides from one to the other.
    level : float
        Of full scale, 0 to 1.

    """

    at_s: float
    length_s: float
    from_hz: float
    to_hz: float
    level: float = 0.5


NOTES: dict[SoundName, tuple[Note, ...]] = {
    "brace": (Note(0.0, 0.09, 330, 330, 0.8), Note(0.15, 0.13, 330, 330, 0.8)),
    "release": (Note(0.0, 0.5, 196, 147),),
    "rest": (Note(0.0, 0.25, 262, 262, 0.35),),
    "tick": (Note(0.0, 0.03, 1175, 1175, 0.3),),
    "bell": (Note(0.0, 0.7, 659, 659), Note(0.0, 0.7, 988, 988, 0.2)),
    "unseen": (Note(0.0, 0.2, 494, 440), Note(0.25, 0.3, 494, 440)),
    "warn": tuple(Note(at_s, 0.12, 880, 880, 0.8) for at_s in (0.0, 0.2, 0.4)),
    "stop": (Note(0.0, 0.3, 392, 392), Note(0.3, 0.6, 262, 262)),
    "done": (
        Note(0.0, 0.25, 523, 523),
        Note(0.2, 0.25, 659, 659),
        Note(0.4, 0.6, 784, 784),
    ),
}
LED_NOTES: dict[SoundName, Note] = {
    "inhale": Note(0.0, 4.0, 220, 330, 0.35),
    "exhale": Note(0.0, 6.0, 330, 196, 0.35),
}


def render_sound(name: SoundName, length_s: float = 0.0, rate_hz: int = RATE_HZ) -> Samples:
    """Return a sound as samples between -1 and 1, shape (n,).

    Parameters
    ----------
    name : SoundName
        Which one.
    length_s : float
        How long a breath in or out is led; 0 takes the usual. The others have their own length.
    rate_hz : int
        Samples a second.

    """
    if name in LED:
        usual = LED_NOTES[name]
        length_s = min(length_s or usual.length_s, MOST_S)
        return _render_note(Note(0.0, length_s, usual.from_hz, usual.to_hz, usual.level), rate_hz)
    notes = NOTES[name]
    end_s = max(note.at_s + note.length_s for note in notes)
    samples = np.zeros(round(end_s * rate_hz))
    for note in notes:
        first = round(note.at_s * rate_hz)
        tone = _render_note(note, rate_hz)[: len(samples) - first]
        samples[first : first + len(tone)] += tone
    return np.clip(samples, -1.0, 1.0)


def _render_note(note: Note, rate_hz: int) -> Samples:
    """Return a sine that glides, faded in and out; long tones swell and fade away."""
    n = round(note.length_s * rate_hz)
    share = np.arange(n) / max(n, 1)
    pitch_hz = note.from_hz * (note.to_hz / note.from_hz) ** share
    phase = 2 * np.pi * np.cumsum(pitch_hz) / rate_hz
    fade = min(FADE_S * rate_hz, n / 2)
    edge = np.minimum(np.arange(n), np.arange(n)[::-1]) / max(fade, 1.0)
    return note.level * np.sin(phase) * np.minimum(edge, 1.0)


class Mixer:
    """Adds what is to be heard now; bounded, whatever is asked of it.

    Parameters
    ----------
    rate_hz : int
        Samples a second.

    """

    MOST_VOICES = 8

    def __init__(self, rate_hz: int = RATE_HZ) -> None:
        self._rate_hz = rate_hz
        self._voices: list[tuple[bool, Samples]] = []
        self._release = np.linspace(1.0, 0.0, round(FADE_S * rate_hz))

    def add(self, name: SoundName, length_s: float = 0.0, gain: float = 1.0) -> None:
        """Begin a sound; a tone that leads takes the place of the one before, which fades."""
        is_led = name in LED
        if is_led:
            self._voices = [
                (False, voice[: len(self._release)] * self._release[: len(voice)])
                if led
                else (led, voice)
                for led, voice in self._voices
            ]
        self._voices.append((is_led, render_sound(name, length_s, self._rate_hz) * gain))
        del self._voices[: -self.MOST_VOICES]

    def hush(self) -> None:
        """End everything that sounds."""
        self._voices.clear()

    def take(self, n: int) -> NDArray[np.int16]:
        """Return the next ``n`` samples of 16 bits; silence where nothing sounds."""
        mixed = np.zeros(n)
        left = []
        for is_led, voice in self._voices:
            now, later = voice[:n], voice[n:]
            mixed[: len(now)] += now
            if len(later):
                left.append((is_led, later))
        self._voices = left
        return (np.clip(mixed, -1.0, 1.0) * 32_767).astype(np.int16)  # full scale of 16 bits
