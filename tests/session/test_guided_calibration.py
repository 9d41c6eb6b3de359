"""A guide and a session, joined; what a person reads."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from breathsense.core.calibration.abilities import tell_abilities
from breathsense.core.calibration.guide import CalibrationGuide
from breathsense.core.model.calibration import (
    Calibration,
    LevelReference,
    MmgReference,
    StepJudged,
)
from breathsense.core.model.inputs import Mark
from breathsense.session.calibrating import GuidedCalibration
from breathsense.session.calibration_words import tell_able, tell_learnt

S = 1_000_000_000


@dataclass
class FakeSession:
    """Answers every mark at once with a judgement, three seconds after its end."""

    now_ns: int = 0
    link: str = "streaming"
    marks: list[Mark] = field(default_factory=list)

    def view(self) -> Any:
        judged = tuple(
            StepJudged("brace", True, "", one.start_ns, 0, one.start_ns + one.duration_ns)  # noqa: FBT003 - positional as in the engine
            for one in self.marks
            if self.now_ns > one.start_ns + one.duration_ns + 3 * S
        )
        links = (SimpleNamespace(link=self.link),)
        return SimpleNamespace(now_ns=self.now_ns, judged=judged, wearables=links)

    def mark(self, label: str, at_ns: int | None = None, duration_ns: int = 0) -> None:
        assert at_ns is not None
        self.marks.append(Mark(at_ns, label, duration_ns))


def test_marks_are_made_and_judgements_handed_on() -> None:
    session = FakeSession()
    guided = GuidedCalibration(session, CalibrationGuide(("brace",)))
    while not guided.guide.is_over:
        session.now_ns += S // 2
        guided.poll()
    assert [one.label for one in session.marks] == ["calibration.brace"] * 3
    assert guided.guide.view(0).results == {"brace": "done"}


def test_no_step_begins_before_the_sensor_is_there() -> None:
    session = FakeSession(link="connecting")
    guided = GuidedCalibration(session, CalibrationGuide(("brace",)))
    for second in range(60):
        session.now_ns = second * S
        guided.poll()
    assert session.marks == []
    session.link = "streaming"
    for second in range(60, 80):
        session.now_ns = second * S
        guided.poll()
    assert len(session.marks) == 1


LEVEL = LevelReference("abdomen", 5.2, 3.75, 0.1, 8.33, 0.02, 3.5, -3.06)
MMG = MmgReference("imu", -3.0, 0.05, -2.7)


def test_what_was_learnt_is_told_in_plain_words() -> None:
    known = Calibration(
        levels=(LEVEL,), mmgs=(MMG,), rate_per_min=12.9, tall_deg=1.0, slump_deg=24.0
    )
    assert tell_learnt(known, {"abdomen": "N"}) == [
        "Quiet breathing: 12.9 a minute",
        (
            "abdomen (N): level at rest 5.2, quiet breath 3.75, noise 0.1, full breath 8.33, "
            "ripple in a pause 0.02, brace 3.5, draw-in -3.06"
        ),
        "imu, muscles (experimental): brace 2.0 times as loud as rest",
        "Lean: tall 1, slumped 24 degrees",
    ]
    assert tell_able(tell_abilities(known)) == [
        "By the band a brace can be told.",
        "By the band a draw-in can be told.",
        "By the sound of the muscles (experimental) a brace can be told.",
    ]


def test_who_shows_no_brace_is_told_so() -> None:
    bare = MmgReference("imu", -3.0, 0.05)
    lines = tell_learnt(Calibration(mmgs=(bare,)), {})
    assert lines == ["imu, muscles (experimental): rest is known"]
    assert tell_learnt(Calibration(), {}) == ["Nothing was learnt."]
    told = tell_able(tell_abilities(Calibration()))
    assert told[-1] == "These sensors cannot see your brace: breathing only will be coached."
