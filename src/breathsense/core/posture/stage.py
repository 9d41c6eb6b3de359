"""What the trunk does, by the IMU on it: leans, bends, slouches, reaches."""

import math
from dataclasses import dataclass, field

import numpy as np

from breathsense.core.model.bracing import (
    Bend,
    BendStart,
    MobilityReach,
    PostureHint,
    PostureRange,
    Slouched,
)
from breathsense.core.model.coaching import WatchBegan
from breathsense.core.model.inputs import Mark
from breathsense.core.model.samples import Stance, Trunk, freeze_times, freeze_values
from breathsense.core.posture.bends import BendDetector, BendParams, BendState, Ended, Started
from breathsense.core.posture.facing import Facing, FacingParams, FacingState, turn_from_side
from breathsense.core.posture.hops import HopMaker, HopState
from breathsense.core.posture.lean import Leaning, LeanMeter, LeanParams, LeanState, Point
from breathsense.core.posture.mobility import MobilityParams
from breathsense.core.posture.slouch import (
    Range,
    SlouchDetector,
    SlouchParams,
    SlouchState,
    find_slouch_frac,
)
from breathsense.core.posture.spans import (
    REACHES,
    SLUMP,
    TALL,
    Span,
    SpanParams,
    SpanWatch,
)

HINT_HOPS = 3
"""A hint every third hop: about two a second."""


@dataclass(frozen=True, slots=True)
class PostureParams:
    """How posture is made of where up is.

    Parameters
    ----------
    hop_ns : int
        Distance of the leans; a multiple of the grid's step. 160 ms: a frame.
    lean, facing, bends, slouch, spans, mobility : LeanParams, FacingParams, BendParams, ...
        Of the parts.

    """

    hop_ns: int = 160_000_000
    lean: LeanParams = field(default_factory=LeanParams)
    facing: FacingParams = field(default_factory=FacingParams)
    bends: BendParams = field(default_factory=BendParams)
    slouch: SlouchParams = field(default_factory=SlouchParams)
    spans: SpanParams = field(default_factory=SpanParams)
    mobility: MobilityParams = field(default_factory=MobilityParams)


@dataclass(slots=True)
class PostureState:
    """What the parts remember; ``tall`` and ``slump`` are the places that marks showed."""

    hops: HopState = field(default_factory=HopState)
    lean: LeanState = field(default_factory=LeanState)
    facing: FacingState = field(default_factory=FacingState)
    bends: BendState = field(default_factory=BendState)
    slouch: SlouchState = field(default_factory=SlouchState)
    spans: list[Span] = field(default_factory=list)
    tall: Point | None = None
    slump: Point | None = None


class PostureStage:
    """Takes the ``Stance`` of one IMU; gives its ``Trunk`` and, before it, what was decided in it.

    A lean is counted from where the wearer was in the first second. Which way is forward is not
    known by a sensor that may sit in any way: marked movements tell it (tall then slump, and the
    reaches), or else the first bend of 30 degrees, which is taken for one. Until then forward is
    where the back of the sensor is (its third axis is taken to point away from the body), and
    ``PostureHint.is_forward_known`` is false. Sideways follows from forward, for a sensor with
    right-handed axes that feels rest as an upward acceleration.

    Marks ``calibration.tall`` and ``calibration.slump`` show the wearer's own range: without them
    no slouching is told. With tall alone, the range known from before is laid on it as soon as
    forward is known. At a hole in the stance an open bend ends, and the lean starts at once where
    the trunk is then. The stances of other sensors end here; all other items pass on.

    Parameters
    ----------
    sensor : str
        The IMU.
    step_ns : int
        Of the grid.
    params : PostureParams
        The numbers.
    range_deg : float or None
        Forward lean from tall to slump, known from before.

    """

    def __init__(
        self, sensor: str, step_ns: int, params: PostureParams, range_deg: float | None = None
    ) -> None:
        self._sensor = sensor
        self._range_deg = range_deg
        self._hops = HopMaker(step_ns, params.hop_ns)
        self._lean = LeanMeter(params.hop_ns / 1e9, params.lean)
        self._facing = Facing(params.facing)
        self._bends = BendDetector(params.hop_ns, params.bends)
        self._slouch = SlouchDetector(params.slouch)
        self._spans = SpanWatch(params.spans, params.mobility)
        self.state = PostureState()

    def push(self, item: object) -> list[object]:
        """Take an item; a stance of this sensor becomes what the trunk does."""
        if isinstance(item, Mark):
            self.state.spans = self._spans.expect(self.state.spans, item)
        elif isinstance(item, WatchBegan):
            self.state.slouch.watch = item
        if isinstance(item, Stance):
            return self._stand(item) if item.sensor == self._sensor else []
        return [item]

    def flush(self) -> list[object]:
        """Nothing: a bend that is not over yet would end otherwise if more came."""
        return []

    def _stand(self, stance: Stance) -> list[object]:
        s = self.state
        told: list[object] = []
        rows: list[tuple[Leaning, Point]] = []
        for hop in self._hops.take(s.hops, stance):
            leaning = self._lean.take(s.lean, hop)
            if leaning is not None:
                told += self._tell(leaning)
                rows.append((leaning, self._facing.turn(s.facing, leaning.slow)))
        if rows:
            told.append(
                Trunk(
                    self._sensor,
                    freeze_times([leaning.t_ns for leaning, _ in rows]),
                    freeze_times([leaning.known_ns for leaning, _ in rows]),
                    freeze_values([list(turned) for _, turned in rows]),
                    np.array([leaning.is_moving for leaning, _ in rows]),
                )
            )
        return told

    def _tell(self, leaning: Leaning) -> list[object]:
        s = self.state
        told: list[object] = []
        for span in self._spans.take(s.spans, leaning) if s.spans else ():
            s.spans = [one for one in s.spans if one is not span]
            told += self._learn(span, leaning)
        if s.tall is not None:
            self._watch_slump(leaning, s.tall)
        told += map(self._name, self._bends.take(s.bends, leaning))
        span_of_posture = None if s.tall is None else self._find_range(s.tall)
        if span_of_posture is not None:
            stretch = self._slouch.take(s.slouch, span_of_posture, leaning)
            if stretch is not None:
                told.append(Slouched(self._sensor, *stretch, leaning.known_ns))
        if leaning.number % HINT_HOPS == 0:
            told.append(self._hint(leaning, span_of_posture))
        return told

    def _watch_slump(self, leaning: Leaning, tall: Point) -> None:
        """See forward as soon as slump is shown, so that its own leans are counted forward."""
        s = self.state
        for span in s.spans:
            if span.label == SLUMP and span.start_ns < leaning.t_ns:
                x, y = leaning.slow
                self._facing.show(s.facing, (x - tall[0], y - tall[1]))

    def _name(self, bend: Started | Ended) -> BendStart | Bend:
        if isinstance(bend, Started):
            return BendStart(self._sensor, bend.start_ns, bend.decided_ns)
        s = self.state
        if not s.spans:
            self._facing.see(s.facing, bend.moved)
        forward_deg, sideways_deg = self._facing.turn(s.facing, bend.moved)
        times = (bend.start_ns, bend.end_ns)
        return Bend(self._sensor, *times, forward_deg, sideways_deg, bend.decided_ns)

    def _learn(self, span: Span, leaning: Leaning) -> list[object]:
        """Draw the conclusion from a span that is over."""
        s = self.state
        if span.label in REACHES:
            return [self._judge_reach(span, leaning)]
        if span.n == 0:
            return []
        place = (span.total[0] / span.n, span.total[1] / span.n)
        if span.label == TALL:
            s.tall = place
        else:
            s.slump = place
        if s.tall is not None and s.slump is not None:
            self._facing.tell(s.facing, (s.slump[0] - s.tall[0], s.slump[1] - s.tall[1]))
        tall, slump = (
            None if one is None else self._facing.turn(s.facing, one)[0]
            for one in (s.tall, s.slump)
        )
        return [PostureRange(self._sensor, tall, slump, leaning.known_ns)]

    def _judge_reach(self, span: Span, leaning: Leaning) -> MobilityReach:
        way, (x, y) = REACHES[span.label], span.tries.way
        if way in {"back", "left"}:
            x, y = -x, -y
        if way in {"left", "right"}:
            x, y = turn_from_side((x, y))
        reach_deg = max(span.tries.tries_deg, default=0.0)
        self._facing.tell(self.state.facing, (x * reach_deg, y * reach_deg))
        times = (span.start_ns, span.end_ns, leaning.known_ns)
        return MobilityReach(self._sensor, way, span.tries.tries_deg, *times)

    def _find_range(self, tall: Point) -> Range | None:
        """Return the wearer's own range, if it is known."""
        s = self.state
        if s.slump is not None:
            way = (s.slump[0] - tall[0], s.slump[1] - tall[1])
        else:
            a, b = self._facing.find(s.facing)
            length = self._range_deg or 0.0
            way = (a * length, b * length)
        is_wide = math.hypot(*way) > 1.0
        return Range(tall, way) if is_wide else None

    def _hint(self, leaning: Leaning, span: Range | None) -> PostureHint:
        s = self.state
        forward_deg, sideways_deg = self._facing.turn(s.facing, leaning.slow)
        return PostureHint(
            self._sensor,
            forward_deg,
            sideways_deg,
            None if span is None else find_slouch_frac(span, leaning.slow),
            self._facing.is_known(s.facing),
            leaning.t_ns,
        )
