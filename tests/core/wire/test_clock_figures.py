"""What is told of a clock: real rate, drift, losses; and losses that were none are taken back."""

from typing import Any

import pytest

from breathsense.core.model.samples import SampleBlock, Timing
from breathsense.core.stage import run
from breathsense.core.wire.first_rate import FirstRateParams, find_error, find_slope, is_enough
from breathsense.core.wire.stage import WireStage
from breathsense.core.wire.timeline import STAMPED, Timeline
from breathsense.sources.shelf import load_shelf

SHELF = load_shelf()
BELT, STRAP = "vernier-gdx-rb", "polar-h10"
S, MS = 1_000_000_000, 1_000_000


def tell(items: list[Any], profile: str) -> list[Timing]:
    given = run(WireStage("w", SHELF.find(profile), "abdomen", {}), items)
    return [one for one in given if isinstance(one, Timing)]


def test_the_timing_is_told_after_five_seconds_and_then_every_ten(radio: Any) -> None:
    told = tell(radio(BELT, 0.1, seconds=60.0).notifications(), BELT)
    assert [one.host_ns // S for one in told] == [5, 15, 25, 35, 45, 55]
    assert {(one.wearable, one.sensor, one.signal) for one in told} == {("w", "abdomen", "band")}


@pytest.mark.parametrize("drift_ppm", [-300.0, 0.0, 300.0])
def test_rate_and_drift_of_a_belt_lie_within_their_error(radio: Any, drift_ppm: float) -> None:
    last = tell(radio(BELT, 0.1, seconds=240.0, drift_ppm=drift_ppm).notifications(), BELT)[-1]
    assert last.rate_hz == pytest.approx(10.0 / (1 + drift_ppm * 1e-6), rel=2e-4)
    assert abs(last.fast_ppm + drift_ppm) < 3 * last.fast_sd_ppm
    assert last.fast_sd_ppm < 400
    assert last.offset_sd_ms < 10


def test_packets_that_always_wait_equally_long_leave_the_offset_open(radio: Any) -> None:
    # 36 samples of 20 ms are 16 connection intervals of 45 ms: each packet waits the same.
    last = tell(radio(STRAP, 0.02, 36, seconds=120.0, interval_s=0.045).notifications(), STRAP)[-1]
    assert last.offset_sd_ms > 10
    assert last.fast_sd_ppm <= 100


def test_what_was_lost_is_counted(radio: Any) -> None:
    last = tell(radio(BELT, 0.1, seconds=60.0, dropped={100, 200, 201}).notifications(), BELT)[-1]
    assert last.n_lost == 3
    assert last.n_samples == pytest.approx(550, abs=5)


def test_a_belt_that_is_three_per_cent_off_is_known_within_seconds(
    measure: Any, radio: Any
) -> None:
    found = measure(radio(BELT, 0.103, interval_s=0.03))
    assert found.p99_ms(after_s=6) < 20


def test_a_clock_far_from_quartz_is_followed_all_the_same(measure: Any, radio: Any) -> None:
    found = measure(radio(STRAP, 0.0205, 33, seconds=240.0, drift_ppm=20_000))
    assert found.p99_ms(after_s=60) < 40


def test_a_lost_sample_before_held_back_ones_is_a_gap_before_them(measure: Any, radio: Any) -> None:
    made = radio(BELT, 0.1, seconds=60.0, dropped={300})
    items = made.notifications()
    together = items[303:308]
    numbers = list(range(303, 308))
    held_back = type(items[0])(
        "w",
        items[0].characteristic,
        made.payload([number + 1 for number in numbers], made.truth_s),
        together[-1].host_ns,
    )
    given = run(
        WireStage("w", SHELF.find(BELT), "abdomen", {}), [*items[:303], held_back, *items[308:]]
    )
    blocks = [one for one in given if isinstance(one, SampleBlock)]
    late_s = {
        int(value): t_ns / S - made.truth_s[int(value)]
        for one in blocks
        for value, t_ns in zip(one.values[:, 0], one.t_ns, strict=True)
    }
    assert max(abs(late_s[number]) for number in range(310, 500)) < 0.06


def points(period_ns: float, n: int, step: int = 1) -> list[tuple[float, float]]:
    return [(i * step * 100.0 * MS, i * step * period_ns) for i in range(n)]


def test_the_first_rate_is_the_nominal_one_unless_arrivals_contradict_it() -> None:
    first = FirstRateParams()
    assert find_slope(points(101 * MS, 15), first, is_nominal_known=True) == 1.0
    assert find_slope(points(110 * MS, 15), first, is_nominal_known=True) == pytest.approx(1.1)
    assert find_slope(points(500 * MS, 15), first, is_nominal_known=True) == 2.2
    assert find_slope(points(500 * MS, 15), first, is_nominal_known=False) == pytest.approx(5.0)
    assert find_slope(points(100 * MS, 1), first, is_nominal_known=True) == 1.0


def test_waiting_for_the_first_rate_ends_when_it_is_known_well_enough() -> None:
    first = FirstRateParams()
    assert find_error(points(100 * MS, 1), first) == float("inf")
    assert not is_enough(points(100 * MS, 8), first)
    assert is_enough(points(100 * MS, 13), first)
    assert not is_enough(points(100 * MS, 2, 7), first)
    assert is_enough(points(100 * MS, 4, 7), first)


def test_a_long_memory_keeps_few_points_and_the_earliest_of_them() -> None:
    line = Timeline(STAMPED)
    line.anchor([(0.0, 0.0)], 1.0)
    for second in range(1, 2000):
        late_ns = 0.0 if second % 16 == 0 else 20.0 * MS
        x, host = second * 1.0 * S, second * 1.0 * S + late_ns
        line.observe(x, host, host - line.at(x))
    assert len(line.state.earliest) <= 48
    assert line.state.span_ns == 8 * S
    assert abs(line.at(2000.0 * S) / S - 2000.0) < 0.02
    assert line.lag_ns <= 20 * MS
