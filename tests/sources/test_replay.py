import math
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import Item, LinkEvent, Mark, Notification, get_item_time_ns
from breathsense.core.model.samples import Gap, SampleBlock
from breathsense.sources.base import Finished, Restart
from breathsense.sources.replay import ReplaySource

NS = 1_000_000_000
PATIENCE_S = 20.0


class InstantClock:
    """Time that passes only while the replay waits, and then at once."""

    def __init__(self) -> None:
        self.s = 50.0
        self.stands_still = threading.Event()

    def now_s(self) -> float:
        return self.s

    def wait(self, changed: threading.Condition, seconds: float | None) -> None:
        if seconds is None:
            self.stands_still.set()
            changed.wait(PATIENCE_S)
        else:
            self.s += seconds


class Audience:
    """A sink that keeps what it gets, with the clock's time, and can steer as items pass."""

    def __init__(self, clock: InstantClock) -> None:
        self.clock = clock
        self.seen: list[tuple[float, Any]] = []
        self.finished = threading.Semaphore(0)
        self.react: dict[int, Callable[[], None]] = {}

    def __call__(self, item: Any) -> None:
        self.seen.append((self.clock.s, item))
        reaction = self.react.pop(len(self.seen), None)
        if reaction is not None:
            reaction()
        if isinstance(item, Finished):
            self.finished.release()

    def wait_finished(self) -> None:
        assert self.finished.acquire(timeout=PATIENCE_S)

    @property
    def items(self) -> list[Any]:
        return [item for _, item in self.seen]


def notification(at_s: float) -> Notification:
    return Notification("belt", "2a37", bytes([round(at_s) % 256]), round(at_s * NS))


TEN = [notification(at_s) for at_s in range(10)]


def play(items: Iterable[Item], **options: Any) -> tuple[ReplaySource, Audience]:
    clock = InstantClock()
    stored = list(items)
    source = ReplaySource(lambda: stored, clock=clock, **options)
    return source, Audience(clock)


def test_items_come_unchanged_in_order_then_finished() -> None:
    source, audience = play(TEN)
    source.start(audience)
    audience.wait_finished()
    source.stop()
    assert audience.items == [*TEN, Finished()]


@pytest.mark.parametrize("speed", [0.5, 1.0, 4.0])
def test_items_come_at_the_pace_of_the_recording_times_the_speed(speed: float) -> None:
    source, audience = play(TEN, speed=speed)
    source.start(audience)
    audience.wait_finished()
    source.stop()
    waited = [at_s - 50.0 for at_s, item in audience.seen if isinstance(item, Notification)]
    assert waited == pytest.approx([i / speed for i in range(10)])


def test_at_full_speed_nothing_is_waited_for() -> None:
    source, audience = play(TEN, speed=math.inf)
    source.start(audience)
    audience.wait_finished()
    source.stop()
    assert {at_s for at_s, _ in audience.seen} == {50.0}
    assert source.position_ns == 9 * NS


def test_a_recording_that_begins_late_is_not_waited_for() -> None:
    source, audience = play([notification(1000.0), notification(1001.0)])
    source.start(audience)
    audience.wait_finished()
    source.stop()
    assert [at_s for at_s, _ in audience.seen][:2] == pytest.approx([50.0, 51.0])


def test_an_empty_recording_finishes_at_once() -> None:
    source, audience = play([])
    source.start(audience)
    audience.wait_finished()
    source.stop()
    assert audience.items == [Finished()]
    assert source.position_ns == 0


def test_the_speed_can_be_changed_while_it_plays() -> None:
    source, audience = play(TEN)
    audience.react[4] = lambda: source.set_speed(10.0)
    source.start(audience)
    audience.wait_finished()
    source.stop()
    assert audience.seen[3][0] == pytest.approx(53.0)
    assert audience.seen[9][0] == pytest.approx(53.6)


def test_paused_it_holds_its_position_until_resumed() -> None:
    source, audience = play(TEN)
    audience.react[4] = source.pause
    source.start(audience)
    assert audience.clock.stands_still.wait(PATIENCE_S)
    assert source.is_paused
    audience.clock.s += 100.0
    assert source.position_ns == 3 * NS
    assert len(audience.items) == 4
    source.resume()
    audience.wait_finished()
    source.stop()
    assert audience.items == [*TEN, Finished()]
    assert audience.seen[4][0] == pytest.approx(154.0)


def test_it_can_begin_paused_and_shows_nothing_until_resumed() -> None:
    source, audience = play(TEN, is_paused=True)
    source.start(audience)
    assert audience.clock.stands_still.wait(PATIENCE_S)
    assert audience.items == []
    source.resume()
    audience.wait_finished()
    source.stop()
    assert audience.items == [*TEN, Finished()]


def test_seeking_forward_sends_what_lies_between_at_once() -> None:
    source, audience = play(TEN)
    audience.react[2] = lambda: source.seek(6 * NS)
    source.start(audience)
    audience.wait_finished()
    source.stop()
    assert audience.items == [*TEN, Finished()]
    assert [at_s for at_s, _ in audience.seen][:8] == pytest.approx([50, *[51.0] * 6, 52])


def test_seeking_backward_restarts_and_sends_everything_up_to_there_at_once() -> None:
    source, audience = play(TEN)
    audience.react[8] = lambda: source.seek(3 * NS)
    source.start(audience)
    audience.wait_finished()
    source.stop()
    assert audience.items == [*TEN[:8], Restart(), *TEN, Finished()]
    again = [at_s for at_s, _ in audience.seen][9:19]
    assert again == pytest.approx([*[57.0] * 4, *[58.0 + i for i in range(6)]])


def test_seeking_works_while_paused_and_stays_paused() -> None:
    source, audience = play(TEN, is_paused=True)
    reached = threading.Event()
    audience.react[6] = reached.set
    source.start(audience)
    source.seek(5 * NS + 1)
    assert reached.wait(PATIENCE_S)
    assert source.position_ns == 5 * NS + 1
    source.stop()
    assert audience.items == TEN[:6]


def test_after_the_end_one_can_go_back_and_it_finishes_again() -> None:
    source, audience = play(TEN, speed=math.inf)
    source.start(audience)
    audience.wait_finished()
    source.seek(2 * NS)
    audience.wait_finished()
    source.stop()
    assert audience.items == [*TEN, Finished(), Restart(), *TEN, Finished()]


def test_seeking_beyond_the_end_goes_to_the_end() -> None:
    source, audience = play(TEN)
    audience.react[1] = lambda: source.seek(1000 * NS)
    source.start(audience)
    audience.wait_finished()
    assert source.position_ns == 9 * NS
    source.stop()
    assert audience.items == [*TEN, Finished()]


def test_of_several_seeks_the_last_one_counts() -> None:
    source, audience = play(TEN)

    def drag() -> None:
        source.seek(1 * NS)
        source.seek(7 * NS)
        source.seek(4 * NS)

    audience.react[6] = drag
    source.start(audience)
    audience.wait_finished()
    source.stop()
    assert audience.items == [*TEN[:6], Restart(), *TEN, Finished()]


def test_a_seek_before_the_start_is_kept() -> None:
    source, audience = play(TEN)
    source.seek(8 * NS)
    source.start(audience)
    audience.wait_finished()
    source.stop()
    assert [at_s for at_s, _ in audience.seen][:10] == pytest.approx([*[50.0] * 9, 51.0])


def test_the_position_never_runs_ahead_of_a_slow_sink() -> None:
    source, audience = play(TEN)
    positions: list[int] = []

    def be_slow() -> None:
        audience.clock.s += 100.0
        positions.append(source.position_ns)

    audience.react[3] = be_slow
    source.start(audience)
    audience.wait_finished()
    source.stop()
    assert positions == [2 * NS]


def test_stop_is_prompt_and_nothing_comes_after_it() -> None:
    source, audience = play([notification(0.0), notification(1e9)], is_paused=True)
    source.start(audience)
    source.stop()
    n_seen = len(audience.items)
    source.resume()
    source.stop()
    assert len(audience.items) == n_seen
    assert not any(isinstance(item, Finished) for item in audience.items)


def test_a_sink_may_stop_the_replay_itself() -> None:
    source, audience = play(TEN, speed=math.inf)
    stopped = threading.Event()

    def stop() -> None:
        source.stop()
        stopped.set()

    audience.react[3] = stop
    source.start(audience)
    assert stopped.wait(PATIENCE_S)
    source.stop()
    assert audience.items == TEN[:3]


def test_a_recording_that_cannot_be_read_on_tells_why() -> None:
    def read_items() -> Iterable[Item]:
        yield TEN[0]
        raise RefusedInput("is cut off", where="a.mcap", advice="Try repair.")

    audience = Audience(InstantClock())
    source = ReplaySource(read_items, clock=audience.clock)
    source.start(audience)
    audience.wait_finished()
    source.stop()
    assert audience.items == [TEN[0], Finished("a.mcap: is cut off\n  Try repair.")]


def test_a_sink_that_fails_ends_the_replay(caplog: pytest.LogCaptureFixture) -> None:
    def sink(_: Any) -> None:
        raise ZeroDivisionError

    source, _ = play(TEN)
    source.start(sink)
    for thread in threading.enumerate():
        if thread.name == "breathsense-replay":
            thread.join(PATIENCE_S)
    source.stop()
    assert "what takes the items failed" in caplog.text


def test_a_bug_in_the_reader_ends_the_replay_and_is_told() -> None:
    def read_items() -> Iterable[Item]:
        yield TEN[0]
        raise ZeroDivisionError

    audience = Audience(InstantClock())
    source = ReplaySource(read_items, clock=audience.clock)
    source.start(audience)
    audience.wait_finished()
    source.stop()
    assert "ZeroDivisionError" in audience.items[-1].problem


@pytest.mark.parametrize("speed", [0.0, -1.0, math.nan])
def test_a_speed_that_is_none_is_refused(speed: float) -> None:
    source, _ = play(TEN)
    with pytest.raises(ValueError, match="greater than 0"):
        source.set_speed(speed)
    assert source.speed == 1.0


def test_each_kind_of_item_has_its_time() -> None:
    block = SampleBlock("abdomen", "band", np.array([1, 5]), np.zeros((2, 1)))
    empty = SampleBlock("abdomen", "band", np.array([], dtype=np.int64), np.zeros((0, 1)))
    assert get_item_time_ns(block) == 5
    assert get_item_time_ns(empty) == 0
    assert get_item_time_ns(Gap("abdomen", None, 3, 9, "no_data")) == 9
    assert get_item_time_ns(Mark(4, "rezero")) == 4
    assert get_item_time_ns(LinkEvent("belt", "lost", 6)) == 6


def test_without_a_clock_of_its_own_it_runs_in_real_time() -> None:
    audience = Audience(InstantClock())
    items = [notification(0.0), notification(0.02)]
    before_s = time.monotonic()
    source = ReplaySource(lambda: items)
    source.start(audience)
    audience.wait_finished()
    source.stop()
    assert time.monotonic() - before_s >= 0.02
    assert audience.items == [*items, Finished()]


steps = st.lists(
    st.tuples(
        st.integers(1, 12),
        st.sampled_from(["seek", "fast", "slow", "pause"]),
        st.integers(-1, 12),
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_however_it_is_steered_every_beginning_is_whole_and_in_order(
    plan: list[tuple[int, str, int]],
) -> None:
    source, audience = play(TEN)

    def pause() -> None:
        source.pause()
        source.resume()

    for after, what, target in plan:
        audience.react[after] = {
            "seek": lambda target=target: source.seek(target * NS),
            "fast": lambda: source.set_speed(math.inf),
            "slow": lambda: source.set_speed(0.25),
            "pause": pause,
        }[what]
    source.start(audience)
    audience.wait_finished()
    source.stop()
    run: list[Any] = []
    for item in audience.items:
        if isinstance(item, Restart):
            run = []
        elif isinstance(item, Finished):
            assert run == TEN
        else:
            run.append(item)
            assert run == TEN[: len(run)]
