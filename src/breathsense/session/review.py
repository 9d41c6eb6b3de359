"""A whole session to be looked at: its traces, what was found, and what a person adds to it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from breathsense.core.analysis import BreathSpan
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.notes import Annotation, Notes
from breathsense.exports.by_hand import apply_notes, take_times
from breathsense.exports.content import Content, Track
from breathsense.recordings.notes import NoteWriter, read_notes
from breathsense.session.pyramid import Pyramid, build_pyramid
from breathsense.session.review_changes import Changes, compare_scores, is_same, take_scores
from breathsense.session.review_edits import (
    Part,
    find_earlier,
    move_part,
    pick_breath,
    propose_breath,
)
from breathsense.session.review_figures import list_figures
from breathsense.session.scores import ENGINE

Stop = Literal["breath", "hold", "mark", "gap"]
NEAR_NS = 1_500_000_000
"""An annotation this near to the cursor is the one that is meant."""


class Review:
    """One session with its notes; every change is one line in the file beside the recording.

    Parameters
    ----------
    path : Path
        The recording, or the table.
    found : Content
        What today's engine finds in it.
    notes : Notes
        What lies beside it.
    by : str
        Pseudonym of who looks.

    Methods that change something may take their time (the disk), and raise RefusedInput where the
    change makes no sense or cannot be written; nothing has changed then.
    """

    def __init__(self, path: Path, found: Content, notes: Notes, by: str) -> None:
        self.path = path
        self.found = found
        self._by = by
        self._written: list[str] = []
        self._pyramids: dict[str, Pyramid] = {}
        self.take_notes(notes)
        ends = [int(one.t_ns[-1]) for one in found.tracks if len(one.t_ns)]
        starts = [int(one.t_ns[0]) for one in found.tracks if len(one.t_ns)]
        self.start_ns, self.end_ns = min(starts, default=0), max(ends, default=0)

    @property
    def notes(self) -> Notes:
        """What was added so far."""
        return self.told.notes

    @property
    def traces(self) -> tuple[Track, ...]:
        """What can be looked at: the breathing of each sensor, that of the leading one first."""
        lead = self.found.trace
        others = [one for one in self.found.waveforms if one is not lead]
        return (() if lead is None else (lead,)) + tuple(others)

    def find_pyramid(self, trace: Track) -> Pyramid:
        """Return a trace at all zooms; built when it is first asked for."""
        sensor = trace.key.sensor
        if sensor not in self._pyramids:
            self._pyramids[sensor] = build_pyramid(trace.t_ns, trace.values[:, 0])
        return self._pyramids[sensor]

    def take_notes(self, notes: Notes) -> None:
        """Put the notes over what was found."""
        self.told = apply_notes(self.found, notes)
        self.figures = tuple(list_figures(self.told))
        self._stops: dict[Stop, list[int]] = {
            kind: sorted(set(self._list_stops(kind))) for kind in ("breath", "hold", "mark", "gap")
        }

    def _list_stops(self, kind: Stop) -> Iterator[int]:
        analysis = self.told.analysis
        match kind:
            case "breath":
                yield from (one.breath.peak_ns for one in analysis.breaths)
            case "hold":
                yield from (one.start.start_ns for one in analysis.braces)
                yield from (one.start_ns for one in self.told.pauses if one.is_hold)
            case "mark":
                yield from (one.start_ns for one in self.told.marks)
                yield from (one.start_ns for one in self.notes.annotations)
            case "gap":
                yield from (one.start_ns for one in (*analysis.gaps, *analysis.unscored))

    # ---- finding one's way ----

    def find_stop(self, kind: Stop, t_ns: int, *, is_back: bool = False) -> int | None:
        """Return the next moment of a kind after (or before) another; ``None`` if there is none."""
        stops = self._stops[kind]
        if is_back:
            place = bisect_left(stops, t_ns) - 1
            return stops[place] if place >= 0 else None
        place = bisect_right(stops, t_ns)
        return stops[place] if place < len(stops) else None

    def count_stops(self, kind: Stop) -> int:
        """Return how many there are."""
        return len(self._stops[kind])

    def find_breath(self, t_ns: int) -> BreathSpan | None:
        """Return the breath at a moment, or near to it."""
        return pick_breath(self.told.analysis.breaths, t_ns)

    def find_annotation(self, t_ns: int) -> Annotation | None:
        """Return the annotation at a moment, or near to it."""
        near = [
            (max(one.start_ns - t_ns, t_ns - one.start_ns - one.duration_ns, 0), number)
            for number, one in enumerate(self.notes.annotations)
        ]
        distance, number = min(near, default=(NEAR_NS + 1, -1))
        return self.notes.annotations[number] if distance <= NEAR_NS else None

    # ---- adding to it ----

    def annotate(self, t_ns: int, text: str, of: Annotation | None = None) -> None:
        """Add words at a moment, or put them in the place of an annotation's own."""
        if of is None:
            self._keep(self._writer.annotate(t_ns, text))
        else:
            self._keep(self._writer.annotate(of.start_ns, text, of.duration_ns, of=of.id))

    def remove_annotation(self, annotation: Annotation) -> None:
        """Take an annotation away."""
        self._keep(self._writer.remove_annotation(annotation.id))

    def set_breath(self, t_ns: int, part: Part) -> None:
        """Put the start, peak or end of the breath at a moment, or near to it, there."""
        span = self._pick(t_ns)
        moved = move_part(self.told.analysis.breaths, span, part, t_ns)
        was, earlier = find_earlier(self.notes.corrections, take_times(span))
        self._keep(self._writer.correct(was, moved, of=earlier))

    def remove_breath(self, t_ns: int) -> None:
        """Say that the breath at a moment was none."""
        span = self._pick(t_ns)
        was, earlier = find_earlier(self.notes.corrections, take_times(span))
        self._keep(self._writer.correct(was, None, of=earlier))

    def _pick(self, t_ns: int) -> BreathSpan:
        span = self.find_breath(t_ns)
        if span is None:
            raise RefusedInput("there is no breath here", advice="Move the cursor to one.")
        return span

    def add_breath(self, t_ns: int) -> None:
        """Say that there was a breath with its peak at a moment."""
        trace = self.found.trace
        if trace is None:
            raise RefusedInput("there is no breathing signal in this session")
        times = propose_breath(self.told.analysis.breaths, trace, t_ns)
        self._keep(self._writer.correct(None, times))

    def undo(self) -> bool:
        """Withdraw the newest change of this sitting; return whether there was one."""
        if not self._written:
            return False
        self._writer.undo(self._written[-1])
        self._written.pop()
        self.take_notes(read_notes(self.path))
        return True

    def _keep(self, line_id: str) -> None:
        self._written.append(line_id)
        self.take_notes(read_notes(self.path))

    @property
    def _writer(self) -> NoteWriter:
        return NoteWriter(self.path, self._by)

    # ---- scores of other days ----

    def compare_with_kept(self) -> Changes | None:
        """Return what today's engine finds otherwise than the newest kept scores say.

        ``None`` if none were ever kept.
        """
        kept = self.notes.scores
        return compare_scores(kept[-1], take_scores(self.found.analysis)) if kept else None

    def keep_scores(self) -> bool:
        """Keep what today's engine finds; the older scores stay. False if it is nothing new."""
        now = take_scores(self.found.analysis)
        kept = self.notes.scores
        if kept and is_same(kept[-1], now):
            return False
        NoteWriter(self.path, ENGINE).keep_scores(now)
        self.take_notes(read_notes(self.path))
        return True
