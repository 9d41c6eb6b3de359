"""The pictures in the documents are the ones that the tests of the screens hold.

After a change of a screen, and of its snapshot: ``python tests/docs/test_pictures_in_the_docs.py``.
"""

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
SNAPSHOTS = ROOT / "tests" / "tui" / "__snapshots__"
SOURCES = {
    "brace.svg": "test_pictures/test_a_brace_in_a_programme[size1].svg",
    "practise.svg": "test_pictures/test_what_may_be_practised[size1].svg",
    "review.svg": "test_review_screen/test_review_picture[size1].svg",
    "progress.svg": "test_pictures_of_progress/test_progress[size1].svg",
    "guide.svg": "test_pictures_of_progress/test_guide[size1-3].svg",
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_picture_is_what_the_app_draws(name: str) -> None:
    assert (IMAGES / name).read_bytes() == (SNAPSHOTS / SOURCES[name]).read_bytes()


def test_every_picture_is_held() -> None:
    assert {one.name for one in IMAGES.iterdir()} == set(SOURCES)


if __name__ == "__main__":
    for name, source in SOURCES.items():
        shutil.copyfile(SNAPSHOTS / source, IMAGES / name)
