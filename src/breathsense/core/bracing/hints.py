"""What the wall seems to do right now: for a screen, which may not wait until it is sure."""

from dataclasses import dataclass

from breathsense.core.bracing.context import ContextState
from breathsense.core.bracing.held import HeldState
from breathsense.core.bracing.level import LevelState
from breathsense.core.frames.frame import Frame
from breathsense.core.model.bracing import BraceBreathing, BraceHint, Direction, WallState

NS_PER_S = 1e9


@dataclass(frozen=True, slots=True)
class HintParams:
    """When something is shown.

    Parameters
    ----------
    every_ns : int
        While a brace is held, it is told this often.
    still_ns : int
        Breathing is not seen after this time without a turn.
    full : float
        A level of so many usual breaths that stands still is a full hold.

    """

    every_ns: int = 480_000_000
    still_ns: int = 3_000_000_000
    full: float = 1.3


@dataclass(slots=True)
class HintState:
    """What was told last, and when."""

    told: tuple[str, str, str] = ("", "", "")
    told_ns: int = -1


class Hints:
    """Tells the state of the wall whenever it changes, and now and then while a brace is held."""

    def __init__(self, params: HintParams) -> None:
        self._params = params

    def tell(
        self,
        state: HintState,
        frame: Frame,
        held: HeldState | None,
        level: LevelState | None,
        context: ContextState,
    ) -> list[BraceHint]:
        """Take a frame's result; ``level`` is ``None`` where the belly's level is not known."""
        gap_ns = self._find_gap(frame, level)
        if gap_ns is None and held is not None:
            gap_ns = held.find_tilt_gap(frame.t_ns)
        breathing: BraceBreathing = "unknown"
        if gap_ns is not None:
            breathing = "not_seen" if gap_ns >= self._params.still_ns else "breathing"
        wall, reason = self._name(frame, held, level, context, gap_ns)
        told = (wall, reason, breathing)
        is_due = held is not None and frame.t_ns - state.told_ns >= self._params.every_ns
        if told == state.told and not is_due:
            return []
        state.told, state.told_ns = told, frame.t_ns
        direction: Direction = "unknown" if held is None else held.found.direction
        share = None if level is None or held is None else _share(level, direction)
        return [BraceHint(wall, direction, share, breathing, gap_ns or 0, reason, frame.t_ns)]

    def _name(
        self,
        frame: Frame,
        held: HeldState | None,
        level: LevelState | None,
        context: ContextState,
        gap_ns: int | None,
    ) -> tuple[WallState, str]:
        if held is not None:
            return ("draw_in" if held.found.direction == "draw_in" else "brace"), ""
        if frame.is_moving or context.trouble:
            return "cannot_tell", context.trouble or "motion"
        if level is None and frame.mmg_log is None:
            return "cannot_tell", "no_reference"
        is_full = level is not None and level.belly.x > self._params.full * level.belly.usual
        if is_full and gap_ns is not None and gap_ns >= self._params.still_ns:
            return "full_hold", ""
        return "rest", ""

    @staticmethod
    def _find_gap(frame: Frame, level: LevelState | None) -> int | None:
        """Return how long no band has turned."""
        if level is None:
            return None
        turns_s = [level.belly.trough_s, level.belly.peak_s]
        if level.has_chest:
            turns_s += [level.chest.trough_s, level.chest.peak_s]
        return max(0, frame.t_ns - int(max(turns_s) * NS_PER_S))


def _share(level: LevelState, direction: Direction) -> float | None:
    """Return the level as a share of the wearer's own reference."""
    if direction == "draw_in":
        return -level.belly.x / level.down if level.down else None
    return level.belly.x / level.up if level.up else None
