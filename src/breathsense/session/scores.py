"""What a session found while it ran, kept beside its recording for later versions to compare."""

from contextlib import suppress
from pathlib import Path

from breathsense.core.analysis import Analysis
from breathsense.core.model.errors import RefusedInput
from breathsense.recordings.notes import NoteWriter
from breathsense.session.review_changes import take_scores

ENGINE = "breathsense"
"""Who signs scores: nobody of flesh and blood."""


def keep_live_scores(recording: Path, analysis: Analysis) -> None:
    """Keep what was found live, with the version that found it; nothing is raised.

    Nothing is kept of a session without a sample, nor where the recording is not on the disk.
    Where the notes cannot be written (a full disk) there are no scores, and that is all.

    Parameters
    ----------
    recording : Path
        Closed, with its final name.
    analysis : Analysis
        All that was found, start to end.

    """
    if analysis.duration_ns and recording.exists():
        with suppress(RefusedInput):
            NoteWriter(recording, ENGINE).keep_scores(take_scores(analysis))
