"""What the accepted tries amount to: put into a ``Calibration``, one step at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from statistics import median

from breathsense.core.calibration.breathing import Figures, choose_full_depth
from breathsense.core.calibration.effort import Effort
from breathsense.core.calibration.params import CalibrationParams
from breathsense.core.calibration.quiet import Quiet
from breathsense.core.model.calibration import Calibration, LevelReference, MmgReference, StepName

N_DEPTHS = 6
N_EFFORTS = 3
FEWEST_UNSEEN = 2


@dataclass(slots=True)
class Tries:
    """The newest tries of the steps that are repeated.

    Parameters
    ----------
    depths : mapping of sensor to list of float
        Full breaths of this set.
    full_ns : int
        When the newest of them ended.
    efforts : mapping of step to list of Effort
        Braces and draw-ins of this set.

    """

    depths: dict[str, list[float]] = field(default_factory=dict)
    full_ns: int = 0
    efforts: dict[StepName, list[Effort]] = field(default_factory=dict)


def put_quiet(known: Calibration, quiet: Quiet) -> Calibration:
    """Put in quiet breathing; what other steps have told of the same sensors stays."""
    before = {one.sensor: one for one in known.levels}
    fresh = tuple(_renew(before.get(one.sensor), one) for one in quiet.levels)
    kept = tuple(
        one for one in known.levels if one.sensor not in {each.sensor for each in quiet.levels}
    )
    mmgs = known.mmgs
    if quiet.mmg is not None:
        old = mmgs[0] if mmgs else quiet.mmg
        mmgs = (replace(old, rest_log=quiet.mmg.rest_log, rest_sd_log=quiet.mmg.rest_sd_log),)
    return replace(
        known,
        levels=fresh + kept,
        mmgs=mmgs,
        rate_per_min=quiet.rate_per_min or known.rate_per_min,
        polarity=quiet.polarity or known.polarity,
    )


def put_rest(known: Calibration, rests: Mapping[str, float]) -> Calibration:
    """Put in a new baseline for the sensors that have one."""
    return replace(
        known,
        levels=tuple(replace(one, rest=rests.get(one.sensor, one.rest)) for one in known.levels),
    )


def put_pause(known: Calibration, ripples: Figures) -> Calibration:
    """Put in the ripple of a relaxed pause."""
    return replace(
        known,
        levels=tuple(
            replace(one, hold_noise=ripples.get(one.sensor, one.hold_noise)) for one in known.levels
        ),
    )


def put_full(
    known: Calibration,
    tries: Tries,
    depths: Mapping[str, list[float]],
    end_ns: int,
    params: CalibrationParams,
) -> tuple[Calibration, bool]:
    """Put in full breaths; tell as well whether two of the leading sensor agree.

    The first ones of all are taken as they are: there is nothing to agree with.
    """
    if end_ns - tries.full_ns > params.set_ns:
        tries.depths = {}
    tries.full_ns = end_ns
    chosen: dict[str, float] = {}
    agreements: list[bool] = []
    for sensor, new in depths.items():
        pool = [*tries.depths.get(sensor, []), *new][-N_DEPTHS:]
        tries.depths[sensor] = pool
        chosen[sensor], is_agreed = choose_full_depth(pool, params.full_cv)
        agreements.append(is_agreed or len(pool) == 1)
    levels = tuple(
        replace(one, full_depth=chosen.get(one.sensor, one.full_depth)) for one in known.levels
    )
    return replace(known, levels=levels), agreements[0]


def put_effort(
    known: Calibration, tries: Tries, step: StepName, effort: Effort, params: CalibrationParams
) -> Calibration:
    """Put in a brace or draw-in: the medians of the newest three tries of this set.

    Tries in which nothing was seen count only if there are no others and at least two of them:
    then that is how it is.
    """
    pool = [
        one for one in tries.efforts.get(step, []) if effort.start_ns - one.end_ns <= params.set_ns
    ]
    pool = [*pool, effort][-N_EFFORTS:]
    tries.efforts[step] = pool
    counted = [one for one in pool if one.is_seen] or pool
    if not counted[0].is_seen and len(pool) < FEWEST_UNSEEN:
        return known
    return _put_medians(known, step, counted)


def _put_medians(known: Calibration, step: StepName, efforts: list[Effort]) -> Calibration:
    shifts = {
        reference.sensor: [
            one.shifts[reference.sensor] for one in efforts if reference.sensor in one.shifts
        ]
        for reference in known.levels
    }
    logs = [one.mmg_log for one in efforts if one.mmg_log is not None]
    levels = tuple(
        _put_shift(one, step, median(shifts[one.sensor])) if shifts[one.sensor] else one
        for one in known.levels
    )
    mmgs = tuple(_put_log(one, step, median(logs)) if logs else one for one in known.mmgs)
    flutters = [one.flutter for one in efforts if one.flutter is not None]
    if step == "brace" and flutters:
        mmgs = tuple(replace(one, brace_flutter=median(flutters)) for one in mmgs)
    return replace(known, levels=levels, mmgs=mmgs)


def _put_shift(level: LevelReference, step: StepName, shift: float) -> LevelReference:
    if step == "brace":
        return replace(level, brace_shift=shift)
    return replace(level, draw_in_shift=shift)


def _put_log(mmg: MmgReference, step: StepName, log: float) -> MmgReference:
    return replace(mmg, brace_log=log) if step == "brace" else replace(mmg, draw_in_log=log)


def _renew(old: LevelReference | None, new: LevelReference) -> LevelReference:
    if old is None:
        return new
    return replace(old, rest=new.rest, quiet_depth=new.quiet_depth, noise=new.noise)
