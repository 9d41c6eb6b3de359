"""A stretch band: what a girth becomes on its way to a number."""

from collections import OrderedDict
from dataclasses import dataclass

from breathsense.simulation.body import BeltPlace
from breathsense.simulation.heart import Heart
from breathsense.simulation.noise import gauss_at
from breathsense.simulation.trunk import STEP_NS, STEPS_PER_S, Trunk, TrunkState, drift_at

_STEP_S = 1.0 / STEPS_PER_S
_N_SECONDS_REMEMBERED = 64
_NOISE_CHANNELS: dict[BeltPlace, int] = {"abdomen": 32, "chest": 39}


@dataclass(frozen=True, slots=True)
class BandParams:
    """A band as it is worn.

    Parameters
    ----------
    depth_mm : float
        Girth of a median quiet breath: 6 to 24 mm at the belly by geometry (an estimate, not
        measured).
    rest_n : float
        Tension at the end of expiration. Belts of this kind are used between 2 and 30 N.
    stiffness_n_per_mm : float
        Guess.
    creep_fraction, creep_s : float
        Share of a sustained stretch that the band gives way by, and how slowly. Guess.
    friction_mm : float
        How far the girth moves before the band follows (cloth, skin). Guess.
    drift_n : float
        Amplitude of slow drift (warmth, slip). Guess.
    heart_n : float
        Ripple of the heart beat. Guess.
    noise_n : float
        White noise, standard deviation. Guess.
    full_scale_n : float
        Where it saturates. Guess.
    resolution_n : float
        One count of its converter; 0: not noticeable. Guess.

    """

    depth_mm: float = 12.0
    rest_n: float = 5.0
    stiffness_n_per_mm: float = 3.5 / 12.0
    creep_fraction: float = 0.03
    creep_s: float = 30.0
    friction_mm: float = 0.1
    drift_n: float = 0.5
    heart_n: float = 0.04
    noise_n: float = 0.01
    full_scale_n: float = 50.0
    resolution_n: float = 0.0


class Band:
    """A band round a trunk. What it shows depends on what it went through before.

    Times may be asked in any order within the last half minute. Stretch is followed in steps of
    20 ms: friction by a backlash, creep by a lag of first order.

    Parameters
    ----------
    params : BandParams
        The band.
    place : BeltPlace
        Where it sits.
    seed : int
        Its noise follows from it.
    trunk : Trunk
        What it sits on.
    heart : Heart
        What beats in it.

    """

    def __init__(
        self, params: BandParams, place: BeltPlace, seed: int, trunk: Trunk, heart: Heart
    ) -> None:
        self.params = params
        self._place = place
        self._seed = seed
        self._trunk = trunk
        self._heart = heart
        self._seconds: OrderedDict[int, list[float]] = OrderedDict()
        self._second = 0
        self._followed_mm = self._girth_mm(trunk.step(0))
        self._given_mm = 0.0

    def tension_n(self, t_ns: int) -> float:
        """Return the reading in newtons: not below 0 (slack), not above the full scale."""
        params = self.params
        number, rest_ns = divmod(t_ns, STEP_NS)
        left = self._step(number)
        stretch_mm = left + (self._step(number + 1) - left) * (rest_ns / STEP_NS)
        tension = (
            params.rest_n
            + params.stiffness_n_per_mm * stretch_mm
            + params.drift_n * drift_at(self._seed, 1, t_ns)
            + params.heart_n * self._heart.pulse_at(t_ns)
            + params.noise_n * gauss_at(self._seed, _NOISE_CHANNELS[self._place], t_ns)
        )
        tension = min(max(tension, 0.0), params.full_scale_n)
        if params.resolution_n:
            tension = round(tension / params.resolution_n) * params.resolution_n
        return tension

    def _girth_mm(self, state: TrunkState) -> float:
        depths = state.belly if self._place == "abdomen" else state.ribs
        return self.params.depth_mm * depths - state.slipped_mm

    def _step(self, number: int) -> float:
        second, place = divmod(number, STEPS_PER_S)
        while self._second <= second:
            self._seconds[self._second] = self._follow(self._second)
            self._second += 1
            if len(self._seconds) > _N_SECONDS_REMEMBERED:
                self._seconds.popitem(last=False)
        oldest = next(iter(self._seconds))
        return self._seconds[second][place] if second >= oldest else self._seconds[oldest][0]

    def _follow(self, second: int) -> list[float]:
        """Return how far the band is effectively stretched in the steps of a second."""
        params = self.params
        stretched = []
        for number in range(second * STEPS_PER_S, (second + 1) * STEPS_PER_S):
            girth_mm = self._girth_mm(self._trunk.step(number))
            low, high = girth_mm - params.friction_mm, girth_mm + params.friction_mm
            self._followed_mm = min(max(self._followed_mm, low), high)
            self._given_mm += (self._followed_mm - self._given_mm) * _STEP_S / params.creep_s
            stretched.append(self._followed_mm - params.creep_fraction * self._given_mm)
        return stretched
