"""Finding recordings by the words that a person remembers of them."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from breathsense.core.model.errors import RefusedInput
from breathsense.library.entry import SessionEntry

_MOST_TOLD = 5


def search(entries: Iterable[SessionEntry], words: str) -> list[SessionEntry]:
    """Return the entries in which all words are found, in their order.

    Words are looked for in titles, labels, dates (``2026-03-04``, ``4 Mar 2026``), programmes,
    notes, sensors, places, postures, troubles and file names; upper and lower case are the same.
    """
    wanted = words.casefold().split()
    return [one for one in entries if all(word in _tell(one) for word in wanted)]


def find_entry(entries: Sequence[SessionEntry], words: str) -> SessionEntry:
    """Return the one entry that is meant: by path, file name or its beginning, title, or words.

    Raises
    ------
    RefusedInput
        None is, or several are: these are named.

    """
    tries = (
        [one for one in entries if one.path == Path(words)],
        [one for one in entries if one.path.name == words],
        [one for one in entries if one.title.casefold() == words.casefold() != ""],
        [one for one in entries if words and one.path.name.startswith(words)],
        search(entries, words) if words.strip() else [],
    )
    found = next((one for one in tries if one), [])
    if len(found) == 1:
        return found[0]
    if not found:
        raise RefusedInput(
            "no recording is called so",
            where=words,
            advice="`breathsense library list` shows which there are.",
        )
    names = ", ".join(one.path.name for one in found[:_MOST_TOLD])
    more = f" and {len(found) - _MOST_TOLD} more" if len(found) > _MOST_TOLD else ""
    raise RefusedInput(
        f"{len(found)} recordings are meant: {names}{more}",
        where=words,
        advice="Give more of the name.",
    )


def _tell(entry: SessionEntry) -> str:
    """Put all that is known of an entry into one text."""
    started = entry.started
    parts = (
        entry.path.name,
        entry.title,
        *entry.labels,
        f"{started:%Y-%m-%d} {started.day} {started:%b %Y %B %A}",
        *(one.name for one in entry.courses),
        *(one.programme for one in entry.courses),
        *entry.notes,
        *entry.stops,
        *(f"{one.id} {one.kind} {one.place}" for one in entry.sensors),
        *entry.postures,
        entry.trouble,
    )
    return "\n".join(parts).casefold()
