from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from fake_desk import BELT, S, build_view

from breathsense.core.calibration.guide import CalibrationGuide
from breathsense.core.calibration.plan import PLANS
from breathsense.core.model.calibration import Advice, StepJudged, StepName
from breathsense.core.model.coaching import CourseBegan, CourseEnded, Cue, StepBegan
from breathsense.session.course import CourseView
from breathsense.tui.drawing.pace import Pace
from breathsense.tui.drawing.pace_plan import begin_pace
from breathsense.tui.listening import Listener, read_moment

BEGUN = CourseBegan(0, "core.brace", "Brace", 1, "expand", 4, 0, 60 * S)


@dataclass
class FakeSounder:
    """Keeps what it was asked to play."""

    is_eyes_closed: bool = False
    played: list[tuple[str, float]] = field(default_factory=list)

    def play(self, name: Any, length_s: float = 0.0) -> None:
        self.played.append((name, length_s))


def build_step(phase: str, start_s: int, length_s: int) -> StepBegan:
    return StepBegan(
        number=0,
        index=start_s,
        block=0,
        set=0,
        n_sets=1,
        rep=0,
        n_reps=1,
        phase=phase,
        say="",
        effort=None,
        breaths=0,
        start_ns=start_s * S,
        length_ns=length_s * S,
        is_open=False,
    )


def test_the_pacer_is_heard_at_each_turn_for_as_long_as_it_lasts() -> None:
    sounder = FakeSounder()
    listener, plan = Listener(sounder), begin_pace(Pace(4, 6), 1 * S)
    for tenth in range(10, 130):
        listener.hear(build_view(tenth * S // 10), plan)
    assert sounder.played == [("inhale", 4.0), ("exhale", 6.0), ("inhale", 4.0)]


def test_a_programme_takes_the_place_of_the_pacer() -> None:
    plan = begin_pace(Pace(), 0)
    course = CourseView(BEGUN, step=build_step("brace", 5, 8))
    step = read_moment(build_view(6 * S, course=course), plan).step
    assert step is not None
    assert (step.phase, step.start_ns) == ("brace", 5 * S)
    assert read_moment(build_view(6 * S, course=replace(course, pause="key")), plan).step is None
    assert read_moment(build_view(6 * S, course=CourseView(BEGUN)), plan).step is None


def test_after_the_programme_the_pacer_leads_again() -> None:
    ended = CourseView(BEGUN, ended=CourseEnded(0, 5 * S, "dizzy"))
    moment = read_moment(build_view(6 * S, course=ended), begin_pace(Pace(), 0))
    assert moment.ended == "dizzy"
    assert moment.step is not None


def test_a_course_is_heard_from_its_first_step_to_its_end() -> None:
    sounder = FakeSounder(is_eyes_closed=True)
    listener, course = Listener(sounder), CourseView(BEGUN)
    steps = [build_step("inhale", 1, 3), build_step("brace", 4, 1), build_step("recover", 5, 1)]
    listener.hear(build_view(0, course=course))
    for step in steps:
        listener.hear(build_view(step.start_ns, course=replace(course, step=step)))
    cue = Cue(0, "let_go", "Let go.", 6 * S, 0)
    listener.hear(build_view(6 * S, course=replace(course, step=steps[-1]), cue=cue))
    listener.hear(build_view(7 * S, course=replace(course, ended=CourseEnded(0, 7 * S, ""))))
    assert [name for name, _ in sounder.played] == ["inhale", "brace", "release", "warn", "done"]


def test_a_lost_link_is_heard() -> None:
    assert read_moment(build_view(S)).is_linked
    assert read_moment(build_view(S, wearables=())).is_linked
    lost = (replace(BELT, link="lost"),)
    assert not read_moment(build_view(S, wearables=lost)).is_linked


def hear_calibration(step: StepName, *, advice: Advice = "", is_eyes_closed: bool = False) -> str:
    """Let one try run by the clock, judged a second after its end; return what is heard."""
    sounder = FakeSounder(is_eyes_closed)
    guide, listener = CalibrationGuide([step]), Listener(sounder)
    judged_ns = 11 * S + PLANS[step].lasts_ns
    for tenth in range(400 + judged_ns // (S // 10)):
        now_ns = tenth * S // 10
        if now_ns == judged_ns:
            begun_ns = guide.state.mark_ns
            guide.take(StepJudged(step, not advice, advice, begun_ns, now_ns, now_ns))
        if guide.state.n_refused > 1:
            break
        guide.tick(now_ns)
        listener.hear_guide(build_view(now_ns), guide.view(now_ns))
    return " ".join(name for name, _length_s in sounder.played)


COUNTED_IN = "tick tick tick"


@pytest.mark.parametrize(
    ("step", "heard"),
    [
        ("fit", "rest"),
        ("quiet", "rest"),
        ("full", "inhale exhale"),
        ("pause", "bell tick tick tick release"),
        ("brace", "brace tick tick tick release"),
        ("draw_in", "bell tick tick tick release"),
        ("tall", "bell release"),
    ],
)
def test_a_try_of_a_calibration_is_counted_in_and_led(step: StepName, heard: str) -> None:
    assert hear_calibration(step).startswith(f"{COUNTED_IN} {heard}")


def test_with_the_eyes_closed_a_try_is_counted_and_what_comes_next_is_heard() -> None:
    heard = hear_calibration("brace", is_eyes_closed=True)
    assert heard.startswith(
        f"rest {COUNTED_IN} brace tick tick tick tick release rest {COUNTED_IN}"
    )
    refused = hear_calibration("pause", advice="breathe_out_first", is_eyes_closed=True)
    assert f"release unseen {COUNTED_IN} bell" in refused


def test_the_end_of_a_calibration_is_heard() -> None:
    assert hear_calibration("fit") == f"{COUNTED_IN} rest done"


def test_a_calibration_without_a_link_leads_nobody() -> None:
    sounder = FakeSounder(is_eyes_closed=True)
    guide, listener = CalibrationGuide(["brace"]), Listener(sounder)
    for second in range(30):
        links = (replace(BELT, link="lost" if second else "streaming"),)
        listener.hear_guide(build_view(second * S, wearables=links), guide.view(second * S))
    assert sounder.played == [("rest", 0.0), ("stop", 0.0)]
