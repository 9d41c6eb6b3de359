"""A desk without radios and files: sessions are formulas of a clock that the test holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from breathsense.core.coaching.schema import Programme
from breathsense.core.model.calibration import Calibration, Posture
from breathsense.core.model.coaching import CourseBegan, CourseEnded, StepBegan
from breathsense.core.model.errors import BreathSenseError, RefusedInput
from breathsense.core.model.inputs import Course, Mark
from breathsense.core.model.labels import is_pacer, parse_stop
from breathsense.core.model.samples import Gap
from breathsense.core.model.sensors import Place, Sensor
from breathsense.core.setup import Setup
from breathsense.exports.progress import Tell
from breathsense.library.entry import SessionEntry
from breathsense.library.keeping import Keeping
from breathsense.session.answers import Answers
from breathsense.session.course import CoursePicture
from breathsense.session.practice_book import PracticeBook
from breathsense.session.programmes import ProgrammeShelf, load_programmes
from breathsense.session.review import Review
from breathsense.session.today import Past, Worn
from breathsense.session.unworn import UnwornPractice
from breathsense.session.view import BreathView, LiveView, RecordingView, WearableView
from breathsense.tui.desk import ExportOrder, FoundWearable, RecordingEntry, ScanView

S = 1_000_000_000
MS = 1_000_000
GRID_NS = 40 * MS
LAG_NS = 200 * MS
DECISION_NS = 500 * MS
BELT = WearableView(
    id="belt",
    name="GDX-RB 0K1003A1",
    profile_name="Go Direct Respiration Belt",
    link="streaming",
    detail="",
    battery_pct=82.0,
    rate_hz=10.0,
    n_rejected=0,
    last_rejection="",
)
DAY = date(2026, 11, 22)
BELLY = Sensor("abdomen", "band", "abdomen", "N")
FOUND = (
    FoundWearable("AA:01", "GDX-RB 0K1003A1", -58, "vernier-gdx-rb", "Go Direct Respiration Belt"),
    FoundWearable("AA:02", "Polar H10 C2A0F12B", -71, "polar-h10", "Polar H10"),
    FoundWearable("AA:03", "", -88),
)
RECORDINGS = (
    RecordingEntry(Path("recordings/2026-11-21_1830.mcap"), "21 Nov 2026, 18:30", 612 * S),
    RecordingEntry(Path("recordings/2026-11-20_0705.mcap"), "20 Nov 2026, 07:05", 305 * S),
    RecordingEntry(
        Path("recordings/2026-11-19_2101.mcap"), "19 Nov 2026, 21:01", None, "not finished"
    ),
)


def build_breaths() -> list[BreathView]:
    """Return ten minutes of breaths of 4 to 5 s in and 5 to 6 s out."""
    breaths, start_ns = [], 1 * S
    for number in range(60):
        peak_ns = start_ns + (40 + number % 3 * 4) * 100 * MS
        end_ns = peak_ns + (52 + number % 4 * 3) * 100 * MS
        breaths.append(BreathView(start_ns, peak_ns, end_ns, 2.0 + 0.3 * (number % 5)))
        start_ns = end_ns
    return breaths


BREATHS = build_breaths()


def list_breaths(until_ns: int) -> list[BreathView]:
    """Return the breaths as far as they would be known by then."""
    known = [breath for breath in BREATHS if breath.peak_ns + DECISION_NS <= until_ns]
    if known and known[-1].end_ns + DECISION_NS > until_ns:
        known[-1] = replace(known[-1], end_ns=None)
    return known


@lru_cache(1)
def build_wave() -> np.ndarray:
    """Return the waveform that belongs to the breaths, on the grid."""
    t_ns = np.arange(BREATHS[-1].end_ns // GRID_NS, dtype=np.int64) * GRID_NS
    values = np.full(len(t_ns), 8.0)
    for breath in BREATHS:
        rising = (t_ns >= breath.inhale_start_ns) & (t_ns < breath.peak_ns)
        falling = (t_ns >= breath.peak_ns) & (t_ns < breath.end_ns)
        up = (t_ns - breath.inhale_start_ns) / (breath.peak_ns - breath.inhale_start_ns)
        down = (t_ns - breath.peak_ns) / (breath.end_ns - breath.peak_ns)
        values[rising] += breath.depth * (1 - np.cos(np.pi * up[rising])) / 2
        values[falling] += breath.depth * (1 + np.cos(np.pi * down[falling])) / 2
    return values


def find_phase(now_ns: int) -> tuple[str, int]:
    """Return the phase as it would be seen a little after each turn."""
    for breath in BREATHS:
        if breath.inhale_start_ns + LAG_NS <= now_ns < breath.peak_ns + LAG_NS:
            return "inhale", breath.inhale_start_ns
        if breath.peak_ns + LAG_NS <= now_ns < breath.end_ns + LAG_NS:
            return "exhale", breath.peak_ns
    return "unknown", 0


def build_view(now_ns: int, **changes: object) -> LiveView:
    """Return what a session with those breaths looks like at a moment."""
    first = max(now_ns - 60 * S, 0) // GRID_NS
    last = max((now_ns - LAG_NS) // GRID_NS, first)
    t_ns = np.arange(first, last, dtype=np.int64) * GRID_NS
    breaths = list_breaths(now_ns)
    phase, since_ns = find_phase(now_ns)
    view = LiveView(
        now_ns=now_ns,
        sensor="abdomen",
        unit="N",
        t_ns=t_ns,
        values=build_wave()[first:last],
        breaths=tuple(breaths[-12:]),
        n_breaths=len(breaths),
        phase=phase,
        phase_since_ns=since_ns,
        rate_per_min=6.1 if len(breaths) > 2 else None,
        why_no_rate="" if len(breaths) > 2 else "after three breaths",
        gaps=(),
        wearables=(BELT,),
        recording=RecordingView(Path("2026-11-22_1034.mcap"), 1200 * (now_ns // S), ""),
        is_over=False,
        problem="",
    )
    return replace(view, **changes)


@dataclass
class FakeLive:
    """A live session."""

    now_ns: Callable[[], int]
    marks: list[tuple[str, int | None]] = field(default_factory=list)
    paces: list[tuple[str, int | None]] = field(default_factory=list)
    n_stops: int = 0
    changes: dict[str, Any] = field(default_factory=dict)
    setup: Setup = field(default_factory=lambda: Setup(sensors=(BELLY,)))
    begun: list[tuple[str, int, dict[str, Any]]] = field(default_factory=list)

    coach: CoursePicture = field(default_factory=CoursePicture)

    def view(self) -> LiveView:
        changes = {"course": self.coach.view, **self.changes}
        return build_view(self.now_ns(), **changes)

    def mark(self, label: str, at_ns: int | None = None, duration_ns: int = 0) -> None:
        (self.paces if is_pacer(label) else self.marks).append((label, at_ns))
        reason = parse_stop(label)
        if reason is not None:
            self.coach.push_end(CourseEnded(len(self.begun), self.now_ns(), reason))
        at_ns = self.now_ns() if at_ns is None else at_ns
        known = self.changes.get("marks", ())
        self.changes["marks"] = (*known, Mark(at_ns, label, duration_ns))

    def begin(self, programme: Any, level: int = 0, **options: Any) -> None:
        self.begun.append((programme.id, level, options))
        now_ns = self.now_ns()
        self.coach.push_course(Course(now_ns, programme.text, level))
        self.coach.push_begin(
            CourseBegan(
                len(self.begun), programme.id, programme.name, level, "expand", 1, now_ns, 60 * S
            )
        )

    def begin_step(self, index: int, phase: str, seconds: float, **more: Any) -> None:
        """Let the course be in a step that begins now."""
        place = {"set": 0, "n_sets": 2, "rep": 1, "n_reps": 6, "say": "", "effort": None, **more}
        self.coach.push_step(
            StepBegan(
                number=len(self.begun),
                index=index,
                block=0,
                set=place["set"],
                n_sets=place["n_sets"],
                rep=place["rep"],
                n_reps=place["n_reps"],
                phase=phase,
                say=place["say"],
                effort=place["effort"],
                breaths=0,
                start_ns=self.now_ns(),
                length_ns=int(seconds * S),
                is_open=place.get("is_open", False),
            )
        )

    def stop(self) -> Path | None:
        self.n_stops += 1
        return Path("recordings/2026-11-22_1034.mcap")


@dataclass
class FakeReplay:
    """A recording of five minutes."""

    clock: Callable[[], int]
    duration_ns: int = 300 * S
    is_paused: bool = False
    speed: float = 1.0
    n_stops: int = 0

    def __post_init__(self) -> None:
        self._from_ns, self._since_ns = 0, self.clock()

    def _now_ns(self) -> int:
        ran_ns = 0 if self.is_paused else int((self.clock() - self._since_ns) * self.speed)
        return min(self._from_ns + ran_ns, self.duration_ns)

    def _anchor(self, t_ns: int) -> None:
        self._from_ns, self._since_ns = t_ns, self.clock()

    def view(self) -> LiveView:
        now_ns = self._now_ns()
        return build_view(
            now_ns,
            recording=None,
            duration_ns=self.duration_ns,
            is_over=now_ns >= self.duration_ns,
        )

    def pause(self) -> None:
        self._anchor(self._now_ns())
        self.is_paused = True

    def resume(self) -> None:
        self._anchor(self._now_ns())
        self.is_paused = False

    def seek(self, t_ns: int) -> None:
        self._anchor(t_ns)

    def set_speed(self, speed: float) -> None:
        self._anchor(self._now_ns())
        self.speed = speed

    def stop(self) -> Path | None:
        self.n_stops += 1
        return None


@dataclass
class FakeScan:
    """Finds what it is told to find."""

    shown: ScanView
    n_stops: int = 0

    def view(self) -> ScanView:
        return self.shown

    def stop(self) -> None:
        self.n_stops += 1


@lru_cache(1)
def read_shelf() -> ProgrammeShelf:
    """Return the shipped programmes, read once for all tests."""
    return load_programmes()


class MemoryBook(PracticeBook):
    """A book that reads and writes nothing: the folder does not exist."""

    @property
    def shelf(self) -> ProgrammeShelf:
        return read_shelf()

    def answer(self, answers: Answers) -> None:
        self._answers = answers


def build_book(answers: Answers | None = None, past: Past | None = None) -> PracticeBook:
    """Return the book of somebody who has, or has not, answered the questions."""
    book = MemoryBook(Path("no/such/folder"), lambda: past or Past(), lambda: DAY)
    if answers is not None:
        book.answer(answers)
    return book


class EmptyKeeping(Keeping):
    """A library without recordings, on no disk."""

    def known(self) -> tuple[SessionEntry, ...]:
        return ()

    def read(
        self, tell: Callable[[int, int], None], is_cancelled: Callable[[], bool]
    ) -> tuple[SessionEntry, ...]:
        return ()


@dataclass
class FakeDesk:
    """Answers from memory; what was opened is kept for the test to look at."""

    clock: Callable[[], int]
    start_ns: int = 0
    shown: ScanView = field(default_factory=lambda: ScanView(FOUND))
    error: BreathSenseError | None = None
    opened: list[FakeLive | FakeReplay] = field(default_factory=list)
    scans: list[FakeScan] = field(default_factory=list)
    pairs: list[tuple[FoundWearable, Place]] = field(default_factory=list)
    last: tuple[tuple[str, Place], ...] = ()
    kept: list[tuple[FakeLive, Posture]] = field(default_factory=list)
    book: PracticeBook = field(default_factory=lambda: build_book(Answers(DAY)))
    sessions: tuple[SessionEntry, ...] = ()
    unworn: UnwornPractice | None = None
    reviews: dict[Path, Review] = field(default_factory=dict)
    exports: list[tuple[list[Path], ExportOrder]] = field(default_factory=list)
    keeping: Keeping = field(default_factory=lambda: EmptyKeeping(Path("nowhere"), "user"))

    def scan(self) -> FakeScan:
        self.scans.append(FakeScan(self.shown))
        return self.scans[-1]

    def open_wearables(self, chosen: Sequence[tuple[FoundWearable, Place]]) -> FakeLive:
        self.pairs += chosen
        return self.open_demo()

    def list_last(self) -> tuple[tuple[str, Place], ...]:
        return self.last

    def keep_learnt(self, session: FakeLive, posture: Posture) -> Path | None:
        self.kept.append((session, posture))
        return Path("calibrations/2026-11-22_1038.json")

    def open_last(self, calibrate: Posture | None = None) -> FakeLive:
        self.pairs += [(FoundWearable("last", name, None), place) for name, place in self.last]
        return self.open_demo(calibrate)

    def open_demo(self, calibrate: Posture | None = None) -> FakeLive:
        if self.error is not None:
            raise self.error
        began_ns = self.clock() - self.start_ns
        session = FakeLive(lambda: self.clock() - began_ns)
        if calibrate is not None:
            session.changes["calibration"] = Calibration(posture=calibrate)
        self.opened.append(session)
        return session

    def open_recording(self, path: Path) -> FakeReplay:
        if self.error is not None:
            raise self.error
        self.opened.append(FakeReplay(self.clock))
        return self.opened[-1]

    def open_library(self) -> Keeping:
        return self.keeping

    def open_review(self, path: Path, tell: Tell) -> Review:
        tell(0.5)
        if path not in self.reviews:
            raise RefusedInput("the file cannot be read", where=str(path))
        return self.reviews[path]

    def export(self, paths: Sequence[Path], order: ExportOrder, tell: Tell) -> Path:
        tell(0.5)
        self.exports.append((list(paths), order))
        return Path("exports") / f"made.{order.name}"

    def open_unworn(self, programme: Programme, level: int = 0) -> UnwornPractice:
        began_ns = self.clock()
        self.unworn = UnwornPractice(programme, lambda: self.clock() - began_ns, None, level)
        return self.unworn

    def list_sessions(
        self, tell: Callable[[int, int], None], is_cancelled: Callable[[], bool]
    ) -> tuple[SessionEntry, ...]:
        tell(len(self.sessions), len(self.sessions))
        return self.sessions

    def list_recordings(self) -> tuple[RecordingEntry, ...]:
        return RECORDINGS

    def open_book(self) -> PracticeBook:
        return self.book

    def tell_worn(self) -> Worn:
        return Worn(BELT.name, (BELLY,))


def build_gap(start_s: float, end_s: float, reason: str = "no_data") -> Gap:
    """Return a gap of the belt."""
    return Gap("abdomen", None, int(start_s * S), int(end_s * S), reason)
