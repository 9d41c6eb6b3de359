import numpy as np

from breathsense.core.model.events import (
    Breath,
    BreathEnd,
    PhaseHint,
    QualityHint,
    RatePoint,
    Unscored,
)
from breathsense.core.model.inputs import LinkEvent
from breathsense.core.model.samples import (
    Gap,
    Reading,
    Rejected,
    SampleBlock,
    Waveform,
    freeze_times,
    freeze_values,
)
from breathsense.core.setup import Setup, Wearable
from breathsense.session.picture import Picture
from breathsense.session.reasons import REASON_WORDS, say_reason
from breathsense.session.trace import TraceBuffer
from breathsense.session.view import LiveView
from breathsense.sources.shelf import find_profile

S = 1_000_000_000


def build_picture() -> Picture:
    belt = Wearable("belt", find_profile("vernier-gdx-rb"), name="GDX-RB 0K1")
    picture = Picture(Setup(wearables=(belt,)))
    picture.push_link(LinkEvent("belt", "streaming", 0))
    return picture


def see(picture: Picture, now_s: float) -> LiveView:
    return picture.view(int(now_s * S), None, None)


def waveform(from_s: float, to_s: float) -> Waveform:
    t_ns = np.arange(int(from_s * S), int(to_s * S), 40_000_000)
    return Waveform("abdomen", freeze_times(t_ns), freeze_times(t_ns), freeze_values(t_ns / S))


def test_a_rate_that_is_old_is_not_shown() -> None:
    picture = build_picture()
    picture.push(waveform(0, 40))
    picture.push(RatePoint("abdomen", 20 * S, 12.0, 1.0))
    assert see(picture, 34).rate_per_min == 12.0
    view = see(picture, 36)
    assert view.rate_per_min is None
    assert view.why_no_rate == "waiting for the first breaths"


def test_no_rate_and_no_phase_are_shown_while_the_link_is_lost() -> None:
    picture = build_picture()
    picture.push(waveform(0, 20))
    picture.push(RatePoint("abdomen", 20 * S, 12.0, 1.0))
    picture.push(PhaseHint("abdomen", "inhale", 19 * S))
    picture.push_link(LinkEvent("belt", "lost", 20 * S, "out of reach"))
    view = see(picture, 21)
    assert view.rate_per_min is None
    assert view.why_no_rate == "the link is lost"
    assert view.phase == "unknown"
    assert view.wearables[0].detail == "out of reach"


def test_the_reason_of_an_unscored_span_is_shown_in_words() -> None:
    picture = build_picture()
    picture.push(waveform(0, 20))
    picture.push(Unscored("abdomen", 10 * S, 18 * S, "off_body"))
    assert "off" in see(picture, 20).why_no_rate


def test_a_band_that_comes_off_takes_rate_and_phase_from_the_screen_at_once() -> None:
    picture = build_picture()
    picture.push(waveform(0, 20))
    picture.push(RatePoint("abdomen", 19 * S, 12.0, 1.0))
    picture.push(PhaseHint("abdomen", "inhale", 18 * S))
    picture.push(QualityHint("abdomen", "off_body", 20 * S))
    view = see(picture, 20)
    assert (view.rate_per_min, view.phase) == (None, "unknown")
    assert view.why_no_rate == "the band seems to be off"
    picture.push(QualityHint("abdomen", "", 20 * S))
    assert (see(picture, 20).rate_per_min, see(picture, 20).phase) == (12.0, "inhale")


def test_movement_leaves_the_rate_while_there_is_one_and_is_the_reason_after() -> None:
    picture = build_picture()
    picture.push(waveform(0, 40))
    picture.push(RatePoint("abdomen", 20 * S, 12.0, 0.4))
    picture.push(QualityHint("abdomen", "motion", 21 * S))
    picture.push(QualityHint("chest", "off_body", 22 * S))
    assert see(picture, 30).rate_per_min == 12.0
    assert see(picture, 36).why_no_rate == "too much movement"


def test_a_held_breath_is_said_at_once() -> None:
    picture = build_picture()
    picture.push(waveform(0, 20))
    picture.push(RatePoint("abdomen", 12 * S, 12.0, 1.0))
    picture.push(QualityHint("abdomen", "no_breath", 19 * S))
    assert see(picture, 20).why_no_rate == "no breath seen"


def test_every_reason_has_words_of_its_own() -> None:
    assert len(set(REASON_WORDS.values())) == len(REASON_WORDS) >= 14
    assert say_reason("some_thing") == "some thing"


def test_a_phase_lasts_since_it_began() -> None:
    picture = build_picture()
    picture.push(waveform(0, 20))
    for at_s, phase in ((10, "inhale"), (11, "inhale"), (12, "exhale"), (13, "exhale")):
        picture.push(PhaseHint("abdomen", phase, at_s * S))  # type: ignore[arg-type]
    view = see(picture, 14)
    assert (view.phase, view.phase_since_ns) == ("exhale", 12 * S)


def test_a_breath_gets_its_end_when_it_is_known() -> None:
    picture = build_picture()
    picture.push(waveform(0, 20))
    picture.push(Breath("abdomen", 0, 10 * S, 12 * S, 2.5, 13 * S, "unknown", 1.0))
    assert see(picture, 13).breaths[0].end_ns is None
    picture.push(BreathEnd("abdomen", 0, 16 * S, 17 * S))
    picture.push(Breath("chest", 5, 10 * S, 12 * S, 2.5, 13 * S, "unknown", 1.0))
    view = see(picture, 17)
    assert [(one.peak_ns, one.end_ns) for one in view.breaths] == [(12 * S, 16 * S)]
    assert view.n_breaths == 1


def test_the_rate_of_the_samples_is_measured() -> None:
    picture = build_picture()
    t_ns = np.arange(0, 30 * S, S // 8)
    for start in range(0, len(t_ns), 2):
        piece = freeze_times(t_ns[start : start + 2])
        values = freeze_values(np.ones((2, 1)))
        picture.push(SampleBlock("abdomen", "band", piece, values))
    assert see(picture, 30).wearables[0].rate_hz == 8.0


def test_battery_and_rejected_packets_are_counted() -> None:
    picture = build_picture()
    picture.push(Reading("belt", "battery_pct", 41.0, 0))
    picture.push(Reading("belt", "firmware", "1.2", 0))
    picture.push(Rejected("belt", "f" * 32, 0, "wrong checksum"))
    belt = see(picture, 1).wearables[0]
    assert (belt.battery_pct, belt.n_rejected, belt.last_rejection) == (41.0, 1, "wrong checksum")


def test_gaps_leave_the_view_with_the_trace() -> None:
    picture = build_picture()
    picture.push(Gap("abdomen", "band", 1 * S, 2 * S, "no_data"))
    assert len(see(picture, 60).gaps) == 1
    assert see(picture, 600).gaps == ()


def test_a_trace_keeps_the_newest_however_long_the_session() -> None:
    trace = TraceBuffer(capacity=100)
    for start in range(0, 1000, 7):
        trace.append(waveform(start * 0.04, (start + 7) * 0.04))
    t_ns, values = trace.since(0)
    assert 50 <= len(t_ns) <= 100
    assert t_ns[-1] / S == values[-1] == 1000 * 0.04
    assert np.all(np.diff(t_ns) == 40_000_000)
    assert not t_ns.flags.writeable
