"""Opening a whole session for a review."""

from pathlib import Path

from breathsense.exports.content import gather_content
from breathsense.exports.progress import Tell, tell_nobody
from breathsense.library.contents import read_provenance
from breathsense.recordings.inputs import open_inputs
from breathsense.recordings.notes import read_notes
from breathsense.session.review import Review


def open_review(path: Path, by: str, tell: Tell = tell_nobody) -> Review:
    """Run a recording or a table through today's engine, and put its notes over what it finds.

    Parameters
    ----------
    path : Path
        What is to be looked at.
    by : str
        Pseudonym of who looks: signs what is added.
    tell : callable
        Told the share that is done; ``Cancelled`` raised in it ends the work.

    Raises
    ------
    RefusedInput
        It cannot be read.

    """
    opened = open_inputs((path,))
    found = gather_content(
        opened.setup,
        opened.items,
        read_provenance(path),
        duration_ns=opened.duration_ns,
        tell=tell,
    )
    return Review(path, found, read_notes(path), by)
