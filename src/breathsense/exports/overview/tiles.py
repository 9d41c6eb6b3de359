"""The first look: how much was practised, and what the last week is against the first."""

from collections.abc import Sequence

from breathsense.exports.overview.calendar import tell_done
from breathsense.exports.overview.change import list_changes
from breathsense.exports.overview.sheet import (
    INK,
    INNER_MM,
    LINE,
    MARGIN_MM,
    SOFT,
    Box,
    Sheet,
    Words,
)
from breathsense.exports.overview.summary import Summary

MOST = 6
_GAP_MM = 2.0
_HEIGHT_MM = 10.5


def draw_tiles(sheet: Sheet, summaries: Sequence[Summary], top: float, per_week: int) -> float:
    """Draw the tiles; returns where the next thing may begin."""
    done = tell_done(summaries, per_week)
    if not done:
        return top
    tiles = [("days practised", done), *list_changes(summaries)][:MOST]
    width = (INNER_MM - (MOST - 1) * _GAP_MM) / MOST
    for number, (name, words) in enumerate(tiles):
        x = MARGIN_MM + number * (width + _GAP_MM)
        sheet.add(
            Box(x, top, width, _HEIGHT_MM, rim=LINE),
            Words(x + 1.5, top + 3.6, name, 6.5, SOFT),
            Words(x + 1.5, top + 8.4, words, 10.5, INK, is_bold=True),
        )
    if len(tiles) > 1:
        told = "Arrows: median of the first week → of the last."
        sheet.add(Words(MARGIN_MM, top + _HEIGHT_MM + 3, told, 6, SOFT))
    return top + _HEIGHT_MM + 6
