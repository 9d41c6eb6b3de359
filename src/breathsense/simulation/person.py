"""A virtual person: breathes, has a heart, and does what a script says; at rest without one.

Everything is a function of the seed, the script and the time, so a simulation can be repeated
exactly. It is not a model of lungs or muscles, and proves nothing about people.
"""

from dataclasses import dataclass, field

from breathsense.core.model.vectors import Vector
from breathsense.simulation.bands import Band, BandParams
from breathsense.simulation.body import Beat, BeltPlace, Quantity
from breathsense.simulation.breathing import Breathing, BreathingParams
from breathsense.simulation.heart import Heart, HeartParams
from breathsense.simulation.inertial import Imu, ImuParams
from breathsense.simulation.muscles import MuscleParams
from breathsense.simulation.script import FixedScript, Script
from breathsense.simulation.trunk import Trunk, TrunkParams


@dataclass(frozen=True, slots=True)
class PersonParams:
    """What a virtual person is like, and what it wears; the numbers are told at each part.

    Parameters
    ----------
    breathing : BreathingParams
        How the person breathes.
    heart : HeartParams
        How the heart beats.
    trunk : TrunkParams
        How the trunk is built.
    muscles : MuscleParams
        How the wall trembles.
    band, ribs_band : BandParams
        The bands round belly and ribs.
    imu : ImuParams
        The inertial sensors.

    """

    breathing: BreathingParams = field(default_factory=BreathingParams)
    heart: HeartParams = field(default_factory=HeartParams)
    trunk: TrunkParams = field(default_factory=TrunkParams)
    muscles: MuscleParams = field(default_factory=MuscleParams)
    band: BandParams = field(default_factory=BandParams)
    ribs_band: BandParams = field(
        default_factory=lambda: BandParams(depth_mm=8.0, stiffness_n_per_mm=2.0 / 8.0)
    )
    imu: ImuParams = field(default_factory=ImuParams)


class Person:
    """A body that breathes by itself (see ``Body``); its time is the server's, shifted.

    Parameters
    ----------
    seed : int
        Everything random follows from it, the way the accelerometer is mounted included.
    params : PersonParams
        What the person is like.
    script : Script, optional
        What the person does; sits at rest without one.

    Attributes
    ----------
    born_ns : int or None
        Server time at which the person's time is 0: when the first stream of any wearable began.

    """

    def __init__(
        self, seed: int = 0, params: PersonParams | None = None, script: Script | None = None
    ) -> None:
        self.params = params if params is not None else PersonParams()
        script = script if script is not None else FixedScript()
        self.breathing = Breathing(self.params.breathing, seed, script)
        self.trunk = Trunk(self.params.trunk, seed, self.breathing, script)
        self.born_ns: int | None = None
        self._heart = Heart(self.params.heart, seed, self.breathing)
        worn: dict[BeltPlace, BandParams] = {
            "abdomen": self.params.band,
            "chest": self.params.ribs_band,
        }
        self._bands = {
            place: Band(band, place, seed, self.trunk, self._heart) for place, band in worn.items()
        }
        self._imus: dict[BeltPlace, Imu] = {
            place: Imu(
                self.params.imu,
                place,
                number,
                self.trunk,
                self._heart,
                script=script,
                muscles=self.params.muscles,
            )
            for place, number in zip(worn, (seed, seed ^ 0xC4E57), strict=True)
        }

    @property
    def measurable(self) -> frozenset[Quantity]:
        """All there is."""
        return frozenset({"belt_force", "acceleration", "rotation", "beats"})

    def moment_ns(self, started_ns: int, true_ns: int, nominal_ns: int) -> int:
        """Return the time at which the sample was truly taken: the person lives in real time."""
        del nominal_ns
        if self.born_ns is None:
            self.born_ns = started_ns
        return max(started_ns + true_ns - self.born_ns, 0)

    def belt_force_n(self, t_ns: int, place: BeltPlace = "abdomen") -> float:
        """Return a belt's tension in newtons, never below 0 (a slack belt)."""
        return self._bands[place].tension_n(t_ns)

    def acceleration_g(self, t_ns: int, place: BeltPlace = "abdomen") -> Vector:
        """Return what an accelerometer there reads in its own axes, in g."""
        return self._imus[place].acceleration_g(t_ns)

    def rotation_dps(self, t_ns: int, place: BeltPlace = "abdomen") -> Vector:
        """Return how fast the same sensor turns, in degrees a second about its own axes."""
        return self._imus[place].rotation_dps(t_ns)

    def beats(self, after_ns: int, until_ns: int) -> list[Beat]:
        """Return the beats in ``(after_ns, until_ns]``."""
        return self._heart.beats(after_ns, until_ns)
