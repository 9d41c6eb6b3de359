"""The header of a recording: with what, when and by which numbers it was made."""

import hashlib
import json
import platform
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
import numpy as np

from breathsense import __version__
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.sensors import Place, Sensor
from breathsense.core.params import Params
from breathsense.core.profiles.learning import learn
from breathsense.core.profiles.schema import parse_profile
from breathsense.core.setup import Setup, Wearable
from breathsense.recordings.calibrations import from_fields, to_fields
from breathsense.recordings.promises import check_start, check_words

SCHEMA = "breathsense.recording/1"
_NS_PER_US = 1_000
_LARGEST = 4 << 20
"""The text of a profile has 64 kB at most."""


@dataclass(frozen=True, slots=True)
class WearableRecord:
    """One wearable of the session, with the text of its profile.

    Parameters
    ----------
    id : str
        Id within the session; the channels carry it.
    profile_id, profile_text, profile_sha256 : str
        The whole profile, so that the recording can be decoded without anything else.
    place : Place
        Where it was worn.
    name : str
        The name it advertised, as it was; it often ends in a serial number.
    address_hash : str
        Salted hash of the address the platform gave (see ``hash_address``); empty if not known.
    settings : mapping of str to float
        What the user had chosen.

    """

    id: str
    profile_id: str
    profile_text: str
    profile_sha256: str
    place: Place
    name: str = ""
    address_hash: str = ""
    settings: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Header:
    """Everything about a recording that is known before its first item.

    Parameters
    ----------
    started : str
        Start of the session, ISO 8601 with the offset of the local zone.
    anchor_wall_ns : int
        Wall clock (ns since 1970, UTC) at session time 0; read once, never again.
    session_id : str
        Random; says nothing about a person.
    wearables, sensors : tuple
        The setup: wearables with their profiles, and the bare sensors of tables.
    params : mapping
        All numbers of the engine on that day, as plain values.
    program, python, numpy, platform : str
        Versions of what wrote it.
    calibration : mapping or None
        What was known of the wearer before the first item, as plain values.
    notes : str
        Free text of the user.
    is_virtual : bool
        Whether the wearables were virtual ones: then it says nothing of anybody.

    """

    started: str
    anchor_wall_ns: int
    session_id: str
    wearables: tuple[WearableRecord, ...] = ()
    sensors: tuple[Sensor, ...] = ()
    params: dict[str, Any] = field(default_factory=dict)
    program: str = ""
    python: str = ""
    numpy: str = ""
    platform: str = ""
    calibration: dict[str, Any] | None = None
    notes: str = ""
    schema: str = SCHEMA
    is_virtual: bool = False

    def to_json(self) -> str:
        """Return the header as one line of ASCII JSON; the same header gives the same text."""
        return json.dumps(msgspec.to_builtins(self), separators=(",", ":"))

    @staticmethod
    def from_json(text: str | bytes, where: str = "") -> "Header":
        """Read a header back.

        Raises
        ------
        RefusedInput
            The text is no header, or one of a newer format.

        """
        try:
            fields = _read_fields(text)
            _check_schema(fields.get("schema"), where)
            header = msgspec.convert(fields, Header)
            check_start(header.started, header.anchor_wall_ns)
            ids = [one.id for one in header.wearables] + [one.id for one in header.sensors]
            check_words(ids, [one.unit for one in header.sensors])
        except (ValueError, AttributeError, RecursionError) as error:
            raise RefusedInput(
                f"the header of the recording cannot be read ({error})",
                where=where,
                advice="The file is damaged or was changed by hand; try another copy of it.",
            ) from error
        return header

    def setup(self, params: Params | None = None) -> Setup:
        """Build the setup again, profiles parsed from the text kept in the recording.

        Parameters
        ----------
        params : Params, optional
            The numbers to use: today's by default, ``stored_params()`` for those of the day.

        Raises
        ------
        RefusedInput
            A profile or the calibration in the recording cannot be read by this version.

        """
        wearables = tuple(
            Wearable(
                id=worn.id,
                profile=parse_profile(
                    worn.profile_text, f"profile {worn.profile_id} in the recording"
                ),
                place=worn.place,
                name=worn.name,
                settings=dict(worn.settings),
            )
            for worn in self.wearables
        )
        return Setup(
            wearables,
            self.sensors,
            Params() if params is None else params,
            from_fields(self.calibration, "the recording") if self.calibration else None,
        )

    def stored_params(self) -> Params:
        """Return the numbers of the day; RefusedInput where this version has other ones."""
        try:
            return msgspec.convert(self.params, Params)
        except msgspec.ValidationError as error:
            raise RefusedInput(
                f"the numbers stored in the recording do not fit this version ({error})",
                advice=f"Replay with today's numbers, or use {self.program}.",
            ) from error


learn(Header, Params)


def _read_fields(text: str | bytes) -> Any:
    if len(text) > _LARGEST:
        raise ValueError("it is longer than any")
    return msgspec.json.decode(text)


def _check_schema(schema: object, where: str) -> None:
    if schema == SCHEMA:
        return
    family, _, number = str(schema).rpartition("/")
    if family == SCHEMA.rpartition("/")[0] and number.isdigit():
        raise RefusedInput(
            f"the recording has format {number}, this version reads format 1",
            where=where,
            advice="Update BreathSense to read it.",
        )
    raise RefusedInput(
        f"this is no BreathSense recording (its schema is {schema!r})",
        where=where,
        advice="Give a file that BreathSense recorded, or its JSONL dump.",
    )


def build_header(
    setup: Setup,
    anchor_wall_ns: int,
    *,
    address_hashes: Mapping[str, str] | None = None,
    notes: str = "",
    is_virtual: bool = False,
) -> Header:
    """Describe a session that begins now.

    Parameters
    ----------
    setup : Setup
        Wearables, sensors and numbers in use.
    anchor_wall_ns : int
        Wall clock at session time 0 (``SessionClock.origin_wall_ns``).
    address_hashes : mapping of wearable id to str, optional
        From ``hash_address``.
    notes : str
        Free text of the user.
    is_virtual : bool
        Whether the wearables are virtual ones.

    """
    hashes = address_hashes or {}
    return Header(
        started=format_wall_time(anchor_wall_ns),
        anchor_wall_ns=anchor_wall_ns,
        session_id=secrets.token_hex(8),
        wearables=tuple(
            WearableRecord(
                id=worn.id,
                profile_id=worn.profile.id,
                profile_text=worn.profile.text,
                profile_sha256=worn.profile.sha256,
                place=worn.place,
                name=worn.name,
                address_hash=hashes.get(worn.id, ""),
                settings=dict(worn.settings),
            )
            for worn in setup.wearables
        ),
        sensors=setup.sensors,
        params=msgspec.json.decode(msgspec.json.encode(setup.params)),
        program=f"breathsense {__version__}",
        python=platform.python_version(),
        numpy=np.__version__,
        platform=platform.platform(),
        calibration=None if setup.calibration is None else to_fields(setup.calibration),
        notes=notes,
        is_virtual=is_virtual,
    )


def format_wall_time(wall_ns: int) -> str:
    """Write a wall-clock time (ns since 1970) as ISO 8601 in the local zone, to the microsecond."""
    seconds, rest_ns = divmod(wall_ns, 1_000_000_000)
    moment = datetime.fromtimestamp(seconds).astimezone()
    return moment.replace(microsecond=rest_ns // _NS_PER_US).isoformat(timespec="microseconds")


def hash_address(address: str, salt: bytes) -> str:
    """Hash a Bluetooth address so that only who has the salt can tell the same wearable again.

    Without a salt the 48 bits of an address are found by trying them all; the salt stays in the
    data folder (``folder.read_salt``), the recording carries the hash.
    """
    return hashlib.sha256(salt + address.casefold().encode()).hexdigest()[:32]
