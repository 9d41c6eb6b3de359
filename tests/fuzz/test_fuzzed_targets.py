"""Every fuzz target for a moment, and every input that once broke something (``findings``)."""

import random
import struct
import tracemalloc
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import run
import zstandard
from recorded_targets import begin_recording, build_belt_header
from targets import TARGETS

FOLDER = Path(__file__).parent
FINDINGS = sorted((FOLDER / "findings").iterdir())
MOST_BYTES = 200 << 20
"""What any one input may make the program take: some times the largest record that is read."""
N_SHORT = 25
N_SLOW = {"exported": 8}
BOMB_MIB = 256


@pytest.fixture(autouse=True)
def no_more_than_memory() -> Iterator[None]:
    tracemalloc.start()
    yield
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < MOST_BYTES


@pytest.mark.parametrize("name", TARGETS)
def test_changed_inputs_break_nothing(name: str) -> None:
    target = TARGETS[name]()
    rng = random.Random(name)  # noqa: S311 - the same inputs each time
    seeds = target.seeds()
    assert seeds
    for content in (
        *seeds[:3],
        *(run.change(rng, seeds) for _ in range(N_SLOW.get(name, N_SHORT))),
    ):
        target.feed(content)


@pytest.mark.parametrize("path", FINDINGS, ids=lambda path: path.name)
def test_what_once_broke_something_does_so_no_more(path: Path) -> None:
    TARGETS[path.name.partition("-")[0]]().feed(path.read_bytes())


def test_a_target_that_breaks_is_told_and_its_input_kept(tmp_path: Path, capsys: Any) -> None:
    def refuse_long(content: bytes) -> None:
        if len(content) > 20:
            raise IndexError("too long")

    assert run.survives(refuse_long, b"short", "toy", tmp_path)
    assert not run.survives(refuse_long, b"x" * 21, "toy", tmp_path)
    (kept,) = tmp_path.iterdir()
    assert kept.read_bytes() == b"x" * 21
    assert "IndexError: too long" in capsys.readouterr().out


def wrap_chunk(packed: bytes, n_bytes: int) -> bytes:
    start = begin_recording(build_belt_header().to_json())
    body = struct.pack("<QQQI", 0, 0, n_bytes, 0) + struct.pack("<I", 4) + b"zstd"
    body += struct.pack("<Q", len(packed)) + packed
    return bytes(start) + struct.pack("<BQ", 0x06, len(body)) + body


@pytest.mark.parametrize("told_bytes", [1 << 20, BOMB_MIB << 20, (1 << 64) - 1])
def test_a_chunk_that_unpacks_to_far_more_is_not_unpacked(told_bytes: int) -> None:
    packer = zstandard.ZstdCompressor().compressobj()
    piece = bytes(1 << 20)
    packed = b"".join(packer.compress(piece) for _ in range(BOMB_MIB)) + packer.flush()
    assert len(packed) < 1 << 20
    TARGETS["recording"]().feed(wrap_chunk(packed, told_bytes))


def test_a_packed_table_without_an_end_is_read_no_further_than_makes_sense() -> None:
    packer = zlib.compressobj(1, wbits=31)
    piece = bytes([0x31]) * (1 << 20)
    packed = packer.compress(b"t_s,abdomen[N]\n")
    packed += b"".join(packer.compress(piece) for _ in range(BOMB_MIB)) + packer.flush()
    TARGETS["packed_csv"]().feed(packed)


@pytest.mark.parametrize("name", ["profile", "programme", "plan", "settings"])
@pytest.mark.parametrize("opened", [b"[", b"{a="])
def test_brackets_without_end_are_refused(name: str, opened: bytes) -> None:
    TARGETS[name]().feed(b"x = " + opened * 20_000)


@pytest.mark.parametrize("name", ["dump", "saved", "notes", "calibration", "sealed"])
def test_json_nested_without_end_is_survived(name: str) -> None:
    for opened in (b"[", b'{"a":'):
        TARGETS[name]().feed(b"h" + opened * 50_000 if name == "sealed" else opened * 50_000)


def test_lengths_larger_than_the_file_are_survived() -> None:
    begun = begin_recording(build_belt_header().to_json())
    for length in (1 << 31, (1 << 64) - 1):
        for opcode in range(1, 0x10):
            TARGETS["recording"]().feed(begun + struct.pack("<BQ", opcode, length) + b"x" * 50)
