"""Spectra by averaging over segments, with numpy alone."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from breathsense.core.model.samples import Values

Spectrum = NDArray[np.complex128]


def hann(n: int) -> Values:
    """Return the periodic Hann window of n values."""
    window: Values = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n)
    return window


def welch_density(values: Values, rate_hz: float, n_segment: int) -> tuple[Values, Values]:
    """Return frequencies (Hz) and one-sided power density (unit squared a Hz).

    Parameters
    ----------
    values : float64 array, shape (n,)
        Equally spaced; its mean is not taken off here.
    rate_hz : float
        Values a second.
    n_segment : int
        Length of a segment, at most n; segments overlap by half and are filled up with zeros to
        twice their length.

    Notes
    -----
    Welch 1967, doi:10.1109/TAU.1967.1161901.

    """
    window = hann(n_segment)
    segments = cut_segments(values, n_segment) * window
    spectra: Spectrum = np.fft.rfft(segments, 2 * n_segment, axis=1)
    power: Values = np.mean(np.abs(spectra) ** 2, axis=0, dtype=np.float64)
    power[1:-1] *= 2
    return count_frequencies(2 * n_segment, rate_hz), power / (rate_hz * np.sum(window**2))


def count_frequencies(n: int, rate_hz: float) -> Values:
    """Return the frequencies (Hz) of the transform of n real values."""
    frequencies: Values = np.arange(n // 2 + 1, dtype=np.float64) * (rate_hz / n)
    return frequencies


def cut_segments(values: Values, n_segment: int) -> Values:
    """Return segments that overlap by half, shape (n_segments, n_segment); the rest is left out."""
    step = n_segment - n_segment // 2
    starts = np.arange(0, len(values) - n_segment + 1, step)
    segments: Values = values[starts[:, np.newaxis] + np.arange(n_segment)]
    return segments


class Coherence(NamedTuple):
    """Magnitude-squared coherence of two series by frequency.

    ``frequency_hz``, ``coherence`` and ``power`` (of the first series, any scale) have shape (m,).
    ``n_segments`` were averaged, as good as ``n_free`` independent ones.
    """

    frequency_hz: Values
    coherence: Values
    power: Values
    n_segments: int
    n_free: float


def estimate_coherence(
    first: Values, second: Values, rate_hz: float, n_segment: int
) -> Coherence | None:
    """Return how much of one series a linear relation explains of the other, by frequency.

    Parameters
    ----------
    first, second : float64 array, shape (n,)
        Equally spaced, of the same times; NaN where nothing is known. Segments with NaN are left
        out: nothing is bridged.
    rate_hz : float
        Values a second.
    n_segment : int
        Length of a segment.

    Returns
    -------
    Coherence or None
        ``None`` without a whole segment. One segment alone always gives 1: see ``n_free``.

    Notes
    -----
    |Sxy|^2 / (Sxx Syy), with Welch's averages (doi:10.1109/TAU.1967.1161901): segments without
    their line of regression, Hann window, overlapping by half. Their correlation of 1/36 makes k of
    them worth k / (1 + (k - 1) / (18 k)).

    """
    pairs = np.stack([cut_segments(first, n_segment), cut_segments(second, n_segment)])
    pairs = pairs[:, np.isfinite(pairs).all(axis=(0, 2))]
    n = pairs.shape[1]
    if n == 0:
        return None
    spectra: Spectrum = np.fft.rfft(level(pairs) * hann(n_segment), axis=2)
    power = np.mean(np.abs(spectra) ** 2, axis=1)
    shared = np.abs(np.mean(spectra[0] * np.conj(spectra[1]), axis=0)) ** 2
    both = power[0] * power[1]
    coherence = np.divide(shared, both, out=np.zeros_like(shared), where=both > 0)
    return Coherence(
        count_frequencies(n_segment, rate_hz),
        coherence,
        power[0],
        n,
        n / (1 + (n - 1) / (18 * n)),
    )


def level(rows: Values) -> Values:
    """Return the rows (last axis) without their line of regression."""
    n = rows.shape[-1]
    ramp = np.arange(n) - (n - 1) / 2
    slopes = rows @ ramp / (ramp @ ramp)
    levelled: Values = rows - rows.mean(axis=-1, keepdims=True) - slopes[..., np.newaxis] * ramp
    return levelled
