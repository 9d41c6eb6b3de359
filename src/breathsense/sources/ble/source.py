"""The Bluetooth source: an event loop in a thread of its own, one link for each wearable."""

import asyncio
import atexit
import logging
import random
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from breathsense.core.model.errors import BreathSenseError
from breathsense.core.model.inputs import LinkEvent, Notification
from breathsense.core.profiles.schema import Profile
from breathsense.core.setup import Wearable
from breathsense.core.wire.conversation import Conversation
from breathsense.core.wire.dialogue import build_conversation
from breathsense.sources.base import Finished, SessionClock, Sink
from breathsense.sources.ble.find import Target
from breathsense.sources.ble.link import Link, Surroundings
from breathsense.sources.ble.patience import Patience
from breathsense.sources.ble.platforms import prepare_thread
from breathsense.sources.ble.radio import Radio
from breathsense.sources.ble.scanner import Scanner
from breathsense.sources.ble.timings import Timings

_LOG = logging.getLogger(__name__)
STOP_S = 10.0
"""Longest wait of ``stop``: more than a stop script and a disconnection may take together."""

Converse = Callable[[Profile, dict[str, float]], Conversation]


class BleSource:
    """Notifications of one or several wearables, live.

    Parameters
    ----------
    wearables : sequence of (Wearable, device id)
        The id is what ``scan`` lists, or the name; a wearable whose id is not seen (another
        computer gave it) is found by ``Wearable.name``.
    radio : Radio
        The machine's own, or one in memory.
    clock : SessionClock
        Stamps the items; the session's own.
    timings : Timings
        How long things may take.
    first_tries : int or None
        How many attempts each wearable gets before one has streamed; after that, and with
        ``None`` from the beginning, all are tried for ever.
    jitter : callable
        Random numbers from 0 to 1 that spread the attempts.
    converse : callable
        Gives a fresh conversation for a profile and settings.

    """

    def __init__(
        self,
        wearables: Sequence[tuple[Wearable, str]],
        *,
        radio: Radio | None = None,
        clock: SessionClock | None = None,
        timings: Timings | None = None,
        first_tries: int | None = 3,
        jitter: Callable[[], float] = random.random,
        converse: Converse = build_conversation,
    ) -> None:
        self._wearables = tuple(wearables)
        self._radio = radio or Radio()
        self._clock = clock or SessionClock()
        self._timings = timings or Timings()
        self._first_tries = first_tries
        self._jitter = jitter
        self._converse = converse
        self._sink: Sink | None = None
        self._fault = ""
        self._end = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def start(self, sink: Sink) -> None:
        """Begin; returns at once. ``sink`` is called from the source's thread.

        If the program ends without ``stop``, the wearables are stopped all the same.
        """
        self._sink = sink
        self._loop = loop = self._clock.build_loop()
        self._thread = threading.Thread(
            target=self._run, args=(loop,), name="breathsense-ble", daemon=True
        )
        atexit.register(self.stop)
        self._thread.start()

    def stop(self) -> None:
        """Run the stop scripts, end the connections, give back the thread; in bounded time.

        Nothing reaches the sink once this has returned. May be called again, and before ``start``.
        """
        atexit.unregister(self.stop)
        if self._loop is None or self._thread is None:
            return
        with suppress(RuntimeError):  # the loop has ended by itself
            self._loop.call_soon_threadsafe(self._end.set)
        if self._thread is threading.current_thread():
            return
        self._thread.join(STOP_S)
        if self._thread.is_alive():
            _LOG.error("Bluetooth did not end within %g s", STOP_S)
            self._sink = None

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        prepare_thread()
        problem = ""
        try:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                runner.run(self._supervise())
        except BreathSenseError as error:
            problem = str(error)
        except Exception as error:  # noqa: BLE001 - whoever listens must learn of its end
            _LOG.exception("the Bluetooth source broke off")
            problem = f"the Bluetooth source broke off: {error!r}"
        self._send_last(Finished(self._fault or problem))

    async def _supervise(self) -> None:
        surroundings = Surroundings(
            radio=self._radio,
            scanner=Scanner(self._radio),
            now_ns=self._clock.now_ns,
            emit=self._send,
            timings=self._timings,
            patience=Patience(self._first_tries, len(self._wearables)),
            jitter=self._jitter,
        )
        links = [
            asyncio.create_task(self._build_link(wearable, device_id, surroundings).run())
            for wearable, device_id in self._wearables
        ]
        ending = asyncio.create_task(self._end.wait())
        try:
            await asyncio.wait([*links, ending], return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended = [link for link in links if link.done()]
            for task in (ending, *links):
                task.cancel()
            # A link takes its time to stop its wearable; it knows its bounds itself.
            await asyncio.gather(ending, *links, return_exceptions=True)
        for link in ended:
            link.result()

    def _build_link(self, wearable: Wearable, device_id: str, surroundings: Surroundings) -> Link:
        return Link(
            wearable,
            Target(device_id, wearable.name, tuple(wearable.profile.spec.recognition.services)),
            partial(self._converse, wearable.profile, wearable.settings),
            surroundings,
        )

    def _send(self, item: Notification | LinkEvent) -> None:
        sink = self._sink
        if sink is None or self._fault:
            return
        try:
            sink(item)
        except Exception as error:  # noqa: BLE001 - bleak swallows what a callback raises
            _LOG.exception("what takes the notifications failed")
            self._fault = f"what takes the notifications failed: {error!r}"
            self._end.set()

    def _send_last(self, finished: Finished) -> None:
        if self._sink is not None:
            try:
                self._sink(finished)
            except Exception:  # noqa: BLE001 - the thread ends here in any case
                _LOG.exception("what takes the notifications failed")
