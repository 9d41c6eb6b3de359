"""Steps done well, done badly, and not done."""

import math
from collections.abc import Callable
from typing import Any

import pytest

from breathsense.core.calibration.calibrator import Calibrator
from breathsense.core.calibration.params import CalibrationParams
from breathsense.core.model.calibration import Calibrated
from breathsense.core.model.events import Turn
from breathsense.core.model.inputs import Mark

Teach = Callable[..., Any]
ALL = ("belly", "chest", "tilt", "chest_tilt", "mmg_log", "forward_deg", "is_moving")


def test_a_quiet_minute_tells_rest_depth_noise_and_rate(at_rest: Any, taught: Teach) -> None:
    found = taught(at_rest)
    (judged,) = found.judged
    assert (judged.step, judged.is_accepted, judged.advice) == ("quiet", True, "")
    assert (judged.start_ns, judged.end_ns) == (2_000_000_000, 62_000_000_000)
    assert judged.decided_ns == found.calibrated[0].t_ns + 50_000_000
    (level,) = found.known.levels
    assert level.sensor == "abdomen"
    assert level.rest == pytest.approx(10.0, abs=0.03)
    assert level.quiet_depth == pytest.approx(1.0, abs=0.04)
    assert 0 < level.noise < 0.02
    assert found.known.rate_per_min == pytest.approx(15.0, abs=0.1)
    assert found.known.mmgs == ()


def test_no_result_depends_on_the_unit(make_wearer: Any, taught: Teach) -> None:
    levels = []
    for scale in (1.0, 250.0):
        wearer = make_wearer(scale=scale)
        wearer.mark(2.0, "calibration.quiet", 60.0)
        wearer.mark(70.0, "calibration.brace", 5.0)
        wearer.shifts.append((70.5, 74.8, 1.5))
        (level,) = taught(wearer).known.levels
        levels.append((level.rest / scale, level.brace_shift / scale))
    assert levels[0] == pytest.approx(levels[1])


def test_each_sensor_has_its_own_figures(make_wearer: Any, taught: Teach) -> None:
    wearer = make_wearer(sensors=ALL)
    wearer.mark(2.0, "calibration.quiet", 60.0)
    known = taught(wearer).known
    assert [one.sensor for one in known.levels] == ["abdomen", "imu", "chest", "chest_imu"]
    depths = [one.quiet_depth for one in known.levels]
    assert depths == pytest.approx([1.0, 2.0, 0.5, 0.2], rel=0.05)
    (mmg,) = known.mmgs
    assert mmg.sensor == "imu"
    assert mmg.rest_log == pytest.approx(-3.0, abs=0.02)
    assert 0.01 < mmg.rest_sd_log < 0.06


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_the_band_tells_which_way_the_tilt_goes(
    sign: float, make_wearer: Any, taught: Teach
) -> None:
    wearer = make_wearer(sensors=ALL, tilt_sign=sign)
    wearer.mark(2.0, "calibration.quiet", 60.0)
    assert taught(wearer).known.polarity == sign


def test_an_imu_alone_is_told_which_way_by_the_order_to_breathe_in(
    make_wearer: Any, taught: Teach
) -> None:
    wearer = make_wearer(sensors=("tilt",), tilt_sign=-1.0)
    wearer.mark(8.0, "calibration.polarity", 2.0)
    found = taught(wearer)
    assert found.verdicts("polarity") == ["yes"]
    assert found.known.polarity == -1


def test_a_tilt_that_goes_its_own_way_tells_nothing(at_rest: Any) -> None:
    stage = Calibrator(CalibrationParams())
    given = []
    for frame in at_rest.frames():
        tilt = math.sin(math.tau * frame.t_ns / 7e9)
        given += stage.push(frame._replace(tilt=tilt))
    (told,) = (one for one in given if isinstance(one, Calibrated))
    assert told.calibration.polarity == 0
    assert len(told.calibration.levels) == 2


def test_a_tilt_that_hardly_moves_tells_no_way(make_wearer: Any, taught: Teach) -> None:
    wearer = make_wearer(sensors=("tilt",))
    wearer.mark(2.0, "calibration.quiet", 60.0)
    wearer.depths.append((64.0, 72.0, 0.1))
    wearer.mark(64.0, "calibration.polarity", 2.0)
    wearer.lost.append((80.0, 90.0))
    wearer.mark(81.0, "calibration.polarity", 2.0)
    assert taught(wearer).verdicts("polarity") == ["again", "no_signal"]


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        ("motion", "keep_still"),
        ("speech", "no_talking"),
        ("saturated", "band_tight"),
        ("slack", "band_slack"),
        ("off_body", "put_on"),
    ],
)
def test_trouble_in_the_quiet_minute_is_named(
    reason: str, advice: str, at_rest: Any, taught: Teach
) -> None:
    at_rest.hints += [(15.0, reason), (58.0, "")]
    found = taught(at_rest)
    assert found.verdicts("quiet") == [advice]
    assert found.calibrated == []


def test_a_cough_and_a_sigh_in_the_quiet_minute_change_little(at_rest: Any, taught: Teach) -> None:
    clean = taught(at_rest).known.levels[0]
    at_rest.depths.append((24.0, 28.0, 2.8))
    at_rest.shifts.append((40.0, 40.5, -3.0))
    at_rest.hints += [(41.0, "cough"), (43.0, "")]
    found = taught(at_rest)
    assert found.verdicts("quiet") == ["yes"]
    level = found.known.levels[0]
    assert level.rest == pytest.approx(clean.rest, abs=0.02)
    assert level.quiet_depth == pytest.approx(clean.quiet_depth, abs=0.02)


def test_a_wearer_who_moves_by_the_imu_is_asked_to_keep_still(
    make_wearer: Any, taught: Teach
) -> None:
    wearer = make_wearer(sensors=ALL, moving=[(10.0, 55.0)])
    wearer.mark(2.0, "calibration.quiet", 60.0)
    assert taught(wearer).verdicts("quiet") == ["keep_still"]


def test_a_sensor_that_is_not_there_is_said_so(make_wearer: Any, taught: Teach) -> None:
    wearer = make_wearer(sensors=())
    wearer.mark(2.0, "calibration.quiet", 60.0)
    wearer.mark(70.0, "calibration.fit", 4.0)
    wearer.mark(70.0, "calibration.tall", 4.0)
    found = taught(wearer)
    assert [one.advice for one in found.judged] == ["no_signal"] * 3


def test_too_few_breaths_are_no_quiet_minute(make_wearer: Any, taught: Teach) -> None:
    wearer = make_wearer()
    wearer.mark(2.0, "calibration.quiet", 9.0)
    wearer.mark(30.0, "calibration.quiet", 30.0)
    assert taught(wearer).verdicts("quiet") == ["again", "yes"]


def test_a_signal_that_stands_still_holds_no_breaths(at_rest: Any, taught: Teach) -> None:
    at_rest.scale = 0.0
    assert taught(at_rest).verdicts("quiet") == ["again"]


def test_a_creeping_band_is_not_restless(at_rest: Any, taught: Teach) -> None:
    at_rest.shifts += [(float(t), t + 1.0, -0.01 * t) for t in range(100)]
    level = taught(at_rest).known.levels[0]
    assert level.noise < 0.03


def test_a_hole_in_the_quiet_minute_only_shortens_it(at_rest: Any, taught: Teach) -> None:
    at_rest.lost.append((20.0, 33.0))
    found = taught(at_rest)
    assert found.verdicts("quiet") == ["yes"]
    assert found.known.rate_per_min == pytest.approx(15.0, abs=0.1)


def test_full_breaths_must_agree(at_rest: Any, taught: Teach) -> None:
    at_rest.duration_s = 140.0
    for start_s, depth in ((64.0, 3.0), (80.0, 2.2), (96.0, 3.1)):
        at_rest.mark(start_s - 1.0, "calibration.full", 8.0)
        at_rest.depths.append((start_s, start_s + 4.0, depth))
    found = taught(at_rest)
    assert found.verdicts("full") == ["yes", "again", "yes"]
    assert found.known.levels[0].full_depth == pytest.approx(3.05, abs=0.1)


def test_several_full_breaths_may_lie_in_one_mark(at_rest: Any, taught: Teach) -> None:
    at_rest.mark(63.0, "calibration.full", 25.0)
    at_rest.depths += [(start, start + 4.0, 2.5) for start in (64.0, 72.0, 80.0)]
    found = taught(at_rest)
    assert found.verdicts("full") == ["yes"]
    assert found.known.levels[0].full_depth == pytest.approx(2.5, abs=0.05)


def test_a_quiet_breath_is_no_full_one(at_rest: Any, taught: Teach) -> None:
    at_rest.mark(64.0, "calibration.full", 8.0)
    assert taught(at_rest).verdicts("full") == ["deeper"]


def test_without_a_breath_there_is_no_full_one(at_rest: Any, taught: Teach) -> None:
    at_rest.depths.append((63.0, 90.0, 0.0))
    at_rest.mark(64.0, "calibration.full", 8.0)
    assert taught(at_rest).verdicts("full") == ["again"]


def test_a_band_at_its_end_is_told_in_a_full_breath(at_rest: Any, taught: Teach) -> None:
    at_rest.hints.append((63.0, "saturated"))
    at_rest.mark(64.0, "calibration.full", 8.0)
    assert taught(at_rest).verdicts("full") == ["band_tight"]


def test_full_breaths_of_long_ago_count_no_more(at_rest: Any, taught: Teach) -> None:
    at_rest.duration_s = 260.0
    for start_s, depth in ((64.0, 2.0), (80.0, 2.0), (240.0, 4.0)):
        at_rest.mark(start_s - 1.0, "calibration.full", 8.0)
        at_rest.depths.append((start_s, start_s + 4.0, depth))
    found = taught(at_rest)
    assert found.verdicts("full") == ["yes", "yes", "yes"]
    assert found.known.levels[0].full_depth == pytest.approx(4.0, abs=0.1)


def test_a_pause_tells_the_ripple(make_wearer: Any, taught: Teach) -> None:
    wearer = make_wearer(sensors=("belly", "chest"))
    wearer.mark(2.0, "calibration.quiet", 60.0)
    wearer.mark(64.0, "calibration.pause", 5.0)
    wearer.depths.append((64.0, 70.0, 0.0))
    found = taught(wearer)
    assert found.verdicts("pause") == ["yes"]
    belly, chest = found.known.levels
    assert 0.002 < belly.hold_noise < 0.01
    assert chest.hold_noise == pytest.approx(belly.hold_noise / 2, rel=0.1)


def test_a_sensor_that_is_missing_in_the_pause_gets_no_ripple(at_rest: Any) -> None:
    at_rest.sensors = ("belly", "chest")
    at_rest.mark(64.0, "calibration.pause", 5.0)
    at_rest.depths.append((64.0, 70.0, 0.0))
    stage = Calibrator(CalibrationParams())
    given = []
    for frame in at_rest.frames():
        is_pause = 63e9 < frame.t_ns < 75e9
        given += stage.push(frame._replace(chest=None) if is_pause else frame)
    known = [one for one in given if isinstance(one, Calibrated)][-1].calibration
    belly, chest = known.levels
    assert belly.hold_noise is not None
    assert chest.hold_noise is None


def test_a_pause_with_a_breath_in_it_is_none(at_rest: Any, taught: Teach) -> None:
    at_rest.mark(64.0, "calibration.pause", 5.0)
    assert taught(at_rest).verdicts("pause") == ["hold_longer"]


def test_a_pause_after_breathing_in_is_the_wrong_one(at_rest: Any, taught: Teach) -> None:
    at_rest.mark(64.0, "calibration.pause", 5.0)
    at_rest.depths.append((64.0, 70.0, 0.0))
    at_rest.shifts.append((64.0, 70.0, 1.0))
    assert taught(at_rest).verdicts("pause") == ["breathe_out_first"]


def test_a_pause_of_which_too_little_is_seen_is_made_again(at_rest: Any, taught: Teach) -> None:
    at_rest.lost += [(66.0, 69.0)]
    at_rest.mark(64.0, "calibration.pause", 5.0)
    assert taught(at_rest).verdicts("pause") == ["again"]


def test_steps_that_need_quiet_breathing_ask_for_it(make_wearer: Any, taught: Teach) -> None:
    wearer = make_wearer(duration_s=60.0)
    for place, label in enumerate(("calibration.pause", "calibration.brace", "rezero")):
        wearer.mark(5.0 + place, label, 5.0)
    found = taught(wearer)
    assert {one.advice for one in found.judged} == {"quiet_first"}
    assert len(found.judged) == 3
    assert found.calibrated == []


def test_tall_and_slumped_are_remembered(make_wearer: Any, taught: Teach) -> None:
    wearer = make_wearer(sensors=ALL, leans=[(20.0, 30.0, 24.0)])
    wearer.mark(10.0, "calibration.tall", 4.0)
    wearer.mark(20.0, "calibration.slump", 4.0)
    known = taught(wearer).known
    assert (known.tall_deg, known.slump_deg) == (1.0, 24.0)


def test_who_moves_is_not_measured_slumped(make_wearer: Any, taught: Teach) -> None:
    wearer = make_wearer(sensors=ALL, moving=[(10.0, 15.0)])
    wearer.mark(10.0, "calibration.slump", 4.0)
    assert taught(wearer).verdicts("slump") == ["keep_still"]


def test_the_fit_is_checked(make_wearer: Any, taught: Teach) -> None:
    wearer = make_wearer(sensors=ALL, moving=[(31.0, 32.0)], hints=[(50.0, "slack")])
    for start_s in (10.0, 30.0, 50.0):
        wearer.mark(start_s, "calibration.fit", 4.0)
    assert taught(wearer).verdicts("fit") == ["yes", "keep_still", "band_slack"]


def test_the_longest_step_is_looked_at_from_its_end(at_rest: Any, taught: Teach) -> None:
    at_rest.duration_s = 300.0
    at_rest.marks = [Mark(2_000_000_000, "calibration.quiet", 250_000_000_000)]
    assert taught(at_rest).verdicts("quiet") == ["yes"]


def test_memory_is_bounded_however_many_marks_come(make_wearer: Any) -> None:
    wearer = make_wearer(duration_s=200.0)
    for start_s in range(1, 190):
        wearer.mark(start_s, "calibration.quiet", 100.0)
        wearer.mark(start_s, "exercise.brace", 5.0)
    stage = Calibrator(CalibrationParams())
    for frame in wearer.frames():
        stage.push(frame)
    assert len(stage.state.memory.seen) < 700
    assert len(stage.state.steps) <= 8
    assert len(stage.state.busy) <= 8


def test_breaths_in_the_frames_are_passed_over(at_rest: Any, taught: Teach) -> None:
    turn = Turn("abdomen", is_peak=True, t_ns=0, value=1.0, decided_ns=0)
    stage = Calibrator(CalibrationParams())
    given = [
        out
        for frame in at_rest.frames()
        for out in stage.push(frame._replace(events=(turn, *frame.events)))
    ]
    assert [one for one in given if isinstance(one, Calibrated)] == taught(at_rest).calibrated


def test_other_items_and_notes_pass(make_wearer: Any) -> None:
    stage = Calibrator(CalibrationParams())
    note = Mark(0, "note: tea")
    assert stage.push(note) == [note]
    wearer = make_wearer(duration_s=20.0)
    wearer.mark(1.0, "note: tea", 5.0)
    frames = wearer.frames()
    assert [out for frame in frames for out in stage.push(frame)] == frames


def test_results_follow_the_frame_that_decided_them(at_rest: Any) -> None:
    stage = Calibrator(CalibrationParams())
    given = [out for frame in at_rest.frames() for out in stage.push(frame)]
    place = next(n for n, one in enumerate(given) if isinstance(one, Calibrated))
    assert given[place].t_ns == given[place - 2].t_ns
    assert given[place - 1].step == "quiet"
