"""BreathSense in notebooks and scripts: ``breathsense.open`` and ``breathsense.analyze``."""
