"""``breathsense decode``: hex payloads in, one JSON object a line out, in order."""

import json
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from breathsense.cli.options import data_dir_option
from breathsense.cli.saying import say
from breathsense.core.model.errors import RefusedInput

if TYPE_CHECKING:
    from breathsense.core.profiles.schema import Profile
    from breathsense.core.wire.decoding import WearableDecoder

WEARABLE = "stdin"


@click.command(name="decode")
@click.argument("profile_name", metavar="PROFILE")
@click.option(
    "--characteristic",
    "characteristic_text",
    metavar="UUID",
    required=True,
    help="Where the payloads came from: 4 hex digits or the full UUID.",
)
@click.option("--stream", "stream_name", metavar="NAME", help="Print this stream only.")
@click.option(
    "--set",
    "settings_texts",
    metavar="NAME=NUMBER",
    multiple=True,
    help="A setting of the profile, or a scale factor (factor=2.44e-4).",
)
@data_dir_option
def command(
    profile_name: str,
    characteristic_text: str,
    stream_name: str | None,
    settings_texts: tuple[str, ...],
    data_dir: Path,
) -> None:
    """Decode payloads with a wearable's profile.

    PROFILE is the id of a profile or the path of one. Payloads are read from standard input, one
    notification a line, in hex, and come out as one JSON object a line.
    """
    from breathsense.core.wire.decoding import build_decoder
    from breathsense.sources.shelf import FOLDER, find_profile

    profile = find_profile(profile_name, data_dir / FOLDER)
    decoder = build_decoder(profile, dict(map(parse_setting, settings_texts)))
    characteristic = check_characteristic(characteristic_text, decoder, profile)
    if stream_name is not None:
        check_stream(stream_name, profile)
    for line in sys.stdin.buffer:
        answer = decode_line(line, characteristic, decoder, stream_name)
        say(json.dumps(answer, allow_nan=False))


def parse_setting(text: str) -> tuple[str, float]:
    """Return name and value of ``name=value``; raises RefusedInput."""
    name, sign, value = text.partition("=")
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not sign or not math.isfinite(number):
        raise RefusedInput(
            f"{text!r} is not NAME=NUMBER", where="--set", advice="Example: --set factor=2.44e-4"
        )
    return name.strip(), number


def check_characteristic(text: str, decoder: "WearableDecoder", profile: "Profile") -> str:
    """Return the full UUID; raises RefusedInput naming those that the profile has."""
    from breathsense.core.profiles.uuids import parse_uuid, shorten_uuid

    try:
        uuid = parse_uuid(text)
    except ValueError as error:
        raise RefusedInput(str(error), where="--characteristic") from None
    if uuid not in decoder.characteristics:
        known = ", ".join(shorten_uuid(one) for one in decoder.characteristics)
        raise RefusedInput(
            f"the profile {profile.id} does not have {text}",
            where="--characteristic",
            advice=f"It has: {known}",
        )
    return uuid


def check_stream(name: str, profile: "Profile") -> None:
    """Refuse a stream that the profile does not have."""
    names = [stream.name for stream in profile.streams]
    if name not in names:
        raise RefusedInput(
            f"the profile {profile.id} has no stream {name!r}",
            where="--stream",
            advice=f"It has: {', '.join(names)}",
        )


def decode_line(
    line: bytes, characteristic: str, decoder: "WearableDecoder", stream: str | None
) -> dict[str, Any]:
    """Return the object that is printed for one line."""
    from breathsense.core.model.inputs import Notification
    from breathsense.core.model.samples import Rejected
    from breathsense.core.wire.packet import Packet

    try:
        payload = bytes.fromhex(line.decode("ascii"))
    except ValueError:
        return {"samples": [], "rejected": "the line is not made of pairs of hex digits"}
    if not payload:
        return {"samples": [], "rejected": "the line is empty"}
    given = decoder.decode(Notification(WEARABLE, characteristic, payload, 0))
    packets = [one for one in given if isinstance(one, Packet) and len(one.values)]
    reasons = [one.reason for one in given if isinstance(one, Rejected)]
    return {
        "samples": [_describe(one) for one in packets if stream in (None, one.stream)],
        "rejected": "; ".join(reasons) or None,
    }


def _describe(packet: Any) -> dict[str, Any]:
    return {
        "stream": packet.stream,
        "t_device_ns": packet.t_device_ns,
        "unit": packet.unit,
        "values": [
            [value if math.isfinite(value) else None for value in row]
            for row in packet.values.tolist()
        ],
    }
