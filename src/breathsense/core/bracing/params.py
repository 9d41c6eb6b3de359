"""The numbers of the brace detector."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BraceParams:
    """What counts as a brace.

    Parameters
    ----------
    onset_share, offset_share : float
        Of the calibrated shift of the level.

    """

    onset_share: float = 0.35
    offset_share: float = 0.15
