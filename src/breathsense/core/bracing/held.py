"""A brace that is held: until when, how far, how steadily, and whether breathing goes on."""

from dataclasses import dataclass, field
from itertools import pairwise

from breathsense.core.bracing.breathing import (
    Inside,
    RippleParams,
    Seen,
    Stir,
    find_peaks,
    gather_breathing,
    name_breathing,
)
from breathsense.core.bracing.figures import Figures, measure_level
from breathsense.core.bracing.inner import InnerState
from breathsense.core.bracing.level import LevelState
from breathsense.core.bracing.onset import Found
from breathsense.core.bracing.quality import (
    QualityParams,
    tell_at_end,
    tell_at_start,
    weigh_witness,
)
from breathsense.core.bracing.sound import SoundState
from breathsense.core.bracing.suspicion import Suspicion
from breathsense.core.bracing.trails import HOLE_NS, Before, Trail
from breathsense.core.bracing.trees import Weigher
from breathsense.core.frames.frame import FRAME_S, Frame
from breathsense.core.model.bracing import BraceBreathing, BraceEnd
from breathsense.core.model.vectors import Vector

NS_PER_S = 1e9
EDGE_NS = 700_000_000
"""An inspiration that ends so near to an edge of the brace began before it, or may be after it."""


@dataclass(frozen=True, slots=True)
class HeldParams:
    """When a brace is over, and what of it counts.

    Parameters
    ----------
    longest_ns : int
        Nobody holds one longer; a shift that lasts is posture, or a slipped band.
    firm_share : float
        Below this share of the calibrated rise of the sound the wall is let go.
    sound_need, level_need : float
        Evidence that it takes.
    sound_lag_ns : int
        The sound is seen so late.
    low_frac, rest : float
        Below this share of the brace's own level the belly is let go, the surer below the second,
        in quiet depths from rest; an expiration that ends there ends an outward brace at once.
    lift : float
        A draw-in is the surer let go this far out from rest: a breath may lift it to rest.
    lead_ns, tail_ns : int
        The first and last part, in which the wall is firmed and let go, tell nothing of the rest.
    ripple, quality : RippleParams, QualityParams
        When breathing is seen, and how far it all can be trusted.

    """

    longest_ns: int = 60_000_000_000
    firm_share: float = 0.27
    sound_need: float = 2.6
    level_need: float = 4.0
    sound_lag_ns: int = 500_000_000
    low_frac: float = 0.3
    rest: float = 0.05
    lift: float = 0.7
    lead_ns: int = 1_200_000_000
    tail_ns: int = 400_000_000
    ripple: RippleParams = field(default_factory=RippleParams)
    quality: QualityParams = field(default_factory=QualityParams)


@dataclass(slots=True)
class HeldState:
    """The open brace; ``height`` is how far the belly is out, or in, in the ends of its breaths.

    ``axis`` is along which the belly's accelerometer sees breathing, over the depth of a quiet
    breath; ``None`` if that is not known. ``period_s`` is how long a quiet breath lasts.
    ``odds`` speak for a brace, by what told it; ``loudness`` is the sum of ``n_heard`` frames, in
    shares of the calibrated one. ``settled_ns`` is when the tilt was last seen without movement.
    """

    found: Found
    height: float
    axis: Vector | None
    period_s: float
    odds: float
    loudness: float = 0.0
    n_heard: int = 0
    release: Suspicion = field(default_factory=Suspicion)
    belly: Trail = field(default_factory=Trail)
    chest: Trail = field(default_factory=Trail)
    tilt: Trail = field(default_factory=Trail)
    stir: Stir = field(default_factory=Stir)
    settled_ns: int = -HOLE_NS

    def find_tilt_gap(self, now_ns: int) -> int | None:
        """Return how long the belly's tilt has stood still; ``None`` where it is not seen."""
        if now_ns - self.settled_ns > HOLE_NS:
            return None
        return now_ns - self.stir.since_ns


class Held:
    """Follows an open brace."""

    def __init__(self, params: HeldParams, weigher: Weigher) -> None:
        self._params = params
        self._weigher = weigher

    def begin(
        self,
        found: Found,
        level: LevelState,
        axis: Vector | None,
        period_s: float,
        before: Before,
        *,
        is_awaited: bool,
    ) -> HeldState:
        """Open a brace, with what was seen of it before it was decided."""
        odds = weigh_witness(found.witness, self._params.quality, is_awaited=is_awaited)
        state = HeldState(found, abs(level.belly.x), axis, period_s, odds)
        for at, t_ns in enumerate(before.t_ns):
            if t_ns >= found.start_ns:
                self._note(state, before, at)
        return state

    def follow(
        self,
        state: HeldState,
        frame: Frame,
        sound: SoundState | None,
        level: LevelState | None,
        before: Before,
    ) -> int | None:
        """Take a frame, the last of ``before``; return when the brace was let go, if it is over."""
        self._note(state, before, -1)
        if frame.t_ns - state.found.start_ns > self._params.longest_ns:
            return frame.t_ns
        if state.found.witness == "sound":
            return None if sound is None else self._fade(state, frame, sound)
        if level is None:
            return None
        return frame.t_ns if level.belly.has_moved else self._sink(state, frame, level)

    def tell_quality(self, state: HeldState) -> float:
        """Return the quality of a brace that has just begun."""
        return tell_at_start(state.odds, self._params.quality)

    def close(
        self,
        state: HeldState,
        end_ns: int,
        number: int,
        frame: Frame,
        level: LevelState,
        inner: InnerState | None,
    ) -> BraceEnd:
        """Tell what it was like; ``inner`` are the breaths in it, if they were told."""
        start_ns = state.found.start_ns
        end_ns = max(end_ns, start_ns + 1)
        core = (start_ns + self._params.lead_ns, end_ns - self._params.tail_ns)
        inside = Inside()
        if inner is None:
            n_breaths, gap_ns = self._count_breaths(state, start_ns, end_ns)
        else:
            n_breaths, gap_ns = _count_peaks(inner.peaks_ns, start_ns, end_ns)
            inside = Inside(n_breaths, inner.surest)
        breathing = self._tell_breathing(state, core, inside)
        figures = self._measure(state, core, level)
        strength = None if figures is None else figures.level
        if state.n_heard:
            strength = state.loudness / state.n_heard
        lasted_s = (end_ns - start_ns) / NS_PER_S
        return BraceEnd(
            number,
            end_ns,
            breathing,
            None if figures is None else figures.level,
            None if figures is None else figures.steadiness,
            None if figures is None else figures.retention,
            gap_ns,
            n_breaths,
            tell_at_end(state.odds, lasted_s, strength, self._params.quality),
            frame.known_ns,
        )

    def _note(self, state: HeldState, before: Before, at: int) -> None:
        t_ns, belly, chest, up = before.t_ns[at], before.belly[at], before.chest[at], before.up[at]
        if belly is not None:
            state.belly.add(t_ns, belly)
        if chest is not None:
            state.chest.add(t_ns, chest)
        if state.axis is not None and up is not None:
            along = sum(a * b for a, b in zip(state.axis, up, strict=True))
            state.tilt.add(t_ns, along)
            if not before.is_moving[at]:
                state.stir.follow(t_ns, along, self._params.ripple.band_frac)
                state.settled_ns = t_ns

    def _tell_breathing(
        self, state: HeldState, core: tuple[int, int], inside: Inside
    ) -> BraceBreathing:
        p = self._params.ripple
        seen = Seen(state.belly.cut(*core), state.chest.cut(*core), state.tilt.cut_longest(*core))
        lasted_s = (core[1] - core[0]) / NS_PER_S
        found = state.found
        clues = gather_breathing(
            seen,
            inside,
            lasted_s,
            state.period_s,
            found.direction,
            p,
            is_heard=found.witness == "sound",
        )
        return "unknown" if clues is None else name_breathing(self._weigher.weigh(clues), p)

    def _count_breaths(self, state: HeldState, start_ns: int, end_ns: int) -> tuple[int, int]:
        """Return the breaths that the clearest of the sensors saw, and the longest gap of them."""
        best: tuple[int, int] = (0, end_ns - start_ns)
        within, lead_ns = self._params.ripple.band_frac, self._params.lead_ns
        for trail in (state.belly, state.chest) if state.belly.levels else (state.tilt,):
            levels = trail.cut(start_ns + lead_ns, end_ns)
            peaks = find_peaks(levels, within)
            places = [round(-lead_ns / NS_PER_S / FRAME_S), *peaks, len(levels)]
            gap = max(b - a for a, b in pairwise(places))
            if len(peaks) > best[0]:
                best = (len(peaks), min(round(gap * FRAME_S * NS_PER_S), end_ns - start_ns))
        return best

    @staticmethod
    def _measure(state: HeldState, core: tuple[int, int], level: LevelState) -> Figures | None:
        shift = {"expand": level.up, "draw_in": -level.down}.get(state.found.direction, 0.0)
        if not shift:
            return None
        breath_s = level.belly.rise_s + level.belly.fall_s
        return measure_level(state.belly.cut(*core), max(1, round(breath_s / FRAME_S)), shift)

    def _fade(self, state: HeldState, frame: Frame, sound: SoundState) -> int | None:
        p = self._params
        state.loudness, state.n_heard = state.loudness + sound.share, state.n_heard + 1
        evidence = min(max(4.0 * (p.firm_share - sound.share), -2.0), 1.0)
        state.release.add(evidence, frame.t_ns)
        if state.release.total < p.sound_need:
            return None
        return state.release.since_ns - p.sound_lag_ns

    def _sink(self, state: HeldState, frame: Frame, level: LevelState) -> int | None:
        p = self._params
        belly = level.belly
        height, is_inward = belly.x, state.found.direction == "draw_in"
        if is_inward:
            height = -height
            if level.has_chest and frame.chest is not None:
                height = max(height, -level.apart)
        elif belly.has_turned_up and belly.trough < p.low_frac * state.height:
            return max(round(belly.trough_s * NS_PER_S), state.found.start_ns)
        state.height = max(0.998 * state.height, min(height, state.height + 0.03))
        evidence = -1.0
        if height < (-p.lift if is_inward else p.rest):
            evidence = 1.6
        elif height < p.low_frac * state.height:
            evidence = 0.4 if is_inward else 0.7
        state.release.add(evidence, frame.t_ns)
        return state.release.since_ns if state.release.total >= p.level_need else None


def _count_peaks(peaks_ns: list[int], start_ns: int, end_ns: int) -> tuple[int, int]:
    """Return how many of the breaths are inside a brace, and the longest gap of them."""
    inside = [one for one in peaks_ns if start_ns + EDGE_NS < one < end_ns - EDGE_NS]
    return len(inside), max(b - a for a, b in pairwise([start_ns, *inside, end_ns]))
