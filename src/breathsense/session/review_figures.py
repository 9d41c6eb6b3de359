"""A session in a column of figures, to be held against another one."""

from collections.abc import Iterable
from statistics import fmean
from typing import NamedTuple

from breathsense.core.bracing.unknown import tell_score
from breathsense.exports.content import Content
from breathsense.exports.overview.summary import summarise
from breathsense.session.texts import _

NOTHING = "-"


class FigureRow(NamedTuple):
    """A figure of one session or of two, in words; ``other`` is empty without a second one."""

    name: str
    one: str
    other: str = ""


def list_figures(content: Content) -> list[FigureRow]:
    """Return what is told of a session: length, breaths, rate, depth, braces, what was scored."""
    summary = summarise(content)
    unit = content.analysis.unit
    rate = _("Rate at rest") if summary.is_rest_rate else _("Rate")
    hand = len(content.notes.corrections)
    rows = [
        FigureRow(
            _("Length"), _("{duration_s:.1f} min").format(duration_s=summary.duration_s / 60)
        ),
        FigureRow(_("Scored"), f"{100 * summary.usable:.0f} %"),
        FigureRow(_("Breaths"), str(len(content.analysis.breaths))),
        FigureRow(rate, _tell(summary.rate_per_min, _("{:.1f} /min"))),
        FigureRow(_("Depth"), _tell(summary.depth, f"{{:.3g}} {unit}")),
        FigureRow(_("Braces"), str(len(summary.braces))),
        FigureRow(_("Held"), _tell(summary.hold_s, "{:.1f} s")),
        FigureRow(_("Level"), _tell_share(summary.level)),
        FigureRow(_("Level kept"), _tell_share(summary.retention)),
        FigureRow(_("Set score"), _tell(_find_set_score(content), "{:.0f}")),
        FigureRow(_("Longest gap"), _tell(summary.longest_gap_s, "{:.1f} s")),
        FigureRow(_("Draw-ins"), str(summary.n_draw_ins)),
        FigureRow(_("Pain"), _tell_pair(summary.before.get("pain"), summary.after.get("pain"))),
        FigureRow(
            _("Stress"), _tell_pair(summary.before.get("stress"), summary.after.get("stress"))
        ),
    ]
    return [*rows, FigureRow(_("By hand"), str(hand))] if hand else rows


def _find_set_score(content: Content) -> float | None:
    """Return the mean score of the sets that can be gone by."""
    told = [tell_score(one).score for one in content.analysis.sets]
    known = [one for one in told if one is not None]
    return fmean(known) if known else None


def compare_figures(
    ones: Iterable[FigureRow], others: Iterable[FigureRow]
) -> tuple[FigureRow, ...]:
    """Return the figures of two sessions side by side, in the order of the first."""
    left = {row.name: row.one for row in others}
    rows = [FigureRow(row.name, row.one, left.pop(row.name, NOTHING)) for row in ones]
    return (*rows, *(FigureRow(name, NOTHING, told) for name, told in left.items()))


def _tell(value: float | None, form: str) -> str:
    return NOTHING if value is None else form.format(value)


def _tell_share(value: float | None) -> str:
    return NOTHING if value is None else f"{100 * value:.0f} %"


def _tell_pair(before: int | None, after: int | None) -> str:
    if before is None and after is None:
        return NOTHING
    told = [NOTHING if one is None else str(one) for one in (before, after)]
    return " → ".join(told)
