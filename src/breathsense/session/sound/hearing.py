"""What is to be heard now: from one instant of a session to the next, without a clock of its own.

With the eyes open, sound leads the breath and the braces, ticks the last seconds of a hold, and
warns. With the eyes closed it has to be enough: every step begins with its own sound, whole holds
are counted, cues ring. A try of a calibration is counted in, and its end is heard.
"""

from dataclasses import dataclass
from typing import Literal

from breathsense.session.sound.tones import SoundName

S = 1_000_000_000
SAFETY = 0
"""Rank of a cue that comes before everything else."""
HELD = frozenset({"hold_full", "hold_empty", "brace", "brace_breathe"})
BRACED = frozenset({"brace", "brace_breathe"})
TASK = "task"
"""A try of a calibration that has no sound of its own."""
LET_GO = BRACED | {TASK}
"""The end of these is heard, too."""
COUNTED_IN = frozenset({"ready", "again"})
"""The last seconds before a try of a calibration: the first one, or one that is to be repeated."""
TICKED = HELD | COUNTED_IN | {TASK}
EFFORTLESS = frozenset({"release", "recover", "rest", "settle", "free"})
AGAIN_NS = 8 * S
"""While no breath is seen, or a warning holds, it is told again after this time."""

GapGrade = Literal["calm", "prompt", "warn", "unknown"]
StepSound = dict[str, SoundName]
STEP_SOUNDS: StepSound = {
    "inhale": "inhale",
    "exhale": "exhale",
    "brace": "brace",
    "brace_breathe": "brace",
    "release": "release",
    "hold_full": "tick",
    "hold_empty": "tick",
    "move": "bell",
    "rest": "rest",
    "recover": "rest",
    "settle": "rest",
    "free": "rest",
    "ready": "rest",
    "again": "unseen",
    TASK: "bell",
}
"""What each phase of a programme, or of a calibration, begins with."""
ALWAYS = frozenset({"inhale", "exhale", "brace", "brace_breathe", "release", "move", "rest", TASK})
"""These begin with a sound with the eyes open, too."""
COUNTED_NS = 3 * S
"""So much of the end of a hold is ticked with the eyes open."""
SHORT_NS = 5 * S
"""Shorter holds are ticked with the eyes closed only."""
MEANT_TO_PAUSE = frozenset({"hold_full", "hold_empty"})
"""While one of these is asked for, no breath is as it shall be; the programme itself ends it."""
UNSEEN_CUE = "breath_held"


@dataclass(frozen=True, slots=True)
class Step:
    """What is asked for now: a phase of a programme, or a part of the pacer's breath.

    Parameters
    ----------
    phase : str
        ``"inhale"``, ``"brace"`` ... as in a programme; ``"ready"``, ``"again"``, ``"task"`` in a
        calibration.
    start_ns, length_ns : int
        Since when, and for how long, at most if ``is_open``.
    is_open : bool
        It ends by a key before that, and is not counted down.

    """

    phase: str
    start_ns: int
    length_ns: int
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant, as far as it can be heard.

    Parameters
    ----------
    now_ns : int
        Session time.
    step : Step or None
        What is asked for; ``None`` while nothing is, or in a pause.
    gap : GapGrade
        How long no breathing movement was seen.
    cue, cue_ns, cue_rank : str, int, int
        The one thing that is said, since when, and how urgent; empty if nothing is.
    is_linked : bool
        Whether a wearable streams.
    ended : str or None
        Why the course is over: empty as meant, a word if it was stopped; ``None`` while it is not.

    """

    now_ns: int
    step: Step | None = None
    gap: GapGrade = "calm"
    cue: str = ""
    cue_ns: int = 0
    cue_rank: int = 9
    is_linked: bool = True
    ended: str | None = None


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound to begin now; ``length_s`` for those that lead a breath."""

    name: SoundName
    length_s: float = 0.0


class Ears:
    """Compares each moment with the last one; to be asked as often as the screen is drawn.

    Parameters
    ----------
    is_eyes_closed : bool
        Whether sound alone has to be enough; may change at any time.

    """

    def __init__(self, *, is_eyes_closed: bool = False) -> None:
        self.is_eyes_closed = is_eyes_closed
        self._last: Moment | None = None
        self._told_ns = 0

    def listen(self, moment: Moment) -> tuple[Sound, ...]:
        """Return what begins to sound at this moment, most urgent first.

        What begins while the warning is told is not told as well: one thing at a time.
        """
        last, self._last = self._last, moment
        if last is None or moment.now_ns < last.now_ns:  # a replay that was sought back, say
            last = Moment(moment.now_ns, gap=moment.gap, is_linked=True, ended=moment.ended)
        alarm = self._hear_alarm(last, moment)
        if alarm is not None:
            return (alarm,)
        heard = (self._hear_step(last, moment), self._hear_cue(last, moment))
        return tuple(one for one in heard if one is not None)

    def _hear_alarm(self, last: Moment, now: Moment) -> Sound | None:
        if now.ended is not None and last.ended is None:
            return Sound("stop" if now.ended else "done")
        if last.is_linked and not now.is_linked:
            return Sound("stop")
        name = self._find_alarm(last, now)
        if name is None:
            return None
        self._told_ns = now.now_ns
        return Sound(name)

    def _find_alarm(self, last: Moment, now: Moment) -> SoundName | None:
        is_new_cue = bool(now.cue) and (now.cue, now.cue_ns) != (last.cue, last.cue_ns)
        if is_new_cue and now.cue_rank == SAFETY:
            return "warn"
        is_meant = now.step is not None and now.step.phase in MEANT_TO_PAUSE
        is_due = now.gap != last.gap or now.now_ns - self._told_ns >= AGAIN_NS
        if is_meant or not is_due:
            return None
        told: dict[GapGrade, SoundName] = {"warn": "warn", "prompt": "unseen"}
        return told.get(now.gap)

    def _hear_step(self, last: Moment, now: Moment) -> Sound | None:
        step = now.step
        if step is None:
            is_let_go = last.step is not None and last.step.phase in LET_GO
            return Sound("release") if is_let_go else None
        if step != last.step:
            return self._begin(last.step, step)
        return self._count(last, now, step) if step.phase in TICKED else None

    def _begin(self, before: Step | None, step: Step) -> Sound | None:
        was_braced = before is not None and before.phase in BRACED
        name = STEP_SOUNDS.get(step.phase)
        if was_braced and step.phase in EFFORTLESS:
            name = "release"
        if was_braced and step.phase in BRACED:
            name = "tick"
        is_told = self.is_eyes_closed or step.phase in ALWAYS or name == "release"
        if name is None or not is_told or (name == "tick" and not self.is_eyes_closed):
            return None
        return Sound(name, step.length_ns / S if name in {"inhale", "exhale"} else 0.0)

    def _count(self, last: Moment, now: Moment, step: Step) -> Sound | None:
        """Tick at every whole second: of a hold with the eyes closed, else of the end."""
        done, since = (max(one - step.start_ns, 0) for one in (last.now_ns, now.now_ns))
        if self.is_eyes_closed and step.phase not in COUNTED_IN:
            return Sound("tick") if since // S > done // S else None
        if step.is_open or step.length_ns < SHORT_NS:
            return None
        left, before = (-(-max(step.length_ns - one, 0) // S) for one in (since, done))
        return Sound("tick") if 0 < left <= COUNTED_NS // S and left < before else None

    def _hear_cue(self, last: Moment, now: Moment) -> Sound | None:
        """Ring for a new cue with the eyes closed, that the wearer may look or think of it."""
        is_new = bool(now.cue) and (now.cue, now.cue_ns) != (last.cue, last.cue_ns)
        if not is_new or now.cue_rank == SAFETY or now.step != last.step:
            return None
        if now.cue == UNSEEN_CUE:
            return Sound("unseen")
        return Sound("bell") if self.is_eyes_closed else None
