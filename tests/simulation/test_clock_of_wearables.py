from hypothesis import given
from hypothesis import strategies as st

from breathsense.simulation.devices.clock import DeviceClock, SampleTrain

SECOND = 1_000_000_000


@given(
    ppm=st.floats(-500, 500),
    period_ns=st.integers(1_000_000, SECOND),
    steps=st.lists(st.integers(0, 5 * SECOND), min_size=1, max_size=20),
)
def test_each_sample_is_due_once_in_order_and_not_early(
    ppm: float, period_ns: int, steps: list[int]
) -> None:
    train = SampleTrain(DeviceClock(ppm), period_ns, started_ns=1000)
    now_ns, taken = 1000, []
    for step in steps:
        now_ns += step
        due = train.due(now_ns)
        taken += list(due)
        assert all(1000 + train.true_ns(number) <= now_ns for number in due)
        assert 1000 + train.true_ns(len(taken)) > now_ns
    assert taken == list(range(len(taken)))


def test_a_fast_clock_takes_more_samples_in_the_same_time() -> None:
    def count(ppm: float) -> int:
        return len(SampleTrain(DeviceClock(ppm), SECOND // 100, 0).due(1000 * SECOND))

    assert count(0) == 100_001
    assert count(100) == 100_011
    assert count(-100) == 99_991


def test_stamps_are_the_clocks_own() -> None:
    clock = DeviceClock(50.0, origin_ns=7)
    train = SampleTrain(clock, SECOND, started_ns=2 * SECOND)
    assert train.stamp_ns(0) == 7 + 2 * SECOND + 100_000
    assert train.stamp_ns(3) - train.stamp_ns(0) == 3 * SECOND
    assert train.true_ns(20_000) == 20_000 * SECOND - round(20_000 * SECOND * 50 / 1_000_050)
