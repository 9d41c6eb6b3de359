"""The words for what was found of a brace."""

from collections.abc import Mapping
from typing import cast

from breathsense.core.model.bracing import BraceBreathing, Direction
from breathsense.session.texts import Words

WAY_WORDS: Mapping[Direction, str] = Words(
    {
        "expand": "the belly widens",
        "neutral": "firm, not wider",
        "draw_in": "drawn in",
        "unknown": "way not known",
    }
)
BREATHING_WORDS: Mapping[BraceBreathing, str] = Words(
    {"breathing": "breathing on", "not_seen": "no breath seen", "unknown": "breath not known"}
)


def tell_way(direction: str) -> str:
    """Say which way a brace went; one of an older program as it was written."""
    if direction in WAY_WORDS:
        return WAY_WORDS[cast(Direction, direction)]
    return direction.replace("_", " ")
