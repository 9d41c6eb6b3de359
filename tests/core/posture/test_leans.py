from typing import Any

import numpy as np
import pytest

from breathsense.core.model.bracing import PostureHint, PostureRange
from breathsense.core.model.samples import Stance, Trunk, freeze_times, freeze_values


def find_leans(given: list[Any]) -> tuple[np.ndarray, np.ndarray]:
    """Times and leans of the trunk."""
    trunks = [one for one in given if isinstance(one, Trunk)]
    t_s = np.concatenate([one.t_ns for one in trunks]) / 1e9
    return t_s, np.concatenate([one.lean_deg for one in trunks])


@pytest.mark.parametrize("seed", range(6))
def test_the_size_of_a_lean_is_known_from_the_start_however_the_sensor_sits(
    seed: int, body: Any
) -> None:
    t_s = body.make_times(20.0)
    forward, right = 9.0 * body.ramp(t_s, 5, 30, 4.0), 12.0 * body.ramp(t_s, 5, 30, 4.0)
    given = body.watch(body.stand(t_s, body.lean(t_s, forward, right, seed)))
    _, leans = find_leans(given)
    np.testing.assert_allclose(np.hypot(*leans[-1]), 15.0, atol=0.3)
    np.testing.assert_allclose(leans[0], 0.0, atol=1e-6)
    assert not any(one.is_forward_known for one in given if isinstance(one, PostureHint))


def test_breathing_is_kept_out_of_the_lean(body: Any) -> None:
    t_s = body.make_times(60.0)
    given = body.watch(body.stand(t_s, body.lean(t_s, 2.0 * np.sin(2 * np.pi * t_s / 4.0))))
    _, leans = find_leans(given)
    assert np.ptp(leans[100:], axis=0).max() < 1.0


def test_a_lean_comes_every_160_ms_once_the_first_second_is_over(body: Any) -> None:
    t_s = body.make_times(5.0)
    given = body.watch(body.stand(t_s, body.lean(t_s, 0.0)))
    lean_s, _ = find_leans(given)
    np.testing.assert_allclose(lean_s, np.arange(1.12 + 0.0, 4.97, 0.16), atol=1e-9)
    (trunk,) = (one for one in given if isinstance(one, Trunk))
    assert (trunk.known_ns - trunk.t_ns == 20_000_000).all()
    assert not trunk.lean_deg.flags.writeable


def test_hints_come_twice_a_second(body: Any) -> None:
    t_s = body.make_times(20.0)
    given = body.watch(body.stand(t_s, body.lean(t_s, 0.0)))
    hints = [one.t_ns for one in given if isinstance(one, PostureHint)]
    assert np.diff(hints).tolist() == [480_000_000] * (len(hints) - 1)
    assert len(hints) > 35


def test_moving_in_a_part_of_a_hop_is_moving(body: Any) -> None:
    t_s = body.make_times(4.0)
    moving = (t_s > 3.0) & (t_s < 3.05)
    given = body.watch(body.stand(t_s, body.lean(t_s, 0.0), moving=moving))
    (trunk,) = (one for one in given if isinstance(one, Trunk))
    assert trunk.t_ns[trunk.is_moving].tolist() == [3_040_000_000]


@pytest.mark.parametrize("seed", range(4))
def test_tall_and_slump_show_which_way_is_forward(seed: int, body: Any) -> None:
    t_s = body.make_times(60.0)
    forward = 12.0 * body.ramp(t_s, 14, 22) + 10.0 * body.ramp(t_s, 30, 40)
    right = 8.0 * body.ramp(t_s, 45, 80)
    marks = [body.mark("calibration.tall", 5, 5), body.mark("calibration.slump", 16, 6)]
    given = body.watch(*marks, body.stand(t_s, body.lean(t_s, forward, right, seed)))
    first, second = (one for one in given if isinstance(one, PostureRange))
    assert first.tall_deg == pytest.approx(0.0, abs=1e-6)
    assert first.slump_deg is None
    assert second.tall_deg == pytest.approx(0.0)
    assert second.slump_deg == pytest.approx(12.0, abs=0.2)
    assert 22.0 < second.decided_ns / 1e9 < 22.3
    lean_s, leans = find_leans(given)
    np.testing.assert_allclose(leans[np.searchsorted(lean_s, 39.0)], (10.0, 0.0), atol=0.7)
    np.testing.assert_allclose(leans[-1], (0.0, 8.0), atol=0.7)
    np.testing.assert_allclose(leans[np.searchsorted(lean_s, 20.0)], (12.0, 0.0), atol=1.0)
    known_s = [one.t_ns / 1e9 for one in given if getattr(one, "is_forward_known", False)]
    assert 16.0 < min(known_s) < 17.0


def test_forward_is_where_the_back_of_the_sensor_is_until_it_is_known(body: Any) -> None:
    """The third axis of a sensor that is worn flat points away from the body."""
    t_s = body.make_times(20.0)
    angle = np.radians(9.0 * body.ramp(t_s, 5, 30, 4.0))
    for up, expected in (
        (np.stack([np.cos(angle), 0 * angle, -np.sin(angle)], axis=1), 9.0),
        (np.stack([np.cos(angle), 0 * angle, np.sin(angle)], axis=1), -9.0),
        (np.stack([-np.sin(angle), 0 * angle, np.cos(angle)], axis=1), 9.0),
    ):
        _, leans = find_leans(body.watch(body.stand(t_s, up)))
        np.testing.assert_allclose(leans[-1], (expected, 0.0), atol=0.3)


def test_a_mark_in_which_nothing_was_seen_shows_nothing(body: Any) -> None:
    t_s = body.make_times(20.0)
    stance = body.stand(t_s, body.lean(t_s, 0.0), moving=True)
    given = body.watch(body.mark("calibration.tall", 5), stance)
    assert not any(isinstance(one, PostureRange) for one in given)


def test_after_a_hole_the_lean_is_at_once_where_the_trunk_is(body: Any) -> None:
    early_s, late_s = body.make_times(4.0), body.make_times(4.0, 10.0)
    stances = [
        body.stand(early_s, body.lean(early_s, 0.0)),
        body.stand(late_s, body.lean(late_s, 6.0)),
    ]
    lean_s, leans = find_leans(body.watch(*stances))
    later = leans[lean_s > 9.0]
    np.testing.assert_allclose(np.hypot(*later.T), 6.0, atol=1e-6)


def test_stances_of_other_sensors_end_here_and_other_items_pass(body: Any) -> None:
    none = freeze_times([0])
    other = Stance("chest_imu", none, none, freeze_values([[0.0, 0.0, 1.0]]), np.array([False]))
    note = body.mark("note: coffee", 1.0)
    assert body.watch(other, note) == [note]


def test_up_that_is_not_felt_is_survived(body: Any) -> None:
    t_s = body.make_times(4.0)
    _, leans = find_leans(body.watch(body.stand(t_s, np.zeros((len(t_s), 3)))))
    assert (leans == 0.0).all()
