"""What one session contributes to the overview: a few figures, and where to look at its trace."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import median

import numpy as np

from breathsense.core.analysis import BraceSpan, cover_spans
from breathsense.core.model.inputs import Mark
from breathsense.core.model.labels import NOTE, STOP, parse_check_in, parse_practice
from breathsense.exports.content import Content
from breathsense.exports.overview.figures import find_ribs_pct, list_rests, pick_asked
from breathsense.exports.overview.rules import FEWEST_BREATHS, LEAST_USABLE

NS_PER_S = 1_000_000_000
STRIP_NS = 60 * NS_PER_S
GOOD_QUALITY = 0.5


@dataclass(frozen=True, slots=True)
class Summary:
    """One session.

    Parameters
    ----------
    content : Content
        The session itself.
    started : datetime or None
        Wall clock at its beginning, with zone.
    duration_s, usable : float
        Its length, and the share of it that was scored.
    causes_s : dict of str to float
        Seconds that were not, by reason.
    n_breaths : int
        Breaths of fair quality.
    rate_per_min, depth : float or None
        Medians; ``None`` with too little to go by. The rate is that of marked quiet breathing
        where there is some, of all breaths otherwise.
    is_rest_rate : bool
        Whether the rate is that of marked quiet breathing.
    ribs_pct : float or None
        Share of the ribs in breathing in; ``None`` without two bands, or without their waveforms.
    braces : tuple of BraceSpan
        Those that ended, and were no draw-ins; where braces were asked for, only these.
    n_unasked : int
        How many more there were.
    n_draw_ins : int
        Draw-ins.
    hold_s, level, retention, longest_gap_s : float or None
        Medians over the braces, and the longest breath gap of all.
    before, after : dict of str to int
        Answers of the check-ins.
    programmes : tuple of str
        What was practised.
    stops, notes : tuple of Mark
        As they were set.
    strip_ns : int
        Where the best minute of its trace begins.

    """

    content: Content
    started: datetime | None
    duration_s: float
    usable: float
    causes_s: dict[str, float]
    n_breaths: int
    rate_per_min: float | None
    depth: float | None
    is_rest_rate: bool
    ribs_pct: float | None
    braces: tuple[BraceSpan, ...]
    n_unasked: int
    n_draw_ins: int
    hold_s: float | None
    level: float | None
    retention: float | None
    longest_gap_s: float | None
    before: dict[str, int]
    after: dict[str, int]
    programmes: tuple[str, ...]
    stops: tuple[Mark, ...]
    notes: tuple[Mark, ...]
    strip_ns: int

    @property
    def is_usable(self) -> bool:
        """Whether it gives points in the trends."""
        return self.usable >= LEAST_USABLE and self.n_breaths >= FEWEST_BREATHS


def summarise(content: Content) -> Summary:
    """Take the figures of the overview from one session."""
    analysis = content.analysis
    span_ns = max(analysis.duration_ns, 1)
    causes_s = _add_causes(content)
    usable = max(0.0, 1.0 - cover_spans((*analysis.gaps, *analysis.unscored)) / span_ns)
    good = [one.breath for one in analysis.breaths if one.breath.quality >= GOOD_QUALITY]
    peaks_ns, is_rest = _choose_peaks(content, [one.peak_ns for one in good])
    told_ns = frozenset(peaks_ns)
    held = [one for one in analysis.braces if one.end is not None]
    firmed = [one for one in held if one.start.direction != "draw_in"]
    braces = pick_asked(firmed, content.marks)
    ends = [one.end for one in braces if one.end is not None]
    started = content.provenance.started
    check_ins = [found for one in content.marks if (found := parse_check_in(one.label))]
    practised = [said for one in content.marks if (said := parse_practice(one.label))]
    return Summary(
        content=content,
        started=datetime.fromisoformat(started) if started else None,
        duration_s=analysis.duration_ns / NS_PER_S,
        usable=usable,
        causes_s=causes_s,
        n_breaths=len(good),
        rate_per_min=_find_rate(peaks_ns),
        depth=_median([one.depth for one in good]),
        is_rest_rate=is_rest,
        ribs_pct=find_ribs_pct(content, [one for one in good if one.peak_ns in told_ns]),
        n_unasked=len(firmed) - len(braces),
        braces=tuple(braces),
        n_draw_ins=len(held) - len(firmed),
        hold_s=_median([(one.end.end_ns - one.start.start_ns) / NS_PER_S
                        for one in braces if one.end is not None]),
        level=_median([one.level for one in ends if one.level is not None]),
        retention=_median([one.retention for one in ends if one.retention is not None]),
        longest_gap_s=max((one.longest_gap_ns / NS_PER_S for one in ends), default=None),
        before={k: v for one in check_ins if one.time == "before" for k, v in one.answers.items()},
        after={k: v for one in check_ins if one.time == "after" for k, v in one.answers.items()},
        programmes=tuple(dict.fromkeys(one.programme for one in practised)),
        stops=tuple(one for one in content.marks if one.label.startswith(STOP)),
        notes=tuple(one for one in content.marks if one.label.startswith(NOTE)),
        strip_ns=find_best_minute(content),
    )  # fmt: skip


def find_best_minute(content: Content) -> int:
    """Return where the minute with the most well-seen breaths and the fewest flaws begins."""
    trace = content.trace
    if trace is None:
        return 0
    first_ns, last_ns = int(trace.t_ns[0]), int(trace.t_ns[-1])
    starts_ns = range(first_ns, max(first_ns + 1, last_ns - STRIP_NS + 1), STRIP_NS // 6)
    bad = [(one.start_ns, one.end_ns) for one in
           (*content.analysis.gaps, *content.analysis.unscored)]  # fmt: skip
    peaks = np.array([one.breath.peak_ns for one in content.analysis.breaths])
    qualities = np.array([one.breath.quality for one in content.analysis.breaths])

    def rate_minute(start_ns: int) -> float:
        end_ns = start_ns + STRIP_NS
        within = (peaks >= start_ns) & (peaks < end_ns) if len(peaks) else np.zeros(0, bool)
        seen = float(qualities[within].mean()) if within.any() else 0.0
        lost_ns = sum(max(0, min(end, end_ns) - max(start, start_ns)) for start, end in bad)
        braced = any(
            one.start.start_ns < end_ns and (one.end is None or one.end.end_ns > start_ns)
            for one in content.analysis.braces
        )
        return seen + 0.25 * braced - 2.0 * lost_ns / STRIP_NS

    return max(starts_ns, key=lambda start_ns: (round(rate_minute(start_ns), 6), -start_ns))


def _choose_peaks(content: Content, peaks_ns: list[int]) -> tuple[list[int], bool]:
    rests = list_rests(content.marks)
    resting = [one for one in peaks_ns if any(start <= one < end for start, end in rests)]
    return (resting, True) if len(resting) >= FEWEST_BREATHS else (peaks_ns, False)


def _find_rate(peaks_ns: list[int]) -> float | None:
    periods_ns = [b - a for a, b in pairwise(peaks_ns)]
    period_ns = _median([float(one) for one in periods_ns])
    return 60.0 * NS_PER_S / period_ns if period_ns else None


def _median(values: list[float]) -> float | None:
    return median(values) if values else None


def _add_causes(content: Content) -> dict[str, float]:
    causes_s: dict[str, float] = {}
    for span in (*content.analysis.gaps, *content.analysis.unscored):
        length_s = (span.end_ns - span.start_ns) / NS_PER_S
        causes_s[span.reason] = causes_s.get(span.reason, 0.0) + length_s
    return causes_s
