"""The level at rest before and after a set: three quiet breaths each."""

from breathsense.core.model.calibration import LevelReference

BRACE_FRAC = 0.2
NOISES = 3.0


def is_baseline_moved(before: float, after: float, reference: LevelReference) -> bool:
    """Return whether the level at rest moved so much in a set that its level scores are doubtful.

    More than 0.2 of the brace's shift (of the draw-in's without one), and more than three times the
    noise of the level: creep of the band, a slip or another posture.

    Parameters
    ----------
    before, after : float
        Median level at the end of expiration of three quiet breaths (``measure_rest``).
    reference : LevelReference
        Of the same sensor.

    """
    by_brace = BRACE_FRAC * abs(reference.brace_shift or reference.draw_in_shift or 0.0)
    return abs(after - before) > max(by_brace, NOISES * reference.noise)
