"""The Core Activation Guide: a page of words, a drawn picture, and what to try."""

import time
from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Static

from breathsense.session.guide import GuidePage, Words
from breathsense.session.texts import N_, _
from breathsense.tui.drawing.pictures.draw import STILL, draw_picture, find_breath
from breathsense.tui.keys import Keyed, say_keys
from breathsense.tui.styles import LATER_STYLES
from breathsense.tui.widgets.foot import Foot
from breathsense.tui.widgets.painted import Painted

if TYPE_CHECKING:
    from breathsense.tui.app import BreathSenseApp

FRAME_S = 1 / 8
"""Pictures move calmly: more frames are not seen."""
BREATH_S = 10.0
TITLE = N_("Core Activation Guide")
TRY = N_("{guide_try_it}  Try it")
HANGING = "\n" + 5 * " "
"""Between the lines of a long title."""
WIDE, NARROW = 112, 64
"""From how many columns on the contents stand beside a page, and below which no picture does."""


class GuidePicture(Painted):
    """The picture of the page that is shown."""

    def show(self, picture: str, breath: float) -> None:
        """Draw a picture at a moment of a breath."""
        self.paint(draw_picture(picture, self.size.width, self.size.height, breath))


class GuideScreen(Keyed, Screen[None]):
    """Pages to go through with two keys; each leads to an exercise with a third.

    Parameters
    ----------
    pages : tuple of GuidePage
        In order.
    at : int
        Which is shown first.

    """

    app: "BreathSenseApp"
    ROOM = "guide"

    CSS_PATH = LATER_STYLES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,n,space", "turn(1)", "Next", tooltip="Next page", priority=True),
        Binding("left,p", "turn(-1)", "Back", tooltip="Page before", priority=True),
        Binding("enter", "try_it", "Try it", tooltip="Practise what the page is about"),
        Binding("home", "show_page(1)", "First", tooltip="First page", show=False, priority=True),
        *(Binding(str(number), f"show_page({number})", "", show=False) for number in range(1, 10)),
        Binding("q,escape,g", "leave", "Close", tooltip="Close the guide"),
    ]

    def __init__(self, pages: tuple[GuidePage, ...], at: int = 0) -> None:
        super().__init__()
        self._pages, self._at = pages, at
        self._contents = Static(id="contents")
        self._text = Static(id="page")
        self._scroll = VerticalScroll(self._text, id="text")
        self._picture = GuidePicture(id="picture")
        self._try = Static(id="try")
        self._began_s = time.monotonic()

    @property
    def page(self) -> GuidePage:
        """The page that is shown."""
        return self._pages[self._at]

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        with Horizontal(id="guide"):
            yield self._contents
            yield self._scroll
            yield self._picture
        yield self._try
        yield Foot()

    def on_mount(self) -> None:
        """Show the first page, and let its picture breathe unless motion is to be reduced."""
        self._contents.border_title = _(TITLE)
        self._scroll.focus()
        self._show()
        if not self.app.choices.is_sweep:
            self.set_interval(FRAME_S, self._move)

    def on_resize(self, event: Resize) -> None:
        """Choose the layout that fits."""
        self.set_class(event.size.width >= WIDE, "-wide")
        self.set_class(event.size.width < NARROW, "-thin")
        self.call_after_refresh(self._move)

    def _move(self) -> None:
        if self.is_active and self._picture.size.width:
            place = (time.monotonic() - self._began_s) % BREATH_S / BREATH_S
            breath = STILL if self.app.choices.is_sweep else find_breath(place)
            self._picture.show(self.page.picture, breath)

    def _show(self) -> None:
        page = self.page
        words = [part for paragraph in page.paragraphs for part in (*paragraph, BREAK)]
        self._text.update(
            Content.assemble(
                *((one.text, "$strong bold" if one.is_strong else "") for one in words)
            )
        )
        self._scroll.border_title = _("{page} of {n}: {title}").format(
            page=self._at + 1, n=len(self._pages), title=page.title
        )
        self._scroll.scroll_home(animate=False)
        self._contents.update(self._list_pages())
        self._try.update(
            Content.assemble(
                (f" {say_keys(TRY)}: ", "$accent bold"),
                (f"{page.try_name}. ", "$strong bold"),
                page.try_says,
            )
        )
        self.call_after_refresh(self._move)

    def _list_pages(self) -> Content:
        lines = []
        for at, page in enumerate(self._pages):
            title = HANGING.join(wrap(page.title, 23))
            is_shown = at == self._at
            line = f"{'▸' if is_shown else ' '} {at + 1}  {title}\n\n"
            lines.append((line, "$strong bold" if is_shown else "$faint"))
        return Content.assemble(*lines)

    def action_turn(self, pages: int) -> None:
        """Turn to the next page or the one before; after the last comes the first."""
        self._at = (self._at + pages) % len(self._pages)
        self._show()

    def action_show_page(self, number: int) -> None:
        """Show the page of this number, counted from 1."""
        if number <= len(self._pages):
            self._at = number - 1
            self._show()

    def action_try_it(self) -> None:
        """Show the exercise of the page among what may be practised; one more key begins it."""
        self.app.open_practise(at=self.page.programme)

    def action_leave(self) -> None:
        """Go back to where the guide was opened."""
        self.dismiss(None)


BREAK = Words("\n\n")
