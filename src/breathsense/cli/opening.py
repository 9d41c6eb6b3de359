"""Opening the app on this computer; what it asks for is loaded behind its first screen."""

import gc
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # they load the engine and the screens, which other commands do not need
    from breathsense.cli.desk import HomeDesk
    from breathsense.tui.app import Start


def open_app(
    data_dir: Path, start: "Start" = "home", *, replay_speed: float = 1.0, demo_id: str = ""
) -> None:
    """Run the app until the person leaves.

    Parameters
    ----------
    data_dir : Path
        Where recordings, settings and answers are.
    start : {"home", "demo"}, Path or Wanted
        What is opened first.
    replay_speed : float
        At which recordings are played at first.
    demo_id : str
        Which virtual wearable a demo is with; empty for the belt.

    """
    # What is loaded stays: looking for garbage among it is a tenth of the way to the first frame,
    # and later a pause in a session.
    gc.disable()
    from breathsense.tui.app import run_app
    from breathsense.tui.late import LateDesk

    def build() -> "HomeDesk":
        try:
            from breathsense.cli.desk import HomeDesk

            import_module("breathsense.tui.screens.live")  # the first session does not wait for it
            return HomeDesk(data_dir, replay_speed=replay_speed, demo_id=demo_id)
        finally:
            gc.freeze()
            gc.enable()

    run_app(LateDesk(build), start=start, data_dir=data_dir)
