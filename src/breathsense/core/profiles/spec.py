"""The keys of a profile, table by table: what ``docs/profile-reference.md`` explains.

Every table refuses unknown keys. Every list and length is bounded, so that no profile can make
the program work or remember without limit.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from breathsense.core.model.samples import Signal
from breathsense.core.model.sensors import Place
from breathsense.core.profiles.base import (
    MAX_ROWS,
    ByteMatch,
    ByteOrder,
    Check,
    FieldType,
    Finite,
    Hex,
    Line,
    Name,
    Rate,
    Spec,
    Text,
    Uuid,
)
from breathsense.core.profiles.protocols import Protocol
from breathsense.core.profiles.steps import Step


class Recognition(Spec, frozen=True):
    """How the wearable is told from others by what it advertises.

    In a pattern, which must fit the whole name, ``*`` stands for any letters or none and ``?``
    for one.
    """

    name_prefixes: Annotated[tuple[Line, ...], Meta(max_length=20)] = ()
    name_patterns: Annotated[tuple[Line, ...], Meta(max_length=20)] = ()
    exclude_patterns: Annotated[tuple[Line, ...], Meta(max_length=20)] = ()
    services: Annotated[tuple[Uuid, ...], Meta(max_length=20)] = ()


class Setting(Spec, frozen=True):
    """Something the user may choose; ``allowed`` empty means any value from least to greatest."""

    name: Name
    default: Finite
    allowed: Annotated[tuple[Finite, ...], Meta(max_length=64)] = ()
    least: Finite = -1e18
    greatest: Finite = 1e18
    unit: Annotated[str, Meta(max_length=20)] = ""
    help: Text = ""


class TimeSpec(Spec, frozen=True):
    """What the wearable says about time; without it, times come from rate and arrival.

    ``stamp`` names the sample that the stamp belongs to; ``tick_ns`` is the stamp's unit and
    ``bits`` its width, after which it wraps; ``epoch`` is told to people only.
    """

    stamp: Literal["none", "first", "last"] = "none"
    tick_ns: Annotated[int, Meta(ge=1, le=10_000_000_000)] = 1
    bits: Annotated[int, Meta(ge=8, le=64)] = 64
    epoch: Annotated[str, Meta(max_length=60)] = ""


class Stream(Spec, frozen=True):
    """One series of samples; ``place`` overrides where the wearable is worn (two-band sets)."""

    name: Name
    signal: Signal
    unit: Annotated[str, Meta(max_length=20)]
    channels: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=32)]
    rate_hz: Rate | None = None
    rate_setting: Name | None = None
    on_by_default: bool = True
    place: Place | None = None
    time: TimeSpec = TimeSpec()
    help: Text = ""


class When(Spec, frozen=True):
    """A condition on an integer field read before: ``field & mask`` is ``equals``, or not 0."""

    field: Name
    mask: Annotated[int, Meta(ge=1, le=2**63 - 1)] = 2**63 - 1
    equals: Annotated[int, Meta(ge=0, le=2**63 - 1)] | None = None


class ScaleChoice(Spec, frozen=True):
    """A scale that depends on what the user set: one factor for each allowed value."""

    setting: Name
    values: Annotated[tuple[Finite, ...], Meta(min_length=1, max_length=64)]
    scales: Annotated[tuple[Finite, ...], Meta(min_length=1, max_length=64)]


class Steps(Spec, frozen=True):
    """A table instead of a formula: the last of ``gives`` whose ``at_least`` the value reaches."""

    at_least: Annotated[tuple[Finite, ...], Meta(min_length=1, max_length=64)]
    gives: Annotated[tuple[Finite, ...], Meta(min_length=1, max_length=64)]


class Field(Spec, frozen=True):
    """One number in a packet: ``((raw & mask) >> shift) * scale + offset``, then ``steps``.

    In a signed type the highest bit of the mask is the sign. ``peek`` leaves the bytes to the next
    field, so that several can read their bits from the same ones. ``to`` is ``"stream.channel"``;
    ``reading`` makes a value of the wearable itself of it (``battery_pct``); ``name`` lets counts,
    conditions and stamps refer to it.
    """

    type: FieldType
    name: Name | None = None
    to: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")] | None = None
    reading: Name | None = None
    when: When | None = None
    scale: Finite = 1.0
    offset: Finite = 0.0
    scale_choice: ScaleChoice | None = None
    steps: Steps | None = None
    mask: Annotated[int, Meta(ge=1, le=2**63 - 1)] | None = None
    peek: bool = False
    shift: Annotated[int, Meta(ge=0, le=63)] = 0
    missing: Annotated[tuple[int, ...], Meta(max_length=8)] = ()
    equals: int | None = None
    same_as: Name | None = None
    byte_order: ByteOrder | None = None
    n_bytes: Annotated[int, Meta(ge=1, le=512)] = 1


class Part(Spec, frozen=True):
    """Fields that are read together, once or again and again.

    ``repeat`` is a number, the name of a count field, ``"to_end"`` (as long as bytes are left), or
    ``"share"``: all parts that share have the same number of rows and fill the rest of the packet
    (all of one, then all of the next: a struct of arrays).
    """

    fields: Annotated[tuple[Field, ...], Meta(min_length=1, max_length=64)]
    repeat: Annotated[int, Meta(ge=1, le=MAX_ROWS)] | Name = 1
    when: When | None = None


class Counter(Spec, frozen=True):
    """A field that counts this kind of packet and starts again at ``modulus``: tells of losses."""

    field: Name
    modulus: Annotated[int, Meta(ge=2, le=2**32)]


class Continued(Spec, frozen=True):
    """A second notification with what did not fit into the first, after ``skip`` bytes of head."""

    match: Annotated[tuple[ByteMatch, ...], Meta(min_length=1, max_length=8)]
    skip: Annotated[int, Meta(ge=0, le=511)] = 0


class Packet(Spec, frozen=True):
    """One kind of packet on one characteristic; the first kind whose ``match`` holds is taken.

    With ``size``, a notification holds one or more of them, one after another, each so long.
    ``only_with`` names a stream that must be on. ``check`` is a checksum at the end. One that is
    ``continued`` may come in two notifications.
    """

    characteristic: Uuid
    parts: Annotated[tuple[Part, ...], Meta(max_length=16)] = ()
    name: Annotated[str, Meta(max_length=60)] = ""
    match: Annotated[tuple[ByteMatch, ...], Meta(max_length=8)] = ()
    byte_order: ByteOrder = "little"
    rest: Literal["refuse", "ignore"] = "refuse"
    stamp: Name | None = None
    counter: Counter | None = None
    size: Annotated[int, Meta(ge=1, le=512)] | None = None
    check: Check | None = None
    only_with: Name | None = None
    continued: Continued | None = None


class Sync(Spec, frozen=True):
    """A characteristic whose notifications are a stream of bytes, cut anywhere.

    Its packets are found by the bytes they begin with, any of ``starts``, and are ``size`` long;
    what lies between is passed over.
    """

    characteristic: Uuid
    starts: Annotated[tuple[Hex, ...], Meta(min_length=1, max_length=8)]
    size: Annotated[int, Meta(ge=2, le=512)]


class Column(Spec, frozen=True):
    """One column of a text line; without ``to``, ``reading`` or ``is_stamp`` it is passed over.

    Columns that are optional stand at the end, and a line may stop before any of them.
    """

    name: Name
    to: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")] | None = None
    reading: Name | None = None
    is_stamp: bool = False
    is_optional: bool = False
    scale: Finite = 1.0
    offset: Finite = 0.0


class TextLines(Spec, frozen=True):
    """Lines of text, cut anywhere by the notifications; empty columns mean no value."""

    characteristic: Uuid
    columns: Annotated[tuple[Column, ...], Meta(min_length=1, max_length=64)]
    separator: Annotated[str, Meta(min_length=1, max_length=1)] = ","
    comment: Annotated[str, Meta(min_length=1, max_length=4)] = "#"
    max_line: Annotated[int, Meta(ge=8, le=4096)] = 256


class Expected(Spec, frozen=True):
    """What a golden packet decodes to; ``values`` row by row, ``nan`` for no value."""

    stream: Name
    values: Annotated[tuple[tuple[float, ...], ...], Meta(max_length=MAX_ROWS)]
    unit: str | None = None
    t_device_ns: int | None = None
    n_lost: int = 0
    tolerance: Annotated[float, Meta(ge=0)] = 1e-9


class Golden(Spec, frozen=True):
    """Packets with known meaning: a profile is only as good as these.

    ``payloads`` are decoded in order by a fresh decoder; ``expect`` lists the packets of all of
    them, ``readings`` what they tell about the wearable, ``rejected`` a piece of the reason
    why one is not taken.
    """

    name: Line
    origin: Literal["real", "vendor_test", "synthetic"]
    characteristic: Uuid
    payloads: Annotated[tuple[Hex, ...], Meta(min_length=1, max_length=64)]
    source: Text = ""
    set: dict[str, float] = msgspec.field(default_factory=dict)
    expect: Annotated[tuple[Expected, ...], Meta(max_length=64)] = ()
    readings: dict[str, float | str] = msgspec.field(default_factory=dict)
    rejected: str | None = None


class ProfileSpec(Spec, frozen=True):
    """A whole profile.

    ``least_firmware`` is the oldest version with which all of it works, ``firmware_advice`` what to
    do about an older one. ``silence_s`` is how long the wearable may say nothing, where the rates
    of its streams do not tell (a packet a breath, say). The steps of ``poll`` are taken every
    ``poll_s`` while it streams.
    """

    schema: Literal["breathsense.profile/1"]
    id: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
    name: Line
    confidence: Literal["A", "B", "C", "D"]
    sources: Annotated[tuple[Text, ...], Meta(min_length=1, max_length=40)]
    streams: Annotated[tuple[Stream, ...], Meta(min_length=1, max_length=32)]
    golden: Annotated[tuple[Golden, ...], Meta(min_length=1, max_length=64)]
    maker: Annotated[str, Meta(max_length=60)] = ""
    wearing: Text = ""
    pairing: Text = ""
    quirks: Annotated[tuple[Text, ...], Meta(max_length=40)] = ()
    recognition: Recognition = Recognition()
    battery: Literal["standard", "packets", "none"] = "none"
    firmware: Literal["standard", "packets", "none"] = "none"
    least_firmware: Annotated[str, Meta(pattern=r"^[0-9]+(\.[0-9]+){0,3}$")] | None = None
    firmware_advice: Text = ""
    silence_s: Annotated[float, Meta(ge=1, le=600)] | None = None
    settings: Annotated[tuple[Setting, ...], Meta(max_length=32)] = ()
    protocol: Protocol | None = None
    packets: Annotated[tuple[Packet, ...], Meta(max_length=64)] = ()
    sync: Annotated[tuple[Sync, ...], Meta(max_length=8)] = ()
    text: Annotated[tuple[TextLines, ...], Meta(max_length=8)] = ()
    start: Annotated[tuple[Step, ...], Meta(max_length=64)] = ()
    stop: Annotated[tuple[Step, ...], Meta(max_length=64)] = ()
    poll: Annotated[tuple[Step, ...], Meta(max_length=16)] = ()
    poll_s: Annotated[float, Meta(ge=5, le=3600)] | None = None
