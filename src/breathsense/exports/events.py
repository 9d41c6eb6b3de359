"""Everything found or marked in a session, as one list of events: what all formats tell."""

from typing import NamedTuple

from breathsense.core.model.notes import BreathTimes, Correction
from breathsense.exports.content import Content

HAND = "by hand"
NS_PER_S = 1e9


class Event(NamedTuple):
    """Something with a beginning, a length (0 for a moment), a kind and perhaps a label.

    Kinds are ``inhale``, ``exhale``, ``brace``, ``draw-in``, ``pause``, ``mark``, ``gap``,
    ``not scored``, and of what was added afterwards ``annotation`` and ``by hand``.
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
        label = HAND if breath.peak_ns in content.by_hand else ""
        told.append(Event(breath.inhale_start_ns, rise_ns, "inhale", label))
        if end_ns is not None:
            told.append(Event(breath.peak_ns, end_ns - breath.peak_ns, "exhale", label))
    told += [
        Event(one.start_ns, one.duration_ns, "annotation", f"{one.text} ({one.signed.by})")
        for one in content.notes.annotations
    ]
    told += [_tell_correction(one) for one in content.notes.corrections]
    for start, end in analysis.braces:
        name = "draw-in" if start.direction == "draw_in" else "brace"
        last_ns = max(newest_ns, start.start_ns) if end is None else end.end_ns
        told.append(Event(start.start_ns, last_ns - start.start_ns, name, start.direction))
    return sorted(told)


def _tell_correction(correction: Correction) -> Event:
    """Tell what a person changed, with what had been found."""
    was, now, by = correction.was, correction.now, correction.signed.by
    if was is None:
        words = f"breath added by {by}"
    else:
        does = "removed" if now is None else "moved"
        ended = "not seen" if was.end_ns is None else f"{was.end_ns / NS_PER_S:.2f} s"
        words = (
            f"breath {does} by {by}; found: in {was.inhale_start_ns / NS_PER_S:.2f} s, "
            f"peak {was.peak_ns / NS_PER_S:.2f} s, end {ended}"
        )
    times = now or was or BreathTimes(0, 0, None)
    return Event(times.inhale_start_ns, times.peak_ns - times.inhale_start_ns, HAND, words)
