"""A calibration in a running session: the guide gives the marks, the engine judges."""

from dataclasses import replace
from typing import Protocol

from breathsense.core.calibration.guide import CalibrationGuide, GuideView
from breathsense.core.model.calibration import Calibration, Posture
from breathsense.core.setup import Setup
from breathsense.session.view import LiveView


class Marking(Protocol):
    """What a guided calibration needs of a session."""

    def view(self) -> LiveView:
        """Return what there is to be seen at this moment."""
        ...

    def mark(self, label: str, at_ns: int | None = None, duration_ns: int = 0) -> None:
        """Mark a moment."""
        ...


class GuidedCalibration:
    """Joins a guide with a session; to be polled a few times a second, from one thread.

    Parameters
    ----------
    session : Marking
        The running session.
    guide : CalibrationGuide
        Where in the programme the wearer is; ``skip``, ``repeat`` and ``begin`` are called on it.

    """

    def __init__(self, session: Marking, guide: CalibrationGuide) -> None:
        self._session = session
        self.guide = guide
        self._newest_ns = -1

    def poll(self) -> tuple[GuideView, LiveView]:
        """Hand on what was judged, make the marks that are due; return what to show."""
        live = self._session.view()
        for judged in live.judged:
            if judged.decided_ns > self._newest_ns:
                self.guide.take(judged)
        if live.judged:
            self._newest_ns = live.judged[-1].decided_ns
        if any(one.link == "streaming" for one in live.wearables):
            for mark in self.guide.tick(live.now_ns):
                self._session.mark(mark.label, mark.start_ns, mark.duration_ns)
        return self.guide.view(live.now_ns), live


def find_learnt(
    known: Calibration | None, setup: Setup, posture: Posture = "unknown"
) -> Calibration | None:
    """Return what a session has learnt beyond what it began with; ``None`` if that is nothing.

    Parameters
    ----------
    known : Calibration or None
        What is known now (``LiveView.calibration``).
    setup : Setup
        What the session began with.
    posture : Posture
        Taken where the session began without one.

    """
    if known is None or known == setup.calibration or not (known.levels or known.mmgs):
        return None
    return replace(
        known,
        posture=posture if known.posture == "unknown" else known.posture,
        wearables=known.wearables or tuple(one.name for one in setup.wearables),
    )
