"""Figures of breathing: pure functions, one idea a file, and what gathers them over a session."""
