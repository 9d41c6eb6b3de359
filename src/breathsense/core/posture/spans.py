"""Marked spans in which the wearer shows something to the sensor on the trunk."""

from dataclasses import dataclass, field

from breathsense.core.model.bracing import ReachWay
from breathsense.core.model.inputs import Mark
from breathsense.core.posture.lean import Leaning, Point
from breathsense.core.posture.mobility import MobilityParams, TriesState, TryCounter

TALL, SLUMP = "calibration.tall", "calibration.slump"
REACHES: dict[str, ReachWay] = {
    "assess.bend_forward": "forward",
    "assess.bend_back": "back",
    "assess.bend_left": "left",
    "assess.bend_right": "right",
}
"""Labels of the marks, and the way the wearer is asked to bend."""


@dataclass(frozen=True, slots=True)
class SpanParams:
    """How marked spans are looked at.

    Parameters
    ----------
    settle_frac : float
        Share of a span of tall or slump that passes before it is looked at.
    hold_s, reach_s : float
        Length of a mark of tall or slump, and of a reach, that has none.
    most_spans : int
        Spans remembered at once.

    """

    settle_frac: float = 0.4
    hold_s: float = 5.0
    reach_s: float = 15.0
    most_spans: int = 16


@dataclass(slots=True)
class Span:
    """A span that is under way or to come, and what it has shown.

    ``total`` is the sum of ``n`` leans of a held posture.
    """

    start_ns: int
    end_ns: int
    label: str
    total: Point = (0.0, 0.0)
    n: int = 0
    tries: TriesState = field(default_factory=TriesState)


class SpanWatch:
    """Looks at the leans inside spans."""

    def __init__(self, params: SpanParams, mobility: MobilityParams) -> None:
        self._params = params
        self._counter = TryCounter(mobility)

    def expect(self, spans: list[Span], mark: Mark) -> list[Span]:
        """Take a mark; give the spans with it, if it is of this kind."""
        if mark.label not in {TALL, SLUMP, *REACHES}:
            return spans
        usual_s = self._params.reach_s if mark.label in REACHES else self._params.hold_s
        duration_ns = mark.duration_ns or round(usual_s * 1e9)
        span = Span(mark.start_ns, mark.start_ns + duration_ns, mark.label)
        return [*spans, span][-self._params.most_spans :]

    def take(self, spans: list[Span], leaning: Leaning) -> list[Span]:
        """Take a leaning; give the spans that ended before it."""
        for span in spans:
            if span.start_ns < leaning.t_ns <= span.end_ns:
                self._look(span, leaning)
        over = [span for span in spans if span.end_ns < leaning.t_ns]
        for span in over:
            self._counter.close(span.tries)
        return over

    def _look(self, span: Span, leaning: Leaning) -> None:
        if span.label in REACHES:
            self._counter.take(span.tries, leaning)
            return
        settled_ns = span.start_ns + self._params.settle_frac * (span.end_ns - span.start_ns)
        if leaning.t_ns > settled_ns and not leaning.is_moving:
            x, y = leaning.at
            span.total = (span.total[0] + x, span.total[1] + y)
            span.n += 1
