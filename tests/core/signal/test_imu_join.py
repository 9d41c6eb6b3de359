import numpy as np
import pytest

from breathsense.core.signal.grid import GridBlock
from breathsense.core.signal.imu_join import AxesJoin, Cells

STEP_NS = 40_000_000


def make_cells(first: int, n: int, value: float, late_ns: int = 5) -> GridBlock:
    t_ns = np.arange(first, first + n, dtype=np.int64) * STEP_NS
    return GridBlock(t_ns, t_ns + late_ns, np.full((n, 3), value))


def told(given: list[Cells]) -> list[tuple[int, bool]]:
    """Number of each cell and whether rotation stands beside it."""
    return [
        (int(t_ns) // STEP_NS, is_turning)
        for cells in given
        for t_ns, is_turning in zip(cells.t_ns, cells.is_turning.tolist(), strict=True)
    ]


def test_without_rotation_nothing_waits_but_at_the_start() -> None:
    join = AxesJoin(2 * STEP_NS)
    assert join.push_acc(make_cells(0, 3, 1.0)) == []
    (first,) = join.push_acc(make_cells(3, 1, 1.0))
    assert told([first]) == [(0, False), (1, False), (2, False), (3, False)]
    assert first.known_ns.tolist() == [3 * STEP_NS + 5] * 4
    assert told(join.push_acc(make_cells(4, 1, 1.0))) == [(4, False)]


@pytest.mark.parametrize(
    ("first", "n"), [("acc", 1), ("acc", 3), ("gyr", 1), ("gyr", 3), ("gyr", 39)]
)
def test_rotation_that_comes_again_is_used_once_no_acceleration_can_have_gone_on(
    first: str, n: int
) -> None:
    """The same, whatever is sent first, and in how long blocks."""
    join = AxesJoin(5 * STEP_NS)
    given = join.push_gyr(make_cells(0, 2, 2.0))
    for number in range(20):
        given += join.push_acc(make_cells(number, 1, 1.0))
    for number in range(20, 59, n):
        acc, gyr = make_cells(number, n, 1.0), make_cells(number, n, 2.0)
        if first == "acc":
            given += [*join.push_acc(acc), *join.push_gyr(gyr)]
        else:
            given += [*join.push_gyr(gyr), *join.push_acc(acc)]
    assert [number for number, is_used in told(given) if is_used] == [0, 1, *range(25, 59)]


def test_acceleration_waits_for_the_rotation_of_its_time() -> None:
    join = AxesJoin(10 * STEP_NS)
    assert join.push_gyr(make_cells(0, 3, 2.0)) == []
    assert told(join.push_acc(make_cells(0, 5, 1.0))) == [(0, True), (1, True), (2, True)]
    (late,) = join.push_gyr(make_cells(3, 3, 2.0, late_ns=99))
    assert told([late]) == [(3, True), (4, True)]
    assert late.known_ns.tolist() == [3 * STEP_NS + 99, 4 * STEP_NS + 99]
    assert late.size[0] == pytest.approx(3**0.5)
    assert late.up[0] == pytest.approx([3**-0.5] * 3)
    assert late.turn[0].tolist() == [2.0] * 3


def test_rotation_that_stops_is_waited_for_once() -> None:
    join = AxesJoin(4 * STEP_NS)
    join.push_gyr(make_cells(0, 1, 2.0))
    given = [join.push_acc(make_cells(number, 1, 1.0)) for number in range(8)]
    assert [told(one) for one in given] == [
        [(0, True)],
        [],
        [],
        [],
        [],
        [],
        [(number, False) for number in range(1, 7)],
        [(7, False)],
    ]
    assert set(given[6][0].known_ns.tolist()) == {6 * STEP_NS + 5}


def test_a_hole_in_the_rotation_is_told_cell_by_cell() -> None:
    join = AxesJoin(10 * STEP_NS)
    join.push_gyr(make_cells(0, 1, 2.0))
    join.push_gyr(make_cells(2, 1, 2.0))
    assert told(join.push_acc(make_cells(0, 3, 1.0))) == [(0, True), (1, False), (2, True)]


def test_what_waits_is_dropped_at_a_break() -> None:
    join = AxesJoin(10 * STEP_NS)
    join.push_gyr(make_cells(0, 1, 2.0))
    join.push_acc(make_cells(0, 4, 1.0))
    join.forget()
    assert told(join.push_gyr(make_cells(1, 9, 2.0))) == []


def test_rotation_without_acceleration_is_not_kept_for_long() -> None:
    join = AxesJoin(2 * STEP_NS, 10 * STEP_NS)
    for number in range(500):
        join.push_gyr(make_cells(number, 1, 2.0))
    assert len(join.state.gyr.t_ns) <= 10
