"""What the wearer answered to the safety questions: kept in the data folder, dated, private."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal, get_args

import msgspec

from breathsense.core.coaching.screening import Condition, RedFlag, Screening, judge_answers
from breathsense.core.model.errors import RefusedInput
from breathsense.core.profiles.learning import learn
from breathsense.recordings.placing import put_in_place

FILE = "answers.json"
SCHEMA = "breathsense.answers/1"
MAX_BYTES = 1_000_000
MOST_KEPT = 200
ASK_AGAIN = timedelta(weeks=4)

WhyAsk = Literal["", "first", "weeks", "stopped"]


@dataclass(frozen=True, slots=True)
class Answers:
    """What was ticked, and when.

    Parameters
    ----------
    day : date
        When it was answered.
    flags : tuple of RedFlag
        Signs that somebody has to look at.
    conditions : tuple of Condition
        What asks for precautions.

    """

    day: date
    flags: tuple[RedFlag, ...] = ()
    conditions: tuple[Condition, ...] = ()

    def judge(self) -> Screening:
        """Return what follows from them."""
        return judge_answers(self.flags, self.conditions)


def build_answers(
    flags: Iterable[str], conditions: Iterable[str], day: date | None = None
) -> Answers:
    """Return answers of names, in their usual order; names that are not known are left out."""
    ticked = {*flags, *conditions}
    return Answers(
        day or date.today(),  # noqa: DTZ011 - the wearer's own day
        tuple(one for one in get_args(RedFlag) if one in ticked),
        tuple(one for one in get_args(Condition) if one in ticked),
    )


@dataclass(frozen=True, slots=True)
class KeptAnswers:
    """All answers, oldest first: what held on a day of the past stays to be known."""

    answers: tuple[Answers, ...] = ()
    schema: str = SCHEMA


learn(KeptAnswers)


def load_answers(data_dir: Path) -> Answers | None:
    """Read the newest answers; a file that cannot be read means that it is asked again."""
    kept = _load(data_dir).answers
    return kept[-1] if kept else None


def save_answers(data_dir: Path, answers: Answers) -> None:
    """Keep answers beside the earlier ones; those of the same day are replaced.

    Raises
    ------
    RefusedInput
        The disk does not take it.

    """
    earlier = [one for one in _load(data_dir).answers if one.day != answers.day]
    kept = KeptAnswers((*earlier, answers)[-MOST_KEPT:])
    text = msgspec.json.format(msgspec.json.encode(kept), indent=1)
    path = data_dir / FILE
    try:
        put_in_place(path, text)
    except OSError as error:
        raise RefusedInput(
            f"the answers could not be kept ({error.strerror or error})",
            where=str(path),
            advice="They hold until you leave. Make room, or choose another --data-dir.",
        ) from error


def tell_why_to_ask(answers: Answers | None, stopped: date | None, today: date) -> WhyAsk:
    """Return why the questions are due: never answered, four weeks ago, a stop since.

    Parameters
    ----------
    answers : Answers or None
        The newest.
    stopped : date or None
        When practice was last stopped for a reason of the body.
    today : date
        Today.

    """
    if answers is None:
        return "first"
    if stopped is not None and stopped > answers.day:
        return "stopped"
    return "weeks" if today - answers.day >= ASK_AGAIN else ""


def _load(data_dir: Path) -> KeptAnswers:
    try:
        with (data_dir / FILE).open("rb") as file:
            kept = msgspec.json.decode(file.read(MAX_BYTES), type=KeptAnswers)
    except (OSError, ValueError, RecursionError):
        return KeptAnswers()
    return kept if kept.schema == SCHEMA else KeptAnswers()
