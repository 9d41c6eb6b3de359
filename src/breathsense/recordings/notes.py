"""The file beside a recording: name, labels, annotations, breaths set by hand, kept scores.

Append-only lines of JSON (``docs/recording-format.md``). What is changed or withdrawn later is a
later line that names the earlier one: nothing that was written is ever lost.
"""

import os
import secrets
import stat
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.notes import (
    Annotation,
    BreathTimes,
    Correction,
    Notes,
    ScoredBrace,
    ScoredBreath,
    Scores,
    Signed,
)
from breathsense.recordings.disk import write_all

SUFFIX = ".notes"
_RECORDING_SUFFIXES = (".part", ".mcap", ".jsonl")
_LARGEST_BYTES = 64 << 20
_ID_BYTES = 4


class _Line(msgspec.Struct, kw_only=True, tag_field="what"):
    """What all lines have: an id, who and when, and the line that it takes the place of."""

    id: str
    at: str
    by: str
    of: str = ""


class _Annotated(_Line, tag="annotation"):
    start_ns: int = 0
    duration_ns: int = 0
    text: str | None = None


class _Breath(_Line, tag="breath"):
    was: BreathTimes | None = None
    now: BreathTimes | None = None


class _Scored(_Line, tag="scores"):
    program: str = ""
    sensor: str = ""
    unit: str = ""
    breaths: tuple[ScoredBreath, ...] = ()
    braces: tuple[ScoredBrace, ...] = ()


class _Titled(_Line, tag="title"):
    text: str = ""


class _Labelled(_Line, tag="labels"):
    labels: tuple[str, ...] = ()


class _Undo(_Line, tag="undo"):
    pass


_Known = _Annotated | _Breath | _Scored | _Titled | _Labelled | _Undo
_DECODER = msgspec.json.Decoder(_Known)


def find_notes(recording: Path) -> Path:
    """Return where the notes of a recording lie: ``NAME.notes`` beside ``NAME.mcap``.

    A table keeps its ending: ``band.csv.notes``.
    """
    name = recording.name
    for suffix in _RECORDING_SUFFIXES:
        name = name.removesuffix(suffix)
    return recording.with_name(f"{name}{SUFFIX}")


def read_notes(recording: Path) -> Notes:
    """Return what holds of the notes beside a recording; without such a file there are none.

    Lines that cannot be read (cut by a crash, or of a newer kind) are passed over and counted.

    Raises
    ------
    RefusedInput
        The file is there but cannot be read.

    """
    path = find_notes(recording)
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise _refuse(path, "this is no file of notes")
        if about.st_size > _LARGEST_BYTES:
            raise _refuse(path, "the file is larger than notes can be")
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return Notes()
    except OSError as error:
        raise _refuse(path, f"the notes cannot be read ({error.strerror or error})") from error
    read, n_unread = [], 0
    for line in filter(None, lines):
        try:
            read.append(_DECODER.decode(line))
        except (ValueError, RecursionError):
            n_unread += 1
    return _resolve(read, n_unread)


def _resolve(lines: Iterable[_Known], n_unread: int) -> Notes:
    """Put the lines together; a thing is the list of its versions, found by the id of each."""
    things: dict[str, list[_Known]] = {}
    for line in lines:
        versions = things.setdefault(line.of or line.id, [])
        if isinstance(line, _Undo):
            versions[:] = [one for one in versions if one.id != line.of]
        else:
            versions.append(line)
            things[line.id] = versions
    told = {id(versions): versions[-1] for versions in things.values() if versions}
    kept = list(told.values())
    annotations = [
        Annotation(one.id, one.start_ns, one.duration_ns, one.text, Signed(one.by, one.at))
        for one in kept
        if isinstance(one, _Annotated) and one.text is not None
    ]
    return Notes(
        annotations=tuple(sorted(annotations, key=lambda one: (one.start_ns, one.id))),
        corrections=tuple(
            Correction(one.id, one.was, one.now, Signed(one.by, one.at))
            for one in kept
            if isinstance(one, _Breath) and (one.was is not None or one.now is not None)
        ),
        scores=tuple(
            Scores(
                one.program, one.sensor, one.unit, one.breaths, one.braces, Signed(one.by, one.at)
            )
            for one in kept
            if isinstance(one, _Scored)
        ),
        n_unread=n_unread,
        title=next((one.text for one in reversed(kept) if isinstance(one, _Titled)), ""),
        labels=next((one.labels for one in reversed(kept) if isinstance(one, _Labelled)), ()),
    )


class NoteWriter:
    """Appends to the notes of one recording; each call is one line, synced to the disk.

    Parameters
    ----------
    recording : Path
        What the notes are about; it is not touched.
    by : str
        A pseudonym of who writes.

    Every method returns the id of its line, and raises RefusedInput where nothing can be written.
    """

    def __init__(self, recording: Path, by: str) -> None:
        self._path = find_notes(recording)
        self._by = by

    def annotate(self, start_ns: int, text: str, duration_ns: int = 0, *, of: str = "") -> str:
        """Add words about a moment or a span, or (``of``) put them in the place of others."""
        return self._append(
            _Annotated(**self._sign(of), start_ns=start_ns, duration_ns=duration_ns, text=text)
        )

    def remove_annotation(self, of: str) -> str:
        """Take an annotation away; its line stays in the file."""
        return self._append(_Annotated(**self._sign(of), text=None))

    def correct(self, was: BreathTimes | None, now: BreathTimes | None, *, of: str = "") -> str:
        """Set a breath by hand: see ``Correction``; ``of`` is an earlier correction of it."""
        return self._append(_Breath(**self._sign(of), was=was, now=now))

    def keep_scores(self, scores: Scores) -> str:
        """Keep what a version of the program found; earlier scores stay."""
        return self._append(
            _Scored(
                **self._sign(""),
                program=scores.program,
                sensor=scores.sensor,
                unit=scores.unit,
                breaths=scores.breaths,
                braces=scores.braces,
            )
        )

    def set_title(self, title: str) -> str:
        """Give the recording a name to know it by; an empty one takes it away."""
        return self._append(_Titled(**self._sign(""), text=title))

    def set_labels(self, labels: tuple[str, ...]) -> str:
        """Put words on the recording, in the place of those that were on it."""
        return self._append(_Labelled(**self._sign(""), labels=labels))

    def undo(self, of: str) -> str:
        """Withdraw one line; what it had taken the place of holds again."""
        return self._append(_Undo(**self._sign(of)))

    def _sign(self, of: str) -> dict[str, Any]:
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        return {"id": secrets.token_hex(_ID_BYTES), "at": now, "by": self._by, "of": of}

    def _append(self, line: _Known) -> str:
        try:
            start = b"\n" if self._is_torn() else b""
            _append_whole(self._path, start + msgspec.json.encode(line) + b"\n")
        except OSError as error:
            raise _refuse(
                self._path, f"the note cannot be written ({error.strerror or error})"
            ) from error
        return line.id

    def _is_torn(self) -> bool:
        """Tell whether the last line was cut; the next one must not be lost with it."""
        try:
            with self._path.open("rb") as file:
                if file.seek(0, os.SEEK_END) == 0:
                    return False
                file.seek(-1, os.SEEK_END)
                return file.read(1) != b"\n"
        except FileNotFoundError:
            return False


def _append_whole(path: Path, line: bytes) -> None:
    """Append a line, or leave the file as it was: a disk that fills up must not tear it.

    A link that came with a stranger's recording is not followed: it may lead to any file.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(path, flags, 0o600)
    try:
        n_before = os.lseek(descriptor, 0, os.SEEK_END)
        try:
            write_all(descriptor, line)
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, n_before)
            raise
    finally:
        os.close(descriptor)


def _refuse(path: Path, what: str) -> RefusedInput:
    return RefusedInput(
        what,
        where=str(path),
        advice="Notes lie beside the recording: copy it to a folder that you may write to.",
    )
