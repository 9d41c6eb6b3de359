"""BreathSense: live belly-breath feedback from wearable sensors, recorded and replayed exactly."""

__version__ = "0.1.0"
