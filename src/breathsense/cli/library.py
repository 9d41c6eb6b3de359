"""``breathsense library``: all recordings: find, name, label, throw away, check, weigh."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from breathsense.cli.options import data_dir_option
from breathsense.cli.saying import say
from breathsense.cli.waiting import count_read
from breathsense.core.model.printable import make_printable

if TYPE_CHECKING:
    from breathsense.library.entry import SessionEntry

KILO = 1000.0
FOUND_FLAWS = 2
NAME = click.argument("name", metavar="NAME")
"""A file name or its beginning, a title, or words that only one recording has."""


@click.group(name="library", invoke_without_command=True)
@data_dir_option
@click.pass_context
def command(context: click.Context, data_dir: Path) -> None:
    """List, find, name, label, throw away and check your recordings.

    NAME is a file name or its beginning, a title, or any words that only one recording has. Names
    and labels lie in a file beside the recording; the recording itself is never changed.
    """
    context.obj = data_dir
    if context.invoked_subcommand is None:
        _print_list(data_dir, "", as_json=False)


@command.command(name="list")
@click.option("--trash", "is_trash", is_flag=True, help="Those in the trash.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.pass_obj
def list_command(data_dir: Path, *, is_trash: bool, as_json: bool) -> None:
    """List the recordings, newest first."""
    _print_list(data_dir, "", as_json=as_json, is_trash=is_trash)


@command.command(name="search")
@click.argument("words", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.pass_obj
def search_command(data_dir: Path, words: tuple[str, ...], *, as_json: bool) -> None:
    """List the recordings in which all WORDS are found: titles, labels, dates, programmes."""
    _print_list(data_dir, " ".join(words), as_json=as_json)


@command.command(name="rename")
@NAME
@click.argument("title")
@click.pass_obj
def rename_command(data_dir: Path, name: str, title: str) -> None:
    """Give a recording a TITLE to know it by; an empty one takes it away."""
    from breathsense.recordings.notes import NoteWriter

    path = _find(data_dir, name)
    NoteWriter(path, _name_author(data_dir)).set_title(title.strip())
    say(f"{path.name} is called {title.strip() or 'by its date'} now.")


@command.command(name="label")
@NAME
@click.argument("labels", nargs=-1)
@click.option("--remove", is_flag=True, help="Take these labels off; all without any.")
@click.pass_obj
def label_command(data_dir: Path, name: str, labels: tuple[str, ...], *, remove: bool) -> None:
    """Put LABELS on a recording, to those that are on it."""
    from breathsense.recordings.notes import NoteWriter, read_notes

    path = _find(data_dir, name)
    told = tuple(one.strip() for one in labels if one.strip())
    before = read_notes(path).labels
    if remove:
        after = tuple(one for one in before if told and one not in told)
    else:
        after = tuple(dict.fromkeys((*before, *told)))
    if after != before:
        NoteWriter(path, _name_author(data_dir)).set_labels(after)
    say(f"{path.name}: {', '.join(after) or 'no labels'}")


@command.command(name="merge-marks")
@NAME
@click.argument("marks", type=click.Path(path_type=Path))
@click.pass_obj
def merge_marks_command(data_dir: Path, name: str, marks: Path) -> None:
    """Put the marks of a CSV (t_s,duration_s,label) beside a recording, as annotations.

    They are told in reports and exports. What the engine finds stays as it is; to let it know of
    marks, give them to `analyze --marks`.
    """
    from breathsense.library.marking import merge_marks
    from breathsense.recordings.marks import read_marks

    path = _find(data_dir, name)
    read = read_marks(marks)
    n_added = merge_marks(path, read, _name_author(data_dir))
    say(f"{n_added} of {len(read)} marks added to {path.name}; the others were there.")


@command.command(name="trash")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.pass_obj
def trash_command(data_dir: Path, names: tuple[str, ...]) -> None:
    """Put recordings into the trash; `restore` takes them back."""
    from breathsense.library.trash import throw_away

    for path in [_find(data_dir, name) for name in names]:
        throw_away(data_dir, path)
        say(f"{path.name} is in the trash.")


@command.command(name="restore")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.pass_obj
def restore_command(data_dir: Path, names: tuple[str, ...]) -> None:
    """Take recordings back out of the trash."""
    from breathsense.library.trash import take_back

    for path in [_find(data_dir, name, is_trash=True) for name in names]:
        take_back(data_dir, path)
        say(f"{path.name} is back.")


@command.command(name="empty-trash")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def empty_command(data_dir: Path, *, yes: bool) -> None:
    """Delete all that is in the trash, for good."""
    from breathsense.library.index import Library
    from breathsense.library.trash import delete_trashed, trash_folder
    from breathsense.recordings.folder import list_folder

    paths = [one.path for one in list_folder(trash_folder(data_dir))]
    if not paths:
        say("The trash is empty.")
        return
    if not yes:
        click.confirm(f"Delete {len(paths)} recordings for good?", abort=True, err=True)
    gone = delete_trashed(data_dir, paths)
    for one in gone:
        say(f"deleted {one.path.name}  {_say_size(one.size_bytes)}")
    Library(data_dir).refresh()
    say(
        f"{len(gone)} files, {_say_size(sum(one.size_bytes for one in gone))}. What was known of "
        "them is out of the index too. Exports, backups and copies are not touched; a disk may "
        "keep bytes until it writes over them."
    )


@command.command(name="check")
@click.pass_obj
def check_command(data_dir: Path) -> None:
    """Read every recording to its end; tell what is damaged, or open to others."""
    from breathsense.library.checking import check_library

    counts = [0]

    def tell(n_done: int, n_all: int) -> None:
        counts[0] = n_all
        count_read(n_done, n_all)

    flaws = check_library(data_dir, tell)
    for one in flaws:
        say(f"{one.path}: {one.what}" + (f"\n  {one.advice}" if one.advice else ""))
    if flaws:
        sys.exit(FOUND_FLAWS)
    say(f"{counts[0]} recordings read to the end: all is well.")


@command.command(name="rebuild")
@click.option("--jobs", "n_jobs", type=click.IntRange(1), help="Recordings at once.")
@click.pass_obj
def rebuild_command(data_dir: Path, n_jobs: int | None) -> None:
    """Throw the index away and read all recordings anew; nothing else is lost by it."""
    from breathsense.library.index import Library
    from breathsense.library.pools import open_pool

    library = Library(data_dir)
    with open_pool("", n_jobs) as pool:
        library.rebuild(count_read, executor=pool)
    say(f"{len(library.known())} recordings.")


@command.command(name="usage")
@click.pass_obj
def usage_command(data_dir: Path) -> None:
    """Tell how much room recordings and all else take on the disk."""
    from breathsense.library.checking import find_free_bytes, weigh_library

    weights = weigh_library(data_dir)
    for one in weights:
        say(f"{one.kind:<14}{one.n_files:>7} files {_say_size(one.n_bytes):>10}")
    say(f"{'in all':<14}{'':>13} {_say_size(sum(one.n_bytes for one in weights)):>10}")
    free = find_free_bytes(data_dir)
    if free is not None:
        say(f"{'free':<14}{'':>13} {_say_size(free):>10}")


def _print_list(data_dir: Path, words: str, *, as_json: bool, is_trash: bool = False) -> None:
    from breathsense.library.searching import search

    entries = [one for one in _read(data_dir) if one.is_trashed == is_trash]
    found = search(entries, words) if words else entries
    for one in found:
        say(_say_json(one) if as_json else _say_row(one))
    if not found and not as_json:
        say("Nothing found." if words else "There is no recording.", err=True)


def _read(data_dir: Path) -> "Sequence[SessionEntry]":
    from breathsense.library.index import Library

    library = Library(data_dir)
    library.refresh(count_read)
    return library.known(with_trash=True)


def _find(data_dir: Path, name: str, *, is_trash: bool = False) -> Path:
    from breathsense.library.searching import find_entry

    return find_entry([one for one in _read(data_dir) if one.is_trashed == is_trash], name).path


def _name_author(data_dir: Path) -> str:
    from breathsense.session.settings import load_settings

    return load_settings(data_dir).author


def _say_row(entry: "SessionEntry") -> str:
    minutes, seconds = divmod(round(entry.duration_s), 60)
    rate = "" if entry.rate_per_min is None else f"{entry.rate_per_min:.1f}/min"
    sensors = "+".join(one.id for one in entry.sensors)
    words = "; ".join(
        one
        for one in (
            entry.title,
            " ".join(f"#{label}" for label in entry.labels),
            ", ".join(dict.fromkeys(one.name for one in entry.courses)),
            entry.trouble,
        )
        if one
    )
    row = f"{entry.path.name:<34}{minutes:>4}:{seconds:02d}  {rate:>9}  {sensors:<16}{words}"
    return make_printable(row.rstrip())


def _say_json(entry: "SessionEntry") -> str:
    import msgspec

    return json.dumps(msgspec.json.decode(msgspec.json.encode(entry, enc_hook=str)))


def _say_size(n_bytes: float) -> str:
    for unit in ("B", "kB", "MB"):
        if n_bytes < KILO:
            return f"{n_bytes:.0f} {unit}" if unit == "B" else f"{n_bytes:.1f} {unit}"
        n_bytes /= KILO
    return f"{n_bytes:.1f} GB"
