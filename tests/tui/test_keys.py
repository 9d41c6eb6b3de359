from pathlib import Path
from typing import Any

import pytest
from textual.binding import Binding

from breathsense.tui.app import BreathSenseApp
from breathsense.tui.keys import KeyHelp, list_keys, name_keys
from breathsense.tui.screens.calibration import CalibrationScreen
from breathsense.tui.screens.course import CourseScreen
from breathsense.tui.screens.guide import GuideScreen
from breathsense.tui.screens.home import HomeScreen
from breathsense.tui.screens.library import LibraryScreen
from breathsense.tui.screens.live import LiveScreen
from breathsense.tui.screens.posture import PostureScreen
from breathsense.tui.screens.practise import PractiseScreen
from breathsense.tui.screens.progress import ProgressScreen
from breathsense.tui.screens.reach import ReachScreen
from breathsense.tui.screens.replay import ReplayScreen
from breathsense.tui.screens.review import ReviewScreen
from breathsense.tui.screens.unworn import UnwornScreen

ROOT = Path(__file__).parents[2]
SCREENS = {
    "Home": HomeScreen,
    "Practise": LiveScreen,
    "Programmes": PractiseScreen,
    "Programme": CourseScreen,
    "Calibrate": CalibrationScreen,
    "Recording": ReplayScreen,
    "Guide": GuideScreen,
    "Progress": ProgressScreen,
    "A break": UnwornScreen,
    "Posture watch": PostureScreen,
    "Reach": ReachScreen,
    "Library": LibraryScreen,
    "Review": ReviewScreen,
}


@pytest.mark.parametrize(
    ("keys", "named"),
    [
        ("q,escape", "q, esc"),
        ("shift+left,ctrl+left", "shift+←, ctrl+←"),
        ("plus", "+"),
        ("f1", "F1"),
    ],
)
def test_keys_have_the_names_on_the_keyboard(keys: Any, named: str) -> None:
    assert name_keys(keys) == named


def test_a_key_is_told_by_its_longer_words() -> None:
    bindings = [Binding("m", "mark", "Mark", tooltip="Mark this moment"), Binding("x", "y", "")]
    assert list_keys(bindings) == [KeyHelp("m", "Mark this moment")]


@pytest.mark.parametrize("heading", SCREENS)
def test_the_page_on_keys_tells_every_key_of_the_screen(heading: str) -> None:
    page = (ROOT / "docs" / "keys.md").read_text(encoding="utf-8")
    section = page.split(f"## {heading}\n")[1].split("\n## ")[0]
    for key in list_keys(SCREENS[heading].BINDINGS):
        assert f"| {key.keys} | {key.does} |" in section


def test_the_page_on_keys_tells_what_works_everywhere() -> None:
    page = (ROOT / "docs" / "keys.md").read_text(encoding="utf-8")
    for key in list_keys(BreathSenseApp.BINDINGS):
        assert f"| {key.keys} | {key.does} |" in page.split("## Everywhere\n")[1]


@pytest.mark.parametrize("screen", SCREENS.values())
def test_the_footer_has_at_most_eight_keys(screen: Any) -> None:
    bindings = [*screen.BINDINGS, *BreathSenseApp.BINDINGS]
    assert sum(binding.show for binding in bindings) <= 8
