"""A session of six minutes to be reviewed: breaths, braces, marks, a hole, all known."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from breathsense.core.analysis import BraceSpan, BreathSpan, Span
from breathsense.core.model.bracing import BraceEnd, BraceStart
from breathsense.core.model.events import Breath
from breathsense.core.model.inputs import Mark
from breathsense.core.model.notes import Annotation, Correction, Notes, Signed
from breathsense.core.model.samples import freeze_times, freeze_values
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup
from breathsense.exports.by_hand import take_times
from breathsense.exports.content import Content, Provenance, Track, TrackKey, gather_content
from breathsense.session.review import Review

S = 1_000_000_000
PERIOD_NS = 5 * S
N_BREATHS = 72
HOLE = (200 * S, 212 * S)
PHYSIO = Signed("physio", "2026-11-22T17:03:11+01:00")


def build_content(started: str = "2026-11-21T18:30:00+01:00") -> Content:
    """Return the session as the engine might have found it."""
    t_ns = np.arange(N_BREATHS * PERIOD_NS // 40_000_000, dtype=np.int64) * 40_000_000
    t_ns = t_ns[(t_ns < HOLE[0]) | (t_ns >= HOLE[1])]
    level = 8 - 1.2 * np.cos(2 * np.pi * t_ns / PERIOD_NS)
    level += np.where((t_ns > 100 * S) & (t_ns < 112 * S), 1.5, 0.0)
    breaths = tuple(
        BreathSpan(
            Breath("abdomen", n, n * PERIOD_NS, n * PERIOD_NS + PERIOD_NS // 2, 2.4,
                   n * PERIOD_NS + 3 * S, "unknown", 0.9),
            (n + 1) * PERIOD_NS,
        )
        for n in range(N_BREATHS)
        if not HOLE[0] - PERIOD_NS < n * PERIOD_NS < HOLE[1]
    )  # fmt: skip
    brace = BraceSpan(
        BraceStart(0, 100 * S, "expand", 0.9, 101 * S),
        BraceEnd(0, 112 * S, "breathing", 0.85, 0.1, 0.9, 3 * S, 2, 0.9, 113 * S),
    )
    sensor = Sensor("abdomen", "band", "abdomen", "N", 10.0)
    bare = gather_content(Setup(sensors=(sensor,)), [], Provenance("a", started, "breathsense"))
    times, values = freeze_times(t_ns), freeze_values(level[:, np.newaxis])
    return replace(
        bare,
        tracks=(
            Track(TrackKey("abdomen", "band"), ("abdomen",), "N", times, values),
            Track(TrackKey("abdomen", "waveform"), ("abdomen_breathing",), "N", times, values),
        ),
        marks=(
            Mark(2 * S, "checkin.before: pain=3 stress=4"),
            Mark(100 * S, "exercise.brace", 12 * S),
            Mark(120 * S, "note: müde"),
        ),
        analysis=replace(
            bare.analysis,
            duration_ns=N_BREATHS * PERIOD_NS,
            breaths=breaths,
            unit="N",
            braces=(brace,),
            gaps=(Span(*HOLE, "link_lost"),),
            unscored=(Span(130 * S, 142 * S, "motion"),),
        ),
    )


def build_notes(content: Content) -> Notes:
    """Return an annotation, and a breath that was moved."""
    was = take_times(content.analysis.breaths[3])
    moved = replace(was, peak_ns=was.peak_ns + S // 2)
    return Notes(
        annotations=(Annotation("a1", 30 * S, 0, "talks to the dog", PHYSIO),),
        corrections=(Correction("c1", was, moved, PHYSIO),),
    )


def build_review(path: Path, *, with_notes: bool = True) -> Review:
    """Return the review of that session."""
    content = build_content()
    return Review(path, content, build_notes(content) if with_notes else Notes(), "physio")
