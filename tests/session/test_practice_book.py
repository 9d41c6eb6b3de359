from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from breathsense.core.coaching.due import Done
from breathsense.core.coaching.schedule import Limits
from breathsense.core.coaching.screening import Condition, RedFlag
from breathsense.core.coaching.spec import Screen, Stop
from breathsense.core.model.calibration import Calibration, LevelReference
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.sensors import Sensor
from breathsense.session.answers import FILE, Answers, load_answers, save_answers
from breathsense.session.practice_book import PracticeBook
from breathsense.session.safety_words import (
    CONDITION_WORDS,
    FLAG_WORDS,
    LOCK_WORDS,
    SCREEN_WORDS,
    STOP_TEXTS,
    STOP_WORDS,
    tell_effects,
    tell_lock,
)
from breathsense.session.today import Past, Today, Worn

DAY = date(2026, 11, 22)
BELT = Sensor("abdomen", "band", "abdomen", "N")
WORN = Worn("GDX-RB 1", (BELT,))
PRESCRIPTION = """
schema = "breathsense.prescription/1"
code = "P-17"
goal = "neutral"
approve = ["core.fill_the_can"]
lock = ["breathe.box"]
item = [{ programme = "core.fill_the_can", level = 2, days_a_week = 5 }]
notes = "Slowly."
[limits]
effort = 4
hold_s = 8
breath_gap_s = 5
"""


class Begins:
    """Keeps what it was asked to begin."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def begin(self, programme: Any, level: int = 0, **options: Any) -> None:
        self.asked.append((programme.id, level, options))


def open_book(data_dir: Path, past: Past | None = None, today: date = DAY) -> PracticeBook:
    return PracticeBook(data_dir, lambda: past or Past(), lambda: today)


def list_offers(today: Today) -> dict[str, Any]:
    return {one.programme.id: one for one in (*today.due, *today.others)}


def test_everything_has_words() -> None:
    assert set(FLAG_WORDS) == set(RedFlag.__args__)  # type: ignore[attr-defined] # a Literal has them
    assert set(CONDITION_WORDS) == set(Condition.__args__)  # type: ignore[attr-defined] # see above
    assert set(STOP_WORDS) == set(STOP_TEXTS) == set(Stop.__args__)  # type: ignore[attr-defined] # see above
    assert set(SCREEN_WORDS) == set(Screen.__args__)  # type: ignore[attr-defined] # see above
    assert all(tell_lock(lock) for lock in (*SCREEN_WORDS, *LOCK_WORDS))
    assert not tell_lock("")


def test_answers_are_kept_dated_and_private(tmp_path: Path) -> None:
    assert load_answers(tmp_path) is None
    first = Answers(DAY - timedelta(days=30), (), ("hernia",))
    save_answers(tmp_path, first)
    save_answers(tmp_path, Answers(DAY, ("fever",)))
    newest = Answers(DAY, (), ("treated_pressure",))
    save_answers(tmp_path, newest)
    assert load_answers(tmp_path) == newest
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / FILE).read_text().count('"day"') == 2, "one a day, and the old ones stay"


@pytest.mark.parametrize("text", ["", "{", '{"answers": 3}', '{"schema": "x/9", "answers": []}'])
def test_answers_that_cannot_be_read_are_asked_for_again(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    assert open_book(tmp_path).why_ask() == "first"


def test_answers_hold_although_the_disk_does_not_take_them(tmp_path: Path) -> None:
    folder = tmp_path / "file"
    folder.write_text("no folder")
    book = open_book(folder)
    with pytest.raises(RefusedInput, match="could not be kept"):
        book.answer(Answers(DAY, (), ("hernia",)))
    assert "no_brace" in book.screening.locks
    assert book.why_ask() == ""


def test_the_questions_come_again_after_four_weeks_and_after_a_stop(tmp_path: Path) -> None:
    def ask(answered_days_ago: int, *stops: tuple[int, str]) -> str:
        save_answers(tmp_path, Answers(DAY - timedelta(days=answered_days_ago)))
        told = tuple((DAY - timedelta(days=days), reason) for days, reason in stops)
        return open_book(tmp_path, Past(stops=told)).why_ask()

    assert ask(27) == ""
    assert ask(3, (4, "dizzy"), (1, "own_wish")) == ""
    assert ask(3, (2, "dizzy")) == "stopped"
    (tmp_path / FILE).unlink()
    assert ask(28) == "weeks"


def test_today_is_the_week_of_the_plan_with_what_is_done(tmp_path: Path) -> None:
    began = DAY - timedelta(days=15)
    past = Past((Done(began, "assess.rest"), Done(DAY, "core.let_go")))
    today = open_book(tmp_path, past).plan_today(WORN)
    assert (today.week, today.n_weeks, today.stage_name) == (3, 8, "Fill the can")
    left = {one.programme.id: one.n_left for one in today.due}
    assert left["core.let_go"] == 0
    assert left["core.fill_the_can"] == 1
    assert all(one.n_left is None for one in today.others)
    assert len(list_offers(today)) == 27


def test_what_the_sensors_cannot_tell_is_known_before(tmp_path: Path) -> None:
    level = LevelReference("abdomen", rest=5.0, quiet_depth=1.0, noise=0.01, full_depth=3.0)
    known = Worn("GDX-RB 1", (BELT,), Calibration(levels=(level,)))
    book = open_book(tmp_path)
    bare = book.find_offer("core.fill_the_can", WORN)
    better = book.find_offer("core.fill_the_can", known)
    assert "Not told: depth (calibrate full breaths first)." in bare.missing
    assert len(better.missing) == len(bare.missing) - 1
    assert bare.minutes == 4
    with pytest.raises(RefusedInput, match="no programme"):
        book.find_offer("core.fill", WORN)


def test_locks_are_said_in_words(tmp_path: Path) -> None:
    book = open_book(tmp_path)
    book.answer(Answers(DAY, (), ("pregnant",)))
    offers = list_offers(book.plan_today(WORN))
    assert offers["core.ladder"].lock == "by your answers: no bracing"
    assert offers["core.bird_dog"].lock == "by your answers: no bracing"
    assert offers["breathe.six_a_minute"].lock == ""
    assert offers["day.posture"].lock == ""
    assert offers["day.check_in"].lock == "asked before and after each practice"
    assert offers["day.check_in"].minutes == 0
    book.answer(Answers(DAY, ("chest_pain",)))
    assert {one.lock for one in list_offers(book.plan_today(WORN)).values()} == {
        "see a doctor first"
    }


def test_a_prescription_is_checked_taken_over_and_obeyed(tmp_path: Path) -> None:
    book, given = open_book(tmp_path / "own"), tmp_path / "physio.toml"
    given.write_text(PRESCRIPTION.replace("core.fill_the_can", "core.fil_the_can"))
    with pytest.raises(RefusedInput, match="did you mean"):
        book.take_prescription(given)
    given.write_text(PRESCRIPTION)
    assert book.take_prescription(given).code == "P-17"
    today = book.plan_today(WORN)
    assert [(one.programme.id, one.level) for one in today.due] == [("core.fill_the_can", 2)]
    assert (today.code, today.goal, today.notes, today.stage_name) == (
        "P-17", "neutral", "Slowly.", "",
    )  # fmt: skip
    assert list_offers(today)["breathe.box"].lock == "your physio has locked it"
    book.answer(Answers(DAY, (), ("pregnant", "treated_pressure")))
    session = Begins()
    book.begin(session, book.shelf.find("core.fill_the_can"), 2)
    assert session.asked == [
        (
            "core.fill_the_can",
            2,
            {"goal": "neutral", "limits": Limits(3, 5.0), "breath_gap_s": 3.0},
        )
    ]
    with pytest.raises(RefusedInput, match="locked"):
        book.begin(session, book.shelf.find("breathe.box"), 0)
    book.drop_prescription()
    assert book.plan_today(WORN).code == ""


def test_a_prescription_that_broke_is_no_reason_to_forget_its_locks(tmp_path: Path) -> None:
    book = open_book(tmp_path)
    book.prescription_path.write_text("schema = 3")
    with pytest.raises(RefusedInput):
        book.plan_today(WORN)
    with pytest.raises(RefusedInput):
        book.begin(Begins(), book.shelf.find("breathe.box"), 0)


def test_what_follows_from_answers_is_told() -> None:
    def tell(flags: Any = (), conditions: Any = ()) -> str:
        return "\n".join(tell_effects(Answers(DAY, flags, conditions).judge()))

    assert "Nothing was ticked" in tell()
    assert "safe" not in tell()
    assert "emergency" in tell(["chest_pain"])
    assert "this week" in tell(["fever"])
    assert "no bracing" in tell((), ["heart"])
    assert "Until a physio approves it: no bracing" in tell((), ["pregnant"])
    assert "Efforts up to 3 of 10, holds up to 5 s, and a breath at least every 3 s." in tell(
        (), ["treated_pressure"]
    )
