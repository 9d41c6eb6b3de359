"""Files of other programs: what comes in is what stands in them, and nonsense is refused."""

import math
import struct
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import Item, Mark
from breathsense.core.model.samples import Gap, SampleBlock
from breathsense.exports.content import Content, Provenance, gather_content
from breathsense.exports.edf_file import write_edf
from breathsense.exports.xdf import write_xdf
from breathsense.recordings.foreign.files import read_foreign
from breathsense.recordings.foreign.session import ForeignSession
from breathsense.recordings.foreign.xdf import check_claims
from breathsense.recordings.inputs import open_inputs

S = 1_000_000_000
BELT = Path(__file__).parents[2] / "recordings" / "belt-at-rest-2min.mcap"


def join(session: ForeignSession, sensor: str) -> tuple[list[int], list[list[float]]]:
    blocks = [one for one in session.items() if isinstance(one, SampleBlock)]
    own = [one for one in blocks if one.sensor == sensor]
    times = [t_ns for one in own for t_ns in one.t_ns.tolist()]
    return times, [row for one in own for row in one.values.tolist()]


def describe(session: ForeignSession) -> dict[str, tuple[str, str]]:
    return {
        one.id: (one.kind, one.unit)
        for stream in session.streams
        for one in stream.describe_sensors()
    }


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def read_all(path: Path) -> list[Item]:
    return [item for session in read_foreign(path) for item in session.items()]


# ---- Vernier Graphical Analysis ----


def test_a_single_data_set_may_stand_without_its_name(tmp_path: Path) -> None:
    path = write(tmp_path / "ga.csv", "Time (s),Force (N)", "0,5.25", "0.1,5.5")
    (only,) = read_foreign(path)
    assert describe(only) == {"abdomen": ("band", "N")}
    assert join(only, "abdomen") == ([0, S // 10], [[5.25], [5.5]])


def test_a_time_that_is_no_time_is_not_taken_for_graphical_analysis(tmp_path: Path) -> None:
    path = write(tmp_path / "own.csv", "time,abdomen[N]", "0,5.25")
    with pytest.raises(RefusedInput, match="not understood"):
        read_foreign(path)


def test_each_data_set_of_graphical_analysis_is_a_session(tmp_path: Path) -> None:
    path = write(
        tmp_path / "ga.csv",
        '"Data Set 1:Time(s)","Data Set 1:Force(N)","Data Set 1:Respiration Rate(bpm)",'
        '"Data Set 2:Time(s)","Data Set 2:Force(N)","Data Set 2:Respiration Rate(bpm)"',
        "0,5.25,,0,7.5,",
        "0.1,5.5,,0.1,7.25,",
        "0.2,5.75,12.5,,,",
    )
    first, second = read_foreign(path)
    assert describe(first) == {
        "abdomen": ("band", "N"),
        "respiration_rate": ("other", "bpm"),
    }
    assert join(first, "abdomen") == ([0, S // 10, S // 5], [[5.25], [5.5], [5.75]])
    assert join(first, "respiration_rate") == ([S // 5], [[12.5]])
    assert join(second, "abdomen") == ([0, S // 10], [[7.5], [7.25]])
    assert first.origin == "Vernier Graphical Analysis CSV"


def test_motion_and_other_units_of_time_are_understood(tmp_path: Path) -> None:
    axes = [f"Run 1: {axis}-axis acceleration (m/s²)" for axis in "XYZ"]
    path = write(tmp_path / "ga.csv", ",".join(["Run 1: Time (ms)", *axes]),
                 "0,9.80665,0,0", "20,0,9.80665,0")  # fmt: skip
    (session,) = read_foreign(path)
    assert describe(session) == {"imu": ("imu", "g")}
    times, values = join(session, "imu")
    assert times == [0, 20_000_000]
    assert values == [[pytest.approx(1.0), 0.0, 0.0], [0.0, pytest.approx(1.0), 0.0]]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["D:Time(s),D:Force(N)", "0,1", "0,2"], "time runs backwards"),
        (["D:Time(s),D:Force(N)", "1e300,1"], "out of range"),
        (["D:Time(weeks),D:Force(N)", "0,1"], "has the unit 'weeks'"),
        (["D:Time(s),D:Light(lux)", "0,1"], "no column holds a sensor"),
        (["D:Time(s),D:Force(N)", "0,x"], "is no number"),
    ],
)
def test_what_makes_no_sense_in_graphical_analysis_is_refused(
    tmp_path: Path, lines: list[str], why: str
) -> None:
    path = write(tmp_path / "ga.csv", *lines)
    with pytest.raises(RefusedInput, match=why):
        read_all(path)


# ---- respyra ----

HEAD = "timestamp,frame,force_n,target_force,error,phase,condition,trial_num,feedback_gain"


def test_phases_of_respyra_come_one_after_the_other_with_notes(tmp_path: Path) -> None:
    path = write(
        tmp_path / "sub-01_ses-001_2026-02-24_143022.csv",
        HEAD,
        "0.5,0,8.0,,,baseline,slow,1,1.0",
        "0.6,1,8.5,,,baseline,slow,1,1.0",
        "0.0,2,9.0,9.5,0.5,tracking,slow,1,1.0",
        "0.1,3,9.25,None,,tracking,slow,1,1.0",
        "",
        "0.2,4,nan,9.5,0.5,tracking,fast,2,1.0",
    )
    (session,) = read_foreign(path)
    base = S // 10 + 2 * S
    times, values = join(session, "abdomen")
    assert times == [0, S // 10, base, base + S // 10]
    assert values == [[8.0], [8.5], [9.0], [9.25]]
    assert join(session, "target_force") == ([base, base + S // 5], [[9.5], [9.5]])
    assert describe(session)["target_force"] == ("other", "N")
    assert [(one.start_ns, one.label) for one in session.marks] == [
        (0, "note: baseline slow 1"),
        (base, "note: tracking slow 1"),
        (base + S // 5, "note: tracking fast 2"),
    ]
    assert any(isinstance(one, Gap) and one.sensor == "abdomen" for one in session.items())
    assert session.started == datetime(2026, 2, 24, 14, 30, 22).astimezone()
    assert "not in the file" in session.warnings[0]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([HEAD, "0,0,1"], "3 cells"),
        (["timestamp,force_n", ",1"], "has no time"),
        (["timestamp,force_n", "1e10,1"], "has no time"),
        (["timestamp,force_n", "0,inf"], "is no number"),
        (["timestamp,force_n", "0,wide"], "is no number"),
    ],
)
def test_what_makes_no_sense_in_respyra_is_refused(
    tmp_path: Path, lines: list[str], why: str
) -> None:
    path = write(tmp_path / "respyra.csv", *lines)
    with pytest.raises(RefusedInput, match=why):
        read_all(path)


# ---- XDF and EDF ----


@pytest.fixture(scope="module")
def belt() -> Content:
    opened = open_inputs([BELT])
    marks: list[Item] = [Mark(5 * S, "note: tea", 0)]
    items = sorted([*opened.items, *marks], key=lambda one: getattr(one, "start_ns", 0))
    return gather_content(opened.setup, items, Provenance("belt", "2026-03-04T15:06:07+00:00"))


def test_what_xdf_holds_comes_in_again(tmp_path: Path, belt: Content) -> None:
    pytest.importorskip("pyxdf", reason="pyxdf is not installed")
    path = tmp_path / "belt.xdf"
    write_xdf(belt, path)
    (session,) = read_foreign(path)
    (raw,) = belt.raw_tracks
    times, values = join(session, "abdomen")
    assert len(times) == len(raw.t_ns)
    shift = int(raw.t_ns[0]) - times[0]
    steps = np.array(times) + shift - raw.t_ns
    assert np.abs(steps).max() < 0.05 * S  # pyxdf evens out jitter
    assert values == raw.values.tolist()
    assert describe(session) == {"abdomen": ("band", "N")}
    assert any("tea" in one.label for one in session.marks)


def test_what_edf_holds_comes_in_again_with_its_annotations(tmp_path: Path, belt: Content) -> None:
    path = tmp_path / "belt.edf"
    write_edf(belt, path)
    (session,) = read_foreign(path)
    told = describe(session)
    assert told == {"abdomen": ("band", "N")}
    assert any("tea" in one.label for one in session.marks)
    assert session.origin == "EDF"
    times, _ = join(session, "abdomen")
    assert len(times) > 1100


def xdf_chunk(tag: int, content: bytes) -> bytes:
    return struct.pack("<BIH", 4, len(content) + 2, tag) + content


HEADER = xdf_chunk(
    2, struct.pack("<I", 1) + b"<info><name>x</name><channel_count>3</channel_count></info>"
)
ENTITIES = b"".join(b'<!ENTITY a%d "%s">' % (at, b"&a%d;" % (at - 1) * 10) for at in range(1, 10))
BOMB = xdf_chunk(
    2,
    struct.pack("<I", 1)
    + b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">'
    + ENTITIES
    + b"]><info><name>&a9;</name><channel_count>1</channel_count></info>",
)
"""Ten thousand million letters, if somebody wrote them out."""


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is no XDF file"),
        (b"RIFF", "it is no XDF file"),
        (b"XDF:\x05abc", "a length in it makes no sense"),
        (b"XDF:\x08\xff\xff\xff\xff\xff\xff\xff\x7f\x03\x00", "longer than the file"),
        (b"XDF:" + HEADER + xdf_chunk(3, struct.pack("<IBQ", 1, 8, 1 << 40)), "more samples"),
        (b"XDF:" + HEADER + xdf_chunk(3, struct.pack("<IBB", 1, 1, 60) + b"x" * 100), "more sampl"),
        (b"XDF:" + HEADER + xdf_chunk(3, b""), "more samples"),
        (b"XDF:" + HEADER + xdf_chunk(3, struct.pack("<IBB", 1, 1, 2) + b"\x00" * 60), "XDF file"),
        (b"XDF:" + BOMB + xdf_chunk(3, struct.pack("<IBB", 1, 1, 1) + b"\x00" * 60), "XDF file"),
        (b"XDF:\x01\x00\x00\x00", "longer than the file"),
    ],
)
def test_an_xdf_file_that_claims_what_is_not_there_is_refused(
    tmp_path: Path, content: bytes, why: str
) -> None:
    path = tmp_path / "x.xdf"
    path.write_bytes(content)
    with pytest.raises(RefusedInput, match=why):
        read_foreign(path)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=200))
def test_no_bytes_break_the_check_of_xdf(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.xdf"
    path.write_bytes(b"XDF:" + content)
    with suppress(RefusedInput):
        check_claims(path)


def test_without_pyxdf_xdf_is_refused(
    tmp_path: Path, belt: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "belt.xdf"
    write_xdf(belt, path)
    monkeypatch.setitem(__import__("sys").modules, "pyxdf", None)
    with pytest.raises(RefusedInput, match="needs the package pyxdf"):
        read_foreign(path)


# ---- the rest ----


def test_own_tables_come_in_as_they_are(tmp_path: Path) -> None:
    rows = [f"{at / 10},{math.sin(at / 8):.4f}" for at in range(100)]
    (session,) = read_foreign(write(tmp_path / "band.csv", "t_s,abdomen[mm]", *rows))
    assert describe(session) == {"abdomen": ("band", "mm")}
    assert len(join(session, "abdomen")[0]) == 100


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="not known"):
        read_foreign(write(tmp_path / "x.txt", "hello"))
    with pytest.raises(RefusedInput, match="columns not understood"):
        read_foreign(write(tmp_path / "x.csv", "time,value", "0,1"))
