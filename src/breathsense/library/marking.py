"""Marks from a table, put beside a recording as annotations; the recording is not touched."""

from collections.abc import Iterable
from pathlib import Path

from breathsense.core.model.inputs import Mark
from breathsense.core.model.labels import NOTE
from breathsense.core.model.notes import Notes
from breathsense.recordings.marks import LABELS
from breathsense.recordings.notes import NoteWriter, read_notes


def merge_marks(recording: Path, marks: Iterable[Mark], by: str) -> int:
    """Annotate a recording with marks; those that are there already are left out.

    Parameters
    ----------
    recording : Path
        What they are about.
    marks : iterable of Mark
        A note gives its words, any other mark its label.
    by : str
        A pseudonym of who adds them.

    Returns
    -------
    int
        How many were added.

    Raises
    ------
    RefusedInput
        Nothing can be written beside the recording.

    """
    there = {(one.start_ns, one.duration_ns, one.text) for one in read_notes(recording).annotations}
    writer, n_added = NoteWriter(recording, by), 0
    for mark in marks:
        text = mark.label.removeprefix(NOTE).strip()
        if (mark.start_ns, mark.duration_ns, text) not in there:
            writer.annotate(mark.start_ns, text, mark.duration_ns)
            there.add((mark.start_ns, mark.duration_ns, text))
            n_added += 1
    return n_added


def list_merged(notes: Notes) -> list[Mark]:
    """Return the annotations that are marks the engine knows, in order of time."""
    return [
        Mark(one.start_ns, one.text, one.duration_ns)
        for one in notes.annotations
        if one.text in LABELS
    ]
