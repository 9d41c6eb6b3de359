"""FHIR R4: the breathing rate at rest as an Observation, and nothing else.

A paced or coached rate is no vital sign, so only spans marked as quiet breathing count; without one
the export is refused.
"""

import json
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from breathsense import __version__
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import Mark
from breathsense.exports.content import Content

REST_LABELS = ("calibration.quiet", "assess.rest")
FEWEST_BREATHS = 15
"""DOMAIN's least number of breaths for a figure that is followed over weeks."""
NS_PER_S = 1e9
_CAUTION = (
    "Recorded at home by the wearer with a consumer sensor; a practice and logging aid, "
    "not a medical device. Clinical judgement comes first."
)


def write_fhir(content: Content, path: Path) -> None:
    """Write the resting breathing rate of one session.

    Raises
    ------
    RefusedInput
        Its wall clock is not known, or no marked span of rest has enough breaths.

    """
    path.write_text(json.dumps(describe_rate(content), indent=1) + "\n", encoding="utf-8")


def describe_rate(content: Content) -> dict[str, Any]:
    """Return the Observation as plain dictionaries; raises RefusedInput as ``write_fhir``."""
    started = content.provenance.started
    if not started:
        raise RefusedInput(
            "a FHIR observation needs the date of the recording, and a table has none",
            where=content.provenance.name,
            advice="Export a recording made by BreathSense, or choose another format.",
        )
    rest, rate_per_min, n_breaths = _find_rest(content)
    begin = datetime.fromisoformat(started) + timedelta(seconds=rest.start_ns / NS_PER_S)
    end = begin + timedelta(seconds=rest.duration_ns / NS_PER_S)
    vital = "http://terminology.hl7.org/CodeSystem/observation-category"
    return {
        "resourceType": "Observation",
        "status": "preliminary",
        "category": [{"coding": [{"system": vital, "code": "vital-signs"}]}],
        "code": {
            "coding": [
                {"system": "http://loinc.org", "code": "9279-1", "display": "Respiratory rate"}
            ],
            "text": "Respiratory rate at rest",
        },
        "subject": {"display": "pseudonymous wearer"},
        "effectivePeriod": {"start": _tell(begin), "end": _tell(end)},
        "valueQuantity": {
            "value": round(rate_per_min, 1),
            "unit": "breaths/minute",
            "system": "http://unitsofmeasure.org",
            "code": "/min",
        },
        "method": {
            "text": f"Median of {n_breaths} breath periods found by BreathSense {__version__} "
            "in the movement of the trunk"
        },
        "device": {"display": _name_devices(content)},
        "note": [{"text": _CAUTION}],
    }


def _tell(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def _name_devices(content: Content) -> str:
    profiles = [str(one.get("profile", "")) for one in content.provenance.wearables]
    return ", ".join(profiles) or "wearable breathing sensor"


def _find_rest(content: Content) -> tuple[Mark, float, int]:
    """Return the last marked span of rest with enough breaths, the median rate, their number."""
    for mark in reversed(content.marks):
        if mark.label not in REST_LABELS:
            continue
        end_ns = mark.start_ns + mark.duration_ns
        peaks_ns = [
            one.breath.peak_ns
            for one in content.analysis.breaths
            if mark.start_ns <= one.breath.peak_ns < end_ns
        ]
        if len(peaks_ns) >= FEWEST_BREATHS:
            periods_ns = [b - a for a, b in pairwise(peaks_ns)]
            return mark, 60.0 * NS_PER_S / median(periods_ns), len(peaks_ns)
    raise RefusedInput(
        f"no marked span of rest has {FEWEST_BREATHS} breaths: only a resting rate may be told",
        where=content.provenance.name,
        advice=f"Record two minutes of quiet breathing under a mark {' or '.join(REST_LABELS)}; "
        "paced breathing is no vital sign.",
    )
