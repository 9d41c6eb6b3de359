import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from breathsense.tui.drawing.scale import Scale, fit_scale, place_values

VALUES = st.floats(-1e6, 1e6)


def test_a_first_scale_leaves_a_margin() -> None:
    scale = fit_scale(None, 0.0, 72.0)
    assert scale == pytest.approx(Scale(-14.0, 86.0)) or (scale.low, scale.high) == pytest.approx(
        (-14.0, 86.0)
    )


@pytest.mark.parametrize(
    ("low", "high", "stays"),
    [
        (0, 72, True),
        (-11, 83, True),
        (10, 60, True),
        (-13, 72, False),
        (0, 85, False),
        (0, 40, False),
    ],
)
def test_a_scale_stays_until_it_no_longer_serves(low: float, high: float, *, stays: bool) -> None:
    scale = Scale(-14.0, 86.0)
    assert (fit_scale(scale, low, high) is scale) == stays


def test_a_growing_breath_does_not_change_the_scale_at_each_step() -> None:
    scale, changes = fit_scale(None, 0.0, 0.1), 0
    for step in range(1, 1000):
        grown = fit_scale(scale, 0.0, 0.1 + step / 1000)
        changes += grown is not scale
        scale = grown
    assert changes <= 8


@given(VALUES, VALUES, VALUES, VALUES)
def test_the_newest_values_always_fit(a: float, b: float, c: float, d: float) -> None:
    scale = fit_scale(fit_scale(None, min(a, b), max(a, b)), min(c, d), max(c, d))
    assert scale.low <= min(c, d) <= max(c, d) <= scale.high
    assert scale.span > 0


@given(VALUES, VALUES)
def test_the_same_values_never_change_a_scale_again(a: float, b: float) -> None:
    scale = fit_scale(None, min(a, b), max(a, b))
    settled = fit_scale(scale, min(a, b), max(a, b))
    assert fit_scale(settled, min(a, b), max(a, b)) is settled


def test_values_are_placed_from_the_top() -> None:
    rows = place_values(np.array([-5.0, 0.0, 5.0, 10.0, 99.0]), Scale(0.0, 10.0), 11)
    assert rows.tolist() == [10, 10, 5, 0, 0]
