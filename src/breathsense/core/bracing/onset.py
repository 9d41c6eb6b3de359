"""When a brace has begun, and which way the belly went."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from breathsense.core.bracing.clues import (
    Around,
    LevelShape,
    Traces,
    Turned,
    gather_level,
    gather_sound,
    gather_way,
)
from breathsense.core.bracing.level import Level, LevelState
from breathsense.core.bracing.quality import Witness
from breathsense.core.bracing.sound import SoundState
from breathsense.core.bracing.suspicion import Suspicion
from breathsense.core.bracing.trees import Weighers
from breathsense.core.frames.frame import Frame
from breathsense.core.model.bracing import Direction

DIRECTIONS: tuple[Direction, ...] = ("expand", "neutral", "draw_in")
ROW = 8
"""Frames whose log odds are kept."""
RAMP = 4
"""Frames that the sound may have been rising before it is suspected."""


@dataclass(frozen=True, slots=True)
class Need:
    """What it takes to tell a brace: unprompted, and just after a prompt.

    Parameters
    ----------
    odds : tuple of float
        Natural log odds, as a mean over the newest frames.
    n_frames : tuple of int
        Over so many frames in a row, none of which speaks against a brace.

    """

    odds: tuple[float, float]
    n_frames: tuple[int, int]

    def is_met(self, row: Iterable[float], more: float = 0.0, *, is_awaited: bool) -> bool:
        """Return whether the log odds of frames in a row are enough, and so much more."""
        n = self.n_frames[is_awaited]
        newest = list(row)[-n:]
        return len(newest) == n and sum(newest) >= n * (self.odds[is_awaited] + more)


@dataclass(frozen=True, slots=True)
class OnsetParams:
    """When a brace is told; see ``Sound`` and ``Level`` for the evidence that a frame gives.

    Parameters
    ----------
    heard, outward, inward : Need
        By the muscles' sound, and by a band's level alone.
    asked_from : float
        Evidence from which on the clues are weighed.
    paced : float
        In a breathing exercise the level takes so much more: breaths are slow, deep and held.
    sound_lag_ns : int
        The sound is seen so late.
    plain : float
        Where a band alone has seen no draw-in in the calibration, and a brace of less than this
        many quiet depths, a level that stays up may be full lungs under either: its direction is
        unknown.
    longest_rise_ns : int
        An outward brace began when the level was last low, but not earlier before it was suspected
        than this.
    clear, wait_ns : float, int
        Where the sound tells a brace, its likeliest direction is told once it is so much likelier
        (log odds) than the next, or this much later.
    doubtful : float
        If it is less likelier than this even then, the direction is unknown.

    """

    heard: Need = Need((2.85, 1.5), (2, 2))
    outward: Need = Need((2.2, 1.6), (4, 4))
    inward: Need = Need((2.2, 1.6), (4, 4))
    asked_from: float = 0.1
    paced: float = 6.0
    sound_lag_ns: int = 600_000_000
    plain: float = 0.6
    longest_rise_ns: int = 3_000_000_000
    clear: float = 3.0
    wait_ns: int = 1_500_000_000
    doubtful: float = 0.2


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

    ``heard``, ``seen_out`` and ``seen_in`` are log odds of the last frames in a row.
    ``noise`` are the last rises of the sound above rest; ``due_ns`` is when the sound had
    convinced, 0 if it has not.
    """

    firm: Suspicion = field(default_factory=Suspicion)
    out: Suspicion = field(default_factory=Suspicion)
    inward: Suspicion = field(default_factory=Suspicion)
    heard: deque[float] = field(default_factory=lambda: deque(maxlen=ROW))
    seen_out: deque[float] = field(default_factory=lambda: deque(maxlen=ROW))
    seen_in: deque[float] = field(default_factory=lambda: deque(maxlen=ROW))
    traces: Traces = field(default_factory=Traces)
    noise: deque[float] = field(default_factory=lambda: deque(maxlen=24))
    unrest: float = 0.0
    due_ns: int = 0

    def clear(self) -> None:
        """Suspect nothing."""
        self.firm.clear()
        self.out.clear()
        self.inward.clear()
        self.heard.clear()
        self.seen_out.clear()
        self.seen_in.clear()
        self.due_ns = 0

    @property
    def is_calm(self) -> bool:
        """Whether nothing is much suspected."""
        return max(self.firm.total, self.out.total, self.inward.total) < 1.0


class Onset:
    """Suspects a brace by evidence that adds up, and tells it by what all clues are worth."""

    def __init__(self, params: OnsetParams, level: Level, weighers: Weighers) -> None:
        self._params = params
        self._level = level
        self._weighers = weighers

    def suspect(self, state: OnsetState, frame: Frame, evidence: float) -> bool:
        """Take what the sound says of a frame; return whether it is worth to ``hear`` it.

        What speaks against a brace tells none, whatever was before.
        """
        if state.firm.total <= 0.0:
            before = islice(state.noise, max(0, len(state.noise) - RAMP))
            state.unrest = max(before, default=0.0)
            state.due_ns = 0
        state.firm.add(evidence, frame.t_ns)
        is_asked = evidence > 0.0 and state.firm.total >= self._params.asked_from
        if not is_asked:
            state.heard.clear()
        return is_asked

    def hear(
        self,
        state: OnsetState,
        frame: Frame,
        sound: SoundState,
        level: LevelState | None,
        turned: Turned,
        *,
        is_awaited: bool,
    ) -> Found | None:
        """Weigh what is heard, and the level if there is one."""
        p = self._params
        clues = gather_sound(
            state.traces,
            sound,
            state.firm,
            frame.t_ns,
            turned,
            level,
            Around(state.unrest, is_awaited),
        )
        state.heard.append(self._weighers.sound.weigh(clues))
        if not p.heard.is_met(state.heard, is_awaited=is_awaited):
            return None
        state.due_ns = state.due_ns or frame.t_ns
        direction: Direction = "unknown"
        if level is not None:
            direction, margin = self._choose(state, frame, level, is_awaited=is_awaited)
            if margin < p.clear and frame.t_ns < state.due_ns + p.wait_ns:
                return None
            direction = direction if margin >= p.doubtful else "unknown"
        return Found(state.firm.since_ns - p.sound_lag_ns, direction, "sound")

    def _choose(
        self, state: OnsetState, frame: Frame, level: LevelState, *, is_awaited: bool
    ) -> tuple[Direction, float]:
        """Return the likeliest direction, and how much likelier it is than the next."""
        slope, weighers = self._level.find_slope(level), self._weighers
        clues = gather_way(
            state.traces, level, state.firm, frame.t_ns, slope, is_awaited=is_awaited
        )
        likely = [one.weigh(clues) for one in (weighers.expand, weighers.neutral, weighers.draw_in)]
        ranked = sorted(likely, reverse=True)
        return DIRECTIONS[likely.index(ranked[0])], ranked[0] - ranked[1]

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
        evidence = self._level.judge(level, frame, is_awaited=is_awaited, is_paced=is_paced)
        out, inward = evidence
        if is_inward_only:
            out = -1.0
        if is_troubled:
            out, inward = min(out, 0.0), min(inward, 0.0)
        if out > 0 and not is_awaited and self._is_deep_breath(level, frame, is_paced=is_paced):
            out = 0.0
        state.out.add(out, frame.t_ns)
        state.inward.add(inward, frame.t_ns)
        more = p.paced if is_paced else 0.0
        is_out = out > 0.0 and state.out.total >= p.asked_from
        is_in = inward > 0.0 and state.inward.total >= p.asked_from
        clues = self._gather(state, frame, level, is_awaited=is_awaited) if is_out or is_in else ()
        if is_out:
            state.seen_out.append(self._weighers.outward.weigh((evidence.up, *clues)))
        else:
            state.seen_out.clear()
        if is_in:
            state.seen_in.append(self._weighers.inward.weigh((evidence.down, *clues)))
        else:
            state.seen_in.clear()
        if p.outward.is_met(state.seen_out, more, is_awaited=is_awaited):
            start_ns = max(level.low_ns, state.out.since_ns - p.longest_rise_ns)
            is_plain = level.down or level.has_chest or level.up >= p.plain
            direction: Direction = "expand" if is_plain else "unknown"
            start_ns = min(start_ns, state.out.since_ns)
            return Found(start_ns, direction, "level")
        if p.inward.is_met(state.seen_in, more, is_awaited=is_awaited):
            return Found(state.inward.since_ns, "draw_in", "level")
        return None

    def _gather(
        self, state: OnsetState, frame: Frame, level: LevelState, *, is_awaited: bool
    ) -> tuple[float, ...]:
        shape = LevelShape(
            slope=self._level.find_slope(level),
            quickness=self._level.find_quickness(level),
            has_chest=level.has_chest and frame.chest is not None,
        )
        suspicions = (state.out, state.inward)
        return gather_level(
            state.traces, level, shape, suspicions, frame.t_ns, is_awaited=is_awaited
        )

    def _is_deep_breath(self, level: LevelState, frame: Frame, *, is_paced: bool) -> bool:
        """Whether the level came up as a breath does, has not turned since, nor stood still long.

        In a breathing exercise lungs may be filled at any speed, and held.
        """
        belly = level.belly
        if belly.direction < 0 or (level.has_chest and frame.chest is not None):
            return False
        return is_paced or not (self._level.is_quick(level) or self._level.is_lasting(level))
