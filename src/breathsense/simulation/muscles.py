"""What muscles of the abdominal wall sound like to an accelerometer (mechanomyography).

No study was found that validates this on the abdominal wall; on limbs the fibres' lateral
oscillation lies between about 5 and 50 (100) Hz and grows as a contraction builds up (Ahn 2016).
Three families of waveforms are made, so that nothing is fitted to one of them.
"""

import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from breathsense.simulation.noise import gauss_row, uniform_row
from breathsense.simulation.script import NS_PER_S

Family = Literal["noise", "surges", "units"]
RATE_HZ = 500
_HALF = 100
"""Half the length of a kernel, in samples: 0.2 s."""
_N_REMEMBERED = 32
_N_UNITS = 14


@dataclass(frozen=True, slots=True)
class MuscleParams:
    """How the wall trembles; all of it a guess but the band.

    Parameters
    ----------
    family : {"noise", "surges", "units"}
        Filtered noise; a narrow band that comes and goes; twitches of motor units.
    brace_g : float
        Root mean square in a brace at the usual effort, before the sensor's low-pass.
    centre_hz, width_hz : float
        Where its power lies: middle, and standard deviation of the amplitude spectrum.
    exponent : float
        How the amplitude grows with activation.
    across : float
        Share that is felt along the wall, relative to that across it.

    """

    family: Family = "noise"
    brace_g: float = 0.008
    centre_hz: float = 22.0
    width_hz: float = 8.0
    exponent: float = 1.0
    across: float = 0.4


class Tremble:
    """Waveforms of unit power, before the low-pass of a sensor; a function of seed and time.

    Parameters
    ----------
    params : MuscleParams
        Which.
    seed : int
        The waveform follows from it.
    bandwidth_hz : float or None
        Low-pass of the sensor's own; ``None``: none, what is too fast for its rate is aliased.

    """

    def __init__(self, params: MuscleParams, seed: int, bandwidth_hz: float | None) -> None:
        self.params = params
        self._seed = seed
        self._kernel = _low_pass(_unit_power(_shape(params)), bandwidth_hz)
        self._seconds: OrderedDict[tuple[int, int], list[float]] = OrderedDict()

    @property
    def passed(self) -> float:
        """Root mean square that is left behind the sensor's low-pass."""
        return math.sqrt(float(np.sum(self._kernel**2)))

    def at(self, t_ns: int, channel: int) -> float:
        """Return one of some independent waveforms (``channel``) at a time."""
        place, rest = divmod(t_ns * RATE_HZ, NS_PER_S)
        second, place = divmod(place, RATE_HZ)
        made = self._second(second, channel)
        left = made[place]
        return left + (made[place + 1] - left) * (rest / NS_PER_S)

    def amplitude_g(self, activation: float) -> float:
        """Return the root mean square at an activation (1 is a brace at the usual effort)."""
        return self.params.brace_g * float(max(activation, 0.0) ** self.params.exponent)

    def _second(self, second: int, channel: int) -> list[float]:
        made = self._seconds.get((second, channel))
        if made is None:
            made = self._make(second, channel)
            self._seconds[second, channel] = made
            if len(self._seconds) > _N_REMEMBERED:
                self._seconds.popitem(last=False)
        return made

    def _make(self, second: int, channel: int) -> list[float]:
        """Return a second's samples, and the first one of the next."""
        first, n = second * RATE_HZ - _HALF, RATE_HZ + 1 + 2 * _HALF
        source = _twitches if self.params.family == "units" else _white
        wave = np.convolve(source(self._seed, channel, first, n), self._kernel, mode="valid")
        if self.params.family == "surges":
            wave = wave * _surge(self._seed, channel, second)
        return [float(value) for value in wave]


def _white(seed: int, channel: int, first: int, n: int) -> npt.NDArray[np.float64]:
    return gauss_row(seed, 100 + channel, first, n)


def _twitches(seed: int, channel: int, first: int, n: int) -> npt.NDArray[np.float64]:
    """Return impulses of motor units, each firing 8 to 18 times a second, of unit power."""
    impulses = np.zeros(n)
    power = 0.0
    for unit in range(_N_UNITS):
        number = channel * _N_UNITS + unit
        (drawn,) = uniform_row(seed, 130, number, 1)
        per_s = 8.0 + 10.0 * float(drawn)
        size = math.exp(1.2 * unit / _N_UNITS)
        power += size**2 * per_s / RATE_HZ
        step = RATE_HZ / per_s
        from_slot = math.floor(first / step) - 1
        n_slots = math.ceil(n / step) + 3
        slots = np.arange(from_slot, from_slot + n_slots)
        late = 0.5 * (uniform_row(seed, 140 + number, from_slot, n_slots) - 0.5)
        places = np.rint((slots + late) * step).astype(np.int64) - first
        places = places[(places >= 0) & (places < n)]
        np.add.at(impulses, places, size)
    scaled: npt.NDArray[np.float64] = impulses / math.sqrt(power)
    return scaled


def _surge(seed: int, channel: int, second: int) -> npt.NDArray[np.float64]:
    """Return a slow swell (1 to 3 Hz), of unit power, over a second and one sample."""
    t_s = second + np.arange(RATE_HZ + 1) / RATE_HZ
    phases = uniform_row(seed, 131 + channel, 0, 4)
    swell = sum(
        np.sin(2.0 * np.pi * ((0.9 + 0.6 * k + phases[k]) * t_s + 7.0 * phases[k]))
        for k in range(4)
    )
    surge: npt.NDArray[np.float64] = (1.0 + 0.35 * swell) / math.sqrt(1.0 + 2.0 * 0.35**2)
    return surge


def _shape(params: MuscleParams) -> npt.NDArray[np.float64]:
    """Return the impulse response: a wave under a bell."""
    t_s = np.arange(-_HALF, _HALF + 1) / RATE_HZ
    width_hz = params.width_hz / 3.0 if params.family == "surges" else params.width_hz
    bell = np.exp(-0.5 * (2.0 * np.pi * width_hz * t_s) ** 2)
    shape: npt.NDArray[np.float64] = bell * np.cos(2.0 * np.pi * params.centre_hz * t_s)
    return shape


def _unit_power(kernel: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    scaled: npt.NDArray[np.float64] = kernel / math.sqrt(float(np.sum(kernel**2)))
    return scaled


def _low_pass(
    kernel: npt.NDArray[np.float64], bandwidth_hz: float | None
) -> npt.NDArray[np.float64]:
    """Return the kernel behind a low-pass (a sinc under a Hann window of 60 ms)."""
    if bandwidth_hz is None or bandwidth_hz >= RATE_HZ / 2:
        return kernel
    half = 15
    t = np.arange(-half, half + 1) / RATE_HZ
    sinc = np.sinc(2.0 * bandwidth_hz * t) * np.hanning(2 * half + 3)[1:-1]
    passed: npt.NDArray[np.float64] = np.convolve(kernel, sinc / sinc.sum(), mode="same")
    return passed
