"""Why something is not scored, on breathing that is spoilt at known times."""

from typing import Any

import numpy as np
import pytest

from breathsense.core.engine import build_engine
from breathsense.core.model.events import Breath, BreathEnd, QualityHint, RatePoint, Sigh, Unscored
from breathsense.core.model.samples import Gap, SampleBlock, freeze_times, freeze_values
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup
from breathsense.core.stage import run

S = 1_000_000_000
AT_S = 60.0
"""Where the trouble begins."""


def breathe(duration_s: float, rate_hz: float, per_min: float = 14.0, seed: int = 1) -> np.ndarray:
    """Breaths of a belt, with a little noise and the heart; from trough 0 to peak 1."""
    t_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    u = (t_s * per_min / 60) % 1.0
    phase = np.where(u < 0.4, u / 0.4, 1 + (u - 0.4) / 0.6)
    noise = 0.005 * np.random.default_rng(seed).normal(size=len(t_s))
    return 0.5 - 0.5 * np.cos(np.pi * phase) + 0.02 * np.sin(2 * np.pi * 1.1 * t_s) + noise


def make_block(values: np.ndarray, rate_hz: float, start_s: float = 0.0) -> SampleBlock:
    t_ns = np.rint((np.arange(len(values)) / rate_hz + start_s) * 1e9).astype(np.int64)
    return SampleBlock("abdomen", "band", freeze_times(t_ns), freeze_values(values[:, None]))


def watch(*items: Any) -> list[Any]:
    sensor = Sensor("abdomen", "band", "abdomen", "N")
    return run(build_engine(Setup(sensors=(sensor,))), items)


def find_spans(given: list[Any]) -> list[tuple[str, float, float]]:
    return [
        (one.reason, one.start_ns / 1e9, one.end_ns / 1e9)
        for one in given
        if isinstance(one, Unscored)
    ]


def spoil(rate_hz: float, trouble: str) -> np.ndarray:
    """Two minutes of breathing, spoilt from ``AT_S`` on."""
    values = breathe(120.0, rate_hz)
    t_s = np.arange(len(values)) / rate_hz - AT_S
    noise = 0.01 * np.random.default_rng(3).normal(size=len(t_s))
    steps = 1.2 * np.sin(2 * np.pi * 1.9 * t_s) + 0.6 * np.sin(2 * np.pi * 0.93 * t_s)
    heart = 0.02 * np.sin(2 * np.pi * 1.1 * t_s)
    is_in = (t_s >= 0) & (t_s < 20)
    spoilt = {
        "off_body": np.where(is_in, -9.0 + noise, values),
        "saturated": np.where(is_in, 1.6, values),
        "slack": np.where(is_in, -0.4, values),
        "slip": values - 2.5 * (t_s >= 0),
        "drift": values + 0.4 * np.clip(t_s, 0, 30),
        "cough": values - 2.0 * np.exp(-(((t_s - 0.5) / 0.12) ** 2)),
        "motion": values + np.where(is_in, steps, 0),
        "no_breath": np.where((t_s >= 0) & (t_s < 40), heart + noise, values),
    }
    return spoilt[trouble]


TROUBLES = ("off_body", "saturated", "slack", "slip", "drift", "cough", "motion", "no_breath")


@pytest.mark.parametrize("rate_hz", [8.0, 25.0, 250.0])
@pytest.mark.parametrize("scale", [1.0, -1e-5, 3e5])
@pytest.mark.parametrize("trouble", TROUBLES)
def test_each_trouble_is_told_by_its_name_and_where_it_was(
    trouble: str, scale: float, rate_hz: float
) -> None:
    values = abs(scale) * (spoil(rate_hz, trouble) + 5.0)
    spans = find_spans(watch(make_block(values, rate_hz)))
    named = [(start_s, end_s) for reason, start_s, end_s in spans if reason == trouble]
    assert len(named) >= 1, spans
    assert {reason for reason, _, _ in spans} <= {trouble, "settling", "no_breath"}
    assert all(AT_S - 6 <= start_s < AT_S + 12 for start_s, _ in named)


@pytest.mark.parametrize("rate_hz", [8.0, 31.0, 250.0])
@pytest.mark.parametrize("per_min", [4.0, 12.0, 30.0, 60.0])
def test_of_clean_breathing_nothing_is_complained(per_min: float, rate_hz: float) -> None:
    spans = find_spans(watch(make_block(breathe(300.0, rate_hz, per_min), rate_hz)))
    assert {reason for reason, _, _ in spans} <= {"settling"}
    assert all(end_s < 30 for _, _, end_s in spans)


def test_a_screen_is_told_within_seconds_what_a_fact_tells_at_its_end() -> None:
    block = make_block(spoil(50.0, "saturated"), 50.0)
    given = watch(block)
    hints = [(one.reason, one.t_ns / 1e9) for one in given if isinstance(one, QualityHint)]
    began = next(t_s for reason, t_s in hints if reason == "saturated")
    assert AT_S + 5 <= began <= AT_S + 8
    after = [reason for reason, t_s in hints if t_s > AT_S + 20]
    assert "saturated" not in after
    assert after[-1] == ""
    (span,) = [one for one in find_spans(given) if one[0] == "saturated"]
    assert span[1] == pytest.approx(AT_S, abs=1.1)
    assert span[2] == pytest.approx(AT_S + 20, abs=1.1)


def test_what_is_open_at_the_end_is_told() -> None:
    values = spoil(50.0, "off_body")[: 50 * 75]
    spans = find_spans(watch(make_block(values, 50.0)))
    assert [reason for reason, _, _ in spans] == ["off_body"]
    assert spans[0][2] == pytest.approx(75.0, abs=0.1)


def test_no_rate_is_told_while_the_band_is_off() -> None:
    given = watch(make_block(spoil(50.0, "off_body"), 50.0))
    rates_s = [one.t_ns / 1e9 for one in given if isinstance(one, RatePoint)]
    assert not [t_s for t_s in rates_s if AT_S + 6 < t_s < AT_S + 20]
    assert [t_s for t_s in rates_s if t_s > AT_S + 40]


def test_a_still_sensor_is_off_the_body() -> None:
    spans = find_spans(watch(make_block(np.full(50 * 30, 3.25), 50.0)))
    assert spans == [("off_body", pytest.approx(0.0, abs=0.1), pytest.approx(30.0, abs=0.1))]


def test_a_gap_is_not_scored_and_keeps_its_reason() -> None:
    early, late = breathe(40.0, 50.0), breathe(40.0, 50.0)
    lost = Gap("abdomen", "band", 40 * S - 20_000_000, 45 * S, "packet_loss")
    given = watch(make_block(early, 50.0), lost, make_block(late, 50.0, 45.0))
    (span,) = [one for one in find_spans(given) if one[0] == "packet_loss"]
    assert span[1:] == (pytest.approx(40.0, abs=0.1), pytest.approx(45.0, abs=0.1))
    silent = watch(make_block(early, 50.0), make_block(late, 50.0, 45.0))
    assert "gap" in {reason for reason, _, _ in find_spans(silent)}


def test_quick_breaths_in_and_long_uneven_breaths_out_are_talking() -> None:
    rng = np.random.default_rng(5)
    quiet = breathe(60.0, 50.0, 15.0)
    talk: list[np.ndarray] = []
    for _ in range(10):
        n_in, n_out = 22, int(rng.uniform(120, 320))
        rise = 1.5 * (0.5 - 0.5 * np.cos(np.pi * np.arange(n_in) / n_in))
        steps = 0.06 * np.sin(2 * np.pi * 2.7 * np.arange(n_out) / 50)
        talk += [rise, 1.5 * (1 - np.arange(n_out) / n_out) ** 0.9 + steps]
    spoken = np.concatenate(talk)
    values = np.concatenate([quiet, spoken, breathe(60.0, 50.0, 15.0)])
    (span,) = [one for one in find_spans(watch(make_block(values, 50.0))) if one[0] == "speech"]
    end_s = 60 + len(spoken) / 50
    assert 58 < span[1] < 75
    assert end_s - 12 < span[2] < end_s + 8


def test_cut_off_tops_lower_the_worth_of_depth_and_leave_the_rate_alone() -> None:
    whole = breathe(180.0, 50.0)
    cut = np.clip(1.8 * whole - 0.4, 0.0, 1.0)
    found = {name: watch(make_block(one, 50.0)) for name, one in {"w": whole, "c": cut}.items()}
    worth = {
        name: np.median([one.quality for one in given if isinstance(one, Breath)][6:])
        for name, given in found.items()
    }
    rates = {
        name: np.median([one.quality for one in given if isinstance(one, RatePoint)][20:])
        for name, given in found.items()
    }
    assert worth["c"] < 0.7
    assert worth["w"] > 0.9
    assert rates["c"] > 0.85
    assert "saturated" not in {reason for reason, _, _ in find_spans(found["c"])}
    assert len([one for one in found["c"] if isinstance(one, Breath)]) in range(40, 43)


def test_breaths_in_trouble_are_worth_less_and_recover() -> None:
    breaths = [
        one for one in watch(make_block(spoil(50.0, "motion"), 50.0)) if isinstance(one, Breath)
    ]
    in_trouble = [one.quality for one in breaths if AT_S + 6 < one.peak_ns / 1e9 < AT_S + 20]
    before = [one.quality for one in breaths if 30 < one.peak_ns / 1e9 < AT_S]
    assert min(before) > 0.8
    assert not in_trouble or max(in_trouble) < 0.4


def test_every_breath_that_goes_in_comes_out_with_its_end() -> None:
    given = watch(make_block(breathe(120.0, 50.0), 50.0))
    numbers = [one.number for one in given if isinstance(one, Breath)]
    ends = [one.number for one in given if isinstance(one, BreathEnd)]
    assert numbers == list(range(len(numbers)))
    assert ends == numbers[: len(ends)]
    assert all(0.0 <= one.quality <= 1.0 for one in given if isinstance(one, Breath | RatePoint))


def test_other_sensors_pass_by() -> None:
    breath = Breath("chest", 0, 0, S, 1.0, S, "unknown", 0.8)
    assert watch(breath) == [breath]


def test_a_band_that_slips_slowly_is_told_once_it_stays() -> None:
    values = breathe(150.0, 50.0)
    t_s = np.arange(len(values)) / 50.0
    slipped = values - 3.0 / (1 + np.exp(-(t_s - AT_S) * 3))
    (span,) = [one for one in find_spans(watch(make_block(slipped, 50.0))) if one[0] == "slip"]
    assert span[1] == pytest.approx(AT_S, abs=5.0)


def test_a_brace_that_is_held_and_let_go_is_no_slip() -> None:
    values = breathe(150.0, 50.0)
    t_s = np.arange(len(values)) / 50.0 - AT_S
    braced = values + 1.5 / (1 + np.exp(-t_s * 6)) - 1.5 / (1 + np.exp(-(t_s - 10) * 6))
    assert {one[0] for one in find_spans(watch(make_block(braced, 50.0)))} <= {"settling"}


def test_sighs_are_no_trouble() -> None:
    values = breathe(180.0, 50.0, 12.0)
    for begin_s in (50, 90, 130):
        values[begin_s * 50 : (begin_s + 5) * 50] *= 3.0
    assert {one[0] for one in find_spans(watch(make_block(values, 50.0)))} <= {"settling"}


def test_the_heart_ends_no_pause() -> None:
    values = breathe(150.0, 50.0)
    t_s = np.arange(len(values)) / 50.0
    is_held = (t_s >= AT_S) & (t_s < AT_S + 50)
    values = np.where(is_held, 0.04 * np.sin(2 * np.pi * 1.1 * t_s), values)
    spans = [one for one in find_spans(watch(make_block(values, 50.0))) if one[0] == "no_breath"]
    assert len(spans) == 1
    assert spans[0][2] == pytest.approx(AT_S + 50, abs=5.0)


def test_movement_is_not_taken_for_talking() -> None:
    values = breathe(150.0, 50.0)
    t_s = np.arange(len(values)) / 50.0 - AT_S
    rng = np.random.default_rng(8)
    thrash = sum(np.sin(2 * np.pi * f * t_s + p) for f, p in rng.uniform((0.5, 0), (3, 6), (6, 2)))
    moved = values + np.where((t_s >= 0) & (t_s < 25), 1.5 * thrash, 0)
    reasons = {one[0] for one in find_spans(watch(make_block(moved, 50.0)))}
    assert "motion" in reasons
    assert "speech" not in reasons


def test_a_band_off_the_body_lists_no_breaths_but_says_why() -> None:
    values = breathe(150.0, 25.0)
    t_s = np.arange(len(values)) / 25.0 - AT_S
    lying = -9.0 + 0.08 * np.sin(2 * np.pi * 0.2 * t_s)  # a table that sways
    given = watch(make_block(np.where((t_s >= 0) & (t_s < 40), lying, values), 25.0))
    breaths = [one for one in given if isinstance(one, Breath)]
    assert not [one for one in breaths if 66e9 < one.decided_ns < 99e9]
    ends = {one.number for one in given if isinstance(one, BreathEnd)}
    assert ends <= {one.number for one in breaths}
    assert [reason for reason, *_ in find_spans(given)] == ["off_body"]
    assert [one for one in breaths if one.peak_ns > 104e9]


def test_a_breath_twice_as_deep_as_usual_is_told_as_a_sigh_after_it() -> None:
    values = breathe(120.0, 25.0)
    period = 60.0 / 14.0
    t_s = np.arange(len(values)) / 25.0
    in_sigh = (t_s >= 14 * period) & (t_s < 15 * period)
    in_deep = (t_s >= 20 * period) & (t_s < 21 * period)
    given = watch(make_block(values * np.where(in_sigh, 2.6, np.where(in_deep, 1.6, 1.0)), 25.0))
    (sigh,) = [one for one in given if isinstance(one, Sigh)]
    breath = given[given.index(sigh) - 1]
    assert isinstance(breath, Breath)
    assert (breath.number, breath.peak_ns) == (sigh.number, sigh.peak_ns)
    assert sigh.peak_ns == pytest.approx(14.4 * period * S, abs=0.3 * S)
    assert sigh.ratio == pytest.approx(2.6, abs=0.15)


def test_the_first_breaths_are_no_sighs() -> None:
    values = breathe(60.0, 25.0)
    t_s = np.arange(len(values)) / 25.0
    values *= np.where(t_s > 2 * 60.0 / 14.0, 3.0, 1.0)
    assert not [one for one in watch(make_block(values, 25.0)) if isinstance(one, Sigh)]


def test_a_step_by_movement_is_no_sigh() -> None:
    given = watch(make_block(spoil(25.0, "motion"), 25.0))
    assert not [one for one in given if isinstance(one, Sigh) and one.peak_ns > 63e9]
