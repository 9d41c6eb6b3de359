"""What is told of a session: breath by breath, window by window, and as a whole."""

from dataclasses import dataclass, field

from breathsense.core.measures.figures import Figure
from breathsense.core.measures.phase import Synchrony
from breathsense.core.measures.reaches import Reach
from breathsense.core.measures.span_quality import SpanQuality
from breathsense.core.measures.spread import Rate, Spread


@dataclass(frozen=True, slots=True)
class BreathMeasures:
    """The figures of one breath.

    Parameters
    ----------
    number : int
        That of the breath's events.
    inhale_start_ns, peak_ns : int
        Start and end of inspiration.
    end_ns : int or None
        Start of the next inspiration; ``None`` if it was not seen.
    depth : float
        Peak minus the trough before, in the leading sensor's unit.
    quality : float
        0 to 1.
    is_sigh : bool or None
        ``None`` where too few breaths came before to tell.
    left_out : str
        Why the breath does not enter windows and session; empty if it does.
    synchrony : str or None
        Belly against ribs, by ``phase.judge_synchrony``; ``None`` where it cannot be told.
    figures : dict of Figure
        All other figures by name; ``docs/measures.md`` lists them.

    """

    number: int
    inhale_start_ns: int
    peak_ns: int
    end_ns: int | None
    depth: float
    quality: float
    is_sigh: bool | None
    left_out: str
    synchrony: Synchrony | None
    figures: dict[str, Figure]


@dataclass(frozen=True, slots=True)
class SpanMeasures:
    """The figures of a window, or of the session.

    Parameters
    ----------
    start_ns, end_ns : int
        The span; a breath belongs to where it begins.
    n_breaths, n_left_out : int
        Breaths that were measured, and breaths that were found but not scored.
    quality : SpanQuality
        How far the span can be trusted, and what took the time that is not scored.
    rate : Rate
        Breaths a minute.
    n_sighs, n_holds : int
        Breaths known to be sighs; holds that began in the span.
    sighs_per_hour : Figure
        Sighs over the time that the measured breaths took.
    spreads : dict of Spread
        Middle and spread of the breaths' figures, by name.
    variability : dict of Figure
        Respiratory rate variability.
    pair, heart : dict of Figure
        The phase of two sensors; heart and breath. Empty without such sensors.

    """

    start_ns: int
    end_ns: int
    n_breaths: int
    n_left_out: int
    n_sighs: int
    n_holds: int
    quality: SpanQuality
    rate: Rate
    sighs_per_hour: Figure
    spreads: dict[str, Spread]
    variability: dict[str, Figure]
    pair: dict[str, Figure] = field(default_factory=dict)
    heart: dict[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measures:
    """All figures of a session.

    Parameters
    ----------
    inputs : tuple of str
        Names of what was measured.
    sensor, unit : str
        The leading sensor, and the unit of depth and level.
    other : str
        The second breathing sensor; empty if there is none.
    full_depth : Figure
        The wearer's own range, in the unit of depth.
    breaths : tuple of BreathMeasures
        In order.
    windows : tuple of SpanMeasures
        From the first sample to the last.
    session : SpanMeasures
        The whole.
    reaches : tuple of Reach
        How far the trunk bent when it was asked to.

    """

    inputs: tuple[str, ...]
    sensor: str
    unit: str
    other: str
    full_depth: Figure
    breaths: tuple[BreathMeasures, ...]
    windows: tuple[SpanMeasures, ...]
    session: SpanMeasures
    reaches: tuple[Reach, ...] = ()
