import numpy as np

from breathsense.core.model.bracing import BraceEnd, BraceHint, BraceStart, HoldScored
from breathsense.core.model.calibration import Calibration, LevelReference
from breathsense.core.model.events import Breath
from breathsense.core.model.samples import Waveform, freeze_times, freeze_values
from breathsense.session.wall import MAX_BRACES, WallPicture

S = 1_000_000_000


def wave(values: list[float], start_s: float = 0.0, sensor: str = "abdomen") -> Waveform:
    t_ns = freeze_times(np.round((start_s + np.arange(len(values)) / 10) * S).astype(np.int64))
    return Waveform(sensor, t_ns, t_ns, freeze_values(np.array(values)))


def breathe(picture: WallPicture, n: int, depth: float = 2.0) -> None:
    for number in range(n):
        picture.push_breath(
            Breath("abdomen", number, number * S, number * S + 1, depth, 0, "unknown", 1.0)
        )


def start(number: int, start_s: float) -> BraceStart:
    return BraceStart(number, int(start_s * S), "expand", 0.9, int(start_s * S))


def end(number: int, end_s: float) -> BraceEnd:
    return BraceEnd(number, int(end_s * S), "breathing", 0.8, 0.1, 0.9, 2 * S, 3, 0.9, 0)


def test_without_a_usual_depth_no_gap_is_counted() -> None:
    picture = WallPicture("abdomen")
    picture.push_waveform(wave([1.0, 5.0]), None)
    breathe(picture, 2)
    picture.push_waveform(wave([1.0, 5.0], 1.0), None)
    assert picture.view(0).moved_ns is None
    assert (picture.view(0).state, picture.view(0).reason) == ("cannot_tell", "settling")


def test_a_belly_that_stands_still_has_moved_when_it_last_did() -> None:
    picture = WallPicture("abdomen")
    breathe(picture, 3)
    picture.push_waveform(wave([1.0, 1.2, 2.0, 2.1, 2.2, 2.2]), None)
    assert picture.view(0).moved_ns == int(0.2 * S)
    picture.push_waveform(wave([2.2, 2.25, 2.9], 0.6), None)
    assert picture.view(0).moved_ns == int(0.8 * S)


def test_any_sensor_counts_but_only_one_whose_depth_is_known() -> None:
    level = LevelReference("chest", rest=0.0, quiet_depth=1.0, noise=0.01)
    known = Calibration(levels=(level,))
    picture = WallPicture("abdomen")
    picture.push_waveform(wave([0.0, 1.0], 3.0, "chest"), known)
    picture.push_waveform(wave([0.0, 1.0], 9.0, "back"), known)
    assert picture.view(0).moved_ns == int(3.1 * S)


def test_braces_in_the_trace_are_told_with_their_ends_and_scores() -> None:
    picture = WallPicture("abdomen")
    picture.push_start(start(0, 10))
    picture.push_end(end(0, 20))
    picture.push_start(start(1, 30))
    first, second = picture.view(15 * S).braces
    assert (first.end_ns, first.breathing, first.level) == (20 * S, "breathing", 0.8)
    assert (second.end_ns, second.score) == (None, None)
    assert [one.start_ns for one in picture.view(25 * S).braces] == [30 * S]
    assert picture.view(0).n_braces == 2


def test_the_newest_scored_hold_is_told() -> None:
    picture = WallPicture("abdomen")
    picture.push_start(start(0, 10))
    scored = HoldScored(0, 71.0, 0.9, 0.8, 0.9, 1.0, None, is_level_doubtful=False, decided_ns=0)
    picture.push_score(scored)
    view = picture.view(0)
    assert view.hold == scored
    assert view.braces[0].score == 71.0


def test_memory_is_bounded() -> None:
    picture = WallPicture("abdomen")
    for number in range(MAX_BRACES + 3):
        picture.push_start(start(number, number))
        picture.push_end(end(number, number + 0.5))
    view = picture.view(0)
    assert len(view.braces) == MAX_BRACES
    assert view.n_braces == MAX_BRACES + 3
    assert all(one.end_ns is not None for one in view.braces)


def test_the_newest_hint_and_the_goal_are_told() -> None:
    picture = WallPicture("abdomen")
    picture.push_hint(BraceHint("brace", "expand", 0.7, "breathing", 0, "", S))
    picture.goal = "neutral"
    view = picture.view(0)
    assert (view.state, view.direction, view.level) == ("brace", "expand", 0.7)
    assert (view.breathing, view.goal) == ("breathing", "neutral")
