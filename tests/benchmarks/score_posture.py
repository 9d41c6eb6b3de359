"""Score bends, and what must not be one, on a trunk made by formulas: any mounting, 25 to 200 Hz.

    python tests/benchmarks/score_posture.py

The sensor is 0.35 m above the hip: it feels how the trunk is thrown about, not gravity alone.
"""

from itertools import pairwise
from typing import Any

import numpy as np

from breathsense.core.model.bracing import Bend, BendStart
from breathsense.core.model.samples import SampleBlock, freeze_times, freeze_values
from breathsense.core.params import Params
from breathsense.core.posture.stage import PostureStage
from breathsense.core.signal.tilt import TiltStage
from breathsense.core.stage import Chain, run

SECONDS = 300.0
LEVER_S2 = 0.35 / 9.81
"""Height of the sensor over the hip, over gravity."""
RAMPS = {
    "cubic": lambda x: x * x * (3 - 2 * x),
    "smooth": lambda x: x**3 * (10 - 15 * x + 6 * x * x),
    "cosine": lambda x: 0.5 - 0.5 * np.cos(np.pi * x),
}
Curve = np.ndarray


def mount(rng: np.random.Generator) -> np.ndarray:
    rotation, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    turned: np.ndarray = rotation * np.linalg.det(rotation)
    return turned


def ramp(t_s: Curve, at_s: float, rise_s: float, stay_s: float, fall_s: float, kind: str) -> Curve:
    up = np.clip((t_s - at_s) / rise_s, 0.0, 1.0)
    down = np.clip((at_s + rise_s + stay_s + fall_s - t_s) / fall_s, 0.0, 1.0)
    shape: Curve = RAMPS[kind](up) * RAMPS[kind](down)
    return shape


def feel(
    t_s: Curve, forward: Curve, right: Curve, shake: Curve, rng: np.random.Generator
) -> SampleBlock:
    """What the accelerometer gives: gravity, the trunk's own movement, ``shake``, noise of 2 mg."""
    a, b = np.radians(forward), np.radians(right)
    up = np.stack([-np.sin(b), -np.cos(b) * np.sin(a), np.cos(b) * np.cos(a)], axis=1)
    speed = np.gradient(a, t_s)
    thrown = LEVER_S2 * np.stack([0 * a, np.gradient(speed, t_s), -(speed**2)], axis=1)
    rows = (up + thrown + shake) @ mount(rng).T + rng.normal(0.0, 0.002, up.shape)
    return SampleBlock(
        "imu", "acc", freeze_times(np.rint(t_s * 1e9).astype(np.int64)), freeze_values(rows)
    )


def breathe(t_s: Curve, rng: np.random.Generator, depth_deg: float, per_min: float) -> Curve:
    rate_hz = per_min / 60 * (1 + 0.1 * np.sin(2 * np.pi * t_s / 37 + rng.uniform(0, 6)))
    wave: Curve = depth_deg * (0.5 - 0.5 * np.cos(2 * np.pi * np.cumsum(rate_hz) * t_s[1]))
    return wave


def find(block: SampleBlock) -> list[Any]:
    params = Params()
    step_ns = params.grid.step_ns
    tilt = TiltStage("imu", params.grid, params.tilt)
    return run(Chain([tilt, PostureStage("imu", step_ns, params.posture)]), [block])


def score_bends(n_people: int) -> None:
    missed, added, bends, late, onset, size = 0, 0, 0, [], [], []
    for seed in range(n_people):
        rng = np.random.default_rng(seed)
        t_s = np.arange(0, SECONDS, 1 / rng.choice([25, 50, 100, 200]))
        forward = breathe(t_s, rng, rng.uniform(0.5, 4.0), rng.uniform(10, 18))
        right, at_s, true = np.full(len(t_s), rng.normal(0, 0.1)), 15.0, []
        while at_s < SECONDS - 10:
            slopes_s = rng.uniform(0.5, 1.6), rng.uniform(0.2, 2.5), rng.uniform(0.6, 1.8)
            deg, aside = rng.uniform(20, 70), rng.uniform(-25, 25) * (rng.random() < 0.3)
            shape = ramp(t_s, at_s, *slopes_s, kind=rng.choice(list(RAMPS)))
            forward, right = forward + deg * shape, right + aside * shape
            true.append((at_s, at_s + sum(slopes_s), float(np.hypot(deg, aside))))
            at_s += rng.uniform(8, 20)
        found = find(feel(t_s, forward, right, np.zeros((len(t_s), 3)), rng))
        started = [one for one in found if isinstance(one, BendStart)]
        ended = {one.start_ns: one for one in found if isinstance(one, Bend)}
        bends += len(true)
        hits = 0
        for start_s, end_s, deg in true:
            seen = [s for s in started if start_s - 0.6 <= s.start_ns / 1e9 <= end_s]
            missed += not seen
            hits += len(seen[:1])
            for one in seen[:1]:
                late.append(one.decided_ns / 1e9 - start_s)
                onset.append(one.start_ns / 1e9 - start_s)
                bend = ended[one.start_ns]
                size.append(float(np.hypot(bend.forward_deg, bend.sideways_deg)) - deg)
        added += len(started) - hits
    print(f"{bends} bends: {missed} missed, {added} too many")
    for name, values in (("decided s", late), ("onset s", onset), ("size deg", size)):
        print(f"  {name}: 5, 50, 95 % {np.percentile(values, [5, 50, 95]).round(2).tolist()}")


def move(what: str, t_s: Curve, rng: np.random.Generator) -> tuple[Curve, Curve, Curve]:
    """Forward, to the right, shaking: people who do not bend."""
    forward, right = breathe(t_s, rng, rng.uniform(0.5, 4), rng.uniform(10, 18)), 0 * t_s
    shake = np.zeros((len(t_s), 3))
    if what == "deep breath":
        forward = breathe(t_s, rng, 8.0, 6.0)
    if what == "walk":
        on, phase = ramp(t_s, 30, 2, 200, 2, "cubic"), 2 * np.pi * rng.uniform(1.5, 2.1) * t_s
        shake[:, 2], shake[:, 1] = 0.25 * np.sin(phase), rng.uniform(0.05, 0.2) * np.sin(phase + 1)
        shake[:, 0] = 0.1 * np.sin(phase / 2)
        shake *= on[:, None]
        forward = forward + on * (3 + 2 * np.sin(phase))
        right = right + on * 3 * np.sin(phase / 2)
    if what == "cough":
        for at_s in np.arange(10, SECONDS, 8):
            knock = np.exp(-(((t_s - at_s) / 0.1) ** 2))
            shake[:, 1] += 0.4 * knock
            forward = forward + 5 * knock
    if what == "slump of 10 to 20":
        for at_s in np.arange(20, SECONDS, 40):
            slopes_s = rng.uniform(1.5, 4), 20, rng.uniform(1.5, 4)
            forward = forward + rng.uniform(10, 20) * ramp(t_s, at_s, *slopes_s, kind="cubic")
    if what == "fidget every 10 s":
        for at_s, _ in pairwise(np.arange(10, SECONDS, 10)):
            half_s = rng.uniform(0.15, 0.75)
            shape = ramp(t_s, at_s, half_s, 0.01, half_s, "cubic")
            forward, right = forward + rng.normal(0, 4) * shape, right + rng.normal(0, 4) * shape
            jolt = shape * np.sin(2 * np.pi * rng.uniform(2, 5) * t_s)
            shake += jolt[:, None] * rng.normal(0, 0.15, 3)
    return forward, right, shake


def score_others(n_people: int) -> None:
    for what in ("quiet", "deep breath", "walk", "cough", "slump of 10 to 20", "fidget every 10 s"):
        n_found = 0
        for seed in range(n_people):
            rng = np.random.default_rng(1000 + seed)
            t_s = np.arange(0, SECONDS, 0.01)
            found = find(feel(t_s, *move(what, t_s, rng), rng))
            n_found += sum(isinstance(one, BendStart) for one in found)
        print(f"{what}: {n_found * 3600 / SECONDS / n_people:.1f} bends an hour")


if __name__ == "__main__":
    score_bends(24)
    score_others(10)
