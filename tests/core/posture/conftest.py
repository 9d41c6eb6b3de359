"""A trunk that leans as told, seen by a sensor that sits in any way."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from breathsense.core.model.inputs import Mark
from breathsense.core.model.samples import Stance, freeze_times, freeze_values
from breathsense.core.posture.stage import PostureParams, PostureStage
from breathsense.core.stage import run

STEP_NS = 40_000_000
Curve = np.ndarray | float


def mount(seed: int) -> np.ndarray:
    """Return any mounting: a rotation, and so no mirror."""
    rotation, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    turned: np.ndarray = rotation * np.linalg.det(rotation)
    return turned


def ramp(t_s: np.ndarray, start_s: float, end_s: float, slope_s: float = 1.0) -> np.ndarray:
    """0, from the start on smoothly 1, and smoothly 0 again after the end."""
    up = np.clip((t_s - start_s) / slope_s, 0.0, 1.0)
    down = np.clip((end_s + slope_s - t_s) / slope_s, 0.0, 1.0)
    shape: np.ndarray = up**2 * (3 - 2 * up) * down**2 * (3 - 2 * down)
    return shape


def lean(t_s: np.ndarray, forward: Curve, right: Curve = 0.0, seed: int = 0) -> np.ndarray:
    """Return up as the sensor sees it; body axes are right, forward, up."""
    a, b = np.radians(forward + 0.0 * t_s), np.radians(right + 0.0 * t_s)
    body = np.stack([-np.sin(b), -np.cos(b) * np.sin(a), np.cos(b) * np.cos(a)], axis=1)
    seen: np.ndarray = body @ mount(seed).T
    return seen


def stand(t_s: np.ndarray, up: np.ndarray, *, moving: Any = False) -> Stance:
    t_ns = np.rint(t_s * 1e9).astype(np.int64)
    is_moving = np.zeros(len(t_s), dtype=bool) | moving
    return Stance(
        "imu", freeze_times(t_ns), freeze_times(t_ns + 20_000_000), freeze_values(up), is_moving
    )


def watch(*items: object, range_deg: float | None = None) -> list[Any]:
    """Return what the stage gives."""
    return run(PostureStage("imu", STEP_NS, PostureParams(), range_deg), items)


def mark(label: str, start_s: float, duration_s: float = 0.0) -> Mark:
    return Mark(round(start_s * 1e9), label, round(duration_s * 1e9))


def make_times(duration_s: float, start_s: float = 0.0) -> np.ndarray:
    return start_s + np.arange(round(duration_s * 25)) * 0.04


@dataclass(frozen=True)
class Body:
    """What the tests need; a fixture, because test files cannot import one another."""

    make_times: Callable[..., np.ndarray] = make_times
    ramp: Callable[..., np.ndarray] = ramp
    lean: Callable[..., np.ndarray] = lean
    stand: Callable[..., Stance] = stand
    watch: Callable[..., list[Any]] = watch
    mark: Callable[..., Mark] = mark


@pytest.fixture(scope="session")
def body() -> Body:
    return Body()
