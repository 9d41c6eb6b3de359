"""The self-contained HTML page of one session."""
