import asyncio
from itertools import islice
from typing import Any

import pytest

from breathsense.core.model.inputs import LinkEvent, Notification
from breathsense.core.wire.conversation import (
    Script,
    Wait,
)
from breathsense.simulation.peripheral import Sent
from breathsense.sources.ble.errors import OutOfReach, WearableRefused
from breathsense.sources.ble.find import Target
from breathsense.sources.ble.timings import Timings, get_silence_s, list_pauses

COMMAND = "aaaa0001-0000-4000-8000-000000000000"
SAMPLES = "aaaa0002-0000-4000-8000-000000000000"
BATTERY = "00002a19-0000-1000-8000-00805f9b34fb"
FIRMWARE = "00002a26-0000-1000-8000-00805f9b34fb"


def test_a_link_streams_and_stops_its_wearable(bench: Any) -> None:
    bench.stream(3.0)
    assert bench.states == ["connecting", "connecting", "connected", "streaming", "stopped"]
    assert bench.counts == list(range(len(bench.counts)))
    assert 25 <= len(bench.counts) <= 31
    assert bench.belt.log == [
        "connect",
        "subscribe 2a19",
        "subscribe 0002",
        "01",
        "03",
        "02",
        "disconnect",
    ]


def test_battery_and_firmware_are_read_and_marked_as_read(bench: Any) -> None:
    bench.stream(1.0)
    read = {
        item.characteristic: item.payload
        for item in bench.items
        if isinstance(item, Notification) and item.origin == "read"
    }
    assert read == {BATTERY: b"\x57", FIRMWARE: b"1.2.3"}


def test_items_come_in_the_order_of_their_times(bench: Any) -> None:
    bench.stream(20.0, (5.0, lambda: drop(bench.belt)))
    times = [item.host_ns for item in bench.items]
    assert times == sorted(times)


def drop(belt: Any) -> None:
    belt.must_drop = True


def test_after_a_drop_it_streams_again_and_nothing_comes_twice(bench: Any) -> None:
    drops = [(at_s, lambda: drop(bench.belt)) for at_s in (5.0, 12.0, 20.0)]
    bench.stream(30.0, *drops)
    assert bench.belt.connections == 4
    assert bench.states.count("lost") == 3
    assert bench.states[-1] == "stopped"
    assert [detail for detail in bench.details if "broke" in detail] == ["the connection broke"] * 3
    steps = {(b - a) % 100 for a, b in zip(bench.counts, bench.counts[1:], strict=False)}
    assert 0 not in steps
    assert 100 < len(bench.counts) <= bench.belt.n_sent


def test_a_wearable_that_falls_silent_is_noticed_stopped_and_started_again(bench: Any) -> None:
    def fall_silent() -> None:
        bench.belt.is_silent = True

    def recover() -> None:
        bench.belt.is_silent = False

    bench.stream(20.0, (3.0, fall_silent), (9.0, recover))
    lost = next(i for i in bench.items if isinstance(i, LinkEvent) and i.state == "lost")
    last = max(
        i.host_ns
        for i in bench.items
        if isinstance(i, Notification) and i.payload[0] < 0x80 and i.host_ns < lost.host_ns
    )
    assert 5.0e9 <= lost.host_ns - last <= 6.0e9
    assert "nothing came for 5 s" in lost.detail
    assert bench.belt.connections == 2
    assert bench.belt.log.count("02") == 2
    assert bench.states[-2:] == ["streaming", "stopped"]


def test_battery_notifications_do_not_hide_that_the_samples_have_ended(bench: Any) -> None:
    belt = bench.belt

    def send_battery_only() -> None:
        belt.advance = lambda _: [Sent(BATTERY, b"\x50")]

    bench.stream(12.0, (2.0, send_battery_only))
    assert "lost" in bench.states


def test_the_stop_script_runs_when_the_start_script_fails(bench: Any) -> None:
    bench.belt.is_mute = True
    bench.first_tries = 1
    with pytest.raises(WearableRefused, match="did not answer within 2 s"):
        bench.stream(60.0)
    assert bench.belt.log[-4:] == ["01", "03", "02", "disconnect"]
    assert bench.states == ["connecting", "connecting", "connected", "lost", "stopped"]


def test_the_stop_script_runs_when_a_script_has_a_bug(bench: Any) -> None:
    class Broken(bench.talk):
        def start(self) -> Script:
            yield from super().start()
            raise ZeroDivisionError

    bench.talk = Broken
    with pytest.raises(ZeroDivisionError):
        bench.stream(60.0)
    assert bench.belt.log[-3:] == ["03", "02", "disconnect"]


def test_the_stop_script_runs_when_cancelled_in_the_middle_of_starting(bench: Any) -> None:
    bench.belt.is_mute = True
    bench.stream(1.0)
    assert bench.belt.log[-4:] == ["01", "03", "02", "disconnect"]


def test_a_wearable_that_never_answers_cannot_hold_up_the_stop(bench: Any) -> None:
    class Talker:
        def start(self) -> Script:
            yield from talk().start()

        def stop(self) -> Script:
            while True:
                yield Wait(60.0)

    talk = bench.talk
    bench.talk = Talker

    async def measure() -> float:
        task = asyncio.create_task(bench.build_link().run())
        await asyncio.sleep(2.0)
        before_s = asyncio.get_running_loop().time()
        task.cancel()
        await asyncio.wait({task})
        return asyncio.get_running_loop().time() - before_s

    assert bench.run(measure()) == pytest.approx(4.0)
    assert bench.belt.log[-1] == "disconnect"


def test_a_client_that_hangs_at_the_end_is_left_behind_after_a_while(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(_: Any) -> None:
        await asyncio.sleep(120)

    async def measure() -> float:
        task = asyncio.create_task(bench.build_link().run())
        await asyncio.sleep(2.0)
        monkeypatch.setattr("breathsense.sources.ble.memory.MemoryClient.disconnect", hang)
        before_s = asyncio.get_running_loop().time()
        task.cancel()
        await asyncio.wait({task})
        return asyncio.get_running_loop().time() - before_s

    assert bench.run(measure()) < 4.0 + 4.0


def test_a_drop_in_the_middle_of_starting_is_told_as_such_and_tried_again(bench: Any) -> None:
    bench.belt.is_mute = True

    def recover() -> None:
        bench.belt.is_mute = False
        bench.belt.must_drop = True

    bench.stream(5.0, (1.0, recover))
    assert "the connection broke" in bench.details
    assert bench.states[-2:] == ["streaming", "stopped"]


def test_a_wearable_out_of_reach_is_told_in_plain_words_after_some_tries(bench: Any) -> None:
    bench.belt.is_away = True
    with pytest.raises(OutOfReach, match="not in reach") as caught:
        bench.stream(600.0)
    assert caught.value.where == "TEST 1"
    assert "breathsense scan" in caught.value.advice
    assert bench.states.count("lost") == 3


def test_a_patient_link_waits_for_its_wearable_for_as_long_as_it_takes(bench: Any) -> None:
    bench.belt.is_away = True
    bench.first_tries = None

    def come_back() -> None:
        bench.belt.is_away = False

    bench.stream(400.0, (300.0, come_back))
    assert "streaming" in bench.states


def test_after_streaming_once_it_is_tried_for_ever(bench: Any) -> None:
    def go_away() -> None:
        bench.belt.is_away = bench.belt.must_drop = True

    def come_back() -> None:
        bench.belt.is_away = False

    bench.stream(1000.0, (3.0, go_away), (900.0, come_back))
    assert bench.states.count("streaming") == 2


def test_a_wearable_that_wants_pairing_is_paired_at_the_next_attempt(
    bench: Any,
) -> None:
    bench.belt.refuse_writes = 0x05
    bench.stream(10.0)
    assert [word for word in bench.belt.log if word in {"connect", "pair"}] == [
        "connect",
        "connect",
        "pair",
    ]
    assert bench.states.count("lost") == 1
    assert bench.states[-2:] == ["streaming", "stopped"]


def test_a_wearable_is_found_by_its_name_where_its_id_is_another(bench: Any) -> None:
    bench.target = Target("4B1C0D9E-0000-4000-8000-00000000MAC0", "TEST 1")
    bench.stream(5.0)
    assert "streaming" in bench.states


def test_pauses_double_up_to_a_bound_and_are_spread() -> None:
    longest = list(islice(list_pauses(Timings(), lambda: 1.0), 8))
    assert longest == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0]
    shortest = list(islice(list_pauses(Timings(), lambda: 0.0), 8))
    assert shortest == [0.25, 0.25, 0.5, 1.0, 2.0, 4.0, 5.0, 5.0]


def test_slow_wearables_may_be_silent_for_longer(bench: Any) -> None:
    from breathsense.core.profiles.schema import parse_profile  # noqa: PLC0415
    from breathsense.core.setup import Wearable  # noqa: PLC0415

    slow = bench.profile.text.replace("rate_hz = 10", "rate_hz = 0.5")
    assert get_silence_s(Wearable("a", bench.profile), Timings()) == 5.0
    assert get_silence_s(Wearable("a", parse_profile(slow, "slow")), Timings()) == 16.0


@pytest.mark.parametrize(("seconds", "n_times"), [(9.0, 0), (35.0, 3)])
def test_what_a_wearable_does_not_tell_by_itself_is_asked_for_now_and_then(
    bench: Any, make_profile: Any, seconds: float, n_times: int
) -> None:
    bench.profile = make_profile(
        "poll_s = 10",
        f"""
[[poll]]
do = "write"
characteristic = "{COMMAND}"
payload = [{{ hex = "07" }}]
[[poll]]
do = "ask"
characteristic = "{COMMAND}"
payload = [{{ hex = "08" }}]
answer_on = "{SAMPLES}"
answer = [{{ at = 0, equals = 0x99 }}]
timeout_s = 1
""",
    )
    bench.stream(seconds)
    asked = [words for words in bench.belt.log if words in {"07", "08"}]
    # An answer that never comes changes nothing.
    assert asked == ["07", "08"] * n_times
    assert "lost" not in bench.states
    assert bench.belt.log[-3:] == ["03", "02", "disconnect"]


def test_a_table_of_services_that_lacks_something_is_read_anew_at_the_next_attempt(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from breathsense.sources.ble import link  # noqa: PLC0415 - to look at what it asks for

    asked: list[Any] = []
    build = link.BleakClient

    def watch(*words: Any, **options: Any) -> Any:
        asked.append(options.get("winrt"))
        bench.belt.services = remembered[: len(asked)]
        return build(*words, **options)

    remembered = bench.belt.services[::-1]
    monkeypatch.setattr(link, "BleakClient", watch)
    bench.stream(20.0)
    assert asked == [None, {"use_cached_services": False}, {"use_cached_services": False}]
    assert bench.states[-2:] == ["streaming", "stopped"]
    assert any("an older table of its services" in detail for detail in bench.details)
