"""What can be said to a wearer, how much it matters, and the usual words for it.

The order is safety, breathing, direction, level, steadiness, pace; within a rank, that of the keys.
"""

from typing import Literal, NamedTuple, get_args

CueKey = Literal[
    "let_go", "breathe_now", "stop_pacing", "over_breathing",
    "breath_held", "too_deep", "too_shallow", "not_back", "chest_led",
    "draw_in", "outward",
    "too_hard", "too_soft",
    "fading", "moving",
    "too_fast", "too_slow", "off_pace",
]  # fmt: skip
SAFETY = 0
ANYTHING_ELSE = 6


class CueWords(NamedTuple):
    """Rank and usual words."""

    rank: int
    text: str


CUES: dict[str, CueWords] = {
    "let_go": CueWords(SAFETY, "Let go, and breathe."),
    "breathe_now": CueWords(SAFETY, "Breathe now, or let go."),
    "stop_pacing": CueWords(
        SAFETY, "Too much air for this pace: leave the pacer and breathe as you like."
    ),
    "over_breathing": CueWords(SAFETY, "Less air: slow, not big. Dizzy or tingling? Then stop."),
    "breath_held": CueWords(1, "No movement of the breath is seen: are you breathing?"),
    "too_deep": CueWords(1, "A little less air."),
    "too_shallow": CueWords(1, "A little deeper, low and wide."),
    "not_back": CueWords(1, "All the way out before the next one."),
    "chest_led": CueWords(1, "Let the ribs rest, the belly moves."),
    "draw_in": CueWords(2, "The belly goes in: push gently out all round."),
    "outward": CueWords(2, "The belly goes out: draw it gently in."),
    "too_hard": CueWords(3, "Half of that is enough."),
    "too_soft": CueWords(3, "A little firmer, all round."),
    "fading": CueWords(4, "Top the wall up with the next breath in."),
    "moving": CueWords(4, "Keep still: while you move, the belly cannot be read."),
    "too_fast": CueWords(5, "Slower, there is time."),
    "too_slow": CueWords(5, "A little quicker, if it is easy."),
    "off_pace": CueWords(5, "With the pacer: in as it rises, out as it falls."),
}
PLACES: dict[str, int] = {key: place for place, key in enumerate(get_args(CueKey))}
"""The most important is at 0."""
