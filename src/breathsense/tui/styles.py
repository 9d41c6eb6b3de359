"""Where the style sheets are: what the first frame needs, and the rest."""

from pathlib import Path

FIRST_STYLES = Path(__file__).with_name("first.tcss")
LATER_STYLES = Path(__file__).with_name("later.tcss")
"""Named by every screen but home, so that none is ever shown without it; read only once."""
