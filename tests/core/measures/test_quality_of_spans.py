from typing import Any

import numpy as np
import pytest

from breathsense.core.measures.figures import Missing
from breathsense.core.measures.span_quality import SpanQuality, explain, judge_span, part_holes
from breathsense.core.measures.taken import Hole
from breathsense.core.model.sensors import Sensor
from breathsense.exports.measures_json import describe_measures

S = 1_000_000_000
AT_S = np.arange(0, 180, 0.05)


def seconds(start_s: float, end_s: float, reason: str = "gap") -> Hole:
    return Hole(round(start_s * S), round(end_s * S), reason)


class TestParting:
    def test_a_moment_with_two_reasons_goes_to_the_one_that_began_first(self) -> None:
        told = [seconds(30, 50, "drift"), seconds(10, 40, "motion"), seconds(35, 38, "cough")]
        assert part_holes(told, [], S) == [seconds(10, 40, "motion"), seconds(40, 50, "drift")]

    def test_a_hole_is_what_no_reason_was_told_for(self) -> None:
        told = [seconds(0.1, 14, "settling"), seconds(14.5, 16, "unclear")]
        holes = [seconds(0, 20), seconds(60, 62), seconds(70, 70.2)]
        assert part_holes(told, holes, S // 2) == [
            *told,
            seconds(14, 14.5),
            seconds(16, 20),
            seconds(60, 62),
        ]

    def test_a_hole_within_a_stretch_adds_nothing(self) -> None:
        told = [seconds(10, 30, "link_lost")]
        assert part_holes(told, [seconds(12, 20), seconds(10, 30)], 1) == told


class TestJudging:
    def test_quality_is_the_share_scored_times_that_of_the_breaths(self) -> None:
        lost = [seconds(-5, 6, "settling"), seconds(50, 80, "motion"), seconds(90, 99, "gap")]
        found = judge_span(0, 60 * S, lost, [0.9, 0.5])
        assert found.scored_pct == pytest.approx(100 * 44 / 60)
        assert found.quality == pytest.approx(0.7 * 44 / 60)
        assert found.unscored_pct == pytest.approx({"motion": 100 / 6, "settling": 10})
        assert found.tell_lost() == "motion 17 %, settling 10 %"

    def test_the_same_reason_twice_is_told_once(self) -> None:
        lost = [seconds(1, 2, "cough"), seconds(5, 6, "cough")]
        assert judge_span(0, 10 * S, lost, [1.0]).unscored_pct == {"cough": 20.0}

    def test_without_a_breath_nothing_can_be_trusted(self) -> None:
        found = judge_span(0, S, [], [])
        assert (found.quality, found.scored_pct) == (0.0, 100.0)

    def test_a_span_without_length_has_no_share(self) -> None:
        found = judge_span(S, S, [seconds(0, 2)], [])
        assert isinstance(found.quality, Missing)
        assert isinstance(found.scored_pct, Missing)
        assert found.tell_lost() == ""

    def test_little_is_not_told_as_nothing(self) -> None:
        assert SpanQuality(1.0, 99.6, {"cough": 0.4}).tell_lost() == "cough under 1 %"

    def test_a_missing_figure_says_what_was_lost_and_a_number_stays(self) -> None:
        few = Missing("too few breaths: 2, at least 3 are needed")
        assert explain(few, "gap 80 %") == Missing(f"{few.reason}; not scored: gap 80 %")
        assert explain(few, "") == few
        assert explain(12.0, "gap 5 %") == 12.0


def test_windows_say_what_took_their_time(bench: Any) -> None:
    kept = (AT_S < 62) | (AT_S > 118)
    found = bench.run(
        {("abdomen", "band"): (AT_S[kept], bench.breathe(AT_S[kept]))}, (bench.abdomen,)
    )
    first, second, third = (one.quality for one in found.windows[:3])
    assert (first.scored_pct, first.unscored_pct) == (100.0, {})
    assert first.quality > 0.8
    assert second.unscored_pct == {"gap": pytest.approx(100 * 56 / 60, abs=1)}
    assert second.quality < 0.1
    assert third.quality > 0.8
    rate = found.windows[1].rate.per_min
    assert rate.reason.startswith("too few breath-to-breath intervals")
    assert rate.reason.endswith("; not scored: gap 94 %")
    assert found.windows[1].spreads["ti_s"].mean.reason.endswith("; not scored: gap 94 %")


def test_shares_and_quality_stand_in_the_object(bench: Any) -> None:
    kept = (AT_S < 62) | (AT_S > 118)
    found = bench.run(
        {("abdomen", "band"): (AT_S[kept], bench.breathe(AT_S[kept]))}, (bench.abdomen,)
    )
    for told in (describe_measures(found)["session"], *describe_measures(found)["windows"]):
        if told["scored_pct"] is not None:
            assert told["scored_pct"] + sum(told["unscored_pct"].values()) == pytest.approx(100)
            assert 0 <= told["quality"] <= 1
    assert list(describe_measures(found)["session"]["unscored_pct"]) == ["gap"]


def test_time_before_the_first_waveform_and_after_the_last_is_a_gap(bench: Any) -> None:
    worn = (AT_S > 30) & (AT_S < 150)
    beats_s = np.arange(0.8, 180, 0.8)
    series = {
        ("abdomen", "band"): (AT_S[worn], bench.breathe(AT_S[worn])),
        ("heart", "rr"): (beats_s, np.full(len(beats_s), 800.0)),
    }
    found = bench.run(series, (bench.abdomen, bench.heart))
    shares = [one.quality.unscored_pct.get("gap", 0.0) for one in found.windows]
    assert shares[:3] == pytest.approx([50, 0, 50], abs=1.5)


def test_a_sensor_that_never_spoke_leaves_a_gap_of_the_whole(bench: Any) -> None:
    beats_s = np.arange(0.8, 60, 0.8)
    series = {("heart", "rr"): (beats_s, np.full(len(beats_s), 800.0))}
    found = bench.run(series, (bench.abdomen, bench.heart))
    assert found.session.quality == SpanQuality(0.0, 0.0, {"gap": 100.0})


def test_an_axis_that_is_being_learnt_is_no_gap(bench: Any) -> None:
    at_s = AT_S[:1200]
    angle = np.radians(1.5 * bench.breathe(at_s))
    noise = 0.001 * np.random.default_rng(2).normal(size=(len(at_s), 3))
    tilt = np.column_stack([np.sin(angle), 0 * angle, np.cos(angle)]) + noise
    found = bench.run({("imu", "acc"): (at_s, tilt)}, (Sensor("imu", "imu", "abdomen", "g"),))
    lost = found.session.quality.unscored_pct
    assert lost["settling"] > 10
    assert lost.get("gap", 0.0) < 1
