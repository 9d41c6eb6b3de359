"""Sessions to files of other formats: one, or many; whole or not at all."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from breathsense.core.model.errors import RefusedInput
from breathsense.exports.content import Content
from breathsense.exports.files import replacing
from breathsense.exports.formats import FORMATS, write_export
from breathsense.exports.overview.layout import Heading
from breathsense.exports.overview.writing import write_overview
from breathsense.exports.passphrase import encrypt
from breathsense.exports.progress import Tell, tell_nobody, tell_part
from breathsense.library.contents import list_sessions, read_content
from breathsense.recordings.reader import read_header

READ_SHARE = 0.9
"""Of the time that an export takes, about this much is the engine's."""
TellProblem = Callable[[Path, str], None]


@dataclass(frozen=True, slots=True)
class Reading:
    """How the inputs are read: see ``recordings.inputs.open_inputs``."""

    marks: Path | None = None
    rate_hz: float | None = None
    ignore_columns: bool = False


@dataclass(frozen=True, slots=True)
class Watch:
    """Who looks on while it takes its time.

    Parameters
    ----------
    tell : callable
        Told the share that is done; ``Cancelled`` raised in it ends the work.
    begin : callable
        Told number, count and path of each session as it begins.
    warn : callable
        Told what is wrong with a recording that can be read in part.

    """

    tell: Tell = tell_nobody
    begin: Callable[[int, int, Path], None] = lambda _number, _count, _path: None
    warn: TellProblem = lambda _path, _problem: None


def export_sessions(
    inputs: Sequence[Path],
    name: str,
    output: Path,
    *,
    passphrase: str | None = None,
    reading: Reading | None = None,
    watch: Watch | None = None,
) -> None:
    """Write sessions in another format: one to a file or folder, several into a new folder.

    One session after the other is read, written and forgotten. Nothing is left of an export that
    is cancelled or fails, and what was there before is there still.

    Parameters
    ----------
    inputs : sequence of Path
        Recordings or tables; a folder stands for the recordings in it.
    name : str
        One of ``exports.formats.FORMATS``.
    output : Path
        Where to.
    passphrase : str, optional
        Encrypt (age) what is written; a folder becomes a zip first.
    reading, watch : optional
        How the inputs are read, and who looks on.

    Raises
    ------
    RefusedInput
        An input cannot be read, has not what the format tells, or the output cannot be written.
    Cancelled
        ``watch.tell`` raised it.

    """
    check_output(output, inputs)
    paths = list_sessions(inputs)
    watch = watch or Watch()
    contents = _read_each(paths, reading or Reading(), watch)
    is_folder = len(paths) > 1
    with replacing(output) as made:
        if passphrase is None:
            write_export(name, contents, made, is_folder=is_folder)
        else:
            plain = made.with_name("plain") / made.name
            plain.parent.mkdir()
            write_export(name, contents, plain, is_folder=is_folder)
            made.write_bytes(encrypt(plain, passphrase))
        watch.tell(1.0)


def write_report(
    inputs: Sequence[Path],
    output: Path,
    heading: Heading,
    *,
    passphrase: str | None = None,
    reading: Reading | None = None,
    watch: Watch | None = None,
) -> None:
    """Write one person's sessions over time on one page (``.html`` or ``.pdf``).

    A demo tells of nobody: those in a folder are left out, and ``watch`` is told. One that is named
    itself is meant. Raises as ``export_sessions`` does.
    """
    check_output(output, inputs)
    watch = watch or Watch()
    paths = _leave_out_demos(list_sessions(inputs), inputs, watch)
    each = _read_each(paths, reading or Reading(), watch)
    # The raw samples of six weeks would fill the memory, and the page shows none.
    contents = [replace(one, tracks=one.waveforms) for one in each]
    with replacing(output) as made:
        if passphrase is None:
            write_overview(contents, made, heading)
        else:
            plain = made.with_name(output.name.removesuffix(".age"))
            write_overview(contents, plain, heading)
            closed = encrypt(plain, passphrase)
            plain.unlink()
            made.write_bytes(closed)
        watch.tell(1.0)


def _leave_out_demos(paths: Sequence[Path], named: Sequence[Path], watch: Watch) -> list[Path]:
    demos = [one for one in paths if one not in named and _is_demo(one)]
    for path in demos:
        watch.warn(path, "a demo: left out")
    if demos and len(demos) == len(paths):
        raise RefusedInput(
            "there is nothing but demos, and they tell of nobody",
            where=str(demos[0].parent),
            advice="Name a recording itself to have it on the page all the same.",
        )
    return [one for one in paths if one not in demos]


def _is_demo(path: Path) -> bool:
    try:
        return read_header(path).is_virtual
    except RefusedInput:
        return False  # a table; or it is told when it is read


def _read_each(paths: Sequence[Path], reading: Reading, watch: Watch) -> Iterator[Content]:
    for number, path in enumerate(paths):
        watch.begin(number, len(paths), path)
        yield read_content(
            path,
            reading.marks,
            reading.rate_hz,
            ignore_columns=reading.ignore_columns,
            tell=_warn_of(path, watch),
            progress=tell_part(_tell_share(watch.tell), number, len(paths)),
        )


def _warn_of(path: Path, watch: Watch) -> Callable[[str], None]:
    return lambda problem: watch.warn(path, problem)


def _tell_share(tell: Tell) -> Tell:
    return lambda share: tell(READ_SHARE * share)


def choose_output(folder: Path, inputs: Sequence[Path], name: str, *, is_closed: bool) -> Path:
    """Return a name that is not taken for an export: after the recording, never after a person.

    Parameters
    ----------
    folder : Path
        Where exports are kept.
    inputs : sequence of Path
        What is exported.
    name : str
        The format.
    is_closed : bool
        Whether it goes under a passphrase.

    """
    stem = inputs[0].name.split(".")[0] if len(inputs) == 1 else f"{len(inputs)}-sessions"
    suffix = FORMATS[name].suffix if len(inputs) == 1 else ""
    if not suffix:
        suffix = f"-{name}.zip" if is_closed else f"-{name}"
    suffix += ".age" if is_closed else ""
    candidate, number = folder / f"{stem}{suffix}", 1
    while candidate.exists():
        number += 1
        candidate = folder / f"{stem}-{number}{suffix}"
    return candidate


def check_output(output: Path, inputs: Sequence[Path]) -> None:
    """Refuse to write over an input, or into a folder that holds something."""
    if output.resolve() in {one.resolve() for one in inputs}:
        raise RefusedInput(
            "the output is one of the inputs",
            where=str(output),
            advice="Give another name: a recording is never written over.",
        )
    if output.is_dir() and any(output.iterdir()):
        raise RefusedInput(
            "this folder has files in it already",
            where=str(output),
            advice="Give the name of a new folder; what is there is not touched.",
        )
