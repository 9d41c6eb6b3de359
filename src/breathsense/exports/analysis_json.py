"""The JSON object that scripts read: schema ``breathsense.analysis/1``."""

from typing import Any, TextIO

from breathsense import __version__
from breathsense.core.analysis import Analysis, BraceSpan, BreathSpan, Span
from breathsense.core.model.bracing import HoldScored, SetScored
from breathsense.exports.json_text import spell_json

SCHEMA = "breathsense.analysis/1"
NS_PER_S = 1e9


def write_analysis(analysis: Analysis, stream: TextIO) -> None:
    """Write an analysis as one JSON object and a line end; the same input gives the same bytes.

    Times are seconds on the axis of the input. An open breath, or a brace
    still held, has ``end_s`` null; a level that is not known is null.
    """
    stream.write(spell_json(describe_analysis(analysis)))


def describe_analysis(analysis: Analysis) -> dict[str, Any]:
    """Return the object as plain dictionaries, lists, strings and numbers."""
    starts_ns = {one.start.number: one.start.start_ns for one in analysis.braces}
    return {
        "schema": SCHEMA,
        "program": f"breathsense {__version__}",
        "inputs": list(analysis.inputs),
        "duration_s": analysis.duration_ns / NS_PER_S,
        "sensors": [
            {"id": one.id, "kind": one.kind, "rate_hz": one.rate_hz, "unit": one.unit}
            for one in analysis.sensors
        ],
        "breaths": [_describe_breath(one, analysis.unit) for one in analysis.breaths],
        "rate": [
            {"t_s": one.t_ns / NS_PER_S, "per_min": one.per_min, "quality": one.quality}
            for one in analysis.rates
        ],
        "braces": [_describe_brace(one) for one in analysis.braces],
        "gaps": [_describe_span(one) for one in analysis.gaps],
        "unscored": [_describe_span(one) for one in analysis.unscored],
        "holds": [
            {"start_s": starts_ns[one.number] / NS_PER_S, **_describe_score(one)}
            for one in analysis.holds
        ],
        "sets": [_describe_set(one) for one in analysis.sets],
    }


def _describe_breath(span: BreathSpan, unit: str) -> dict[str, Any]:
    breath = span.breath
    return {
        "inhale_start_s": breath.inhale_start_ns / NS_PER_S,
        "peak_s": breath.peak_ns / NS_PER_S,
        "end_s": None if span.end_ns is None else span.end_ns / NS_PER_S,
        "depth": breath.depth,
        "unit": unit,
        "peak_decided_s": breath.decided_ns / NS_PER_S,
        "kind": breath.kind,
        "quality": breath.quality,
    }


def _describe_brace(span: BraceSpan) -> dict[str, Any]:
    start, end = span
    return {
        "start_s": start.start_ns / NS_PER_S,
        "end_s": None if end is None else end.end_ns / NS_PER_S,
        "decided_s": start.decided_ns / NS_PER_S,
        "direction": start.direction,
        "breathing": "unknown" if end is None else end.breathing,
        "level": None if end is None else end.level,
        "quality": start.quality if end is None else end.quality,
    }


def _describe_set(one: SetScored) -> dict[str, Any]:
    return {
        "start_s": one.start_ns / NS_PER_S,
        "end_s": one.end_ns / NS_PER_S,
        "n_holds": one.n_holds,
        **_describe_score(one),
    }


def _describe_score(one: HoldScored | SetScored) -> dict[str, Any]:
    return {
        "decided_s": one.decided_ns / NS_PER_S,
        "score": one.score,
        "level": one.level,
        "steadiness": one.steadiness,
        "retention": one.retention,
        "breathing": one.breathing,
        "doubt": one.doubt,
    }


def _describe_span(span: Span) -> dict[str, Any]:
    return {
        "start_s": span.start_ns / NS_PER_S,
        "end_s": span.end_ns / NS_PER_S,
        "reason": span.reason,
    }
