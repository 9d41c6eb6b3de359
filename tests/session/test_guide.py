import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from breathsense.core.model.errors import RefusedInput
from breathsense.session.guide import Words, load_guide, parse_page
from breathsense.session.programmes import load_programmes
from breathsense.session.texts import _, take_language

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "guide"
PAGE = """# A title

Some **strong** words, *stressed* ones
and "quoted" ones.

```can
 a picture

 with a blank row
```

The end.

> Try it: **Fill the can** (`core.fill_the_can`). The sensor tells
> `much`.
"""
LANGUAGES = sorted(one.name for one in FOLDER.iterdir() if one.is_dir())
FORBIDDEN = re.compile(
    r"\b(treats?|cures?|heals?|reliev\w+|diagnos\w+|abnormal|correct\w*|mmHg|promis\w+)\b",
    re.IGNORECASE,
)
"""Words of claims that nobody could keep."""
FORBIDDEN_IN_GERMAN = re.compile(
    r"\b(behand\w+|heil\w+|linder[nt]\b|diagno\w+|korrig\w+|verspr\w+|mmHg|normal\w*)",
    re.IGNORECASE,
)


def test_a_page_has_a_title_words_a_picture_and_an_exercise() -> None:
    page = parse_page(PAGE, "page.md")
    assert (page.title, page.picture, page.programme) == ("A title", "can", "core.fill_the_can")
    assert page.try_name == "Fill the can"
    assert page.try_says == "The sensor tells much."
    assert page.paragraphs[0] == (
        Words("Some "),
        Words("strong", is_strong=True),
        Words(" words, "),
        Words("stressed", is_strong=True),
        Words(" ones and "),
        Words("quoted", is_strong=True),
        Words(" ones."),
    )
    assert page.paragraphs[1] == (Words("The end."),)


@pytest.mark.parametrize(
    ("cut", "what"),
    [("# A title", "a title"), ("```can", "one picture"), ("> Try it", "what to try")],
)
def test_a_page_that_lacks_something_is_refused(cut: str, what: str) -> None:
    with pytest.raises(RefusedInput, match=what) as refused:
        parse_page(PAGE.replace(cut, "x"), "page.md")
    assert refused.value.where == "page.md"


def test_a_folder_without_pages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="no pages"):
        load_guide(tmp_path)


def test_there_are_nine_pages_in_order() -> None:
    pages = load_guide()
    assert [one.title for one in pages] == [
        "What the core is",
        "The can",
        "Fill it low and wide",
        "Firm the wall",
        "Keep breathing",
        "Posture and lifting",
        "Mobility",
        "Stress",
        "When to see a professional",
    ]


def test_every_page_leads_to_an_exercise_that_there_is_by_its_own_name() -> None:
    known = load_programmes().programmes
    for page in load_guide():
        assert known[page.programme].name == page.try_name


def test_every_page_leads_to_something_that_a_sensor_scores() -> None:
    known = load_programmes().programmes
    for page in load_guide():
        assert any(one.least or one.most for one in known[page.programme].spec.target) or (
            known[page.programme].spec.kind == "assessment"
        ), page.title


def test_the_pages_claim_nothing() -> None:
    for path in FOLDER.glob("[0-9]*.md"):
        text = path.read_text(encoding="utf-8")
        assert not [one for one in FORBIDDEN.findall(text) if one != "treatment"], path.name


@pytest.fixture
def _back_to_english() -> Iterator[None]:
    yield
    take_language("en", {})


@pytest.mark.usefixtures("_back_to_english")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_a_language_are_the_english_ones_in_other_words(language: str) -> None:
    english = load_guide()
    take_language(language, {})
    known = load_programmes().programmes
    index = (FOLDER / language / "README.md").read_text(encoding="utf-8")
    for path, page, other in zip(
        sorted(FOLDER.glob("[0-9]*.md")), english, load_guide(), strict=True
    ):
        assert (other.picture, other.programme) == (page.picture, page.programme)
        assert len(other.paragraphs) == len(page.paragraphs), other.title
        assert other.paragraphs != page.paragraphs
        assert other.try_name == _(known[page.programme].name)
        assert f"[{other.title}]({path.name})" in index


@pytest.mark.parametrize("path", sorted(FOLDER.glob("de/*.md")), ids=lambda path: path.stem)
def test_the_german_pages_claim_nothing(path: Path) -> None:
    told = FORBIDDEN_IN_GERMAN.findall(path.read_text(encoding="utf-8"))
    assert set(told) <= {"Behandlung", "Diagnose"}, "they are named where they are denied only"


def test_the_list_of_the_pages_names_them_all() -> None:
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    for path, page in zip(sorted(FOLDER.glob("[0-9]*.md")), load_guide(), strict=True):
        assert f"[{page.title}]({path.name})" in index
