"""A session with a virtual wearable on a virtual person, over the real link code."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from breathsense.cli.choices import Choice, apply_choices
from breathsense.core.model.calibration import Calibration
from breathsense.core.setup import Setup
from breathsense.session.live import Session
from breathsense.session.opening import open_live
from breathsense.session.wearing import Wish, Worn, put_on
from breathsense.simulation.following import Follower
from breathsense.simulation.practice import Practice
from breathsense.sources.shelf import FOLDER, find_profile
from breathsense.sources.simulated import DEMO_WEARABLE, DemoRadio, build_demo_radio


def open_demo_session(
    path: Path,
    data_dir: Path,
    choose: Callable[[Setup], Calibration | None] | None = None,
    choices: Sequence[Choice] = (),
    wearable_id: str = DEMO_WEARABLE,
) -> Session:
    """Begin a session with a virtual wearable on a virtual person, over the real link code.

    ``choose`` is asked which calibration goes with it; ``choices`` are what ``--set`` said.
    """
    demo, follow = wake_demo_person(wearable_id)
    worn = put_on_demo(demo, data_dir, choices)
    calibration = choose(Setup(wearables=(worn.wearable,))) if choose else None
    session = open_live([worn], path, data_dir, radio=demo.radio, calibration=calibration)
    session.follow = follow
    return session


def wake_demo_person(wearable_id: str = DEMO_WEARABLE) -> tuple[DemoRadio, Follower]:
    """Return a virtual wearable, and the virtual person's ear for what a session asks for."""
    practice = Practice()
    demo = build_demo_radio(wearable_id, script=practice)

    def tell_body_ns() -> int | None:
        born_ns = demo.person.born_ns
        return None if born_ns is None else time.monotonic_ns() - born_ns

    return demo, Follower(practice, tell_body_ns)


def put_on_demo(demo: DemoRadio, data_dir: Path, choices: Sequence[Choice] = ()) -> Worn:
    """Put the virtual wearable round the belly."""
    profile = find_profile(demo.profile_id, data_dir / FOLDER)
    wish = Wish(profile, demo.device_id, demo.name, "abdomen")
    (worn,) = put_on(apply_choices([wish], choices))
    return worn
