"""Whether a brace came before a bend."""

from typing import Any

from breathsense.core.bracing.loads import LoadJudge, LoadParams
from breathsense.core.frames.frame import Frame
from breathsense.core.model.bracing import Bend, BraceBeforeLoad, BraceEnd, BraceStart
from breathsense.core.model.calibration import Calibrated, Calibration, MmgReference
from breathsense.core.stage import run

S = 1_000_000_000


def begin(number: int, start_s: float, decided_s: float) -> BraceStart:
    return BraceStart(number, round(start_s * S), "expand", 0.8, round(decided_s * S))


def end(number: int, end_s: float, decided_s: float) -> BraceEnd:
    at = (round(end_s * S), "breathing", 1.0, None, None, 0, 1, 0.8, round(decided_s * S))
    return BraceEnd(number, *at)  # type: ignore[arg-type]  # nine fields in a row


def bend(start_s: float, decided_s: float) -> Bend:
    start_ns = round(start_s * S)
    return Bend("imu", start_ns, start_ns + S, 40.0, 0.0, round(decided_s * S))


def judge(*items: Any) -> list[BraceBeforeLoad]:
    given = run(LoadJudge(LoadParams()), [*items, Frame(20 * S, 20 * S)])
    return [one for one in given if isinstance(one, BraceBeforeLoad)]


def test_a_brace_a_second_before_is_in_time() -> None:
    (told,) = judge(begin(3, 10.0, 10.9), bend(11.0, 13.0))
    assert (told.brace_number, told.lead_ns, told.is_in_time) == (3, S, True)
    assert told.decided_ns == 20 * S


def test_too_early_and_too_late_are_not() -> None:
    assert not judge(begin(0, 8.0, 9.0), bend(11.0, 13.0))[0].is_in_time
    assert not judge(begin(0, 10.9, 12.0), bend(11.0, 13.0))[0].is_in_time
    assert judge(begin(0, 11.5, 12.0), bend(11.0, 13.0))[0].brace_number is None


def test_a_brace_let_go_before_does_not_count() -> None:
    items = (begin(0, 8.0, 9.0), end(0, 10.0, 10.8), bend(11.0, 13.0))
    assert judge(*items)[0].brace_number is None
    assert judge(begin(0, 9.5, 10.0), end(0, 12.0, 12.8), bend(11.0, 13.0))[0].is_in_time


def test_only_what_was_decided_by_then_counts() -> None:
    assert judge(begin(0, 10.0, 13.5), bend(11.0, 13.0))[0].brace_number is None
    items = (begin(0, 9.5, 10.0), end(0, 10.5, 13.5), bend(11.0, 13.0))
    assert judge(*items)[0].brace_number == 0


def test_a_bend_waits_for_the_frames() -> None:
    stage = LoadJudge(LoadParams())
    assert stage.push(bend(11.0, 13.0)) == [bend(11.0, 13.0)]
    early, late = Frame(12 * S, 12 * S), Frame(13 * S, 13 * S)
    assert stage.push(early) == [early]
    assert [type(one) for one in stage.push(late)] == [BraceBeforeLoad, Frame]
    assert stage.push(late) == [late]
    assert stage.flush() == []


def hear(firm_from_s: float, *, brace_log: float | None = -2.4) -> list[Any]:
    """Frames up to 12 s of a wall that sounds firm from a time on, and what was calibrated."""
    known = Calibration(mmgs=(MmgReference("imu", -3.0, 0.03, brace_log=brace_log),))
    times_ns = [k * 160_000_000 for k in range(1, 75)]
    frames = [Frame(t, t, mmg_log=-2.5 if t >= firm_from_s * S else -3.0) for t in times_ns]
    return [Calibrated(known, 0), *frames]


def test_a_wall_that_is_heard_just_before_the_bend_is_in_time_though_no_brace_was_told() -> None:
    (told,) = judge(*hear(10.8), bend(11.0, 13.0))
    assert told.brace_number is None
    assert told.lead_ns == 11_000_000_000 - (10_880_000_000 - 300_000_000)
    assert told.is_in_time


def test_a_wall_that_is_heard_with_the_bend_only_is_not() -> None:
    (told,) = judge(*hear(11.2), bend(11.0, 13.0))
    assert (told.lead_ns, told.is_in_time) == (
        11_000_000_000 - (11_200_000_000 - 300_000_000),
        False,
    )
    assert judge(*hear(11.4), bend(11.0, 13.0))[0].lead_ns is None


def test_who_is_heard_all_the_while_did_not_brace_for_the_bend() -> None:
    assert judge(*hear(0.0), bend(11.0, 13.0))[0].lead_ns is None
    assert judge(*hear(8.0), bend(11.0, 13.0))[0].lead_ns is None


def test_a_wall_is_listened_to_only_where_its_brace_was_heard_in_the_calibration() -> None:
    for brace_log in (None, -2.9):
        told = judge(*hear(10.8, brace_log=brace_log), bend(11.0, 13.0))
        assert told[0].lead_ns is None


def test_a_brace_that_was_told_goes_before_what_was_heard() -> None:
    (told,) = judge(*hear(10.8), begin(4, 9.5, 10.6), bend(11.0, 13.0))
    assert (told.brace_number, told.lead_ns) == (4, 1_500_000_000)


def test_only_the_newest_are_kept() -> None:
    items: list[Any] = []
    for number in range(40):
        items += [begin(number, number, number + 0.5), end(number, number + 0.8, number + 0.9)]
    stage = LoadJudge(LoadParams())
    run(stage, items)
    assert len(stage.state.starts) == len(stage.state.ends) == 8
