"""What sensors showed lately, and in a brace."""

from collections import deque
from dataclasses import dataclass, field

from breathsense.core.bracing.level import LevelState
from breathsense.core.frames.frame import Frame
from breathsense.core.model.vectors import Vector

HOLE_NS = 200_000_000
SETTLE_NS = 500_000_000
N_BORDER = 2
N_BEFORE = 50
"""A hole in levels; how long they settle after it; how many before it belong to it.

And how many frames are kept of what was before a brace was decided.
"""


@dataclass(slots=True)
class Trail:
    """The times of a sensor's levels in the brace, and these in quiet depths."""

    t_ns: list[int] = field(default_factory=list)
    levels: list[float] = field(default_factory=list)

    def cut(self, start_ns: int, end_ns: int) -> list[float]:
        """Return the levels of a span."""
        return [
            level
            for t_ns, level in zip(self.t_ns, self.levels, strict=True)
            if start_ns <= t_ns <= end_ns
        ]

    def cut_longest(self, start_ns: int, end_ns: int) -> list[float]:
        """Return the longest stretch of a span that has no hole; what borders on one is left out.

        A hole is where the wearer moved, or nothing came: after it the level is another.
        """
        longest: list[float] = []
        levels: list[float] = []
        begun_ns = before_ns = start_ns - HOLE_NS
        for t_ns, level in zip(self.t_ns, self.levels, strict=True):
            if t_ns - before_ns > HOLE_NS and levels:
                longest = max(longest, levels[:-N_BORDER], key=len)
            if t_ns - before_ns > HOLE_NS:
                begun_ns, levels = t_ns, []
            before_ns = t_ns
            is_settled = begun_ns <= start_ns or t_ns - begun_ns > SETTLE_NS
            if start_ns <= t_ns <= end_ns and is_settled:
                levels.append(level)
        return max(longest, levels, key=len)

    def add(self, t_ns: int, level: float) -> None:
        """Take a level."""
        self.t_ns.append(t_ns)
        self.levels.append(level)


@dataclass(slots=True)
class Before:
    """The last seconds: a brace is decided after it has begun, and what was seen counts."""

    t_ns: deque[int] = field(default_factory=lambda: deque(maxlen=N_BEFORE))
    belly: deque[float | None] = field(default_factory=lambda: deque(maxlen=N_BEFORE))
    chest: deque[float | None] = field(default_factory=lambda: deque(maxlen=N_BEFORE))
    up: deque[Vector | None] = field(default_factory=lambda: deque(maxlen=N_BEFORE))
    is_moving: deque[bool] = field(default_factory=lambda: deque(maxlen=N_BEFORE))

    def take(self, frame: Frame, level: LevelState | None) -> None:
        """Take a frame; ``level`` is ``None`` where the belly's level is not known."""
        has_chest = level is not None and level.has_chest and frame.chest is not None
        self.t_ns.append(frame.t_ns)
        self.belly.append(None if level is None else level.belly.x)
        self.chest.append(level.chest.x if level is not None and has_chest else None)
        self.up.append(frame.up)
        self.is_moving.append(bool(frame.is_moving))

    def list_settled(self) -> list[Vector | None]:
        """Return up, ``None`` while the wearer moved."""
        pairs = zip(self.up, self.is_moving, strict=True)
        return [None if is_moving else up for up, is_moving in pairs]
