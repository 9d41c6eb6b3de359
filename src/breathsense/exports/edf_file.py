"""EDF+C: for the viewers of sleep and physiology laboratories.

Always the continuous kind, since clinical tools refuse the other: holes are filled with the last
value, told by an annotation, and marked in a channel ``valid`` of zeros and ones. The identity
fields are empty and the date is EDF's "unknown".
"""

import math
from pathlib import Path

import edfio
import numpy as np

from breathsense.core.model.samples import Values
from breathsense.exports.content import Content, Track
from breathsense.exports.events import list_events
from breathsense.exports.uniform import Uniform, make_uniform

NS_PER_S = 1e9
_LABELS = {"abdomen": "Resp abdomen", "chest": "Resp chest"}
_LETTERS = {"°": "deg", "µ": "u", "μ": "u", "²": "2", "³": "3"}
_FIELD = 8
"""Characters of a header field for a number."""
_LABEL_FIELD = 16
MOST_TIMES = 4
WHOLE_FRAC = 0.002
"""Clocks of wearables are this far off at most: a rate this near to a whole number is one."""
_LARGEST = 9_999_999.0
"""What goes beyond stands at it: a field has no room for more."""
_DIGITAL = (-32768, 32767)


def write_edf(content: Content, path: Path) -> None:
    """Write one session as EDF+C; beats are annotations, since they have no rate."""
    tracks = [one for one in content.raw_tracks if one.key.signal != "rr"]
    start_ns = min(int(one.t_ns[0]) for one in tracks)
    seconds = (max(int(one.t_ns[-1]) for one in tracks) - start_ns) // 1_000_000_000 + 1
    signals: list[edfio.EdfSignal] = []
    for track in tracks:
        rate_hz = _choose_rate(track)
        last_ns = start_ns + round((seconds - 1.0 / rate_hz) * NS_PER_S)
        uniform = make_uniform(track, start_ns, last_ns, rate_hz)
        signals += _build_signals(track, uniform)
    edf = edfio.Edf(
        signals,
        patient=edfio.Patient(),
        recording=edfio.Recording(),
        annotations=_annotate(content, start_ns),
    )
    edf.write(path)


def _choose_rate(track: Track) -> float:
    """Take a whole number of samples a second, for records of one second.

    Of a rate such as 12.5 Hz the double is taken, which keeps every sample.
    """
    for times in range(1, MOST_TIMES + 1):
        rate_hz = times * track.rate_hz
        if round(rate_hz) and abs(rate_hz - round(rate_hz)) < WHOLE_FRAC * rate_hz:
            return float(round(rate_hz))
    return float(max(1, round(track.rate_hz)))


def _build_signals(track: Track, uniform: Uniform) -> list[edfio.EdfSignal]:
    built = [
        edfio.EdfSignal(
            uniform.values[:, channel].clip(-_LARGEST, _LARGEST),
            uniform.rate_hz,
            label=_label(track, name),
            physical_dimension=_spell(uniform.unit)[:_FIELD],
            physical_range=choose_range(uniform.values[:, channel]),
            digital_range=_DIGITAL,
        )
        for channel, name in enumerate(track.names)
    ]
    if not uniform.is_valid.all():
        built.append(
            edfio.EdfSignal(
                uniform.is_valid.astype(np.float64),
                uniform.rate_hz,
                label=f"valid {track.names[0]}"[:_LABEL_FIELD],
                physical_range=(0.0, 1.0),
                digital_range=(0, 1),
            )
        )
    return built


def _label(track: Track, name: str) -> str:
    label = _LABELS.get(name, name) if track.key.signal == "band" else name
    return _spell(label)[:_LABEL_FIELD]


def _spell(words: str) -> str:
    """Write words in the letters that a header of EDF has, a ``?`` for each other one."""
    for letter, spelled in _LETTERS.items():
        words = words.replace(letter, spelled)
    return words.encode("ascii", "replace").decode()


def choose_range(values: Values) -> tuple[float, float]:
    """Return a range that holds all values, each end of no more than eight characters.

    Symmetric and a power of two times the smallest useful step, so that one digital step is a
    plain number and most sessions of one sensor get the same range.
    """
    largest = min(float(np.abs(values).max()), _LARGEST) or 1.0
    top = 2.0 ** math.ceil(math.log2(largest))
    if top > _LARGEST:
        return -_LARGEST, _LARGEST
    for n_digits in range(_FIELD - 1, 0, -1):
        text = f"{top:.{n_digits}g}"
        if len(f"-{text}") <= _FIELD and float(text) >= largest:
            return -float(text), float(text)
    return -_LARGEST, _LARGEST


def _annotate(content: Content, start_ns: int) -> list[edfio.EdfAnnotation]:
    told = []
    for event in list_events(content):
        text = f"{event.kind}: {event.label}" if event.label else event.kind
        onset_s = max(0.0, (event.start_ns - start_ns) / NS_PER_S)
        duration_s = event.duration_ns / NS_PER_S or None
        told.append(edfio.EdfAnnotation(round(onset_s, 6), duration_s, text))
    for track in content.raw_tracks:
        if track.key.signal == "rr":
            told += _annotate_beats(track, start_ns)
    return sorted(told, key=lambda one: one.onset)


def _annotate_beats(track: Track, start_ns: int) -> list[edfio.EdfAnnotation]:
    return [
        edfio.EdfAnnotation(round((t_ns - start_ns) / NS_PER_S, 6), None, f"RR {value:.0f} ms")
        for t_ns, value in zip(track.t_ns.tolist(), track.values[:, 0].tolist(), strict=True)
        if t_ns >= start_ns
    ]
