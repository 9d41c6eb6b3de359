"""The nouns: what goes into the engine, what comes out, and what can go wrong."""
