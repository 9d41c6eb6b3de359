"""Somebody who practises gently, on and on: the script of the demo."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from breathsense.simulation import behaviour as do
from breathsense.simulation.noise import Dice
from breathsense.simulation.script import Act, FixedScript, Lean, Manner, Paced, Way, last_ns

ROUND_S = 120.0
"""One round: quiet breathing, two or three braces with breathing, something else."""
_QUIET_S = 65.0
_WAYS: tuple[Way, ...] = (*("expand",) * 6, "draw_in")
_BREATHS: tuple[do.BreathIn, ...] = (*("breathing",) * 6, "held")
_ROUND_NS = do.ns(ROUND_S)
CALM = {"rate": 0.5, "inhale_fraction": 0.42, "pause_fraction": 0.08}
"""How somebody breathes who is led: at half the usual rate, without resting in between."""
_RESTS_NS = do.ns(90.0)
"""How long after being led the person goes on with its own practice."""
_PACED_DEPTH = 1.5
_LEFT_OUT = 0.08
"""How many breaths of the pacer are not taken as they come."""
_SINKS_S, _SUNK_S = 70.0, 160.0
"""Who has shown how slumping looks slumps again after that time, and for so long."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A pacer that is followed: from when to when, first breath in, seconds in and out."""

    since_ns: int
    until_ns: int | None
    zero_ns: int
    in_ns: int
    out_ns: int


@dataclass(frozen=True, slots=True)
class Led:
    """A time in which the person does what it is asked to, and nothing of its own."""

    start_ns: int
    end_ns: int

    def holds(self, t_ns: int, rests_ns: int = 0) -> bool:
        """Return whether a moment lies in it, or in the rest after it."""
        return self.start_ns <= t_ns < self.end_ns + rests_ns


class Practice:
    """A script without an end, the same for the same seed; the first minute is quiet breathing.

    Whatever is asked for has to lie at least a second ahead of what was measured last. Times are
    those of the body.

    Parameters
    ----------
    seed : int
        The rounds follow from it.

    """

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._asked = FixedScript()
        self._led: tuple[Led, ...] = ()
        self._rhythms: tuple[Rhythm, ...] = ()

    def lead(self, label: str, start_s: float, seconds: float) -> None:
        """Do what a mark asks for, well and gently, and leave the own practice alone for a while.

        Parameters
        ----------
        label : str
            A label of marks, such as ``"calibration.brace"``; what asks for nothing but breathing
            lets the person breathe.
        start_s : float
            When, on the body's axis.
        seconds : float
            For how long.

        """
        acts = obey(Dice(self._seed, do.ns(start_s)), label, start_s, seconds)
        self.take_up(acts, do.ns(start_s), do.ns(start_s + seconds))

    def take_up(self, acts: Iterable[Act], start_ns: int, end_ns: int) -> None:
        """Do these, and nothing of its own, from one time to the other."""
        self._asked.add(acts)
        self._led = (*self._led, Led(start_ns, end_ns))

    def change_mind(self, at_ns: int) -> None:
        """Leave what was asked for from a time on."""
        self._asked.change_mind(at_ns)
        self._led = tuple(
            replace(one, end_ns=min(one.end_ns, at_ns)) for one in self._led if one.start_ns < at_ns
        )

    def keep_pace(self, pace: tuple[float, float] | None, zero_ns: int, at_ns: int) -> None:
        """Follow a pacer of so many seconds in and out from ``at_ns`` on, or none any more."""
        self._rhythms = tuple(
            replace(one, until_ns=at_ns if one.until_ns is None else one.until_ns)
            for one in self._rhythms
        )
        if pace is not None:
            in_ns, out_ns = (do.ns(one) for one in pace)
            self._rhythms = (*self._rhythms, Rhythm(at_ns, None, zero_ns, in_ns, out_ns))

    def between(self, start_ns: int, end_ns: int) -> list[Act]:
        """Return the acts that begin before ``end_ns`` and are felt after ``start_ns``."""
        first, last = max(start_ns // _ROUND_NS - 1, 0), max(end_ns - 1, 0) // _ROUND_NS
        own = [
            act
            for number in range(first, last + 1)
            for act in self._round(number)
            if act.start_ns < end_ns and last_ns(act) > start_ns and not self._is_led(act)
        ]
        paced = (one for rhythm in self._rhythms for one in self._pace(rhythm, start_ns, end_ns))
        return [*own, *paced, *self._asked.between(start_ns, end_ns)]

    def _is_led(self, act: Act) -> bool:
        return any(one.holds(act.start_ns, _RESTS_NS) for one in self._led)

    def _pace(self, rhythm: Rhythm, start_ns: int, end_ns: int) -> Iterator[Act]:
        """Return the breaths of a rhythm that lie in a time."""
        period_ns = rhythm.in_ns + rhythm.out_ns
        until_ns = end_ns if rhythm.until_ns is None else min(end_ns, rhythm.until_ns)
        first = (max(start_ns, rhythm.since_ns) - rhythm.zero_ns) // period_ns - 1
        for number in range(first, (until_ns - rhythm.zero_ns) // period_ns + 1):
            breath = self._breathe(rhythm, number)
            begins_ns, is_led = (
                breath.start_ns,
                any(one.holds(breath.start_ns) for one in self._led),
            )
            if rhythm.since_ns <= begins_ns < until_ns and breath.end_ns > start_ns and not is_led:
                yield from () if self._is_left_out(rhythm, number) else (breath,)

    def _breathe(self, rhythm: Rhythm, number: int) -> Paced:
        dice = Dice(self._seed ^ rhythm.zero_ns, number)
        zero_ns = rhythm.zero_ns + number * (rhythm.in_ns + rhythm.out_ns)
        early_ns, late_ns = (do.ns(dice.uniform(-0.05, 0.3)) for _ in range(2))
        peak_ns, end_ns = zero_ns + rhythm.in_ns + late_ns, zero_ns + rhythm.in_ns + rhythm.out_ns
        rest_ns = end_ns - do.ns(dice.uniform(0.1, 0.5))
        depth = _PACED_DEPTH * dice.uniform(0.85, 1.15)
        return Paced(zero_ns + early_ns, end_ns, peak_ns, peak_ns, rest_ns, depth)

    def _is_left_out(self, rhythm: Rhythm, number: int) -> bool:
        return Dice(self._seed ^ rhythm.zero_ns, -number).happens(_LEFT_OUT)

    def _round(self, number: int) -> list[Act]:
        dice = Dice(self._seed, 1000 + number)
        t_s = number * ROUND_S + _QUIET_S
        acts: list[Act] = []
        for _ in range(2):
            seconds = dice.uniform(5.0, 9.0)
            way, breath = dice.pick(_WAYS), dice.pick(_BREATHS)
            acts += do.brace(dice, t_s, t_s + seconds, way, breath, dice.uniform(0.8, 1.1))
            t_s += seconds + dice.uniform(10.0, 13.0)
        if dice.happens(0.3):
            return acts + do.talk(dice, t_s, t_s + 6.0)
        return acts + do.deep_breath(t_s, 2.2) if dice.happens(0.4) else acts


def obey(dice: Dice, label: str, start_s: float, seconds: float) -> list[Act]:
    """Return what somebody does who is asked for something by a mark."""
    begun_s, end_s = start_s + 0.4, start_s + seconds
    match label.rpartition(".")[2]:
        case "full":
            return do.deep_breath(begun_s, 2.4)
        case "pause":
            return do.hold(dice, begun_s, end_s, "empty")
        case "brace":
            breath: do.BreathIn = "breathing" if label.startswith("exercise") else "counting"
            return do.brace(dice, begun_s, end_s, "expand", breath)
        case "draw_in":
            return do.brace(dice, begun_s, end_s, "draw_in", "breathing")
        case "breathe":
            return [Manner(do.ns(begun_s), do.ns(end_s), **CALM)]
        case what:
            return lean(dice, what, begun_s, end_s)


def lean(dice: Dice, what: str, start_s: float, end_s: float) -> list[Act]:
    """Show a posture or bend, if it is that what was asked for."""
    if what in {"tall", "slump"}:
        return sit(what, start_s, end_s)
    if what.startswith("bend_"):
        return list(reach(dice, what.removeprefix("bend_"), start_s, end_s))
    return []


def sit(posture: str, start_s: float, end_s: float) -> list[Act]:
    """Show tall, or slump; who has shown that slumps again of itself some time later."""
    if posture == "tall":
        return [Lean(do.ns(start_s), do.ns(end_s), forward_deg=-5.0, belly=-0.2)]
    later_ns = do.ns(start_s + _SINKS_S)
    return [
        Lean(do.ns(start_s), do.ns(end_s), forward_deg=22.0, belly=0.4),
        Lean(later_ns, later_ns + do.ns(_SUNK_S), forward_deg=20.0, rise_s=6.0, belly=0.4),
    ]


def reach(dice: Dice, way: str, start_s: float, end_s: float) -> Iterator[Act]:
    """Bend three times one way, each somewhat farther than the last."""
    each_s = (end_s - start_s) / 3.0
    for number in range(3):
        deg = dice.uniform(0.9, 1.1) * {"forward": 55.0, "back": -18.0}.get(way, 24.0)
        deg *= 1.0 + 0.06 * number
        at_s = start_s + number * each_s
        span = (do.ns(at_s + 0.3), do.ns(at_s + 0.55 * each_s))
        turn = {"left": -deg, "right": deg}.get(way, 0.0)
        forward = 0.0 if turn else deg
        yield Lean(*span, forward_deg=forward, sideways_deg=turn, rise_s=1.3, fall_s=1.3, belly=0.2)
