"""All recordings of a person: an index of them, and what is done to many at once."""
