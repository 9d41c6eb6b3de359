"""Coaching: programmes as data, what is due when, and breaths and braces against their targets."""
