"""What a recording file is made of, below the items: channels, messages, metadata, attachments.

The MCAP file and its JSONL dump are two spellings of the same series of records.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec

from breathsense.recordings.header import Header

Pairs = tuple[tuple[str, str], ...]

REPAIR_NAME = "breathsense.repair"
"""Name of the metadata record that tells what a repaired or dumped file had lost."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a channel's bytes mean: an MCAP schema record."""

    name: str
    encoding: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Channel:
    """One series of messages of one kind; equal channels are the same channel."""

    topic: str
    encoding: str
    layout: Layout | None = None
    metadata: Pairs = ()

    def __hash__(self) -> int:
        """Return the topic's hash: a channel is looked up for each message."""
        return hash(self.topic)


class Message(msgspec.Struct, frozen=True):
    """One message, its payload unchanged.

    Parameters
    ----------
    channel : Channel
        What it belongs to.
    log_ns, publish_ns : int
        Wall-clock ns since 1970: when it was recorded, and when it was sent, where that is known.
    sequence : int
        Counts the messages of the channel from 0; a jump means that some are missing.
    payload : bytes
        As the channel's encoding says.

    """

    channel: Channel
    log_ns: int
    publish_ns: int
    sequence: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Metadata:
    """Named pairs of text about the whole recording."""

    name: str
    values: Pairs


@dataclass(frozen=True, slots=True)
class Attachment:
    """A whole file kept inside the recording."""

    name: str
    media_type: str
    log_ns: int
    create_ns: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Damage:
    """A part of the file that could not be read; reading goes on behind it, if it can.

    ``at_end`` means that nothing comes after it: the file was not closed, or was cut.
    """

    what: str
    at_end: bool = False


Record = Message | Metadata | Attachment


class RecordFile(Protocol):
    """A file of records that can be read again and again from the start."""

    path: Path
    header: Header

    def records(self) -> Iterator[Record | Damage]:
        """Read all records in the order of writing; what is damaged is told, not raised."""
        ...
