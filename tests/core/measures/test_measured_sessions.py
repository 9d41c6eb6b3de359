import json
from typing import Any

import numpy as np
import pytest

from breathsense.core.engine import build_engine
from breathsense.core.measures.figures import Missing
from breathsense.core.measures.found import Measures
from breathsense.core.measures.gather import MeasuresBuilder, Wanted
from breathsense.core.measures.params import MeasureParams
from breathsense.core.measures.partner import find_partner
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.events import Breath, BreathEnd, Unscored
from breathsense.core.model.inputs import Mark
from breathsense.core.model.samples import (
    Gap,
    SampleBlock,
    Waveform,
    freeze_times,
    freeze_values,
)
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup
from breathsense.exports.measures_json import describe_measures

S = 1_000_000_000
AT_S = np.arange(0, 240, 0.05)


def middle(measures: Measures, name: str) -> Any:
    return measures.session.spreads[name].median


def as_text(measures: Measures) -> str:
    return json.dumps(describe_measures(measures), allow_nan=False)


def test_a_steady_breath_is_measured_as_it_was_made(bench: Any) -> None:
    found = bench.run({("abdomen", "band"): (AT_S, bench.breathe(AT_S))}, (bench.abdomen,))
    assert found.session.rate.per_min == pytest.approx(15.0, abs=0.05)
    assert found.session.rate.uncertainty_per_min == pytest.approx(0.0, abs=0.05)
    assert middle(found, "ttot_s") == pytest.approx(4.0, abs=0.05)
    # Inspiration is stamped where it has visibly begun, so it is told a little shorter.
    assert 1.2 < middle(found, "ti_s") < 1.65
    assert middle(found, "depth") == pytest.approx(2.0, rel=0.01)
    assert middle(found, "end_level") == pytest.approx(0.0, abs=0.01)
    assert middle(found, "pause_s") == 0.0
    assert found.session.n_sighs == 0
    assert found.session.n_left_out == 0
    assert (found.sensor, found.unit, found.other) == ("abdomen", "N", "")
    assert not found.session.pair
    assert not found.session.heart


@pytest.mark.parametrize("block_s", [0.05, 0.7, 30.0, 240.0])
def test_how_the_input_is_cut_changes_nothing(bench: Any, block_s: float) -> None:
    rng = np.random.default_rng(1)
    at_s = AT_S[:1200]
    rr_ms = np.round(850 + 50 * np.sin(2 * np.pi * np.arange(70) / 4.7))
    series = {
        ("abdomen", "band"): (at_s, bench.breathe(at_s) + 0.02 * rng.normal(size=len(at_s))),
        ("chest", "band"): (at_s, 0.6 * bench.breathe(at_s - 0.5)),
        ("heart", "rr"): (np.cumsum(rr_ms) / 1000, rr_ms),
    }
    sensors = (bench.abdomen, bench.chest, bench.heart)
    assert as_text(bench.run(series, sensors, block_s=block_s)) == as_text(
        bench.run(series, sensors)
    )


def test_depths_in_another_unit_change_depths_alone(bench: Any) -> None:
    plain = bench.run({("abdomen", "band"): (AT_S, bench.breathe(AT_S))}, (bench.abdomen,))
    scaled = bench.run(
        {("abdomen", "band"): (AT_S, 1000 * bench.breathe(AT_S) + 5000)}, (bench.abdomen,)
    )
    assert middle(scaled, "depth") == pytest.approx(1000 * middle(plain, "depth"))
    for name in ("ti_s", "te_s", "duty_cycle", "pause_s"):
        assert middle(scaled, name) == pytest.approx(middle(plain, name), abs=0.05)
    assert scaled.session.rate.per_min == pytest.approx(plain.session.rate.per_min)


def test_windows_lie_on_the_axis_of_the_session_and_hold_their_breaths(bench: Any) -> None:
    period_s = np.where(AT_S < 120, 4.0, 6.0)
    values = np.where(AT_S < 120, bench.breathe(AT_S), bench.breathe(AT_S - 120, 6.0))
    assert len(period_s) == len(values)
    found = bench.run(
        {("abdomen", "band"): (AT_S, values)},
        (bench.abdomen,),
        params=MeasureParams(window_ns=60 * S),
    )
    assert [one.start_ns // S for one in found.windows] == [0, 60, 120, 180]
    rates = [one.rate.per_min for one in found.windows]
    assert rates[1] == pytest.approx(15.0, abs=0.2)
    assert rates[3] == pytest.approx(10.0, abs=0.2)
    assert sum(one.n_breaths for one in found.windows) == found.session.n_breaths


def test_a_breath_of_twice_the_usual_depth_is_a_sigh(bench: Any) -> None:
    values = bench.breathe(AT_S)
    values[(AT_S >= 100) & (AT_S < 104)] *= 2.2
    found = bench.run({("abdomen", "band"): (AT_S, values)}, (bench.abdomen,))
    assert found.session.n_sighs == 1
    sigh = next(one for one in found.breaths if one.is_sigh)
    assert sigh.peak_ns / S == pytest.approx(101.6, abs=0.1)
    assert [one.is_sigh for one in found.breaths[:6]] == [None] * 5 + [False]
    assert isinstance(found.session.sighs_per_hour, Missing)


def test_a_gap_parts_the_runs_and_leaves_a_breath_open(bench: Any) -> None:
    kept = (AT_S < 101) | (AT_S > 120.5)
    series = {("abdomen", "band"): (AT_S[kept], bench.breathe(AT_S[kept]))}
    found = bench.run(series, (bench.abdomen,))
    opened = [one for one in found.breaths[:-1] if one.end_ns is None]
    for breath in opened:
        assert breath.figures["te_s"] == Missing(
            "the end of the breath is not known: the input ended, or a gap came, before it"
        )
    intervals = [one.figures["bb_s"] for one in found.breaths]
    across = [one for one in intervals[:-1] if isinstance(one, Missing)]
    assert len(across) == 1
    assert max(one for one in intervals if isinstance(one, float)) < 5
    assert found.session.rate.per_min == pytest.approx(15, abs=0.1)


def test_breaths_that_are_not_scored_are_left_out_with_their_reason(bench: Any) -> None:
    values = bench.breathe(AT_S)
    values[(AT_S > 102) & (AT_S < 125)] = 1.0
    found = bench.run({("abdomen", "band"): (AT_S, values)}, (bench.abdomen,))
    reasons = {one.left_out for one in found.breaths}
    assert "" in reasons
    assert len(reasons) == 2
    assert found.session.n_left_out == sum(1 for one in found.breaths if one.left_out)
    assert found.session.n_breaths == len(found.breaths) - found.session.n_left_out


def test_too_little_says_so_everywhere(bench: Any) -> None:
    at_s = AT_S[:140]
    found = bench.run(
        {("abdomen", "band"): (at_s, bench.breathe(at_s))}, (bench.abdomen, bench.heart)
    )
    assert isinstance(found.session.rate.per_min, Missing)
    assert isinstance(middle(found, "depth"), Missing)
    told = describe_measures(found)["session"]
    assert told["rate_per_min"] is None
    assert told["reasons"]["rate_per_min"].startswith("too few breath-to-breath intervals")
    assert told["heart"]["coherence"] is None
    assert "40 s" in told["heart"]["reasons"]["coherence"]


def test_nothing_at_all_is_a_result_too(bench: Any) -> None:
    found = bench.run({("abdomen", "band"): (np.array([0.0]), np.zeros(1))}, (bench.abdomen,))
    assert found.breaths == ()
    assert describe_measures(found)["session"]["n_breaths"] == 0


class TestTwoBands:
    def run(self, bench: Any, lag_s: float, size: float = 0.5, **kwargs: Any) -> Measures:
        rng = np.random.default_rng(3)
        chest = size * bench.breathe(AT_S - lag_s) + 0.01 * rng.normal(size=len(AT_S))
        series = {
            ("abdomen", "band"): (AT_S, bench.breathe(AT_S)),
            ("chest", "band"): (AT_S, chest),
        }
        found: Measures = bench.run(series, (bench.abdomen, bench.chest), **kwargs)
        return found

    def test_shares_and_lag_are_found(self, bench: Any) -> None:
        found = self.run(bench, 0.4, params=MeasureParams(rib_weight=2.0))
        assert found.other == "chest"
        assert middle(found, "rib_share_pct") == pytest.approx(100 / 3, abs=1)
        assert middle(found, "rib_share_weighted_pct") == pytest.approx(50, abs=1)
        assert middle(found, "lag_s") == pytest.approx(0.4, abs=0.02)
        assert found.session.pair["phase_mean_deg"] == pytest.approx(36, abs=2)
        assert found.session.pair["paradox_pct"] == 0.0
        assert {one.synchrony for one in found.breaths[1:-1]} == {"late"}
        openness = [one.figures["loop_openness"] for one in found.breaths[1:-1]]
        assert min(openness) > 0.4

    def test_ribs_that_move_against_the_belly_are_a_paradox(self, bench: Any) -> None:
        found = self.run(bench, 1.95)
        assert found.session.pair["paradox_pct"] == pytest.approx(100.0)
        labored = middle(found, "labored_index")
        assert labored > 1.5

    def test_a_chest_that_leads_has_a_negative_lag(self, bench: Any) -> None:
        found = self.run(bench, -0.8)
        assert middle(found, "lag_s") == pytest.approx(-0.8, abs=0.02)
        assert found.session.pair["phase_mean_deg"] == pytest.approx(-72, abs=2)
        assert found.session.pair["asynchronous_pct"] == pytest.approx(100.0)

    def test_left_and_right_have_a_symmetry_and_no_paradox(self, bench: Any) -> None:
        for sides, way in ((("abdomen", "chest"), 1), (("chest", "abdomen"), -1)):
            found = self.run(bench, 0.2, wanted=Wanted(sides=sides))
            assert middle(found, "symmetry_pct") == pytest.approx(way * 100 / 3, abs=1)
            assert middle(found, "lag_s") == pytest.approx(way * 0.2, abs=0.02)
            assert {one.synchrony for one in found.breaths} == {None}
            assert "rib_share_pct" not in found.session.spreads

    def test_a_partner_that_falls_silent_leaves_the_breaths(self, bench: Any) -> None:
        heard = AT_S < 60
        series = {
            ("abdomen", "band"): (AT_S, bench.breathe(AT_S)),
            ("chest", "band"): (AT_S[heard], bench.breathe(AT_S[heard])),
        }
        found = bench.run(series, (bench.abdomen, bench.chest))
        hole = Missing("the waveform has a gap within the breath")
        late = [one for one in found.breaths if one.inhale_start_ns > 61 * S and one.end_ns]
        assert {one.figures["phase_deg"] for one in late} == {hole}
        early = [one for one in found.breaths if one.peak_ns < 50 * S]
        assert {one.synchrony for one in early} == {"together"}
        assert all(isinstance(one.figures["end_level"], float) for one in late)

    def test_sizes_in_different_units_are_not_compared(self, bench: Any) -> None:
        series = {
            ("abdomen", "band"): (AT_S, bench.breathe(AT_S)),
            ("chest", "band"): (AT_S, bench.breathe(AT_S - 0.4)),
        }
        chest = Sensor("chest", "band", "chest", "mm")
        for wanted in (None, Wanted(sides=("abdomen", "chest"))):
            found = bench.run(series, (bench.abdomen, chest), wanted=wanted)
            name = "rib_share_pct" if wanted is None else "symmetry_pct"
            assert found.breaths[3].figures[name] == Missing(
                "abdomen (N) and chest (mm) have different units"
            )
            assert middle(found, "lag_s") == pytest.approx(0.4, abs=0.02)


def test_a_paradox_is_not_judged_by_motion_sensors_whose_way_is_learnt(bench: Any) -> None:
    def tilt(at_s: np.ndarray) -> np.ndarray:
        angle = np.radians(1.5 * bench.breathe(at_s))
        return np.column_stack([np.sin(angle), 0 * angle, np.cos(angle)])

    noise = 0.001 * np.random.default_rng(2).normal(size=(len(AT_S), 3))
    series = {
        ("imu", "acc"): (AT_S, tilt(AT_S) + noise),
        ("chest_imu", "acc"): (AT_S, tilt(AT_S - 0.3) + noise),
    }
    sensors = (Sensor("imu", "imu", "abdomen", "g"), Sensor("chest_imu", "imu", "chest", "g"))
    found = bench.run(series, sensors)
    assert {one.synchrony for one in found.breaths} == {None}
    assert found.session.pair["paradox_pct"] == Missing(
        "belly against ribs can be judged with two bands only"
    )
    assert middle(found, "lag_s") == pytest.approx(0.3, abs=0.05)
    assert found.unit == "deg"


def test_the_other_sensor_is_one_on_the_chest_of_the_same_kind_first() -> None:
    belt = Sensor("abdomen", "band", "abdomen", "N")
    chest_imu = Sensor("chest_imu", "imu", "chest", "g")
    chest = Sensor("chest", "band", "chest", "N")
    heart = Sensor("heart", "heart", "chest", "ms")
    assert find_partner((belt, heart), belt) is None
    assert find_partner((chest, heart), chest) is None
    nearest = find_partner((belt, chest_imu, chest), belt)
    assert nearest is not None
    assert (nearest.sensor.id, nearest.unlike) == ("chest", "")
    mixed = find_partner((belt, chest_imu), belt)
    assert mixed is not None
    assert mixed.unlike == "abdomen (band) and chest_imu (imu) measure different things"


@pytest.mark.parametrize("sides", [("abdomen", "back"), ("chest", "chest"), ("a", "chest")])
def test_sides_that_are_not_there_are_refused(sides: tuple[str, str]) -> None:
    sensors = (Sensor("abdomen", "band", "abdomen", "N"), Sensor("chest", "band", "chest", "N"))
    with pytest.raises(RefusedInput, match="not two breathing sensors"):
        find_partner(sensors, sensors[0], sides)


class TestOwnRange:
    def run(self, bench: Any, depths: list[float], **kwargs: Any) -> Measures:
        values = bench.breathe(AT_S)
        for number, factor in enumerate(depths):
            inside = np.floor(AT_S / 4) == 10 + number
            values[inside] *= factor
        series = {("abdomen", "band"): (AT_S, values)}
        found: Measures = bench.run(series, (bench.abdomen,), **kwargs)
        return found

    def test_depth_is_told_in_percent_after_the_calibration_only(self, bench: Any) -> None:
        mark = Mark(40 * S, "calibration.full", 12 * S)
        found = self.run(bench, [1.5, 2.0, 1.95], marks=(mark,))
        assert found.full_depth == pytest.approx(3.95, rel=0.01)
        before, after = found.breaths[2], found.breaths[20]
        assert before.figures["depth_pct"] == Missing("the range was not calibrated yet")
        assert after.figures["depth_pct"] == pytest.approx(100 * 2 / 3.95, rel=0.01)

    def test_full_breaths_that_do_not_agree_are_no_range(self, bench: Any) -> None:
        mark = Mark(40 * S, "calibration.full", 12 * S)
        found = self.run(bench, [2.0, 3.0, 1.0], marks=(mark,))
        assert found.full_depth == Missing(
            "the full breaths of the mark calibration.full do not agree"
        )

    def test_a_later_mark_that_fails_leaves_the_earlier_range(self, bench: Any) -> None:
        marks = (
            Mark(40 * S, "calibration.full", 8 * S),
            Mark(100 * S, "calibration.full", 1 * S),
            Mark(120 * S, "note: hello"),
        )
        found = self.run(bench, [2.0, 2.0], marks=marks)
        assert found.full_depth == pytest.approx(4.0, rel=0.01)
        alone = self.run(bench, [2.0, 2.0], marks=marks[1:])
        assert alone.full_depth == Missing(
            "fewer than two breaths lie within the mark calibration.full"
        )

    def test_a_range_that_is_given_holds_for_all(self, bench: Any) -> None:
        found = self.run(bench, [], wanted=Wanted(full_depth=8.0))
        assert found.breaths[0].figures["depth_pct"] == pytest.approx(25, rel=0.01)


def test_a_heart_that_follows_the_breath_is_seen(bench: Any) -> None:
    ends_s, intervals = [0.5], []
    while ends_s[-1] < 238:
        intervals.append(round(850 - 60 * np.sin(2 * np.pi * (ends_s[-1] - 0.4) / 4)))
        ends_s.append(ends_s[-1] + intervals[-1] / 1000)
    series = {
        ("abdomen", "band"): (AT_S, bench.breathe(AT_S)),
        ("heart", "rr"): (np.array(ends_s[1:]), np.array(intervals, dtype=float)),
    }
    found = bench.run(series, (bench.abdomen, bench.heart), params=MeasureParams(120 * S))
    heart = found.session.heart
    assert heart["coherence"] > 0.95
    assert heart["coherence_hz"] == pytest.approx(0.25, abs=0.026)
    assert heart["heart_rate_per_min"] == pytest.approx(60_000 / 850, abs=1)
    assert 60 < middle(found, "rsa_ms") < 120
    assert isinstance(found.windows[0].heart["coherence"], float)
    assert found.breaths[-1].figures["rsa_ms"] == Missing("the end of the breath is not known")


def test_sighs_are_counted_by_the_hour_from_five_minutes_on(bench: Any) -> None:
    at_s = np.arange(0, 480, 0.1)
    values = bench.breathe(at_s)
    values[np.floor(at_s / 4) == 50] *= 2.5
    found = bench.run({("abdomen", "band"): (at_s, values)}, (bench.abdomen,))
    # Some 114 breaths of 4 s could be judged.
    assert found.session.sighs_per_hour == pytest.approx(3600 / (114 * 4), rel=0.03)


def test_what_is_empty_or_of_no_concern_is_passed_over(bench: Any) -> None:
    builder = MeasuresBuilder(Setup(sensors=(bench.abdomen,)), bench.abdomen)
    nothing = freeze_times([])
    no_values = freeze_values(np.zeros((0, 1)))
    one_value = freeze_times([0])
    for event in (
        Waveform("abdomen", nothing, nothing, no_values[:, 0]),
        Waveform("back", one_value, one_value, freeze_values([1.0])),
        SampleBlock("abdomen", "band", nothing, no_values),
        Breath("back", 0, 0, S, 1.0, S, "unknown", 1.0),
        BreathEnd("abdomen", 0, 4 * S, 4 * S),
        Unscored("back", 0, 9 * S, "motion"),
        Gap("abdomen", "band", 0, S, "no_data"),
    ):
        builder.push(event)
    assert builder.finish().breaths == ()


def test_a_breath_without_its_waveform_has_its_times(bench: Any) -> None:
    builder = MeasuresBuilder(Setup(sensors=(bench.abdomen, bench.chest)), bench.abdomen)
    builder.push(Breath("abdomen", 0, 0, S, 1.0, S, "unknown", 1.0))
    builder.push(BreathEnd("abdomen", 0, 4 * S, 5 * S))
    figures = builder.finish().breaths[0].figures
    assert figures["ttot_s"] == 4.0
    hole = Missing("the waveform has a gap within the breath")
    assert {figures["end_level"], figures["pause_s"], figures["rib_share_pct"]} == {hole}


def test_finishing_early_changes_nothing_later(bench: Any) -> None:
    setup = Setup(sensors=(bench.abdomen, bench.chest))
    told = []
    for is_asked in (False, True):
        engine = build_engine(setup)
        builder = MeasuresBuilder(setup, bench.abdomen)
        for start in range(0, 2000, 20):
            at_s = AT_S[start : start + 20]
            for sensor in ("abdomen", "chest"):
                values = freeze_values(bench.breathe(at_s).reshape(-1, 1))
                t_ns = freeze_times(np.round(at_s * S).astype(np.int64))
                for event in engine.push(SampleBlock(sensor, "band", t_ns, values)):
                    builder.push(event)
            if is_asked:
                builder.finish()
        told.append(as_text(builder.finish()))
    assert told[0] == told[1]


def test_breaths_that_were_held_say_how_long(bench: Any) -> None:
    at_s = np.arange(0, 160, 0.05)
    turn = at_s % 16
    rise, fall = (0.5 - 0.5 * np.cos(np.pi * np.clip(turn - s, 0, 4) / 4) for s in (0, 8))
    found = bench.run({("abdomen", "band"): (at_s, rise - fall)}, (bench.abdomen,))
    held = [one.figures["held_in_s"] for one in found.breaths]
    assert held[:8] == pytest.approx([4.0] * 8, abs=0.2)
    assert held[-1] == Missing(
        "the end of the breath is not known: the input ended, or a gap came, before it"
    )
    assert found.session.n_holds == 0, "it is the rhythm itself"


def test_a_hold_belongs_to_the_window_in_which_it_began(bench: Any) -> None:
    values = np.where(AT_S < 80, bench.breathe(AT_S), 0.0)
    values = np.where(AT_S > 95, bench.breathe(AT_S - 95), values)
    found = bench.run({("abdomen", "band"): (AT_S, values)}, (bench.abdomen,))
    assert [one.n_holds for one in found.windows] == [0, 1, 0, 0]
    assert found.session.n_holds == 1
    assert middle(found, "held_in_s") == 0.0
