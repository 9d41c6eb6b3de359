"""The law of the house for every stage of the core: enrolled by one line in ``ENROLLED``."""

import functools
import importlib
import itertools
import pkgutil
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import breathsense.core
from breathsense.core.detection.breaths import BreathBuilder
from breathsense.core.detection.rhythm import RhythmGuard
from breathsense.core.detection.turns import TurnDetector
from breathsense.core.detection.watch import SignalWatch
from breathsense.core.engine import build_engine
from breathsense.core.model.samples import SampleBlock, freeze_times, freeze_values
from breathsense.core.model.sensors import Sensor
from breathsense.core.params import Params
from breathsense.core.posture.stage import PostureStage
from breathsense.core.setup import Setup
from breathsense.core.signal.grid import BandStage
from breathsense.core.signal.imu_rail import RailWatch
from breathsense.core.signal.mmg import MmgStage
from breathsense.core.signal.tilt import TiltStage
from breathsense.core.stage import Chain, Stage, restore_state, run, save_state

P = Params()
BAND = Sensor("abdomen", "band", "abdomen", "N")
IMU = Sensor("imu", "imu", "abdomen", "g")


def build_posture() -> Chain:
    posture = PostureStage("imu", P.grid.step_ns, P.posture, 20.0)
    return Chain([TiltStage("imu", P.grid, P.tilt), posture])


def build_turns() -> TurnDetector:
    return TurnDetector("abdomen", P.grid.step_ns, P.turns)


def build_breaths() -> Chain:
    return Chain([build_turns(), BreathBuilder("abdomen", P.breaths)])


def build_watch() -> Chain:
    watch = SignalWatch("abdomen", P.grid.step_ns, P.watch)
    return Chain([build_turns(), BreathBuilder("abdomen", P.breaths), watch])


def build_rhythm() -> Chain:
    breaths = BreathBuilder("abdomen", P.breaths)
    return Chain([build_turns(), breaths, RhythmGuard("abdomen", P.rhythm)])


def build_bracing() -> Chain:
    """The engine, without what the events themselves are made of."""
    return build_engine(Setup(sensors=(BAND, IMU)))


ENROLLED: dict[str, tuple[Callable[[], Stage], str]] = {
    "BandStage": (lambda: BandStage("abdomen", P.grid), "make_band"),
    "RailWatch": (lambda: RailWatch("imu", P.rail), "make_acceleration"),
    "TiltStage": (lambda: TiltStage("imu", P.grid, P.tilt), "make_acceleration"),
    "TiltStage of six axes": (lambda: TiltStage("imu", P.grid, P.tilt), "make_six_axes"),
    "MmgStage": (lambda: MmgStage("imu", P.mmg), "make_acceleration"),
    "PostureStage": (build_posture, "make_acceleration"),
    "SignalWatch": (build_watch, "make_waveform"),
    "RhythmGuard": (build_rhythm, "make_waveform"),
    "TurnDetector": (build_turns, "make_waveform"),
    "BreathBuilder": (build_breaths, "make_waveform"),
    "FrameStage and Calibrator of a band and six axes": (build_bracing, "make_session"),
    "Prompter, Judge and Corrector of a course": (build_bracing, "make_course"),
    "engine of a band": (lambda: build_engine(Setup(sensors=(BAND,))), "make_band"),
    "engine of an IMU": (lambda: build_engine(Setup(sensors=(IMU,))), "make_acceleration"),
    "engine of six axes": (lambda: build_engine(Setup(sensors=(IMU,))), "make_six_axes"),
}

SILENT = {"BandStage", "RailWatch", "TiltStage", "MmgStage", "PostureStage"}
"""Stages that find no turns."""
NO_STAGES = {"Stage", "Chain", "Clock", "SteadyClock", "_HeartClock", "BeatClock", "ArrivalClock"}
"""The shape, the row of stages, and the parts of ``WireStage``, which has a file of its own."""

every_stage = pytest.mark.parametrize("name", ENROLLED)


@functools.cache
def make_items(make: Callable[[float], list[Any]], duration_s: float) -> tuple[Any, ...]:
    """Make them once: items are frozen, and so are their arrays."""
    return tuple(make(duration_s))


def enrolled(name: str, tools: Any, duration_s: float = 90.0) -> tuple[Stage, tuple[Any, ...]]:
    build, make = ENROLLED[name]
    return build(), make_items(getattr(tools, make), duration_s)


@functools.cache
def whole(name: str, tools: Any) -> dict[str, Any]:
    """Return what a stage gives for its items uncut; the same each time, so run once."""
    return dict(tools.join(run(*enrolled(name, tools))))


@every_stage
def test_each_stage_gives_something_to_compare(name: str, tools: Any) -> None:
    found = whole(name, tools)
    assert len(found) > 1
    assert name.split(maxsplit=1)[0] in SILENT or len(found["Turn"]) > 20


@every_stage
@pytest.mark.parametrize("size", [1, 7, 64])
def test_equal_cuts_change_no_bit(name: str, size: int, tools: Any) -> None:
    stage, items = enrolled(name, tools)
    pieces = tools.cut(items, itertools.repeat(size))
    assert tools.join(run(stage, pieces)) == whole(name, tools)


@every_stage
@given(sizes=st.lists(st.integers(1, 400), min_size=1, max_size=30))
@settings(max_examples=12, deadline=None)
def test_any_cuts_change_no_bit(name: str, sizes: list[int], tools: Any) -> None:
    stage, items = enrolled(name, tools)
    pieces = tools.cut(items, itertools.cycle(sizes))
    assert tools.join(run(stage, pieces)) == whole(name, tools)


@every_stage
@given(n_pieces=st.integers(1, 400))
@settings(max_examples=8, deadline=None)
def test_what_came_out_does_not_depend_on_what_comes_later(
    name: str, n_pieces: int, tools: Any
) -> None:
    stage, items = enrolled(name, tools)
    pieces = itertools.islice(tools.cut(items, itertools.repeat(11)), n_pieces)
    early = tools.join(given for piece in pieces for given in stage.push(piece))
    full = whole(name, tools)
    assert all(full[key][: len(found)] == found for key, found in early.items())


@every_stage
def test_input_is_left_as_it_was(name: str, tools: Any) -> None:
    stage, items = enrolled(name, tools)
    before = tools.join(items)
    run(stage, items)
    assert tools.join(items) == before
    arrays = [one.values for one in items if hasattr(one, "values")]
    assert not any(one.flags.writeable for one in arrays)


@every_stage
def test_memory_does_not_grow_with_the_recording(name: str, tools: Any) -> None:
    weights = []
    for duration_s in (400.0, 1600.0):
        stage, items = enrolled(name, tools, duration_s)
        for piece in tools.cut(items, itertools.repeat(64)):
            stage.push(piece)
        weights.append(tools.weigh(stage.state))
    assert weights[1] <= weights[0] + 3000
    assert weights[1] < 20000


@every_stage
@given(n_before=st.integers(0, 60))
@settings(max_examples=6, deadline=None)
def test_a_saved_stage_goes_on_the_same(name: str, n_before: int, tools: Any) -> None:
    first, items = enrolled(name, tools)
    pieces = list(tools.cut(items, itertools.repeat(64)))
    n_before = min(n_before, len(pieces))
    given = [out for piece in pieces[:n_before] for out in first.push(piece)]
    saved = save_state(first)
    run(first, pieces[n_before:])  # must not reach into what was saved
    second = ENROLLED[name][0]()
    restore_state(second, saved)
    assert tools.join([*given, *run(second, pieces[n_before:])]) == whole(name, tools)


wild = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0.0, -0.0, 5e-324, 1.7e308, -1.7e308, 1.0, 9007199254740994.0]),
)

# Whether it was a hold was once told by the breaths that the rest of its block brought.
A_PAUSE_BEFORE_QUICK_BREATHS = [0.0, 1e141, -3e107, *[0.0] * 4, -1.7e308, *[0.0, -1.7e308] * 2]


@pytest.mark.parametrize(("name", "width"), [("engine of a band", 1), ("engine of an IMU", 3)])
@given(values=st.lists(wild, min_size=1, max_size=40), repeats=st.integers(1, 40))
@example(values=A_PAUSE_BEFORE_QUICK_BREATHS, repeats=16)
@settings(max_examples=60, deadline=None)
def test_any_values_are_survived_and_cut_the_same(
    name: str, width: int, values: list[float], repeats: int, tools: Any
) -> None:
    column = np.repeat(np.array(values), repeats)
    t_ns = freeze_times(np.arange(len(column), dtype=np.int64) * 50_000_000)
    rows = freeze_values(np.repeat(column[:, None], width, axis=1))
    sensor, signal = ("abdomen", "band") if width == 1 else ("imu", "acc")
    block = SampleBlock(sensor, signal, t_ns, rows)  # type: ignore[arg-type]
    found = tools.join(run(ENROLLED[name][0](), [block]))
    for sizes in ([1, 3], [17, 1, 49]):
        pieces = tools.cut([block], itertools.cycle(sizes))
        assert tools.join(run(ENROLLED[name][0](), pieces)) == found


def test_every_stage_of_the_core_is_enrolled() -> None:
    found = set()
    for module in pkgutil.walk_packages(breathsense.core.__path__, "breathsense.core."):
        for kind in vars(importlib.import_module(module.name)).values():
            is_own = isinstance(kind, type) and kind.__module__ == module.name
            if is_own and all(hasattr(kind, one) for one in ("push", "flush")):
                found.add(kind.__name__)
    apart = {
        "BraceDetector",
        "HoldScorer",
        "JoinStage",
        "LoadJudge",
        "SetScorer",
        "WireStage",
    }  # each has a file of laws of its own
    names = set(re.findall(r"\w+", " ".join(ENROLLED)))
    assert found - NO_STAGES == names & found | apart
