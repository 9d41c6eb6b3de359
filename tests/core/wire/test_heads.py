"""Which kind a packet is, by its first bytes or its last."""

from itertools import product

import pytest

from breathsense.core.profiles.base import ByteMatch
from breathsense.core.wire.heads import MOST_KEPT, HeadMatcher

TWO, THREE = ByteMatch(at=0, equals=2), ByteMatch(at=0, equals=3)
FIRST = [[TWO, ByteMatch(at=1, equals=1, mask=3)], [THREE]]
LAST = [[ByteMatch(at=-1, equals=238)], [THREE]]


@pytest.mark.parametrize(
    ("kinds", "payload", "told"),
    [
        (FIRST, b"\x02\x01\x09", 0),
        (FIRST, b"\x02\x05", 0),
        (FIRST, b"\x02\x02", None),
        (FIRST, b"\x02", None),
        (FIRST, b"\x03", 1),
        (FIRST, b"", None),
        (LAST, b"\x03\xee", 0),
        (LAST, b"\x03\xef", 1),
        (LAST, b"\xee\x00", None),
        ([[]], b"\x07", 0),
        ([], b"\x07", None),
    ],
)
def test_the_first_kind_that_matches_is_told_each_time(
    kinds: list[list[ByteMatch]], payload: bytes, told: int | None
) -> None:
    matcher = HeadMatcher(kinds)
    assert [matcher.find(payload) for _ in range(3)] == [told] * 3


def test_any_number_of_unlike_packets_is_told_right() -> None:
    matcher = HeadMatcher(FIRST)
    heads = [bytes(pair) for pair in product(range(2, 5), range(256))]
    assert len(heads) > MOST_KEPT
    for _ in range(2):
        told = [matcher.find(head) for head in heads]
        assert (
            told
            == [0 if head[1] & 3 == 1 else None for head in heads[:256]] + [1] * 256 + [None] * 256
        )
