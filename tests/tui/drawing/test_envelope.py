from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from breathsense.tui.drawing.envelope import Envelope, measure_envelope
from breathsense.tui.drawing.timeline import build_scroll

SECOND = 1_000_000_000


def measure(seconds: Any, values: Any, *, n: int = 10, join_s: float = 3) -> Envelope:
    timeline = build_scroll((n - 1) * SECOND, SECOND, n, 0)
    t_ns = (np.array(seconds) * SECOND).astype(np.int64)
    return measure_envelope(
        t_ns, np.array(values, dtype=float), timeline, longest_join_ns=join_s * SECOND
    )


def test_each_column_holds_its_lowest_and_highest_value() -> None:
    envelope = measure([0.1, 0.5, 0.9, 1.0, 1.5], [3, 1, 2, 7, 9])
    assert envelope.low[:2].tolist() == [1, 7]
    assert envelope.high[:2].tolist() == [3, 9]
    assert envelope.is_known.tolist() == [True, True] + [False] * 8


def test_empty_columns_lie_on_the_line_between_their_neighbours() -> None:
    envelope = measure([1.5, 4.5], [10, 40])
    assert envelope.low[1:5].tolist() == [10, 20, 30, 40]
    assert envelope.is_known.tolist() == [False, True, True, True, True] + [False] * 5


def test_samples_too_far_apart_are_not_joined() -> None:
    envelope = measure([1.5, 5.5], [10, 40])
    assert np.flatnonzero(envelope.is_known).tolist() == [1, 5]


def test_a_sample_just_outside_helps_to_draw_to_the_edge() -> None:
    envelope = measure([-1.5, 1.5], [0, 30], join_s=4)
    assert envelope.is_known[:2].all()
    assert envelope.low[0] == 20


def test_without_samples_nothing_is_known() -> None:
    assert not measure([], []).is_known.any()


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60), st.integers(0, 59))
def test_the_envelope_holds_every_sample(values: Any, start: Any) -> None:
    seconds = start / 60 + np.arange(len(values)) * 0.1
    envelope = measure(seconds, values)
    for second, value in zip(seconds, values, strict=True):
        column = int(second * SECOND) // SECOND
        assert envelope.is_known[column]
        assert envelope.low[column] <= value <= envelope.high[column]
