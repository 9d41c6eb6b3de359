from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from breathsense.core.coaching.due import Done, find_level, find_lock, find_stage_items, list_due
from breathsense.core.coaching.plan import Programmes, parse_plan, parse_prescription
from breathsense.core.coaching.plan_spec import PlanSpec, PrescriptionSpec, Rules
from breathsense.core.coaching.schema import parse_programme
from breathsense.core.coaching.screening import EFFECTS, EMERGENCY, judge_answers
from breathsense.core.model.errors import RefusedInput

FOLDER = Path(__file__).parents[3] / "programmes"
MONDAY = date(2026, 10, 5)
PLAN = """
schema = "breathsense.plan/1"
id = "short"
name = "Short"
[[stage]]
weeks = [1, 1]
item = [{ programme = "breathe.box", days_a_week = 2, times_a_day = 2 }]
[[stage]]
weeks = [2, 3]
item = [{ programme = "core.ladder", level = 1 }]
"""
WORD = 'schema = "breathsense.prescription/1"\n'


@pytest.fixture(scope="module")
def programmes() -> Programmes:
    read = [parse_programme(one.read_text(encoding="utf-8"), one.name)
            for one in FOLDER.glob("*.toml")]  # fmt: skip
    return {one.id: one for one in read}


@pytest.fixture
def plan(programmes: Programmes) -> PlanSpec:
    return parse_plan(PLAN, "plan.toml", programmes)


def prescribe(text: str, programmes: Programmes) -> PrescriptionSpec:
    return parse_prescription(WORD + text, "word.toml", programmes)


def on(day: int, score: float | None = 80.0, level: int = 1) -> Done:
    return Done(MONDAY + timedelta(days=day), "core.ladder", level, score)


def test_shipped_plans_name_programmes_that_are_there(programmes: Programmes) -> None:
    for path in (FOLDER / "plans").glob("*.toml"):
        plan = parse_plan(path.read_text(encoding="utf-8"), path.name, programmes)
        assert plan.stage[-1].weeks[1] == 8


def test_each_week_has_its_items(plan: PlanSpec) -> None:
    assert find_stage_items(plan, MONDAY, MONDAY - timedelta(days=1)) == ()
    for days, programme in ((0, "breathe.box"), (6, "breathe.box"), (7, "core.ladder"),
                            (20, "core.ladder"), (200, "core.ladder")):  # fmt: skip
        items = find_stage_items(plan, MONDAY, MONDAY + timedelta(days=days))
        assert [one.programme for one in items] == [programme]


def test_what_is_done_is_not_due_again(plan: PlanSpec, programmes: Programmes) -> None:
    word, well = prescribe("", programmes), judge_answers((), ())

    def left(history: list[Done], day: int) -> int:
        today = MONDAY + timedelta(days=day)
        return list_due(plan, word, well, programmes, history, MONDAY, today)[0].n_left

    box = [Done(MONDAY + timedelta(days=day), "breathe.box", 1) for day in (0, 0, 1)]
    assert left([], 0) == 2
    assert left(box[:1], 0) == 1
    assert left(box, 1) == 1
    assert left(box, 2) == 0, "two days of this week are done"


def test_a_prescription_replaces_the_items(plan: PlanSpec, programmes: Programmes) -> None:
    word = prescribe('item = [{ programme = "core.longer", level = 2 }]', programmes)
    due = list_due(plan, word, judge_answers((), ()), programmes, [], MONDAY, MONDAY)
    assert [(one.programme.id, one.level, one.n_left) for one in due] == [("core.longer", 2, 1)]


def test_levels_go_up_after_good_sessions_and_down_after_a_stop(programmes: Programmes) -> None:
    ladder = programmes["core.ladder"]
    good = [on(day) for day in range(3)]
    assert find_level(ladder, 1, good[:2], Rules()) == 1
    assert find_level(ladder, 1, good, Rules()) == 2
    assert find_level(ladder, 0, [], Rules()) == 1
    mixed = [on(0), on(1, 50.0), on(2), on(3)]
    assert find_level(ladder, 1, mixed, Rules()) == 2
    stopped = [*good, replace(on(4, level=2), stop="pain_rose")]
    assert find_level(ladder, 1, stopped, Rules()) == 1
    sore = [on(0), on(1), replace(on(2), pain_rise=2), on(3, None)]
    assert find_level(ladder, 1, sore, Rules()) == 1
    many = [on(day, level=1 + day // 3) for day in range(30)]
    assert find_level(ladder, 1, many, Rules()) == 4
    assert find_level(programmes["day.sit_tall"], 3, many, Rules()) == 0
    other = [replace(one, programme="core.longer") for one in good]
    assert find_level(ladder, 1, other, Rules()) == 1


def test_who_has_enough_loses_no_level_and_wins_none(programmes: Programmes) -> None:
    ladder = programmes["core.ladder"]
    good = [on(day) for day in range(3)]
    enough = [replace(on(3 + day, level=2), stop="own_wish") for day in range(4)]
    assert find_level(ladder, 1, [*good, *enough], Rules()) == 2
    assert find_level(ladder, 1, [*good[:2], replace(good[2], stop="own_wish")], Rules()) == 1


@pytest.mark.parametrize(
    ("stop", "done_frac", "n_left"),
    [("own_wish", 0.4, 2), ("own_wish", 0.5, 1), ("dizzy", 0.1, 1), ("", 1.0, 1)],
)
def test_what_was_hardly_begun_is_still_due_but_not_what_did_no_good(
    plan: PlanSpec, programmes: Programmes, stop: str, done_frac: float, n_left: int
) -> None:
    word, well = prescribe("", programmes), judge_answers((), ())
    past = [Done(MONDAY, "breathe.box", 1, stop=stop, done_frac=done_frac)]
    assert list_due(plan, word, well, programmes, past, MONDAY, MONDAY)[0].n_left == n_left


def test_locks_name_their_reason(programmes: Programmes) -> None:
    box, dog, can = (
        programmes[one] for one in ("breathe.box", "core.bird_dog", "core.fill_the_can")
    )
    plain, well = prescribe("", programmes), judge_answers((), ())
    assert find_lock(box, plain, well) == ""
    assert find_lock(dog, plain, well) == "approval"
    approved = prescribe('approve = ["core.bird_dog", "core.fill_the_can"]', programmes)
    assert find_lock(dog, approved, well) == ""
    assert find_lock(box, prescribe('lock = ["breathe.box"]', programmes), well) == "locked"
    pressed, pregnant = judge_answers((), ["high_pressure"]), judge_answers((), ["pregnant"])
    assert find_lock(can, approved, pressed) == "no_brace", "nobody lifts this one"
    assert find_lock(can, plain, pregnant) == "no_brace"
    assert find_lock(can, approved, pregnant) == ""


def test_answers_lead_to_help_or_to_limits() -> None:
    assert judge_answers((), ()).verdict == "go_on"
    assert judge_answers(["fever"], ()).verdict == "see_soon"
    for flag in EMERGENCY:
        assert judge_answers([flag, "fever"], ()).verdict == "seek_help_now"
    both = judge_answers((), ["treated_pressure", "osteoporosis"])
    assert (both.limits.effort, both.limits.hold_s, both.breath_gap_s) == (3, 5.0, 3.0)
    assert both.locks_until_approved == {"no_curl"}
    assert both.advice == ("ask_doctor", "ask_physio")
    assert all(one.locks or one.hold_s < 60 for one in EFFECTS.values()), "each does something"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PLAN.replace("breathe.box", "breathe.bocks"), "did you mean 'breathe.box'"),
        (PLAN.replace("[2, 3]", "[3, 4]"), "go on from 2"),
        (PLAN.replace("level = 1", "level = 9"), "has no level 9; known: 1, 2, 3, 4"),
        (PLAN + "[rules]\ngood = 5\nof = 4\n", "5 good sessions of 4"),
        (PLAN.replace("breathe.box", "zzz.zzz"), "there is no programme 'zzz.zzz'$"),
    ],
)
def test_faults_of_a_plan_are_told(text: str, said: str, programmes: Programmes) -> None:
    with pytest.raises(RefusedInput) as refused:
        parse_plan(text, "plan.toml", programmes)
    assert refused.match(said.rstrip("$"))
    assert "plan.toml" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('approve = ["core.birddog"]', "did you mean 'core.bird_dog'"),
        ('approve = ["core.longer"]\nlock = ["core.longer"]', "both approved and locked"),
        ("[rules]\ngood = 3\nof = 2\n", "3 good sessions of 2"),
        ('goal = "suck_in"', "is not known here"),
        ("[limits]\neffort = 12\n", "<= 10"),
    ],
)
def test_faults_of_a_prescription_are_told(text: str, said: str, programmes: Programmes) -> None:
    with pytest.raises(RefusedInput, match=said):
        prescribe(text, programmes)
