import threading
from pathlib import Path
from queue import Queue
from typing import Any

import click
import pytest
from click.testing import CliRunner

from breathsense.cli.asking import NOT_ASKED, ask_safety
from breathsense.cli.main import cli
from breathsense.cli.plainly import KEYS, PlainTeller, steer, wait_for_link
from breathsense.core.coaching.needs import REASONS
from breathsense.core.coaching.schedule import build_schedule
from breathsense.core.coaching.schema import parse_programme
from breathsense.core.coaching.spec import PhaseName, TargetName
from breathsense.core.model.bracing import SetScored
from breathsense.core.model.coaching import (
    CourseBegan,
    CourseEnded,
    CourseJudged,
    CoursePaused,
    Cue,
    Figure,
    RepJudged,
    SetJudged,
    StepBegan,
)
from breathsense.core.model.errors import RefusedInput
from breathsense.session.coaching_words import (
    FIGURE_WORDS,
    MISSING_WORDS,
    PHASE_WORDS,
    tell_figure,
    tell_missing,
    tell_step,
)
from breathsense.session.course import CourseView
from breathsense.session.practice_book import PracticeBook
from breathsense.tui.practising import Wanted

S = 1_000_000_000
TEXT = """
schema = "breathsense.programme/1"
id = "core.short"
name = "Short"
kind = "core"
about = "A test."
positions = ["sitting"]
target = [{ of = "level", least = 0.6 }]
[[block]]
sets = 2
reps = [2]
rest_s = 1
phase = [{ do = "brace", s = 1 }, { do = "brace_breathe", s = 2 }, { do = "release", s = 1 }]
"""
STEPS = build_schedule(parse_programme(TEXT, "short.toml"))


class Told:
    """A session that tells what it was given, and keeps what was pressed."""

    def __init__(self, *events: Any) -> None:
        self.events = events
        self.pressed: list[str] = []
        self.now_ns = 0
        self.wearables: tuple[Any, ...] = ()
        self.course: Any = None

    def list_coaching(self, n_known: int) -> tuple[Any, ...]:
        return self.events[n_known:]

    def mark(self, label: str) -> None:
        self.pressed.append(label)

    def view(self) -> "Told":
        return self

    def wait(self, _timeout_s: float) -> bool:
        return True


def step(index: int, phase: str = "brace", **place: int) -> StepBegan:
    at = {"set": 0, "rep": 0, **place}
    return StepBegan(0, index, 0, at["set"], 2, at["rep"], 2, phase, "Do.", 5, 0, 0, S, False)  # noqa: FBT003 - not open


def tell(capsys: Any, *events: Any) -> tuple[list[str], Told, PlainTeller]:
    session: Any = Told(*events)
    teller = PlainTeller(session, STEPS)
    teller.poll()
    teller.poll()
    return capsys.readouterr().out.splitlines(), session, teller


def test_a_set_of_braces_is_told_once(capsys: Any) -> None:
    scored = SetScored(0, 0, 9, 2, 80.0, 0.9, 0.8, 0.7, 1.0, "", 10)
    session: Any = Told()
    session.course = CourseView(
        CourseBegan(0, "core.test", "Test", 0, "expand", 40, 0, 200 * S), sets=(scored,)
    )
    teller = PlainTeller(session, STEPS)
    teller.poll()
    teller.poll()
    assert capsys.readouterr().out.splitlines() == [
        "Set 1, 2 holds: 80 (level 90, steady 80, kept 70, breath 100)"
    ]


def test_everything_has_words() -> None:
    assert set(FIGURE_WORDS) == set(TargetName.__args__)  # type: ignore[attr-defined] # a Literal has them
    assert set(PhaseName.__args__) == set(PHASE_WORDS)  # type: ignore[attr-defined] # see above
    assert tell_missing({"level": "brace_not_visible"}) == [
        "Not told: level (these sensors cannot see your brace)."
    ]
    assert set(REASONS.values()) <= set(MISSING_WORDS)


def test_each_step_is_a_line_and_a_repetition_says_its_place(capsys: Any) -> None:
    lines, _, _ = tell(
        capsys,
        CourseBegan(0, "core.short", "Short", 2, "expand", 13, 0, 65 * S),
        step(0),
        step(1, "brace_breathe"),
        step(3, rep=1),
        step(6, "rest", rep=1),
    )
    assert lines == [
        "Short, level 2: 1 min 5 s at most.",
        "Set 1 of 2, 1 of 2. Firm, 1 s, effort 5 of 10. Do.",
        "Firm, and breathe, 1 s, effort 5 of 10. Do.",
        "Set 1 of 2, 2 of 2. Firm, 1 s, effort 5 of 10. Do.",
        "Rest, 1 s, effort 5 of 10. Do.",
    ]


def test_cues_are_told_and_safety_stands_out(capsys: Any) -> None:
    lines, _, _ = tell(
        capsys,
        Cue(0, "too_soft", "Firmer.", 0, 3),
        Cue(0, "", "", 0, 6),
        Cue(0, "let_go", "Let go.", 0, 0),
    )
    assert lines == ["> Firmer.", "! Let go."]


def rep(score: float | None, *figures: Figure, seconds: int = 20) -> RepJudged:
    return RepJudged(0, 0, 0, 1, 0, seconds * S, figures, score, 0)


def test_long_repetitions_are_told_with_what_was_furthest_off(capsys: Any) -> None:
    good = Figure("level", 0.9, 0.6, None, 1.0, "")
    bad = Figure("breath_gap_s", 8.0, None, 6.0, 0.33, "")
    lines, _, _ = tell(
        capsys, rep(66.0, good, bad), rep(None), rep(100.0, good), rep(5.0, seconds=9)
    )
    assert lines == [
        "  2: 66 of 100; longest breath gap: 8 s (aim: at most 6)",
        "  2: no score",
        "  2: 100 of 100",
    ]


def test_the_end_is_told_with_all_figures(capsys: Any) -> None:
    missing = Figure("level", None, 0.6, None, None, "brace_not_visible")
    judged = CourseJudged(0, "core.short", 0, "", 0, S, 4, 0.95, (missing,), None, S)
    lines, _, teller = tell(
        capsys, SetJudged(0, 0, 0, 2, (), None, 0), CourseEnded(0, S, ""), judged
    )
    assert lines == [
        "Done. One moment.",
        "Over: no score. 4 repetitions, 95% could be read.",
        f"  level: not known ({MISSING_WORDS['brace_not_visible']})",
    ]
    assert teller.is_over


def test_a_course_that_is_never_judged_is_over_too(capsys: Any) -> None:
    session: Any = Told(CourseEnded(0, S, "dizzy"))
    teller = PlainTeller(session, STEPS)
    is_over = []
    for now_ns in (0, 17 * S):
        session.now_ns = now_ns
        teller.poll()
        is_over.append(teller.is_over)
    assert is_over == [False, True]
    assert capsys.readouterr().out == "Stopped.\n"


def test_pauses_are_told_with_their_reason(capsys: Any) -> None:
    lines, _, teller = tell(capsys, CoursePaused(0, 0, "key"), CoursePaused(0, 0, "link_lost"))
    assert lines == ["Pause.", "Pause: the link was lost."]
    assert teller.is_paused


def test_keys_are_marks(capsys: Any) -> None:
    session: Any = Told()
    typed: Queue[str] = Queue()
    for word in ("", "p", "q", "q dizzy", "x"):
        typed.put(word)
    steer(session, typed, is_paused=False)
    typed.put("p")
    steer(session, typed, is_paused=True)
    assert session.pressed == [
        *("programme.next", "programme.pause", "stop: own_wish", "stop: dizzy"),
        "programme.resume",
    ]
    assert capsys.readouterr().err.strip() == KEYS


def test_without_a_link_nothing_begins() -> None:
    session: Any = Told()
    assert not wait_for_link(session, threading.Event())


def test_open_steps_and_bounds_are_said() -> None:
    assert (
        tell_step(
            StepBegan(0, 0, 0, 0, 1, 0, 1, "hold_empty", "", None, 0, 0, 60 * S, True)  # noqa: FBT003 - open
        )
        == "Hold, empty, up to 60 s."
    )
    told = tell_figure(Figure("rate_per_min", 6.04, 5.5, 6.5, 1.0, ""))
    assert told == "breaths: 6 a minute (aim: at least 5.5 and at most 6.5)"
    assert tell_figure(Figure("level", None, None, None, None, "drift")).endswith(
        "(the band is creeping)"
    )


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--plain"], "--plain goes with --programme"),
        (["--level", "2"], "--level goes with --programme"),
        (["--posture", "sitting"], "go with --plain --programme"),
        (["--device", "GDX"], "go with --plain --programme"),
    ],
)
def test_options_that_do_nothing_alone_are_refused(
    options: list[str], told: str, tmp_path: Path
) -> None:
    answer = CliRunner().invoke(cli, ["practise", *options, "--data-dir", str(tmp_path)])
    assert answer.exit_code == 2
    assert told in answer.output


@pytest.mark.parametrize(
    ("options", "start"),
    [
        ([], "home"),
        (["--demo"], "demo"),
        (["--programme", "breathe.box", "--level", "2"], Wanted("breathe.box", 2)),
        (["--programme", "breathe.box", "--demo"], Wanted("breathe.box", is_demo=True)),
    ],
)
def test_the_app_begins_where_it_was_asked_to(
    options: list[str], start: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Any] = []
    monkeypatch.setattr(
        "breathsense.tui.app.run_app", lambda _desk, start, **_: opened.append(start)
    )
    answer = CliRunner().invoke(cli, ["practise", *options, "--data-dir", str(tmp_path)])
    assert answer.exit_code == 0, answer.output
    assert opened == [start]


def test_a_prescription_holds_from_then_on_and_locks_in_plain_lines_too(tmp_path: Path) -> None:
    given = tmp_path / "physio.toml"
    given.write_text('schema = "breathsense.prescription/1"\nlock = ["breathe.box"]\n')
    words = ["practise", "--plain", "--demo", "--data-dir", str(tmp_path / "own"), "--programme"]
    answer = CliRunner().invoke(cli, [*words, "breathe.box", "--prescription", str(given)])
    assert isinstance(answer.exception, RefusedInput)
    assert "your physio has locked it" in str(answer.exception)
    again = CliRunner().invoke(cli, [*words, "breathe.box"])
    assert "your physio has locked it" in str(again.exception)
    assert NOT_ASKED in again.output


def ask(monkeypatch: pytest.MonkeyPatch, data_dir: Path, *typed: str) -> tuple[str, PracticeBook]:
    book = PracticeBook(data_dir)

    @click.command()
    def asking() -> None:
        monkeypatch.setattr("sys.stdin.isatty", lambda: True)
        ask_safety(book)

    told = CliRunner().invoke(asking, input="".join(f"{one}\n" for one in typed))
    assert told.exit_code == 0, told.output
    return told.output, book


def test_the_questions_are_asked_in_plain_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, book = ask(monkeypatch, tmp_path, "7, 99", "x", "7", "2 1")
    assert told.count("Numbers from 1 to 15, please.") == 2
    assert "this week" in told
    answers = book.answers
    assert answers is not None
    assert (answers.flags, answers.conditions) == (
        ("fever",), ("high_pressure", "treated_pressure"),
    )  # fmt: skip
    assert ask(monkeypatch, tmp_path)[0] == "", "nothing is due"


def test_an_emergency_asks_no_further(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told, book = ask(monkeypatch, tmp_path, "1")
    assert "emergency number" in told
    assert book.screening.verdict == "seek_help_now"
    assert "And any of these" not in told
