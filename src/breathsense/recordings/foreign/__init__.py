"""Files of other programs, read as sessions: sensors, samples, marks."""
