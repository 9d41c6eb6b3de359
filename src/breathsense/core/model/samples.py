"""Samples on the session axis, and the holes between them."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.int64]
Values = NDArray[np.float64]
Signal = Literal["band", "acc", "gyr", "rr", "hr", "ecg", "other"]


@dataclass(frozen=True, slots=True, eq=False)
class SampleBlock:
    """Some consecutive samples of one signal of one sensor.

    Parameters
    ----------
    sensor : str
        Sensor id within the session: ``"abdomen"``, ``"chest"``, ``"imu"``, ``"heart"`` ...
    signal : Signal
        Which of the sensor's signals this is.
    t_ns : int64 array, shape (n,)
        Session time of each sample, strictly increasing, within and across blocks.
    values : float64 array, shape (n, n_channels)
        In the sensor's unit, finite.

    Where one block ends and the next begins carries no meaning.
    """

    sensor: str
    signal: Signal
    t_ns: Times
    values: Values


@dataclass(frozen=True, slots=True)
class Gap:
    """No samples between two instants.

    Stages restart after it, unless it is so short that the breath cannot have turned meanwhile
    (``GridParams.bridge_ns``).

    ``signal`` is ``None`` when the whole sensor fell silent. ``reason`` is one of
    ``"no_data"``, ``"packet_loss"``, ``"link_lost"``, ``"missing_values"``.
    """

    sensor: str
    signal: Signal | None
    start_ns: int
    end_ns: int
    reason: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A packet that could not be decoded: counted, shown, never raised."""

    wearable: str
    characteristic: str
    host_ns: int
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A value that a wearable told about itself, such as ``battery_pct`` or ``firmware``."""

    wearable: str
    name: str
    value: float | str
    host_ns: int


@dataclass(frozen=True, slots=True)
class Timing:
    """How a stream's clock runs beside the session axis, and what was lost; told now and then.

    Parameters
    ----------
    wearable, sensor : str
        Their ids.
    signal : Signal
        Which of the sensor's signals.
    host_ns : int
        Session time of the newest packet it rests on.
    rate_hz : float
        Real rate of the samples, by the session axis.
    fast_ppm, fast_sd_ppm : float
        How much too fast the wearable's clock runs (without stamps: how much more samples come
        than the nominal rate says), and its standard error.
    offset_sd_ms : float
        Standard error of the sample times. The least delay of the way, which is the same for all
        samples of a link, cannot be seen from one side and is not in it.
    n_samples, n_lost : int
        Given, and known to be lost on the way, since the session began.

    """

    wearable: str
    sensor: str
    signal: Signal
    host_ns: int
    rate_hz: float
    fast_ppm: float
    fast_sd_ppm: float
    offset_sd_ms: float
    n_samples: int
    n_lost: int


@dataclass(frozen=True, slots=True, eq=False)
class Waveform:
    """The breathing waveform of one sensor on the analysis grid; larger means more inhaled.

    Parameters
    ----------
    sensor : str
        Sensor id.
    t_ns : int64 array, shape (n,)
        Grid time of each value.
    known_ns : int64 array, shape (n,)
        Time of the newest input sample that was needed for it; never earlier than ``t_ns``.
    values : float64 array, shape (n,)
        In the sensor's own unit (band) or degrees of tilt (IMU).

    """

    sensor: str
    t_ns: Times
    known_ns: Times
    values: Values


@dataclass(frozen=True, slots=True, eq=False)
class Mmg:
    """Sound of the muscles under one accelerometer (mechanomyogram).

    Experimental: nobody has yet shown what the abdominal wall's sound says about bracing.

    Parameters
    ----------
    sensor : str
        Sensor id.
    t_ns, known_ns : int64 arrays, shape (n,)
        As in ``Waveform``.
    rms_g : float64 array, shape (n,)
        RMS of the acceleration between 5 Hz and ``top_hz`` over 0.3 s, in g; the median of three
        overlapping windows, of which the last ends at ``t_ns``. Above 0.
    high_g : float64 array, shape (n,)
        The same of what is above 14 Hz.
    top_hz : float64 array, shape (n,)
        The highest frequency heard: 45 and more from 100 samples a second on; at 50 samples a
        second 22, and then the value is to be trusted less.
    flutter : float64 array, shape (n,)
        How unevenly it sounds within the windows, 0 to 1: steady effort little, speech and laughter
        much.

    """

    sensor: str
    t_ns: Times
    known_ns: Times
    rms_g: Values
    high_g: Values
    top_hz: Values
    flutter: Values


@dataclass(frozen=True, slots=True, eq=False)
class Stance:
    """Which way up is, seen from one IMU, and whether its wearer moves; for ``core.posture``.

    Parameters
    ----------
    sensor : str
        Sensor id.
    t_ns, known_ns : int64 arrays, shape (n,)
        As in ``Waveform``.
    up : float64 array, shape (n, 3)
        Direction of the acceleration in the sensor's axes, of length 1.
    is_moving : bool array, shape (n,)
        As in ``Trunk``.

    """

    sensor: str
    t_ns: Times
    known_ns: Times
    up: Values
    is_moving: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Trunk:
    """How the trunk leans and whether it moves, by the IMU on it.

    Parameters
    ----------
    sensor : str
        Sensor id.
    t_ns, known_ns : int64 arrays, shape (n,)
        As in ``Waveform``.
    lean_deg : float64 array, shape (n, 2)
        Forward and sideways (right is positive) from where the wearer began, breathing removed;
        every 160 ms. See ``core.posture`` for how forward is known.
    is_moving : bool array, shape (n,)
        Whether the wearer moves too much for anything to be told of the wall.

    """

    sensor: str
    t_ns: Times
    known_ns: Times
    lean_deg: Values
    is_moving: NDArray[np.bool_]


def freeze_times(times: NDArray[np.int64] | list[int]) -> Times:
    """Return the times as a read-only int64 array (the array itself, if it already is one)."""
    array = np.asarray(times, dtype=np.int64)
    array.flags.writeable = False
    return array


def freeze_values(values: NDArray[np.float64] | list[float] | list[list[float]]) -> Values:
    """Return the values as a read-only float64 array (the array itself, if it already is one)."""
    array = np.asarray(values, dtype=np.float64)
    array.flags.writeable = False
    return array
