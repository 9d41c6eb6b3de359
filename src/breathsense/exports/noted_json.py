"""The analysis of a session as JSON, with what a person added to it afterwards."""

from typing import Any

import msgspec

from breathsense.core.model.notes import BreathTimes
from breathsense.exports.analysis_json import describe_analysis
from breathsense.exports.content import Content

NS_PER_S = 1e9


def describe_content(content: Content) -> dict[str, Any]:
    """Return the object of ``breathsense analyze``; with ``notes`` where there are any.

    A breath that was set by hand has ``by_hand`` true; what had been found in its place stands in
    ``notes``. A session without notes gives exactly what ``analyze`` prints.
    """
    described = describe_analysis(content.analysis)
    notes = content.notes
    if not notes.annotations and not notes.corrections:
        return described
    for breath, span in zip(described["breaths"], content.analysis.breaths, strict=True):
        if span.breath.peak_ns in content.by_hand:
            breath["by_hand"] = True
    told = {
        "annotations": [
            {
                "start_s": one.start_ns / NS_PER_S,
                "duration_s": one.duration_ns / NS_PER_S,
                "text": one.text,
                **msgspec.to_builtins(one.signed),
            }
            for one in notes.annotations
        ],
        "corrections": [
            {
                "was": _describe_times(one.was),
                "now": _describe_times(one.now),
                **msgspec.to_builtins(one.signed),
            }
            for one in notes.corrections
        ],
    }
    return {**described, "notes": told}


def _describe_times(times: BreathTimes | None) -> dict[str, float | None] | None:
    if times is None:
        return None
    return {
        "inhale_start_s": times.inhale_start_ns / NS_PER_S,
        "peak_s": times.peak_ns / NS_PER_S,
        "end_s": None if times.end_ns is None else times.end_ns / NS_PER_S,
    }
