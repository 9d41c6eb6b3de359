import errno
import os
import stat
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mcap.reader import make_reader

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import Item, LinkEvent, Notification
from breathsense.recordings import journal as journal_module
from breathsense.recordings import spool as spool_module
from breathsense.recordings.header import Header
from breathsense.recordings.journal import Journal
from breathsense.recordings.reader import open_recording
from breathsense.recordings.reserve import Reserve

HALF_S = 500_000_000
needs_posix = pytest.mark.skipif(os.name == "nt", reason="POSIX only")


def notification(t_ns: int, payload: bytes = b"\x01\x02") -> Notification:
    return Notification("belt", "f4bf14a6-c7d5-4b6d-8aa8-df1a7c83adcb", payload, t_ns)


def steps(n_items: int, step_ns: int = 100_000_000) -> list[Notification]:
    return [notification(number * step_ns, bytes([number % 256])) for number in range(n_items)]


def read_items(path: Path) -> list[Item]:
    return list(open_recording(path).items())


class Disk:
    """Stands between the journal and the disk; fails with an error as long as it is told to."""

    def __init__(self) -> None:
        self.error: OSError | None = None
        self.takes = 0
        self._write = os.write

    def write(self, file: int, content: bytes) -> int:
        if self.error is None:
            return self._write(file, content)
        if self.takes:
            n_taken = min(self.takes, len(content))
            self.takes -= n_taken
            return self._write(file, bytes(content)[:n_taken])
        raise self.error


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    disk = Disk()
    monkeypatch.setattr(spool_module.os, "write", disk.write)
    yield disk
    disk.error = None


def test_the_file_is_a_part_until_it_is_closed(header: Header, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a.mcap", header)
    assert [path.name for path in tmp_path.iterdir()] == ["a.mcap.part"]
    assert journal.close() == tmp_path / "a.mcap"
    assert [path.name for path in tmp_path.iterdir()] == ["a.mcap"]


def test_closing_twice_changes_nothing(header: Header, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a.mcap", header)
    content = journal.close().read_bytes()
    assert journal.close().read_bytes() == content


@needs_posix
def test_only_the_user_may_read_it(header: Header, tmp_path: Path) -> None:
    path = Journal(tmp_path / "new" / "a.mcap", header).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("taken", ["a.mcap", "a.mcap.part"])
def test_an_existing_file_is_refused(header: Header, tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).write_text("mine")
    with pytest.raises(RefusedInput, match="name"):
        Journal(tmp_path / "a.mcap", header)
    assert (tmp_path / taken).read_text() == "mine"


def test_a_name_taken_meanwhile_is_left_alone(header: Header, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a.mcap", header)
    (tmp_path / "a.mcap").write_text("mine")
    assert journal.close() == tmp_path / "a-2.mcap"
    assert (tmp_path / "a.mcap").read_text() == "mine"
    assert "a-2.mcap" in journal.problem


def test_a_place_that_cannot_be_written_is_refused(header: Header, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RefusedInput, match="no recording can be made here"):
        Journal(tmp_path / "file" / "a.mcap", header)


def test_what_is_older_than_half_a_second_is_in_the_file(header: Header, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a.mcap", header)
    items = steps(50)
    for number, item in enumerate(items):
        journal.append(item)
        found = read_items(tmp_path / "a.mcap.part")
        assert found == items[: len(found)]
        assert item.host_ns - HALF_S < items[len(found)].host_ns if number >= len(found) else True
    journal.close()


def test_silence_is_flushed_by_ticks(header: Header, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a.mcap", header)
    journal.append(notification(1))
    journal.tick(HALF_S - 1)
    assert read_items(tmp_path / "a.mcap.part") == []
    journal.tick(HALF_S)
    assert read_items(tmp_path / "a.mcap.part") == [notification(1)]
    journal.close()


def test_an_unclosed_file_says_how_far_it_goes(header: Header, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a.mcap", header)
    for item in steps(26):
        journal.append(item)
    recording = open_recording(tmp_path / "a.mcap.part")
    assert recording.problem == "recovered up to 2.5 s: the file ends in the middle"
    journal.close()


def test_any_program_that_reads_mcap_can_read_it(
    record: Callable[..., Path], belt_items: list[Item]
) -> None:
    with record(belt_items).open("rb") as file:
        reader = make_reader(file, validate_crcs=True)
        payloads = [
            message.data
            for _, channel, message in reader.iter_messages()
            if channel.topic.startswith("ble/")
        ]
        assert reader.get_header().profile == "breathsense"
        names = [metadata.name for metadata in reader.iter_metadata()]
    assert payloads == [item.payload for item in belt_items if isinstance(item, Notification)]
    assert names.count("breathsense.header") == 2


def test_the_clocks_are_compared_every_minute(header: Header, tmp_path: Path) -> None:
    walls = iter(range(100, 200))
    journal = Journal(
        tmp_path / "a.mcap", header, wall_ns=lambda: next(walls), monotonic_ns=lambda: 7
    )
    for second in range(0, 181, 10):
        journal.tick(second * 1_000_000_000)
    recording = open_recording(journal.close())
    pairs = [r.payload for r in recording.records() if r.channel.topic == "clock"]  # type: ignore[union-attr] # every record of this file is a message
    assert pairs == [
        b'{"session_ns":%d,"wall_ns":%d,"monotonic_ns":7}' % (minute * 60_000_000_000, 100 + minute)
        for minute in range(4)
    ]
    assert recording.n_items == 0


def test_a_full_disk_is_told_and_nothing_is_lost(
    header: Header, tmp_path: Path, disk: Disk
) -> None:
    journal = Journal(tmp_path / "a.mcap", header)
    items = steps(60)
    for number, item in enumerate(items):
        if number == 20:
            disk.error, disk.takes = OSError(errno.ENOSPC, "No space left"), 13
        if number == 40:
            assert journal.problem.startswith("the disk is full; what comes is kept in memory")
            disk.error = None
        journal.append(item)
    assert journal.problem == ""
    recording = open_recording(journal.close())
    assert list(recording.items()) == items
    assert recording.problem == ""


def test_what_came_before_a_full_disk_can_be_read(
    header: Header, tmp_path: Path, disk: Disk
) -> None:
    journal = Journal(tmp_path / "a.mcap", header)
    for number, item in enumerate(steps(60)):
        if number == 20:
            disk.error, disk.takes = OSError(errno.ENOSPC, "No space left"), 13
        journal.append(item)
    assert read_items(tmp_path / "a.mcap.part") == steps(16)


def test_memory_is_bounded_while_the_disk_is_full(
    header: Header, tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "MAX_PENDING_BYTES", 1000)
    journal = Journal(tmp_path / "a.mcap", header)
    disk.error = OSError(errno.ENOSPC, "No space left")
    for item in steps(1000):
        journal.append(item)
    assert "records could not be kept" in journal.problem
    disk.error = None
    journal.tick(200_000_000_000)
    journal.append(notification(300_000_000_000))
    recording = open_recording(journal.close())
    found = list(recording.items())
    kept = found[:-1]
    assert kept == steps(1000)[: len(kept)]
    assert found[-1] == notification(300_000_000_000)
    assert recording.problem.endswith("records are missing")


def test_a_disk_full_at_the_very_end_takes_the_rest_into_the_room_that_was_kept(
    header: Header, tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_back = Reserve.give_back

    def free(reserve: Reserve) -> None:
        assert reserve.n_bytes == 65_536
        give_back(reserve)
        disk.error = None

    monkeypatch.setattr(Reserve, "give_back", free)
    journal = Journal(tmp_path / "a.mcap", header)
    disk.error = OSError(errno.ENOSPC, "No space left")
    for item in steps(20):
        journal.append(item)
    assert journal.close() == tmp_path / "a.mcap"
    assert journal.problem == ""
    assert read_items(tmp_path / "a.mcap") == steps(20)


@needs_posix
def test_the_room_that_is_kept_is_real_and_has_no_name(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert reserve._file is not None
    assert os.fstat(reserve._file).st_blocks * 512 >= reserve.n_bytes == 65_536
    reserve.give_back()
    assert reserve.n_bytes == 0
    reserve.give_back()
    assert Reserve(tmp_path / "nowhere").n_bytes == 0


def test_no_room_is_kept_on_a_full_disk(tmp_path: Path, disk: Disk) -> None:
    disk.error = OSError(errno.ENOSPC, "No space left")
    assert Reserve(tmp_path).n_bytes == 0
    assert list(tmp_path.iterdir()) == []


@needs_posix
def test_where_files_go_when_they_are_closed_the_room_keeps_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "O_TEMPORARY", os.O_CLOEXEC, raising=False)
    reserve = Reserve(tmp_path)
    assert [one.suffix for one in tmp_path.iterdir()] == [".room"]
    reserve.give_back()


def test_a_disk_full_to_the_end_sends_the_recording_elsewhere(
    header: Header, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, full = os.write, tmp_path / "full"
    folder = tmp_path / "spare"
    journal = Journal(full / "a.mcap", header, [folder])

    def write_elsewhere(file: int, content: bytes) -> int:
        if Path(f"/proc/self/fd/{file}").readlink().is_relative_to(full):
            raise OSError(errno.ENOSPC, "No space left")
        return write(file, content)

    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc to tell one disk from the other")
    for item in steps(20):
        journal.append(item)
    monkeypatch.setattr(spool_module.os, "write", write_elsewhere)
    for item in steps(40)[20:]:
        journal.append(item)
    path = journal.close()
    assert path == folder / "a.mcap"
    assert "moved" in journal.problem
    assert read_items(path) == steps(40)
    assert list(full.iterdir()) == []


@needs_posix
def test_a_removed_file_is_written_anew(header: Header, tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    journal = Journal(folder / "a.mcap", header)
    items = steps(200)
    for number, item in enumerate(items):
        if number == 70:
            (folder / "a.mcap.part").unlink()
            folder.rmdir()
        journal.append(item)
    path = journal.close()
    assert path == folder / "a.mcap"
    assert read_items(path) == items


@needs_posix
def test_a_file_removed_just_before_the_end_is_written_anew(header: Header, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a.mcap", header)
    for item in steps(20):
        journal.append(item)
    (tmp_path / "a.mcap.part").unlink()
    assert read_items(journal.close()) == steps(20)


def test_a_disk_that_is_gone_leaves_what_memory_still_holds(
    header: Header, tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path / "stick" / "a.mcap", header, [tmp_path / "spare"])
    for item in steps(40):
        journal.append(item)
    disk.error = OSError(errno.EIO, "Input/output error")
    for item in steps(80)[40:]:
        journal.append(item)
    assert journal.problem.startswith("the disk does not answer")

    def fail(*_: Any) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(spool_module.os, "read", fail)
    monkeypatch.setattr(spool_module, "open_new", _reopening(disk))
    path = journal.close()
    assert path == tmp_path / "stick" / "a.mcap-2.part" or path.parent.name in {"stick", "spare"}
    assert "its first part is in" in journal.problem
    assert read_items(path)[-1] == steps(80)[-1]
    first_part = next((tmp_path / "stick").glob("a.mcap.part"))
    assert read_items(first_part) == steps(80)[: len(read_items(first_part))]


def _reopening(disk: Disk) -> Callable[[Path], int]:
    """Return an open that works, and mends the disk: the next place can be written."""

    def open_new(path: Path) -> int:
        disk.error = None
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)

    return open_new


def test_a_recording_that_cannot_be_finished_keeps_the_name_of_a_part(
    header: Header, tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module.tempfile, "gettempdir", lambda: str(tmp_path / "spare"))
    journal = Journal(tmp_path / "a.mcap", header)
    for item in steps(40):
        journal.append(item)
    disk.error = OSError(errno.ENOSPC, "No space left")
    path = journal.close()
    assert path == tmp_path / "a.mcap.part"
    assert journal.problem == f"the disk is full; what could be written is in {path}"
    assert read_items(path) == steps(36)


def test_a_failed_sync_is_told(
    header: Header, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(spool_module.os, "fsync", fail)
    journal = Journal(tmp_path / "a.mcap", header)
    for item in steps(60):
        journal.append(item)
    path = journal.close()
    assert journal.problem == "the disk does not answer"
    assert read_items(path) == steps(60)


def test_times_beyond_what_can_be_stored_do_not_stop_the_journal(
    header: Header, tmp_path: Path
) -> None:
    journal = Journal(tmp_path / "a.mcap", header)
    journal.append(LinkEvent("belt", "lost", 1 - 2**62))
    assert read_items(journal.close()) == [LinkEvent("belt", "lost", 1 - 2**62)]


KILLED = textwrap.dedent(
    """
    import os, random, signal, sys
    from pathlib import Path
    from breathsense.core.model.inputs import Notification
    from breathsense.core.setup import Setup
    from breathsense.recordings.header import build_header
    from breathsense.recordings.journal import Journal
    from breathsense.recordings.reader import open_recording

    folder, n_runs = Path(sys.argv[1]), int(sys.argv[2])
    header = build_header(Setup(), 1_700_000_000_000_000_000)

    def item(number):
        return Notification("belt", "uuid", number.to_bytes(8, "little"), number * 10_000_000)

    def write_for_ever(path, output):
        journal = Journal(path, header)
        for number in range(10**9):
            journal.append(item(number))
            os.write(output, b".")

    worst_ns = 0
    for run in range(n_runs):
        path = folder / f"{run}.mcap"
        source, output = os.pipe()
        child = os.fork()
        if child == 0:
            write_for_ever(path, output)
        os.close(output)
        n_appended = 0
        while n_appended < 1 + run * 137 % 1500:
            n_appended += len(os.read(source, 1 + run % 7))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        while more := os.read(source, 1 << 16):
            n_appended += len(more)
        os.close(source)
        found = list(open_recording(path.with_name(path.name + ".part")).items())
        assert found == [item(number) for number in range(len(found))]
        worst_ns = max(worst_ns, (n_appended - len(found)) * 10_000_000)
    print(worst_ns)
    """
)


@needs_posix
def test_kill_loses_less_than_a_second_whenever_it_comes(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), "24"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(run.stdout) < 1_000_000_000


LIMITED = textwrap.dedent(
    """
    import resource, sys
    from pathlib import Path
    from breathsense.core.model.inputs import Notification
    from breathsense.core.setup import Setup
    from breathsense.recordings.header import build_header
    from breathsense.recordings.journal import Journal
    from breathsense.recordings.reader import open_recording

    items = [Notification("belt", "uuid", bytes(100), n * 100_000_000) for n in range(400)]
    journal = Journal(Path(sys.argv[1]), build_header(Setup(), 1_700_000_000_000_000_000))
    for number, item in enumerate(items):
        if number == 100:
            resource.setrlimit(resource.RLIMIT_FSIZE, (journal.n_bytes + 100, -1))
        if number == 300:
            print(journal.problem)
            resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))
        journal.append(item)
    recording = open_recording(journal.close())
    assert list(recording.items()) == items and not recording.problem and not journal.problem
    """
)


@needs_posix
def test_a_limit_of_the_system_is_survived(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path / "a.mcap")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.startswith("the file may not grow any more; what comes is kept in memory")
