"""Braces are told the same whenever the detector is saved, and never by what comes later."""

import math
from typing import Any

from breathsense.core.bracing.detector import BraceDetector
from breathsense.core.bracing.holds import HoldScorer
from breathsense.core.bracing.loads import LoadJudge
from breathsense.core.bracing.params import BraceParams
from breathsense.core.bracing.sets import SetScorer
from breathsense.core.frames.frame import Frame
from breathsense.core.model.bracing import (
    Bend,
    BraceBeforeLoad,
    BraceBreath,
    BraceEnd,
    BraceStart,
    HoldScored,
    SetScored,
)
from breathsense.core.model.calibration import (
    Calibrated,
    Calibration,
    LevelReference,
    MmgReference,
    StepJudged,
)
from breathsense.core.model.inputs import Mark
from breathsense.core.stage import Chain, Stage, restore_state, run, save_state

FRAME_NS = 160_000_000
S = 1_000_000_000
KINDS = (BraceStart, BraceBreath, BraceEnd, HoldScored, SetScored, BraceBeforeLoad)


def build() -> Chain:
    params = BraceParams()
    judges: list[Stage] = [HoldScorer(params.holds), SetScorer(), LoadJudge(params.loads)]
    return Chain([BraceDetector(params), *judges])


def live(duration_s: float) -> list[Any]:
    """Breaths of four seconds; every half minute a brace of ten, firm or drawn in, and a bend."""
    level = LevelReference("abdomen", 5.0, 2.0, 0.1, 6.0, 0.05, 2.0, -2.0)
    sound = MmgReference("imu", -2.8, 0.04, -2.3, -2.4)
    items: list[Any] = [Calibrated(Calibration(levels=(level,), mmgs=(sound,)), 0)]
    for k in range(round(duration_s / 0.16)):
        t_s = k * 0.16
        share = min(1.0, max(0.0, min(t_s % 30 - 15, 25 - t_s % 30) * 2))
        way = 1.0 if t_s % 60 < 30 else -1.0
        breath = (1.0 - 0.5 * share) * (0.5 - 0.5 * math.cos(math.pi * t_s / 2))
        noise = 0.03 * math.sin(7.3 * k) * math.cos(1.9 * k)
        is_asked = k * FRAME_NS % (30 * S) < FRAME_NS
        items.append(
            Frame(
                k * FRAME_NS,
                k * FRAME_NS + 7,
                belly=5.0 + 2.0 * (way * share + breath) + noise,
                mmg_log=-2.8 + 0.5 * share + noise,
                mmg_high_log=-2.9 + 0.5 * share + noise,
                flutter=0.1 + noise,
                up=(0.03 * breath, 0.02 * share, 1.0),
                is_moving=False,
                marks=(Mark(k * FRAME_NS, "exercise.brace", 12 * S),) if is_asked else (),
            )
        )
        if is_asked:
            start_ns = k * FRAME_NS - 13 * S
            items.append(
                StepJudged(
                    "rezero", is_accepted=True, advice="", start_ns=0, end_ns=0, decided_ns=0
                )
            )
            items.append(Bend("imu", start_ns, start_ns + S, 40.0, 0.0, k * FRAME_NS))
    return items


def find(given: list[Any]) -> list[Any]:
    return [one for one in given if isinstance(one, KINDS)]


def test_there_is_something_to_tell() -> None:
    found = find(run(build(), live(300.0)))
    assert {type(one) for one in found} == set(KINDS)
    assert {one.direction for one in found if isinstance(one, BraceStart)} == {"expand", "draw_in"}


def test_what_came_out_does_not_depend_on_what_comes_later() -> None:
    items = live(200.0)
    full = find(run(build(), items))
    for n in range(100, len(items), 97):
        stage = build()
        early = find([out for item in items[:n] for out in stage.push(item)])
        assert early == full[: len(early)]


def test_every_brace_is_there_when_the_input_ends_at_its_decision() -> None:
    items = live(200.0)
    for one in find(run(build(), items)):
        if isinstance(one, BraceStart | BraceBreath | BraceEnd):
            known = [item for item in items if getattr(item, "known_ns", 0) <= one.decided_ns]
            assert one in find(run(build(), known))


def test_a_saved_detector_goes_on_the_same() -> None:
    items = live(200.0)
    full = find(run(build(), items))
    for n in (10, 333, 640, 700, 901):
        first, second = build(), build()
        before = find([out for item in items[:n] for out in first.push(item)])
        saved = save_state(first)
        run(first, items[n:])
        restore_state(second, saved)
        assert [*before, *find(run(second, items[n:]))] == full


def test_memory_does_not_grow(tools: Any) -> None:
    weights = []
    for duration_s in (300.0, 1800.0):
        stage = build()
        run(stage, live(duration_s))
        weights.append(tools.weigh(stage.state))
    assert weights[1] <= weights[0] + 200
    assert weights[1] < 3000
