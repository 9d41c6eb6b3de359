"""People drawn at random, within wide ranges, so that nothing is fitted to one of them."""

from dataclasses import dataclass, replace
from typing import Literal

from breathsense.simulation.bands import BandParams
from breathsense.simulation.breathing import BreathingParams
from breathsense.simulation.heart import HeartParams
from breathsense.simulation.inertial import ImuParams
from breathsense.simulation.muscles import Family, MuscleParams
from breathsense.simulation.noise import Dice
from breathsense.simulation.person import PersonParams
from breathsense.simulation.trunk import TrunkParams

Difficulty = Literal["easy", "medium", "hard"]
_FAMILIES: tuple[Family, ...] = ("noise", "surges", "units")


@dataclass(frozen=True, slots=True)
class Ranges:
    """Between what people differ; lowest and highest, drawn evenly or by ratio.

    Parameters
    ----------
    expand, draw_in : tuple of float
        Girth of a brace and of a draw-in at the usual effort, in quiet depths. Guess.
    neutral : float
        Largest size of the same in a brace that stays where it is.
    loudness : tuple of float
        Tremble of a brace relative to the sensor's noise, of which 1.8 is the least that a
        calibration should accept. Guess.
    restless : tuple of float
        Restlessness of the wall at rest, in depths. Guess.
    sway_deg : tuple of float
        Slow sway of the trunk. Guess.

    """

    expand: tuple[float, float]
    draw_in: tuple[float, float]
    neutral: float
    loudness: tuple[float, float]
    restless: tuple[float, float]
    sway_deg: tuple[float, float]


RANGES: dict[Difficulty, Ranges] = {
    "easy": Ranges((0.8, 1.5), (0.8, 1.8), 0.05, (4.0, 9.0), (0.0, 0.01), (0.1, 0.5)),
    "medium": Ranges((0.6, 1.6), (0.6, 2.0), 0.10, (2.5, 8.0), (0.0, 0.03), (0.2, 1.0)),
    "hard": Ranges((0.4, 1.6), (0.4, 2.0), 0.15, (1.6, 6.0), (0.01, 0.05), (0.3, 2.0)),
}


def draw_person(
    seed: int, difficulty: Difficulty = "medium", bandwidth_hz: float | None = None
) -> PersonParams:
    """Draw what somebody is like.

    Parameters
    ----------
    seed : int
        The same seed gives the same person.
    difficulty : {"easy", "medium", "hard"}
        How wide the ranges are and how far they go to where a sensor sees little.
    bandwidth_hz : float or None
        Low-pass of the inertial sensors.

    """
    dice, ranges = Dice(seed, 1), RANGES[difficulty]
    noise_g = dice.spread(0.0004, 0.003)
    return PersonParams(
        breathing=_draw_breathing(dice),
        heart=HeartParams(rate_per_min=dice.uniform(52.0, 95.0)),
        trunk=_draw_trunk(dice, ranges),
        muscles=MuscleParams(
            family=dice.pick(_FAMILIES),
            brace_g=noise_g * dice.spread(*ranges.loudness),
            centre_hz=dice.uniform(12.0, 32.0),
            width_hz=dice.uniform(4.0, 12.0),
            exponent=dice.uniform(0.7, 1.5),
            across=dice.uniform(0.2, 0.9),
        ),
        band=_draw_band(dice, depth_mm=dice.spread(6.0, 24.0)),
        ribs_band=_draw_band(dice, depth_mm=dice.spread(4.0, 18.0)),
        imu=ImuParams(
            noise_g=noise_g,
            noise_dps=dice.spread(0.02, 0.15),
            heart_g=dice.spread(0.0005, 0.005),
            heart_hz=dice.uniform(4.0, 14.0),
            rub_g=noise_g * dice.uniform(0.0, 0.2),
            bandwidth_hz=bandwidth_hz,
            resolution_g=dice.pick((0.0, 0.000061, 0.000244, 0.001)),
            resolution_dps=dice.pick((0.0, 0.0076, 0.061)),
        ),
    )


def _draw_breathing(dice: Dice) -> BreathingParams:
    return replace(
        BreathingParams(),
        rate_per_min=dice.uniform(9.0, 18.0),
        period_cv=dice.uniform(0.08, 0.22),
        depth_cv=dice.uniform(0.12, 0.33),
        inhale_fraction=dice.uniform(0.34, 0.46),
        pause_fraction=dice.uniform(0.05, 0.35),
        level_sd=dice.uniform(0.02, 0.08),
    )


def _draw_trunk(dice: Dice, ranges: Ranges) -> TrunkParams:
    return TrunkParams(
        expand=dice.uniform(*ranges.expand),
        neutral=dice.uniform(-ranges.neutral, ranges.neutral),
        draw_in=-dice.uniform(*ranges.draw_in),
        ribs_share=dice.uniform(0.0, 0.6),
        draw_in_activation=dice.uniform(0.5, 1.0),
        tone=dice.uniform(0.01, 0.12),
        tilt_deg=dice.pick((-1.0, 1.0, 1.0)) * dice.spread(0.6, 4.0),
        brace_tilt=dice.uniform(0.3, 1.2),
        sway_deg=dice.uniform(*ranges.sway_deg),
        ribs_tilt_deg=dice.spread(0.4, 2.0),
        restless_depths=dice.uniform(*ranges.restless),
        ribs_lag_s=dice.uniform(-0.05, 0.3),
        share_sd=dice.uniform(0.0, 0.15),
    )


def _draw_band(dice: Dice, depth_mm: float) -> BandParams:
    stiffness = dice.spread(0.1, 0.6)
    return BandParams(
        depth_mm=depth_mm,
        rest_n=dice.uniform(1.0, 6.0) + dice.uniform(1.0, 2.5) * stiffness * depth_mm,
        stiffness_n_per_mm=stiffness,
        creep_fraction=dice.uniform(0.0, 0.12),
        creep_s=dice.spread(8.0, 90.0),
        friction_mm=dice.uniform(0.0, 0.06) * depth_mm,
        drift_n=dice.uniform(0.0, 0.2) * stiffness * depth_mm,
        heart_n=dice.uniform(0.002, 0.02) * stiffness * depth_mm,
        noise_n=dice.spread(0.002, 0.02) * stiffness * depth_mm,
        full_scale_n=dice.pick((40.0, 60.0, 100.0)),
        resolution_n=dice.pick((0.0, 0.01, 0.02, 0.05)),
    )
