"""Rows and details of the library of recordings."""

from collections.abc import Sequence
from textwrap import wrap

from textual.content import Content

from breathsense.library.checking import Flaw, Weight
from breathsense.library.entry import SessionEntry
from breathsense.session.moments import say_moment
from breathsense.session.texts import Words, _, say_n
from breathsense.tui.drawing.fitting import cut_text, tidy_text
from breathsense.tui.drawing.words import say_length, say_size

DATE_ROOM = 18
LENGTH_ROOM = 7
RATE_ROOM = 6
LEAST_WORDS = 10
NS_PER_S = 1_000_000_000
TROUBLE = "⚠"
UNREAD = "…"
MOST_FLAWS = 12

KINDS = Words({"index": "index (made anew at will)"})
"""What a kind of file is called; others by their folder."""


def describe_row(entry: SessionEntry, width: int) -> Content:
    """Return a recording as one row: when, how long, how fast, what it is called."""
    started = entry.started
    when = say_moment(started)
    minutes, seconds = divmod(round(entry.duration_s), 60)
    length = f"{minutes}:{seconds:02d}" if entry.is_read or entry.duration_s else UNREAD
    rate = "" if entry.rate_per_min is None else f"{entry.rate_per_min:.1f}"
    room = max(width - DATE_ROOM - LENGTH_ROOM - RATE_ROOM - 4, LEAST_WORDS)
    words, labels = name_entry(entry), " ".join(f"#{one}" for one in entry.labels)
    flag = f"{TROUBLE} " if entry.trouble else ""
    tail = tidy_text(f"  {labels}") if labels else ""
    words = cut_text(tidy_text(f"{flag}{words}"), max(room - len(tail), LEAST_WORDS))
    return Content.assemble(
        (f"{when:<{DATE_ROOM}}", "$strong"),
        (f"{length:>{LENGTH_ROOM}}", "$faint"),
        (f"{rate:>{RATE_ROOM}}  ", "$breath-in"),
        (words, "$warning") if entry.trouble else words,
        (cut_text(tail, max(room - len(words), 0)), "$accent"),
    )


def name_entry(entry: SessionEntry) -> str:
    """Return what a recording is known by: its title, what was practised, or what was worn."""
    if entry.title:
        return entry.title
    if entry.trouble and not entry.sensors:
        return entry.trouble
    practised = ", ".join(dict.fromkeys(_(one.name) for one in entry.courses if one.name))
    worn = " + ".join(one.id for one in entry.sensors)
    kind = _("sample: ") if entry.is_sample else _("demo: ") if entry.is_virtual else ""
    return f"{kind}{practised or worn or entry.path.name}"


def describe_details(entry: SessionEntry, width: int) -> list[Content]:
    """Return what is known of one recording, line by line, none wider than ``width``."""
    lines: list[tuple[str, str]] = [("$strong", name_entry(entry))]
    if entry.trouble:
        lines.append(("$warning", f"{TROUBLE} {entry.trouble}"))
    if entry.duration_s:
        lines += [("", one) for one in (_tell_length(entry), _tell_figures(entry)) if one]
        lines += [("", _tell_course(_(one.name), one.level, one.score)) for one in entry.courses]
    if entry.labels:
        lines.append(("$accent", " ".join(f"#{one}" for one in entry.labels)))
    lines += [("$faint", f"“{one}”") for one in entry.notes if one]
    where = (
        _("comes with the program, synthetic") if entry.is_sample else say_size(entry.size_bytes)
    )
    lines.append(("$faint", f"{entry.path.name}, {where}"))
    return [
        Content.assemble((row, style)) if style else Content(row)
        for style, text in lines
        for row in wrap(tidy_text(text), max(width, LEAST_WORDS))
    ]


def describe_flaws(flaws: Sequence[Flaw], n_read: int) -> str:
    """Say what was found to be wrong with all recordings."""
    if not flaws:
        return _("{count} read to the end: all is well.").format(
            count=say_n("{n} recording", "{n} recordings", n_read)
        )
    told = [f"{one.path.name}: {one.what}" for one in flaws[:MOST_FLAWS]]
    n_more = len(flaws) - len(told)
    return "\n".join([*told, *([_("and {n_more} more").format(n_more=n_more)] if n_more else [])])


def describe_weights(weights: Sequence[Weight], free_bytes: int | None) -> str:
    """Say what takes how much room."""
    rows = [
        f"{KINDS.get(one.kind, one.kind):<26}{say_n('{n} file', '{n} files', one.n_files):>10}"
        f"{say_size(one.n_bytes):>11}"
        for one in weights
    ]
    free = [] if free_bytes is None else [f"{_('free on this disk'):<36}{say_size(free_bytes):>11}"]
    return "\n".join([*rows, *free])


def _tell_length(entry: SessionEntry) -> str:
    worn = ", ".join(dict.fromkeys(f"{one.id} ({one.kind})" for one in entry.sensors))
    length = say_length(round(entry.duration_s * NS_PER_S))
    return f"{length}; {worn}" if worn else length


def _tell_figures(entry: SessionEntry) -> str:
    told = [say_n("{n} breath", "{n} breaths", entry.n_breaths)] if entry.n_breaths else []
    if entry.rate_per_min is not None:
        told.append(_("{rate_per_min:.1f} a minute").format(rate_per_min=entry.rate_per_min))
    if entry.n_holds:
        told.append(
            _("{count}, {hold_s_total:.0f} s in all").format(
                count=say_n("{n} brace", "{n} braces", entry.n_holds),
                hold_s_total=entry.hold_s_total,
            )
        )
    if entry.usable_frac is not None:
        told.append(
            _("{usable_frac:.0f} % could be scored").format(usable_frac=100 * entry.usable_frac)
        )
    return ", ".join(told)


def _tell_course(name: str, level: int, score: float | None) -> str:
    at = _(", level {level}").format(level=level) if level else ""
    return f"{name}{at}" + ("" if score is None else _(": {score:.0f} of 100").format(score=score))
