"""The Core Activation Guide: the pages of ``docs/guide``, read as the app shows them.

A page is a Markdown file and there is no other copy of its words. Of Markdown it uses a title,
paragraphs with **strong** and *stressed* words, fences that name a picture, and at its end a
quotation that says what to try: a few words and a colon, the exercise, what is told of it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from breathsense.core.model.errors import RefusedInput
from breathsense.session.texts import find_language
from breathsense.sources.shelf import shipped_folder

FOLDER = "docs/guide"
_PICTURE = re.compile(r"^```([a-z]+)\n.*?^```$", re.MULTILINE | re.DOTALL)
_TRY = re.compile(
    r"> [^*`]+: \*\*(?P<name>[^*]+)\*\* \(`(?P<id>[a-z]+\.[a-z0-9_]+)`\)\. (?P<says>.+)"
)
_STRESS = re.compile(
    r"\*\*(?P<strong>[^*]+)\*\*|\*(?P<stressed>[^*]+)\*|[`\"](?P<quoted>[^`\"]+)[`\"]"
)


@dataclass(frozen=True, slots=True)
class Words:
    """Words of a paragraph that are set in one way."""

    text: str
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class GuidePage:
    """One page.

    Parameters
    ----------
    title : str
        What it is about.
    picture : str
        Name of its picture, such as ``"core"``.
    paragraphs : tuple of tuple of Words
        In order.
    programme, try_name, try_says : str
        The id of the exercise it leads to, its name, and what the sensors tell of it.

    """

    title: str
    picture: str
    paragraphs: tuple[tuple[Words, ...], ...]
    programme: str
    try_name: str
    try_says: str


def load_guide(folder: Path | None = None) -> tuple[GuidePage, ...]:
    """Read all pages, in order, each in the language of the person if there is one of its name.

    Pages in a language lie in a folder of its short name: ``de/01-what-the-core-is.md``.

    Raises
    ------
    RefusedInput
        There are none, or one is not as the module says.

    """
    folder = shipped_folder(FOLDER) if folder is None else folder
    paths = sorted(folder.glob("[0-9][0-9]-*.md"))
    if not paths:
        raise RefusedInput("there are no pages of the guide", where=str(folder))
    spoken = folder / find_language()
    found = [next(one for one in (spoken / path.name, path) if one.exists()) for path in paths]
    return tuple(parse_page(path.read_text(encoding="utf-8"), path.name) for path in found)


def parse_page(text: str, origin: str) -> GuidePage:
    """Read one page.

    Raises
    ------
    RefusedInput
        It has no title, no picture or no exercise.

    """
    pictures = _PICTURE.findall(text)
    blocks = re.split(r"\n{2,}", _PICTURE.sub("", text).strip())
    tried = _TRY.fullmatch(blocks[-1].replace("\n> ", " "))
    for is_there, what in (
        (blocks[0].startswith("# "), "a title"),
        (len(pictures) == 1, "one picture"),
        (tried is not None, "what to try at its end"),
    ):
        if not is_there:
            raise RefusedInput(f"a page of the guide needs {what}", where=origin)
    assert tried is not None  # noqa: S101 - refused above
    return GuidePage(
        title=blocks[0].removeprefix("# "),
        picture=pictures[0],
        paragraphs=tuple(tuple(_split_words(one)) for one in blocks[1:-1]),
        programme=tried["id"],
        try_name=tried["name"],
        try_says=tried["says"].replace("`", ""),
    )


def _split_words(paragraph: str) -> Iterator[Words]:
    text = " ".join(paragraph.split())
    end = 0
    for found in _STRESS.finditer(text):
        if found.start() > end:
            yield Words(text[end : found.start()])
        yield Words(found["strong"] or found["stressed"] or found["quoted"], is_strong=True)
        end = found.end()
    if end < len(text):
        yield Words(text[end:])
