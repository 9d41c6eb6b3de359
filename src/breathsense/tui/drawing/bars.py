"""One-row bars: the link to the wearable, the recording, the place in a replay."""

from dataclasses import dataclass

from breathsense.session.texts import _, say_n
from breathsense.session.view import LiveView, RecordingView, WearableView
from breathsense.tui.drawing.canvas import Canvas, Ink, build_canvas
from breathsense.tui.drawing.fitting import cut_text, tidy_text
from breathsense.tui.drawing.shapes import draw_position
from breathsense.tui.drawing.words import LINK_WORDS, S, say_size, say_speed, say_time

Piece = tuple[str, Ink]
LOW_BATTERY_PCT = 15
SHOWN_LOSS_FRAC = 0.005
SEPARATOR = "   "


@dataclass(frozen=True, slots=True)
class BarFace:
    """Pieces from the left (a name, cut first where room is short) and pieces at the right."""

    name: str
    left: tuple[Piece, ...]
    right: tuple[Piece, ...]


def draw_bar_face(face: BarFace, width: int, height: int = 1) -> Canvas:
    """Draw the bar; the name is cut where the room is short, the pieces at the right are not."""
    canvas = build_canvas(width, height)
    right_width = sum(len(text) + len(SEPARATOR) for text, _ in face.right)
    left_width = sum(len(text) + len(SEPARATOR) for text, _ in face.left)
    room = width - right_width - left_width - 2
    name = cut_text(face.name, max(room, 0))
    column = canvas.write(0, 1, name, Ink.TITLE) if name else 1 - len(SEPARATOR)
    for text, ink in face.left:
        column = canvas.write(0, column + len(SEPARATOR), text, ink)
    column = max(width - right_width + len(SEPARATOR) - 1, column + len(SEPARATOR))
    for text, ink in face.right:
        column = canvas.write(0, column, text, ink) + len(SEPARATOR)
    return canvas


def read_link(view: LiveView) -> BarFace:
    """Say how the link to each wearable is; the first one with all its figures."""
    if not view.wearables:
        return BarFace(_("No wearable"), (), ())
    first, *others = view.wearables
    names = [tidy_text(first.name or first.profile_name)]
    names += [f"{tidy_text(one.name)} ({LINK_WORDS[one.link][1]})" for one in others]
    return BarFace(" + ".join(names), (), (_say_link(first), *_list_figures(first)))


def _say_link(wearable: WearableView) -> Piece:
    glyph, words = LINK_WORDS[wearable.link]
    if wearable.detail and wearable.link != "streaming":
        what, _, _ = tidy_text(wearable.detail).partition(". ")
        words = f"{words}: {what}"
    ink = {"streaming": Ink.GOOD, "lost": Ink.PROBLEM}.get(wearable.link, Ink.WARNING)
    return f"{glyph} {words}", ink


def _list_figures(wearable: WearableView) -> list[Piece]:
    figures: list[Piece] = []
    if wearable.rate_hz is not None:
        figures.append((_("{rate_hz:.1f} Hz").format(rate_hz=wearable.rate_hz), Ink.FAINT))
    if wearable.battery_pct is not None:
        is_low = wearable.battery_pct <= LOW_BATTERY_PCT
        words = _("battery {battery_pct:.0f} %").format(battery_pct=wearable.battery_pct) + (
            _(", low") if is_low else ""
        )
        figures.append((words, Ink.WARNING if is_low else Ink.FAINT))
    if wearable.lost_frac is not None and wearable.lost_frac >= SHOWN_LOSS_FRAC:
        figures.append(
            (_("{lost_frac:.1f} % lost").format(lost_frac=100 * wearable.lost_frac), Ink.WARNING)
        )
    if wearable.n_rejected:
        words = say_n(
            "{n} packet not understood", "{n} packets not understood", wearable.n_rejected
        )
        figures.append((words, Ink.WARNING))
    return figures


def read_recording(view: LiveView) -> BarFace:
    """Say what is being recorded."""
    recording = view.recording
    if recording is None:
        return BarFace(
            "", ((_("○ not recording"), Ink.FAINT),), ((say_time(view.now_ns), Ink.FAINT),)
        )
    if recording.problem:
        return BarFace("", (_say_trouble(recording),), ())
    return BarFace(
        "",
        ((_("● REC"), Ink.PROBLEM), (say_time(view.now_ns), Ink.STRONG)),
        ((tidy_text(recording.path.name), Ink.FAINT), (say_size(recording.n_bytes), Ink.FAINT)),
    )


def _say_trouble(recording: RecordingView) -> Piece:
    return _("! The recording has a problem: {problem}").format(
        problem=tidy_text(recording.problem)
    ), Ink.PROBLEM


@dataclass(frozen=True, slots=True)
class ReplayFace:
    """Where a replay is."""

    now_s: int
    duration_s: int | None
    speed: float
    state: str
    permille: int


def read_replay(view: LiveView, *, is_paused: bool, speed: float) -> ReplayFace:
    """Say where the replay is and what it does."""
    duration_ns = view.duration_ns
    state = _("■ at the end") if view.is_over else _("‖ paused") if is_paused else _("▶ playing")
    permille = round(1000 * view.now_ns / duration_ns) if duration_ns else 0
    duration_s = None if duration_ns is None else duration_ns // S
    return ReplayFace(view.now_ns // S, duration_s, speed, state, permille)


def draw_replay(face: ReplayFace, width: int, height: int = 1) -> Canvas:
    """Draw state, speed and position."""
    canvas = build_canvas(width, height)
    column = canvas.write(0, 1, face.state.ljust(12), Ink.STRONG)
    column = canvas.write(0, column + 1, say_speed(face.speed).ljust(6), Ink.TEXT)
    column = canvas.write(0, column + 1, say_time(face.now_s * S), Ink.STRONG) + 2
    if face.duration_s is None:
        return canvas
    end = canvas.write_right(0, say_time(face.duration_s * S), Ink.FAINT, margin=1)
    draw_position(canvas, 0, column, max(end - column - 2, 1), face.permille / 1000)
    return canvas
