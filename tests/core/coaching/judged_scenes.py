"""Courses and their breaths, for the tests of the judge."""

from typing import Any

from breathsense.core.model.coaching import CourseJudged, Figure
from breathsense.core.model.events import Pause

S = 1_000_000_000
PACE = "sets = 1\nreps = [6]\nphase = [{ do = 'inhale', s = 4 }, { do = 'exhale', s = 6 }]"
BRACE = (
    "sets = 2\nreps = [2]\nrest_s = 10\n"
    "phase = [{ do = 'settle', s = 6 }, { do = 'brace_breathe', s = 10, breaths = 2 },"
    " { do = 'release', s = 4 }]"
)
BOLT = (
    "phase = [{ do = 'free', s = 20 }, { do = 'hold_empty', until = 'key', cap_s = 40 },"
    " { do = 'recover', s = 20 }]"
)


def rest(start_ns: int, end_ns: int, *, is_full: bool) -> Pause:
    return Pause("abdomen", is_full, False, start_ns, end_ns, 0)  # noqa: FBT003 - no hold


def aim(*targets: str) -> str:
    return "\n".join(f"[[target]]\n{one}" for one in targets)


def name(*names: str) -> str:
    return aim(*(f"of = '{one}'" for one in names))


def find(given: list[Any], kind: type[Any] = CourseJudged) -> Any:
    return [one for one in given if isinstance(one, kind)][-1]


def figures(judged: Any) -> dict[str, Figure]:
    return {one.of: one for one in judged.figures}


def follow(scene: Any, late_s: float = 0.0, depth: float = 1.5, n: int = 8) -> None:
    """Breathe with the pacer of ``PACE``, or too late."""
    for k in range(n):
        start_s = 10.0 * k + late_s
        scene.breathe(start_s, start_s + 4.0, start_s + 10.0, depth)


def brace_text(gym: Any, *targets: str) -> str:
    return str(gym.write_programme(BRACE, aim(*targets)))


ALL = (
    "of = 'level'\nleast = 0.6\nmost = 1.3",
    "of = 'steadiness'\nmost = 0.15",
    "of = 'retention'\nleast = 0.8",
    "of = 'onset_s'\nmost = 2",
    "of = 'release_s'\nmost = 2",
    "of = 'hold_s'\nleast = 8",
    "of = 'draw_ins'\nmost = 0",
    "of = 'breath_gap_s'\nmost = 6",
    "of = 'breaths_in_hold'\nleast = 2",
    "of = 'breaths_per_min'\nleast = 8",
)
