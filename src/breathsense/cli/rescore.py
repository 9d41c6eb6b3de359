"""``breathsense rescore``: what today's engine finds otherwise than was found before."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from breathsense.cli.saying import say
from breathsense.cli.waiting import ProgressLine

if TYPE_CHECKING:
    from breathsense.session.review import Review

CHANGED = 3
"""Exit code where something has changed: a script can tell."""


@click.command()
@click.argument(
    "inputs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="INPUT..."
)
@click.option("--keep", is_flag=True, help="Keep what is found now beside the recording.")
@click.option(
    "--merged-marks",
    is_flag=True,
    help="Let the engine know of marks that `library merge-marks` put beside the recording.",
)
def command(inputs: tuple[Path, ...], *, keep: bool, merged_marks: bool) -> None:
    """Compare what today's engine finds in recordings with the scores kept beside them.

    A folder stands for all recordings in it. With --keep today's scores are added; older ones
    stay. Exits with 3 if anything has changed.
    """
    if keep and merged_marks:
        raise click.UsageError("What is kept is found in the recording alone: leave one out.")
    from breathsense.library.contents import list_sessions
    from breathsense.session.reviewing import open_review

    line = ProgressLine()
    paths = list_sessions(inputs)
    n_changed = 0
    for number, path in enumerate(paths):
        line.begin(number, len(paths), path)
        review = open_review(path, "", line.tell, with_merged_marks=merged_marks)
        line.clear()
        n_changed += _tell(review, is_one_of_many=len(paths) > 1)
        if keep:
            review.keep_scores()
    if n_changed:
        sys.exit(CHANGED)


def _tell(review: "Review", *, is_one_of_many: bool) -> bool:
    """Print how a recording fares; return whether anything has changed."""
    from breathsense.session.review_changes import tell_changes

    changes, kept = review.compare_with_kept(), review.notes.scores
    if changes is None:
        lines = ["No scores were kept yet; --keep keeps today's."]
    else:
        lines = tell_changes(changes, kept[-1].program, kept[-1].signed.at[:10])
    indent = "  " if is_one_of_many else ""
    if is_one_of_many:
        say(review.path.name)
    for one in lines:
        say(f"{indent}{one}")
    return changes is not None and bool(changes.n_changes)
