import asyncio
import threading

from breathsense.simulation.instant import InstantTime

HOUR_S = 3600.0


def test_hours_pass_at_once_and_in_order() -> None:
    clock = InstantTime(HOUR_S)
    woken: list[float] = []

    async def sleep() -> None:
        async def wake(after_s: float) -> None:
            await asyncio.sleep(after_s)
            woken.append(clock.now_s)

        await asyncio.gather(wake(1800.0), wake(0.5), wake(60.0))

    with asyncio.Runner(loop_factory=clock.build_loop) as runner:
        runner.run(sleep())
    assert [round(one, 6) for one in woken] == [0.5, 60.0, 1800.0]
    assert clock.now_ns() == round(clock.now_s * 1e9)


def test_at_the_end_time_passes_as_for_everybody_and_others_can_wake_the_loop() -> None:
    clock = InstantTime(10.0)
    loop = clock.build_loop()
    over = asyncio.Event()

    async def run() -> None:
        waiting = asyncio.ensure_future(asyncio.sleep(HOUR_S))
        await over.wait()
        waiting.cancel()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    assert clock.is_reached.wait(30.0)
    loop.call_soon_threadsafe(over.set)
    thread.join(30.0)
    loop.close()
    assert clock.now_s < HOUR_S
