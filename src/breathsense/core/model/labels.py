"""The words of marks that a programme sets, in a form that is read back the same.

A session's story is in its recording and nowhere else: what was practised, how the wearer felt
before and after, whether it was stopped. Calibration steps and exercises have the fixed labels of
the command-line contract.
"""

import re
from dataclasses import dataclass, field
from typing import Literal

PROGRAMME = "programme:"
PACER = "pacer:"
"""The rhythm that is shown from now on, where no programme leads."""
CHECK_IN = "checkin."
STOP = "stop:"
NOTE = "note:"
NEXT = "programme.next"
"""Go on to the next step: the end of an open one, or of a brace that is to be let go."""
PAUSE = "programme.pause"
RESUME = "programme.resume"
OWN_WISH = "own_wish"
"""The reason of a stop that says nothing of the body: it was enough."""

CheckInTime = Literal["before", "after"]
_PAIR = re.compile(r"([a-z_]+)=(\d{1,2})")
_RHYTHM = re.compile(PACER + r" in=(?P<in>\d{1,2}\.\d) out=(?P<out>\d{1,2}\.\d)")
MOST = 10
"""Every answer is a number from 0 to 10."""


@dataclass(frozen=True, slots=True)
class Practice:
    """A programme was begun: its id, such as ``core.fill_the_can``, and its level, 0 if none."""

    programme: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class CheckIn:
    """How the wearer felt: answers from 0 to 10 by name, such as ``pain``, ``stress``."""

    time: CheckInTime
    answers: dict[str, int] = field(default_factory=dict)


def say_practice(practice: Practice) -> str:
    """Return the label of a programme that begins; its mark lasts as long as it is planned to."""
    level = f" level={practice.level}" if practice.level else ""
    return f"{PROGRAMME} {practice.programme}{level}"


def parse_practice(label: str) -> Practice | None:
    """Read such a label back; ``None`` for any other."""
    if not label.startswith(PROGRAMME):
        return None
    words = label.removeprefix(PROGRAMME).split()
    if not words:
        return None
    answers = _read_pairs(" ".join(words[1:]))
    return Practice(words[0], answers.get("level", 0))


def say_check_in(check_in: CheckIn) -> str:
    """Return the label of a check-in."""
    answers = " ".join(f"{name}={value}" for name, value in sorted(check_in.answers.items()))
    return f"{CHECK_IN}{check_in.time}: {answers}".rstrip()


def parse_check_in(label: str) -> CheckIn | None:
    """Read such a label back; ``None`` for any other. Answers beyond 10 are left out."""
    head, _, answers = label.partition(":")
    match head.removeprefix(CHECK_IN):
        case "before" | "after" as time if head.startswith(CHECK_IN):
            return CheckIn(time, _read_pairs(answers))
        case _:
            return None


def say_stop(reason: str) -> str:
    """Return the label that ends a course; the reasons are the ``stops`` of programmes."""
    return f"{STOP} {reason}"


def parse_stop(label: str) -> str | None:
    """Read such a label back; ``None`` for any other."""
    return label.removeprefix(STOP).strip() if label.startswith(STOP) else None


def say_pacer(in_s: float, out_s: float) -> str:
    """Return the label of a rhythm that is shown from a breath in on; of none for 0 and 0."""
    return f"{PACER} in={in_s:.1f} out={out_s:.1f}" if in_s and out_s else f"{PACER} off"


def is_pacer(label: str) -> bool:
    """Return whether a label tells of the rhythm that is shown."""
    return label.startswith(PACER)


def parse_pacer(label: str) -> tuple[float, float] | None:
    """Read the seconds in and out back; ``None`` for a rhythm that is switched off."""
    found = _RHYTHM.fullmatch(label)
    return None if found is None else (float(found["in"]), float(found["out"]))


def _read_pairs(text: str) -> dict[str, int]:
    return {name: int(value) for name, value in _PAIR.findall(text) if int(value) <= MOST}
