"""The program that plays: ``python -m breathsense.session.sound.speaker``, told by its input.

It runs apart from the app. An audio library that blocks, or that writes its complaints on the
terminal (ALSA does), then harms neither the screen nor the recording. A line is ``name seconds
gain`` and when it was sent; what comes late is left out: a tone at the wrong moment leads wrongly.
"""

import contextlib
import sys
import threading
import time
from collections.abc import Generator, Iterable
from typing import Any

from breathsense.session.sound.tones import RATE_HZ, SOUNDS, Mixer, SoundName

LATE_NS = 400_000_000
"""From here on a sound is left out."""
BUFFER_MS = 40
NO_LIBRARY, NO_DEVICE = 3, 4
"""Exit codes."""
HUSH = "hush"
READY = "ready"


def parse_line(line: str, now_ns: int) -> tuple[SoundName, float, float] | None:
    """Return name, seconds and gain; ``None`` for what is not known or came too late."""
    words = line.split()
    try:
        name = next(known for known in SOUNDS if known == words[0])
        length_s, gain, sent_ns = float(words[1]), float(words[2]), int(words[3])
    except (IndexError, StopIteration, ValueError):
        return None
    is_late = not 0 <= now_ns - sent_ns <= LATE_NS
    return None if is_late else (name, length_s, min(max(gain, 0.0), 1.0))


def follow_lines(lines: Iterable[str], mixer: Mixer, lock: threading.Lock) -> None:
    """Do what the lines say, until there are no more."""
    for line in lines:
        asked = parse_line(line, time.monotonic_ns())
        with lock:
            if line.strip() == HUSH:
                mixer.hush()
            elif asked is not None:
                mixer.add(*asked)


def stream(mixer: Mixer, lock: threading.Lock) -> Generator[bytes, int, None]:
    """Give the audio library as many samples as it asks for."""
    n = yield b""
    while True:
        with lock:
            samples = mixer.take(n).tobytes()
        n = yield samples


def main(lines: Iterable[str] = sys.stdin, backends: Any = None) -> int:
    """Play what the lines say; return why it could not be, or 0."""
    try:
        import miniaudio  # noqa: PLC0415 - an optional package: its absence is an answer
    except ImportError:
        return NO_LIBRARY
    mixer, lock = Mixer(), threading.Lock()
    try:
        device = miniaudio.PlaybackDevice(
            nchannels=1,
            sample_rate=RATE_HZ,
            buffersize_msec=BUFFER_MS,
            backends=backends,
            app_name="BreathSense",
        )
    except miniaudio.MiniaudioError:
        return NO_DEVICE
    with contextlib.closing(device):
        playing = stream(mixer, lock)
        next(playing)
        device.start(playing)
        print(READY, flush=True)  # noqa: T201 - the app waits for it
        follow_lines(lines, mixer, lock)
    return 0


if __name__ == "__main__":
    sys.exit(main())
