import numpy as np
import pytest

from breathsense.core.model.samples import (
    Gap,
    SampleBlock,
    Values,
    Waveform,
    freeze_times,
    freeze_values,
)
from breathsense.core.signal.grid import BandStage, GridParams
from breathsense.core.stage import run

MS = 1_000_000


def make_block(times_ms: list[float], values: list[float], sensor: str = "abdomen") -> SampleBlock:
    t_ns = freeze_times([round(t * MS) for t in times_ms])
    return SampleBlock(sensor, "band", t_ns, freeze_values([[one] for one in values]))


def follow(*items: object) -> list[Waveform]:
    given = run(BandStage("abdomen", GridParams()), items)
    return [one for one in given if isinstance(one, Waveform)]


def test_a_slow_ramp_is_kept_exactly_where_samples_are_sparse() -> None:
    times = [100.0 * k for k in range(11)]
    (waveform,) = follow(make_block(times, times))
    np.testing.assert_allclose(waveform.values, waveform.t_ns / MS, atol=1e-9)
    assert waveform.t_ns.tolist() == [k * 40 * MS for k in range(1, 25)]


def test_fast_movement_is_averaged_away_at_high_rates() -> None:
    times = np.arange(0, 2000, 4.0)
    hum = np.sin(2 * np.pi * times / 20)  # 50 Hz, twice in each cell of 40 ms
    (waveform,) = follow(make_block(times.tolist(), hum.tolist()))
    assert np.abs(waveform.values).max() < 0.01


@pytest.mark.parametrize("rate_hz", [8.0, 25.0, 33.3, 250.0])
def test_a_value_is_known_with_the_first_sample_past_its_cell(rate_hz: float) -> None:
    times = (np.arange(int(4 * rate_hz)) * 1000 / rate_hz).tolist()
    (waveform,) = follow(make_block(times, times))
    late_ns = waveform.known_ns - waveform.t_ns
    assert late_ns.min() >= 20 * MS
    assert late_ns.max() <= 20 * MS + 1e9 / rate_hz


def test_values_do_not_depend_on_where_the_axis_begins() -> None:
    times = np.sort(np.random.default_rng(1).uniform(0, 3000, 60))
    shift_ms = -400_000.0
    (here,) = follow(make_block(times.tolist(), times.tolist()))
    (there,) = follow(make_block((times + shift_ms).tolist(), times.tolist()))
    assert (there.t_ns - here.t_ns == shift_ms * MS).all()
    np.testing.assert_allclose(there.values, here.values, atol=1e-9)


def test_a_silent_hole_is_told_as_a_gap_and_not_crossed() -> None:
    times = [*np.arange(0, 1000, 20.0), *np.arange(2000, 3000, 20.0)]
    given = run(BandStage("abdomen", GridParams()), [make_block(times, times)])
    gaps = [one for one in given if isinstance(one, Gap)]
    assert gaps == [Gap("abdomen", "band", 980 * MS, 2000 * MS, "no_data")]
    before, after = (one for one in given if isinstance(one, Waveform))
    assert before.t_ns[-1] == 960 * MS
    assert after.t_ns[0] == 2040 * MS


def test_a_gap_that_was_told_is_not_told_again() -> None:
    early = make_block([0.0, 100.0, 200.0], [1.0, 1.0, 1.0])
    late = make_block([1500.0, 1600.0, 1700.0], [5.0, 5.0, 5.0])
    gap = Gap("abdomen", None, 200 * MS, 1500 * MS, "link_lost")
    given = run(BandStage("abdomen", GridParams()), [early, gap, late])
    assert [one for one in given if isinstance(one, Gap)] == [gap]
    values: list[Values] = [one.values for one in given if isinstance(one, Waveform)]
    assert [float(one.min()) for one in values] == [1.0, 5.0]


def test_a_short_gap_is_crossed_by_a_line() -> None:
    early = make_block([0.0, 100.0], [0.0, 100.0])
    gap = Gap("abdomen", "band", 100 * MS, 400 * MS, "packet_loss")
    late = make_block([400.0, 500.0], [400.0, 500.0])
    waveforms = follow(early, gap, late)
    t_ns = np.concatenate([one.t_ns for one in waveforms])
    assert (np.diff(t_ns) == 40 * MS).all()
    np.testing.assert_allclose(np.concatenate([w.values for w in waveforms]), t_ns / MS)


def test_other_sensors_and_signals_pass_by() -> None:
    other = make_block([0.0, 50.0, 100.0], [1.0, 2.0, 3.0], sensor="chest")
    gap = Gap("abdomen", "acc", 0, 10, "no_data")
    assert run(BandStage("abdomen", GridParams()), [other, gap]) == [other, gap]


def test_an_empty_block_passes_without_effect() -> None:
    empty = SampleBlock("abdomen", "band", freeze_times([]), np.zeros((0, 1)))
    assert run(BandStage("abdomen", GridParams()), [empty]) == [empty]
