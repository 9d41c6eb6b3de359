from breathsense.core.model.bracing import MobilityReach, PostureHint, PostureRange, Slouched
from breathsense.session.trunk import TrunkPicture

S = 1_000_000_000


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
