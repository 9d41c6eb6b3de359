"""The pure heart of BreathSense: no clock, no files, no threads, no event loop.

Whatever can change a result enters through ``push()``; see ``docs/architecture.md``.
"""
