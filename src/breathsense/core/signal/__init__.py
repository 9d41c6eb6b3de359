"""Samples to breathing waveform."""
