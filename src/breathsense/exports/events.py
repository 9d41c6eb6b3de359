"""Everything found or marked in a session, as one list of events: what all formats tell."""

from typing import NamedTuple

from breathsense.exports.content import Content


class Event(NamedTuple):
    """Something with a beginning, a length (0 for a moment), a kind and perhaps a label.

    Kinds are ``inhale``, ``exhale``, ``brace``, ``draw-in``, ``pause``, ``mark``, ``gap`` and
    ``not scored``.
    """

    start_ns: int
    duration_ns: int
    kind: str
    label: str


def list_events(content: Content) -> list[Event]:
    """Return all events in order of time; what is still open at the end lasts until then."""
    analysis = content.analysis
    newest_ns = max((int(one.t_ns[-1]) for one in content.tracks if len(one.t_ns)), default=0)
    told = [Event(one.start_ns, one.duration_ns, "mark", one.label) for one in content.marks]
    told += [
        Event(one.start_ns, one.end_ns - one.start_ns, kind, one.reason)
        for kind, spans in (("gap", analysis.gaps), ("not scored", analysis.unscored))
        for one in spans
    ]
    for pause in content.pauses:
        name = f"{'full' if pause.is_full else 'empty'} {'hold' if pause.is_hold else 'pause'}"
        told.append(Event(pause.start_ns, pause.end_ns - pause.start_ns, "pause", name))
    for breath, end_ns in analysis.breaths:
        rise_ns = breath.peak_ns - breath.inhale_start_ns
        told.append(Event(breath.inhale_start_ns, rise_ns, "inhale", ""))
        if end_ns is not None:
            told.append(Event(breath.peak_ns, end_ns - breath.peak_ns, "exhale", ""))
    for start, end in analysis.braces:
        name = "draw-in" if start.direction == "draw_in" else "brace"
        last_ns = max(newest_ns, start.start_ns) if end is None else end.end_ns
        told.append(Event(start.start_ns, last_ns - start.start_ns, name, start.direction))
    return sorted(told)
