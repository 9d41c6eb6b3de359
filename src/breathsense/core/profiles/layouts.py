"""Whether the declared packets and lines of a profile can be decoded by walking their tables."""

from collections.abc import Iterator

from breathsense.core.profiles.faults import (
    Fault,
    find_repeated,
    find_unknown_setting,
    find_unknown_stream,
)
from breathsense.core.profiles.spec import (
    Field,
    Packet,
    Part,
    ProfileSpec,
    ScaleChoice,
    Sync,
    TextLines,
)

BITS_OF_A_BYTE = 8
REPEATS = ("to_end", "share")


def find_layout_faults(spec: ProfileSpec) -> Iterator[Fault]:
    """Yield ``(path, complaint)`` for every fault of ``packets``, ``sync`` and ``text``."""
    for position, packet in enumerate(spec.packets):
        yield from _in_packet(spec, packet, f"packets[{position}]")
    for position, sync in enumerate(spec.sync):
        yield from _in_sync(spec, sync, f"sync[{position}]")
    for position, lines in enumerate(spec.text):
        yield from _in_text(spec, lines, f"text[{position}]")


def _in_packet(spec: ProfileSpec, packet: Packet, path: str) -> Iterator[Fault]:
    known: set[str] = set()
    for position, part in enumerate(packet.parts):
        where = f"{path}.parts[{position}]"
        yield from _in_part(part, known, where)
        yield from _whole_rows(spec, [f.to for f in part.fields if f.to], where)
        for number, field in enumerate(part.fields):
            yield from _in_field(spec, field, f"{where}.fields[{number}]")
    for key, name in (
        ("stamp", packet.stamp),
        ("counter", packet.counter.field if packet.counter else None),
    ):
        if name is not None and name not in _always_there(packet):
            yield f"{path}.{key}", f"there is no whole-number field {name!r} in every such packet"
    repeats = [part.repeat for part in packet.parts]
    yield from _last_repeats(repeats, f"{path}.parts")
    yield from _in_framing(spec, packet, path)
    conditions = [part.when for part in packet.parts]
    conditions += [field.when for part in packet.parts for field in part.fields]
    if "share" in repeats and any(conditions):
        yield f"{path}.parts", "a packet with parts that share the rest has no conditions"


def _in_field(spec: ProfileSpec, field: Field, path: str) -> Iterator[Fault]:
    if field.type == "pad" and (field.name or field.to or field.reading or field.peek):
        yield path, "a pad has no meaning: leave out name, to, reading and peek"
    if field.type[0] == "f" and (field.mask is not None or field.shift or field.missing):
        yield path, "mask, shift and missing are for whole numbers"
    if field.scale_choice is not None:
        yield from _in_choice(spec, field.scale_choice, f"{path}.scale_choice")
    yield from _in_steps(field, path)


def _in_framing(spec: ProfileSpec, packet: Packet, path: str) -> Iterator[Fault]:
    if packet.only_with is not None:
        yield from find_unknown_stream(spec, packet.only_with, f"{path}.only_with")
    check = packet.check
    if check is None:
        return
    if (check.kind == "crc") != (check.poly is not None):
        yield f"{path}.check.poly", "a crc has one, a sum or xor has none"
    if check.width < BITS_OF_A_BYTE and (check.kind != "crc" or check.is_reflected):
        yield f"{path}.check.width", "only a crc that is not reflected may be less than a byte"


def _in_steps(field: Field, path: str) -> Iterator[Fault]:
    if field.steps is None:
        return
    if len(field.steps.at_least) != len(field.steps.gives):
        yield f"{path}.steps", "at_least and gives differ in number"
    if list(field.steps.at_least) != sorted(set(field.steps.at_least)):
        yield f"{path}.steps.at_least", "must rise"


def _in_sync(spec: ProfileSpec, sync: Sync, path: str) -> Iterator[Fault]:
    if any(not 0 < len(start) <= sync.size for start in sync.starts):
        yield f"{path}.starts", f"a start has 1 to {sync.size} bytes"
    packets = [one for one in spec.packets if one.characteristic == sync.characteristic]
    if not packets:
        yield f"{path}.characteristic", "no packets are declared for it"
    if any(one.continued is not None or one.size is not None for one in packets):
        yield path, "its packets have neither size nor continued: they are cut here"


def _in_choice(spec: ProfileSpec, choice: ScaleChoice, path: str) -> Iterator[Fault]:
    yield from find_unknown_setting(spec, choice.setting, path)
    if len(choice.values) != len(choice.scales):
        yield path, "values and scales differ in number"
    for setting in spec.settings:
        if setting.name == choice.setting and set(setting.allowed) != set(choice.values):
            yield path, f"values must be the allowed ones of the setting {setting.name!r}"


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
    if part.fields[-1].peek:
        yield f"{where}.fields[{len(part.fields) - 1}].peek", "the last field of a part moves on"
    for position, field in enumerate(part.fields):
        path = f"{where}.fields[{position}]"
        if field.when is not None and field.when.field not in known:
            yield f"{path}.when", f"there is no field {field.when.field!r} before"
        if field.same_as is not None and field.same_as not in known:
            yield f"{path}.same_as", f"there is no field {field.same_as!r} before"
        if field.name is not None and part.repeat == 1 and field.type[0] in "ui":
            known.add(field.name)


def _whole_rows(spec: ProfileSpec, targets: list[str], path: str) -> Iterator[Fault]:
    """Each stream that a part feeds must get all of its channels there."""
    fed = {tuple(target.split(".", 1)) for target in targets}
    channels = {stream.name: set(stream.channels) for stream in spec.streams}
    for name in sorted({stream for stream, _ in fed}):
        if name not in channels:
            yield from find_unknown_stream(spec, name, path)
            continue
        given = {channel for stream, channel in fed if stream == name}
        for channel in sorted(given - channels[name]):
            known = ", ".join(sorted(channels[name]))
            yield path, f"stream {name!r} has no channel {channel!r}; known: {known}"
        for channel in sorted(channels[name] - given):
            yield path, f"channel {name}.{channel} is not filled"


def _in_text(spec: ProfileSpec, lines: TextLines, path: str) -> Iterator[Fault]:
    yield from find_repeated(f"{path}.columns", [column.name for column in lines.columns])
    targets = [column.to for column in lines.columns if column.to]
    yield from find_repeated(f"{path}.columns", targets)
    yield from _whole_rows(spec, targets, f"{path}.columns")
    if sum(column.is_stamp for column in lines.columns) > 1:
        yield f"{path}.columns", "only one column can be the stamp"
    optional = [column.is_optional for column in lines.columns]
    if optional != sorted(optional) or all(optional):
        yield f"{path}.columns", "optional columns stand at the end, after one that is not"
