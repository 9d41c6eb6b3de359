from typing import Any

import numpy as np
import pytest

from breathsense.core.model.bracing import MobilityReach, PostureHint
from breathsense.core.posture.mobility import find_repeatability


def reach(body: Any, sizes: tuple[float, ...]) -> np.ndarray:
    """Bends at 5, 11, 17 s ..., each of 4 s with its slopes."""
    t_s = body.make_times(30.0)
    total: np.ndarray = sum(
        (size * body.ramp(t_s, 5 + 6 * k, 7 + 6 * k, 1.5) for k, size in enumerate(sizes)),
        start=0.0 * t_s,
    )
    return total


def find(given: list[Any]) -> list[MobilityReach]:
    return [one for one in given if isinstance(one, MobilityReach)]


@pytest.mark.parametrize(
    ("label", "way", "forward", "right"),
    [
        ("assess.bend_forward", "forward", 1, 0),
        ("assess.bend_back", "back", -1, 0),
        ("assess.bend_left", "left", 0, -1),
        ("assess.bend_right", "right", 0, 1),
    ],
)
def test_the_tries_of_a_marked_span_are_told_and_show_which_way_is_forward(
    label: str, way: str, forward: int, right: int, body: Any
) -> None:
    t_s = body.make_times(60.0)
    sizes = np.concatenate((reach(body, (40.0, 44.0, 42.0)), np.zeros(750)))
    later = 10.0 * body.ramp(t_s, 40, 80, 3.0)
    up = body.lean(t_s, forward * sizes + later, right * sizes, 5)
    given = body.watch(body.mark(label, 3, 22), body.stand(t_s, up))
    (one,) = find(given)
    assert one.way == way
    np.testing.assert_allclose(one.tries_deg, (40, 44, 42), atol=0.7)
    assert (one.start_ns, one.end_ns) == (3_000_000_000, 25_000_000_000)
    assert 25.0 < one.decided_ns / 1e9 < 25.3
    last = [hint for hint in given if isinstance(hint, PostureHint)][-1]
    assert last.is_forward_known
    np.testing.assert_allclose((last.forward_deg, last.sideways_deg), (10, 0), atol=0.5)


def test_a_mark_without_a_length_lasts_15_seconds(body: Any) -> None:
    t_s = body.make_times(30.0)
    up = body.lean(t_s, reach(body, (40.0, 44.0, 42.0)))
    given = body.watch(body.mark("assess.bend_forward", 3), body.stand(t_s, up))
    (one,) = find(given)
    assert len(one.tries_deg) == 3
    assert one.tries_deg[2] < 43


def test_a_span_in_which_nobody_bends_tells_of_no_try(body: Any) -> None:
    t_s = body.make_times(30.0)
    up = body.lean(t_s, 2.0 * np.sin(2 * np.pi * t_s / 4))
    given = body.watch(body.mark("assess.bend_forward", 3), body.stand(t_s, up))
    assert [one.tries_deg for one in find(given)] == [()]
    assert not any(getattr(one, "is_forward_known", False) for one in given)


def test_a_try_the_other_way_does_not_count(body: Any) -> None:
    t_s = body.make_times(30.0)
    up = body.lean(t_s, reach(body, (40.0, -50.0, 42.0)))
    given = body.watch(body.mark("assess.bend_forward", 3, 25), body.stand(t_s, up))
    np.testing.assert_allclose(find(given)[0].tries_deg, (40, 42), atol=0.7)


def test_only_so_many_marks_are_remembered(body: Any) -> None:
    marks = [body.mark("assess.bend_forward", 100.0 + k) for k in range(40)]
    t_s = body.make_times(200.0)
    assert len(find(body.watch(*marks, body.stand(t_s, body.lean(t_s, 0.0))))) == 16


def test_how_well_tries_repeat() -> None:
    found = find_repeatability((40.0, 44.0, 42.0))
    assert found is not None
    assert found.sd_deg == pytest.approx(2.0)
    assert found.detectable_deg == pytest.approx(5.5437, abs=1e-4)
    assert find_repeatability((40.0,)) is None
    assert find_repeatability(()) is None
