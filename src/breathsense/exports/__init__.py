"""Results in other formats: one file a format."""
