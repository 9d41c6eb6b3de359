"""What people do, put together of acts: braces, held breaths, coughs, speech, movement.

Each function gives what belongs to one deed; amounts and manners are drawn from dice. Times are s
of the body. All amounts are guesses within what seems plausible, none was measured, except where
a source is told.
"""

from typing import Literal

from breathsense.simulation.noise import Dice
from breathsense.simulation.script import (
    NS_PER_S,
    Act,
    Firm,
    Freeze,
    Jolts,
    Lean,
    Manner,
    Slip,
    StopAt,
    Voice,
    Way,
)

BreathIn = Literal["breathing", "ribs", "held", "counting"]
"""During a brace: breathing goes on; only the ribs move; it is held; somebody counts aloud."""

_STOPS: tuple[StopAt, ...] = ("full", "full", "now", "empty")


def ns(t_s: float) -> int:
    """Return whole nanoseconds."""
    return round(t_s * NS_PER_S)


def brace(
    dice: Dice, start_s: float, end_s: float, way: Way, breath: BreathIn, effort: float = 1.0
) -> list[Act]:
    """Firm the wall or draw it in.

    A brace with breathing makes the ripple of the belly smaller, though the diaphragm moves more
    (doi 10.1186/s13102-023-00729-w); by how much is a guess.
    """
    firm = Firm(
        ns(start_s),
        ns(end_s),
        way,
        effort,
        rise_s=dice.spread(0.25, 1.0),
        fall_s=dice.spread(0.3, 1.0),
        wobble=dice.uniform(0.02, 0.10),
        fade=dice.uniform(0.0, 0.25),
    )
    return [firm, *_breathe_in_brace(dice, start_s, end_s, breath)]


def _breathe_in_brace(dice: Dice, start_s: float, end_s: float, breath: BreathIn) -> list[Act]:
    span = (ns(start_s), ns(end_s))
    if breath == "breathing":
        return [
            Manner(
                *span,
                rate=dice.spread(0.85, 1.5),
                belly=dice.uniform(0.3, 0.8),
                ribs=dice.uniform(0.9, 1.6),
            )
        ]
    if breath == "ribs":
        belly, ribs = dice.uniform(0.0, 0.05), dice.uniform(1.0, 1.7)
        return [Manner(*span, rate=dice.spread(0.9, 1.4), belly=belly, ribs=ribs)]
    if breath == "counting":
        return count_aloud(dice, start_s, end_s)
    where = dice.pick(_STOPS)
    early_s = 1.2 if where == "full" else 0.0
    return [Freeze(ns(start_s - early_s), span[1], where, depth=dice.uniform(0.8, 1.6))]


def count_aloud(dice: Dice, start_s: float, end_s: float) -> list[Act]:
    """Count aloud: one long uneven breath out, a little voice in the wall."""
    span = (ns(start_s), ns(end_s))
    rate = dice.uniform(0.8, 1.1)
    return [
        Manner(
            *span,
            rate=rate,
            belly=dice.uniform(0.3, 0.7),
            inhale_fraction=0.18,
            pause_fraction=0.0,
            roughness=dice.uniform(0.02, 0.08),
        ),
        Voice(*span, size_g=dice.spread(0.0005, 0.003), syllables_hz=1.5, activation=0.1),
    ]


def talk(dice: Dice, start_s: float, end_s: float) -> list[Act]:
    """Talk: quick breaths in, long uneven ones out."""
    span = (ns(start_s), ns(end_s))
    return [
        Manner(
            *span,
            rate=dice.spread(0.6, 1.1),
            belly=dice.uniform(0.8, 1.6),
            ribs=dice.uniform(0.8, 1.6),
            inhale_fraction=dice.uniform(0.12, 0.2),
            pause_fraction=0.0,
            roughness=dice.uniform(0.05, 0.25),
        ),
        Voice(
            *span,
            size_g=dice.spread(0.0005, 0.006),
            syllables_hz=dice.uniform(3.0, 5.5),
            activation=dice.uniform(0.05, 0.3),
        ),
    ]


def cough(dice: Dice, start_s: float) -> tuple[list[Act], float]:
    """Cough one to four times; return the acts and when it is over.

    Coughing raises the pressure five times as much as standing does
    (doi 10.1016/j.jss.2005.06.015), so the wall does more than in any brace.
    """
    per_s = dice.uniform(1.8, 3.0)
    end_s = start_s + dice.pick((1, 2, 3, 4)) / per_s + 0.1
    jolts = Jolts(
        ns(start_s),
        ns(end_s),
        per_s,
        size_g=dice.spread(0.06, 0.6),
        swing_hz=dice.uniform(4.0, 12.0),
        decay_s=dice.uniform(0.08, 0.2),
        belly=dice.uniform(-1.0, 0.6),
        tilt_deg=dice.uniform(-4.0, 4.0),
        activation=dice.uniform(1.0, 2.5),
        upwards=dice.uniform(0.2, 0.8),
    )
    return [jolts, Freeze(ns(start_s), ns(end_s))], end_s + 0.5


def laugh(dice: Dice, start_s: float, end_s: float) -> list[Act]:
    """Laugh: four or five bursts a second, at little air."""
    span = (ns(start_s), ns(end_s))
    return [
        Jolts(
            *span,
            dice.uniform(4.0, 5.5),
            size_g=dice.spread(0.015, 0.15),
            swing_hz=dice.uniform(5.0, 12.0),
            decay_s=dice.uniform(0.05, 0.1),
            belly=dice.uniform(-0.4, -0.1),
            tilt_deg=dice.uniform(-1.5, 1.5),
            activation=dice.uniform(0.4, 1.2),
        ),
        Manner(*span, belly=0.6, roughness=dice.uniform(0.1, 0.3)),
        Lean(*span, belly=dice.uniform(-0.6, -0.2), rise_s=0.5, fall_s=0.5),
        Voice(*span, size_g=dice.spread(0.0005, 0.005)),
    ]


def deep_breath(start_s: float, depth: float) -> list[Act]:
    """Breathe in deeply and let go, as asked for or as a sigh does."""
    return [Freeze(ns(start_s), ns(start_s + 6.0), "deep", depth)]


def hold(dice: Dice, start_s: float, end_s: float, at: StopAt) -> list[Act]:
    """Hold the breath with a wall at ease."""
    return [Freeze(ns(start_s), ns(end_s), at, depth=dice.uniform(1.4, 3.0))]


def blow_out(dice: Dice, start_s: float, end_s: float) -> list[Act]:
    """Breathe out hard: the wall is drawn in while the air leaves."""
    firm = Firm(
        ns(start_s),
        ns(end_s),
        "draw_in",
        dice.uniform(0.3, 0.9),
        rise_s=end_s - start_s,
        fall_s=0.5,
    )
    return [firm, Freeze(ns(start_s), ns(end_s), "empty")]


def fidget(dice: Dice, start_s: float, end_s: float) -> list[Act]:
    """Move about on the chair."""
    span = (ns(start_s), ns(end_s))
    return [
        Jolts(
            *span,
            dice.uniform(1.5, 4.0),
            size_g=dice.spread(0.015, 0.15),
            swing_hz=dice.uniform(1.5, 5.0),
            decay_s=dice.uniform(0.15, 0.35),
            belly=dice.uniform(-0.5, 0.5),
            tilt_deg=dice.uniform(-3.0, 3.0),
            activation=dice.uniform(0.1, 0.7),
            irregularity=1.0,
        ),
        Lean(
            *span,
            forward_deg=dice.uniform(-5.0, 8.0),
            sideways_deg=dice.uniform(-8.0, 8.0),
            belly=dice.uniform(-0.4, 0.4),
            activation=dice.uniform(0.1, 0.5),
        ),
    ]


def walk(dice: Dice, start_s: float, end_s: float) -> list[Act]:
    """Walk on the spot or about: 1.6 to 2.1 steps a second."""
    span = (ns(start_s), ns(end_s))
    return [
        Jolts(
            *span,
            dice.uniform(1.6, 2.1),
            size_g=dice.spread(0.1, 0.4),
            swing_hz=dice.uniform(3.0, 7.0),
            decay_s=dice.uniform(0.08, 0.2),
            belly=dice.uniform(-0.2, 0.2),
            tilt_deg=dice.uniform(-1.5, 1.5),
            activation=dice.uniform(0.1, 0.5),
            irregularity=0.1,
            upwards=0.8,
        ),
        Manner(*span, rate=dice.uniform(1.1, 1.5), belly=dice.uniform(1.0, 1.5)),
    ]


def bend(dice: Dice, start_s: float, end_s: float, load: float = 0.0) -> list[Act]:
    """Bend forward and come up; ``load`` is how much is lifted (0 to 1)."""
    half_s = (end_s - start_s) / 2.0
    return [
        Lean(
            ns(start_s),
            ns(start_s + half_s),
            forward_deg=dice.uniform(25.0, 70.0),
            sideways_deg=dice.uniform(-8.0, 8.0),
            rise_s=0.8 * half_s,
            fall_s=half_s,
            belly=dice.uniform(-0.5, 1.0),
            activation=dice.uniform(0.4, 0.9) + load,
        )
    ]


def turn(dice: Dice, start_s: float, end_s: float) -> list[Act]:
    """Turn or reach aside, and back."""
    side = dice.pick((-1.0, 1.0))
    return [
        Lean(
            ns(start_s),
            ns(end_s),
            forward_deg=dice.uniform(-3.0, 10.0),
            sideways_deg=side * dice.uniform(3.0, 20.0),
            turn_deg=side * dice.uniform(20.0, 70.0),
            rise_s=dice.uniform(0.6, 1.2),
            fall_s=dice.uniform(0.6, 1.2),
            belly=dice.uniform(-0.5, 0.5),
            activation=dice.uniform(0.1, 0.5),
        )
    ]


def slump(dice: Dice, start_s: float, end_s: float) -> list[Act]:
    """Sink down, quickly or slowly: the belly mostly comes out."""
    return [
        Lean(
            ns(start_s),
            ns(end_s),
            forward_deg=dice.uniform(6.0, 20.0),
            rise_s=dice.spread(1.0, 20.0),
            fall_s=dice.uniform(0.8, 2.5),
            belly=dice.uniform(-0.3, 1.2),
            activation=dice.uniform(0.0, 0.1),
        )
    ]


def sit_tall(dice: Dice, start_s: float, end_s: float) -> list[Act]:
    """Draw oneself up: the belly mostly goes in, the wall works a little."""
    return [
        Lean(
            ns(start_s),
            ns(end_s),
            forward_deg=dice.uniform(-12.0, -3.0),
            rise_s=dice.spread(0.8, 3.0),
            fall_s=dice.uniform(0.8, 3.0),
            belly=dice.uniform(-1.0, 0.2),
            activation=dice.uniform(0.05, 0.3),
        )
    ]


def slip(dice: Dice, start_s: float) -> list[Act]:
    """The band gives way."""
    start_ns = ns(start_s)
    return [
        Slip(start_ns, start_ns, dice.pick((-1.0, 1.0, 1.0)) * dice.uniform(3.0, 15.0)),
        Jolts(start_ns, ns(start_s + 0.6), 2.0, dice.spread(0.01, 0.05), activation=0.1),
    ]
