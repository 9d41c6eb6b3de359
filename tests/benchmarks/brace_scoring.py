"""How near found braces are to true ones: rules of scoring, no files and no program.

A found brace and a true one are a pair if they overlap in at least half of what both cover
together; the best overlap comes first, each belongs to one pair at most. What counts:

* *wanted*: a brace that the sensors can see at all. A band sees a change of girth of 0.35 quiet
  breaths or more, a fast motion sensor a tremble of 1.8 times the rest or more. Others, those of
  the calibration, and those under a lift may be found or not.
* *direction*: the way the belly went; where it went less than 0.3 quiet breaths, "neutral" is right
  too. "unknown" is never wrong, and right for a motion sensor alone.
* *breathing*: asked of braces in which a whole breath was taken, or which were held for 4 s and
  three quarters of them; not of those counted aloud. Where only the ribs move, a set without a
  band round them should say "not_seen", one with it "breathing".
* *false*: a found brace that overlaps no true one. It is blamed on what the person did meanwhile.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

import numpy as np

OVERLAP = 0.5
SEEN_DEPTHS, SEEN_RATIO, FAST_HZ = 0.35, 1.8, 100.0
SMALL_DEPTHS = 0.3
HELD_S, HELD_SHARE = 4.0, 0.75
NEAR_S = 0.5
LINGERS_S = 2.0
"""How long after something a false brace is still blamed on it."""

Case = dict[str, Any]


class Wanted(NamedTuple):
    """A true brace as a sensor set should tell it."""

    start_s: float
    end_s: float
    is_wanted: bool
    is_prompted: bool
    direction: str
    rights: frozenset[str]
    breathing: str | None
    facts: dict[str, Any]


@dataclass
class Tally:
    """Counts; those of cases can be added."""

    n_cases: int = 0
    hours: float = 0.0
    n_wanted: int = 0
    n_hit: int = 0
    n_false: int = 0
    n_pieces: int = 0
    n_told: int = 0
    n_direction_right: int = 0
    n_breathing_asked: int = 0
    n_breathing_right: int = 0
    n_certain_wrong: int = 0
    n_breaths: int = 0
    n_breaths_found: int = 0
    n_breaths_hit: int = 0
    n_cut: int = 0
    n_cut_same: int = 0
    prompted_s: list[float] = field(default_factory=list)
    unprompted_s: list[float] = field(default_factory=list)
    causes: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    directions: Counter[tuple[str, str]] = field(default_factory=Counter)
    breathings: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        """Add another one's counts."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))

    @property
    def f1(self) -> float:
        """Harmonic mean of the wanted that were found and of the found that were wanted."""
        return _f1(self.n_hit, self.n_wanted, self.n_hit + self.n_false + self.n_pieces)

    @property
    def breaths_f1(self) -> float:
        """The same of breaths inside braces."""
        return _f1(self.n_breaths_hit, self.n_breaths, self.n_breaths_found)


def score_case(truth: Case, found: list[dict[str, Any]], breaths: list[dict[str, Any]]) -> Tally:
    """Score one case: its truth, the ``braces`` and the ``breaths`` that were told."""
    wanted = list_wanted(truth)
    pairs = pair_up([(one.start_s, one.end_s) for one in wanted], _spans(found, truth))
    tally = Tally(n_cases=1, hours=truth["duration_s"] / 3600.0)
    tally.n_wanted = sum(one.is_wanted for one in wanted)
    for true_at, found_at in pairs:
        _score_pair(tally, wanted[true_at], found[found_at], truth["sensors"])
    hit = {true_at for true_at, _ in pairs}
    for number, one in enumerate(wanted):
        if one.is_wanted and number not in hit:
            tally.missed[describe_missed(one)] += 1
    used = {found_at for _, found_at in pairs}
    for number, span in enumerate(_spans(found, truth)):
        if number not in used:
            _blame(tally, span, wanted, truth)
    _score_breaths(tally, truth, breaths)
    return tally


def list_wanted(truth: Case) -> list[Wanted]:
    """Return the true braces as the case's sensors should tell them."""
    return [_want(one, truth) for one in truth["braces"]]


def _want(one: dict[str, Any], truth: Case) -> Wanted:
    sensors, hz = truth["sensors"], truth["worn"]["imu_hz"] or 0.0
    is_seen = (sensors != "imu" and abs(one["shift_depths"]) >= SEEN_DEPTHS) or (
        hz >= FAST_HZ and one["mmg_ratio"] >= SEEN_RATIO
    )
    rights = {one["direction"]}
    if abs(one["shift_depths"]) < SMALL_DEPTHS:
        rights.add("neutral")
    if sensors == "imu":
        rights.add("unknown")
    return Wanted(
        start_s=one["start_s"],
        end_s=one["end_s"],
        is_wanted=is_seen and not one["calibration"] and not one.get("loaded", False),
        is_prompted=one["prompted"],
        direction=one["direction"],
        rights=frozenset(rights),
        breathing=_expect_breathing(one, truth),
        facts=one,
    )


def _expect_breathing(one: dict[str, Any], truth: Case) -> str | None:
    """Return what should be told of the breathing, ``None`` where it is not asked."""
    start_s, end_s, breath = one["start_s"], one["end_s"], one["breath"]
    whole = [b for b in truth["breaths"] if b["start_s"] >= start_s and b["end_s"] <= end_s + 0.3]
    if breath == "breathing":
        return "breathing" if whole or truth["kind"] != "simulated" else None
    if end_s - start_s < HELD_S or breath == "counting":
        return None
    if breath == "held" and truth["kind"] == "simulated":
        held_s = sum(
            max(_shared_s((b["stop_s"], b["stop_s"] + b["stopped_s"]), (start_s, end_s)), 0.0)
            for b in truth["breaths"]
            if b["stop_s"] is not None
        )
        if held_s < max(HELD_S, HELD_SHARE * (end_s - start_s)):
            return None
    return "breathing" if breath == "ribs" and truth["sensors"] == "two_bands" else "not_seen"


def pair_up(
    true: list[tuple[float, float]], found: list[tuple[float, float]]
) -> list[tuple[int, int]]:
    """Return pairs of positions that overlap enough, the best first, each used once."""
    overlaps = [
        (_overlap(one, other), true_at, found_at)
        for true_at, one in enumerate(true)
        for found_at, other in enumerate(found)
    ]
    pairs: list[tuple[int, int]] = []
    for share, true_at, found_at in sorted(overlaps, key=lambda one: -one[0]):
        taken = any(true_at == a or found_at == b for a, b in pairs)
        if share >= OVERLAP and not taken:
            pairs.append((true_at, found_at))
    return pairs


def describe_missed(one: Wanted) -> str:
    """Return what kind of brace was missed."""
    loud = one.facts["mmg_ratio"]
    level = "tremble < 1.8" if loud < SEEN_RATIO else "tremble < 3" if loud < 3.0 else "tremble > 3"
    short = "short" if one.end_s - one.start_s < 5.0 else "long"
    asked = "prompted" if one.is_prompted else "unprompted"
    return f"{one.direction}, {one.facts['breath']}, {short}, {asked}, {level}"


def _score_pair(tally: Tally, true: Wanted, told: dict[str, Any], sensors: str) -> None:
    is_right = told["direction"] in true.rights
    is_wrong = not is_right and told["direction"] != "unknown"
    if true.breathing is not None:
        is_wrong |= told["breathing"] not in {true.breathing, "unknown"}
    tally.n_told += 1
    tally.n_certain_wrong += is_wrong
    tally.directions[true.direction, told["direction"]] += 1
    tally.n_direction_right += is_right
    if true.breathing is not None:
        tally.n_breathing_asked += 1
        tally.n_breathing_right += told["breathing"] == true.breathing
        tally.breathings[f"{true.facts['breath']} ({true.breathing})", told["breathing"]] += 1
    if true.is_wanted:
        tally.n_hit += 1
        late_s = told["decided_s"] - true.start_s
        (tally.prompted_s if true.is_prompted else tally.unprompted_s).append(late_s)


def _blame(tally: Tally, span: tuple[float, float], wanted: list[Wanted], truth: Case) -> None:
    """Count a found brace that is no pair: a piece of a true one, or a false one with its cause."""
    touched = [one for one in wanted if _shared_s((one.start_s, one.end_s), span) > 0.0]
    if touched:
        tally.n_pieces += any(one.is_wanted for one in touched)
        return
    tally.n_false += 1
    tally.causes[find_cause(span, truth)] += 1


def find_cause(span: tuple[float, float], truth: Case) -> str:
    """Return what the person did during, or just before, a false brace."""
    shares = [
        (_shared_s((one["start_s"], one["end_s"] + LINGERS_S), span), one["kind"])
        for one in truth["distractors"]
    ]
    shared_s, kind = max(shares, default=(0.0, ""))
    if shared_s > 0.0:
        return str(kind)
    if any(_shared_s((t, t + seconds + LINGERS_S), span) > 0.0 for t, seconds in truth["prompts"]):
        return "prompt not followed"
    return "nothing"


def _score_breaths(tally: Tally, truth: Case, breaths: list[dict[str, Any]]) -> None:
    """Score breaths inside braces with breathing; those at the edges may be found or not."""
    told_s = np.array([one["peak_s"] for one in breaths])
    for one in truth["braces"]:
        if one["breath"] != "breathing" or one["calibration"] or truth["kind"] != "simulated":
            continue
        low_s, high_s = one["start_s"], one["end_s"]
        true_s = np.array([b["peak_s"] for b in truth["breaths"] if low_s <= b["peak_s"] < high_s])
        inside_s = told_s[(told_s >= low_s) & (told_s < high_s)]
        near = np.abs(true_s[:, None] - told_s[None, :]) <= NEAR_S
        is_hit = near.any(axis=1)
        is_edge = (true_s < low_s + NEAR_S) | (true_s > high_s - NEAR_S)
        allowed = np.abs(inside_s[:, None] - true_s[None, :]) <= NEAR_S
        at_edge = (inside_s < low_s + NEAR_S) | (inside_s > high_s - NEAR_S)
        n_astray = int(np.sum(~allowed.any(axis=1) & ~at_edge))
        tally.n_breaths += int(np.sum(~is_edge))
        tally.n_breaths_hit += int(np.sum(is_hit & ~is_edge))
        tally.n_breaths_found += int(np.sum(is_hit & ~is_edge)) + n_astray


def quantile(values: Iterable[float], share: float) -> float:
    """Return a quantile, NaN of nothing."""
    listed = list(values)
    return float(np.quantile(listed, share)) if listed else float("nan")


def is_same(told: dict[str, Any], again: list[dict[str, Any]]) -> bool:
    """Return whether a brace is told again with the same start, direction and decided time."""
    facts = ("start_s", "decided_s", "direction")
    return any(all(told[fact] == one[fact] for fact in facts) for one in again)


def _spans(found: list[dict[str, Any]], truth: Case) -> list[tuple[float, float]]:
    """Return start and end; a brace still held at the end of the input lasts until there."""
    last_s = truth["duration_s"]
    return [(one["start_s"], last_s if one["end_s"] is None else one["end_s"]) for one in found]


def _shared_s(one: tuple[float, float], other: tuple[float, float]) -> float:
    return min(one[1], other[1]) - max(one[0], other[0])


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> float:
    shared_s = max(_shared_s(one, other), 0.0)
    together_s = (one[1] - one[0]) + (other[1] - other[0]) - shared_s
    return shared_s / together_s if together_s > 0.0 else 0.0


def _f1(n_hit: int, n_wanted: int, n_found: int) -> float:
    return 2.0 * n_hit / (n_wanted + n_found) if n_wanted + n_found else float("nan")
