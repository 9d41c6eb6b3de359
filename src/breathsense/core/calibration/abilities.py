"""What a set of sensors can tell of this person's braces, going by the calibration."""

from dataclasses import dataclass
from typing import Literal

from breathsense.core.model.calibration import Calibration, LevelReference, MmgReference

AbilityReason = Literal["", "not_calibrated", "too_small", "too_restless", "no_sensor"]


@dataclass(frozen=True, slots=True)
class AbilityParams:
    """When a reference is good enough to go by; the reasons are in docs/calibration.md.

    Parameters
    ----------
    breath_frac : float
        A shift is at least this share of a quiet breath ...
    noises : float
        ... and this many times the noise of the level at rest.
    mmg_log : float
        The muscles are at least so much louder, in powers of ten: 0.176 is one and a half times.
    mmg_sds : float
        And at least so many standard deviations of their rest.

    """

    breath_frac: float = 0.5
    noises: float = 6.0
    mmg_log: float = 0.176
    mmg_sds: float = 2.0


@dataclass(frozen=True, slots=True)
class Ability:
    """Whether one thing can be told, and if not, why not."""

    is_given: bool
    reason: AbilityReason


@dataclass(frozen=True, slots=True)
class Abilities:
    """What can be told of this person by these sensors.

    Parameters
    ----------
    brace_by_level, draw_in_by_level : Ability
        By the shift of the belly's level.
    brace_by_mmg, draw_in_by_mmg : Ability
        By the sound of the muscles.
    direction : {"expand", "neutral", "draw_in", "unknown"}
        Which way this person's brace goes.

    """

    brace_by_level: Ability
    draw_in_by_level: Ability
    brace_by_mmg: Ability
    draw_in_by_mmg: Ability
    direction: Literal["expand", "neutral", "draw_in", "unknown"]

    @property
    def sees_braces(self) -> bool:
        """Whether a brace can be seen at all; else breathing only is coached."""
        return self.brace_by_level.is_given or self.brace_by_mmg.is_given


GIVEN = Ability(is_given=True, reason="")


def tell_abilities(
    calibration: Calibration | None, params: AbilityParams | None = None, sensor: str = "abdomen"
) -> Abilities:
    """Tell what can be told by this person's calibration.

    Parameters
    ----------
    calibration : Calibration or None
        What has been learnt; steps that were skipped give ``"not_calibrated"``.
    params : AbilityParams, optional
        The numbers.
    sensor : str
        Whose level it is about: the band on the belly.

    """
    params = params or AbilityParams()
    known = calibration or Calibration()
    level = next((one for one in known.levels if one.sensor == sensor), None)
    mmg = known.mmgs[0] if known.mmgs else None
    return Abilities(
        brace_by_level=_judge_shift(level, level.brace_shift if level else None, 1, params),
        draw_in_by_level=_judge_shift(level, level.draw_in_shift if level else None, -1, params),
        brace_by_mmg=_judge_mmg(mmg, mmg.brace_log if mmg else None, params),
        draw_in_by_mmg=_judge_mmg(mmg, mmg.draw_in_log if mmg else None, params),
        direction=_find_direction(level, mmg, params),
    )


def _judge_shift(
    level: LevelReference | None, shift: float | None, sign: int, params: AbilityParams
) -> Ability:
    if level is None:
        return Ability(is_given=False, reason="no_sensor")
    if shift is None:
        return Ability(is_given=False, reason="not_calibrated")
    if sign * shift < params.breath_frac * level.quiet_depth:
        return Ability(is_given=False, reason="too_small")
    if sign * shift < params.noises * level.noise:
        return Ability(is_given=False, reason="too_restless")
    return GIVEN


def _judge_mmg(
    mmg: MmgReference | None, effort_log: float | None, params: AbilityParams
) -> Ability:
    if mmg is None:
        return Ability(is_given=False, reason="no_sensor")
    if effort_log is None:
        return Ability(is_given=False, reason="not_calibrated")
    rise = effort_log - mmg.rest_log
    if rise < params.mmg_log:
        return Ability(is_given=False, reason="too_small")
    if rise < params.mmg_sds * mmg.rest_sd_log:
        return Ability(is_given=False, reason="too_restless")
    return GIVEN


def _find_direction(
    level: LevelReference | None, mmg: MmgReference | None, params: AbilityParams
) -> Literal["expand", "neutral", "draw_in", "unknown"]:
    if level is None or level.brace_shift is None:
        return "unknown"
    if _judge_shift(level, level.brace_shift, 1, params).is_given:
        return "expand"
    if _judge_shift(level, level.brace_shift, -1, params).is_given:
        return "draw_in"
    is_heard = _judge_mmg(mmg, mmg.brace_log if mmg else None, params).is_given
    return "neutral" if is_heard else "unknown"
