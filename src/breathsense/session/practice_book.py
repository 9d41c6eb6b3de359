"""What may be practised today: plan, prescription, answers and history put together."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Protocol

from breathsense.core.coaching.plan import PRESCRIPTION_FORM
from breathsense.core.coaching.plan_spec import PrescriptionSpec
from breathsense.core.coaching.schedule import Limits
from breathsense.core.coaching.schema import Programme
from breathsense.core.coaching.screening import Screening, judge_answers
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import BraceGoal
from breathsense.core.model.labels import OWN_WISH
from breathsense.recordings.placing import put_in_place
from breathsense.session.answers import (
    Answers,
    WhyAsk,
    load_answers,
    save_answers,
    tell_why_to_ask,
)
from breathsense.session.programmes import FOLDER, ProgrammeShelf, load_programmes
from breathsense.session.today import Offer, Past, Rulebook, Today, Worn
from breathsense.sources.shelf import read_text

PRESCRIPTION = "prescription.toml"
NO_PRESCRIPTION = PrescriptionSpec(schema="breathsense.prescription/1")


class Begun(Protocol):
    """A session in which a programme can be begun."""

    def begin(
        self,
        programme: Programme,
        level: int = 0,
        *,
        goal: BraceGoal = "expand",
        limits: Limits | None = None,
        breath_gap_s: float = 10.0,
    ) -> None:
        """Begin a programme now."""
        ...


class PracticeBook:
    """Answers, prescription, programmes and history of one person.

    All methods may read files and take their time.

    Parameters
    ----------
    data_dir : Path
        Keeps answers and prescription, and the user's own programmes.
    read_past : callable
        Gives what was practised so far.
    today : callable
        Gives the date.

    """

    def __init__(
        self,
        data_dir: Path,
        read_past: Callable[[], Past] = Past,
        today: Callable[[], date] = date.today,
    ) -> None:
        self._data_dir = data_dir
        self._read_past = read_past
        self._today = today
        self._answers: Answers | None = None

    @cached_property
    def shelf(self) -> ProgrammeShelf:
        """All programmes and plans."""
        return load_programmes(self._data_dir / FOLDER)

    # ---- the safety questions ----

    @property
    def answers(self) -> Answers | None:
        """The newest answers; also those that the disk did not take."""
        return self._answers or load_answers(self._data_dir)

    @property
    def screening(self) -> Screening:
        """What follows from the answers; nothing if there are none."""
        answers = self.answers
        return judge_answers((), ()) if answers is None else answers.judge()

    def why_ask(self) -> WhyAsk:
        """Return why the questions are due now; empty if they are not."""
        stops = [day for day, reason in self._read_past().stops if reason != OWN_WISH]
        return tell_why_to_ask(self.answers, max(stops, default=None), self._today())

    def answer(self, answers: Answers) -> None:
        """Take answers; raises RefusedInput if they cannot be kept, but they hold all the same."""
        self._answers = answers
        save_answers(self._data_dir, answers)

    # ---- the prescription ----

    @property
    def prescription_path(self) -> Path:
        """Where the prescription lies, if there is one."""
        return self._data_dir / PRESCRIPTION

    def read_prescription(self) -> PrescriptionSpec:
        """Return the physio's prescription; an empty one if there is none.

        Raises
        ------
        RefusedInput
            It can no longer be used: what it locks is not known then.

        """
        if not self.prescription_path.exists():
            return NO_PRESCRIPTION
        return self.shelf.read_prescription(self.prescription_path)

    def take_prescription(self, path: Path) -> PrescriptionSpec:
        """Check a prescription and take it over; raises RefusedInput if it cannot be used."""
        path = path.expanduser()
        spec = self.shelf.read_prescription(path)
        text = read_text(path, PRESCRIPTION_FORM)
        try:
            put_in_place(self.prescription_path, text.encode())
        except OSError as error:
            raise RefusedInput(
                f"the prescription could not be kept ({error.strerror or error})",
                where=str(self.prescription_path),
            ) from error
        return spec

    def drop_prescription(self) -> None:
        """Do without a prescription from now on."""
        with suppress(OSError):
            self.prescription_path.unlink(missing_ok=True)

    # ---- what may be practised ----

    def plan_today(self, worn: Worn) -> Today:
        """Put together what may be practised with what is worn; raises RefusedInput."""
        return self._open_rules().list_today(self._read_past(), worn, self._today())

    def find_offer(self, programme_id: str, worn: Worn) -> Offer:
        """Return one programme as it would be offered; raises RefusedInput for an unknown id."""
        self.shelf.find(programme_id)
        today = self.plan_today(worn)
        return next(one for one in (*today.due, *today.others) if one.programme.id == programme_id)

    def check(self, programme: Programme) -> Rulebook:
        """Return the rules if they let a programme be begun; raises RefusedInput if not."""
        rules = self._open_rules()
        lock = rules.tell_lock(programme)
        if lock:
            raise RefusedInput(f"{programme.name} cannot be begun: {lock}", where=programme.id)
        return rules

    def begin(self, session: Begun, programme: Programme, level: int) -> None:
        """Begin a programme within what answers and prescription allow.

        Raises
        ------
        RefusedInput
            It is locked, has no course, or not this level.

        """
        rules = self.check(programme)
        session.begin(
            programme,
            level,
            goal=rules.prescription.goal,
            limits=rules.limits,
            breath_gap_s=rules.breath_gap_s,
        )

    def _open_rules(self) -> Rulebook:
        return Rulebook(self.shelf, self.read_prescription(), self.screening)
