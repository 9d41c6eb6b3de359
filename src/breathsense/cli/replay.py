"""``breathsense replay``: play a recording again."""

import math
import sys
from pathlib import Path

import click

from breathsense.cli.options import data_dir_option


class Speed(click.ParamType[float]):
    """A number greater than 0, or ``max``."""

    name = "speed"

    def convert(
        self, value: str | float, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the speed; ``max`` is infinite."""
        if value == "max":
            return math.inf
        try:
            speed = float(value)
        except ValueError:
            speed = math.nan
        if not 0 < speed < math.inf:
            self.fail(f"{value!r} is no speed. Give a number greater than 0, or max.", param, ctx)
        return speed


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--speed", type=Speed(), default=1.0, metavar="X|max", help="Times real time.")
@click.option("--headless", is_flag=True, help="Without the app: print what was found.")
@click.option("--json", "as_json", is_flag=True, help="With --headless: as JSON.")
@data_dir_option
def command(file: Path, speed: float, data_dir: Path, *, headless: bool, as_json: bool) -> None:
    """Play a recording again: the same samples, at any speed, through the same code."""
    if as_json and not headless:
        raise click.UsageError("--json goes with --headless.")
    if headless:
        _replay_headless(file, speed, as_json=as_json)
        return
    from breathsense.cli.opening import open_app

    open_app(data_dir, file, replay_speed=speed)


def _replay_headless(file: Path, speed: float, *, as_json: bool) -> None:
    from breathsense.cli.analyze import print_analysis
    from breathsense.core.model.errors import RefusedInput
    from breathsense.session.opening import Replay

    replay = Replay(file, speed)
    try:
        replay.session.wait()
        problem = replay.view().problem
    except KeyboardInterrupt:
        problem = ""
    finally:
        replay.stop()
    if problem:
        raise RefusedInput(problem, where=str(file))
    print_analysis(replay.session.finish_analysis(), sys.stdout, as_json=as_json)
