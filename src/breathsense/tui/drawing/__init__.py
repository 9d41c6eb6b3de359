"""Pure functions from numbers to cells."""
