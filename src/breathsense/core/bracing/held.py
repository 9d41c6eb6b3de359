"""A brace that is held: until when, how far, how steadily, and whether breathing goes on."""

from dataclasses import dataclass, field

from breathsense.core.bracing.level import LevelState
from breathsense.core.bracing.onset import Found
from breathsense.core.bracing.sound import SoundState
from breathsense.core.bracing.suspicion import Suspicion
from breathsense.core.frames.frame import Frame
from breathsense.core.model.bracing import BraceEnd, Direction


@dataclass(frozen=True, slots=True)
class HeldParams:
    """When a brace is over.

    Parameters
    ----------
    longest_ns : int
        Nobody holds one longer; a shift that lasts is posture, or a slipped band.
    firm_share : float
        Below this share of the calibrated rise of the sound the wall is let go.
    sound_need, level_need : float
        Evidence that it takes.
    sound_lag_ns : int
        The sound is seen so late.
    low_frac, rest : float
        Below this share of the brace's own level the belly is let go, the surer below the second,
        in quiet depths from rest.

    """

    longest_ns: int = 60_000_000_000
    firm_share: float = 0.32
    sound_need: float = 2.0
    level_need: float = 4.0
    sound_lag_ns: int = 300_000_000
    low_frac: float = 0.3
    rest: float = 0.05


@dataclass(slots=True)
class HeldState:
    """The open brace; ``height`` is how far the belly is out, or in, in the ends of its breaths."""

    start_ns: int
    direction: Direction
    witness: str
    height: float
    release: Suspicion = field(default_factory=Suspicion)


class Held:
    """Follows an open brace."""

    def __init__(self, params: HeldParams) -> None:
        self._params = params

    def begin(self, found: Found, level: LevelState) -> HeldState:
        """Open a brace."""
        return HeldState(found.start_ns, found.direction, found.witness, abs(level.belly.x))

    def follow(
        self,
        state: HeldState,
        frame: Frame,
        sound: SoundState | None,
        level: LevelState | None,
    ) -> int | None:
        """Take a frame; return when the brace was let go, if it is over."""
        p = self._params
        if frame.t_ns - state.start_ns > p.longest_ns:
            return frame.t_ns
        if state.witness == "sound":
            return None if sound is None else self._fade(state, frame, sound)
        if level is None:
            return None
        return frame.t_ns if level.belly.has_moved else self._sink(state, frame, level)

    def close(self, state: HeldState, end_ns: int, number: int, frame: Frame) -> BraceEnd:
        """Tell what it was like."""
        return BraceEnd(number, end_ns, "unknown", None, None, None, 0, 0, 0.5, frame.known_ns)

    def _fade(self, state: HeldState, frame: Frame, sound: SoundState) -> int | None:
        p = self._params
        evidence = min(max(4.0 * (p.firm_share - sound.share), -2.0), 1.0)
        state.release.add(evidence, frame.t_ns)
        if state.release.total < p.sound_need:
            return None
        return state.release.since_ns - p.sound_lag_ns

    def _sink(self, state: HeldState, frame: Frame, level: LevelState) -> int | None:
        p = self._params
        sign = -1.0 if state.direction == "draw_in" else 1.0
        height = sign * level.belly.x
        state.height = max(0.998 * state.height, min(height, state.height + 0.03))
        evidence = -1.0
        if height < p.rest:
            evidence = 1.6
        elif height < p.low_frac * state.height:
            evidence = 0.7
        state.release.add(evidence, frame.t_ns)
        return state.release.since_ns if state.release.total >= p.level_need else None
