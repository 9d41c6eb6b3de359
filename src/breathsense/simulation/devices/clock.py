"""Clocks of wearables: a little fast or slow, started at a time of their own."""

from dataclasses import dataclass

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class DeviceClock:
    """A clock that is ``error_ppm`` too fast and read ``origin_ns`` at server time 0."""

    error_ppm: float = 0.0
    origin_ns: int = 0

    def read_ns(self, server_ns: int) -> int:
        """Return what it shows at a server time."""
        return self.origin_ns + server_ns + round(server_ns * self.error_ppm / MILLION)

    def true_ns(self, believed_ns: int) -> int:
        """Return how long a span really lasts that the wearable believes to be this long."""
        return believed_ns - round(believed_ns * self.error_ppm / (MILLION + self.error_ppm))


class SampleTrain:
    """The instants at which a stream takes its samples: the first at once, then by its clock.

    Parameters
    ----------
    clock : DeviceClock
        Of the wearable.
    period_ns : int
        Between samples, as the wearable believes.
    started_ns : int
        Server time of sample 0.

    """

    def __init__(self, clock: DeviceClock, period_ns: int, started_ns: int) -> None:
        self.clock = clock
        self.period_ns = period_ns
        self.started_ns = started_ns
        self._next = 0

    def due(self, now_ns: int) -> range:
        """Return the numbers of the samples taken since the last call."""
        first = self._next
        estimate = (now_ns - self.started_ns) // self.period_ns
        # The clock's error moves the estimate by a few samples in a long stream.
        last = estimate + 1 + abs(round(estimate * self.clock.error_ppm / MILLION))
        while last >= first and self.true_ns(last) > now_ns - self.started_ns:
            last -= 1
        self._next = max(last + 1, first)
        return range(first, self._next)

    def nominal_ns(self, number: int) -> int:
        """Return how long after the start the wearable believes to have taken a sample."""
        return number * self.period_ns

    def true_ns(self, number: int) -> int:
        """Return how long after the start it really took it."""
        return self.clock.true_ns(self.nominal_ns(number))

    def stamp_ns(self, number: int) -> int:
        """Return the wearable's own stamp of a sample."""
        return self.clock.read_ns(self.started_ns) + self.nominal_ns(number)
