"""What no single key can tell: whether the tables of a profile fit together."""

import re
from collections.abc import Iterable, Iterator

from breathsense.core.profiles.spec import (
    Packet,
    Part,
    Piece,
    PmdMeasurement,
    PolarPmd,
    ProfileSpec,
    TextLines,
    VernierGdx,
)

Fault = tuple[str, str]
REPEATS = ("to_end", "share")


def find_contradictions(spec: ProfileSpec) -> Iterator[Fault]:
    """Yield ``(path, complaint)`` for every contradiction."""
    yield from _repeated("streams", [stream.name for stream in spec.streams])
    yield from _repeated("settings", [setting.name for setting in spec.settings])
    yield from _repeated(
        "settings, streams",
        [setting.name for setting in spec.settings] + [stream.name for stream in spec.streams],
    )
    yield from _in_recognition(spec)
    yield from _in_settings(spec)
    yield from _in_streams(spec)
    yield from _in_protocol(spec)
    for position, packet in enumerate(spec.packets):
        yield from _in_packet(spec, packet, f"packets[{position}]")
    for position, lines in enumerate(spec.text):
        yield from _in_text(spec, lines, f"text[{position}]")
    yield from _in_steps(spec)
    yield from _in_golden(spec)
    yield from _unfed(spec)


def _repeated(path: str, names: list[str]) -> Iterator[Fault]:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield path, f"the name {name!r} is given twice"


def _in_recognition(spec: ProfileSpec) -> Iterator[Fault]:
    for key in ("name_pattern", "exclude_pattern"):
        pattern = getattr(spec.recognition, key)
        try:
            re.compile(pattern or "")
        except (re.error, OverflowError, RecursionError) as error:
            yield f"recognition.{key}", f"no regular expression: {error}"


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
        yield from _repeated(f"{path}.channels", list(stream.channels))
        if stream.rate_setting is not None:
            yield from _known_setting(spec, stream.rate_setting, f"{path}.rate_setting")
        if stream.rate_setting is not None and stream.rate_hz is not None:
            yield path, "has both rate_hz and rate_setting; keep one"
        key = (stream.signal, stream.place)
        if stream.signal != "other" and key in taken:
            yield path, f"a second {stream.signal} stream at the same place; give it another place"
        taken.add(key)


def _known_setting(spec: ProfileSpec, name: str, path: str) -> Iterator[Fault]:
    if all(setting.name != name for setting in spec.settings):
        known = ", ".join(setting.name for setting in spec.settings) or "none"
        yield path, f"there is no setting {name!r}; known: {known}"


def _known_stream(spec: ProfileSpec, name: str, path: str) -> Iterator[Fault]:
    if all(stream.name != name for stream in spec.streams):
        known = ", ".join(stream.name for stream in spec.streams)
        yield path, f"there is no stream {name!r}; known: {known}"


def _in_protocol(spec: ProfileSpec) -> Iterator[Fault]:
    names: list[str] = []
    match spec.protocol:
        case VernierGdx(channels=channels):
            yield from _repeated("protocol.channels", [str(one.number) for one in channels])
            names = [one.stream for one in channels]
            yield from _one_channel(spec, names, "protocol.channels")
        case PolarPmd(kinds=kinds):
            names = [one.stream for one in kinds]
            yield from _repeated("protocol.kinds", [one.type for one in kinds])
            for position, kind in enumerate(kinds):
                where = f"protocol.kinds[{position}]"
                if kind.range_setting is not None:
                    yield from _known_setting(spec, kind.range_setting, f"{where}.range_setting")
                yield from _pmd_shape(spec, kind, where)
        case None:
            pass
    yield from _repeated("protocol", names)
    for name in names:
        yield from _known_stream(spec, name, "protocol")


def _pmd_shape(spec: ProfileSpec, kind: PmdMeasurement, path: str) -> Iterator[Fault]:
    n_channels = 1 if kind.type == "ecg" else 3
    for stream in spec.streams:
        if stream.name != kind.stream:
            continue
        if len(stream.channels) != n_channels:
            yield path, f"stream {stream.name!r} must have {n_channels} channels"
        if kind.type == "acc" and stream.unit not in ("g", "mg"):
            yield path, f"the unit of stream {stream.name!r} must be g or mg"


def _one_channel(spec: ProfileSpec, names: list[str], path: str) -> Iterator[Fault]:
    for stream in spec.streams:
        if stream.name in names and len(stream.channels) != 1:
            yield path, f"stream {stream.name!r} must have one channel"


def _in_packet(spec: ProfileSpec, packet: Packet, path: str) -> Iterator[Fault]:
    known: set[str] = set()
    for position, part in enumerate(packet.parts):
        where = f"{path}.parts[{position}]"
        yield from _in_part(part, known, where)
        yield from _whole_rows(spec, [f.to for f in part.fields if f.to], where)
        for number, field in enumerate(part.fields):
            if field.scale_choice is not None:
                choice = field.scale_choice
                yield from _known_setting(spec, choice.setting, f"{where}.fields[{number}]")
                if len(choice.values) != len(choice.scales):
                    yield f"{where}.fields[{number}]", "values and scales differ in number"
    for key, name in (
        ("stamp", packet.stamp),
        ("counter", packet.counter.field if packet.counter else None),
    ):
        if name is not None and name not in _always_there(packet):
            yield f"{path}.{key}", f"there is no whole-number field {name!r} in every such packet"
    repeats = [part.repeat for part in packet.parts]
    yield from _last_repeats(repeats, f"{path}.parts")
    conditions = [part.when for part in packet.parts]
    conditions += [field.when for part in packet.parts for field in part.fields]
    if "share" in repeats and any(conditions):
        yield f"{path}.parts", "a packet with parts that share the rest has no conditions"


def _always_there(packet: Packet) -> set[str]:
    return {
        field.name
        for part in packet.parts
        if part.repeat == 1 and part.when is None
        for field in part.fields
        if field.name is not None and field.when is None and field.type[0] in "ui"
    }


def _last_repeats(repeats: list[int | str], path: str) -> Iterator[Fault]:
    n_open = sum(repeat in REPEATS for repeat in repeats)
    if any(repeat not in REPEATS for repeat in repeats[len(repeats) - n_open :]):
        yield path, "parts that repeat to the end, or share it, come last"
    if "to_end" in repeats and n_open > 1:
        yield path, "only one part can repeat to the end"
    if "share" in repeats and any(
        isinstance(repeat, str) and repeat not in REPEATS for repeat in repeats
    ):
        yield path, "parts that share the rest cannot follow a count"


def _in_part(part: Part, known: set[str], where: str) -> Iterator[Fault]:
    """Check references backwards; adds the names that this part defines for later ones."""
    if isinstance(part.repeat, str) and part.repeat not in (*REPEATS, *known):
        yield f"{where}.repeat", f"{part.repeat!r} is neither to_end, share nor a field before"
    if part.when is not None and part.when.field not in known:
        yield f"{where}.when", f"there is no field {part.when.field!r} before"
    for position, field in enumerate(part.fields):
        path = f"{where}.fields[{position}]"
        if field.when is not None and field.when.field not in known:
            yield f"{path}.when", f"there is no field {field.when.field!r} before"
        if field.type[0] == "f" and (field.mask is not None or field.shift or field.missing):
            yield path, "mask, shift and missing are for whole numbers"
        if field.name is not None and part.repeat == 1 and field.type[0] in "ui":
            known.add(field.name)


def _whole_rows(spec: ProfileSpec, targets: list[str], path: str) -> Iterator[Fault]:
    """Each stream that a part feeds must get all of its channels there."""
    fed = {tuple(target.split(".", 1)) for target in targets}
    channels = {stream.name: set(stream.channels) for stream in spec.streams}
    for name in sorted({stream for stream, _ in fed}):
        if name not in channels:
            yield from _known_stream(spec, name, path)
            continue
        given = {channel for stream, channel in fed if stream == name}
        for channel in sorted(given - channels[name]):
            known = ", ".join(sorted(channels[name]))
            yield path, f"stream {name!r} has no channel {channel!r}; known: {known}"
        for channel in sorted(channels[name] - given):
            yield path, f"channel {name}.{channel} is not filled"


def _in_text(spec: ProfileSpec, lines: TextLines, path: str) -> Iterator[Fault]:
    yield from _repeated(f"{path}.columns", [column.name for column in lines.columns])
    targets = [column.to for column in lines.columns if column.to]
    yield from _repeated(f"{path}.columns", targets)
    yield from _whole_rows(spec, targets, f"{path}.columns")
    if sum(column.is_stamp for column in lines.columns) > 1:
        yield f"{path}.columns", "only one column can be the stamp"


def _in_steps(spec: ProfileSpec) -> Iterator[Fault]:
    for script in ("start", "stop"):
        for position, step in enumerate(getattr(spec, script)):
            path = f"{script}[{position}]"
            if step.only_with is not None:
                yield from _known_stream(spec, step.only_with, f"{path}.only_with")
            yield from _in_payload(spec, getattr(step, "payload", ()), f"{path}.payload")


def _in_payload(spec: ProfileSpec, pieces: Iterable[Piece], path: str) -> Iterator[Fault]:
    for position, piece in enumerate(pieces):
        where = f"{path}[{position}]"
        if sum(kind is not None for kind in (piece.hex, piece.text, piece.setting)) != 1:
            yield where, "needs one of hex, text and setting"
        if piece.setting is not None:
            yield from _known_setting(spec, piece.setting, where)
        if len(piece.values) != len(piece.codes):
            yield where, "values and codes differ in number"


def _in_golden(spec: ProfileSpec) -> Iterator[Fault]:
    for position, golden in enumerate(spec.golden):
        path = f"golden[{position}]"
        if not (golden.expect or golden.readings or golden.rejected is not None):
            yield path, "expects nothing: give expect, readings or rejected"
        for number, expected in enumerate(golden.expect):
            yield from _known_stream(spec, expected.stream, f"{path}.expect[{number}].stream")


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
        case None:
            pass
    for position, stream in enumerate(spec.streams):
        if stream.name not in fed:
            yield f"streams[{position}]", f"nothing fills the stream {stream.name!r}"
