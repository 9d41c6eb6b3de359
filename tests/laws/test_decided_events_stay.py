"""An event with a decided time is never withdrawn, whatever comes after that time."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breathsense.core.engine import build_engine
from breathsense.core.model.events import Breath, BreathEnd, Pause, RatePoint, Turn
from breathsense.core.model.samples import SampleBlock, freeze_times, freeze_values
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup
from breathsense.core.stage import run

DECIDED = (Turn, Breath, BreathEnd, Pause)


def find(items: list[Any], kind: str) -> list[Any]:
    unit = "N" if kind == "band" else "g"
    sensor = Sensor("abdomen" if kind == "band" else "imu", kind, "abdomen", unit)  # type: ignore[arg-type]
    return run(build_engine(Setup(sensors=(sensor,))), items)


def until(items: list[Any], t_ns: int) -> list[Any]:
    """Cut the input just after a time."""
    kept = []
    for item in items:
        if not isinstance(item, SampleBlock):
            kept += [item] if item.end_ns <= t_ns else []
            continue
        n = int(np.searchsorted(item.t_ns, t_ns, side="right"))
        part = (freeze_times(item.t_ns[:n]), freeze_values(item.values[:n]))
        kept += [SampleBlock(item.sensor, item.signal, *part)] if n else []
    return kept


@pytest.mark.parametrize("kind", ["band", "imu"])
@given(number=st.integers(0, 10_000), seed=st.integers(1, 4))
@settings(max_examples=25, deadline=None)
def test_cutting_the_input_after_the_decision_changes_nothing(
    kind: str, number: int, seed: int, tools: Any
) -> None:
    make = tools.make_band if kind == "band" else tools.make_acceleration
    items = make(90.0, 40.0, seed)
    full = [one for one in find(items, kind) if isinstance(one, DECIDED)]
    chosen = full[number % len(full)]
    early = [one for one in find(until(items, chosen.decided_ns), kind) if isinstance(one, DECIDED)]
    assert chosen in early
    assert early == full[: len(early)]


@pytest.mark.parametrize("rate_hz", [8.0, 31.0, 200.0])
def test_nothing_is_decided_before_it_happened(rate_hz: float, tools: Any) -> None:
    found = find(tools.make_band(90.0, rate_hz), "band")
    decided = [one for one in found if isinstance(one, Turn | Breath)]
    assert len(decided) > 40
    assert all(one.decided_ns > getattr(one, "peak_ns", getattr(one, "t_ns", 0)) for one in decided)
    assert [one.decided_ns for one in decided] == sorted(one.decided_ns for one in decided)


def test_a_decision_names_a_sample_that_was_pushed(tools: Any) -> None:
    items = tools.make_band(90.0, 30.0)
    pushed = {int(t) for one in items if isinstance(one, SampleBlock) for t in one.t_ns}
    decided = [one.decided_ns for one in find(items, "band") if isinstance(one, DECIDED)]
    assert decided
    assert set(decided) <= pushed


def test_rates_are_told_at_least_every_ten_seconds_while_breathing_goes_on(tools: Any) -> None:
    items = tools.make_band(300.0)[:1]
    points = [one.t_ns for one in find(items, "band") if isinstance(one, RatePoint)]
    assert np.diff(points).max() <= 10_000_000_000
    assert points[-1] >= int(items[0].t_ns[-1]) - 10_000_000_000
