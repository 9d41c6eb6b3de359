"""Opening a whole session for a review."""

from pathlib import Path

from breathsense.exports.content import gather_content
from breathsense.exports.progress import Tell, tell_nobody
from breathsense.library.contents import read_provenance
from breathsense.library.marking import list_merged
from breathsense.recordings.inputs import open_inputs
from breathsense.recordings.merge import merge_inputs
from breathsense.recordings.notes import read_notes
from breathsense.session.review import Review


def open_review(
    path: Path, by: str, tell: Tell = tell_nobody, *, with_merged_marks: bool = False
) -> Review:
    """Run a recording or a table through today's engine, and put its notes over what it finds.

    Parameters
    ----------
    path : Path
        What is to be looked at.
    by : str
        Pseudonym of who looks: signs what is added.
    tell : callable
        Told the share that is done; ``Cancelled`` raised in it ends the work.
    with_merged_marks : bool
        Let the engine know of marks that were merged into the notes, as if they had been recorded.

    Raises
    ------
    RefusedInput
        It cannot be read.

    """
    opened, notes = open_inputs((path,)), read_notes(path)
    merged = list_merged(notes) if with_merged_marks else []
    found = gather_content(
        opened.setup,
        merge_inputs([opened.items, merged]) if merged else opened.items,
        read_provenance(path),
        duration_ns=opened.duration_ns,
        tell=tell,
    )
    return Review(path, found, notes, by)
