"""Somebody who practises gently, on and on: the script of the demo."""

from breathsense.simulation import behaviour as do
from breathsense.simulation.noise import Dice
from breathsense.simulation.script import Act, FixedScript, Manner, Way, last_ns

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


class Practice:
    """A script without an end, the same for the same seed; the first minute is quiet breathing.

    Parameters
    ----------
    seed : int
        The rounds follow from it.

    """

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._led = FixedScript()
        self._led_spans: list[tuple[int, int]] = []

    def lead(self, label: str, start_s: float, seconds: float) -> None:
        """Do what a mark asks for, well and gently, and leave the own practice alone for a while.

        Parameters
        ----------
        label : str
            A label of marks, such as ``"calibration.brace"``; what asks for nothing but breathing
            lets the person breathe.
        start_s : float
            When, on the body's axis; at least a second ahead of what was measured last.
        seconds : float
            For how long.

        """
        self._led.add(obey(Dice(self._seed, do.ns(start_s)), label, start_s, seconds))
        self._led_spans.append((do.ns(start_s), do.ns(start_s + seconds) + _RESTS_NS))

    def between(self, start_ns: int, end_ns: int) -> list[Act]:
        """Return the acts that begin before ``end_ns`` and are felt after ``start_ns``."""
        first, last = max(start_ns // _ROUND_NS - 1, 0), max(end_ns - 1, 0) // _ROUND_NS
        own = [
            act
            for number in range(first, last + 1)
            for act in self._round(number)
            if act.start_ns < end_ns and last_ns(act) > start_ns and not self._is_led(act)
        ]
        return [*own, *self._led.between(start_ns, end_ns)]

    def _is_led(self, act: Act) -> bool:
        return any(start_ns <= act.start_ns < end_ns for start_ns, end_ns in self._led_spans)

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
        case _:
            return []
