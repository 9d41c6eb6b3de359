"""The JSON object of the measures: schema ``breathsense.measures/1`` (``docs/measures.md``)."""

from collections.abc import Mapping
from typing import Any, TextIO

from breathsense import __version__
from breathsense.core.measures.figures import Figure, Missing
from breathsense.core.measures.found import BreathMeasures, Measures, SpanMeasures
from breathsense.core.measures.reaches import Reach
from breathsense.exports.json_text import spell_json

SCHEMA = "breathsense.measures/1"
NS_PER_S = 1e9


def write_measures(measures: Measures, stream: TextIO) -> None:
    """Write the measures as one JSON object and a line end; the same input gives the same bytes."""
    stream.write(spell_json(describe_measures(measures)))


def describe_measures(measures: Measures) -> dict[str, Any]:
    """Return the object as plain dictionaries, lists, strings and numbers.

    Figures have six digits; one that is missing is null, and ``reasons`` beside it says why.
    """
    full = {"full_depth": measures.full_depth}
    return {
        "schema": SCHEMA,
        "program": f"breathsense {__version__}",
        "inputs": list(measures.inputs),
        "sensor": measures.sensor,
        "unit": measures.unit,
        "other_sensor": measures.other or None,
        "calibration": _describe_figures(full),
        "session": _describe_span(measures.session),
        "windows": [_describe_span(one) for one in measures.windows],
        "breaths": [_describe_breath(one) for one in measures.breaths],
        "reaches": [_describe_reach(one) for one in measures.reaches],
    }


def _describe_breath(breath: BreathMeasures) -> dict[str, Any]:
    return {
        "number": breath.number,
        "inhale_start_s": breath.inhale_start_ns / NS_PER_S,
        "peak_s": breath.peak_ns / NS_PER_S,
        "end_s": None if breath.end_ns is None else breath.end_ns / NS_PER_S,
        "depth": _shorten(breath.depth),
        "quality": _shorten(breath.quality),
        "sigh": breath.is_sigh,
        "synchrony": breath.synchrony,
        "left_out": breath.left_out or None,
        **_describe_figures(breath.figures),
    }


def _describe_reach(reach: Reach) -> dict[str, Any]:
    figures = {
        "largest_deg": reach.largest_deg,
        "sd_deg": reach.sd_deg,
        "detectable_deg": reach.detectable_deg,
    }
    return {"way": reach.way, "n_tries": reach.n_tries, **_describe_figures(figures)}


def _describe_span(span: SpanMeasures) -> dict[str, Any]:
    quality = span.quality
    figures = {
        "quality": quality.quality,
        "scored_pct": quality.scored_pct,
        "rate_per_min": span.rate.per_min,
        "rate_uncertainty_per_min": span.rate.uncertainty_per_min,
        "sighs_per_hour": span.sighs_per_hour,
    }
    return {
        "start_s": span.start_ns / NS_PER_S,
        "end_s": span.end_ns / NS_PER_S,
        "n_breaths": span.n_breaths,
        "n_left_out": span.n_left_out,
        "n_sighs": span.n_sighs,
        "n_holds": span.n_holds,
        **_describe_figures(figures),
        "unscored_pct": {reason: _shorten(pct) for reason, pct in quality.unscored_pct.items()},
        "breath": {name: _describe_figures(one._asdict()) for name, one in span.spreads.items()},
        "variability": _describe_figures(span.variability),
        "pair": _describe_figures(span.pair) if span.pair else None,
        "heart": _describe_figures(span.heart) if span.heart else None,
    }


def _describe_figures(figures: Mapping[str, Figure]) -> dict[str, Any]:
    reasons = {name: one.reason for name, one in figures.items() if isinstance(one, Missing)}
    told: dict[str, Any] = {
        name: None if isinstance(one, Missing) else _shorten(one) for name, one in figures.items()
    }
    return {**told, "reasons": reasons}


def _shorten(value: float) -> float:
    return float(f"{value:.6g}")
