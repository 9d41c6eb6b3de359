from typing import Any

import numpy as np
import pytest

from breathsense.core.measures.figures import Missing
from breathsense.core.measures.reaches import measure_reaches
from breathsense.core.model.bracing import MobilityReach, ReachWay
from breathsense.core.model.inputs import Mark
from breathsense.core.model.sensors import Sensor
from breathsense.exports.measures_json import describe_measures


def make_reach(way: ReachWay, *tries_deg: float) -> MobilityReach:
    return MobilityReach("imu", way, tries_deg, 0, 15, 16)


def test_the_tries_of_all_spans_of_a_direction_are_taken_together() -> None:
    told = [make_reach("left", 20.0, 24.0), make_reach("forward", 50.0), make_reach("left", 22.0)]
    forward, left = measure_reaches(told)
    assert (forward.way, forward.n_tries, forward.largest_deg) == ("forward", 1, 50.0)
    assert forward.sd_deg == Missing("one try does not show how well it repeats")
    assert (left.way, left.n_tries, left.largest_deg) == ("left", 3, 24.0)
    assert left.sd_deg == pytest.approx(2.0)
    assert left.detectable_deg == pytest.approx(5.544, abs=0.001)


def test_a_span_in_which_nothing_was_seen_is_told() -> None:
    (back,) = measure_reaches([make_reach("back")])
    assert back.n_tries == 0
    assert back.largest_deg == Missing("no movement was seen in the marked span")


def test_without_marks_there_are_no_reaches() -> None:
    assert measure_reaches([]) == ()


def test_the_reaches_of_a_session_are_in_its_measures(bench: Any) -> None:
    t_s = np.arange(0, 30, 0.04)
    u = np.clip((t_s - 12) / 6, 0, 1)
    angle = np.radians(40.0 * np.sin(np.pi * u) ** 2)
    acc = np.stack([-np.sin(angle), 0 * angle, np.cos(angle)], axis=1)
    mark = Mark(10_000_000_000, "assess.bend_forward", 12_000_000_000)
    imu = Sensor("imu", "imu", "abdomen", "g")
    found = bench.run({("imu", "acc"): (t_s, acc)}, (imu,), marks=(mark,))
    (reach,) = describe_measures(found)["reaches"]
    assert (reach["way"], reach["n_tries"], reach["sd_deg"]) == ("forward", 1, None)
    assert reach["largest_deg"] == pytest.approx(40.0, abs=1.5)
    assert set(reach["reasons"]) == {"sd_deg", "detectable_deg"}
