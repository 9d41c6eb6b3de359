"""The numbers of the calibration."""

from dataclasses import dataclass

S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class CalibrationParams:
    """When a step is good enough; docs/calibration.md gives the reasons.

    Parameters
    ----------
    lookback_ns : int
        The breaths of this time before an effort tell the level that it starts from.
    longest_ns : int
        Of a longer step only its last part is looked at.
    set_ns : int
        Tries of a step further apart than this are another set: the older ones count no more.
    react_ns, leave_ns : int
        A wearer begins up to so much after the mark, and may leave off so much before its end.
    fit_still_ns : int
        The wearer keeps still for the last so much of the check of the fit.
    polarity_frac : float
        At the order to breathe in the tilt moves by at least this share of a quiet breath.
    n_quiet_breaths, least_clean_frac : int, float
        Quiet breathing needs so many whole breaths, and this share of its time without trouble.
    turn_frac : float
        A movement back by this share of the usual swing is a turn.
    deeper_frac : float
        A full breath is at least so many quiet ones.
    full_cv : float
        Two full breaths whose depths vary by no more than this agree.
    still_ns, still_frac : int, float
        A pause is a stretch of this length that stays within this share of a quiet breath.
    seen_frac, seen_noises : float, float
        A shift of the level is seen from this share of a quiet breath and this many times the
        noise of the level on.
    soft_frac : float
        A brace that lifts the level by more than this share of a full breath was too strong;
        without a full breath ``soft_breaths`` quiet ones stand for it.
    soft_breaths : float
        See ``soft_frac``.
    held_frac : float
        An effort is held for at least this share of its planned time.
    mmg_seen_log, mmg_seen_sds : float, float
        The muscles are heard from this rise of the logarithm, and this many of its standard
        deviations at rest, on.
    n_rezero : int
        Quiet breaths that make a new baseline.

    """

    lookback_ns: int = 20 * S
    longest_ns: int = 80 * S
    set_ns: int = 120 * S
    react_ns: int = 1_200_000_000
    leave_ns: int = 300_000_000
    fit_still_ns: int = 3 * S
    polarity_frac: float = 0.5
    n_quiet_breaths: int = 4
    least_clean_frac: float = 0.4
    turn_frac: float = 0.25
    deeper_frac: float = 1.3
    full_cv: float = 0.10
    still_ns: int = 3 * S
    still_frac: float = 0.35
    seen_frac: float = 0.25
    seen_noises: float = 3.0
    soft_frac: float = 1.2
    soft_breaths: float = 5.0
    held_frac: float = 0.4
    mmg_seen_log: float = 0.15
    mmg_seen_sds: float = 2.0
    n_rezero: int = 3
