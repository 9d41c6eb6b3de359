"""What is known of the moment in which a brace is suspected, as numbers side by side."""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import NamedTuple

from breathsense.core.bracing.level import LevelState
from breathsense.core.bracing.sound import SoundState
from breathsense.core.bracing.suspicion import Suspicion
from breathsense.core.bracing.trails import Before
from breathsense.core.frames.frame import FRAME_NS, Frame
from breathsense.core.model.vectors import Vector, dot

SOUND_CLUES = (
    *("rise", "rise_2", "rise_4", "rise_8", "high", "high_4", "loudest_before", "rough"),
    *("flutter", "flutter_mean", "moving", "turned_8", "turned_14", "turning", "lean"),
    *("total", "since_s", "unrest", "span", "awaited", "seen"),
    *("x", "x_3", "x_6", "beyond", "beyond_3", "up", "down"),
)
"""Of the muscles' sound, in shares of the calibrated rise; a number counts frames back.

``rough`` is how much it changes from frame to frame, ``turned`` how far the sensor turned along the
axis of breathing, ``total`` and ``since_s`` how much is suspected and for how long, ``seen``
whether a band shows the level, which is told by the rest.
"""
LEVEL_CLUES = (
    "evidence",
    *("x", "x_2", "x_4", "x_7", "x_11", "x_15", "beyond", "beyond_2", "beyond_4", "beyond_8"),
    *("spread_4", "spread_8", "bent", "slope", "direction", "trough", "peak", "extreme"),
    *("usual", "rise_s", "fall_s", "up", "down", "still", "stood", "own_still"),
    *("quickness", "own_quick", "steepest", "rough", "chest", "apart"),
    *("out_total", "out_s", "in_total", "in_s", "awaited"),
)
"""Of a band's level, in quiet depths, as ``LevelState`` and ``CourseState`` have it.

``spread`` is the standard deviation of the last frames, ``bent`` the mean size of their second
differences; ``chest`` and ``apart`` are ``NO_CHEST`` where no band is round the chest.
"""
WAY_CLUES = (
    *("x", "x_2", "x_4", "first", "lowest", "highest", "gone", "slope", "spread_4", "spread_8"),
    *("beyond", "beyond_least", "beyond_most", "beyond_mean", "quickest_up", "quickest_down"),
    *("direction", "trough", "peak", "extreme", "usual", "rise_s", "fall_s", "up", "down"),
    *("since_s", "rise", "rise_4", "awaited"),
)
"""Of where the belly went since the muscles are suspected, in quiet depths.

``first``, ``lowest`` and ``highest`` are of the level since then, ``gone`` how far it is from the
first; ``quickest`` are its quickest changes in ``STEP`` frames.
"""
NO_CHEST = -9.0
LONG_AGO_S = 20.0
"""No suspicion is told to be older: what lasts so long is no onset any more."""
N_SOUND, N_LATELY, N_LEVEL = 36, 8, 16
N_SINCE = 30
"""Frames of a level that are kept."""
N_LEAD = 4
"""Frames by which the sound is later than what it tells of."""
STEP = 2
LEAN_NS = 400_000_000
"""The trunk may have turned for so long before its muscles are suspected."""
NS_PER_S = 1e9


@dataclass(slots=True)
class Traces:
    """The last frames of what clues are made of, the newest last."""

    rise: deque[float] = field(default_factory=lambda: deque(maxlen=N_SOUND))
    high: deque[float] = field(default_factory=lambda: deque(maxlen=N_LATELY))
    moving: deque[bool] = field(default_factory=lambda: deque(maxlen=N_LATELY))
    x: deque[float] = field(default_factory=lambda: deque(maxlen=N_SINCE))
    beyond: deque[float] = field(default_factory=lambda: deque(maxlen=N_SINCE))

    def take(self, frame: Frame, sound: SoundState, level: LevelState | None) -> None:
        """Take a frame; ``level`` is ``None`` where it is not known."""
        if frame.mmg_log is None:
            self.rise.clear()
            self.high.clear()
        else:
            self.rise.append(sound.rise)
            self.high.append(sound.high)
        self.moving.append(bool(frame.is_moving))
        if level is None:
            self.x.clear()
            self.beyond.clear()
        else:
            self.x.append(level.belly.x)
            self.beyond.append(level.beyond)


class Turned(NamedTuple):
    """How far the sensor has turned, in quiet depths; what is usual where that is not known.

    ``lean`` is the farthest since a brace is suspected, in any direction; the others are along the
    axis of breathing: how far it went in 8 and in 14 frames, and from where it was 4 frames ago.
    """

    lean: float = 0.4
    reach_8: float = 0.4
    reach_14: float = 0.8
    turning: float = 0.0


def see_turns(before: Before, axis: Vector | None, since_ns: int) -> Turned:
    """Return how far the sensor has turned; ``axis`` is ``None`` where it is not known."""
    rows = zip(before.t_ns, before.list_settled(), strict=True)
    ups = [(t_ns, up) for t_ns, up in rows if up is not None]
    if axis is None or not ups:
        return Turned()
    since = [up for t_ns, up in ups if t_ns >= since_ns - LEAN_NS]
    lean = max((math.dist(up, since[0]) for up in since), default=0.0) * math.hypot(*axis)
    along = [dot(axis, up) for _, up in ups[-N_LEVEL:]]
    return Turned(lean, _reach(along, 8), _reach(along, 14), along[-1] - _back(along, 4))


class Around(NamedTuple):
    """What came before: how loud it was just before, and whether a prompt was given."""

    unrest: float
    is_awaited: bool


class LevelShape(NamedTuple):
    """What ``Level`` says of the newest rise, and whether a band is round the chest."""

    slope: float
    quickness: float
    has_chest: bool


def gather_sound(
    traces: Traces,
    sound: SoundState,
    firm: Suspicion,
    t_ns: int,
    turned: Turned,
    level: LevelState | None,
    around: Around,
) -> tuple[float, ...]:
    """Return ``SOUND_CLUES``."""
    rise, high, x = traces.rise, traces.high, traces.x
    newest = list(rise)[-13:]
    earlier = islice(rise, 0, max(0, len(rise) - N_LATELY))
    seen = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    if level is not None:
        now = x[-1]
        beyond = traces.beyond
        seen = (
            now,
            now - _back(x, 3),
            now - _back(x, 6),
            beyond[-1],
            _back(beyond, 3),
            level.up,
            level.down,
        )
    return (
        rise[-1],
        _back(rise, 2),
        _back(rise, 4),
        _back(rise, 8),
        high[-1],
        _back(high, 4),
        max(earlier, default=0.0),
        _mean([abs(b - a) for a, b in pairwise(newest)]),
        sound.flutters[-1] if sound.flutters else 0.0,
        _mean(sound.flutters),
        float(sum(traces.moving)),
        turned.reach_8,
        turned.reach_14,
        turned.turning,
        turned.lean,
        firm.total,
        _age(firm, t_ns),
        around.unrest,
        sound.span,
        float(around.is_awaited),
        float(level is not None),
        *seen,
    )


def gather_level(
    traces: Traces,
    level: LevelState,
    shape: LevelShape,
    suspicions: tuple[Suspicion, Suspicion],
    t_ns: int,
    *,
    is_awaited: bool,
) -> tuple[float, ...]:
    """Return all ``LEVEL_CLUES`` but the first, which is another for each way.

    ``suspicions`` are of a brace outwards and inwards.
    """
    out, inward = suspicions
    x, beyond = traces.x, traces.beyond
    newest = list(x)[-13:]
    return (
        *(_back(x, k) for k in (0, 2, 4, 7, 11, 15)),
        *(_back(beyond, k) for k in (0, 2, 4, 8)),
        _spread(newest[-5:]),
        _spread(newest[-9:]),
        _mean(
            [abs(a - 2.0 * b + c) for a, b, c in zip(newest, newest[1:], newest[2:], strict=False)]
        ),
        shape.slope,
        *_tell_course(level),
        float(level.rise.n_still),
        float(level.rise.n_top),
        level.rise.own_still,
        shape.quickness,
        level.rise.own_quick,
        level.rise.steepest,
        level.rough,
        level.chest.x if shape.has_chest else NO_CHEST,
        level.apart if shape.has_chest else NO_CHEST,
        out.total,
        _age(out, t_ns),
        inward.total,
        _age(inward, t_ns),
        float(is_awaited),
    )


def gather_way(
    traces: Traces, level: LevelState, firm: Suspicion, t_ns: int, slope: float, *, is_awaited: bool
) -> tuple[float, ...]:
    """Return ``WAY_CLUES``; ``slope`` is how fast the level moves."""
    x, beyond = list(traces.x), list(traces.beyond)
    n_since = 1 + (t_ns - firm.since_ns) // FRAME_NS
    since = x[-n_since - N_LEAD :]
    strange = beyond[-n_since:]
    changes = [b - a for a, b in zip(since, since[STEP:], strict=False)]
    return (
        *(_back(traces.x, k) for k in (0, 2, 4)),
        since[0],
        min(since),
        max(since),
        x[-1] - since[0],
        slope,
        _spread(x[-5:]),
        _spread(x[-9:]),
        beyond[-1],
        min(strange),
        max(strange),
        _mean(strange),
        max(changes, default=0.0),
        min(changes, default=0.0),
        *_tell_course(level),
        _age(firm, t_ns),
        traces.rise[-1],
        _back(traces.rise, 4),
        float(is_awaited),
    )


def _tell_course(level: LevelState) -> tuple[float, ...]:
    """Return where the belly's breath is, what is usual, and how far braces go."""
    belly = level.belly
    return (
        float(belly.direction),
        belly.trough,
        belly.peak,
        belly.extreme,
        belly.usual,
        belly.rise_s,
        belly.fall_s,
        level.up,
        level.down,
    )


def _back(trace: Sequence[float], n: int) -> float:
    """Return what was so many frames ago, or the oldest there is."""
    return trace[-1 - min(n, len(trace) - 1)]


def _reach(trace: Sequence[float], n: int) -> float:
    newest = trace[-n - 1 :]
    return max(newest) - min(newest)


def _age(suspicion: Suspicion, t_ns: int) -> float:
    """Return for how long something is suspected, in s."""
    if suspicion.total <= 0.0:
        return 0.0
    return min((t_ns - suspicion.since_ns) / NS_PER_S, LONG_AGO_S)


def _mean(values: Sequence[float] | deque[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _spread(values: Sequence[float]) -> float:
    mean = _mean(values)
    return math.sqrt(_mean([(one - mean) ** 2 for one in values]))
