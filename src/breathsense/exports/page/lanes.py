"""Tracks as the page's strip chart wants them: 16-bit numbers on a uniform grid, in base64."""

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np

from breathsense.core.model.samples import Values
from breathsense.exports.content import Content, Track
from breathsense.exports.uniform import make_uniform

NS_PER_S = 1e9
HOLE = -32768
MOST = 32767
MOST_SAMPLES = 900_000
"""Of a page: more of them, and tracks are left out, so that it can still be sent by mail."""
_ALL, _FRAC = 100.0, 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """One signal of the strip chart.

    Parameters
    ----------
    label : str
        What it is, with its unit.
    start_s, rate_hz : float
        Its grid.
    values : float64 array, shape (n,)
        NaN in holes.
    low, high : float
        What the chart shows of it: all, but for a few parts in a thousand.

    """

    label: str
    start_s: float
    rate_hz: float
    values: Values
    low: float
    high: float

    def describe(self) -> dict[str, Any]:
        """Return it as the page's script reads it; a step is 1/65534 of its whole range."""
        is_known = np.isfinite(self.values)
        known = self.values[is_known]
        least, most = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
        scale = (most - least) / (2 * MOST) or 1.0
        offset = (most + least) / 2
        steps = np.full(len(self.values), HOLE, dtype="<i2")
        steps[is_known] = np.round((known - offset) / scale).clip(-MOST, MOST)
        return {
            "label": self.label,
            "start_s": self.start_s,
            "rate_hz": self.rate_hz,
            "scale": scale,
            "offset": offset,
            "low": self.low,
            "high": self.high,
            "values": base64.b64encode(steps.tobytes()).decode("ascii"),
        }


def build_lanes(content: Content, start_ns: int) -> list[Lane]:
    """Return the lanes of a session: bands as they were sampled, IMUs as the breathing they show.

    Raw axes of an IMU are not shown: a reader looks at breathing, and the raw data are elsewhere.
    """
    bands = [one for one in content.raw_tracks if one.key.signal == "band"]
    of_bands = {one.key.sensor for one in bands}
    waves = [one for one in content.waveforms if one.key.sensor not in of_bands]
    if sum(len(one.t_ns) for one in bands) > MOST_SAMPLES:
        bands = [one for one in content.waveforms if one.key.sensor in of_bands]
    return [_build_lane(track, start_ns) for track in (*bands, *waves) if len(track.t_ns)]


def _build_lane(track: Track, start_ns: int) -> Lane:
    uniform = make_uniform(track, int(track.t_ns[0]), int(track.t_ns[-1]))
    values = np.where(uniform.is_valid, uniform.values[:, 0], np.nan)
    low, high = np.nanpercentile(values, (_FRAC, _ALL - _FRAC)).tolist()
    margin = 0.05 * (high - low) or 0.5 + 0.05 * abs(high)
    return Lane(
        f"{track.names[0].replace('_', ' ')} [{track.unit}]",
        (uniform.start_ns - start_ns) / NS_PER_S,
        uniform.rate_hz,
        values,
        low - margin,
        high + margin,
    )
