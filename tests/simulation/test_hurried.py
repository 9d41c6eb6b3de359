from collections.abc import Iterator

from breathsense.simulation.hurried import HurriedClock


def walls(*times_ns: int) -> Iterator[int]:
    return iter(times_ns)


def test_time_passes_faster() -> None:
    clock = HurriedClock(20.0, 1_000, walls(500, 510, 510, 600).__next__)
    assert [clock(), clock(), clock()] == [200, 200, 2_000]


def test_between_two_looks_no_more_passes_than_one_step() -> None:
    clock = HurriedClock(2.0, 100, walls(0, 100, 10**12, 10**12 + 7).__next__)
    assert [clock(), clock(), clock()] == [200, 400, 414]


def test_it_runs_by_the_wall_by_itself() -> None:
    clock = HurriedClock(1e6)
    first = clock()
    assert 0 <= first <= clock()
