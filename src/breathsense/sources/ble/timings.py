"""How long things may take: the only numbers of the link."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from breathsense.core.profiles.settings import (
    list_streams_on,
    resolve_settings,
    stream_rate_hz,
)
from breathsense.core.setup import Wearable


@dataclass(frozen=True, slots=True)
class Timings:
    """How long things may take, in seconds.

    Parameters
    ----------
    find_s : float
        Looking for the wearable once; sleeping ones advertise every 1 to 2 s.
    connect_s : float
        Connecting and reading its table of services; bleak's own default since 2.1.1.
    action_s : float
        One read, write or subscription.
    stop_s : float
        The whole stop script; a healthy wearable answers each command within 0.2 s.
    disconnect_s : float
        Waiting for the end of the connection: Windows was seen to take 120 s (bleak issue 974),
        for which nobody waits.
    least_silence_s, n_silent_periods : float
        The link counts as lost after ``least_silence_s`` without a notification, or, for slow
        wearables, after this many periods of their fastest stream.
    first_pause_s, longest_pause_s : float
        Pauses between attempts grow from the one to the other.

    """

    find_s: float = 10.0
    connect_s: float = 30.0
    action_s: float = 5.0
    stop_s: float = 4.0
    disconnect_s: float = 4.0
    least_silence_s: float = 5.0
    n_silent_periods: float = 8.0
    first_pause_s: float = 0.25
    longest_pause_s: float = 10.0


def list_pauses(timings: Timings, jitter: Callable[[], float]) -> Iterator[float]:
    """Give the pauses before each further attempt: doubling, bounded, spread by ``jitter``.

    ``jitter`` gives numbers from 0 to 1. The spread keeps several wearables that were lost together
    from asking for the radio at the same instants for ever.
    """
    pause_s = timings.first_pause_s
    while True:
        spread_s = max(pause_s / 2, timings.first_pause_s)
        yield spread_s + (pause_s - spread_s) * jitter()
        pause_s = min(2 * pause_s, timings.longest_pause_s)


def get_silence_s(wearable: Wearable, timings: Timings) -> float:
    """Return how long a streaming wearable may say nothing before its link counts as lost.

    The profile's own time if it names one, else by the rate of the fastest stream that is on.
    """
    if wearable.profile.spec.silence_s is not None:
        return wearable.profile.spec.silence_s
    settings = resolve_settings(wearable.profile, wearable.settings)
    streams = list_streams_on(wearable.profile, wearable.settings)
    rates_hz = [stream_rate_hz(stream, settings) for stream in streams]
    fastest_hz = max((rate_hz for rate_hz in rates_hz if rate_hz), default=1.0)
    return max(timings.least_silence_s, timings.n_silent_periods / fastest_hz)
