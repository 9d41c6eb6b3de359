"""How near the rebuilt times come to the true ones, on a radio that sends in bursts."""

from typing import Any

import numpy as np
import pytest

from breathsense.core.model.samples import SampleBlock

BELT, STRAP, FLOW = "vernier-gdx-rb", "polar-h10", "sweetzpot-flow"

# profile, true period (s), rows, drift (ppm), settings, bound of the median and of the 99th
# percentile of the error (ms) over the whole session, and of the latter from 15 s on
STEADY = [
    (BELT, 0.1, 1, 0, {}, 1, 5, 5),
    (BELT, 0.1, 1, 200, {}, 1, 5, 5),
    (BELT, 0.1, 1, -200, {}, 1, 5, 5),
    (BELT, 0.08, 1, 0, {"rate_hz": 20}, 1, 30, 5),
    (BELT, 0.103, 1, 0, {}, 2, 110, 10),
    (BELT, 0.11, 1, 0, {}, 1, 80, 10),
    (BELT, 0.1, 2, 0, {}, 2, 15, 5),
    (FLOW, 0.1, 7, 0, {}, 5, 25, 12),
    (FLOW, 1 / 10.08, 7, 0, {}, 5, 40, 12),
    (STRAP, 0.02, 36, 0, {}, 2, 5, 5),
    (STRAP, 0.02, 36, 200, {}, 15, 30, 30),
    (STRAP, 1 / 51.6, 36, 0, {}, 10, 25, 20),
    (STRAP, 0.01, 36, 0, {}, 10, 25, 25),
    (STRAP, 0.005, 36, -200, {"rate_hz": 200}, 15, 30, 30),
]


@pytest.mark.parametrize("case", STEADY, ids=lambda c: f"{c[0]} {c[1]:.4f} s {c[3]} ppm")
def test_bursts_and_drift_do_not_bend_time(case: Any, measure: Any, radio: Any) -> None:
    profile, period_s, n_rows, drift_ppm, settings, median_ms, p99_ms, late_ms = case
    seconds = 140.0 if profile == STRAP else 240.0
    found = measure(radio(profile, period_s, n_rows, seconds, drift_ppm), settings)
    print(
        f"{profile} {period_s:.4f} s {drift_ppm} ppm: median {found.median_ms:.2f} "
        f"p99 {found.p99_ms():.2f} after 15 s {found.p99_ms(15):.2f} ms, "
        f"latency {found.latency_ms:.1f} ms"
    )
    assert found.gaps == []
    assert found.median_ms <= median_ms
    assert found.p99_ms() <= p99_ms
    assert found.p99_ms(after_s=15) <= late_ms
    assert 0 < found.latency_ms < 60
    assert (np.diff(found.t_s) > 0).all()


@pytest.mark.parametrize("interval_s", [0.0075, 0.02, 0.1])
def test_other_connection_intervals(interval_s: float, measure: Any, radio: Any) -> None:
    found = measure(radio(BELT, 0.1, interval_s=interval_s))
    assert found.gaps == []
    assert found.p99_ms() < 5


@pytest.mark.parametrize("seconds", [0.4, 1.5, 4.0])
def test_a_stalled_link_that_catches_up_is_no_gap(seconds: float, measure: Any, radio: Any) -> None:
    for profile, period_s, n_rows in ((BELT, 0.1, 1), (STRAP, 0.02, 36)):
        found = measure(radio(profile, period_s, n_rows, stall_s=(60.0, 60.0 + seconds)))
        assert found.gaps == []
        assert found.p99_ms() < 5


@pytest.mark.parametrize(
    ("profile", "dropped", "gaps"),
    [
        (BELT, {600}, [("packet_loss", 0.2)]),
        (BELT, {600, 601, 602}, [("packet_loss", 0.4)]),
        (BELT, set(range(600, 630)), [("no_data", 3.1)]),
        (BELT, set(range(100, 1100, 100)), [("packet_loss", 0.2)] * 10),
        (FLOW, {100}, [("packet_loss", 0.8)]),
        (STRAP, {60, 61, 90}, [("packet_loss", 1.46), ("packet_loss", 0.74)]),
    ],
)
def test_lost_packets_are_gaps_and_what_follows_is_in_time(
    profile: str, dropped: set[int], gaps: list[tuple[str, float]], measure: Any, radio: Any
) -> None:
    period_s, n_rows = {BELT: (0.1, 1), FLOW: (0.1, 7), STRAP: (0.02, 36)}[profile]
    found = measure(radio(profile, period_s, n_rows, dropped=dropped))
    lengths = [(gap.reason, (gap.end_ns - gap.start_ns) / 1e9) for gap in found.gaps]
    assert [reason for reason, _ in lengths] == [reason for reason, _ in gaps]
    assert np.allclose([s for _, s in lengths], [s for _, s in gaps], atol=0.015)
    assert found.p99_ms() < 15
    holes = np.flatnonzero(np.diff(found.numbers) > 1)
    ends = [(round(g.start_ns / 1e9, 9), round(g.end_ns / 1e9, 9)) for g in found.gaps]
    assert ends == [(round(found.t_s[i], 9), round(found.t_s[i + 1], 9)) for i in holes]


def test_samples_are_given_out_as_they_come(radio: Any, belt_stage: Any) -> None:
    given = np.array(
        [
            sum(len(one.t_ns) for one in belt_stage.push(item) if isinstance(one, SampleBlock))
            for item in radio(BELT, 0.1).notifications()
        ]
    )
    assert np.flatnonzero(given)[0] <= 20
    held = np.arange(1, len(given) + 1) - np.cumsum(given)
    assert held[60:].max() <= 3
    assert (held[60:] > 0).mean() < 0.1
