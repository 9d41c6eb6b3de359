"""All sensors' signals, which come in any pieces, to frames: one moment after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from breathsense.core.frames.frame import Frame, LeaderEvent
from breathsense.core.frames.lanes import (
    NEVER,
    Lane,
    LaneState,
    SampleLane,
    SampleLaneState,
)
from breathsense.core.model.bracing import Bend
from breathsense.core.model.events import QualityHint
from breathsense.core.model.inputs import LinkEvent, Mark
from breathsense.core.model.samples import Gap, Mmg, SampleBlock, Trunk, Waveform
from breathsense.core.model.sensors import Sensor
from breathsense.core.signal.grid import GridParams

Channel = Literal["belly", "chest", "tilt", "chest_tilt"]
CHANNELS: dict[tuple[str, str], Channel] = {
    ("band", "abdomen"): "belly",
    ("band", "chest"): "chest",
    ("imu", "abdomen"): "tilt",
    ("imu", "chest"): "chest_tilt",
}
"""The waveform that a kind of sensor at a place gives."""
MADE = ("mmg_log", "mmg_high_log", "flutter", "forward_deg", "sideways_deg", "is_moving")
"""What else is made of the acceleration on the belly."""
COLUMNS = Frame._fields[2:-2]
"""What a frame tells of its moment."""
PLACES = tuple(enumerate(COLUMNS))
MOST_EVENTS = 200
"""Of a leading sensor that fell silent; what is more than this is too old to matter."""
LONG_SPAN = 64
"""Frames at once, above which the few in which anything was told are looked up."""
FAINTEST_G = 1e-6
"""No accelerometer hears less."""


@dataclass(frozen=True, slots=True)
class FrameParams:
    """How frames are made.

    Parameters
    ----------
    n_steps : int
        Grid steps of a frame. 4, 0.16 s: a brace is decided in about a second, from about six.
    held_ns : int
        So long, and no longer, frames wait for a sensor that says nothing.
    alive_ns : int
        What is made of an accelerometer's samples (tilt, muscle sound, lean) is waited for if it
        was there less than this time ago.
    lag_ns : int
        It comes at most so long after the samples.

    """

    n_steps: int = 4
    held_ns: int = 30_000_000_000
    alive_ns: int = 2_000_000_000
    lag_ns: int = 1_000_000_000


@dataclass(slots=True)
class ImuState:
    """One IMU: its samples, and up to where what is made of them has come.

    ``settled_ns`` is the newest sample of which everything has come; ``turned_ns`` the newest
    rotation.
    """

    up: SampleLaneState = field(default_factory=SampleLaneState)
    turned_ns: int = NEVER
    settled_ns: int = NEVER


@dataclass(slots=True)
class FrameState:
    """Signals that wait for one another; ``next`` is the number of the frame to come, -1 none.

    ``gone`` are sensors that are not waited for. ``newest_ns`` is the newest sample,
    ``settled_ns`` the newest of which everything has come. ``events`` come with when they were
    decided, ``earliest_ns`` is when the first of them was.
    """

    lanes: dict[str, LaneState] = field(default_factory=dict)
    imus: dict[str, ImuState] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    marks: list[Mark] = field(default_factory=list)
    events: list[tuple[int, LeaderEvent]] = field(default_factory=list)
    bends: list[Bend] = field(default_factory=list)
    next: int = -1
    has_begun: bool = False
    newest_ns: int = NEVER
    settled_ns: int = NEVER
    earliest_ns: int = NEVER


class FrameStage:
    """Gives a ``Frame`` as soon as all sensors have told of its moment; all else passes on.

    A sensor is waited for from the start, though not while its link is lost, nor longer than
    ``held_ns``. In a gap of a sensor its values are ``None``. Marks go with the first frame that
    ends at or after them, events with that in which the leading sensor had decided them; a ``Bend``
    waits for the frames that were known before it. At the end, frames that not all sensors have
    reached are not given: they could not be told the same if more had come.

    Parameters
    ----------
    sensors : tuple of Sensor
        Those with a kind and place in ``CHANNELS`` are used.
    leader : str
        Sensor whose turns and breaths the frames carry.
    wearables : mapping of str to tuple of str
        The sensors of each wearable, whose link may be lost.
    """

    def __init__(
        self,
        sensors: tuple[Sensor, ...],
        leader: str,
        wearables: dict[str, tuple[str, ...]],
        grid: GridParams,
        params: FrameParams,
    ) -> None:
        channels = {one.id: CHANNELS.get((one.kind, one.place)) for one in sensors}
        self._channels = {sensor: channel for sensor, channel in channels.items() if channel}
        self._leader = leader
        self._leading = self._channels.get(leader)
        self._wearables = wearables
        self._params = params
        self._half_ns = grid.step_ns // 2
        self._bridge_ns = grid.bridge_ns
        self._span_ns = grid.step_ns * params.n_steps
        self._lane = Lane(grid.step_ns, params.n_steps)
        self._samples = SampleLane(grid.step_ns, params.n_steps, grid.bridge_ns)
        self._bands = tuple(k for k, v in self._channels.items() if v in {"belly", "chest"})
        imus = [k for k, v in self._channels.items() if v in {"tilt", "chest_tilt"}]
        self._belly_imu = next((k for k in imus if self._channels[k] == "tilt"), "")
        made = {k: [str(self._channels[k])] for k in imus}
        if self._belly_imu:
            made[self._belly_imu] += MADE
        self._made = made
        names = [*self._channels.values(), *(MADE if self._belly_imu else ())]
        self.state = FrameState(
            lanes={str(name): LaneState() for name in names},
            imus={one: ImuState() for one in imus},
        )

    def push(self, item: object) -> list[object]:
        """Take an item; frames that are whole come before it."""
        if isinstance(item, SampleBlock | Gap | Mark | LinkEvent):
            # What earlier samples gave has come by now.
            self._settle()
            given = self._give()
            self._note(item)
            return [*given, item]
        if isinstance(item, LeaderEvent):
            if item.sensor == self._leader:
                self._wait_for(item)
            return [item]
        if isinstance(item, Bend):
            self.state.bends.append(item)
            return []
        if isinstance(item, Waveform | Mmg | Trunk) and len(item.t_ns):
            self._fill(item)
            return [*self._give(), item]
        return [item]

    def flush(self) -> list[object]:
        """Give the frames that all sensors have reached."""
        for imu in self.state.imus.values():
            imu.turned_ns = NEVER
        self._settle()
        given = self._give()
        bends, self.state.bends = self.state.bends, []
        return [*given, *bends]

    def _settle(self) -> None:
        self.state.settled_ns = self.state.newest_ns
        for imu in self.state.imus.values():
            newest_ns = imu.up.reached_ns
            is_turning = newest_ns - imu.turned_ns < self._params.alive_ns
            imu.settled_ns = min(newest_ns, imu.turned_ns) if is_turning else newest_ns

    def _note(self, item: SampleBlock | Gap | Mark | LinkEvent) -> None:
        s = self.state
        if isinstance(item, Mark):
            s.marks = sorted([*s.marks, item], key=lambda mark: mark.start_ns)
        elif isinstance(item, LinkEvent):
            if item.state in {"lost", "stopped"}:
                s.gone.update(self._wearables.get(item.wearable, ()))
        elif item.sensor not in self._channels:
            return
        elif isinstance(item, Gap):
            self._skip(item)
        elif len(item.t_ns):
            self._sample(item)

    def _skip(self, gap: Gap) -> None:
        """Nothing will come of this sensor before the end of the gap, unless it is crossed."""
        s = self.state
        imu = s.imus.get(gap.sensor)
        if imu is None:
            if gap.end_ns - gap.start_ns > self._bridge_ns:
                lane = s.lanes[self._channels[gap.sensor]]
                lane.reached_ns = max(lane.reached_ns, gap.end_ns)
        elif gap.signal in {None, "acc"}:
            self._samples.break_off(imu.up)
            imu.up.reached_ns = max(imu.up.reached_ns, gap.end_ns)

    def _sample(self, block: SampleBlock) -> None:
        s = self.state
        s.gone.discard(block.sensor)
        self._see(int(block.t_ns[0]), int(block.t_ns[-1]))
        imu = s.imus.get(block.sensor)
        if imu is None:
            return
        if block.signal == "gyr":
            imu.turned_ns = int(block.t_ns[-1])
        elif block.signal == "acc":
            self._samples.take(imu.up, block.t_ns, block.values)

    def _see(self, first_ns: int, newest_ns: int) -> None:
        s = self.state
        s.newest_ns = max(s.newest_ns, newest_ns)
        if not s.has_begun:
            first = -(first_ns // -self._span_ns)
            s.next = first if s.next < 0 else min(s.next, first)

    def _fill(self, item: Waveform | Mmg | Trunk) -> None:
        t_ns, known_ns = item.t_ns, item.known_ns
        self._see(int(t_ns[0]), int(t_ns[-1]))
        if isinstance(item, Waveform):
            channel = self._channels.get(item.sensor)
            if channel is not None:
                self._lane.take(self._tidy(channel), t_ns, known_ns, item.values)
            return
        if item.sensor != self._belly_imu:
            return
        if isinstance(item, Mmg):
            heard = (item.rms_g, item.high_g)
            columns = [np.log10(np.maximum(one, FAINTEST_G)) for one in heard]
            columns.append(item.flutter)
            names: tuple[str, ...] = MADE[:3]
        else:
            columns = [item.lean_deg[:, 0], item.lean_deg[:, 1], item.is_moving]
            names = MADE[3:]
        for name, column in zip(names, columns, strict=True):
            self._lane.take_last(self._tidy(name), t_ns, known_ns, column)

    def _tidy(self, name: str) -> LaneState:
        """Return a lane, without what came too late for its frame."""
        filled = self.state.lanes[name].filled
        while filled and (first := next(iter(filled))) < self.state.next:
            del filled[first]
        return self.state.lanes[name]

    def _give(self) -> list[object]:
        s = self.state
        if s.next < 0:
            return []
        numbers = range(s.next, self._find_limit() // self._span_ns + 1)
        if not numbers:
            return []
        s.next, s.has_begun = numbers.stop, True
        given: list[object] = []
        for frame in self._build(numbers):
            while s.bends and s.bends[0].decided_ns < frame.known_ns:
                given.append(s.bends.pop(0))
            given.append(frame)
        return given

    def _find_limit(self) -> int:
        """Return the time up to which all sensors that are waited for have told all."""
        s = self.state
        reached = [
            s.lanes[self._channels[one]].reached_ns for one in self._bands if one not in s.gone
        ]
        reached += [self._find_imu_limit(one) for one in s.imus if one not in s.gone]
        limit_ns = min(reached, default=NEVER)
        return max(limit_ns, s.settled_ns - self._params.held_ns)

    def _find_imu_limit(self, sensor: str) -> int:
        s, p = self.state, self._params
        imu = s.imus[sensor]
        limit_ns = imu.up.reached_ns - self._half_ns - 1
        settled_ns = imu.settled_ns - self._half_ns - 1
        for name in self._made[sensor]:
            reached_ns = s.lanes[name].reached_ns
            made_ns = settled_ns
            if name != self._channels[sensor]:
                alive_ns = max(reached_ns, imu.up.run_ns) + p.alive_ns
                made_ns = settled_ns - p.lag_ns
                made_ns = made_ns if made_ns < alive_ns else settled_ns
            limit_ns = min(limit_ns, max(reached_ns, made_ns))
        return limit_ns

    def _build(self, span: range) -> Iterator[Frame]:
        """Yield the frames in which anything was told."""
        s = self.state
        numbers = span if len(span) <= LONG_SPAN else self._pick_told(span)
        told = self._list_told(numbers)
        leading = COLUMNS.index(self._leading) if self._leading else -1
        for number in numbers:
            t_ns = number * self._span_ns
            marks = self._take_marks(t_ns) if s.marks else ()
            values, known_ns, leading_ns = [None] * len(COLUMNS), NEVER, NEVER
            for place, filled in told:
                held = filled.pop(number, None)
                if held is not None:
                    values[place], at_ns = held
                    known_ns = max(known_ns, at_ns)
                    if place == leading:
                        leading_ns = at_ns
            if known_ns == NEVER:
                if not marks:
                    continue
                known_ns = t_ns
            events = self._take_events(leading_ns) if leading_ns >= s.earliest_ns else ()
            yield Frame._make((t_ns, known_ns, *values, marks, events))

    def _list_told(self, numbers: Sequence[int]) -> list[tuple[int, dict[int, Any]]]:
        """Return the columns in which anything is held, with that; forget what is in no column."""
        s = self.state
        lanes: dict[str, dict[int, Any]] = {name: lane.filled for name, lane in s.lanes.items()}
        for sensor, imu in s.imus.items():
            if sensor == self._belly_imu:
                lanes["up"] = imu.up.filled
                continue
            for number in numbers if imu.up.filled else ():
                imu.up.filled.pop(number, None)
        return [(place, filled) for place, name in PLACES if (filled := lanes.get(name))]

    def _pick_told(self, span: range) -> list[int]:
        """Return the frames of a span in which anything can be: a hole may last for years."""
        s = self.state
        told = {-(mark.start_ns // -self._span_ns) for mark in s.marks}
        told = {max(number, span.start) for number in told}
        told.update(*(lane.filled for lane in s.lanes.values()))
        told.update(*(imu.up.filled for imu in s.imus.values()))
        return sorted(number for number in told if number in span)

    def _take_marks(self, until_ns: int) -> tuple[Mark, ...]:
        marks = self.state.marks
        if not marks or marks[0].start_ns > until_ns:
            return ()
        n = 1
        while n < len(marks) and marks[n].start_ns <= until_ns:
            n += 1
        self.state.marks = marks[n:]
        return tuple(marks[:n])

    def _wait_for(self, event: LeaderEvent) -> None:
        s = self.state
        at_ns = event.t_ns if isinstance(event, QualityHint) else event.decided_ns
        s.earliest_ns = min(s.earliest_ns, at_ns) if s.events else at_ns
        s.events = [*s.events[-MOST_EVENTS:], (at_ns, event)]

    def _take_events(self, known_ns: int) -> tuple[LeaderEvent, ...]:
        s = self.state
        taken = tuple([event for at_ns, event in s.events if at_ns <= known_ns])
        if taken:
            s.events = [one for one in s.events if one[0] > known_ns]
            s.earliest_ns = min([at_ns for at_ns, _ in s.events], default=known_ns + 1)
        return taken
