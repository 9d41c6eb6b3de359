"""How far the trunk bends, by the tries in marked spans (``docs/posture.md``)."""

from collections.abc import Sequence
from dataclasses import dataclass

from breathsense.core.measures.figures import Figure, Missing
from breathsense.core.model.bracing import MobilityReach, ReachWay
from breathsense.core.posture.mobility import find_repeatability

WAYS: tuple[ReachWay, ...] = ("forward", "back", "left", "right")
NOTHING_SEEN = Missing("no movement was seen in the marked span")
ONE_TRY = Missing("one try does not show how well it repeats")


@dataclass(frozen=True, slots=True)
class Reach:
    """The reach in one direction, over all tries of a session.

    Parameters
    ----------
    way : ReachWay
        Where the wearer was asked to bend to.
    n_tries : int
        Tries that were seen.
    largest_deg, sd_deg, detectable_deg : Figure
        The largest; the standard deviation of the tries; the smallest detectable change.

    """

    way: ReachWay
    n_tries: int
    largest_deg: Figure
    sd_deg: Figure
    detectable_deg: Figure


def measure_reaches(told: Sequence[MobilityReach]) -> tuple[Reach, ...]:
    """Return the reaches of a session, in the order of ``WAYS``, without ways nobody asked for."""
    return tuple(
        _measure_reach(way, [one for one in told if one.way == way])
        for way in WAYS
        if any(one.way == way for one in told)
    )


def _measure_reach(way: ReachWay, told: list[MobilityReach]) -> Reach:
    tries_deg = [one for reach in told for one in reach.tries_deg]
    if not tries_deg:
        return Reach(way, 0, NOTHING_SEEN, NOTHING_SEEN, NOTHING_SEEN)
    repeats = find_repeatability(tries_deg)
    sd_deg, detectable_deg = repeats or (ONE_TRY, ONE_TRY)
    return Reach(way, len(tries_deg), max(tries_deg), sd_deg, detectable_deg)
