"""Calibrations on the command line: from a file, a recording, or the data folder."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from breathsense.cli.saying import say

if TYPE_CHECKING:  # loading them loads numpy; --help does not need it
    from collections.abc import Iterable, Iterator

    from breathsense.core.calibration.matching import Occasion
    from breathsense.core.model.calibration import Calibration, Posture
    from breathsense.core.model.inputs import Item
    from breathsense.core.setup import Setup
    from breathsense.core.stage import Stage

POSTURES = ("supine", "prone", "sitting", "standing", "kneeling")


def describe_occasion(setup: "Setup", posture: "Posture") -> "Occasion":
    """Return what a calibration must fit."""
    from breathsense.core.calibration.matching import Occasion
    from breathsense.core.setup import list_sensors

    names = tuple(one.name for one in setup.wearables)
    return Occasion(posture, names, tuple(one.id for one in list_sensors(setup)))


def load_calibration(path: Path) -> "Calibration":
    """Read a stored calibration, or take what a recording had learnt by its end.

    Raises
    ------
    RefusedInput
        The file holds none.

    """
    from breathsense.recordings.calibrations import read_calibration
    from breathsense.recordings.inputs import is_recording

    if not is_recording(path):
        return read_calibration(path)
    return _replay_calibration(path)


def check_calibration(calibration: "Calibration", occasion: "Occasion", path: Path) -> None:
    """Raise RefusedInput with the reason if a calibration does not hold; what it lacks is told."""
    from breathsense.core.calibration.matching import find_lack, find_mismatch, find_staleness
    from breathsense.core.model.errors import RefusedInput

    mismatch = find_mismatch(calibration, occasion)
    if mismatch:
        raise RefusedInput(
            f"the calibration does not hold here: {mismatch}",
            where=str(path),
            advice="Leave it out, or calibrate for this posture and these wearables.",
        )
    lack = find_lack(calibration, occasion.sensors)
    if lack:
        say(f"breathsense: {path}: {lack}.", err=True)
    stale = find_staleness(calibration, datetime.now().astimezone()) if calibration.made else ""
    if stale:
        say(f"breathsense: {path}: {stale}; it is used because you asked for it.", err=True)


def choose_calibration(
    data_dir: Path, setup: "Setup", path: Path | None, posture: "Posture | None"
) -> "Calibration | None":
    """Return the calibration for a session: the given one, else the newest for the posture.

    Without either there is none. With a posture for which nothing is stored, an empty one that
    carries the posture is returned: what is learnt in the session will hold for it.
    """
    from breathsense.core.calibration.matching import find_lack
    from breathsense.core.model.calibration import Calibration
    from breathsense.recordings.calibrations import find_calibration

    occasion = describe_occasion(setup, posture or "unknown")
    if path is not None:
        calibration = load_calibration(path)
        check_calibration(calibration, occasion, path)
        return calibration
    if posture is None:
        return None
    stored, why = find_calibration(data_dir, occasion, datetime.now().astimezone())
    if stored is not None:
        lack = find_lack(stored.calibration, occasion.sensors)
        say(f"Calibration: {stored.path.name}{f'; {lack}' if lack else ''}", err=True)
        return stored.calibration
    say(f"No calibration is used: {why}.", err=True)
    return Calibration(posture=posture, wearables=tuple(occasion.wearables))


def _find_events(engine: "Stage", items: "Iterable[Item]") -> "Iterator[object]":
    for item in items:
        yield from engine.push(item)
    yield from engine.flush()


def _replay_calibration(path: Path) -> "Calibration":
    from dataclasses import replace

    from breathsense.core.engine import build_engine
    from breathsense.core.model.calibration import Calibrated
    from breathsense.core.model.errors import RefusedInput
    from breathsense.recordings.reader import open_recording

    recording = open_recording(path)
    setup = recording.header.setup()
    known = setup.calibration
    engine = build_engine(setup, joins_blocks=True)
    for event in _find_events(engine, recording.items()):
        if isinstance(event, Calibrated):
            known = event.calibration
    if known is None or not (known.levels or known.mmgs):
        raise RefusedInput(
            "the recording holds no calibration",
            where=str(path),
            advice="Give one in which a calibration was made, or a file of `breathsense calibrate`",
        )
    names = known.wearables or tuple(one.name for one in setup.wearables)
    return replace(known, made=known.made or recording.header.started, wearables=names)
