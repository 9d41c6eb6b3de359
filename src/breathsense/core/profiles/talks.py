"""Whether the protocols that only talk (their packets are tables) know all that they name."""

from collections.abc import Iterator

from breathsense.core.profiles.faults import (
    Fault,
    find_repeated,
    find_unknown_setting,
    find_unknown_stream,
)
from breathsense.core.profiles.protocols import MetaWear, MovesenseGsp, WitMotion, XsensDot
from breathsense.core.profiles.spec import ProfileSpec


def find_talk_faults(spec: ProfileSpec) -> Iterator[Fault]:
    """Yield ``(path, complaint)`` for every stream and setting that a protocol lacks."""
    settings: list[str] = []
    streams: list[str] = []
    match spec.protocol:
        case MovesenseGsp(resources=resources):
            references = [str(one.reference) for one in resources]
            yield from find_repeated("protocol.resources", references)
            settings = [one.rate_setting for one in resources if one.rate_setting is not None]
            streams = [name for one in resources for name in one.streams]
            yield from _without_place(spec, set(streams), "protocol.resources")
        case WitMotion() as witmotion:
            settings = [witmotion.rate_setting, witmotion.six_axes_setting]
        case XsensDot() as dot:
            settings = [dot.rate_setting]
            streams = [name for mode in dot.modes for name in mode.streams]
            yield from _without_place(spec, set(streams), "protocol.modes")
        case MetaWear() as meta:
            settings = [meta.rate_setting, meta.acc_range_setting, meta.gyro_range_setting]
            streams = [meta.acc_stream, meta.gyro_stream]
        case _:
            pass
    for name in dict.fromkeys(settings):
        yield from find_unknown_setting(spec, name, "protocol")
    for name in dict.fromkeys(streams):
        yield from find_unknown_stream(spec, name, "protocol")


def _without_place(spec: ProfileSpec, known: set[str], path: str) -> Iterator[Fault]:
    for stream in spec.streams:
        if stream.name not in known:
            yield path, f"the stream {stream.name!r} is in none of them"
