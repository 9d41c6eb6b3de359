from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fake_desk import DAY, FakeLive, build_book, build_view

from breathsense.core.coaching.schema import parse_programme
from breathsense.core.coaching.spec import Kind, PhaseName, Position
from breathsense.core.model.coaching import CourseEnded, CourseJudged, CoursePaused, Figure
from breathsense.session.answers import Answers
from breathsense.session.coaching_words import PHASE_WORDS
from breathsense.session.course import CourseView, StepSpan
from breathsense.session.today import Offer, Worn, choose_level
from breathsense.tui.drawing.brace_bars import draw_braces
from breathsense.tui.drawing.canvas import build_canvas
from breathsense.tui.drawing.course import PHASE_LOOKS, draw_course, read_course
from breathsense.tui.drawing.course_pace import CoursePace, read_course_pace
from breathsense.tui.drawing.course_pacer import draw_course_pacer, read_course_pacer
from breathsense.tui.drawing.offers import (
    GOALS,
    KINDS,
    POSITION_WORDS,
    describe_offer,
    describe_row,
    describe_today,
    describe_week,
)
from breathsense.tui.drawing.timeline import build_scroll
from breathsense.tui.screens.summary import describe_judged

S = 1_000_000_000
BOX = """
schema = "breathsense.programme/1"
id = "breathe.test"
name = "Test"
kind = "breathing"
about = "A test."
positions = ["sitting"]
[[block]]
sets = 2
reps = [20]
rest_s = 10
phase = [
    { do = "inhale", s = 3 }, { do = "inhale", s = 1 }, { do = "hold_full", s = 2 },
    { do = "exhale", s = 4 }, { do = "hold_empty", s = 2 },
]
"""


def begin(*, level: int = 0) -> FakeLive:
    session = FakeLive(lambda: 0)
    session.begin(parse_programme(BOX, "box.toml"), level)
    return session


def look(session: FakeLive) -> CourseView:
    assert session.coach.view is not None
    return session.coach.view


def write(course: CourseView | None, now_s: float = 0.0, width: int = 80) -> list[str]:
    face = read_course(course, int(now_s * S), "Waiting")
    return draw_course(face, width, 2).read().splitlines()


def test_every_phase_position_and_kind_has_words() -> None:
    assert set(PHASE_LOOKS) < set(PHASE_WORDS)
    assert set(KINDS) == set(Kind.__args__)  # type: ignore[attr-defined] # a Literal has them
    assert set(POSITION_WORDS) == set(Position.__args__)  # type: ignore[attr-defined] # see above
    assert set(PHASE_WORDS) == set(PhaseName.__args__)  # type: ignore[attr-defined] # see above
    assert set(GOALS) == {"expand", "neutral", "draw_in"}


def test_the_bar_says_where_it_is_what_to_do_and_what_follows() -> None:
    session = begin()
    session.begin_step(2, "hold_full", 2, n_reps=20, rep=4)
    head, step = write(look(session), 0.5)
    assert head.split("   ")[:3] == [" Test", "Set 1 of 2", "5 of 20"]
    assert head.endswith("8:06 left")
    assert step.startswith(" ◆ Hold, full.")
    assert "then: Out" in step
    assert step.endswith("2 s")


def test_few_repetitions_are_drawn_and_a_rest_says_what_it_is_before() -> None:
    session = begin()
    session.begin_step(2, "hold_full", 2, n_sets=1, n_reps=3, rep=1)
    assert "●◐○ 2 of 3" in write(look(session))[0]
    session.begin_step(100, "rest", 10, n_sets=2, set=0)
    assert "Rest before set 2 of 2" in write(look(session))[0]


def test_a_step_without_an_end_says_which_key_ends_it() -> None:
    session = begin()
    session.begin_step(4, "hold_empty", 60, is_open=True, say="Wait.")
    assert "space: when you are done" in write(look(session))[1]


def test_a_pause_an_end_and_a_beginning_are_told() -> None:
    session = begin()
    assert write(look(session)) == [" Test"]
    session.begin_step(2, "hold_full", 2)
    session.coach.push_pause(CoursePaused(1, S, "link_lost"))
    assert "‖ The link is lost" in write(look(session))[1]
    session.coach.push_end(CourseEnded(1, 2 * S, "dizzy"))
    assert write(look(session))[1] == " Stopped. One moment ..."
    assert write(replace(look(session), ended=CourseEnded(1, 2 * S, "")))[1].startswith(" Done.")
    assert write(None) == [" Waiting"]


@pytest.mark.parametrize("width", [10, 30, 60, 200])
def test_the_bar_fits_any_width(width: int) -> None:
    session = begin()
    session.begin_step(2, "hold_full", 2, say="A rather long sentence to be said here, too long.")
    assert all(len(row) <= width for row in write(look(session), 0.5, width))


def test_the_last_step_is_followed_by_the_end() -> None:
    session = begin()
    session.begin_step(200, "hold_empty", 2)
    assert "then: the end" in write(look(session), 0.0, 120)[1]


def test_two_steps_in_share_one_way_up_and_holds_stay() -> None:
    spans = (
        StepSpan(0, 3 * S, 0, "inhale"),
        StepSpan(3 * S, 4 * S, 1, "inhale"),
        StepSpan(4 * S, 6 * S, 2, "hold_full"),
        StepSpan(6 * S, 10 * S, 3, "exhale"),
        StepSpan(10 * S, 12 * S, 4, "hold_empty"),
        StepSpan(12 * S, 14 * S, 5, "free"),
    )
    pace = read_course_pace(replace(look(begin()), ahead=spans))
    at_s = np.array([0, 3, 4, 5, 6, 8, 11, 13, 20])
    levels = pace.levels(at_s * S)
    assert levels[:7].tolist() == pytest.approx([0.0, 0.75, 1.0, 1.0, 1.0, 0.5, 0.0])
    assert np.isnan(levels[7:]).all()


def test_the_pacer_leads_the_breath_by_a_disc_where_there_is_room() -> None:
    session = begin()
    session.begin_step(0, "inhale", 3)
    course = look(session)
    face = read_course_pacer(course, read_course_pace(course), 2 * S, is_plain=False)
    assert (face.phase, face.left_s) == ("inhale", 1)
    assert face.level is not None
    assert "▲ In · 1" in draw_course_pacer(face, 32, 18).read()
    low = draw_course_pacer(face, 20, 5).read()
    assert "▲ In" in low
    assert "█" in low
    plain = read_course_pacer(course, read_course_pace(course), 2 * S, is_plain=True)
    assert "·" not in draw_course_pacer(plain, 32, 18).read()


def test_where_no_breath_is_led_the_time_is_shown_and_the_words_if_they_fit() -> None:
    session = begin()
    session.begin_step(2, "brace_breathe", 10, say="Walls firm, the breath moves on top.")
    course = replace(look(session), ahead=())
    face = read_course_pacer(course, CoursePace(()), 5 * S, is_plain=False)
    assert (face.level, face.done) == (None, 16)
    tall, low = draw_course_pacer(face, 32, 12).read(), draw_course_pacer(face, 17, 5).read()
    assert "Walls firm, the breath moves" in tall
    assert "Walls" not in low
    assert low.splitlines()[:2] == [" ■ Firm, and   5", "   breathe"]
    cut = draw_course_pacer(replace(face, left_s=100), 12, 3).read()
    assert " ■ Fir… 100" in cut.splitlines(), "where there is one row only"


def test_a_pacer_without_a_course_or_in_a_pause_leads_nobody() -> None:
    session = begin()
    session.begin_step(0, "inhale", 3)
    session.coach.push_pause(CoursePaused(1, S, "key"))
    face = read_course_pacer(look(session), CoursePace(()), S, is_plain=False)
    assert "Paused" in draw_course_pacer(face, 20, 5).read()
    session.coach.push_end(CourseEnded(1, 2 * S, "own_wish"))
    over = read_course_pacer(look(session), CoursePace(()), 3 * S, is_plain=False)
    assert draw_course_pacer(over, 20, 5).read().strip() == "", "it was stopped in a pause"
    empty = read_course_pacer(None, CoursePace(()), S, is_plain=False)
    assert draw_course_pacer(empty, 20, 5).read().strip() == ""


def test_braces_to_come_are_drawn_ahead_as_one() -> None:
    ahead = (
        StepSpan(8 * S, 12 * S, 0, "inhale"),
        StepSpan(12 * S, 14 * S, 1, "brace"),
        StepSpan(14 * S, 22 * S, 2, "brace_breathe"),
    )
    view = build_view(10 * S, course=replace(look(begin()), ahead=ahead))
    timeline = build_scroll(10 * S, S // 4, 160, 60)
    canvas = build_canvas(80, 1)
    draw_braces(canvas, 0, view, timeline)
    row = canvas.read_row(0)
    assert row.count("brace") == 1
    assert row.index("┄") == timeline.cell_of(12 * S)


def list_offers(**answers: Any) -> dict[str, Offer]:
    book = build_book(Answers(DAY, **answers))
    today = book.plan_today(Worn())
    return {one.programme.id: one for one in (*today.due, *today.others)}


def test_rows_say_what_is_left_done_or_locked() -> None:
    offers = list_offers(conditions=("heart",))
    assert describe_row(offers["assess.rest"]).plain.startswith("○ Resting breath")
    assert describe_row(offers["core.ladder"]).plain.startswith("✗ Brace ladder")
    assert describe_row(offers["breathe.crocodile"]).plain.startswith("· Crocodile")
    asked = describe_row(offers["day.check_in"]).plain
    assert asked == "· Check-in  asked before and after each practice"
    assert "[1]   2" in describe_offer(offers["core.side_bridge"], 1).plain
    done = replace(offers["assess.rest"], n_left=0)
    assert describe_row(done).plain.startswith("✓")
    twice = replace(offers["assess.rest"], n_left=2)
    assert describe_row(twice).plain.endswith("2 times")


def test_an_offer_says_its_lock_its_levels_and_what_is_told() -> None:
    offers = list_offers()
    can = choose_level(offers["core.fill_the_can"], 2)
    told = describe_offer(can, 2).plain
    assert "[2 Eight seconds]" in told
    assert "of 7 figures" in told
    locked = replace(can, lock="see a doctor first", missing=())
    told = describe_offer(locked, 2).plain
    assert "Not now: see a doctor first." in told
    assert "✓ These sensors tell all of its figures." in told
    assert "Any way you like." in describe_offer(offers["day.check_in"], 0).plain
    assert choose_level(can, 0) is can


def test_today_is_told_in_a_line() -> None:
    book = build_book(Answers(DAY))
    today = book.plan_today(Worn())
    assert describe_week(today) == "Today, week 1 of 8: Find the low breath"
    assert "5 things to practise. p begins." in describe_today(today, 120)
    some = replace(today, due=(replace(today.due[0], n_left=0), *today.due[1:]))
    assert "4 things to practise, 1 done." in describe_today(some, 120)
    none = replace(today, due=tuple(replace(one, n_left=0) for one in today.due))
    assert "all done for today" in describe_today(none, 120)
    locked = replace(today, due=tuple(replace(one, lock="see a doctor") for one in today.due))
    assert "nothing to begin now. p says why." in describe_today(locked, 120)
    assert describe_today(today, 60) == "Today - 5 things to practise. p begins.", "cut it is not"
    assert describe_week(replace(today, code="P-17")) == "Today, as prescribed (P-17)"
    assert describe_week(replace(today, stage_name="")) == "Today, as prescribed"


def judge(score: float | None, ended: str = "", n_reps: int = 4) -> str:
    figures = (
        Figure("level", 0.9, 0.6, 1.3, 1.0, ""),
        Figure("retention", 0.1, 0.7, None, 0.0, ""),
        Figure("breath_gap_s", 8.0, None, 6.0, 0.4, ""),
        Figure("depth_full", None, 0.3, None, None, "no_full_breath"),
        Figure("hold_s", 9.0, None, None, None, ""),
    )
    judged = CourseJudged(0, "core.x", 0, ended, 0, S, n_reps, 0.5, figures, score, S)
    return describe_judged(judged).plain


def test_a_course_that_only_measures_is_told_without_a_reason_for_no_score() -> None:
    figures = (Figure("hold_s", 9.0, None, None, None, ""),)
    judged = CourseJudged(0, "assess.rest", 0, "", 0, S, 1, 1.0, figures, None, S)
    assert describe_judged(judged).plain.startswith("Measured: it has no score")
    stopped = describe_judged(replace(judged, ended="own_wish")).plain
    assert stopped.startswith("No score - it was stopped early")


def test_how_it_went_is_told_part_by_part() -> None:
    rows = judge(71.6).splitlines()
    assert rows[0] == "72 of 100"
    assert [row[:1] for row in rows if row][2:] == ["✓", "○", "◐", "?", " "]


@pytest.mark.parametrize(
    ("ended", "n_reps", "why"),
    [
        ("dizzy", 4, "it was stopped early"),
        ("", 4, "too little of it could be read"),
        ("", 0, "nothing of it could be read"),
    ],
)
def test_a_missing_score_has_its_reason(ended: str, n_reps: int, why: str) -> None:
    assert judge(None, ended, n_reps).splitlines()[0] == f"No score - {why}"
