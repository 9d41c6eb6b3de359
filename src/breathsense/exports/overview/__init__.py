"""One person's sessions over time on one sheet of paper."""
