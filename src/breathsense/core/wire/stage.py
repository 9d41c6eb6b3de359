"""The first stage of the engine: notifications of one wearable to samples on the session axis."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from breathsense.core.model.inputs import LinkEvent, Notification
from breathsense.core.model.samples import (
    Gap,
    Reading,
    Rejected,
    SampleBlock,
    Timing,
    freeze_times,
    freeze_values,
)
from breathsense.core.model.sensors import Place
from breathsense.core.profiles.schema import Profile
from breathsense.core.profiles.settings import list_streams_on, resolve_settings, stream_rate_hz
from breathsense.core.profiles.units import find_factor
from breathsense.core.profiles.wearing import name_stream_sensor
from breathsense.core.wire.decoding import build_decoder
from breathsense.core.wire.packet import Packet
from breathsense.core.wire.shared_clock import Run, SharedState, build_clocks
from breathsense.core.wire.spacing import Timed, cut_in_turns

GREATEST = 1e9
"""No wearable measures more than this in its unit: larger numbers are damaged bytes."""
TELL_NS = 10_000_000_000
"""How often the timing of a stream is told; for the first time half that after its beginning."""
NEVER_NS = 1 << 63
RUN_NS = 15_000_000_000
"""Arrivals that are decoded at once span less."""
TURN_NS = 800_000_000
"""Streams of a wearable with rotation are given in turns of this: acceleration waits for it, not
for long."""
MOST_HELD = 512
"""So many notifications are decoded at once at the most."""
ASIDE = (SampleBlock, Reading, Rejected, Timing)
"""What another wearable gives; what is held need not go before it."""
BREAKING = ("connecting", "connected", "lost", "stopped")
"""States of the link after which a wearable's samples do not follow on the ones before."""


Given = SampleBlock | Gap | Reading | Rejected | Timing


@dataclass(slots=True)
class Ends:
    """Where the given samples of a stream end, and why values are missing since then.

    ``told_ns`` is when its timing was told last.
    """

    t_ns: int | None = None
    missing: str = ""
    told_ns: int | None = None


@dataclass(slots=True)
class WireState:
    """All that the stage remembers: the states of decoder and clocks, and by stream the ends.

    ``held`` are notifications that wait to be decoded at once.
    """

    decoder: Any
    clocks: list[SharedState]
    ends: dict[str, Ends] = field(default_factory=dict)
    held: list[Notification] = field(default_factory=list)


class WireStage:
    """Decodes one wearable and times its samples.

    Takes ``Notification`` and ``LinkEvent`` of its wearable; gives ``SampleBlock``, ``Gap``,
    ``Reading``, ``Rejected`` and, now and then, the ``Timing`` of each steady stream. Link events
    are handed on after what they bring about; all else is handed on unchanged. Streams that are
    off are decoded and dropped.

    At a gap: samples before and after it are given, with a ``Gap`` between them that reaches from
    the newest sample before it to the first one after it. Rows in which a value is missing (NaN,
    or absurd) are left out the same way (``missing_values``), so that blocks hold finite values
    only. After a change of the link the decoder begins anew and times are found afresh.

    Parameters
    ----------
    wearable_id : str
        Whose notifications are taken.
    profile : Profile
        How they are read.
    place : Place
        Where it is worn: names the sensors.
    settings : mapping of str to float
        What the user chose; raises RefusedInput if the profile does not allow it.
    joins_runs : bool
        Hold notifications back for some time and decode them at once: quicker, and the same is
        given. Not for the live path.

    """

    def __init__(
        self,
        wearable_id: str,
        profile: Profile,
        place: Place,
        settings: Mapping[str, float],
        *,
        joins_runs: bool = False,
    ) -> None:
        self._id = wearable_id
        self._joins_runs = joins_runs
        self._held: list[Notification] = []
        self._decoder = build_decoder(profile, settings)
        self._profile, self._settings = profile, dict(settings)
        resolved = resolve_settings(profile, settings)
        streams = list_streams_on(profile, settings)
        self._streams = {stream.name: stream for stream in streams}
        self._sensors = {stream.name: name_stream_sensor(stream, place) for stream in streams}
        self._clocks = build_clocks([(one, stream_rate_hz(one, resolved)) for one in streams])
        self._clock_of = {name: clock for clock in self._clocks for name in clock.names}
        self._ends = {stream.name: Ends() for stream in streams}
        self._has_rotation = any(stream.signal == "gyr" for stream in streams)

    @property
    def state(self) -> WireState:
        """All that changes, to be saved and restored."""
        clocks = [clock.state for clock in self._clocks]
        return WireState(self._decoder.state, clocks, self._ends, self._held)

    @state.setter
    def state(self, state: WireState) -> None:
        self._decoder.state = state.decoder
        for clock, one in zip(self._clocks, state.clocks, strict=True):
            clock.state = one
        self._ends, self._held = state.ends, state.held

    def push(self, item: Any) -> list[Any]:
        """Take one item; see the class."""
        if isinstance(item, Notification):
            return self._hold(item) if item.wearable == self._id else [item]
        if isinstance(item, ASIDE):
            return [item]
        given: list[Any] = self._let_go()
        if isinstance(item, LinkEvent) and item.wearable == self._id:
            given += self._link_changed(item)
        return [*given, item]

    def flush(self) -> list[Any]:
        """Give the samples that are held back."""
        given = self._let_go()
        return given + self._give_each([told for clock in self._clocks for told in clock.flush()])

    def _hold(self, notification: Notification) -> list[Given]:
        if not self._joins_runs:
            return self._decode([notification])
        held = self._held
        is_full = len(held) >= MOST_HELD or (
            bool(held) and notification.host_ns - held[0].host_ns >= RUN_NS
        )
        given = self._let_go() if is_full else []
        self._held.append(notification)
        return given

    def _let_go(self) -> list[Given]:
        held, self._held = self._held, []
        return self._decode(held) if held else []

    def _decode(self, notifications: list[Notification]) -> list[Given]:
        """Decode notifications; packets of a stream, with nothing between, are timed at once."""
        given: list[Given] = []
        runs: dict[str, Run] = {}
        decoded = self._decoder.decode_run(notifications)
        due_ns = NEVER_NS
        for notification, each in zip(notifications, decoded, strict=True):
            host_ns = notification.host_ns
            for one in each:
                if not isinstance(one, Packet):
                    given += self._time_all(runs)
                    given.append(one)
                elif one.stream in runs:
                    runs[one.stream].append((one, host_ns))
                elif one.stream in self._clock_of:
                    runs[one.stream] = [(one, host_ns)]
                    due_ns = min(due_ns, self._find_due_ns(one.stream, host_ns))
            if host_ns >= due_ns:
                # Of those that came just now: when others come is known of single ones only.
                came = dict.fromkeys(one.stream for one in each if isinstance(one, Packet))
                due = [
                    name
                    for name in came
                    if name in runs and host_ns >= self._find_due_ns(name, host_ns)
                ]
                if due:
                    given += self._time_all(runs)
                    given += [told for name in due for told in self._tell(name, host_ns)]
                ends_ns = [self._find_due_ns(name, host_ns) for name in runs]
                due_ns = min(ends_ns, default=NEVER_NS)
        return given + self._time_all(runs)

    def _time_all(self, runs: dict[str, Run]) -> list[SampleBlock | Gap]:
        clocks = dict.fromkeys(self._clock_of[name] for name in runs)
        timed = [told for clock in clocks for told in clock.push_runs(runs)]
        runs.clear()
        return self._give_each(timed)

    def _find_due_ns(self, name: str, host_ns: int) -> int:
        """Return when it is time to tell the timing of a stream, of which something came now."""
        ends = self._ends[name]
        if ends.told_ns is None:
            ends.told_ns = host_ns - TELL_NS // 2
        return ends.told_ns + TELL_NS

    def _tell(self, name: str, host_ns: int) -> list[Timing]:
        self._ends[name].told_ns = host_ns
        figures = self._clock_of[name].tell(name)
        if figures is None:
            return []
        return [
            Timing(
                self._id,
                self._sensors[name],
                self._streams[name].signal,
                host_ns,
                figures.rate_hz,
                figures.fast_ppm,
                figures.fast_sd_ppm,
                figures.offset_sd_ms,
                figures.n_samples,
                figures.n_lost,
            )
        ]

    def _link_changed(self, event: LinkEvent) -> list[SampleBlock | Gap]:
        if event.state not in BREAKING:
            return []
        self._decoder = build_decoder(self._profile, self._settings)
        timed = [told for clock in self._clocks for told in clock.break_line("link_lost")]
        return self._give_each(timed)

    def _give_each(self, timed: Sequence[tuple[str, list[Timed]]]) -> list[SampleBlock | Gap]:
        if self._has_rotation:
            timed = cut_in_turns(timed, TURN_NS)
        return [given for name, each in timed for one in each for given in self._cut(name, one)]

    def _cut(self, name: str, timed: Timed) -> list[SampleBlock | Gap]:
        """Give the samples of one packet, in pieces where values are missing."""
        ends = self._ends[name]
        ends.missing = ends.missing or timed.broken_by
        is_sound = np.abs(timed.values) <= GREATEST
        if is_sound.all():
            return self._piece(name, timed, slice(None))
        is_whole = np.logical_and.reduce(is_sound, axis=1)
        given: list[SampleBlock | Gap] = []
        edges = np.flatnonzero(np.diff(is_whole)) + 1
        for run in np.split(np.arange(len(is_whole)), edges):
            if is_whole[run[0]]:
                given += self._piece(name, timed, slice(int(run[0]), int(run[-1]) + 1))
            else:
                ends.missing = ends.missing or "missing_values"
        return given

    def _piece(self, name: str, timed: Timed, rows: slice) -> list[SampleBlock | Gap]:
        stream, sensor, ends = self._streams[name], self._sensors[name], self._ends[name]
        t_ns = freeze_times(timed.t_ns[rows])
        given: list[SampleBlock | Gap] = []
        if ends.missing and ends.t_ns is not None:
            given.append(Gap(sensor, stream.signal, ends.t_ns, int(t_ns[0]), ends.missing))
        ends.missing, ends.t_ns = "", int(t_ns[-1])
        factor = find_factor(stream.signal, stream.unit)
        values = timed.values[rows] if factor == 1 else timed.values[rows] * factor
        block = SampleBlock(sensor, stream.signal, t_ns, freeze_values(values))
        return [*given, block]
