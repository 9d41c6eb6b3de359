"""Which kind of packet a payload is, by the bytes that a profile says to look at."""

from collections.abc import Sequence

from breathsense.core.profiles.base import ByteMatch

MOST_KEPT = 256
"""So many first bytes are remembered at the most; wearables know a few."""


class HeadMatcher:
    """Tells kinds of packets apart; what was told of the same first bytes before is remembered.

    Parameters
    ----------
    kinds : sequence of sequences of ByteMatch
        Of each kind all that has to match; the first kind that does is told.

    """

    def __init__(self, kinds: Sequence[Sequence[ByteMatch]]) -> None:
        self._kinds = kinds
        places = [match.at for kind in kinds for match in kind]
        # Bytes that are counted from the end are no part of the beginning.
        self._n_head = 0 if any(at < 0 for at in places) else max(places, default=-1) + 1
        self._told: dict[bytes, int | None] = {}

    def find(self, payload: bytes) -> int | None:
        """Return the number of the kind; ``None`` if it is none of them."""
        head = payload[: self._n_head]
        try:
            return self._told[head]
        except KeyError:
            told = self._look(payload)
        if self._n_head and len(self._told) < MOST_KEPT:
            self._told[head] = told
        return told

    def _look(self, payload: bytes) -> int | None:
        for number, kind in enumerate(self._kinds):
            if all(fits(match, payload) for match in kind):
                return number
        return None


def fits(match: ByteMatch, payload: bytes) -> bool:
    """Return whether a byte is what tells this kind of packet."""
    if not -len(payload) <= match.at < len(payload):
        return False
    return payload[match.at] & match.mask == match.equals
