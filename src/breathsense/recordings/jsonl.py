"""Recordings to JSONL and back, without loss."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from breathsense.core.model.errors import RefusedInput
from breathsense.recordings.copying import write_copy
from breathsense.recordings.encoding import encode_json
from breathsense.recordings.header import Header
from breathsense.recordings.jsonl_file import JsonlFile
from breathsense.recordings.reader import Recording
from breathsense.recordings.records import (
    REPAIR_NAME,
    Attachment,
    Channel,
    Damage,
    Message,
    Metadata,
    Record,
)


def dump_recording(recording: Recording, output: IO[bytes]) -> int:
    """Write a recording as JSONL (the lines are described in ``jsonl_file``).

    A damaged recording is dumped as far as it can be read; what is wrong with it is kept in a
    metadata record ``breathsense.repair`` at the end.

    Returns
    -------
    int
        The number of records written.

    """
    dump = _Dump(recording.header, output)
    tells_of_damage = False
    for record in recording.records():
        dump.write(record)
        tells_of_damage |= isinstance(record, Metadata) and record.name == REPAIR_NAME
    if recording.problem and not tells_of_damage:
        dump.write(Metadata(REPAIR_NAME, (("problem", recording.problem),)))
    return dump.end()


def write_dump(recording: Recording, path: Path) -> int:
    """Dump into a new file (0600); returns the number of records.

    Raises
    ------
    RefusedInput
        The file exists already or cannot be written; nothing is left behind then.

    """
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise _refuse_output(path, error) from error
    try:
        with os.fdopen(file, "wb") as output:
            return dump_recording(recording, output)
    except BaseException as error:
        path.unlink()
        if isinstance(error, OSError):
            raise _refuse_output(path, error) from error
        raise


def _refuse_output(path: Path, error: OSError) -> RefusedInput:
    return RefusedInput(
        f"the dump cannot be written ({error.strerror or error})",
        where=str(path),
        advice="Choose another name with --output; nothing is overwritten.",
    )


def load_recording(path: Path, output: Path) -> tuple[int, str]:
    """Write a recording from its JSONL dump.

    Returns
    -------
    tuple of int and str
        The number of records written, and what is wrong with the dump (empty if nothing).

    Raises
    ------
    RefusedInput
        A line makes no sense, or the output exists already. Nothing is left behind then.

    """
    dump = JsonlFile(path)
    problem = ""
    n_records = 0

    def give_whole() -> Iterator[Record]:
        nonlocal problem, n_records
        for record in dump.records():
            if isinstance(record, Damage):
                problem = record.what
            else:
                n_records += 1
                yield record

    write_copy(output, dump.header, give_whole())
    return n_records, problem


class _Dump:
    """Writes lines; a channel is declared when its first message comes."""

    def __init__(self, header: Header, output: IO[bytes]) -> None:
        self._anchor_ns = header.anchor_wall_ns
        self._output = output
        self._channels: dict[Channel, int] = {}
        self._n_records = 0
        self._write_line({"header": json.loads(header.to_json())})

    def write(self, record: Record) -> None:
        self._n_records += 1
        match record:
            case Message():
                self._write_message(record)
            case Metadata():
                self._write_line({"meta": record.name, "values": dict(record.values)})
            case Attachment():
                self._write_line(
                    {
                        "attachment": record.name,
                        "media_type": record.media_type,
                        "t_ns": record.log_ns - self._anchor_ns,
                        "created_ns": record.create_ns - self._anchor_ns,
                        "hex": record.payload.hex(),
                    }
                )

    def end(self) -> int:
        self._write_line({"end": self._n_records})
        return self._n_records

    def _write_message(self, message: Message) -> None:
        number = self._channels.get(message.channel)
        if number is None:
            number = self._declare(message.channel)
        line: dict[str, object] = {
            "on": number,
            "seq": message.sequence,
            "t_ns": message.log_ns - self._anchor_ns,
        }
        if message.publish_ns != message.log_ns:
            line["sent_ns"] = message.publish_ns - self._anchor_ns
        key, content = _spell(message)
        line[key] = content
        self._write_line(line)

    def _declare(self, channel: Channel) -> int:
        number = self._channels[channel] = len(self._channels) + 1
        layout = channel.layout
        self._write_line(
            {
                "channel": number,
                "topic": channel.topic,
                "encoding": channel.encoding,
                "layout": layout
                and {
                    "name": layout.name,
                    "encoding": layout.encoding,
                    "hex": layout.content.hex(),
                },
                "metadata": dict(channel.metadata),
            }
        )
        return number

    def _write_line(self, fields: dict[str, object]) -> None:
        self._output.write(encode_json(fields) + b"\n")


def _spell(message: Message) -> tuple[str, object]:
    """Return the payload as JSON where that gives back the same bytes, else as hex."""
    if message.channel.encoding == "json":
        try:
            content = json.loads(message.payload)
            if encode_json(content) == message.payload:
                return "json", content
        except (ValueError, RecursionError):
            pass
    return "hex", message.payload.hex()
