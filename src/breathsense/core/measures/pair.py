"""Two sensors at once: belly and ribs, or left and right."""

import math
from typing import NamedTuple

import numpy as np

from breathsense.core.measures.figures import Figure, Missing, divide, settle
from breathsense.core.model.samples import Values

STILL = "neither sensor moves"
FEWEST_VALUES = 8


def excursion(values: Values) -> float:
    """Return the largest value minus the least, in the unit of the values."""
    return float(np.max(values) - np.min(values))


def rib_share(chest: float, abdomen: float, weight: float = 1.0) -> Figure:
    """Return the share of the ribs in the movement of a breath (%RC), in %.

    Parameters
    ----------
    chest, abdomen : float
        Excursions over the same breath, in the same unit of sensors of the same sensitivity.
    weight : float
        Of the ribs against the belly. 1: share of the movement itself (girth). Others make it a
        share of volume; 2 is usual for inductive bands, 4 for magnetometers (Banzett 1995,
        doi:10.1152/jappl.1995.79.6.2169).

    Returns
    -------
    float or Missing
        100 w RC / (w RC + AB); 0 to 100. Upright, people at rest breathe with the ribs for the
        larger part (Verschakelen and Demedts 1995, doi:10.1164/ajrccm.151.2.7842198): compare with
        the same person in the same posture.

    """
    return divide(100.0 * weight * chest, weight * chest + abdomen, STILL)


def labored_index(chest: Values, abdomen: Values, weight: float = 1.0) -> Figure:
    """Return the labored breathing index (MCA / VT), without unit.

    Parameters
    ----------
    chest, abdomen : float64 array, shape (n,)
        Waveforms of one breath at the same times, in the same unit.
    weight : float
        As in ``rib_share``.

    Returns
    -------
    float or Missing
        (w RC + AB) / excursion of (w chest + abdomen): 1 where they move together, more where one
        moves against the other.

    Notes
    -----
    Maximal compartmental amplitude over tidal volume: Tobin 1987,
    doi:10.1152/jappl.1987.63.2.851.

    """
    parts = weight * excursion(chest) + excursion(abdomen)
    together = excursion(weight * chest + abdomen)
    return divide(parts, together, "belly and ribs cancel each other")


class Loop(NamedTuple):
    """The Konno-Mead loop of one breath; see ``measure_loop``."""

    phase_deg: Figure
    openness: Figure


def measure_loop(chest: Values, abdomen: Values) -> Loop:
    """Return the classic values of the Konno-Mead loop: chest (y) against abdomen (x).

    Parameters
    ----------
    chest, abdomen : float64 array, shape (n,)
        Waveforms of one breath at the same times; any units.

    Returns
    -------
    Loop
        ``phase_deg``: asin(M / S) in degrees, M the width of the loop at half the chest's
        excursion and S the abdomen's excursion; 180 degrees minus that where the two move
        against each other; 0 to 180, without a sign. ``openness``: the area of the loop over that
        of the ellipse of axes as long as the excursions; 0 closed, 1 fully open, positive for a
        counter-clockwise loop (the usual one: the abdomen leads), without unit.

    Notes
    -----
    Konno and Mead 1967, doi:10.1152/jappl.1967.22.3.407; the angle: Agostoni and Mognoni 1966,
    doi:10.1152/jappl.1966.21.6.1827. For looking at and for comparison with older work only: noise
    moves the angle by more than 30 degrees (Prisk 2002, doi:10.1002/ppul.10204).

    """
    x_size, y_size = excursion(abdomen), excursion(chest)
    if len(chest) < FEWEST_VALUES or x_size == 0 or y_size == 0:
        missing = Missing("one of the two waveforms stands still")
        return Loop(missing, missing)
    x, y = abdomen - abdomen[0], chest - chest[0]
    area = 0.5 * float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
    openness = area / (math.pi / 4 * x_size * y_size)
    return Loop(_loop_angle(x, y, x_size), settle(openness, "the loop has no area"))


def _loop_angle(x: Values, y: Values, x_size: float) -> Figure:
    middle = (float(y.max()) + float(y.min())) / 2
    is_above = y > middle
    cuts = np.flatnonzero(is_above[1:] != is_above[:-1])
    if len(cuts) < 2:  # noqa: PLR2004 - a loop has two sides
        return Missing("the loop is not closed")
    share = (middle - y[cuts]) / (y[cuts + 1] - y[cuts])
    at = x[cuts] + share * (x[cuts + 1] - x[cuts])
    angle = math.degrees(math.asin(min(abs(float(at[0] - at[-1])) / x_size, 1.0)))
    is_against = float(np.sum((x - x.mean()) * (y - y.mean()))) < 0
    return 180.0 - angle if is_against else angle


def symmetry_index(left: float, right: float) -> Figure:
    """Return how much more the left side moves than the right, in %.

    Parameters
    ----------
    left, right : float
        Excursions over the same breath, of sensors of the same kind and sensitivity.

    Returns
    -------
    float or Missing
        100 (L - R) / (L + R): 0 alike, 100 only left, -100 only right. After Robinson 1987
        (J. Manipulative Physiol. Ther. 10:172), whose index is twice as large. No norm exists for
        breathing.

    """
    return divide(100.0 * (left - right), left + right, STILL)
