"""The figures of one breath that need its waveform."""

from dataclasses import dataclass, field
from typing import Literal

from breathsense.core.measures.figures import Figure, Missing, give_all
from breathsense.core.measures.pair import (
    excursion,
    labored_index,
    measure_loop,
    rib_share,
    symmetry_index,
)
from breathsense.core.measures.params import NS_PER_S, MeasureParams
from breathsense.core.measures.phase import (
    HALF_TURN_DEG,
    Lag,
    Synchrony,
    find_lag,
    judge_synchrony,
)
from breathsense.core.measures.timing import NO_END, measure_pause
from breathsense.core.measures.waves import RecentWave
from breathsense.core.model.samples import Values
from breathsense.core.model.sensors import Sensor

Role = Literal["chest", "left", "right"]

SHAPE_NAMES = ("end_level", "pause_s")
LAG_NAMES = ("phase_deg", "phase_correlation", "lag_s")
SIZE_NAMES = ("abdomen_excursion", "chest_excursion", "rib_share_pct", "labored_index")
WEIGHTED_NAME = "rib_share_weighted_pct"
LOOP_NAMES = ("loop_phase_deg", "loop_openness")
SIDE_NAMES = ("left_excursion", "right_excursion", "symmetry_pct")
QUARTER_DEG = 90.0
UNSIGNED = Missing("which way a motion sensor moves with inspiration is not known for certain")
HOLE = Missing("the waveform has a gap within the breath")


@dataclass(frozen=True, slots=True)
class Partner:
    """The second breathing sensor.

    Parameters
    ----------
    sensor : Sensor
        Which one it is.
    role : {"chest", "left", "right"}
        What it is beside the leading sensor: ``"left"`` if the leading one sits on the right.
    unlike : str
        Why its movement cannot be compared in size with the leading sensor's; empty if it can.
    is_signed : bool
        Whether both are known to rise with inspiration. A motion sensor's way is learnt from the
        breath it sees, which turns a paradox into its contrary.

    """

    sensor: Sensor
    role: Role
    unlike: str = ""
    is_signed: bool = True

    def names(self, params: MeasureParams) -> tuple[str, ...]:
        """Return the names of the figures that this pair gives."""
        if self.role != "chest":
            return (*SIDE_NAMES, *LAG_NAMES)
        weighted = () if params.rib_weight is None else (WEIGHTED_NAME,)
        return (*SIZE_NAMES, *weighted, *LAG_NAMES, *LOOP_NAMES)


@dataclass(slots=True)
class Shape:
    """Figures of a breath's waveforms; ``synchrony`` is ``None`` where it cannot be told."""

    figures: dict[str, Figure] = field(default_factory=dict)
    synchrony: Synchrony | None = None


class Shaper:
    """Measures the waveforms of breaths.

    Parameters
    ----------
    params : MeasureParams
        The numbers.
    step_ns : int
        Distance of the waveforms' values.
    partner : Partner or None
        The second sensor, if there is one.

    """

    def __init__(self, params: MeasureParams, step_ns: int, partner: Partner | None) -> None:
        self._params = params
        self._step_ns = step_ns
        self._partner = partner

    def leave_open(self) -> Shape:
        """Return the shape of a breath whose end is not known."""
        others = () if self._partner is None else self._partner.names(self._params)
        return Shape(give_all((*SHAPE_NAMES, *others), NO_END))

    def measure(
        self, wave: RecentWave, other: RecentWave, start_ns: int, peak_ns: int, end_ns: int
    ) -> Shape:
        """Measure a breath; what is not there in full is missing."""
        shape = Shape(give_all(SHAPE_NAMES, HOLE))
        expiration = wave.cut(peak_ns, end_ns)
        if expiration is not None:
            step_s = self._step_ns / NS_PER_S
            shape.figures["end_level"] = float(expiration.min())
            shape.figures["pause_s"] = measure_pause(expiration, step_s, self._params.pause)
        if self._partner is not None:
            self._compare(shape, self._partner, (wave, other), (start_ns, end_ns))
        return shape

    def _compare(
        self,
        shape: Shape,
        partner: Partner,
        waves: tuple[RecentWave, RecentWave],
        span: tuple[int, int],
    ) -> None:
        start_ns, end_ns = span
        half_ns = (end_ns - start_ns) // 2
        reaches = [wave.reach(start_ns, end_ns, half_ns) for wave in waves]
        back_ns, ahead_ns = (min(reach) for reach in zip(*reaches, strict=True))
        first, second = (wave.cut(start_ns - back_ns, end_ns + ahead_ns) for wave in waves)
        if first is None or second is None:
            shape.figures |= give_all(partner.names(self._params), HOLE)
            return
        start = back_ns // self._step_ns
        n_period = len(first) - 1 - start - ahead_ns // self._step_ns
        breath = slice(start, start + n_period + 1)
        lag = find_lag(first, second, start, n_period)
        if not partner.is_signed and isinstance(lag, Lag) and abs(lag.phase_deg) > QUARTER_DEG:
            lag = find_lag(first, -second, start, n_period)
        if partner.role == "chest":
            shape.figures |= self._compare_ribs(first[breath], second[breath], partner)
            if isinstance(lag, Lag) and partner.is_signed:
                shape.synchrony = judge_synchrony(lag.phase_deg)
        else:
            shape.figures |= _compare_sides(first[breath], second[breath], partner)
        # Told is how much later the chest, or the right side, comes.
        shape.figures |= self._tell_lag(lag, -1 if partner.role == "left" else 1)

    def _tell_lag(self, lag: Lag | Missing, way: int) -> dict[str, Figure]:
        if isinstance(lag, Missing):
            return give_all(LAG_NAMES, lag)
        # The phase of exactly half a breath has no sign.
        phase_deg = lag.phase_deg if lag.phase_deg == HALF_TURN_DEG else way * lag.phase_deg
        values = (phase_deg, lag.correlation, way * lag.lag_steps * self._step_ns / NS_PER_S)
        return dict(zip(LAG_NAMES, values, strict=True))

    def _compare_ribs(self, abdomen: Values, chest: Values, partner: Partner) -> dict[str, Figure]:
        weight = self._params.rib_weight
        rc, ab = excursion(chest), excursion(abdomen)
        figures: dict[str, Figure] = {"abdomen_excursion": ab, "chest_excursion": rc}
        figures["rib_share_pct"] = rib_share(rc, ab)
        figures["labored_index"] = labored_index(chest, abdomen, weight or 1.0)
        if weight is not None:
            figures[WEIGHTED_NAME] = rib_share(rc, ab, weight)
        if partner.unlike:
            unlike = Missing(partner.unlike)
            figures |= give_all((set(figures) & {*SIZE_NAMES[2:], WEIGHTED_NAME}), unlike)
        figures |= dict(zip(LOOP_NAMES, measure_loop(chest, abdomen), strict=True))
        if not partner.is_signed:
            figures |= give_all(("labored_index", *LOOP_NAMES), UNSIGNED)
        return figures


def _compare_sides(own: Values, others: Values, partner: Partner) -> dict[str, Figure]:
    sizes = (excursion(own), excursion(others))
    left, right = sizes if partner.role == "right" else sizes[::-1]
    symmetry = symmetry_index(left, right)
    if partner.unlike:
        symmetry = Missing(partner.unlike)
    return dict(zip(SIDE_NAMES, (left, right, symmetry), strict=True))
