"""The numbers of the measures."""

from dataclasses import dataclass, field

from breathsense.core.measures.timing import PauseParams

NS_PER_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class MeasureParams:
    """What the measures are taken with.

    Parameters
    ----------
    window_ns : int
        Length of a window; windows begin at its multiples on the session axis. 60 s holds the
        fifteen breaths or so that a rate needs at rest.
    stamp_sd_s : float
        Standard deviation of a time stamp of a breath: 0.1 s either way, evenly spread, is
        0.1 / sqrt(3) (GUM, JCGM 100:2008, 4.3.7).
    sigh_ratio : float
        A breath of so many local medians is a sigh. Definitions range from 1.5 to 3.
    sigh_before, sigh_fewest : int
        The local median is that of so many breaths before, if there are at least the fewest.
    rib_weight : float or None
        Weight of the ribs against the belly; ``None``: no weighted share is told.
    full_cv_pct : float
        The two fullest breaths must agree to this much to be a range.
    keep_ns : int
        Waveform kept: a breath of 60 s, the longest that is stamped, half of it before, and the
        patience.
    patience_ns : int
        A breath is measured once both waveforms have come to half its length after its end; the
        other sensor is waited for no longer than this. Blocks of several minutes still meet.
    pause : PauseParams
        The pause after expiration.

    """

    window_ns: int = 60 * NS_PER_S
    stamp_sd_s: float = 0.0577
    sigh_ratio: float = 2.0
    sigh_before: int = 20
    sigh_fewest: int = 5
    rib_weight: float | None = None
    full_cv_pct: float = 10.0
    keep_ns: int = 400 * NS_PER_S
    patience_ns: int = 300 * NS_PER_S
    pause: PauseParams = field(default_factory=PauseParams)
