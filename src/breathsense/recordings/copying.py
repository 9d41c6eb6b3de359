"""A whole recording, written at once."""

from collections.abc import Iterable
from pathlib import Path

from breathsense.core.model.errors import RefusedInput
from breathsense.recordings.header import Header
from breathsense.recordings.mcap_writer import McapWriter
from breathsense.recordings.records import Message, Record
from breathsense.recordings.spool import COPYING, Spool

LONGEST_BYTES = 8 << 20
"""Of a message: half of the longest chunk that is read. A second of samples has some thousands."""


def write_copy(path: Path, header: Header, records: Iterable[Record]) -> Path:
    """Write a whole recording at once; return where it is (another name, if ``path`` got taken).

    Raises
    ------
    RefusedInput
        It cannot be written, or a block of samples is longer than could be read again. Nothing is
        left behind then, nor if giving the records fails.

    """
    spool = Spool(path, COPYING)
    try:
        writer = McapWriter(spool, header)
        for record in records:
            _check_length(record, path)
            writer.add(record)
        writer.finish()
    except BaseException:
        spool.discard()
        raise
    written = spool.close()
    if spool.problem:
        written.unlink(missing_ok=True)
        raise RefusedInput(spool.problem, where=str(path), advice="Choose another folder.")
    return written


def _check_length(record: Record, path: Path) -> None:
    if isinstance(record, Message) and len(record.payload) > LONGEST_BYTES:
        raise RefusedInput(
            f"a block of it has {len(record.payload) >> 20} MB, which no recording holds",
            where=str(path),
            advice="Cut it into blocks of a second or so.",
        )
