"""Draws the pictures of the guide into its pages: ``python tests/tui/draw_guide_pages.py``."""

import re
from pathlib import Path

from breathsense.session.texts import take_language
from breathsense.tui.drawing.pictures.draw import draw_picture

FOLDER = Path(__file__).parents[2] / "docs" / "guide"
WIDTH, HEIGHT = 64, 20
FENCE = re.compile(r"^```([a-z]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def draw_page(text: str) -> str:
    """Return the page with its picture as it is drawn now."""

    def draw(found: re.Match[str]) -> str:
        rows = draw_picture(found[1], WIDTH, HEIGHT).read().split("\n")
        while not rows[0]:
            del rows[0]
        return "\n".join([f"```{found[1]}", *rows]).rstrip() + "\n```"

    return FENCE.sub(draw, text)


if __name__ == "__main__":
    for path in FOLDER.rglob("*.md"):
        take_language("en" if path.parent == FOLDER else path.parent.name, {})
        path.write_text(draw_page(path.read_text(encoding="utf-8")), encoding="utf-8")
