"""Takes the events of a session and gives its measures."""

from array import array
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from breathsense.core.analysis import TILT_UNIT
from breathsense.core.measures.found import Measures
from breathsense.core.measures.heart import Beats
from breathsense.core.measures.params import NS_PER_S, MeasureParams
from breathsense.core.measures.partner import find_partner
from breathsense.core.measures.report import build_measures
from breathsense.core.measures.shape import Shape, Shaper
from breathsense.core.measures.taken import Gathered, Hole, Taken
from breathsense.core.measures.waves import CoarseWave, RecentWave
from breathsense.core.model.bracing import MobilityReach
from breathsense.core.model.events import Breath, BreathEnd, Event, Pause, Unscored
from breathsense.core.model.inputs import Mark
from breathsense.core.model.samples import SampleBlock, Waveform
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup, list_sensors

FULL_MARK = "calibration.full"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the measures are to be of.

    Parameters
    ----------
    inputs : tuple of str
        Names of what is measured.
    sides : (str, str) or None
        Ids of the sensors placed on the left and on the right.
    full_depth : float or None
        The wearer's own range in the unit of depth, if it is known; else it is taken from the
        breaths within a mark ``calibration.full``, for the breaths after it.

    """

    inputs: tuple[str, ...] = ()
    sides: tuple[str, str] | None = None
    full_depth: float | None = None


class MeasuresBuilder:
    """Takes all events of a session, in order.

    What is kept grows with the breaths (their figures), the beats (16 bytes each) and, with a heart
    sensor, the length (80 bytes a second); of the waveforms the last 400 s are kept.

    Parameters
    ----------
    setup : Setup
        The session's.
    leader : Sensor
        Whose breaths the engine tells.
    params : MeasureParams
        The numbers.
    wanted : Wanted
        What is to be measured.

    Raises
    ------
    RefusedInput
        The sides are not two sensors of the session.

    """

    def __init__(
        self,
        setup: Setup,
        leader: Sensor,
        params: MeasureParams | None = None,
        wanted: Wanted | None = None,
    ) -> None:
        self._params = params or MeasureParams()
        self._wanted = wanted or Wanted()
        sensors = list_sensors(setup)
        self._leader = leader
        self._partner = find_partner(sensors, leader, self._wanted.sides)
        self._heart = next((one.id for one in sensors if one.kind == "heart"), "")
        step_ns = setup.params.grid.step_ns
        self._bridge_ns = setup.params.grid.bridge_ns
        self._shaper = Shaper(self._params, step_ns, self._partner)
        self._wave = RecentWave(step_ns, self._params.keep_ns)
        self._other = RecentWave(step_ns, self._params.keep_ns)
        self._coarse = CoarseWave()
        self._breaths: list[Taken] = []
        self._waiting: deque[Taken] = deque()
        self._holes: list[Hole] = []
        self._unscored: list[Hole] = []
        self._pauses: list[Pause] = []
        self._full_marks: list[Mark] = []
        self._reaches: list[MobilityReach] = []
        self._beat_ns, self._rr_ms = array("q"), array("d")
        self._first_ns: int | None = None
        self._last_ns = 0
        self._newest_ns: int | None = None
        self._wave_from_ns: int | None = None
        self._other_ns: int | None = None
        self._takes: dict[type, Callable[[Any], None]] = {
            Waveform: self._take_wave,
            Breath: self._take_breath,
            BreathEnd: self._take_end,
            SampleBlock: self._take_samples,
            Unscored: self._take_unscored,
            Pause: self._take_pause,
            Mark: self._take_mark,
            MobilityReach: self._reaches.append,
        }

    def push(self, event: Event | Mark) -> None:
        """Take an event; what no measure needs is passed over."""
        take = self._takes.get(type(event))
        if take is not None:
            take(event)

    def finish(self) -> Measures:
        """Return the measures of what came up to here; more may be pushed afterwards."""
        waiting = {id(one): self._measure(one) for one in self._waiting}
        shapes = [
            waiting.get(id(one)) or one.shape or self._shaper.leave_open() for one in self._breaths
        ]
        beats = Beats(np.array(self._beat_ns) / NS_PER_S, np.array(self._rr_ms))
        return build_measures(
            Gathered(
                inputs=self._wanted.inputs,
                leader=self._leader,
                unit=TILT_UNIT if self._leader.kind == "imu" else self._leader.unit,
                partner=self._partner,
                has_heart=bool(self._heart),
                full_depth=self._wanted.full_depth,
                full_marks=tuple(self._full_marks),
                breaths=tuple(zip(self._breaths, shapes, strict=True)),
                holes=(*self._holes, *self._find_ends()),
                unscored=tuple(self._unscored),
                bridge_ns=self._bridge_ns,
                pauses=tuple(self._pauses),
                reaches=tuple(self._reaches),
                beats=beats,
                coarse=self._coarse,
                start_ns=self._first_ns or 0,
                end_ns=self._last_ns if self._first_ns is not None else 0,
            ),
            self._params,
        )

    def _take_wave(self, piece: Waveform) -> None:
        if len(piece.t_ns) == 0:
            return
        if piece.sensor == self._leader.id:
            self._follow(piece)
        elif self._partner is not None and piece.sensor == self._partner.sensor.id:
            self._other_ns = int(piece.t_ns[-1])
            self._other.add(piece)
        while self._waiting and self._is_due(self._waiting[0]):
            taken = self._waiting.popleft()
            taken.shape = self._measure(taken)

    def _follow(self, piece: Waveform) -> None:
        first_ns = int(piece.t_ns[0])
        if self._newest_ns is not None and first_ns - self._newest_ns >= self._bridge_ns:
            self._holes.append(Hole(self._newest_ns, first_ns))
        self._newest_ns = int(piece.t_ns[-1])
        if self._wave_from_ns is None:
            self._wave_from_ns = first_ns
        self._wave.add(piece)
        if self._heart:
            self._coarse.add(piece)

    def _find_ends(self) -> list[Hole]:
        """Return what the session holds before the first waveform and after the last."""
        if self._first_ns is None:
            return []
        if self._wave_from_ns is None or self._newest_ns is None:
            return [Hole(self._first_ns, self._last_ns)]
        return [Hole(self._first_ns, self._wave_from_ns), Hole(self._newest_ns, self._last_ns)]

    def _is_due(self, taken: Taken) -> bool:
        end_ns = taken.end_ns or 0
        needed_ns = end_ns + (end_ns - taken.breath.inhale_start_ns) // 2
        if self._newest_ns is None or self._newest_ns < needed_ns:
            return False
        has_other = self._partner is None or (self._other_ns or needed_ns - 1) >= needed_ns
        return has_other or self._newest_ns >= end_ns + self._params.patience_ns

    def _measure(self, taken: Taken) -> Shape:
        breath, end_ns = taken.breath, taken.end_ns or taken.breath.peak_ns
        return self._shaper.measure(
            self._wave, self._other, breath.inhale_start_ns, breath.peak_ns, end_ns
        )

    def _take_breath(self, breath: Breath) -> None:
        if breath.sensor == self._leader.id:
            self._breaths.append(Taken(breath))

    def _take_end(self, end: BreathEnd) -> None:
        newest = self._breaths[-1] if self._breaths else None
        if end.sensor == self._leader.id and newest and newest.breath.number == end.number:
            newest.end_ns = end.end_ns
            self._waiting.append(newest)

    def _take_samples(self, block: SampleBlock) -> None:
        if len(block.t_ns) == 0:
            return
        first_ns, last_ns = int(block.t_ns[0]), int(block.t_ns[-1])
        if self._first_ns is None:
            self._first_ns, self._last_ns = first_ns, last_ns
        self._first_ns = min(self._first_ns, first_ns)
        self._last_ns = max(self._last_ns, last_ns)
        if block.signal == "rr" and block.sensor == self._heart:
            self._beat_ns.extend(block.t_ns.tolist())
            self._rr_ms.extend(block.values[:, 0].tolist())

    def _take_unscored(self, span: Unscored) -> None:
        if span.sensor == self._leader.id:
            self._unscored.append(Hole(span.start_ns, span.end_ns, span.reason))

    def _take_pause(self, pause: Pause) -> None:
        if pause.sensor == self._leader.id:
            self._pauses.append(pause)

    def _take_mark(self, mark: Mark) -> None:
        if mark.label == FULL_MARK:
            self._full_marks.append(mark)
