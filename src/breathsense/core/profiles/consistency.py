"""What no single key can tell: whether the tables of a profile fit together."""

from collections.abc import Iterable, Iterator

from breathsense.core.profiles.faults import (
    Fault,
    find_repeated,
    find_unknown_setting,
    find_unknown_stream,
)
from breathsense.core.profiles.layouts import find_layout_faults
from breathsense.core.profiles.protocols import PmdMeasurement, PolarPmd, VernierGdx, XsensDot
from breathsense.core.profiles.spec import ProfileSpec, Setting, Stream
from breathsense.core.profiles.steps import Piece
from breathsense.core.profiles.talks import find_talk_faults
from breathsense.core.profiles.units import FACTORS

CHANNELS = {"band": 1, "acc": 3, "gyr": 3, "rr": 1, "hr": 1, "ecg": 1}
"""What the stages after the wire work on; streams of the signal "other" may have any number."""
PMD_CHANNELS = {"ecg": 1, "ppg": 4, "acc": 3, "ppi": 1, "gyro": 3, "mag": 3}
LEAST_HZ, GREATEST_HZ = 1e-3, 1e6


def find_contradictions(spec: ProfileSpec) -> Iterator[Fault]:
    """Yield ``(path, complaint)`` for every contradiction."""
    yield from find_repeated("streams", [stream.name for stream in spec.streams])
    yield from find_repeated("settings", [setting.name for setting in spec.settings])
    yield from find_repeated(
        "settings, streams",
        [setting.name for setting in spec.settings] + [stream.name for stream in spec.streams],
    )
    yield from _in_settings(spec)
    yield from _in_streams(spec)
    yield from _in_protocol(spec)
    yield from find_talk_faults(spec)
    yield from find_layout_faults(spec)
    yield from _in_routes(spec)
    yield from _in_steps(spec)
    yield from _in_golden(spec)
    yield from _unfed(spec)


def _in_settings(spec: ProfileSpec) -> Iterator[Fault]:
    for position, setting in enumerate(spec.settings):
        path = f"settings[{position}].default"
        if setting.allowed and setting.default not in setting.allowed:
            yield path, f"{setting.default:g} is not among the allowed values"
        if not setting.least <= setting.default <= setting.greatest:
            yield path, f"{setting.default:g} is out of range"


def _in_streams(spec: ProfileSpec) -> Iterator[Fault]:
    taken: set[tuple[str, str | None]] = set()
    for position, stream in enumerate(spec.streams):
        path = f"streams[{position}]"
        yield from find_repeated(f"{path}.channels", list(stream.channels))
        yield from _in_rate(spec, stream, path)
        n_channels = CHANNELS.get(stream.signal, len(stream.channels))
        if len(stream.channels) != n_channels:
            yield f"{path}.channels", f"{stream.signal} must have {n_channels}"
        units = FACTORS.get(stream.signal)
        if units is not None and stream.unit not in units:
            yield f"{path}.unit", f"must be one of {', '.join(units)}"
        if stream.signal == "rr" and stream.unit != "ms":
            yield f"{path}.unit", "beat intervals must be in ms"
        key = (stream.signal, stream.place)
        if stream.signal != "other" and key in taken:
            yield path, f"a second {stream.signal} stream at the same place; give it another place"
        taken.add(key)


def _in_rate(spec: ProfileSpec, stream: Stream, path: str) -> Iterator[Fault]:
    if stream.rate_setting is None:
        return
    yield from find_unknown_setting(spec, stream.rate_setting, f"{path}.rate_setting")
    if stream.rate_hz is not None:
        yield path, "has both rate_hz and rate_setting; keep one"
    for setting in spec.settings:
        if setting.name == stream.rate_setting and not _are_rates(setting):
            yield path, f"the setting {setting.name!r} allows what is no rate"


def _are_rates(setting: Setting) -> bool:
    values = setting.allowed or (setting.least, setting.greatest)
    return all(LEAST_HZ <= value <= GREATEST_HZ for value in values)


def _in_routes(spec: ProfileSpec) -> Iterator[Fault]:
    """A characteristic is read in one way only."""
    packets = {str(packet.characteristic) for packet in spec.packets}
    routes = [*sorted(packets), *(str(lines.characteristic) for lines in spec.text)]
    match spec.protocol:
        case VernierGdx() as gdx:
            routes.append(str(gdx.response))
        case PolarPmd() as pmd:
            routes += [str(pmd.control), str(pmd.measurement)]
        case XsensDot() as dot:
            routes += map(str, (dot.information, dot.settings, dot.report, dot.control))
        case _:
            pass
    for route in sorted({route for route in routes if routes.count(route) > 1}):
        yield "packets, text, protocol", f"the characteristic {route} is read in two ways"


def _in_protocol(spec: ProfileSpec) -> Iterator[Fault]:
    names: list[str] = []
    match spec.protocol:
        case VernierGdx(channels=channels):
            yield from find_repeated("protocol.channels", [str(one.number) for one in channels])
            names = [one.stream for one in channels]
            yield from _one_channel(spec, names, "protocol.channels")
        case PolarPmd(kinds=kinds, sdk_setting=sdk_setting):
            names = [one.stream for one in kinds]
            if sdk_setting is not None:
                yield from find_unknown_setting(spec, sdk_setting, "protocol.sdk_setting")
            yield from find_repeated("protocol.kinds", [one.type for one in kinds])
            for position, kind in enumerate(kinds):
                where = f"protocol.kinds[{position}]"
                if kind.range_setting is not None:
                    yield from find_unknown_setting(
                        spec, kind.range_setting, f"{where}.range_setting"
                    )
                yield from _pmd_shape(spec, kind, where)
        case _:
            pass
    yield from find_repeated("protocol", names)
    for name in names:
        yield from find_unknown_stream(spec, name, "protocol")


def _pmd_shape(spec: ProfileSpec, kind: PmdMeasurement, path: str) -> Iterator[Fault]:
    n_channels = PMD_CHANNELS[kind.type]
    for stream in spec.streams:
        if stream.name != kind.stream:
            continue
        if len(stream.channels) != n_channels:
            yield path, f"stream {stream.name!r} must have {n_channels} channels"
        if kind.type == "acc" and stream.unit not in ("g", "mg"):
            yield path, f"the unit of stream {stream.name!r} must be g or mg"
        if kind.type == "ppi" and stream.unit != "ms":
            yield path, f"the unit of stream {stream.name!r} must be ms"


def _one_channel(spec: ProfileSpec, names: list[str], path: str) -> Iterator[Fault]:
    for stream in spec.streams:
        if stream.name in names and len(stream.channels) != 1:
            yield path, f"the stream {stream.name!r} must have one channel"


def _in_steps(spec: ProfileSpec) -> Iterator[Fault]:
    if bool(spec.poll) != (spec.poll_s is not None):
        yield "poll", "poll and poll_s go together: what is asked, and how often"
    for script in ("start", "stop", "poll"):
        for position, step in enumerate(getattr(spec, script)):
            path = f"{script}[{position}]"
            if step.only_with is not None:
                yield from find_unknown_stream(spec, step.only_with, f"{path}.only_with")
            yield from _in_payload(spec, getattr(step, "payload", ()), f"{path}.payload")


def _in_payload(spec: ProfileSpec, pieces: Iterable[Piece], path: str) -> Iterator[Fault]:
    # A stream's own name is a setting too: 1 is on, 0 is off.
    streams = {stream.name for stream in spec.streams}
    for position, piece in enumerate(pieces):
        where = f"{path}[{position}]"
        if sum(kind is not None for kind in (piece.hex, piece.text, piece.setting)) != 1:
            yield where, "needs one of hex, text and setting"
        if piece.setting is not None and piece.setting not in streams:
            yield from find_unknown_setting(spec, piece.setting, where)
        if len(piece.values) != len(piece.codes):
            yield where, "values and codes differ in number"
        if piece.type == "pad":
            yield where, "a pad cannot be sent: write zeros in hex"


def _in_golden(spec: ProfileSpec) -> Iterator[Fault]:
    for position, golden in enumerate(spec.golden):
        path = f"golden[{position}]"
        if not (golden.expect or golden.readings or golden.rejected is not None):
            yield path, "expects nothing: give expect, readings or rejected"
        for number, expected in enumerate(golden.expect):
            yield from find_unknown_stream(spec, expected.stream, f"{path}.expect[{number}].stream")


def _unfed(spec: ProfileSpec) -> Iterator[Fault]:
    """Every stream must come from somewhere."""
    targets = [f.to for packet in spec.packets for part in packet.parts for f in part.fields]
    targets += [column.to for lines in spec.text for column in lines.columns]
    fed = {target.split(".", 1)[0] for target in targets if target}
    match spec.protocol:
        case VernierGdx(channels=channels):
            fed |= {channel.stream for channel in channels}
        case PolarPmd(kinds=kinds):
            fed |= {kind.stream for kind in kinds}
        case _:
            pass
    for position, stream in enumerate(spec.streams):
        if stream.name not in fed:
            yield f"streams[{position}]", f"nothing fills the stream {stream.name!r}"
