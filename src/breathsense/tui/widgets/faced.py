"""A painted widget that is drawn again only when what it shows has changed."""

from collections.abc import Callable
from typing import Generic, TypeVar

from textual.geometry import Size

from breathsense.tui.drawing.canvas import Canvas
from breathsense.tui.widgets.painted import Painted

Face = TypeVar("Face")


class Faced(Painted, Generic[Face]):
    """Shows a *face*: a frozen value of all that is to be seen, compared before it is drawn.

    A subclass gives ``draw``, a pure function of the face and the size in cells.
    """

    draw: Callable[[Face, int, int], Canvas]
    _face: Face | None = None
    _face_size: Size = Size(0, 0)

    def face_up(self, face: Face) -> None:
        """Show this face."""
        cells = self.cells
        if face == self._face and cells == self._face_size:
            return
        self._face, self._face_size = face, cells
        self.paint(self.draw(face, cells.width, cells.height))
