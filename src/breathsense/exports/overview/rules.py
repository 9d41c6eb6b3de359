"""What counts in a trend, on paper and on the screen alike; it loads nothing."""

LEAST_USABLE = 0.7
FEWEST_BREATHS = 15
"""Sessions of which less could be gone by, or with fewer breaths, give no point of the body."""

FIRST_DAYS = 7
"""The wearer's own first week is what later weeks are compared with."""
FEWEST_FOR_BAND = 3
"""So many points in it make a first week."""
