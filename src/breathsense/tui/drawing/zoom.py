"""How much time a cell of a trace takes."""

CELL_NS = 250_000_000
"""Of 80 columns that is 20 s: two slow breaths or five quick ones."""
ZOOMS_NS = (CELL_NS, CELL_NS // 2, CELL_NS * 2)


def zoom_on(cell_ns: int) -> int:
    """Return the next length of time after this one."""
    return ZOOMS_NS[(ZOOMS_NS.index(cell_ns) + 1) % len(ZOOMS_NS)]
