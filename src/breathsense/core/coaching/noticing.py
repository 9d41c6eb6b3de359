"""What is to be mended right now, as far as it is seen; nothing of it is remembered as a fault."""

from collections import deque
from dataclasses import dataclass, field
from statistics import median

from breathsense.core.calibration.abilities import tell_abilities
from breathsense.core.coaching.cue_words import CueKey
from breathsense.core.coaching.prompts import BRACED, KEPT
from breathsense.core.coaching.spec import Target
from breathsense.core.frames.frame import Frame
from breathsense.core.model.bracing import BraceBreath, BraceHint
from breathsense.core.model.calibration import Calibration
from breathsense.core.model.coaching import RepJudged, StepBegan
from breathsense.core.model.events import Breath, Turn

S = 1_000_000_000
NEVER = -1
MOST_BREATHS = 64
FEWEST_BREATHS = 3
MOST_LEVELS = 24
LEVEL_NS = 4 * S
"""About a breath: the level rises and falls with it."""
FEWEST_LEVELS = 4


@dataclass(frozen=True, slots=True)
class NoticeParams:
    """When something is worth a word.

    Parameters
    ----------
    ask_ns, warn_ns, end_ns : int
        So long without a breath in a brace, it is asked, warned, and the brace is to be let go;
        earlier where less is allowed.
    late_ns : int
        A turn of the breath is known so late; where nothing else shows the breath, the wearer is
        given that time.
    firm_ns : int
        So long after the prompt a brace is missed.
    faded_frac : float
        Below this share of what it was, the level fades.
    notice, warn, most : float
        Rate times depth, as multiples of rest: for two minutes, for one, and for one.
    n_reps : int
        So many repetitions in a row that miss a target are one too many.

    """

    ask_ns: int = 4 * S
    warn_ns: int = 6 * S
    end_ns: int = 10 * S
    late_ns: int = S
    firm_ns: int = 3 * S
    faded_frac: float = 0.7
    notice: float = 1.3
    warn: float = 1.5
    most: float = 2.0
    n_reps: int = 2


@dataclass(slots=True)
class NoticeState:
    """The running step, the newest hints and breaths, and how often targets were missed in a row.

    ``brace_ns`` is when the wall was to be firmed, ``NEVER`` if it is not; ``air`` is what the
    newest breath said about how much is breathed.
    """

    step: StepBegan | None = None
    brace_ns: int = NEVER
    turned_ns: int = NEVER
    hint: BraceHint | None = None
    levels: deque[tuple[int, float]] = field(default_factory=lambda: deque(maxlen=MOST_LEVELS))
    top: float = 0.0
    breaths: deque[tuple[int, float]] = field(default_factory=lambda: deque(maxlen=MOST_BREATHS))
    paced_ns: int = NEVER
    has_new_breath: bool = False
    air: CueKey | None = None
    missed: dict[CueKey, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a course asks for: its targets by name, the way of its braces, the longest gap."""

    targets: dict[str, Target]
    goal: str
    breath_gap_ns: int
    has_braces: bool


BREATHING: tuple[tuple[str, CueKey, CueKey], ...] = (
    ("depth_quiet", "too_shallow", "too_deep"),
    ("depth_full", "too_shallow", "too_deep"),
    ("ventilation", "too_shallow", "too_deep"),
    ("returns", "not_back", "not_back"),
    ("chest_share", "chest_led", "chest_led"),
    ("phase_deg", "chest_led", "chest_led"),
    ("rate_per_min", "too_slow", "too_fast"),
    ("exhale_s", "too_fast", "too_slow"),
    ("pause_s", "too_fast", "too_slow"),
    ("lag_s", "off_pace", "off_pace"),
    ("inhale_error_s", "off_pace", "off_pace"),
    ("on_pace", "off_pace", "off_pace"),
)
"""Targets of breathing with what is said if they are missed below, and above."""


def begin_step(state: NoticeState, step: StepBegan) -> None:
    """Take the next step of a course."""
    is_kept = step.phase in KEPT and state.brace_ns != NEVER
    if step.phase in BRACED and not is_kept:
        state.brace_ns, state.top = step.start_ns, 0.0
        state.levels.clear()
    elif not is_kept:
        state.brace_ns = NEVER
    if state.paced_ns == NEVER:
        state.paced_ns = step.start_ns
    state.step = step


def take_rep(state: NoticeState, judged: RepJudged, params: NoticeParams) -> None:
    """Count which targets of breathing a repetition has missed."""
    figures = {one.of: one for one in judged.figures}
    missed: set[CueKey] = set()
    for name, below, above in BREATHING:
        figure = figures.get(name)
        if figure is None or figure.value is None:
            continue
        if figure.least is not None and figure.value < figure.least:
            missed.add(below)
        if figure.most is not None and figure.value > figure.most:
            missed.add(above)
    state.missed = {key: min(state.missed.get(key, 0) + 1, params.n_reps) for key in sorted(missed)}


def take_hint(state: NoticeState, hint: BraceHint) -> None:
    """Take what the wall seems to do; while it is to be firm, its level too."""
    state.hint = hint
    if hint.level is not None and state.brace_ns != NEVER:
        state.levels.append((hint.t_ns, hint.level))


def take_inside(state: NoticeState, breath: BraceBreath) -> None:
    """Take a breath inside a brace, which the leading sensor may show no turn of."""
    state.turned_ns = max(state.turned_ns, breath.peak_ns)


def take_moment(state: NoticeState, frame: Frame) -> None:
    """Take the breaths that a frame tells."""
    for event in frame.events:
        if isinstance(event, Turn):
            state.turned_ns = event.t_ns
        elif isinstance(event, Breath):
            state.breaths.append((event.peak_ns, event.depth))
            state.has_new_breath = True


def notice(
    state: NoticeState,
    frame: Frame,
    asked: Asked,
    known: Calibration,
    leader: str,
    params: NoticeParams,
) -> set[CueKey]:
    """Return all that is to be mended now."""
    step = state.step
    if step is None:
        return set()
    found = {key for key, n in state.missed.items() if n >= params.n_reps}
    if state.brace_ns != NEVER:
        found |= _notice_gap(state, frame, asked, params)
        if tell_abilities(known).sees_braces:
            found |= _notice_wall(state, frame, asked, params)
    elif not asked.has_braces and step.phase != "rest":
        if state.has_new_breath:
            state.air = _notice_air(state, frame, known, leader, params)
            state.has_new_breath = False
        found |= {state.air} if state.air else set()
    if frame.is_moving and step.phase not in {"move", "rest"}:
        found.add("moving")
    return found


def _notice_gap(
    state: NoticeState, frame: Frame, asked: Asked, params: NoticeParams
) -> set[CueKey]:
    """See how long no sensor has shown a breath: one of them is enough."""
    newest_ns = max(state.brace_ns, state.turned_ns)
    hint = state.hint
    if hint is not None and hint.breathing != "unknown":
        newest_ns = max(newest_ns, hint.t_ns - hint.gap_ns)
    else:
        newest_ns += params.late_ns
    gap_ns = frame.t_ns - newest_ns
    most_ns = asked.breath_gap_ns
    if gap_ns >= min(params.end_ns, most_ns + 2 * S):
        return {"let_go"}
    if gap_ns >= min(params.warn_ns, most_ns + S):
        return {"breathe_now"}
    return {"breath_held"} if gap_ns >= min(params.ask_ns, most_ns) else set()


def _notice_wall(
    state: NoticeState, frame: Frame, asked: Asked, params: NoticeParams
) -> set[CueKey]:
    hint = state.hint
    if hint is None or hint.state == "cannot_tell":
        return set()
    if hint.state == "rest":
        is_late = frame.t_ns - state.brace_ns >= params.firm_ns
        return {"too_soft"} if is_late and "level" in asked.targets else set()
    if hint.state == "draw_in" and asked.goal == "expand":
        return {"draw_in"}
    if hint.direction == "expand" and asked.goal == "draw_in":
        return {"outward"}
    return _notice_level(state, frame.t_ns, asked.targets.get("level"), params)


def _notice_level(
    state: NoticeState, t_ns: int, target: Target | None, params: NoticeParams
) -> set[CueKey]:
    newest = [level for at_ns, level in state.levels if at_ns > t_ns - LEVEL_NS]
    if target is None or len(newest) < FEWEST_LEVELS:
        return set()
    level = median(newest)
    if state.levels[0][0] <= t_ns - LEVEL_NS:
        state.top = max(state.top, level)
    if target.most is not None and level > target.most:
        return {"too_hard"}
    if target.least is not None and level < target.least:
        return {"too_soft"}
    return {"fading"} if level < params.faded_frac * state.top else set()


def _notice_air(
    state: NoticeState, frame: Frame, known: Calibration, leader: str, params: NoticeParams
) -> CueKey | None:
    """Compare rate times depth with rest; one sensor sees only its own share of it."""
    level = next((one for one in known.levels if one.sensor == leader), None)
    rate = known.rate_per_min
    if level is None or not rate or state.paced_ns == NEVER:
        return None

    def measure(seconds: int) -> float:
        from_ns = frame.t_ns - seconds * S
        breaths = [(t_ns, depth) for t_ns, depth in state.breaths if t_ns > from_ns]
        if from_ns < state.paced_ns or len(breaths) < FEWEST_BREATHS:
            return 0.0
        minutes = (breaths[-1][0] - breaths[0][0]) / (60 * S)
        return sum(depth for _, depth in breaths[1:]) / (level.quiet_depth * rate * minutes)

    minute = measure(60)
    if minute > params.most:
        return "stop_pacing"
    if minute > params.warn:
        return "over_breathing"
    return "too_deep" if measure(120) > params.notice else None
