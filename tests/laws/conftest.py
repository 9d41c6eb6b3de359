"""Streams to feed stages with, ways to cut them, and what makes two outputs the same."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest

from breathsense.core.model.events import Unscored
from breathsense.core.model.inputs import Course, Mark, get_item_time_ns
from breathsense.core.model.samples import (
    Gap,
    Mmg,
    SampleBlock,
    Stance,
    Trunk,
    Waveform,
    freeze_times,
    freeze_values,
)

STEP_NS = 40_000_000
COLUMNS = {
    SampleBlock: ("t_ns", "values"),
    Waveform: ("t_ns", "known_ns", "values"),
    Mmg: ("t_ns", "known_ns", "rms_g", "high_g", "top_hz"),
    Stance: ("t_ns", "known_ns", "up", "is_moving"),
    Trunk: ("t_ns", "known_ns", "lean_deg", "is_moving"),
}


def breathe(t_s: np.ndarray, seed: int) -> np.ndarray:
    """Something like a belt: breaths of varying length, ripple of the heart, noise, drift."""
    rng = np.random.default_rng(seed)
    rate_hz = 0.3 + 0.1 * np.sin(2 * np.pi * t_s / 47 + rng.uniform(0, 6))
    phase = 2 * np.pi * np.cumsum(rate_hz * np.gradient(t_s)) if len(t_s) > 1 else t_s
    ripple = 0.05 * np.sin(2 * np.pi * 1.2 * t_s)
    noise = 0.02 * rng.normal(size=len(t_s))
    return np.sin(phase) + 0.3 * np.sin(2 * phase + 1) + ripple + noise + 0.01 * t_s


def make_times(duration_s: float, rate_hz: float, seed: int) -> np.ndarray:
    """Sample times that jitter by a fifth of their distance."""
    step_ns = 1e9 / rate_hz
    n = round(duration_s * rate_hz)
    jitter = np.random.default_rng(seed).uniform(-0.2, 0.2, n)
    return np.rint((np.arange(n) + jitter) * step_ns).astype(np.int64) + 7_000_000_000


def make_band(duration_s: float, rate_hz: float = 50.0, seed: int = 1) -> list[Any]:
    """One block, a gap, another block with a silent hole in it."""
    t_ns = make_times(duration_s, rate_hz, seed)
    values = breathe(t_ns / 1e9, seed)[:, None]
    third = len(t_ns) // 3
    t_ns[2 * third :] += 2_000_000_000
    first = SampleBlock(
        "abdomen", "band", freeze_times(t_ns[:third]), freeze_values(values[:third])
    )
    gap = Gap(
        "abdomen", "band", int(t_ns[third - 1]), int(t_ns[third]) + 900_000_000, "packet_loss"
    )
    rest = freeze_times(t_ns[third:] + 900_000_000)
    return [first, gap, SampleBlock("abdomen", "band", rest, freeze_values(values[third:]))]


def make_acceleration(duration_s: float, rate_hz: float = 50.0, seed: int = 1) -> list[Any]:
    """An accelerometer that tilts by two degrees, and is shaken for a while."""
    t_ns = make_times(duration_s, rate_hz, seed)
    t_s = t_ns / 1e9
    tilt = np.radians(2.0) * breathe(t_s, seed)
    shaken = np.where((t_s - t_s[0]) % 60 > 50, 0.4, 0.0) * np.sin(2 * np.pi * 1.9 * t_s)
    rows = np.stack([np.sin(tilt), 0.2 + 0 * tilt, np.cos(tilt) + shaken], axis=1)
    block = SampleBlock("imu", "acc", freeze_times(t_ns), freeze_values(rows))
    return [block]


def make_six_axes(duration_s: float, seed: int = 1) -> list[Any]:
    """The same with the rotation that goes with it, at a rate of its own, second by second."""
    (acc,) = make_acceleration(duration_s, 50.0, seed)
    t_ns = make_times(duration_s, 40.0, seed + 1)
    t_s = t_ns / 1e9
    speed = 2.0 * np.gradient(breathe(t_s, seed), t_s)
    wobble = 30.0 * np.where((t_s - t_s[0]) % 60 > 50, np.sin(2 * np.pi * 0.95 * t_s), 0.0)
    rows = np.stack([wobble, -speed + 0.7, wobble], axis=1)
    gyr = SampleBlock("imu", "gyr", freeze_times(t_ns), freeze_values(rows))
    starts_ns = range(int(acc.t_ns[0]), int(acc.t_ns[-1]) + 1, 1_000_000_000)
    return [
        SampleBlock("imu", one.signal, one.t_ns[part], one.values[part])
        for start_ns in starts_ns
        for one in (acc, gyr)
        for part in [slice(*np.searchsorted(one.t_ns, [start_ns, start_ns + 1_000_000_000]))]
    ]


def make_session(duration_s: float, seed: int = 1) -> list[Any]:
    """A band with gaps, six axes and marks, second by second."""
    pieces = [*make_band(duration_s, 50.0, seed), *make_six_axes(duration_s, seed)]
    items: list[Any] = [one for one in pieces if isinstance(one, Gap)]
    for block in (one for one in pieces if isinstance(one, SampleBlock)):
        for start_ns in range(int(block.t_ns[0]), int(block.t_ns[-1]) + 1, 1_000_000_000):
            part = slice(*np.searchsorted(block.t_ns, [start_ns, start_ns + 1_000_000_000]))
            if part.start < part.stop:
                items.append(
                    SampleBlock(block.sensor, block.signal, block.t_ns[part], block.values[part])
                )
    labels = ("calibration.quiet", "rezero", "exercise.brace")
    items += [
        Mark(7_000_000_000 + at * 10_000_000_000, labels[at % 3], 4_000_000_000)
        for at in range(int(duration_s / 10))
    ]
    return sorted(items, key=get_item_time_ns)


def make_course(duration_s: float, seed: int = 1) -> list[Any]:
    """The same with a programme that is begun, paused and pressed on, then another."""
    text = """
schema = "breathsense.programme/1"
id = "core.test"
name = "Test"
kind = "core"
about = "A test."
positions = ["sitting"]
target = [
    { of = "rate_per_min", least = 5, most = 10 },
    { of = "depth_quiet", least = 1, most = 2 },
    { of = "on_pace", least = 0.5 },
    { of = "breath_gap_s", most = 6 },
    { of = "onset_s", most = 2 },
    { of = "stillness", most = 0.2 },
]
[[block]]
sets = 30
reps = [2]
rest_s = 3
phase = [
    { do = "settle", s = 6.3 }, { do = "inhale", s = 3 }, { do = "hold_full", s = 2 },
    { do = "exhale", s = 3 }, { do = "brace_breathe", s = 6 }, { do = "release", s = 2 },
]
"""
    keys = ((31.2, "programme.pause"), (35, "programme.resume"), (60.7, "programme.next"))
    extra: list[Any] = [Mark(round(at * 1e9), label) for at, label in keys]
    extra += [Course(8_210_000_000, text), Course(70_110_000_000, text)]
    return sorted([*make_session(duration_s, seed), *extra], key=get_item_time_ns)


def make_waveform(duration_s: float, seed: int = 1) -> list[Any]:
    """The grid's values, with a break in the middle."""
    t_ns = np.arange(round(duration_s * 25), dtype=np.int64) * STEP_NS + 8_000_000_000
    half = len(t_ns) // 2
    t_ns[half:] += 80 * STEP_NS
    values = breathe(t_ns / 1e9, seed)
    return [
        Waveform(
            "abdomen",
            freeze_times(t_ns[part]),
            freeze_times(t_ns[part] + 30_000_000),
            freeze_values(values[part]),
        )
        for part in (slice(half), slice(half, None))
    ]


def cut(items: Iterable[Any], sizes: Iterator[int]) -> Iterator[Any]:
    """Cut blocks and waveforms into pieces of these sizes; other items stay whole."""
    for item in items:
        names = COLUMNS.get(type(item), ())
        if not names:
            yield item
            continue
        start = 0
        while start < len(item.t_ns):
            end = start + next(sizes)
            yield replace(item, **{name: getattr(item, name)[start:end] for name in names})
            start = end


def join(given: Iterable[Any]) -> dict[str, Any]:
    """What was given: the bits of each column, wherever pieces end, and the events by kind.

    How events of different kinds are mixed says nothing: a stage gives those of a whole block, then
    the next stage does. Stretches without scores are of a kind for each reason, as several stages
    tell them.
    """
    columns: dict[str, list[Any]] = {}
    events: dict[str, list[Any]] = {}
    for item in given:
        names = COLUMNS.get(type(item), ())
        for name in names:
            key = f"{type(item).__name__} {item.sensor} {getattr(item, 'signal', '')} {name}"
            columns.setdefault(key, []).append(getattr(item, name))
        if not names:
            kind = type(item).__name__
            reason = item.reason if isinstance(item, Unscored) else ""
            events.setdefault(f"{kind} {reason}".strip(), []).append(item)
    bits = {key: np.concatenate(parts).tobytes() for key, parts in columns.items()}
    return {**bits, **events}


def weigh(state: Any) -> int:
    """Count the numbers and texts in a state, whatever it is made of."""
    if isinstance(state, np.ndarray):
        return int(state.size)
    if is_dataclass(state):
        return sum(weigh(getattr(state, each.name)) for each in fields(state))
    if isinstance(state, dict):
        return sum(weigh(one) for one in state.values()) + len(state)
    if isinstance(state, list | tuple | set | frozenset) or hasattr(state, "popleft"):
        return sum(weigh(one) for one in state)
    return 1


@dataclass(frozen=True)
class Toolbox:
    """What the laws need; a fixture, because test files cannot import one another."""

    make_band: Callable[..., list[Any]] = make_band
    make_acceleration: Callable[..., list[Any]] = make_acceleration
    make_six_axes: Callable[..., list[Any]] = make_six_axes
    make_session: Callable[..., list[Any]] = make_session
    make_course: Callable[..., list[Any]] = make_course
    make_waveform: Callable[..., list[Any]] = make_waveform
    cut: Callable[..., Iterator[Any]] = cut
    join: Callable[..., dict[str, Any]] = join
    weigh: Callable[..., int] = weigh


@pytest.fixture(scope="session")
def tools() -> Toolbox:
    return Toolbox()
