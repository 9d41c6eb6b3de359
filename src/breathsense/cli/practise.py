"""``breathsense practise``: the app, or one programme in plain lines."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from breathsense.cli.calibrating import POSTURES, choose_calibration
from breathsense.cli.options import data_dir_option, speak_language
from breathsense.cli.saying import say

if TYPE_CHECKING:  # it loads the engine, which the first screen does not need
    from breathsense.core.model.calibration import Posture


@click.command()
@click.option("--plain", is_flag=True, help="One programme in plain lines, without the app.")
@click.option("--programme", "programme_id", metavar="ID", help="Begin with this one.")
@click.option("--level", type=int, default=0, help="One of its levels.")
@click.option("--demo", is_flag=True, help="With a virtual belt on a virtual person.")
@click.option(
    "--prescription",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A physio's prescription; it is checked and holds from now on.",
)
@click.option(
    "--device",
    "devices",
    multiple=True,
    metavar="NAME_OR_ID[@PLACE]",
    help="With --plain: what is worn, instead of what was worn last.",
)
@click.option(
    "--posture", type=click.Choice(POSTURES), help="With --plain: use its newest calibration."
)
@data_dir_option
def command(  # noqa: PLR0913 - one argument for each option
    programme_id: str | None,
    level: int,
    prescription: Path | None,
    devices: tuple[str, ...],
    posture: "Posture | None",
    data_dir: Path,
    *,
    plain: bool,
    demo: bool,
) -> None:
    """Open the app: find and pair a wearable, practise, open a recording.

    With --programme it begins with that one. With --plain as well, the programme is told line by
    line instead, as a screen reader wants it: with what was worn last, or with --device or --demo.
    """
    _check_options(
        programme_id, has_level=bool(level), plain=plain, plain_only=bool(devices or posture)
    )
    if prescription is not None:
        from breathsense.session.practice_book import PracticeBook

        PracticeBook(data_dir).take_prescription(prescription)
    if plain and programme_id is not None:
        _practise(programme_id, level, devices, posture, data_dir, demo=demo)
    else:
        _open(programme_id, level, data_dir, demo=demo)


def _check_options(
    programme_id: str | None, *, has_level: bool, plain: bool, plain_only: bool
) -> None:
    if plain and programme_id is None:
        raise click.UsageError("--plain goes with --programme ID.")
    if has_level and programme_id is None:
        raise click.UsageError("--level goes with --programme ID.")
    if plain_only and not plain:
        raise click.UsageError("--device and --posture go with --plain --programme ID.")


def _open(programme_id: str | None, level: int, data_dir: Path, *, demo: bool) -> None:
    from breathsense.cli.opening import open_app

    if programme_id is None:
        open_app(data_dir, "demo" if demo else "home")
        return
    from breathsense.tui.practising import Wanted

    open_app(data_dir, Wanted(programme_id, level, is_demo=demo))


def _practise(
    programme_id: str,
    level: int,
    devices: tuple[str, ...],
    posture: "Posture | None",
    data_dir: Path,
    *,
    demo: bool,
) -> None:
    from breathsense.cli import guiding
    from breathsense.cli.asking import ask_safety
    from breathsense.cli.desk import HomeDesk
    from breathsense.cli.plainly import practise_plainly
    from breathsense.cli.record import listen_for_signals

    speak_language(data_dir)
    book = HomeDesk(data_dir).open_book()
    programme = book.shelf.find(programme_id)
    ask_safety(book)
    book.check(programme)
    asked = listen_for_signals()
    worn = guiding.put_on_demo_person(data_dir) if demo else guiding.put_on_named(devices, data_dir)
    setup = guiding.describe_setup(worn.worn)
    known = choose_calibration(data_dir, setup, None, posture)
    say(practise_plainly(worn, book, programme, level, data_dir, asked, known))
