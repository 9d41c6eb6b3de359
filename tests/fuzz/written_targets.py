"""Texts that people and programs write: profiles, programmes, settings, marks, catalogues."""

import json
import struct
from contextlib import suppress
from pathlib import Path

from fuzzing import ROOT, Feed, make_folder
from msgspec.structs import replace
from sent_targets import lead

from breathsense.core.coaching.plan import parse_plan, parse_prescription
from breathsense.core.coaching.schema import parse_programme
from breathsense.core.model.calibration import Calibration
from breathsense.core.model.errors import LinkError, RefusedInput
from breathsense.core.model.inputs import Notification
from breathsense.core.profiles.schema import Profile, parse_profile
from breathsense.core.wire.conversation import AnswerMissing
from breathsense.core.wire.dialogue import build_conversation
from breathsense.core.wire.stage import WireStage
from breathsense.recordings.calibrations import SCHEMA, read_calibration, to_fields
from breathsense.recordings.marks import read_marks
from breathsense.recordings.notes import read_notes
from breathsense.session import texts
from breathsense.session.programmes import load_programmes
from breathsense.session.saved import load_saved
from breathsense.session.settings import load_settings, save_settings
from breathsense.session.texts import find_language, say_n, take_language

SHELF = load_programmes()


def read_seeds(*folders: str) -> list[bytes]:
    """Read all TOML files of some folders of the project."""
    return [
        path.read_bytes() for folder in folders for path in sorted((ROOT / folder).rglob("*.toml"))
    ]


def feed_profile(content: bytes) -> None:
    """Any text as a profile; one that is taken decodes its own golden packets."""
    with suppress(RefusedInput):
        profile = parse_profile(content.decode(errors="surrogateescape"), "fuzz")
        use_profile(profile)


def use_profile(profile: Profile) -> None:
    """Let a stranger's profile decode something, and speak."""
    stage = WireStage("one", profile, "abdomen", {})
    golden = [(str(one.characteristic), p) for one in profile.spec.golden for p in one.payloads]
    for number, (characteristic, payload) in enumerate(golden[:50]):
        for cut in (bytes(payload), bytes(payload)[:5], b"\xff" * 20):
            stage.push(Notification("one", characteristic, cut, number * 1_000_000))
    stage.flush()
    with suppress(LinkError, AnswerMissing):
        lead(build_conversation(profile, {}).start(), iter(()))


def feed_programme(content: bytes) -> None:
    """Any text as a programme."""
    with suppress(RefusedInput):
        parse_programme(content.decode(errors="surrogateescape"), "fuzz")


def feed_plan(content: bytes) -> None:
    """Any text as a plan and as a prescription."""
    text = content.decode(errors="surrogateescape")
    for parse in (parse_plan, parse_prescription):
        with suppress(RefusedInput):
            parse(text, "fuzz", SHELF.programmes)


PRESCRIPTION = b"""schema = "breathsense.prescription/1"
code = "A7"
goal = "expand"
approve = ["core.fill_the_can"]
[limits]
effort = 5
hold_s = 20
[[item]]
programme = "breath.belly"
times_a_day = 2
"""


def feed_catalogue() -> Feed:
    """Return what takes bytes for the texts of a language that somebody has put there."""
    folder = make_folder()
    path = folder / "de" / "LC_MESSAGES" / "breathsense.mo"
    path.parent.mkdir(parents=True)

    def feed(content: bytes) -> None:
        path.write_bytes(content)
        try:
            take_language("de", {}, (folder,))
            find_language()
            say_n(*DAYS, 3)
            texts._(SHARE).format(share=4.5)
            texts._(COUNT).format(n=7, of="x")
        finally:
            take_language("en", {})

    return feed


DAYS = ("{n} day", "{n} days")
SHARE, COUNT = "{share:.1f} %", "{n} of {of}"


def list_catalogues() -> list[bytes]:
    """A catalogue with a rule of plurals, as gettext packs it, and that of the program."""
    pairs = {
        "": "Language: de\nContent-Type: text/plain; charset=UTF-8\n"
        "Plural-Forms: nplurals=2; plural=(n != 1);\n",
        "\0".join(DAYS): "{n} Jahr\0{n} Jahre",
        SHARE: "{share:.1f} %!",
        COUNT: "{n} von {of}",
    }
    at = 28 + 16 * len(pairs)
    tables, content = b"", b""
    for words in (pairs.keys(), pairs.values()):
        for one in words:
            tables += struct.pack("<II", len(one.encode()), at + len(content))
            content += one.encode() + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    return [head + tables + content]


def use_settings(path: Path) -> None:
    """Read the settings, and change one: what is in the file stays."""
    settings = load_settings(path.parent)
    save_settings(path.parent, replace(settings, author="fuzz"))
    assert load_settings(path.parent) == replace(settings, author="fuzz")


def use_saved(path: Path) -> None:
    """Read the wearables that were used before."""
    load_saved(path.parent)


def use_notes(path: Path) -> None:
    """Read what is kept beside a recording."""
    read_notes(path.with_name("a.mcap"))


def use_calibration(path: Path) -> None:
    """Read a calibration."""
    read_calibration(path)


def use_marks(path: Path) -> None:
    """Read marks."""
    read_marks(path)


MARKS = b"t_s,duration_s,label\n1,2,calibration.quiet\n10.5,,note: a, b\n20,3,exercise.brace\n"
SETTINGS = b"""schema = "breathsense.settings/1"
theme = "morning"
motion = "reduced"
author = "physio"
sound.is_on = true
sound.volume = 0.5
pacer = { in_s = 4.0, out_s = 6.0 }

[reminders] # of a break
every_min = 45
quiet_from = "21:00"

[web]
port = 8770

[keys]
stop = "x"
"""
SAVED = (
    b'{"wearables":[{"name":"GDX-RB 1","profile_id":"vernier-gdx-rb","place":"abdomen",'
    b'"ids":{"linux":"AA:BB"},"settings":{}}],"n_last":1,"schema":"breathsense.wearables/1"}'
)
NOTES = (
    b'{"what":"annotation","id":"a1","at":"2026-01-01","by":"x","start_ns":5,"text":"x"}\n'
    b'{"what":"breath","id":"a2","at":"2026-01-01","by":"x","was":null,"now":null}\n'
    b'{"what":"undo","id":"a3","at":"2026-01-01","by":"x","of":"a1"}\n'
)


def list_calibrations() -> list[bytes]:
    """One that says nothing, as it is stored."""
    fields = {"schema": SCHEMA, "calibration": to_fields(Calibration())}
    return [json.dumps(fields).encode()]
