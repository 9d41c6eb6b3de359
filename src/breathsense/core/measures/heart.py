"""The heart beside the breath: variability of beats, and how far they follow the breath."""

import math
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from breathsense.core.measures.figures import Figure, Missing, give_all, need
from breathsense.core.measures.spectrum import estimate_coherence
from breathsense.core.model.samples import Times, Values

Flags = NDArray[np.bool_]

SHORTEST_MS = 300.0
LONGEST_MS = 2000.0
LARGEST_STEP_FRAC = 0.2
REACH = 5
FEWEST_BEATS = 20
LEAST_SHARE = 0.8
NN50_MS = 50.0
OFFSET_S = 0.75
CELL_S = 0.2
SEGMENT_S = 40.0
FEWEST_SEGMENTS = 4
BREATHING_HZ = (0.04, 0.6)
LONGEST_HOLE_S = 3.0
HRV_NAMES = ("heart_rate_per_min", "rmssd_ms", "sdnn_ms", "pnn50_pct")
COHERENCE_NAMES = ("coherence", "coherence_chance", "coherence_hz")


class Beats(NamedTuple):
    """Beats of a heart: ``t_s`` their times, ``rr_ms`` the interval that ended with each."""

    t_s: Values
    rr_ms: Values


def accept_beats(rr_ms: Values) -> Flags:
    """Return which intervals are from one normal beat to the next.

    Parameters
    ----------
    rr_ms : float64 array, shape (n,)
        Intervals in ms, in order.

    Returns
    -------
    bool array, shape (n,)
        False for those outside 300 to 2000 ms, and those that differ by more than 20 % from the
        median of the eleven about them: extra or missed beats.

    Notes
    -----
    Only such intervals may enter measures of variability (Task Force 1996,
    doi:10.1161/01.CIR.93.5.1043). The limits are the usual ones, taken about a median so that one
    wrong beat does not also condemn its neighbours.

    """
    if len(rr_ms) == 0:
        return np.zeros(0, dtype=bool)
    padded = np.pad(rr_ms, REACH, mode="reflect" if len(rr_ms) > REACH else "edge")
    middle = np.median(sliding_window_view(padded, 2 * REACH + 1), axis=1)
    is_possible = (rr_ms >= SHORTEST_MS) & (rr_ms <= LONGEST_MS)
    accepted: Flags = is_possible & (np.abs(rr_ms - middle) <= LARGEST_STEP_FRAC * middle)
    return accepted


def follow_on(beats: Beats) -> Flags:
    """Return which beats lie one interval after the one before, to within half of it."""
    steps_ms = np.diff(beats.t_s, prepend=-np.inf) * 1000.0
    follows: Flags = np.abs(steps_ms - beats.rr_ms) <= beats.rr_ms / 2
    return follows


def beat_variability(beats: Beats) -> dict[str, Figure]:
    """Return heart rate and its variability in the time domain.

    Parameters
    ----------
    beats : Beats
        In order; artefacts are taken out here.

    Returns
    -------
    dict of Figure
        ``heart_rate_per_min`` = 60000 / mean NN; ``rmssd_ms`` root mean square of successive
        differences; ``sdnn_ms`` SD of NN with n - 1; ``pnn50_pct`` share of differences above
        50 ms. Differences are taken between accepted beats that follow on each other only.
        Missing below 20 accepted beats, or if fewer than 80 % of the beats are accepted.

    Notes
    -----
    Task Force 1996, doi:10.1161/01.CIR.93.5.1043. RMSSD holds for a minute or less, SDNN does so
    less well and grows with the length (Munoz 2015, doi:10.1371/journal.pone.0138921): compare
    windows of one length only.

    """
    accepted = accept_beats(beats.rr_ms)
    n_good = int(accepted.sum())
    missing = need(n_good, FEWEST_BEATS, "heart beats without artefact")
    if missing is None and n_good < LEAST_SHARE * len(accepted):
        missing = Missing(f"too many artefacts: {len(accepted) - n_good} of {len(accepted)} beats")
    is_pair = accepted[1:] & accepted[:-1] & follow_on(beats)[1:]
    if missing is None:
        missing = need(int(is_pair.sum()), FEWEST_BEATS - 1, "pairs of beats in a row")
    if missing is not None:
        return give_all(HRV_NAMES, missing)
    normal = beats.rr_ms[accepted]
    steps = np.diff(beats.rr_ms)[is_pair]
    values = (
        60_000.0 / float(np.mean(normal)),
        math.sqrt(np.mean(steps**2)),
        float(np.std(normal, ddof=1)),
        100.0 * float(np.mean(np.abs(steps) > NN50_MS)),
    )
    return dict(zip(HRV_NAMES, values, strict=True))


def sinus_arrhythmia(
    beats: Beats, accepted: Flags, inhale_start_s: float, peak_s: float, end_s: float
) -> Figure:
    """Return the respiratory sinus arrhythmia of one breath (peak to valley), in ms.

    Parameters
    ----------
    beats : Beats
        Of any stretch that holds the breath; in order.
    accepted : bool array
        From ``accept_beats``.
    inhale_start_s, peak_s, end_s : float
        The breath.

    Returns
    -------
    float or Missing
        The longest interval of expiration minus the shortest of inspiration; 0 if that is
        negative. Missing without an accepted interval in either.

    Notes
    -----
    Grossman 1990, doi:10.1111/j.1469-8986.1990.tb03198.x: an interval counts where it lies in the
    phase as a whole, which is lengthened by 0.75 s for the heart's delay; a breath against the
    rule counts as 0.

    """
    first, last = np.searchsorted(beats.t_s, (inhale_start_s, end_s + OFFSET_S + LONGEST_HOLE_S))
    ends_s, rr_ms = beats.t_s[first:last], beats.rr_ms[first:last]
    starts_s, is_good = ends_s - rr_ms / 1000.0, accepted[first:last]
    inhaled = rr_ms[is_good & (starts_s >= inhale_start_s) & (ends_s < peak_s + OFFSET_S)]
    exhaled = rr_ms[is_good & (starts_s >= peak_s) & (ends_s < end_s + OFFSET_S)]
    if len(inhaled) == 0 or len(exhaled) == 0:
        return Missing("no whole interval between beats lies in each phase of the breath")
    return max(float(exhaled.max() - inhaled.min()), 0.0)


def spread_evenly(beats: Beats, cells: Times) -> Values:
    """Return the beat interval at the middle of each cell of 0.2 s, in ms.

    Accepted intervals are joined by lines; NaN before the first, after the last, and where
    accepted beats lie more than 3 s apart.
    """
    accepted = accept_beats(beats.rr_ms)
    t_s, rr_ms = beats.t_s[accepted], beats.rr_ms[accepted]
    at_s = (cells + 0.5) * CELL_S
    if len(t_s) == 0:
        return np.full(len(at_s), np.nan)
    after = np.searchsorted(t_s, at_s)
    inside = (after > 0) & (after < len(t_s))
    after = np.clip(after, 1, len(t_s) - 1)
    inside &= t_s[after] - t_s[after - 1] <= LONGEST_HOLE_S
    even: Values = np.where(inside, np.interp(at_s, t_s, rr_ms), np.nan)
    return even


def breath_coherence(breath: Values, rr_ms: Values) -> dict[str, Figure]:
    """Return how closely the beat intervals follow the breath at the breathing frequency.

    Parameters
    ----------
    breath, rr_ms : float64 array, shape (n,)
        Breathing waveform and beat intervals every 0.2 s, at the same times; NaN where unknown.

    Returns
    -------
    dict of Figure
        ``coherence``: magnitude-squared coherence, 0 to 1, without unit, at ``coherence_hz``, the
        frequency at which the breath has most power (0.04 to 0.6 Hz). ``coherence_chance``: the
        value that two unrelated series stay below in 95 of 100 cases; a coherence below it tells
        nothing. Missing without 4 segments of 40 s, overlapping by half, free of holes.

    Notes
    -----
    ``spectrum.estimate_coherence``; chance level 1 - 0.05^(1 / (n - 1)) of n independent segments:
    Halliday 1995, doi:10.1016/S0079-6107(96)00009-0.

    """
    found = estimate_coherence(breath, rr_ms, 1 / CELL_S, round(SEGMENT_S / CELL_S))
    n = 0 if found is None else found.n_segments
    if found is None or n < FEWEST_SEGMENTS:
        return give_all(
            COHERENCE_NAMES,
            Missing(f"too short: {n} stretches of 40 s without a hole, 4 are needed (100 s)"),
        )
    low, high = BREATHING_HZ
    inside = (found.frequency_hz >= low) & (found.frequency_hz <= high)
    at = int(np.argmax(np.where(inside, found.power, -1.0)))
    if found.power[at] <= 0:
        return give_all(COHERENCE_NAMES, Missing("the breathing waveform stands still"))
    chance = 1 - 0.05 ** (1 / (found.n_free - 1))
    values = (float(found.coherence[at]), chance, float(found.frequency_hz[at]))
    return dict(zip(COHERENCE_NAMES, values, strict=True))
