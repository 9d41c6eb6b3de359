"""The breaths of a screen: each once, in a brace those that were told inside of it."""

from breathsense.core.inside import join_breaths
from breathsense.core.model.bracing import BraceBreath, BraceEnd, BraceStart
from breathsense.core.model.events import Breath, BreathEnd
from breathsense.session.breaths import BreathsPicture
from breathsense.session.view import BreathView

S = 1_000_000_000
START = BraceStart(0, 10 * S, "expand", 1.0, 12 * S, tells_breaths=True)
END = BraceEnd(0, 30 * S, "breathing", 1.0, 0.1, 1.0, 2 * S, 3, 1.0, 32 * S)


def led(number: int, peak_s: float, decided_s: float) -> Breath:
    peak_ns = round(peak_s * S)
    decided_ns = round(decided_s * S)
    return Breath("abdomen", number, peak_ns - S, peak_ns, 2.0, decided_ns, "unknown", 1.0)


def inside(peak_s: float, decided_s: float) -> BraceBreath:
    peak_ns = round(peak_s * S)
    return BraceBreath("abdomen", 0, peak_ns - S, peak_ns, 1.0, 1.0, round(decided_s * S))


ITEMS = (
    led(0, 6, 7),
    BreathEnd("abdomen", 0, 9 * S, 9 * S),
    led(1, 11, 11.5),
    START,
    inside(11.4, 12.5),
    led(2, 16, 17),
    inside(16.2, 17.2),
    inside(21, 22),
    led(3, 29.8, 31.5),
    END,
    led(4, 36, 37),
)


def take(*items: object) -> BreathsPicture:
    picture = BreathsPicture("abdomen")
    for item in items:
        match item:
            case Breath():
                picture.push_breath(item)
            case BraceBreath():
                picture.push_inside(item)
            case BraceStart():
                picture.push_start(item)
            case BraceEnd():
                picture.push_end(item)
            case BreathEnd():
                picture.push_breath_end(item)
    return picture


def list_peaks(seen: tuple[BreathView, ...]) -> list[float]:
    return [one.peak_ns / S for one in seen]


def test_in_a_brace_the_breaths_told_inside_of_it_are_shown_and_none_twice() -> None:
    picture = take(*ITEMS)
    assert list_peaks(picture.since(0)) == [6.0, 11.0, 16.2, 21.0, 36.0]
    assert picture.n_breaths == 5
    assert list_peaks(picture.since(16 * S)) == [16.2, 21.0, 36.0]


def test_what_is_shown_is_what_a_recording_tells_afterwards() -> None:
    outer = [(one, 9 * S if one.number == 0 else None) for one in ITEMS if isinstance(one, Breath)]
    inner = [one for one in ITEMS if isinstance(one, BraceBreath)]
    told = join_breaths(outer, [(START, END)], inner)
    shown = take(*ITEMS).since(0)
    assert [(one.peak_ns, end_ns) for one, end_ns in told] == [
        (one.peak_ns, one.end_ns) for one in shown
    ]


def test_a_breath_inside_a_brace_ends_where_the_next_begins() -> None:
    ends_ns = [one.end_ns for one in take(*ITEMS).since(0)]
    assert ends_ns == [9 * S, None, 20 * S, 35 * S, None]


def test_a_brace_that_tells_no_breaths_leaves_the_sensor_to_tell_them() -> None:
    start = BraceStart(0, 10 * S, "expand", 1.0, 12 * S, tells_breaths=False)
    picture = take(start, led(0, 16, 17), END, led(1, 36, 37))
    assert list_peaks(picture.since(0)) == [16.0, 36.0]


def test_breaths_of_other_sensors_are_not_shown() -> None:
    other = Breath("chest", 0, S, 2 * S, 1.0, 3 * S, "unknown", 1.0)
    picture = take(other, BreathEnd("chest", 0, 3 * S, 3 * S), led(0, 6, 7))
    assert [(one.peak_ns, one.end_ns) for one in picture.since(0)] == [(6 * S, None)]


def test_the_end_of_another_brace_changes_nothing() -> None:
    old = BraceEnd(7, 13 * S, "breathing", 1.0, 0.1, 1.0, 2 * S, 3, 1.0, 14 * S)
    assert take(START, old, led(0, 16, 17)).n_breaths == 0
