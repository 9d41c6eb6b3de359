from datetime import datetime
from pathlib import Path

import pytest

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.sensors import Sensor
from breathsense.library.entry import CourseSeen, SessionEntry
from breathsense.library.searching import find_entry, search

WHEN = datetime(2026, 3, 4, 15, 6).astimezone()
BELT = Sensor("abdomen", "band", "abdomen", "N")
CAN = CourseSeen("core.fill_the_can", "Fill the can", 2, WHEN, 300.0, "")
HILL = SessionEntry(
    Path("r/2026-03-04_15-06-07_a1b2.mcap"), "h", WHEN, title="After the Hill",
    labels=("evening",), sensors=(BELT,), courses=(CAN,), notes=("stairs before",),
)  # fmt: skip
PLAIN = SessionEntry(
    Path("r/2026-05-06_10-00-00_c3d4.mcap"), "p", WHEN.replace(month=5, day=6),
    trouble="nothing can be read",
)  # fmt: skip
BOTH = [PLAIN, HILL]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("hill", [HILL]),
        ("EVENING belly", []),
        ("evening abdomen", [HILL]),
        ("2026-03-04", [HILL]),
        ("4 Mar 2026", [HILL]),
        ("may", [PLAIN]),
        ("fill can", [HILL]),
        ("core.fill_the_can", [HILL]),
        ("stairs", [HILL]),
        ("cannot be read", []),
        ("nothing read", [PLAIN]),
        ("2026", BOTH),
        ("", BOTH),
    ],
)
def test_all_words_are_looked_for_everywhere(words: str, found: list[SessionEntry]) -> None:
    assert search(BOTH, words) == found


@pytest.mark.parametrize(
    "words",
    [
        "r/2026-03-04_15-06-07_a1b2.mcap",
        "2026-03-04_15-06-07_a1b2.mcap",
        "after the hill",
        "2026-03",
        "stairs",
    ],
)
def test_one_recording_is_found_by_any_of_its_names(words: str) -> None:
    assert find_entry(BOTH, words) is HILL


def test_a_title_wins_over_words_that_others_have_too() -> None:
    namesake = SessionEntry(Path("r/x.mcap"), "x", WHEN, title="After the hill, again")
    assert find_entry([*BOTH, namesake], "After the hill") is HILL


@pytest.mark.parametrize("words", ["", "  ", "nobody"])
def test_what_nothing_is_called_is_refused(words: str) -> None:
    with pytest.raises(RefusedInput, match="no recording"):
        find_entry(BOTH, words)


def test_what_several_are_called_is_refused_with_their_names() -> None:
    with pytest.raises(RefusedInput, match=r"7 recordings are meant: .*\.mcap and 2 more"):
        find_entry([*BOTH, *([PLAIN] * 5)], "2026")
