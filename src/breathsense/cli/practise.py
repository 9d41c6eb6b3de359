"""``breathsense practise``: the app."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from breathsense.cli.calibrating import POSTURES, choose_calibration
from breathsense.cli.options import data_dir_option

if TYPE_CHECKING:  # it loads the engine, which the first screen does not need
    from breathsense.cli.desk import HomeDesk
    from breathsense.core.model.calibration import Posture


@click.command()
@click.option("--plain", is_flag=True, help="One programme in plain lines, without the app.")
@click.option("--programme", "programme_id", metavar="ID", help="Which, with --plain.")
@click.option("--level", type=int, default=0, help="One of its levels.")
@click.option("--demo", is_flag=True, help="With a virtual belt on a virtual person.")
@click.option("--device", "devices", multiple=True, metavar="NAME_OR_ID[@PLACE]")
@click.option("--posture", type=click.Choice(POSTURES), help="Use its newest calibration.")
@data_dir_option
def command(
    programme_id: str | None,
    level: int,
    devices: tuple[str, ...],
    posture: "Posture | None",
    data_dir: Path,
    *,
    plain: bool,
    demo: bool,
) -> None:
    """Open the app: find and pair a wearable, practise, open a recording.

    With --plain --programme ID, follow one programme line by line instead: with what was worn
    last, or with --device or --demo.
    """
    if plain and programme_id is not None:
        _practise(programme_id, level, devices, posture, data_dir, demo=demo)
        return
    if plain or programme_id or level or devices or posture or demo:
        raise click.UsageError("These options go with --plain --programme ID.")
    from breathsense.tui.app import run_app
    from breathsense.tui.late import LateDesk

    def build() -> "HomeDesk":
        from breathsense.cli.desk import HomeDesk

        return HomeDesk(data_dir)

    run_app(LateDesk(build), data_dir=data_dir)


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
    from breathsense.cli.plainly import practise_plainly
    from breathsense.cli.record import listen_for_signals
    from breathsense.core.coaching.schedule import build_schedule
    from breathsense.session.programmes import FOLDER, load_programmes

    programme = load_programmes(data_dir / FOLDER).find(programme_id)
    build_schedule(programme, level)
    asked = listen_for_signals()
    worn = guiding.put_on_demo_person(data_dir) if demo else guiding.put_on_named(devices, data_dir)
    setup = guiding.describe_setup(worn.worn)
    known = choose_calibration(data_dir, setup, None, posture)
    click.echo(practise_plainly(worn, programme, level, data_dir, asked, known))
