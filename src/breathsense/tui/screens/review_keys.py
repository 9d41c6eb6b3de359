"""The keys of a review."""

from collections.abc import Mapping

from textual.binding import Binding, BindingType

from breathsense.session.review import Stop
from breathsense.session.texts import N_, Words

STOP_WORDS: Mapping[Stop, str] = Words(
    {
        "breath": "breath",
        "hold": "brace or hold",
        "mark": "mark or annotation",
        "gap": "gap or flaw",
    }
)
PAIRS: dict[Stop, tuple[tuple[str, str], tuple[str, str]]] = {
    "breath": (
        (N_("Next breath"), N_("To the next breath")),
        (N_("Last breath"), N_("To the breath before")),
    ),
    "hold": (
        (N_("Next hold"), N_("To the next brace or hold")),
        (N_("Last hold"), N_("To the brace or hold before")),
    ),
    "mark": (
        (N_("Next mark"), N_("To the next mark or annotation")),
        (N_("Last mark"), N_("To the mark or annotation before")),
    ),
    "gap": (
        (N_("Next gap"), N_("To the next gap or flaw")),
        (N_("Last gap"), N_("To the gap or flaw before")),
    ),
}
"""Name and what it does, of the key to the next one and of that to the one before."""


def _key(keys: str, action: str, name: str, does: str = "", *, show: bool = False) -> Binding:
    return Binding(keys, action, name, tooltip=does or name, show=show)


def _pair(key: str, kind: Stop, *, show: bool = False) -> tuple[Binding, Binding]:
    """Return the keys to the next and to the last one of a kind."""
    following, before = PAIRS[kind]
    return (
        _key(key, f"stop('{kind}')", *following, show=show),
        _key(key.upper(), f"stop('{kind}', True)", *before),
    )


REVIEW_KEYS: tuple[BindingType, ...] = (
    _key("left", "move(-1)", "Back", "The cursor back"),
    _key("right", "move(1)", "On", "The cursor on"),
    _key("shift+left,ctrl+left", "stride(-1)", "Far back", "Back a tenth of the window"),
    _key("shift+right,ctrl+right", "stride(1)", "Far on", "On a tenth of the window"),
    _key("pageup", "page(-1)", "Window back", "A window back"),
    _key("pagedown", "page(1)", "Window on", "A window on"),
    _key("home", "edge(False)", "Start", "To the start"),
    _key("end", "edge(True)", "End", "To the end"),
    _key("plus,equals_sign", "zoom(1)", "Closer", "Show less time, larger", show=True),
    _key("minus", "zoom(-1)", "Farther", "Show more time"),
    _key("z", "whole", "Whole", "The whole session, and back to a minute"),
    *_pair("b", "breath", show=True),
    *_pair("h", "hold"),
    *_pair("m", "mark", show=True),
    *_pair("g", "gap"),
    _key("tab", "sensor", "Sensor", "The trace of the next sensor"),
    _key("a", "annotate", "Annotate", "Write here, or change what is written here", show=True),
    _key("x,delete", "strike", "Strike", "Take away the annotation here"),
    _key("1", "set('start')", "Breath starts", "By hand: the breath here starts at the cursor"),
    _key("2", "set('peak')", "Breath peaks", "By hand: the breath here turns at the cursor"),
    _key("3", "set('end')", "Breath ends", "By hand: the breath here ends at the cursor"),
    _key("i", "insert", "Insert", "By hand: a breath that was missed, its peak at the cursor"),
    _key("d", "drop", "No breath", "By hand: the breath here is none"),
    _key("ctrl+z,backspace", "undo", "Undo", "Take back what was changed last"),
    _key("w", "compare", "Compare", "Another session below this one; again to close", show=True),
    _key("r", "rescore", "Re-score", "What today's engine finds otherwise than before"),
    _key("e", "export", "Export", "Write it in another format", show=True),
    _key("p", "play", "Play", "Play it"),
    _key("q,escape", "leave", "Back", "Close the review", show=True),
)
