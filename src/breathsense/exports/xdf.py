"""XDF: for the tools about Lab Streaming Layer. Own writer of the public format, version 1.0.

A stream for each signal, with the session's own time stamps, and one of texts for what was found
and marked (https://github.com/sccn/xdf/wiki/Specifications).
"""

import struct
from pathlib import Path
from typing import BinaryIO
from xml.sax.saxutils import escape

import numpy as np

from breathsense.exports.content import Content, Track
from breathsense.exports.events import list_events

_FILE_HEADER, _STREAM_HEADER, _SAMPLES, _STREAM_FOOTER = 1, 2, 3, 6
_NS_PER_S = 1e9


def write_xdf(content: Content, path: Path) -> None:
    """Write one session."""
    with path.open("wb") as file:
        file.write(b"XDF:")
        _write_chunk(
            file, _FILE_HEADER, b'<?xml version="1.0"?><info><version>1.0</version></info>'
        )
        for number, track in enumerate(content.tracks, 1):
            _write_track(file, number, track)
        _write_texts(file, len(content.tracks) + 1, content)


def _write_track(file: BinaryIO, number: int, track: Track) -> None:
    kind = "Respiration" if track.key.signal in ("band", "waveform") else track.key.signal
    name = f"{track.key.sensor} {track.key.signal}"
    channels = "".join(
        f"<channel><label>{escape(one)}</label><unit>{escape(track.unit)}</unit></channel>"
        for one in track.names
    )
    header = _describe(name, kind, len(track.names), track.rate_hz, "double64", channels)
    _write_chunk(file, _STREAM_HEADER, struct.pack("<I", number) + header)
    times_s = track.t_ns / _NS_PER_S
    rows = np.empty(
        len(times_s), dtype=[("n", "u1"), ("t", "<f8"), ("v", "<f8", (len(track.names),))]
    )
    rows["n"], rows["t"], rows["v"] = 8, times_s, track.values
    content = struct.pack("<I", number) + _pack_length(len(rows)) + rows.tobytes()
    _write_chunk(file, _SAMPLES, content)
    _write_footer(file, number, times_s.tolist())


def _write_texts(file: BinaryIO, number: int, content: Content) -> None:
    header = _describe("breathsense events", "Markers", 1, 0.0, "string", "")
    _write_chunk(file, _STREAM_HEADER, struct.pack("<I", number) + header)
    events = list_events(content)
    samples = b""
    for event in events:
        told = f"{event.kind}: {event.label}" if event.label else event.kind
        text = f"{told} ({event.duration_ns / _NS_PER_S:g} s)".encode()
        moment = struct.pack("<Bd", 8, event.start_ns / _NS_PER_S)
        samples += moment + _pack_length(len(text)) + text
    _write_chunk(file, _SAMPLES, struct.pack("<I", number) + _pack_length(len(events)) + samples)
    _write_footer(file, number, [event.start_ns / _NS_PER_S for event in events])


def _describe(
    name: str, kind: str, n_channels: int, rate_hz: float, number_format: str, channels: str
) -> bytes:
    return (
        f'<?xml version="1.0"?><info><name>{escape(name)}</name><type>{escape(kind)}</type>'
        f"<channel_count>{n_channels}</channel_count><nominal_srate>{rate_hz!r}</nominal_srate>"
        f"<channel_format>{number_format}</channel_format><created_at>0</created_at>"
        f"<desc><channels>{channels}</channels></desc></info>"
    ).encode()


def _write_footer(file: BinaryIO, number: int, times_s: list[float]) -> None:
    first, last = (times_s[0], times_s[-1]) if times_s else (0.0, 0.0)
    footer = (
        f'<?xml version="1.0"?><info><first_timestamp>{first!r}</first_timestamp>'
        f"<last_timestamp>{last!r}</last_timestamp><sample_count>{len(times_s)}</sample_count>"
        "</info>"
    ).encode()
    _write_chunk(file, _STREAM_FOOTER, struct.pack("<I", number) + footer)


def _write_chunk(file: BinaryIO, tag: int, content: bytes) -> None:
    file.write(_pack_length(len(content) + 2) + struct.pack("<H", tag) + content)


def _pack_length(length: int) -> bytes:
    """A number with the count of its bytes in front: 1, 4 or 8."""
    if length < 1 << 8:
        return struct.pack("<BB", 1, length)
    if length < 1 << 32:
        return struct.pack("<BI", 4, length)
    return struct.pack("<BQ", 8, length)
