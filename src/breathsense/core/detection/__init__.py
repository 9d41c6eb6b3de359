"""Waveform to turns, breaths and rates."""
