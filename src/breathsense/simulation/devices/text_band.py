"""A virtual home-made band: lines of text over the Nordic UART Service.

It speaks what ``docs/diy-band.md`` describes: ``t_ms,abdomen[,chest]`` while somebody listens,
``rate N`` sets the lines a second, and answers begin with ``#``.
"""

from typing import ClassVar

from breathsense.simulation.body import Body, Quantity
from breathsense.simulation.devices.clock import SampleTrain
from breathsense.simulation.devices.twin import NS_PER_S, Twin, battery_service, characteristic
from breathsense.simulation.faults import Faults
from breathsense.simulation.noise import uniform_at
from breathsense.simulation.peripheral import Advertisement, Service

SERVICE = "6e400001-b5a3-f393-e0a9-e50e24dcca9e"
RECEIVE = "6e400002-b5a3-f393-e0a9-e50e24dcca9e"
TRANSMIT = "6e400003-b5a3-f393-e0a9-e50e24dcca9e"
USUAL_RATE_HZ, LEAST_RATE_HZ, GREATEST_RATE_HZ = 25.0, 1.0, 100.0
STAMP_MASK = 0xFFFFFFFF
LOST_LINES = 95
"""Channel of the noise that loses lines."""


class TextBand(Twin):
    """A virtual band; a line longer than the link's packets comes in several."""

    needs: ClassVar[tuple[Quantity, ...]] = ("belt_force",)
    mtu: int = 23

    def __init__(self, body: Body, seed: int, faults: Faults) -> None:
        super().__init__(body, seed, faults)
        self.advertisement = Advertisement(f"BreathBand {self.serial[:4]}", (SERVICE,), {}, -45)
        self.services = (
            Service(
                SERVICE,
                (
                    characteristic(RECEIVE, "write", "write-without-response"),
                    characteristic(TRANSMIT, "notify"),
                ),
            ),
            battery_service(),
        )
        self._rate_hz = USUAL_RATE_HZ
        self._typed = b""
        self._train: SampleTrain | None = None
        self._n_lines = 0

    def on_connect(self) -> None:
        """Half a line of an earlier connection is worth nothing."""
        self._typed = b""

    def on_subscribe(self, uuid: str) -> None:
        """Say what the columns are, and begin."""
        if uuid == TRANSMIT:
            self._say("# t_ms,abdomen,chest")
            self._begin()

    def on_disconnect(self) -> None:
        """Nobody listens any more."""
        self._train = None

    def _begin(self) -> None:
        self._train = self.start_train(round(NS_PER_S / self._rate_hz))

    def on_write(self, uuid: str, payload: bytes) -> None:
        """Take what was typed, line by line."""
        del uuid
        *lines, self._typed = (self._typed + payload).split(b"\n")
        for line in lines:
            self._obey(line.decode(errors="replace").split())

    def _obey(self, words: list[str]) -> None:
        try:
            order, rate_hz = words[0], float(words[1])
        except (IndexError, ValueError):
            self._say("# what?")
            return
        if order != "rate" or not LEAST_RATE_HZ <= rate_hz <= GREATEST_RATE_HZ:
            self._say(f"# rate {LEAST_RATE_HZ:g} to {GREATEST_RATE_HZ:g}")
            return
        self.produce(self._now_ns)
        self._rate_hz = rate_hz
        self._say(f"# rate {rate_hz:g}")
        if self.is_subscribed(TRANSMIT):
            self._begin()

    def produce(self, now_ns: int) -> None:
        """Send a line for each sample; where the belly has no value there is none."""
        if self._train is None or not self.is_subscribed(TRANSMIT):
            return
        for number in self._train.due(now_ns):
            moment_ns = self.moment_ns(self._train, number)
            abdomen = self.body.belt_force_n(moment_ns)
            if abdomen is None:
                continue
            chest = self.body.belt_force_n(moment_ns, "chest")
            t_ms = self._train.stamp_ns(number) // 1_000_000 & STAMP_MASK
            line = f"{t_ms},{abdomen:.3f}" + ("" if chest is None else f",{chest:.3f}")
            self._n_lines += 1
            self.begin_to_stream(TRANSMIT)
            # A link loses whole lines, if any: half a line would be another line.
            lost = uniform_at(self.seed, LOST_LINES, self._n_lines) < self.faults.loss_fraction
            if not lost:
                self._say(line)

    def _say(self, line: str) -> None:
        text, size = line.encode() + b"\n", self.mtu - 3
        for start in range(0, len(text), size):
            self.answer(TRANSMIT, text[start : start + size])
