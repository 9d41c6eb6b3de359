from collections.abc import Sequence

import numpy as np

from breathsense.core.engine import build_engine
from breathsense.core.model.bracing import MobilityReach, PostureHint, PostureRange, Slouched
from breathsense.core.model.inputs import Mark
from breathsense.core.model.samples import SampleBlock, freeze_times, freeze_values
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup
from breathsense.library.kept import Kept
from breathsense.session.picture import Picture
from breathsense.session.trunk import TrunkPicture
from breathsense.session.view import TrunkView

S = 1_000_000_000
RATE_HZ = 25.0
STEP = 100


def lean(
    picture: TrunkPicture, start_s: float, end_s: float, deg: float, frac: float | None = None
) -> None:
    for half in range(round(2 * start_s), round(2 * end_s)):
        t_ns = half * S // 2
        picture.push_posture(PostureHint("imu", deg, 0.0, frac, is_forward_known=True, t_ns=t_ns))


def test_nothing_is_known_at_first() -> None:
    view = TrunkPicture().view()
    assert view.posture is None
    assert {view.is_tall_known, view.is_slump_known} == {False}
    assert not view.is_slumped


def test_another_lean_that_is_kept_is_a_change_of_position() -> None:
    picture = TrunkPicture()
    lean(picture, 0, 60, 2)
    lean(picture, 60, 90, 14)
    view = picture.view()
    assert view.n_changes == 1
    assert view.changed_ns is not None
    assert 64 * S < view.changed_ns < 67 * S
    lean(picture, 90, 120, 3)
    assert picture.view().n_changes == 2


def test_a_fidget_and_a_slow_drift_below_the_limit_are_no_change() -> None:
    picture = TrunkPicture()
    lean(picture, 0, 60, 2)
    lean(picture, 60, 63, 20)
    lean(picture, 63, 90, 7)
    assert picture.view().n_changes == 0


def test_a_long_slouch_is_over_once_the_position_changed() -> None:
    picture = TrunkPicture()
    lean(picture, 0, 20, 15, 0.9)
    picture.push_slouch(Slouched("imu", 0, 0.9, is_reminder=True, decided_ns=20 * S))
    view = picture.view()
    assert (view.is_slumped, view.n_slouches, view.reminded_ns) == (True, 1, 20 * S)
    lean(picture, 20, 40, 1, 0.0)
    assert not picture.view().is_slumped


def test_a_slouch_without_a_reminder_is_counted_only() -> None:
    picture = TrunkPicture()
    picture.push_slouch(Slouched("imu", 0, 0.9, is_reminder=False, decided_ns=20 * S))
    assert (picture.view().n_slouches, picture.view().reminded_ns) == (1, None)


def test_only_the_time_in_which_the_trunk_was_seen_counts() -> None:
    picture = TrunkPicture()
    lean(picture, 0, 30, 2)
    assert picture.view().watched_ns == 0, "tall and slump are not known"
    lean(picture, 30, 60, 2, 0.1)
    lean(picture, 600, 630, 2, 0.1)
    assert 59 * S <= picture.view().watched_ns <= 60 * S


def test_what_was_shown_and_reached_is_kept() -> None:
    picture = TrunkPicture()
    picture.push_range(PostureRange("imu", 1.0, None, 5 * S))
    assert picture.view().is_tall_known
    assert not picture.view().is_slump_known
    picture.push_range(PostureRange("imu", 1.0, 20.0, 15 * S))
    assert picture.view().is_slump_known
    for size in (40.0, 55.0):
        picture.push_reach(MobilityReach("imu", "forward", (size,), 0, S, S))
    assert [one.tries_deg for one in picture.view().reaches] == [(55.0,)]


def make_motion(parts: Sequence[tuple[float, float]]) -> SampleBlock:
    """Return what a motion sensor on the belly feels: seconds, and degrees at the end of them."""
    at_s, degrees = [0.0], [0.0]
    for seconds, deg in parts:
        at_s.append(at_s[-1] + seconds)
        degrees.append(deg)
    t_s = np.arange(round(at_s[-1] * RATE_HZ)) / RATE_HZ
    angle = np.radians(np.interp(t_s, at_s, degrees) + 2.0 * np.sin(2 * np.pi * t_s / 4.0))
    values = np.stack([np.sin(angle), np.zeros_like(angle), np.cos(angle)], axis=1)
    times = np.round(t_s * S).astype(np.int64)
    return SampleBlock("imu", "acc", freeze_times(times), freeze_values(values))


def run(block: SampleBlock, marks: Sequence[Mark]) -> tuple[dict[int, TrunkView], list[object]]:
    """Push a session, the marks at their time; return views by seconds, and what was told."""
    setup = Setup(sensors=(Sensor("imu", "imu", "abdomen", "g"),))
    engine, picture, told, views = build_engine(setup), Picture(setup), [], {}
    for first in range(0, len(block.t_ns), STEP):
        part = slice(first, first + STEP)
        start_ns, end_ns = int(block.t_ns[part][0]), int(block.t_ns[part][-1])
        due = [one for one in marks if start_ns <= one.start_ns <= end_ns]
        times, values = freeze_times(block.t_ns[part]), freeze_values(block.values[part])
        for item in (*due, SampleBlock("imu", "acc", times, values)):
            for event in engine.push(item):
                picture.push(event)
                told.append(event)
        views[end_ns // S] = picture.view(None, None, None).trunk
    return views, told


def test_a_slouch_of_minutes_is_told_by_a_real_session_and_forgiven_after_a_change() -> None:
    parts = [(20, 0), (2, 22), (8, 22), (2, 0), (10, 0), (2, 22), (150, 22), (2, 0), (20, 0)]
    marks = [Mark(10 * S, "calibration.tall", 5 * S), Mark(23 * S, "calibration.slump", 5 * S)]
    views, _ = run(make_motion(parts), marks)
    view = views[191]
    assert view.is_tall_known
    assert view.is_slump_known
    assert view.is_slumped
    assert view.n_slouches == 1
    assert view.reminded_ns is not None
    assert 160 * S < view.reminded_ns < 175 * S
    last = views[max(views)]
    assert not last.is_slumped
    assert last.changed_ns is not None
    assert last.changed_ns > view.reminded_ns


def test_reaches_of_a_real_session_come_to_the_screen_and_into_the_library() -> None:
    bends = [(1.5, 50.0), (1.0, 50.0), (1.5, 0.0)] * 3
    marks = [Mark(9 * S, "assess.bend_forward", 15 * S)]
    views, told = run(make_motion([(10, 0), *bends, (10, 0)]), marks)
    view = views[max(views)]
    assert [one.way for one in view.reaches] == ["forward"]
    assert len(view.reaches[0].tries_deg) == 3
    kept = Kept(Setup(sensors=(Sensor("imu", "imu", "abdomen", "g"),)))
    for event in told:
        kept.push(event)
    assert 45 < kept.find_reaches()["forward"] < 55
