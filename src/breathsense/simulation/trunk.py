"""How the trunk moves and what its wall does: breathing and a script become girths and angles."""

import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import NamedTuple

from breathsense.simulation.breathing import Breather
from breathsense.simulation.noise import gauss_at, uniform_at, wander_at
from breathsense.simulation.script import (
    NS_PER_S,
    Act,
    Firm,
    Jolts,
    Lean,
    Manner,
    Script,
    Slip,
    Voice,
    Way,
    ramp,
)

STEPS_PER_S = 50
STEP_NS = NS_PER_S // STEPS_PER_S
_N_SECONDS_REMEMBERED = 64
_SLIPPING_S = 0.4
_FELT_FOR = 8.0
"""For how many decays a jolt is followed."""
_SHARE_KNOT_S = 7.0
_DRIFT_PERIODS_S = (97.0, 211.0, 503.0)


@dataclass(frozen=True, slots=True)
class TrunkParams:
    """How somebody's trunk is built.

    Girths are in median depths of a quiet breath. No published number tells how much a brace
    changes the girth, nor how loud the wall is to an accelerometer: what is told of these is a
    guess throughout.

    Parameters
    ----------
    expand, neutral, draw_in : float
        What a brace that expands, one that stays, and a draw-in do to the girth of the belly, each
        at the usual effort. Guess: outwards up to about a breath, inwards more.
    ribs_share : float
        What the same does to the ribs, relative to the belly; a draw-in lifts them. Guess.
    draw_in_activation : float
        What the wall does in a draw-in, relative to a brace: mostly the deepest layer. Guess.
    tone : float
        What the wall does at rest, relative to a brace. Guess.
    tilt_deg : float
        Tilt of the wall in a median breath; 0.5 to 4 degrees are seen; negative below the navel.
    brace_tilt : float
        Tilt that goes with a brace's change of girth, relative to that of breathing. Guess.
    sway_deg, ribs_tilt_deg : float
        Slow sway of the trunk; tilt of the breast bone in a median breath. Guess.
    restless_depths : float
        Restlessness of the wall that is neither breath nor brace, in depths. Guess.
    ribs_lag_s : float
        How much later the ribs move than the belly; normal loops are slightly open
        (doi 10.1164/ajrccm.151.2.7842198). Guess.
    share_sd : float
        How much the share of the ribs comes and goes, standard deviation. Guess.

    """

    expand: float = 1.0
    neutral: float = 0.05
    draw_in: float = -1.1
    ribs_share: float = 0.3
    draw_in_activation: float = 0.7
    tone: float = 0.03
    tilt_deg: float = 2.0
    brace_tilt: float = 0.8
    sway_deg: float = 0.5
    ribs_tilt_deg: float = 1.0
    restless_depths: float = 0.0
    ribs_lag_s: float = 0.0
    share_sd: float = 0.0

    def shift(self, way: Way, effort: float) -> float:
        """Return what firming the wall does to the girth of the belly, in depths."""
        whole = {"expand": self.expand, "neutral": self.neutral, "draw_in": self.draw_in}
        return whole[way] * effort

    def loudness(self, way: Way, effort: float) -> float:
        """Return what the muscles of the wall do, relative to a brace at the usual effort."""
        return effort * (self.draw_in_activation if way == "draw_in" else 1.0)


class TrunkState(NamedTuple):
    """The trunk at one moment; girths in depths of a quiet breath, angles in degrees."""

    belly: float
    ribs: float
    wall: float
    forward_deg: float
    sideways_deg: float
    turn_deg: float
    activation: float
    slipped_mm: float

    def between(self, other: "TrunkState", part: float) -> "TrunkState":
        """Return the state on the straight way to another."""
        return TrunkState(*(a + (b - a) * part for a, b in zip(self, other, strict=True)))


@dataclass(slots=True)
class _Sum:
    """What acts add up to at a moment."""

    ripple: float = 1.0
    ribs_ripple: float = 1.0
    belly: float = 0.0
    ribs: float = 0.0
    wall: float = 0.0
    tilt_deg: float = 0.0
    forward_deg: float = 0.0
    sideways_deg: float = 0.0
    turn_deg: float = 0.0
    activation: float = 0.0
    slipped_mm: float = 0.0


class Trunk:
    """The trunk of a person; made for a second at a time, and only the last minute is kept.

    Parameters
    ----------
    params : TrunkParams
        How it is built.
    seed : int
        Whatever is random follows from it and the time.
    breathing : Breather
        The breaths, of the same script.
    script : Script
        What is done.

    """

    def __init__(self, params: TrunkParams, seed: int, breathing: Breather, script: Script) -> None:
        self.params = params
        self._seed = seed
        self._breathing = breathing
        self._script = script
        self._seconds: OrderedDict[int, list[TrunkState]] = OrderedDict()

    def state_at(self, t_ns: int) -> TrunkState:
        """Return the state at a time, on a straight line between steps of 20 ms."""
        number, rest_ns = divmod(t_ns, STEP_NS)
        return self.step(number).between(self.step(number + 1), rest_ns / STEP_NS)

    def step(self, number: int) -> TrunkState:
        """Return the state at a step (a multiple of 20 ms)."""
        second, place = divmod(number, STEPS_PER_S)
        steps = self._seconds.get(second)
        if steps is None:
            start_ns = second * NS_PER_S
            acts = self._script.between(start_ns, start_ns + NS_PER_S)
            steps = [self._state(start_ns + k * STEP_NS, acts) for k in range(STEPS_PER_S)]
            self._seconds[second] = steps
            if len(self._seconds) > _N_SECONDS_REMEMBERED:
                self._seconds.popitem(last=False)
        return steps[place]

    def _state(self, t_ns: int, acts: list[Act]) -> TrunkState:
        params, total = self.params, _Sum()
        for act in acts:
            self._add(total, act, t_ns)
        lifted = params.share_sd * wander_at(self._seed, 77, t_ns, _SHARE_KNOT_S)
        level = (1.0 - lifted) * self._breathing.level_at(t_ns)
        ribs_ns = max(t_ns - round(params.ribs_lag_s * NS_PER_S), 0)
        ribs_level = (1.0 + lifted) * self._breathing.level_at(ribs_ns)
        belly = total.ripple * level + total.belly
        wall = total.ripple * level + total.wall
        if params.restless_depths:
            restless = params.restless_depths * wander_at(self._seed, 70, t_ns, 0.8)
            belly, wall = belly + restless, wall + restless
        return TrunkState(
            belly=belly,
            ribs=total.ribs_ripple * ribs_level + total.ribs,
            wall=params.tilt_deg * wall + total.tilt_deg,
            forward_deg=total.forward_deg + params.sway_deg * drift_at(self._seed, 2, t_ns),
            sideways_deg=total.sideways_deg,
            turn_deg=total.turn_deg,
            activation=params.tone + total.activation,
            slipped_mm=total.slipped_mm,
        )

    def _add(self, total: _Sum, act: Act, t_ns: int) -> None:
        """Add what an act does at a time."""
        match act:
            case Firm():
                self._firm(total, act, t_ns)
            case Manner():
                self._breathe(total, act, t_ns)
            case Lean():
                _lean(total, act, t_ns)
            case Jolts():
                _jolt(total, act, self._seed, t_ns)
            case Voice():
                on = ramp(t_ns, act.start_ns, act.end_ns, 0.1, 0.1)
                total.activation += on * act.activation * syllable_at(self._seed, act, t_ns)
            case Slip():
                total.slipped_mm += act.loosens_mm * ramp(
                    t_ns, act.start_ns, t_ns + NS_PER_S, _SLIPPING_S, 1.0
                )
            case _:
                pass

    def _firm(self, total: _Sum, act: Firm, t_ns: int) -> None:
        params = self.params
        on = ramp(t_ns, act.start_ns, act.end_ns, act.rise_s, act.fall_s)
        part = min((t_ns - act.start_ns) / max(act.end_ns - act.start_ns, 1), 1.0)
        unsteady = 1.0 + act.wobble * wander_at(self._seed, 71, t_ns, 0.7)
        effort = act.effort * on * (1.0 - act.fade * part) * unsteady
        shift = params.shift(act.way, effort)
        total.belly += shift
        total.wall += params.brace_tilt * shift
        total.ribs += params.ribs_share * (-0.5 * shift if act.way == "draw_in" else shift)
        total.activation += params.loudness(act.way, effort)

    def _breathe(self, total: _Sum, act: Manner, t_ns: int) -> None:
        on = ramp(t_ns, act.start_ns, act.end_ns, act.blend_s, act.blend_s)
        total.ripple *= 1.0 + (act.belly - 1.0) * on
        total.ribs_ripple *= 1.0 + (act.ribs - 1.0) * on
        if act.roughness:
            rough = on * act.roughness * wander_at(self._seed, 72, t_ns, 0.35)
            total.belly += rough
            total.ribs += 0.7 * rough
            total.wall += rough


def drift_at(seed: int, channel: int, t_ns: int) -> float:
    """Return something that wanders slowly between about -1 and 1."""
    total = 0.0
    for number, period_s in enumerate(_DRIFT_PERIODS_S):
        phase = uniform_at(seed, 50 + channel, number)
        total += math.sin(2.0 * math.pi * (t_ns / NS_PER_S / period_s + phase))
    return total / len(_DRIFT_PERIODS_S)


def syllable_at(seed: int, act: Voice, t_ns: int) -> float:
    """Return how loud the voice is, 0 to about 2; words, and pauses between them."""
    words = min(max(0.8 + 0.7 * wander_at(seed, 73, t_ns, 0.9), 0.0), 1.3)
    beat = 0.5 - 0.5 * math.cos(2.0 * math.pi * act.syllables_hz * t_ns / NS_PER_S)
    return words * (0.4 + beat)


def list_jolts(seed: int, act: Jolts, t_ns: int) -> list[tuple[int, float, float]]:
    """Return the jolts still felt: number, seconds since, size relative to the usual one."""
    since_s = (t_ns - act.start_ns) / NS_PER_S
    first = max(math.floor((since_s - _FELT_FOR * act.decay_s) * act.per_s) - 1, 0)
    last = min(math.floor(since_s * act.per_s) + 1, round(_span_s(act) * act.per_s))
    found = []
    for number in range(first, last + 1):
        late = act.irregularity * (uniform_at(seed ^ act.start_ns, 74, number) - 0.5)
        ago_s = since_s - (number + 0.5 + late) / act.per_s
        if 0.0 <= ago_s < _FELT_FOR * act.decay_s and ago_s <= since_s:
            size = math.exp(0.5 * act.irregularity * gauss_at(seed ^ act.start_ns, 75, number))
            found.append((number, ago_s, size))
    return found


def _span_s(act: Jolts) -> float:
    return max((act.end_ns - act.start_ns) / NS_PER_S - 0.5 / act.per_s, 0.0)


def _lean(total: _Sum, act: Lean, t_ns: int) -> None:
    on = ramp(t_ns, act.start_ns, act.end_ns, act.rise_s, act.fall_s)
    total.forward_deg += act.forward_deg * on
    total.sideways_deg += act.sideways_deg * on
    total.turn_deg += act.turn_deg * on
    total.belly += act.belly * on
    total.wall += 0.5 * act.belly * on
    total.activation += act.activation * on * (1.3 - on)


def _jolt(total: _Sum, act: Jolts, seed: int, t_ns: int) -> None:
    for _, ago_s, size in list_jolts(seed, act, t_ns):
        # Muscles and girth are slower than what shakes the housing: up in a third of the decay.
        x = ago_s / act.decay_s
        bump = size * x * math.exp(1.0 - x)
        total.belly += act.belly * bump
        total.ribs += act.belly * bump
        total.tilt_deg += act.tilt_deg * bump
        total.activation += act.activation * bump
