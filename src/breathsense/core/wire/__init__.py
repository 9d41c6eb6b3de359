"""Bytes to samples: decoders, conversations with wearables, and the rebuilding of sample times."""
