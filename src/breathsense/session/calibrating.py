"""A calibration in a running session: the guide gives the marks, the engine judges."""

from collections.abc import Callable
from typing import Protocol

from breathsense.core.calibration.guide import CalibrationGuide, GuideView
from breathsense.core.model.inputs import Mark
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
    obey : callable, optional
        Told every mark: for a virtual person, who does what was asked.

    """

    def __init__(
        self,
        session: Marking,
        guide: CalibrationGuide,
        obey: Callable[[Mark], None] | None = None,
    ) -> None:
        self._session = session
        self.guide = guide
        self._obey = obey
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
                if self._obey is not None:
                    self._obey(mark)
        return self.guide.view(live.now_ns), live
