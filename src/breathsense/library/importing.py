"""Files of other programs, made into recordings of the library."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from breathsense.core.model.errors import RefusedInput
from breathsense.core.setup import Setup
from breathsense.recordings.copying import write_copy
from breathsense.recordings.encoding import ItemEncoder
from breathsense.recordings.folder import new_recording_path
from breathsense.recordings.foreign.files import read_foreign
from breathsense.recordings.foreign.session import ForeignSession
from breathsense.recordings.header import Header, build_header
from breathsense.recordings.merge import join_sensors
from breathsense.recordings.reader import open_recording
from breathsense.recordings.records import Record

_NS_PER_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Imported:
    """A recording that was made of a file, and what could not be taken as it was."""

    path: Path
    warnings: tuple[str, ...]


def import_file(
    path: Path,
    data_dir: Path,
    started: datetime | None = None,
    rate_hz: float | None = None,
    *,
    ignore_columns: bool = False,
) -> list[Imported]:
    """Make recordings of a file of another program: one for each session in it.

    All columns are kept, those that are not understood as sensors of kind ``"other"``; times are
    exact to the nanosecond, units those of the file (but g and deg/s for motion). The header tells
    the kind of file and its SHA-256, not its name, which may be that of a person.

    Parameters
    ----------
    path : Path
        See ``read_foreign``.
    data_dir : Path
        Where the recordings go.
    started : datetime, optional
        When it began; else as the file tells, else when the file was changed last.
    rate_hz, ignore_columns
        See ``read_foreign``.

    Raises
    ------
    RefusedInput
        The file cannot be read, makes no sense, or nothing can be written. Nothing is left then.

    """
    sessions = read_foreign(path, rate_hz, ignore_columns=ignore_columns)
    digest = _digest(path)
    made: list[Imported] = []
    try:
        for session in sessions:
            made += [_write(session, path, data_dir, started, digest)]
    except BaseException:
        for one in made:
            one.path.unlink(missing_ok=True)
        raise
    return made


def _write(
    session: ForeignSession, path: Path, data_dir: Path, started: datetime | None, digest: str
) -> Imported:
    began = started or session.started
    warnings = session.warnings
    if began is None:
        began = datetime.fromtimestamp(path.stat().st_mtime, UTC).astimezone()
        warnings = (*warnings, f"when it began is not in it: {began:%Y-%m-%d %H:%M} was taken")
    sensors = join_sensors(
        [(f"stream {at + 1}", one.describe_sensors()) for at, one in enumerate(session.streams)]
    )
    notes = f"Imported: {session.origin}, SHA-256 {digest}." + "".join(f" {w}." for w in warnings)
    anchor_ns = round(began.timestamp()) * _NS_PER_S + began.microsecond * 1000
    header = build_header(Setup(sensors=sensors), anchor_ns, notes=notes)
    written = write_copy(new_recording_path(data_dir, began), header, _encode(session, header))
    try:
        _check(written)
    except RefusedInput:
        written.unlink(missing_ok=True)
        raise
    return Imported(written, warnings)


def _encode(session: ForeignSession, header: Header) -> Iterator[Record]:
    encoder = ItemEncoder(header)
    for item in session.items():
        yield encoder.encode(item)


def _check(written: Path) -> None:
    """Read back what was written; a file without a sample is none."""
    recording = open_recording(written)
    if recording.problem or not recording.n_items:
        raise RefusedInput(
            f"no recording could be made of it ({recording.problem or 'it holds no samples'})",
            where=str(written),
            advice="Check that the file is whole.",
        )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
