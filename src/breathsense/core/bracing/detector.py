"""Frames to braces and draw-ins, and the breaths in them."""

import math
from dataclasses import dataclass, field

from breathsense.core.bracing.clues import see_turns
from breathsense.core.bracing.context import Context, ContextState
from breathsense.core.bracing.held import Held, HeldState
from breathsense.core.bracing.hints import Hints, HintState
from breathsense.core.bracing.inner import Inner, InnerBreath, InnerState, Source
from breathsense.core.bracing.level import Level, LevelState
from breathsense.core.bracing.onset import Found, Moment, Onset, OnsetState
from breathsense.core.bracing.params import BraceParams
from breathsense.core.bracing.sound import Sound, SoundState
from breathsense.core.bracing.sway import Sway, SwayState
from breathsense.core.bracing.trails import Before
from breathsense.core.bracing.trees import Weighers, load_trees
from breathsense.core.frames.frame import Frame
from breathsense.core.model.bracing import BraceBreath, BraceHint, BraceStart
from breathsense.core.model.calibration import Calibrated, MmgReference
from breathsense.core.model.vectors import Vector

MINUTE_S = 60.0
USUAL_PER_MIN = 14.0
"""Taken for the rate of breathing until a calibration tells it."""


@dataclass(slots=True)
class BraceState:
    """What the parts remember; ``held`` is ``None`` while no brace is open.

    ``inner`` is ``None`` too where no sensor shows the breaths in it; ``depth`` is that
    of a quiet breath in the unit of the leading sensor, ``sign`` which way the tilt goes in.
    """

    context: ContextState = field(default_factory=ContextState)
    sound: SoundState = field(default_factory=SoundState)
    level: LevelState = field(default_factory=LevelState)
    sway: SwayState = field(default_factory=SwayState)
    onset: OnsetState = field(default_factory=OnsetState)
    before: Before = field(default_factory=Before)
    held: HeldState | None = None
    inner: InnerState | None = None
    hints: HintState = field(default_factory=HintState)
    mmg: MmgReference | None = None
    period_s: float = MINUTE_S / USUAL_PER_MIN
    number: int = 0
    sign: float = 0.0
    depth: float = 0.0


class BraceDetector:
    """Tells braces and draw-ins, before the frame that decided them; everything is passed on.

    Where the muscles are heard, a brace is a firm wall, and the level says which way it went; where
    they are not, it is a shift of the level that breathing does not explain, and told only with a
    calibration that shows that the band sees it. Nothing is told within a calibration's steps.
    A brace longer than ``HeldParams.longest_ns`` is ended. Breaths in a brace are told in place of
    those of the leading sensor, whose name is given.
    """

    def __init__(
        self, params: BraceParams, leader: str = "", weighers: Weighers | None = None
    ) -> None:
        self._leader = leader
        weighers = weighers or load_trees()
        self._sound = Sound(params.sound)
        self._level = Level(params.level)
        self._context = Context(params.context)
        self._onset = Onset(params.onset, self._level, weighers)
        self._held = Held(params.held, weighers.breathing)
        self._sway = Sway(params.sway)
        self._hints = Hints(params.hints)
        self._inner = Inner(params.inner, weighers.swing)
        self.state = BraceState()

    def push(self, item: object) -> list[object]:
        """Take an item; frames decide, calibrations are used from the next frame on."""
        if isinstance(item, Calibrated):
            self._level.learn(self.state.level, item.calibration)
            self.state.mmg = next(iter(item.calibration.mmgs), None)
            self.state.period_s = MINUTE_S / (item.calibration.rate_per_min or USUAL_PER_MIN)
        if isinstance(item, Frame):
            return [*self._follow(item), *self._hint(item), item]
        return [item]

    def flush(self) -> list[object]:
        """Nothing: a brace that is open stays open."""
        return []

    def _follow(self, frame: Frame) -> list[object]:
        s = self.state
        self._context.take(s.context, frame)
        is_held = s.held is not None
        heard = self._sound.judge(s.sound, frame, s.mmg, is_held=is_held)
        if frame.mmg_log is not None:
            s.onset.noise.append(0.0 if is_held else abs(frame.mmg_log - s.sound.rest))
        is_prompted = self._context.is_prompted(s.context, frame.t_ns)
        is_calibrating = self._context.is_calibrating(s.context, frame.t_ns)
        may_move = not is_prompted and not is_calibrating
        is_rest = may_move and not is_held and s.onset.is_calm
        self._learn_sway(frame, is_rest=is_rest or self._context.is_quiet(s.context, frame.t_ns))
        is_level = self._level.follow(s.level, frame, is_rest=is_rest, may_move=may_move)
        level = s.level if is_level else None
        s.before.take(frame, level)
        s.onset.traces.take(frame, s.sound, level)
        if s.held is not None:
            return self._hold(s.held, frame, heard, level)
        if is_calibrating:
            s.onset.clear()
            return []
        found = self._seek(frame, heard, level)
        return [] if found is None else self._begin(found, frame)

    def _learn_sway(self, frame: Frame, *, is_rest: bool) -> None:
        sway = self.state.sway
        if frame.is_moving:
            self._sway.pause(sway)
        elif is_rest and frame.up is not None:
            self._sway.learn(sway, frame.up, frame.tilt)

    def _hint(self, frame: Frame) -> list[BraceHint]:
        s = self.state
        level = s.level if s.level.is_known and frame.belly is not None else None
        return self._hints.tell(s.hints, frame, s.held, level, s.context)

    def _seek(self, frame: Frame, heard: float | None, level: LevelState | None) -> Found | None:
        s = self.state
        is_awaited = self._context.is_awaited(s.context, frame.t_ns)
        found = None
        if heard is not None and self._onset.suspect(s.onset, frame, heard):
            turned = see_turns(s.before, self._sway.scale(s.sway), s.onset.firm.since_ns)
            found = self._onset.hear(s.onset, frame, s.sound, level, turned, is_awaited=is_awaited)
        is_deaf = heard is None or self._sound.misses_draw_in(s.mmg)
        if found is not None or level is None or not is_deaf:
            return found
        moment = Moment(
            is_troubled=bool(s.context.trouble or frame.is_moving),
            is_awaited=is_awaited,
            is_paced=self._context.is_paced(s.context, frame.t_ns),
            is_inward_only=heard is not None,
        )
        return self._onset.see(s.onset, frame, level, moment)

    def _begin(self, found: Found, frame: Frame) -> list[object]:
        s = self.state
        s.onset.clear()
        axis = self._sway.scale(s.sway)
        is_awaited = self._context.is_awaited(s.context, frame.t_ns)
        s.held = self._held.begin(found, s.level, axis, s.period_s, s.before, is_awaited=is_awaited)
        quality = self._held.tell_quality(s.held)
        s.inner = self._begin_inner(found, axis, frame)
        direction, has_inner = found.direction, s.inner is not None
        start_ns, known_ns = found.start_ns, frame.known_ns
        return [BraceStart(s.number, start_ns, direction, quality, known_ns, has_inner)]

    def _begin_inner(self, found: Found, axis: Vector | None, frame: Frame) -> InnerState | None:
        """Follow the breaths in a brace: ribs are moved least by it, a tilted belly most."""
        s = self.state
        source: Source
        if s.before.chest[-1] is not None:
            source, s.depth = "chest", s.level.belly.depth
        elif s.before.belly[-1] is not None:
            source, s.depth = "belly", s.level.belly.depth
        elif axis is not None and frame.up is not None and frame.belly is None:
            source, s.sign = "tilt", self._sway.find_sign(s.sway, axis)
            s.depth = math.degrees(1.0 / (math.hypot(*axis) * math.hypot(*frame.up)))
            if not s.sign:
                return None
        else:
            return None
        before = s.before
        rows = zip(before.chest, before.belly, before.list_settled(), strict=True)
        levels = [self._see(source, axis, *row) for row in rows]
        return self._inner.begin(source, found, s.period_s, before.t_ns, levels)

    def _see(
        self,
        source: Source,
        axis: Vector | None,
        chest: float | None,
        belly: float | None,
        up: Vector | None,
    ) -> float | None:
        """Return a sensor's level, larger with more air in."""
        if source != "tilt":
            return chest if source == "chest" else belly
        if axis is None or up is None:
            return None
        return self.state.sign * sum(a * b for a, b in zip(axis, up, strict=True))

    def _tell_breaths(self, held: HeldState, frame: Frame, *, is_over: bool) -> list[object]:
        s = self.state
        inner, before = s.inner, s.before
        if inner is None:
            return []
        up = None if before.is_moving[-1] else before.up[-1]
        now = (before.chest[-1], before.belly[-1], up)
        level = self._see(inner.source, held.axis, *now)
        breaths = self._inner.follow(inner, frame.t_ns, level)
        if is_over:
            breaths += self._inner.look(inner, frame.t_ns)
        return [self._build(one, frame.known_ns) for one in breaths]

    def _build(self, one: InnerBreath, known_ns: int) -> BraceBreath:
        s, start_ns, peak_ns = self.state, one.inhale_start_ns, one.peak_ns
        depth = one.rise * s.depth
        return BraceBreath(self._leader, s.number, start_ns, peak_ns, depth, one.quality, known_ns)

    def _hold(
        self, held: HeldState, frame: Frame, heard: float | None, level: LevelState | None
    ) -> list[object]:
        s = self.state
        sound = s.sound if heard is not None else None
        over = self._held.follow(held, frame, sound, level, s.before)
        breaths = self._tell_breaths(held, frame, is_over=over is not None)
        if over is None:
            return breaths
        end = self._held.close(held, over, s.number, frame, s.level, s.inner)
        s.held = s.inner = None
        s.number += 1
        return [*breaths, end]
