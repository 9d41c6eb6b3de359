"""What a virtual person does, and when: the smallest acts, of which behaviour is put together.

An act says what the body does, never what a sensor shows. Amounts are relative to the person
(a brace at the usual effort, a median breath), so that one script fits everybody. Times are ns of
the body. All acts are harmless to each other: what they do adds up.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, Protocol

NS_PER_S = 1_000_000_000
Way = Literal["expand", "neutral", "draw_in"]
StopAt = Literal["now", "full", "empty", "deep"]


@dataclass(frozen=True, slots=True)
class Firm:
    """The abdominal wall is firmed, or drawn in.

    Parameters
    ----------
    start_ns, end_ns : int
        From when on it is firmed, and when it is let go.
    way : Way
        Where the belly goes; how far is a matter of the person.
    effort : float
        1 is what the person does when asked for an effort of 5 out of 10.
    rise_s, fall_s : float
        How long firming and letting go take.
    wobble : float
        Unsteadiness, standard deviation as a share of the effort.
    fade : float
        Share of the effort that is lost until the end.

    """

    start_ns: int
    end_ns: int
    way: Way = "expand"
    effort: float = 1.0
    rise_s: float = 0.5
    fall_s: float = 0.6
    wobble: float = 0.05
    fade: float = 0.0


@dataclass(frozen=True, slots=True)
class Manner:
    """Breathing goes on otherwise: rate and shares are factors on the usual ones.

    ``belly`` and ``ribs`` change at once (within ``blend_s``); rate, and how long breathing in
    takes (``inhale_fraction``) and resting after it (``pause_fraction``), from the next breath on.
    ``roughness`` is irregular movement in depths, as speech makes it.
    """

    start_ns: int
    end_ns: int
    rate: float = 1.0
    belly: float = 1.0
    ribs: float = 1.0
    inhale_fraction: float | None = None
    pause_fraction: float | None = None
    roughness: float = 0.0
    blend_s: float = 0.6


@dataclass(frozen=True, slots=True)
class Freeze:
    """Breathing stops: where it is, after a breath of ``depth`` (full), or breathed out (empty).

    For a full stop, breathing out is left off; an empty one comes when it is done, so somewhat
    late; all end at ``end_ns``. A deep breath is one of ``depth``, the next after ``start_ns`` that
    begins before ``end_ns``, without a stop.
    """

    start_ns: int
    end_ns: int
    at: StopAt = "now"
    depth: float = 2.0


@dataclass(frozen=True, slots=True)
class Paced:
    """A breath in a rhythm that is followed: in, held, out, at rest.

    Parameters
    ----------
    start_ns, end_ns : int
        From the breath in to the next one.
    peak_ns, fall_ns, rest_ns : int
        When it is full, when breathing out begins, and when it is out.
    depth : float
        In median depths.

    """

    start_ns: int
    end_ns: int
    peak_ns: int
    fall_ns: int
    rest_ns: int
    depth: float = 1.5


@dataclass(frozen=True, slots=True)
class Lean:
    """The trunk leans or turns: degrees from how the person sits.

    ``belly`` is what that does to the girth, in depths; ``activation`` what the wall does
    meanwhile, relative to a brace (it is wanted most for coming up again).
    """

    start_ns: int
    end_ns: int
    forward_deg: float = 0.0
    sideways_deg: float = 0.0
    turn_deg: float = 0.0
    rise_s: float = 1.0
    fall_s: float = 1.0
    belly: float = 0.0
    activation: float = 0.0


@dataclass(frozen=True, slots=True)
class Jolts:
    """A train of jolts: steps, coughs, laughter, fidgeting.

    Each is a damped swing; ``belly`` is what a jolt does to the girth in depths, ``tilt_deg`` to
    the sensor's tilt, ``activation`` to the wall, all within ``decay_s``. ``irregularity`` 0 is a
    march, 1 chance.
    """

    start_ns: int
    end_ns: int
    per_s: float
    size_g: float
    swing_hz: float = 6.0
    decay_s: float = 0.12
    belly: float = 0.0
    tilt_deg: float = 0.0
    activation: float = 0.0
    irregularity: float = 0.3
    upwards: float = 0.5


@dataclass(frozen=True, slots=True)
class Voice:
    """The voice trembles in the wall; each syllable takes a little of it to push the air out."""

    start_ns: int
    end_ns: int
    size_g: float = 0.003
    syllables_hz: float = 4.0
    activation: float = 0.15


@dataclass(frozen=True, slots=True)
class Slip:
    """The bands slip: looser by ``loosens_mm`` (tighter where negative), for good."""

    start_ns: int
    end_ns: int
    loosens_mm: float


Act = Firm | Manner | Freeze | Paced | Lean | Jolts | Voice | Slip


class Script(Protocol):
    """What a person does; the same span is always answered the same."""

    def between(self, start_ns: int, end_ns: int) -> list[Act]:
        """Return the acts that begin before ``end_ns`` and are felt after ``start_ns``."""
        ...


class FixedScript:
    """A list of acts; more may be added while they lie ahead.

    Parameters
    ----------
    acts : iterable of Act
        In any order.

    """

    def __init__(self, acts: Iterable[Act] = ()) -> None:
        self._acts = sorted(acts, key=_begin)

    def add(self, acts: Iterable[Act]) -> None:
        """Add acts. What the body did already does not change: let them begin a second ahead."""
        self._acts = sorted([*self._acts, *acts], key=_begin)

    def change_mind(self, at_ns: int) -> None:
        """Leave what would begin from then on, end what can be ended; a second ahead, as above."""
        self._acts = [_leave(act, at_ns) for act in self._acts if act.start_ns < at_ns]

    def between(self, start_ns: int, end_ns: int) -> list[Act]:
        """Return the acts that begin before ``end_ns`` and are felt after ``start_ns``."""
        return [act for act in self._acts if act.start_ns < end_ns and last_ns(act) > start_ns]


def last_ns(act: Act) -> float:
    """Return until when an act is felt."""
    match act:
        case Slip():
            return float("inf")
        case Firm() | Lean():
            return act.end_ns + act.fall_s * NS_PER_S
        case Manner():
            return act.end_ns + act.blend_s * NS_PER_S
        case Jolts():
            return act.end_ns + 8.0 * act.decay_s * NS_PER_S
        case Freeze() | Paced() | Voice():
            return act.end_ns


def ramp(t_ns: int, start_ns: int, end_ns: int, rise_s: float, fall_s: float) -> float:
    """Return how far something is on: 0 before, smoothly 1 after the rise, 0 after the fall."""
    since_s, left_s = (t_ns - start_ns) / NS_PER_S, (end_ns - t_ns) / NS_PER_S + fall_s
    up = 1.0 if since_s >= rise_s else max(since_s, 0.0) / rise_s
    down = 1.0 if left_s >= fall_s else max(left_s, 0.0) / fall_s
    return up * up * (3.0 - 2.0 * up) * down * down * (3.0 - 2.0 * down)


def _leave(act: Act, at_ns: int) -> Act:
    """Return an act that is ended; a breath that was begun is breathed to its end."""
    if isinstance(act, Firm | Manner | Lean | Voice) and act.end_ns > at_ns:
        return replace(act, end_ns=at_ns)
    return act


def _begin(act: Act) -> int:
    return act.start_ns
