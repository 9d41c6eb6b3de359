"""What the person has chosen for the picture of a session."""

from dataclasses import dataclass, field

from breathsense.tui.drawing.pace import Pace
from breathsense.tui.drawing.zoom import CELL_NS


@dataclass(slots=True)
class Choices:
    """Kept from one session to the next."""

    is_sweep: bool = False
    is_paced: bool = True
    pace: Pace = field(default_factory=Pace)
    cell_ns: int = CELL_NS
