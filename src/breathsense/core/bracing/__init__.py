"""Bracing: the wall firmed or drawn in, told from breath, posture, speech and movement."""
