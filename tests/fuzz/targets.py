"""What is fuzzed: each target takes any bytes, and may refuse them in words, and nothing else."""

import atexit
import gzip
import io
import json
import shutil
import struct
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import edfio
import numpy as np
from mcap.data_stream import ReadDataStream
from mcap.opcode import Opcode
from mcap.records import Chunk
from mcap.writer import MCAP0_MAGIC, CompressionType, Writer
from msgspec.structs import replace
from zstandard import ZstdDecompressor

from breathsense.core.coaching.plan import parse_plan, parse_prescription
from breathsense.core.coaching.schema import parse_programme
from breathsense.core.engine import build_engine
from breathsense.core.model.calibration import Calibration
from breathsense.core.model.errors import LinkError, RefusedInput
from breathsense.core.model.inputs import Item, LinkEvent, Mark, Notification
from breathsense.core.model.samples import Gap, SampleBlock
from breathsense.core.model.sensors import Sensor
from breathsense.core.profiles.schema import Profile, parse_profile
from breathsense.core.setup import Setup, Wearable
from breathsense.core.stage import run
from breathsense.core.wire.conversation import Action, AnswerMissing, Ask, Read, Script
from breathsense.core.wire.decoding import build_decoder
from breathsense.core.wire.dialogue import build_conversation
from breathsense.core.wire.stage import WireStage
from breathsense.exports.formats import FORMATS
from breathsense.library.exporting import export_sessions
from breathsense.recordings import mcap_stream
from breathsense.recordings.calibrations import SCHEMA, read_calibration, to_fields
from breathsense.recordings.foreign.files import read_foreign
from breathsense.recordings.header import Header, build_header
from breathsense.recordings.journal import Journal
from breathsense.recordings.jsonl import write_dump
from breathsense.recordings.marks import read_marks
from breathsense.recordings.mcap_writer import CHANNEL_NAME, HEADER_NAME, checksum
from breathsense.recordings.notes import read_notes
from breathsense.recordings.reader import open_recording
from breathsense.recordings.repair import repair_recording
from breathsense.recordings.tables import read_table
from breathsense.session import texts
from breathsense.session.programmes import load_programmes
from breathsense.session.settings import load_settings, save_settings
from breathsense.session.texts import find_language, say_n, take_language
from breathsense.sources.saved import load_saved
from breathsense.sources.shelf import read_profile, shipped_folder

ROOT = Path(__file__).resolve().parents[2]
MOST_ACTIONS = 2_000
"""A start script that goes on for longer is led round in circles by the wearable."""
MOST_STEP_NS = 4_000_000_000

PROFILES = [read_profile(path) for path in sorted(shipped_folder().glob("*.toml"))]
CHARACTERISTICS = [
    sorted({str(golden.characteristic) for golden in profile.spec.golden}) for profile in PROFILES
]
SHELF = load_programmes()

Feed = Callable[[bytes], None]


@dataclass(frozen=True)
class Target:
    """One thing that takes bytes of strangers.

    ``feed`` returns, or raises what makes a finding; ``seeds`` gives inputs that get far.
    """

    feed: Feed
    seeds: Callable[[], list[bytes]]


# What wearables send


def split_frames(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Cut bytes into frames: kind, duration byte, payload with its length before it."""
    at = 0
    while at + 3 <= len(content):
        kind, step, length = content[at : at + 3]
        yield kind, step, content[at + 3 : at + 3 + length]
        at += 3 + length


def join_frames(frames: list[tuple[int, int, bytes]]) -> bytes:
    """Return the bytes that ``split_frames`` cuts into these."""
    return b"".join(
        bytes((kind, step, min(len(payload), 255))) + payload[:255]
        for kind, step, payload in frames
    )


def list_notifications(position: int, content: bytes) -> list[Item]:
    """Notifications of a profile's characteristics, and a lost link now and then."""
    known, host_ns = CHARACTERISTICS[position], 0
    items: list[Item] = []
    for kind, step, payload in split_frames(content):
        host_ns += step * (MOST_STEP_NS >> 8)
        if kind == 0xFF:
            items.append(LinkEvent("one", "lost", host_ns))
        else:
            items.append(Notification("one", known[kind % len(known)], payload, host_ns))
    return items


DECODERS = [build_decoder(profile, {}) for profile in PROFILES]
"""Kept from input to input: what came before must not open a door either."""


def feed_packet(content: bytes) -> None:
    """One notification, into the decoder of one profile: quick, so that very many can be tried."""
    if len(content) > 1:
        position = content[0] % len(PROFILES)
        known = CHARACTERISTICS[position]
        characteristic = known[content[1] % len(known)]
        DECODERS[position].decode(Notification("one", characteristic, content[2:], 0))


def list_packets() -> list[bytes]:
    """Golden packets of each profile, with what they belong to before them."""
    return [
        bytes((position, CHARACTERISTICS[position].index(str(golden.characteristic)))) + payload
        for position, profile in enumerate(PROFILES)
        for golden in profile.spec.golden
        for payload in golden.payloads[:8]
    ]


def feed_wire(content: bytes) -> None:
    """Any notifications into the decoder and the clocks of any profile."""
    position = content[0] % len(PROFILES) if content else 0
    stage = WireStage("one", PROFILES[position], "abdomen", {}, joins_runs=len(content) % 2 == 0)
    run(stage, list_notifications(position, content[1:]))


def feed_session(content: bytes) -> None:
    """The same through the whole engine."""
    position = content[0] % len(PROFILES) if content else 0
    setup = Setup((Wearable("one", PROFILES[position]),))
    run(build_engine(setup), list_notifications(position, content[1:]))


def list_golden_frames() -> list[bytes]:
    """Golden packets of each profile as frames."""
    seeds = []
    for position, profile in enumerate(PROFILES):
        frames = [
            (CHARACTERISTICS[position].index(str(golden.characteristic)), 16, bytes(payload))
            for golden in profile.spec.golden
            for payload in golden.payloads
        ]
        seeds.append(bytes((position,)) + join_frames(frames[:40]))
    return seeds


def feed_talk(content: bytes) -> None:
    """Any answers into what is said to a wearable, when it starts and when it stops."""
    position = content[0] % len(PROFILES) if content else 0
    conversation = build_conversation(PROFILES[position], {})
    answers = split_frames(content[1:])
    for script in (conversation.start(), conversation.stop()):
        with suppress(LinkError, AnswerMissing):
            lead(script, answers)


def lead(script: Script, answers: Iterator[tuple[int, int, bytes]]) -> None:
    """Answer a script; an answer that is not taken for one counts as none."""
    action: Action = next(script)
    with suppress(StopIteration):
        for _ in range(MOST_ACTIONS):
            payload = next(answers, (0, 0, b""))[2]
            if isinstance(action, Ask) and not action.is_answer(
                action.write.characteristic, payload
            ):
                action = script.throw(AnswerMissing())
            else:
                action = script.send(payload if isinstance(action, Ask | Read) else None)
        raise AssertionError("the script does not end")


# Texts


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


# Files


def in_file(name: str, use: Callable[[Path], None]) -> Feed:
    """Return what writes bytes into a file and lets it be used; refusals in words are answers."""
    folder = make_folder()

    def feed(content: bytes) -> None:
        path = folder / name
        path.write_bytes(content)
        with suppress(RefusedInput):
            use(path)

    return feed


def make_folder() -> Path:
    """Return a fresh folder, in memory where that is to be had; it goes when the program ends."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own in it
    folder = tempfile.mkdtemp(prefix="fuzz-", dir=memory if memory.is_dir() else None)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def use_recording(path: Path) -> None:
    """Read a recording through; what it was made with is looked at, too."""
    recording = open_recording(path)
    n_items = sum(1 for _ in recording.items())
    assert n_items == recording.n_items
    recording.header.setup()


def use_analysis(path: Path) -> None:
    """Run the engine over whatever a recording holds."""
    recording = open_recording(path)
    run(build_engine(recording.header.setup()), recording.items())


def use_repair(path: Path) -> None:
    """Repair it into another file, which must be whole."""
    output = path.with_name("repaired.mcap")
    output.unlink(missing_ok=True)
    repair_recording(path, output)
    assert not open_recording(output).problem.startswith("damaged")


def use_table(path: Path) -> None:
    """Read a table and find breaths in it."""
    table = read_table(path, 25.0, ignore_columns=True)
    run(build_engine(Setup(sensors=table.sensors)), table.items())


def use_foreign(path: Path) -> None:
    """Read a file of another program."""
    for session in read_foreign(path):
        for stream in session.streams:
            stream.describe_sensors()
        for _ in session.items():
            pass


def use_settings(path: Path) -> None:
    """Read the settings, and change one: what is in the file stays."""
    settings = load_settings(path.parent)
    save_settings(path.parent, replace(settings, author="fuzz"))
    assert load_settings(path.parent) == replace(settings, author="fuzz")


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


def record(content: list[Item], header: Header | None = None) -> bytes:
    """Return the bytes of a small recording, of a belt by default."""
    path = make_folder() / "a.mcap"
    header = header or build_belt_header()
    journal = Journal(path, header, wall_ns=lambda: 1, monotonic_ns=lambda: 2)
    for item in content:
        journal.append(item)
    return journal.close().read_bytes()


BELT = "sweetzpot-flow"


def list_belt_items() -> list[Item]:
    """Forty seconds of a belt with a mark and a lost link."""
    characteristic = str(find_belt().profile.spec.golden[0].characteristic)
    items: list[Item] = [LinkEvent("belt", "streaming", 0)]
    for number in range(57):
        payload = struct.pack("<7h", *(number * 7 % 50 + k for k in range(7)))
        items.append(Notification("belt", characteristic, payload, number * 700_000_000))
    return [*items, Mark(9_950_000_000, "note: done"), LinkEvent("belt", "lost", 39_900_000_000)]


def list_recordings() -> list[bytes]:
    """A recording, an empty one, one cut short, and a shipped sample if it is small."""
    whole = record(list_belt_items())
    return [whole, record([]), whole[: len(whole) // 2]]


def list_dumps() -> list[bytes]:
    """The same as JSONL."""
    folder = make_folder()
    dumps = []
    for number, content in enumerate(list_recordings()):
        path = folder / f"{number}.mcap"
        path.write_bytes(content)
        write_dump(open_recording(path), path.with_suffix(".jsonl"))
        dumps.append(path.with_suffix(".jsonl").read_bytes())
    return dumps


def begin_recording(header_text: str) -> bytes:
    """Return the first records of a recording: its header, sealed as the program seals it."""
    file = io.BytesIO()
    writer = Writer(file, compression=CompressionType.NONE)
    writer.start(profile="breathsense", library="fuzz")
    add_sealed(writer, HEADER_NAME, header_text)
    return file.getvalue()


def add_sealed(writer: Writer, name: str, text: str) -> None:
    """Add metadata with a checksum that fits: a checksum keeps out accidents, not strangers."""
    writer.add_metadata(name, {"json": text, "sha256": checksum(text.encode())})


def build_belt_header() -> Header:
    """Return the header of a session with one belt."""
    return build_header(Setup((find_belt(),)), 10**18)


def find_belt() -> Wearable:
    """Return a belt whose packets are plain numbers."""
    return Wearable("belt", next(one for one in PROFILES if one.id == BELT))


def wrap_chunk(use: Callable[[Path], None]) -> Feed:
    """Return what takes bytes for the content of a chunk, without the checksum that guards it."""
    start = begin_recording(build_belt_header().to_json())
    feed_file = in_file("a.mcap", use)

    def feed(content: bytes) -> None:
        feed_file(start + frame_chunk(content))

    return feed


def wrap_export() -> Feed:
    """Return what takes bytes for a format and the content of a chunk, and writes that format."""
    start = begin_recording(build_table_header().to_json())
    folder = make_folder()
    path, output = folder / "a.mcap", folder / "out"

    def feed(content: bytes) -> None:
        name = sorted(FORMATS)[(content or b"\0")[0] % len(FORMATS)]
        path.write_bytes(start + frame_chunk(content[1:]))
        with suppress(RefusedInput):
            export_sessions([path], name, output)
        if output.is_dir():
            shutil.rmtree(output)
        output.unlink(missing_ok=True)

    return feed


def build_table_header() -> Header:
    """Return the header of a session of a belt, a motion sensor and a heart."""
    sensors = (
        Sensor("abdomen", "band", "abdomen", "N"),
        Sensor("imu", "imu", "abdomen", "g"),
        Sensor("heart", "heart", "chest", "ms"),
    )
    return build_header(Setup(sensors=sensors), 10**18)


def list_table_items() -> list[Item]:
    """Eight seconds of each, with a hole and marks."""
    times = np.arange(80) * 100_000_000
    wave = 2 - 2 * np.cos(2 * np.pi * times / 4e9)
    tilted = np.stack([np.sin(wave / 50), 0 * wave, np.cos(wave / 50)], axis=1)
    return [
        Mark(0, "calibration.quiet", 20_000_000_000),
        SampleBlock("abdomen", "band", times[:40], wave[:40, None]),
        SampleBlock("imu", "acc", times, tilted),
        Gap("abdomen", "band", 4_000_000_000, 6_000_000_000, "no_data"),
        SampleBlock("abdomen", "band", times[60:], wave[60:, None]),
        SampleBlock("heart", "rr", times[::10], np.full((8, 1), 1000.0)),
        Mark(5_000_000_000, "note: =1 <b>"),
    ]


def list_exports() -> list[bytes]:
    """The chunk of such a session, for each format."""
    chunk = list_chunks(list_table_items(), build_table_header())[0]
    return [bytes((number,)) + chunk for number in range(len(FORMATS))]


def frame_chunk(content: bytes) -> bytes:
    """Return the record of a chunk that is not packed, and has no checksum."""
    chunk = struct.pack("<QQQIIQ", 0, 0, len(content), 0, 0, len(content)) + content
    return struct.pack("<BQ", 0x06, len(chunk)) + chunk


def wrap_sealed() -> Feed:
    """Return what takes bytes for the texts that a recording tells of itself and its channels."""
    whole = build_belt_header().to_json()
    feed_file = in_file("a.mcap", use_recording)
    chunk = list_chunks()[0]

    def feed(content: bytes) -> None:
        text = content[1:].decode(errors="replace")
        is_header = content[:1] == b"h"
        file = io.BytesIO()
        writer = Writer(file, compression=CompressionType.NONE)
        writer.start(profile="breathsense", library="fuzz")
        add_sealed(writer, HEADER_NAME, text if is_header else whole)
        if not is_header:
            add_sealed(writer, CHANNEL_NAME, text)
        body = struct.pack("<QQQIIQ", 0, 0, len(chunk), 0, 0, len(chunk)) + chunk
        feed_file(file.getvalue() + struct.pack("<BQ", 0x06, len(body)) + body)

    return feed


def list_sealed() -> list[bytes]:
    """The header of a recording, and what it tells of a channel."""
    channel = {
        "id": 1,
        "topic": "/raw/belt",
        "encoding": "breathsense.raw",
        "layout": ["Raw", "text", "00"],
        "metadata": [["wearable", "belt"]],
    }
    return [b"h" + build_belt_header().to_json().encode(), b"c" + json.dumps(channel).encode()]


def list_chunks(content: list[Item] | None = None, header: Header | None = None) -> list[bytes]:
    """The unpacked chunks of a recording, of a belt by default."""
    whole = record(list_belt_items() if content is None else content, header)
    found, at = [], len(MCAP0_MAGIC)
    while at < len(whole) - len(MCAP0_MAGIC):
        opcode, length = struct.unpack_from("<BQ", whole, at)
        if opcode == Opcode.CHUNK:
            stream = ReadDataStream(io.BytesIO(whole[at + 9 : at + 9 + length]))
            found.append(mcap_stream._unpack(Chunk.read(stream), ZstdDecompressor()))
        at += 9 + length
    return found


def list_tables() -> list[bytes]:
    """Tables of a band, of an IMU with holes, and of marks of time in ms."""
    band = "".join(f"{k / 10},{3 + k % 40 / 10}\n" for k in range(150))
    imu = "".join(f"{k * 20},{k % 7 / 100},0.1,{'' if k % 31 == 0 else 0.98}\n" for k in range(100))
    rows = "".join(f"{k % 9}\n" for k in range(60))
    return [
        b"t_s,abdomen[N]\n" + band.encode(),
        b"t_ms,acc_x[g],acc_y[g],acc_z[g]\n" + imu.encode(),
        b"chest[mm]\r\n" + rows.encode(),
        b't_s,"abdomen[N]",odd\n0,1,x\n1,2,y\n',
    ]


def list_foreign() -> list[bytes]:
    """Tables of Vernier Graphical Analysis and of respyra."""
    rows = "".join(f"{k / 10},{k % 9},{k / 10 if k < 40 else ''},{k % 5}\n" for k in range(80))
    names = "Data Set 1:Time(s),Data Set 1:Force(N),Data Set 2:Time(min),Data Set 2:Force(N)\n"
    live = "".join(f"{1.7e9 + k / 10},{k % 9},{k % 3}\n" for k in range(80))
    return [(names + rows).encode(), ("timestamp,force_n,phase\n" + live).encode()]


def list_xdf() -> list[bytes]:
    """An XDF file with one stream of two channels."""

    def chunk(tag: int, content: bytes) -> bytes:
        return struct.pack("<BIH", 4, len(content) + 2, tag) + content

    told = (
        "<info><name>belt</name><type>Respiration</type><channel_count>2</channel_count>"
        "<nominal_srate>10</nominal_srate><channel_format>double64</channel_format><desc><channels>"
        "<channel><label>abdomen</label><unit>N</unit></channel><channel><label>chest</label>"
        "<unit>N</unit></channel></channels></desc></info>"
    )
    samples = b"".join(struct.pack("<Bddd", 8, k / 10, k % 9, k % 7) for k in range(60))
    footer = "<info><first_timestamp>0</first_timestamp><sample_count>60</sample_count></info>"
    whole = b"XDF:" + chunk(1, b"<info><version>1.0</version></info>")
    whole += chunk(2, struct.pack("<I", 1) + told.encode())
    whole += chunk(3, struct.pack("<IBB", 1, 1, 60) + samples)
    return [whole + chunk(6, struct.pack("<I", 1) + footer.encode())]


def list_edf() -> list[bytes]:
    """A small EDF+ file of a belt, and one with holes."""
    rng = np.random.default_rng(1)
    signal = edfio.EdfSignal(rng.normal(size=250), 25, label="Resp abdomen", physical_dimension="N")
    file = io.BytesIO()
    edfio.Edf([signal], annotations=[edfio.EdfAnnotation(1, None, "x")]).write(file)
    whole = file.getvalue()
    return [whole, whole.replace(b"EDF+C", b"EDF+D"), whole[:600]]


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


TARGETS: dict[str, Callable[[], Target]] = {
    "packet": lambda: Target(feed_packet, list_packets),
    "wire": lambda: Target(feed_wire, list_golden_frames),
    "session": lambda: Target(feed_session, list_golden_frames),
    "talk": lambda: Target(feed_talk, list_golden_frames),
    "profile": lambda: Target(feed_profile, lambda: read_seeds("firmware_profiles")),
    "programme": lambda: Target(feed_programme, lambda: read_seeds("programmes")),
    "plan": lambda: Target(feed_plan, lambda: [*read_seeds("programmes/plans"), PRESCRIPTION]),
    "recording": lambda: Target(in_file("a.mcap", use_recording), list_recordings),
    "repair": lambda: Target(in_file("a.mcap", use_repair), list_recordings),
    "chunk": lambda: Target(wrap_chunk(use_recording), list_chunks),
    "exported": lambda: Target(wrap_export(), list_exports),
    "catalogue": lambda: Target(feed_catalogue(), list_catalogues),
    "analysis": lambda: Target(wrap_chunk(use_analysis), list_chunks),
    "sealed": lambda: Target(wrap_sealed(), list_sealed),
    "dump": lambda: Target(in_file("a.jsonl", use_recording), list_dumps),
    "csv": lambda: Target(in_file("a.csv", use_table), list_tables),
    "packed_csv": lambda: Target(
        in_file("a.csv.gz", use_table), lambda: [gzip.compress(one) for one in list_tables()]
    ),
    "edf": lambda: Target(in_file("a.edf", use_table), list_edf),
    "foreign": lambda: Target(in_file("a.csv", use_foreign), list_foreign),
    "xdf": lambda: Target(in_file("a.xdf", use_foreign), list_xdf),
    "marks": lambda: Target(in_file("marks.csv", use_marks), lambda: [MARKS]),
    "settings": lambda: Target(in_file("settings.toml", use_settings), lambda: [SETTINGS]),
    "saved": lambda: Target(in_file("wearables.json", use_saved), lambda: [SAVED]),
    "notes": lambda: Target(in_file("a.notes", use_notes), lambda: [NOTES]),
    "calibration": lambda: Target(in_file("c.json", use_calibration), list_calibrations),
}
"""What builds each target, so that a run pays only for the one that it fuzzes."""
