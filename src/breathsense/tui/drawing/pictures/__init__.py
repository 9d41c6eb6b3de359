"""The drawn pictures of the guide."""
