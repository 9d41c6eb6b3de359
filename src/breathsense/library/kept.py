"""What of a session's events an entry needs beside the analysis: marks, courses, calibrations."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from breathsense.core.analysis import TILT_UNIT
from breathsense.core.engine import find_leader
from breathsense.core.model.bracing import MobilityReach
from breathsense.core.model.calibration import Calibrated, Calibration
from breathsense.core.model.coaching import CourseBegan, CourseEnded, CourseJudged, StepBegan
from breathsense.core.model.inputs import Mark
from breathsense.core.model.samples import Times, Values, Waveform, freeze_times, freeze_values
from breathsense.core.setup import Setup, list_sensors
from breathsense.exports.content import Track, TrackKey
from breathsense.library.entry import CourseSeen

PAUSE_TEST = "assess.breath_pause"
PAUSE_FIGURE = "hold_s"
_NS_PER_S = 1e9
_KINDS = (Mark, CourseBegan, StepBegan, CourseEnded, CourseJudged, Calibrated, MobilityReach)


@dataclass(slots=True)
class Kept:
    """Gathers it; takes all events of a session in order.

    Parameters
    ----------
    setup : Setup
        The session's.
    keeps_wave : bool
        Whether the leading sensor's waveform is kept too.

    """

    setup: Setup
    keeps_wave: bool = False
    told: list[object] = field(default_factory=list)
    times: list[Times] = field(default_factory=list)
    values: list[Values] = field(default_factory=list)

    def push(self, event: object) -> None:
        """Take an event; what is not needed is passed over."""
        if isinstance(event, _KINDS):
            self.told.append(event)
        elif self.keeps_wave and isinstance(event, Waveform):
            leader = find_leader(list_sensors(self.setup))
            if leader is not None and event.sensor == leader.id:
                self.times.append(event.t_ns)
                self.values.append(event.values)

    def list_marks(self) -> tuple[Mark, ...]:
        """Return the marks in order."""
        return tuple(one for one in self.told if isinstance(one, Mark))

    def join_wave(self) -> tuple[Track, ...]:
        """Return the waveform as a track; nothing if none was kept."""
        leader = find_leader(list_sensors(self.setup))
        if leader is None or not self.times:
            return ()
        unit = TILT_UNIT if leader.kind == "imu" else leader.unit
        values = freeze_values(np.concatenate(self.values)[:, np.newaxis])
        times = freeze_times(np.concatenate(self.times))
        return (Track(TrackKey(leader.id, "waveform"), (leader.id,), unit, times, values),)

    def list_calibrations(self) -> list[Calibration]:
        """Return what was known of the wearer, oldest first."""
        known = [one.calibration for one in self.told if isinstance(one, Calibrated)]
        before = self.setup.calibration
        return known if before is None else [before, *known]

    def list_postures(self) -> tuple[str, ...]:
        """Return the postures that were told, each once."""
        postures = [str(one.posture) for one in self.list_calibrations()]
        return tuple(dict.fromkeys(one for one in postures if one != "unknown"))

    def name_calibration(self, session: str) -> str | None:
        """Return when the calibration was made; one that was made here is named by the session."""
        known = [one for one in self.list_calibrations() if one.levels or one.mmgs]
        return (known[-1].made or session) if known else None

    def scale_depth(self, depth: float | None) -> float | None:
        """Return a depth as percent of the calibrated full breath; ``None`` where it is unknown."""
        leader = find_leader(list_sensors(self.setup))
        fulls = [
            level.full_depth
            for one in self.list_calibrations()
            for level in one.levels
            if leader is not None and level.sensor == leader.id and level.full_depth
        ]
        return 100 * depth / fulls[-1] if depth is not None and fulls else None

    def list_courses(self, started: datetime) -> tuple[CourseSeen, ...]:
        """Return what was practised to its end, or stopped, with its figures."""
        ended = {one.number: one for one in self.told if isinstance(one, CourseEnded)}
        judged = {one.number: one for one in self.told if isinstance(one, CourseJudged)}
        return tuple(
            _describe(one, ended[one.number], judged.get(one.number), started)
            for one in self.told
            if isinstance(one, CourseBegan) and one.number in ended
        )

    def find_reaches(self) -> dict[str, float]:
        """Return how far the trunk reached, by the way; the newest tries of each."""
        told = [one for one in self.told if isinstance(one, MobilityReach) and one.tries_deg]
        return {str(one.way): max(one.tries_deg) for one in told}

    def find_pause_s(self, started: datetime) -> float | None:
        """Return the newest comfortable breath pause."""
        told = [
            one.figures[PAUSE_FIGURE]
            for one in self.list_courses(started)
            if one.programme == PAUSE_TEST and PAUSE_FIGURE in one.figures
        ]
        return told[-1] if told else None


def _describe(
    began: CourseBegan, ended: CourseEnded, judged: CourseJudged | None, started: datetime
) -> CourseSeen:
    figures = judged.figures if judged else ()
    return CourseSeen(
        programme=began.programme,
        name=began.name,
        level=began.level,
        started=started + timedelta(microseconds=began.start_ns // 1000),
        length_s=(ended.end_ns - began.start_ns) / _NS_PER_S,
        ended=ended.reason,
        score=judged.score if judged else None,
        usable_frac=judged.usable_frac if judged else None,
        figures={one.of: one.value for one in figures if one.value is not None},
    )
