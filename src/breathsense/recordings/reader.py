"""Recordings read back: the items as they were appended, and what is wrong with the file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import Item, Notification, get_item_time_ns
from breathsense.core.model.samples import SampleBlock, Signal
from breathsense.recordings.encoding import decode_item
from breathsense.recordings.header import Header
from breathsense.recordings.jsonl_file import JsonlFile
from breathsense.recordings.mcap_file import McapFile
from breathsense.recordings.promises import LAST_NS
from breathsense.recordings.records import Channel, Damage, Message, Record, RecordFile

_NS_PER_S = 1_000_000_000
_HALF_THE_SEQUENCES = 2**31
_SEQUENCES = 2**32
_MOST_TOLD = 3


class Recording:
    """A recording: its header, its items, and what is wrong with it.

    The file is read through once when it is opened (about half a second for an hour of a belt),
    so that its length and its wounds are known; ``items`` reads it again, a chunk at a time.

    Parameters
    ----------
    file : RecordFile
        From ``open_recording``.

    """

    def __init__(self, file: RecordFile) -> None:
        self._file = file
        anchor_ns = file.header.anchor_wall_ns
        survey = _Survey(anchor_ns, _Decoder(anchor_ns))
        for record in file.records():
            survey.take(record)
        self.n_items = survey.n_items
        self.duration_ns = survey.newest_ns
        self.problem = survey.describe()

    @property
    def path(self) -> Path:
        """The file."""
        return self._file.path

    @property
    def header(self) -> Header:
        """With what, when and by which numbers it was made."""
        return self._file.header

    def items(self) -> Iterator[Item]:
        """Give every item that can be read, in the order in which it was appended."""
        decode = _Decoder(self.header.anchor_wall_ns).decode
        for record in self._file.records():
            if isinstance(record, Message):
                try:
                    item = decode(record)
                except ValueError:
                    continue
                if item is not None:
                    yield item

    def records(self) -> Iterator[Record]:
        """Give everything that can be read: items, clock pairs, metadata, attachments."""
        for record in self._file.records():
            if not isinstance(record, Damage):
                yield record


def open_recording(path: Path) -> Recording:
    """Open a recording (``.mcap``, ``.mcap.part``) or its JSONL dump (``.jsonl``).

    Raises
    ------
    RefusedInput
        There is no such file, it may not be read, or it is no recording. A file that is only
        damaged or cut is opened: see ``Recording.problem``.

    """
    return Recording(open_records(path))


def open_records(path: Path) -> RecordFile:
    """Open the file below the items; for conversion. Raises RefusedInput as above."""
    try:
        return JsonlFile(path) if path.suffix == ".jsonl" else McapFile(path)
    except OSError as error:
        raise RefusedInput(
            f"the file cannot be read ({error.strerror or error})",
            where=str(path),
            advice="Check the name and that you may read it.",
        ) from error


def read_header(path: Path) -> Header:
    """Read the header only: what a list of recordings needs. Raises RefusedInput as above."""
    return open_records(path).header


class _Decoder:
    """Turns the messages of one file into items, in order; samples come in that of their time."""

    def __init__(self, anchor_ns: int) -> None:
        self._anchor_ns = anchor_ns
        self._newest_ns: dict[tuple[str, Signal], int] = {}

    def decode(self, message: Message) -> Item | None:
        """Return the item, ``None`` where it is none; ValueError where it makes no sense."""
        item = decode_item(message, self._anchor_ns)
        if isinstance(item, SampleBlock):
            series = item.sensor, item.signal
            if item.t_ns[0] <= self._newest_ns.get(series, -LAST_NS):
                raise ValueError("samples that come before those that came before them")
            self._newest_ns[series] = int(item.t_ns[-1])
        return item


@dataclass(slots=True)
class _Series:
    """What is known of a channel: the next message's number; whether any bytes are an item.

    They are on channels that hold what a wearable sends.
    """

    expected: int = 0
    takes_any: bool = False


@dataclass(slots=True)
class _Survey:
    """Gathers what one reading of the file tells about it.

    ``series`` is what is known of each channel.
    """

    anchor_ns: int
    decoder: _Decoder
    n_items: int = 0
    newest_ns: int = 0
    n_missing: int = 0
    n_unread: int = 0
    ends_early: bool = False
    wounds: list[int] = field(default_factory=list)
    first_wound: str = ""
    series: dict[Channel, _Series] = field(default_factory=dict)

    def take(self, record: Record | Damage) -> None:
        if isinstance(record, Message):  # nearly all of them
            self._take_message(record)
        elif isinstance(record, Damage):
            self._take_damage(record)

    def _take_damage(self, damage: Damage) -> None:
        if damage.at_end:
            self.ends_early = True
        elif not self.wounds or self.wounds[-1] != self.newest_ns:
            self.first_wound = self.first_wound or damage.what
            self.wounds.append(self.newest_ns)

    def _take_message(self, message: Message) -> None:
        channel, sequence = message.channel, message.sequence
        series = self.series.get(channel)
        if series is None:
            series = self.series[channel] = _Series()
        if sequence != series.expected:
            n_skipped = (sequence - series.expected) % _SEQUENCES
            if n_skipped < _HALF_THE_SEQUENCES:
                self.n_missing += n_skipped
        series.expected = (sequence + 1) % _SEQUENCES
        if series.takes_any:
            self.n_items += 1
            self.newest_ns = max(self.newest_ns, message.log_ns - self.anchor_ns)
            return
        try:
            item = self.decoder.decode(message)
        except ValueError:
            self.n_unread += 1
            return
        if item is None:
            return
        self.n_items += 1
        self.newest_ns = max(self.newest_ns, get_item_time_ns(item))
        series.takes_any = isinstance(item, Notification)

    def describe(self) -> str:
        """Put everything that is wrong into one line; empty for a file that is whole."""
        complaints = []
        if self.ends_early:
            end_s = self.newest_ns / _NS_PER_S
            complaints.append(f"recovered up to {end_s:.1f} s: the file ends in the middle")
        places = [
            at_ns for at_ns in self.wounds if not (self.ends_early and at_ns == self.newest_ns)
        ]
        if places:
            told = ", ".join(f"{at_ns / _NS_PER_S:.1f} s" for at_ns in places[:_MOST_TOLD])
            n_more = len(places) - _MOST_TOLD
            more = f" and {n_more} more places" if n_more > 0 else ""
            complaints.append(f"damaged after {told}{more} ({self.first_wound})")
        if self.n_missing:
            complaints.append(f"{self.n_missing} records are missing")
        if self.n_unread:
            complaints.append(f"{self.n_unread} records make no sense")
        return "; ".join(complaints)
