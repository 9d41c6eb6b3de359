"""The posture watch: how the trunk leans as a figure, and few words."""

from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import wrap
from typing import Literal

from breathsense.session.texts import N_, Words, _, say_n
from breathsense.session.view import TrunkView
from breathsense.tui.drawing.canvas import Canvas, Ink, build_canvas
from breathsense.tui.drawing.pictures.people import SLUMPED, TALL, blend_people, draw_person
from breathsense.tui.drawing.raster import Box
from breathsense.tui.drawing.words import S
from breathsense.tui.keys import say_keys

Stage = Literal["no_sensor", "tall", "slump", "hold", "watching", "snoozed", "change", "changed"]
TENTHS = 10
FIGURE_SHARE = 0.4
LEAST_FIGURE = 16
SHOW_TALL = N_(
    "Sit or stand tall, as tall as is easy. {posture_show_it}, then stay so for five seconds."
)
SHOW_SLUMP = N_(
    "Now slump, as you do when you are tired. {posture_show_it}, then stay so for five seconds."
)
HOLD = N_("Stay so ...")
NO_SENSOR = N_(
    "This needs a motion sensor on the trunk. Reminders of breaks ({home_options}, options) need"
    " no sensor."
)
WATCHING = N_("Watching. Forget about it: it speaks up rarely, and only to say: change.")
SNOOZED = N_("Snoozed. Still counting, saying nothing.")
CHANGE = N_(
    "In one shape for a while. Change it: sit tall, lean back, stand up, walk. Any change counts."
)
CHANGED = N_("Changed. That is all it takes.")
SAYS: Mapping[Stage, tuple[str, Ink]] = Words(
    {
        "no_sensor": (NO_SENSOR, Ink.WARNING),
        "tall": (SHOW_TALL, Ink.STRONG),
        "slump": (SHOW_SLUMP, Ink.STRONG),
        "hold": (HOLD, Ink.TARGET_NOW),
        "watching": (WATCHING, Ink.TEXT),
        "snoozed": (SNOOZED, Ink.FAINT),
        "change": (CHANGE, Ink.TARGET_NOW),
        "changed": (CHANGED, Ink.GOOD),
    }
)
TITLES: Mapping[Stage, str] = Words({"change": "◆ Time to change", "changed": "✓ Changed"})


@dataclass(frozen=True, slots=True)
class PostureFace:
    """What is shown.

    Parameters
    ----------
    stage : Stage
        What there is to say.
    tenths : int or None
        Place between tall (0) and slumped (10); ``None`` where it is not known.
    watched_min, n_changes, n_slouches : int
        So far.

    """

    stage: Stage
    tenths: int | None
    watched_min: int = 0
    n_changes: int = 0
    n_slouches: int = 0


def read_posture(trunk: TrunkView, stage: Stage) -> PostureFace:
    """Take from the trunk what is shown."""
    frac = trunk.posture.slouch_frac if trunk.posture else None
    tenths = None if frac is None else min(max(round(frac * TENTHS), 0), TENTHS)
    return PostureFace(
        stage, tenths, trunk.watched_ns // (60 * S), trunk.n_changes, trunk.n_slouches
    )


def draw_posture_watch(face: PostureFace, width: int, height: int) -> Canvas:
    """Draw the figure on the left, the words on the right, what was counted below."""
    canvas = build_canvas(width, height)
    room = max(int(width * FIGURE_SHARE), LEAST_FIGURE)
    share = {"tall": 0.0, "slump": 1.0}.get(face.stage, (face.tenths or 0) / TENTHS)
    figure = blend_people(TALL, SLUMPED, share)
    draw_person(canvas, Box(1, 1, room - 2, max(height - 2, 1)), figure)
    said, ink = SAYS[face.stage]
    text = say_keys(said)
    title = TITLES.get(face.stage, "")
    row = max(height // 2 - 4, 1)
    if title:
        canvas.write(row - 1, room + 1, title, ink)
    for line in wrap(text, max(width - room - 3, 12)):
        canvas.write(row, room + 1, line, ink)
        row += 1
    for line in _count(face):
        row += 1
        canvas.write(row, room + 1, line, Ink.FAINT)
    return canvas


def _count(face: PostureFace) -> list[str]:
    if face.stage in {"no_sensor", "tall", "slump", "hold"}:
        return []
    hours, minutes = divmod(face.watched_min, 60)
    lines = [
        _("watched {hours} h {minutes} min").format(hours=hours, minutes=minutes)
        if hours
        else _("watched {minutes} min").format(minutes=minutes)
    ]
    lines.append(say_n("{n} change of position", "{n} changes of position", face.n_changes))
    if face.n_slouches:
        lines.append(say_n("{n} long slouch", "{n} long slouches", face.n_slouches))
    return lines
