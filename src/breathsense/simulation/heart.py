"""A heart that follows the breath, and knocks on what is worn."""

import math
from bisect import bisect_right
from dataclasses import dataclass

from breathsense.simulation.body import Beat
from breathsense.simulation.breathing import Breather
from breathsense.simulation.noise import gauss_at
from breathsense.simulation.script import NS_PER_S

_N_BEATS_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class HeartParams:
    """How a heart beats.

    Parameters
    ----------
    rate_per_min : float
        Mean rate at rest.
    rsa_fraction : float
        How much shorter the beat interval is at the end of inspiration than before it
        (respiratory sinus arrhythmia). Guess.
    rr_noise_fraction : float
        Other variation of beat intervals. Guess.

    """

    rate_per_min: float = 66.0
    rsa_fraction: float = 0.08
    rr_noise_fraction: float = 0.015


class Heart:
    """The beats of a person, made as far as they are asked for; only the last ones are kept."""

    def __init__(self, params: HeartParams, seed: int, breathing: Breather) -> None:
        self.params = params
        self._seed = seed
        self._breathing = breathing
        self._beats = [Beat(0, 60_000.0 / params.rate_per_min)]
        self._beat_times = [0]
        self._n_beats = 1

    def beats(self, after_ns: int, until_ns: int) -> list[Beat]:
        """Return the beats in ``(after_ns, until_ns]``."""
        self._make_beats(until_ns)
        first = bisect_right(self._beat_times, after_ns)
        return self._beats[first : bisect_right(self._beat_times, until_ns)]

    def pulse_at(self, t_ns: int, swing_hz: float = 5.0) -> float:
        """Return the knock of the newest beat: a short damped swing, about 1 at its largest."""
        self._make_beats(t_ns)
        position = bisect_right(self._beat_times, t_ns) - 1
        since_s = (t_ns - self._beat_times[max(position, 0)]) / NS_PER_S
        return math.exp(-since_s / 0.12) * math.sin(2.0 * math.pi * swing_hz * since_s) * 1.5

    def _make_beats(self, until_ns: int) -> None:
        params = self.params
        while self._beats[-1].t_ns <= until_ns:
            beat = self._beats[-1]
            rr_ms = 60_000.0 / params.rate_per_min
            level = min(max(self._breathing.level_at(beat.t_ns), 0.0), 1.5)
            rr_ms *= 1.0 - params.rsa_fraction * (level - 0.4)
            rr_ms *= 1.0 + params.rr_noise_fraction * gauss_at(self._seed, 40, self._n_beats)
            self._beats.append(Beat(beat.t_ns + round(rr_ms * 1e6), rr_ms))
            self._beat_times.append(self._beats[-1].t_ns)
            self._n_beats += 1
        del self._beats[:-_N_BEATS_REMEMBERED], self._beat_times[:-_N_BEATS_REMEMBERED]
