import copy

import numpy as np
import pytest

from breathsense.core.signal.leak import PIECE, Leak

GAINS = (0.02, 0.3)
LEAK = Leak([1.0 - gain for gain in GAINS], GAINS)


def make_values(n: int) -> np.ndarray:
    return np.random.default_rng(1).normal(0.0, 1.0, (n, 2))


def test_it_is_what_a_plain_loop_makes() -> None:
    values, start = make_values(5 * PIECE + 3), np.array([4.0, -2.0])
    expected, value = [], start
    for row in values:
        value = value + np.array(GAINS) * (row - value)
        expected.append(value)
    found = LEAK.follow(LEAK.begin(start.tolist()), values)
    assert found == pytest.approx(np.array(expected), abs=1e-12)


@pytest.mark.parametrize("n_block", [1, 7, PIECE, PIECE + 1, 3 * PIECE])
def test_it_does_not_matter_where_the_input_is_cut(n_block: int) -> None:
    values = make_values(6 * PIECE)
    whole = LEAK.follow(LEAK.begin([0.0, 1.0]), values)
    state, pieces = LEAK.begin([0.0, 1.0]), []
    for start in range(0, len(values), n_block):
        state = copy.deepcopy(state)
        pieces.append(LEAK.follow(state, values[start : start + n_block]))
    assert np.concatenate(pieces).tobytes() == whole.tobytes()


def test_the_input_is_left_as_it_was() -> None:
    values = make_values(PIECE)
    before = values.copy()
    LEAK.follow(LEAK.begin([0.0, 0.0]), values)
    assert values.tobytes() == before.tobytes()
