"""The braces of a session on its page: what each was like, its score, and those of the sets."""

from collections.abc import Iterable
from html import escape

from breathsense.core.analysis import Analysis, BraceSpan
from breathsense.core.bracing.unknown import ToldScore, tell_score
from breathsense.core.model.bracing import HoldScored
from breathsense.exports.page.rows import tell_clock
from breathsense.exports.unknown_words import say_reasons

NS_PER_S = 1e9
NOTHING = "-"
PARTS = ("Score", "Level part", "Steady", "Kept", "Breath part", "Not told, because")


def build_braces(analysis: Analysis, start_ns: int) -> list[str]:
    """Return the tables of braces and of sets; nothing where there was none."""
    if not analysis.braces:
        return []
    scores = {one.number: one for one in analysis.holds}
    rows = [
        (*_list_figures(span, start_ns), *_list_parts(scores.get(span.start.number)))
        for span in analysis.braces
    ]
    names = ("At", "Length", "Direction", "Breathing", "Level", "Longest breath gap", "Quality")
    caption = "Level: share of the wearer's own reference. Score and its parts: of 100."
    told = ["<h2>Braces</h2>", *_build_table(caption, (*names, *PARTS), rows)]
    if analysis.sets:
        told += _build_sets(analysis, start_ns)
    return told


def _build_sets(analysis: Analysis, start_ns: int) -> list[str]:
    rows = [
        (
            tell_clock((one.start_ns - start_ns) / NS_PER_S),
            str(one.n_holds),
            *_spell(tell_score(one)),
        )
        for one in analysis.sets
    ]
    caption = "A set: the holds between two stretches of quiet breaths; means of its holds."
    return ["<h2>Sets of braces</h2>", *_build_table(caption, ("From", "Holds", *PARTS), rows)]


def _list_figures(span: BraceSpan, start_ns: int) -> tuple[str, ...]:
    start, end = span
    at = tell_clock((start.start_ns - start_ns) / NS_PER_S)
    way = start.direction.replace("_", " ")
    if end is None:
        return (at, "open", way, "not known", NOTHING, NOTHING, f"{start.quality:.2f}")
    return (
        at,
        f"{(end.end_ns - start.start_ns) / NS_PER_S:.1f} s",
        way,
        end.breathing.replace("_", " "),
        NOTHING if end.level is None else f"{100 * end.level:.0f} %",
        f"{end.longest_gap_ns / NS_PER_S:.1f} s",
        f"{end.quality:.2f}",
    )


def _list_parts(hold: HoldScored | None) -> tuple[str, ...]:
    if hold is None:
        return (*(NOTHING for _ in PARTS[:-1]), "nothing of it could be told")
    return _spell(tell_score(hold))


def _spell(told: ToldScore) -> tuple[str, ...]:
    parts = (told.level, told.steadiness, told.retention, told.breathing)
    return (
        NOTHING if told.score is None else f"{told.score:.0f}",
        *(NOTHING if one is None else f"{100 * one:.0f}" for one in parts),
        say_reasons(told.reasons),
    )


def _build_table(caption: str, names: Iterable[str], rows: Iterable[tuple[str, ...]]) -> list[str]:
    return [
        f"<table><caption>{escape(caption)}</caption><tr>",
        *(f"<th>{one}</th>" for one in names),
        "</tr>",
        *("<tr>" + "".join(f"<td>{escape(one)}</td>" for one in cells) + "</tr>" for cells in rows),
        "</table>",
    ]
