"""Breaths told inside braces take the place of those of the leading sensor, none is withdrawn."""

from breathsense.core.inside import join_breaths
from breathsense.core.model.bracing import BraceBreath, BraceEnd, BraceStart
from breathsense.core.model.events import Breath

S = 1_000_000_000


def breath(number: int, peak_s: float, decided_s: float | None = None) -> tuple[Breath, int | None]:
    peak_ns = round(peak_s * S)
    decided_ns = round((peak_s + 1.0 if decided_s is None else decided_s) * S)
    one = Breath("belly", number, peak_ns - S, peak_ns, 2.0, decided_ns, "unknown", 0.9)
    return one, peak_ns + 2 * S


def inner(peak_s: float, decided_s: float, number: int = 0) -> BraceBreath:
    peak_ns = round(peak_s * S)
    return BraceBreath("belly", number, peak_ns - S, peak_ns, 0.7, 0.8, round(decided_s * S))


def brace(
    start_s: float, end_s: float | None, *, tells: bool = True
) -> tuple[BraceStart, BraceEnd | None]:
    start_ns = round(start_s * S)
    start = BraceStart(0, start_ns, "expand", 0.9, start_ns + S, tells)
    if end_s is None:
        return start, None
    end_ns = round(end_s * S)
    return start, BraceEnd(0, end_ns, "breathing", 1.0, 0.1, 1.0, S, 2, 0.9, end_ns + S)


def test_without_such_braces_all_is_as_it_was() -> None:
    told = [breath(0, 4.0), breath(1, 8.0)]
    assert join_breaths(told, [brace(5.0, 7.0, tells=False)], []) == told


def test_in_a_brace_its_own_breaths_count() -> None:
    told = [breath(0, 4.0), breath(1, 13.0), breath(2, 30.0)]
    joined = join_breaths(told, [brace(10.0, 20.0)], [inner(14.5, 15.5), inner(18.0, 19.0)])
    assert [one.peak_ns / S for one, _ in joined] == [4.0, 14.5, 18.0, 30.0]
    assert [end_ns for _, end_ns in joined] == [6 * S, 17 * S, 29 * S, 32 * S]
    assert len({one.number for one, _ in joined}) == 4


def test_what_had_been_told_before_the_brace_was_stays_and_is_told_once() -> None:
    told = [breath(0, 10.5, 10.9), breath(1, 20.5, 21.5)]
    joined = join_breaths(told, [brace(10.0, 20.0)], [inner(10.8, 12.0), inner(20.2, 21.0)])
    assert [(one.peak_ns / S, one.depth) for one, _ in joined] == [(10.5, 2.0), (20.2, 0.7)]


def test_while_the_brace_is_open_only_its_breaths_count() -> None:
    joined = join_breaths([breath(0, 14.0)], [brace(10.0, None)], [inner(13.0, 14.0)])
    assert [(one.peak_ns / S, end_ns) for one, end_ns in joined] == [(13.0, None)]


def test_a_sensor_that_tells_no_breaths_at_all_may_still_have_some_in_braces() -> None:
    ((one, end_ns),) = join_breaths([], [brace(10.0, 20.0)], [inner(13.0, 14.0)])
    assert (one.sensor, one.number, end_ns) == ("belly", 0, None)


def test_a_brace_without_any_breath_at_all_is_one_too() -> None:
    assert join_breaths([], [brace(10.0, 20.0)], []) == []


def test_the_longer_the_input_goes_on_the_more_is_told_and_nothing_less() -> None:
    told = [breath(k, 3.0 * k + 1.0) for k in range(12)]
    own = [inner(11.5 + 2.5 * k, 12.5 + 2.5 * k) for k in range(4)]
    before: set[int] = set()
    for until_s in range(1, 40):
        cut = [one for one in told if one[0].decided_ns <= until_s * S]
        start, end = brace(10.0, 20.0)
        braces = [(start, end if until_s >= 21 else None)] if until_s >= 11 else []
        inside = [one for one in own if one.decided_ns <= until_s * S]
        now = {one.peak_ns for one, _ in join_breaths(cut, braces, inside)}
        assert before <= now
        before = now
