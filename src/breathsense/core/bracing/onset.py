"""When a brace has begun, and which way the belly went."""

import math
from collections import deque
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from breathsense.core.bracing.choice import Choice, ChoiceParams
from breathsense.core.bracing.level import Level, LevelState
from breathsense.core.bracing.quality import Witness
from breathsense.core.bracing.suspicion import Suspicion
from breathsense.core.frames.frame import FRAME_S, Frame
from breathsense.core.model.bracing import Direction

BACK = 3
"""Levels between which it is seen whether a change is sudden."""
RAMP = 4
"""Frames that the sound may have been rising before it is suspected."""


@dataclass(frozen=True, slots=True)
class SoundNeed:
    """How much evidence the muscles' sound takes.

    Parameters
    ----------
    unprompted, awaited : float
        Unprompted, and just after a prompt.
    unrest_log, unrest_factor : float
        Where the sound rose by so much in the last seconds before, it takes so much more: speech,
        laughter and movement come and go, a brace begins from rest.

    """

    unprompted: float
    awaited: float
    unrest_log: float
    unrest_factor: float

    def find(self, unrest: float, *, is_awaited: bool) -> float:
        """Return how much it takes after so much unrest."""
        need = self.awaited if is_awaited else self.unprompted
        return need * self.unrest_factor if unrest > self.unrest_log else need


@dataclass(frozen=True, slots=True)
class OnsetParams:
    """How much evidence it takes; see ``Sound`` and ``Level`` for what a frame gives.

    Parameters
    ----------
    level_need, level_need_awaited : float
        By the level alone: unprompted, and just after a prompt.
    heard, seen : SoundNeed
        By the muscles' sound alone, and where a band shows the belly, too: who hears and sees has
        to wait less.
    inward_factor : float
        Unprompted, a draw-in takes so much more: it lasts through an inspiration, while after a
        change of posture only the ends of expiration are below rest.
    sudden, sudden_factor, sudden_most : float
        Just after a prompt, a frame in which the level moves by this factor faster than breathing
        makes it counts so much more, as long as it is no further from rest than the third.
    paced_factor : float
        In a breathing exercise the level takes so much more: breaths are slow, deep and held.
    agree_frac, agree : float
        A level beyond this share of the calibrated shift adds so much to the sound's evidence.
    lean_depths, lean_factor : float
        Where the sensor has turned by more quiet depths than this since the sound was suspected, it
        takes so much more: the trunk moves, and its muscles with it.
    sound_lag_ns : int
        The sound is seen so late.
    plain : float
        Where a band alone has seen no draw-in in the calibration, and a brace of less than this
        many quiet depths, a level that stays up may be full lungs under either: its direction is
        unknown.
    longest_rise_ns : int
        An outward brace began when the level was last low, but not earlier before it was suspected
        than this.
    choice : ChoiceParams
        Which way the belly went, where the sound has told the brace.

    """

    level_need: float = 2.7
    level_need_awaited: float = 2.2
    heard: SoundNeed = SoundNeed(4.5, 1.8, 0.16, 3.0)
    seen: SoundNeed = SoundNeed(3.6, 1.5, 0.14, 4.0)
    inward_factor: float = 1.25
    sudden: float = 0.65
    sudden_factor: float = 1.9
    sudden_most: float = 2.0
    paced_factor: float = 2.0
    agree_frac: float = 0.5
    agree: float = 0.7
    lean_depths: float = 1.9
    lean_factor: float = 4.0
    sound_lag_ns: int = 600_000_000
    plain: float = 0.6
    longest_rise_ns: int = 3_000_000_000
    choice: ChoiceParams = field(default_factory=ChoiceParams)


class Moment(NamedTuple):
    """What else is known of a frame.

    ``is_inward_only`` says that the sound tells outward braces, but cannot hear draw-ins.
    """

    is_troubled: bool
    is_awaited: bool
    is_paced: bool
    is_inward_only: bool = False


class Found(NamedTuple):
    """A brace that has begun."""

    start_ns: int
    direction: Direction
    witness: Witness


@dataclass(slots=True)
class OnsetState:
    """What is suspected, and what led to it.

    ``noise`` are the last rises of the sound above rest, ``beyond`` the levels since the sound is
    suspected; ``due_ns`` is when the sound had convinced, 0 if it has not.
    """

    firm: Suspicion = field(default_factory=Suspicion)
    out: Suspicion = field(default_factory=Suspicion)
    inward: Suspicion = field(default_factory=Suspicion)
    noise: deque[float] = field(default_factory=lambda: deque(maxlen=24))
    unrest: float = 0.0
    beyond: deque[float] = field(default_factory=lambda: deque(maxlen=16))
    due_ns: int = 0

    def clear(self) -> None:
        """Suspect nothing."""
        self.firm.clear()
        self.out.clear()
        self.inward.clear()
        self.due_ns = 0

    @property
    def is_calm(self) -> bool:
        """Whether nothing is much suspected."""
        return max(self.firm.total, self.out.total, self.inward.total) < 1.0


class Onset:
    """Adds the evidence up until a brace is sure enough."""

    def __init__(self, params: OnsetParams, level: Level) -> None:
        self._params = params
        self._level = level
        self._choice = Choice(params.choice)

    def hear(
        self,
        state: OnsetState,
        frame: Frame,
        evidence: float,
        level: LevelState | None,
        *,
        is_awaited: bool,
        leant: float = 0.0,
    ) -> Found | None:
        """Take what the sound says of a frame, and the level if there is one.

        ``leant`` is how far the sensor has turned since the sound was suspected, in quiet depths.
        """
        p = self._params
        if state.firm.total <= 0.0:
            before = islice(state.noise, max(0, len(state.noise) - RAMP))
            state.unrest = max(before, default=0.0)
            state.beyond.clear()
            state.due_ns = 0
        if level is not None:
            state.beyond.append(level.beyond)
            if evidence > 0 and self._agrees(level):
                evidence += p.agree
        state.firm.add(evidence, frame.t_ns)
        need = (p.heard if level is None else p.seen).find(state.unrest, is_awaited=is_awaited)
        if leant > p.lean_depths:
            need *= p.lean_factor
        if state.firm.total < need:
            return None
        state.due_ns = state.due_ns or frame.t_ns
        direction: Direction = "unknown"
        if level is not None:
            direction, margin = self._choice.choose(level, list(state.beyond))
            if margin < p.choice.clear and frame.t_ns < state.due_ns + p.choice.wait_ns:
                return None
            direction = direction if margin >= p.choice.doubtful else "unknown"
        return Found(state.firm.since_ns - p.sound_lag_ns, direction, "sound")

    def see(
        self,
        state: OnsetState,
        frame: Frame,
        level: LevelState,
        moment: Moment,
    ) -> Found | None:
        """Take what the level alone says of a frame."""
        p = self._params
        is_troubled, is_awaited, is_paced, is_inward_only = moment
        out, inward = self._level.judge(level, frame, is_awaited=is_awaited, is_paced=is_paced)
        if is_inward_only:
            out = -p.level_need
        if is_troubled:
            out, inward = min(out, 0.0), min(inward, 0.0)
        if out > 0 and not is_awaited and self._is_deep_breath(level, frame, is_paced=is_paced):
            out = 0.0
        if is_awaited and not is_troubled:
            out += 0.0 if is_inward_only else p.sudden * self._is_sudden(level, 1.0)
            inward += p.sudden * self._is_sudden(level, -1.0)
        state.out.add(out, frame.t_ns)
        state.inward.add(inward, frame.t_ns)
        need = p.level_need_awaited if is_awaited else p.level_need
        need *= p.paced_factor if is_paced else 1.0
        if state.out.total >= need:
            start_ns = max(level.low_ns, state.out.since_ns - p.longest_rise_ns)
            is_plain = level.down or level.has_chest or level.up >= p.plain
            direction: Direction = "expand" if is_plain else "unknown"
            return Found(min(start_ns, state.out.since_ns), direction, "level")
        if state.inward.total >= need * (1.0 if is_awaited else p.inward_factor):
            return Found(state.inward.since_ns, "draw_in", "level")
        return None

    def _is_sudden(self, level: LevelState, sign: float) -> bool:
        """Whether the level moves so fast that breathing hardly does it, but no deep breath."""
        recent, belly = level.recent, level.belly
        if len(recent) < BACK or abs(belly.x) > self._params.sudden_most:
            return False
        change = sign * (recent[-1] - recent[-BACK])
        lasts_s = belly.rise_s if sign > 0 else belly.fall_s
        usual = 0.5 * math.pi * belly.usual * (BACK - 1) * FRAME_S / lasts_s
        return change > self._params.sudden_factor * usual

    def _agrees(self, level: LevelState) -> bool:
        frac, beyond = self._params.agree_frac, level.beyond
        return bool(level.up and beyond > frac * level.up) or bool(
            level.down and -beyond > frac * level.down
        )

    def _is_deep_breath(self, level: LevelState, frame: Frame, *, is_paced: bool) -> bool:
        """Whether the level came up as a breath does, has not turned since, nor stood still long.

        In a breathing exercise lungs may be filled at any speed, and held.
        """
        belly = level.belly
        if belly.direction < 0 or (level.has_chest and frame.chest is not None):
            return False
        return is_paced or not (self._level.is_quick(level) or self._level.is_lasting(level))
