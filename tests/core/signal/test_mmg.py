import numpy as np
import pytest

from breathsense.core.model.samples import Gap, Mmg, SampleBlock, freeze_times, freeze_values
from breathsense.core.signal.mmg import MmgParams, MmgStage
from breathsense.core.stage import run


def make_block(t_s: np.ndarray, rows: np.ndarray, sensor: str = "imu") -> SampleBlock:
    t_ns = freeze_times(np.rint(t_s * 1e9).astype(np.int64))
    return SampleBlock(sensor, "acc", t_ns, freeze_values(rows.copy()))


def make_times(rate_hz: float, duration_s: float = 12.0) -> np.ndarray:
    return np.arange(round(duration_s * rate_hz)) / rate_hz + 3.0


def rest(t_s: np.ndarray) -> np.ndarray:
    """Gravity, breath and sway of a few degrees."""
    angle = np.radians(3.0 * np.sin(2 * np.pi * t_s / 4) + 8.0 * np.sin(2 * np.pi * t_s / 30))
    return np.stack([np.sin(angle), 0.2 + 0.0 * angle, np.cos(angle)], axis=1)


def listen(*items: object) -> list[Mmg]:
    return [one for one in run(MmgStage("imu", MmgParams()), items) if isinstance(one, Mmg)]


def hum(t_s: np.ndarray, frequency_hz: float, rms_g: float) -> np.ndarray:
    """Tremble along one axis that is none of the sensor's."""
    wave = np.sqrt(2.0) * rms_g * np.sin(2 * np.pi * frequency_hz * t_s)
    rows: np.ndarray = wave[:, None] * np.array([0.6, 0.0, 0.8])
    return rows


@pytest.mark.parametrize("rate_hz", [100.0, 104.0, 200.0, 400.0])
@pytest.mark.parametrize("frequency_hz", [8.0, 15.0, 25.0, 38.0])
def test_the_rms_of_a_hum_in_the_band_is_told_in_g(rate_hz: float, frequency_hz: float) -> None:
    t_s = make_times(rate_hz)
    (mmg,) = listen(make_block(t_s, rest(t_s) + hum(t_s, frequency_hz, 0.005)))
    np.testing.assert_allclose(mmg.rms_g, 0.005, rtol=0.06)
    if frequency_hz > 20:
        np.testing.assert_allclose(mmg.high_g, 0.005, rtol=0.06)
    if frequency_hz < 10:
        assert mmg.high_g.max() < 0.0005


@pytest.mark.parametrize("rate_hz", [50.0, 100.0, 400.0])
def test_breath_sway_and_gravity_are_not_heard(rate_hz: float) -> None:
    t_s = make_times(rate_hz)
    (mmg,) = listen(make_block(t_s, rest(t_s)))
    assert mmg.rms_g.max() < 0.0003
    assert mmg.high_g.max() < 0.0001


def test_what_is_above_the_band_is_not_heard() -> None:
    t_s = make_times(400.0)
    (mmg,) = listen(make_block(t_s, rest(t_s) + hum(t_s, 90.0, 0.02)))
    assert mmg.rms_g.max() < 0.001


def test_a_beat_of_the_heart_or_a_knock_is_not_heard() -> None:
    t_s = make_times(200.0)
    since_s = (t_s - 5.0) % 2.0
    knock = 0.05 * np.exp(-since_s / 0.01) * np.sin(2 * np.pi * 20 * since_s)
    (mmg,) = listen(make_block(t_s, rest(t_s) + knock[:, None]))
    assert np.median(mmg.rms_g) < 0.0003
    assert mmg.rms_g[mmg.t_ns > 5.5e9].max() < 0.01


def test_slower_sensors_hear_less_and_say_so() -> None:
    t_s = make_times(50.0)
    (slow,) = listen(make_block(t_s, rest(t_s) + hum(t_s, 10.0, 0.005)))
    np.testing.assert_allclose(slow.rms_g, 0.005, rtol=0.06)
    assert slow.top_hz.max() < 25.0
    for rate_hz in (100.0, 200.0):
        t_s = make_times(rate_hz)
        assert listen(make_block(t_s, rest(t_s)))[0].top_hz.min() >= 40.0


@pytest.mark.parametrize("rate_hz", [10.0, 25.0, 40.0])
def test_sensors_that_are_too_slow_hear_nothing(rate_hz: float) -> None:
    t_s = make_times(rate_hz)
    assert not listen(make_block(t_s, rest(t_s)))


def test_stamps_that_jitter_change_little() -> None:
    t_s = make_times(100.0)
    shaken_s = t_s + np.random.default_rng(1).uniform(-0.002, 0.002, len(t_s))
    (mmg,) = listen(make_block(shaken_s, rest(t_s) + hum(t_s, 20.0, 0.005)))
    np.testing.assert_allclose(mmg.rms_g, 0.005, rtol=0.1)


def test_values_are_on_the_hops_and_known_with_the_first_sample_there() -> None:
    t_s = make_times(110.0) + 0.001
    (mmg,) = listen(make_block(t_s, rest(t_s)))
    assert (mmg.t_ns % 160_000_000 == 0).all()
    assert (np.diff(mmg.t_ns) == 160_000_000).all()
    late_ns = mmg.known_ns - mmg.t_ns
    assert late_ns.min() >= 0
    assert late_ns.max() < 1e9 / 110
    assert 0.6 < mmg.t_ns[0] / 1e9 - t_s[0] < 0.85


@pytest.mark.parametrize("is_told", [True, False])
def test_after_a_hole_it_begins_again(*, is_told: bool) -> None:
    t_s = make_times(100.0)
    early, late = t_s[:500], t_s[540:]
    blocks: list[object] = [make_block(early, rest(early)), make_block(late, rest(late))]
    if is_told:
        blocks.insert(1, Gap("imu", "acc", round(8e9), round(8.4e9), "packet_loss"))
    t_ns = np.concatenate([one.t_ns for one in listen(*blocks)])
    # Windows of 0.32 s, three in a row, reach 0.64 s back.
    inside = (t_ns > round((early[-1] + 0.01) * 1e9)) & (t_ns < round((late[0] + 0.64) * 1e9))
    assert not inside.any()
    assert t_ns[-1] > round(t_s[-1] * 1e9) - 200_000_000


def test_a_dead_sensor_is_told_as_very_quiet() -> None:
    t_s = make_times(100.0)
    (mmg,) = listen(make_block(t_s, np.ones((len(t_s), 3))))
    assert (mmg.rms_g > 0).all()
    assert mmg.rms_g.max() < 2e-6
    assert (mmg.flutter == 0.0).all()


def test_clipped_and_absurd_values_are_survived() -> None:
    t_s = make_times(100.0)
    rows = np.clip(rest(t_s) + hum(t_s, 9.0, 3.0), -2.0, 2.0)
    rows[300] = 1e300
    (mmg,) = listen(make_block(t_s, rows))
    assert np.isfinite(mmg.rms_g).all()
    assert mmg.rms_g[:10].min() > 1.0


def test_what_comes_in_syllables_flutters_and_steady_effort_does_not() -> None:
    t_s = make_times(200.0)
    tremble = np.random.default_rng(3).normal(0.0, 0.005, (len(t_s), 3))
    syllables = 0.02 + np.sin(np.pi * 4.2 * t_s)[:, None] ** 2
    (steady,) = listen(make_block(t_s, rest(t_s) + tremble))
    (spoken,) = listen(make_block(t_s, rest(t_s) + syllables * tremble))
    assert steady.flutter.max() < 0.12
    assert spoken.flutter.min() > 0.25


def test_other_items_and_empty_blocks_pass() -> None:
    empty = make_block(np.zeros(0), np.zeros((0, 3)))
    other = make_block(make_times(100.0), rest(make_times(100.0)), "chest_imu")
    assert run(MmgStage("imu", MmgParams()), [empty, other, "note"]) == [empty, other, "note"]


def test_a_window_that_comes_in_many_pieces_is_the_same() -> None:
    t_s = make_times(100.0, 3.0)
    rows = rest(t_s) + hum(t_s, 20.0, 0.005)
    pieces = [make_block(t_s[k : k + 5], rows[k : k + 5]) for k in range(0, len(t_s), 5)]
    (whole,) = listen(make_block(t_s, rows))
    assert np.concatenate([one.rms_g for one in listen(*pieces)]).tobytes() == whole.rms_g.tobytes()
    flutter = np.concatenate([one.flutter for one in listen(*pieces)])
    assert flutter.tobytes() == whole.flutter.tobytes()
