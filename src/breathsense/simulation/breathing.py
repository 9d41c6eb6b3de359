"""Breath after breath, with the variation that people have."""

import math
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import Protocol

from breathsense.simulation.noise import gauss_at, uniform_at
from breathsense.simulation.script import NS_PER_S, FixedScript, Freeze, Manner, Paced, Script

_N_REMEMBERED = 64
_DEEP_INHALE_S = 2.2
"""How long filling up on purpose takes. Guess."""
_LATEST = 0.45
"""A breath that far gone when a stop is asked for is finished first."""
_LEAST_IN_NS = 700_000_000
"""Who is later than that for a breath of a rhythm leaves it, and takes the next one."""
_EARLY_NS = 300_000_000
"""So much too early nobody waits."""
_WAITING_NS = 1_500_000_000
"""So long the next breath of a rhythm is waited for; a shorter time is too short to breathe in."""


@dataclass(frozen=True, slots=True)
class BreathingParams:
    """How somebody breathes at rest.

    Parameters
    ----------
    rate_per_min : float
        Median rate; adults at rest mostly have 12 to 20 a minute, the lower end sitting quietly.
    period_cv, depth_cv : float
        Breath-to-breath coefficients of variation. Tobin 1988 (doi 10.1378/chest.94.6.1211):
        20.8 % of rate, 33 % of volume over 15 minutes; lower here, as drift and sighs add to it.
    depth_period_correlation : float
        Long breaths are deep ones. Guess.
    memory : float
        How much of a breath's deviation the next one inherits (autoregression). Guess.
    inhale_fraction, inhale_fraction_sd : float
        Ti/Ttot; about .35 to .45 at rest. The spread is a guess below Tobin's 17.9 %.
    pause_fraction, pause_fraction_sd : float
        Part of the expiration that is a pause at its end. Guess.
    sighs_per_h, sigh_depth : float
        Sighs awake at rest come 9 to 10 times an hour (Perez-Padilla 1983); a sigh is at least
        twice as deep as its neighbours.
    level_sd : float
        Spread of the end-expiratory level, in depths. Guess.

    """

    rate_per_min: float = 13.0
    period_cv: float = 0.17
    depth_cv: float = 0.28
    depth_period_correlation: float = 0.5
    memory: float = 0.3
    inhale_fraction: float = 0.40
    inhale_fraction_sd: float = 0.03
    pause_fraction: float = 0.22
    pause_fraction_sd: float = 0.08
    sighs_per_h: float = 9.5
    sigh_depth: float = 2.6
    level_sd: float = 0.04


@dataclass(frozen=True, slots=True)
class VirtualBreath:
    """One breath as it truly is, for comparison with what a detector finds.

    Levels are in median depths above the resting level; times are ns of the body. Breathing may
    stop once in a breath: at ``stop_ns``, for ``stopped_ns``.
    """

    number: int
    start_ns: int
    peak_ns: int
    pause_ns: int
    end_ns: int
    start_level: float
    peak_level: float
    end_level: float
    is_sigh: bool
    stop_ns: int = 0
    stopped_ns: int = 0

    def level_at(self, t_ns: int) -> float:
        """Return the level at a time within this breath."""
        t_ns = self._moving_ns(t_ns)
        peak_ns, pause_ns = self._moving_ns(self.peak_ns), self._moving_ns(self.pause_ns)
        if t_ns < peak_ns:
            part = (t_ns - self.start_ns) / (peak_ns - self.start_ns)
            rise = self.peak_level - self.start_level
            return self.start_level + rise * (0.5 - 0.5 * math.cos(math.pi * part))
        if t_ns < pause_ns:
            # A passive expiration is fastest at its beginning.
            part = ((t_ns - peak_ns) / (pause_ns - peak_ns)) ** 0.8
            fall = self.peak_level - self.end_level
            return self.end_level + fall * (0.5 + 0.5 * math.cos(math.pi * part))
        return self.end_level

    def stopped(self, at_ns: int, for_ns: int) -> "VirtualBreath":
        """Return the same breath with a stop in it; what comes after it comes later."""

        def later(t_ns: int) -> int:
            return t_ns + for_ns if t_ns > at_ns else t_ns

        return replace(
            self,
            peak_ns=later(self.peak_ns),
            pause_ns=later(self.pause_ns),
            end_ns=self.end_ns + for_ns,
            stop_ns=at_ns,
            stopped_ns=for_ns,
        )

    def _moving_ns(self, t_ns: int) -> int:
        """Return the time without the time for which breathing had stopped."""
        return t_ns if t_ns <= self.stop_ns else max(self.stop_ns, t_ns - self.stopped_ns)


class Breather(Protocol):
    """Somebody who breathes, virtual or recorded."""

    def level_at(self, t_ns: int) -> float:
        """Return the level at a time, in median depths above the resting level."""
        ...


class Breathing:
    """The sequence of breaths of a seed, made as far as it is asked for.

    Only the last breaths are kept: asking for more than about half a minute before the newest
    time asked for gives the oldest breath's level.

    Parameters
    ----------
    params : BreathingParams
        How the person breathes at rest.
    seed : int
        The breaths follow from it.
    script : Script, optional
        Manners and stops in it are followed; none by default.

    """

    def __init__(self, params: BreathingParams, seed: int, script: Script | None = None) -> None:
        self.params = params
        self._seed = seed
        self._script = script if script is not None else FixedScript()
        self._served_ns = -1
        self._deviations = (0.0, 0.0)
        self._is_after_sigh = False
        self._breaths: list[VirtualBreath] = []
        self._starts: list[int] = []
        self._make_next(start_ns=0, start_level=0.0, number=0)

    def level_at(self, t_ns: int) -> float:
        """Return the level at a time, in median depths above the resting level."""
        return self.breath_at(t_ns).level_at(t_ns)

    def breath_at(self, t_ns: int) -> VirtualBreath:
        """Return the breath that a time lies in."""
        while self._breaths[-1].end_ns <= t_ns:
            newest = self._breaths[-1]
            level = newest.level_at(newest.end_ns)
            self._make_next(newest.end_ns, level, newest.number + 1)
        return self._breaths[max(bisect_right(self._starts, t_ns) - 1, 0)]

    def _make_next(self, start_ns: int, start_level: float, number: int) -> None:
        breath = self._breathe(start_ns, start_level, number)
        paced = self._find_paced(breath)
        if paced is not None:
            breath = _keep_pace(breath, paced)
        freeze = self._find_freeze(breath)
        if freeze is not None and _comes_next(breath, freeze):
            breath = _cut_short(breath, freeze)
        elif freeze is not None:
            self._served_ns = freeze.start_ns
            breath = self._stop(breath, freeze)
        self._breaths.append(breath)
        self._starts.append(start_ns)
        del self._breaths[:-_N_REMEMBERED], self._starts[:-_N_REMEMBERED]

    def _breathe(self, start_ns: int, start_level: float, number: int) -> VirtualBreath:
        """Return the breath as it comes if nothing stops it."""
        params = self.params
        rate, inhale, pause = self._manner_at(start_ns)
        period_factor, depth = self._vary(number)
        is_sigh = self._sighs(number)
        if is_sigh:
            depth, period_factor = params.sigh_depth, 1.4 * period_factor
        self._is_after_sigh = is_sigh
        period_s = 60.0 / (params.rate_per_min * rate) * period_factor
        inhale += params.inhale_fraction_sd * self._gauss(3, number)
        inhale_s = period_s * min(max(inhale, 0.1), 0.7)
        pause += params.pause_fraction_sd * self._gauss(4, number)
        pause_s = (period_s - inhale_s) * min(max(pause, 0.0), 0.5)
        return VirtualBreath(
            number=number,
            start_ns=start_ns,
            peak_ns=start_ns + round(inhale_s * NS_PER_S),
            pause_ns=start_ns + round((period_s - pause_s) * NS_PER_S),
            end_ns=start_ns + round(period_s * NS_PER_S),
            start_level=start_level,
            peak_level=start_level + depth,
            end_level=params.level_sd * self._gauss(5, number),
            is_sigh=is_sigh,
        )

    def _manner_at(self, t_ns: int) -> tuple[float, float, float]:
        """Return the factor on the rate and the fractions of inhaling and of resting after it."""
        rate, inhale, pause = 1.0, self.params.inhale_fraction, self.params.pause_fraction
        for act in self._script.between(t_ns, t_ns + 1):
            if isinstance(act, Manner) and act.start_ns <= t_ns < act.end_ns:
                rate *= act.rate
                inhale = inhale if act.inhale_fraction is None else act.inhale_fraction
                pause = pause if act.pause_fraction is None else act.pause_fraction
        return rate, inhale, pause

    def _find_paced(self, breath: VirtualBreath) -> Paced | None:
        """Return the breath of a rhythm that is taken now, or waited for, if there is one."""
        latest_ns = breath.end_ns + _WAITING_NS
        for act in self._script.between(breath.start_ns - _EARLY_NS, latest_ns):
            if isinstance(act, Paced) and act.peak_ns - breath.start_ns >= _LEAST_IN_NS:
                return act
        return None

    def _find_freeze(self, breath: VirtualBreath) -> Freeze | None:
        """Return the stop that falls into a breath, if there is one that is still to be made."""
        for act in self._script.between(breath.start_ns, breath.end_ns):
            if isinstance(act, Freeze) and act.start_ns > self._served_ns:
                return act
        return None

    def _stop(self, breath: VirtualBreath, freeze: Freeze) -> VirtualBreath:
        if freeze.at in {"full", "deep"}:
            breath = _deepen(breath, freeze.depth)
            if freeze.at == "deep":
                return breath
            at_ns = breath.peak_ns
        elif freeze.at == "empty":
            at_ns = breath.pause_ns
        else:
            at_ns = max(freeze.start_ns, breath.start_ns + 1)
        return breath.stopped(at_ns, max(freeze.end_ns - at_ns, 0))

    def _vary(self, number: int) -> tuple[float, float]:
        """Draw the period and the depth of a breath, relative to their medians."""
        params = self.params
        fresh = math.sqrt(1.0 - params.memory**2)
        shared = params.depth_period_correlation
        first = self._gauss(1, number)
        second = shared * first + math.sqrt(1.0 - shared**2) * self._gauss(2, number)
        period, depth = self._deviations
        period = params.memory * period + fresh * first
        depth = params.memory * depth + fresh * second
        self._deviations = (period, depth)
        # Beyond 2.5 standard deviations a breath at rest would be a different thing.
        period, depth = (min(max(deviation, -2.5), 2.5) for deviation in (period, depth))
        return math.exp(_log_sd(params.period_cv) * period), math.exp(
            _log_sd(params.depth_cv) * depth
        )

    def _sighs(self, number: int) -> bool:
        chance = self.params.sighs_per_h / (60.0 * self.params.rate_per_min)
        return not self._is_after_sigh and uniform_at(self._seed, 6, number) < chance

    def _gauss(self, channel: int, number: int) -> float:
        return gauss_at(self._seed, channel + 16, number)


def _keep_pace(breath: VirtualBreath, paced: Paced) -> VirtualBreath:
    """Return a breath in the rhythm, or one that ends where the rhythm begins."""
    if paced.start_ns - breath.start_ns > _EARLY_NS:
        return _fill_up_to(breath, paced.start_ns)
    held_ns = paced.fall_ns - paced.peak_ns
    fresh = replace(
        breath,
        peak_ns=paced.peak_ns,
        pause_ns=paced.rest_ns - held_ns,
        end_ns=paced.end_ns - held_ns,
        peak_level=breath.start_level + paced.depth,
        is_sigh=False,
    )
    return fresh.stopped(paced.peak_ns, held_ns) if held_ns else fresh


def _fill_up_to(breath: VirtualBreath, end_ns: int) -> VirtualBreath:
    """Return the breath made shorter or longer to end at a time; resting where it is too short."""
    length_ns, whole_ns = breath.end_ns - breath.start_ns, end_ns - breath.start_ns
    if whole_ns < _WAITING_NS:
        middle_ns = breath.start_ns + whole_ns // 2
        level = breath.start_level
        return replace(
            breath,
            peak_ns=middle_ns,
            pause_ns=end_ns,
            end_ns=end_ns,
            peak_level=level,
            end_level=level,
        )
    if whole_ns >= length_ns:
        return replace(breath, end_ns=end_ns)
    share = whole_ns / length_ns
    return replace(
        breath,
        peak_ns=breath.start_ns + round((breath.peak_ns - breath.start_ns) * share),
        pause_ns=breath.start_ns + round((breath.pause_ns - breath.start_ns) * share),
        end_ns=end_ns,
    )


def _comes_next(breath: VirtualBreath, freeze: Freeze) -> bool:
    """Return whether filling up has to wait for the next breath."""
    gone = (freeze.start_ns - breath.start_ns) / (breath.end_ns - breath.start_ns)
    return freeze.at in {"full", "deep"} and gone >= _LATEST


def _cut_short(breath: VirtualBreath, freeze: Freeze) -> VirtualBreath:
    """Return a breath that is left for filling up; one for a deep breath is finished first."""
    if freeze.at == "deep":
        return breath
    return replace(breath, end_ns=min(max(freeze.start_ns, breath.peak_ns + 1), breath.end_ns))


def _deepen(breath: VirtualBreath, depth: float) -> VirtualBreath:
    """Return a breath that fills up on purpose, with the rest of it as it was."""
    later_ns = round(_DEEP_INHALE_S * NS_PER_S) - (breath.peak_ns - breath.start_ns)
    return replace(
        breath,
        peak_ns=breath.peak_ns + later_ns,
        pause_ns=breath.pause_ns + later_ns,
        end_ns=breath.end_ns + later_ns,
        peak_level=breath.start_level + depth,
        is_sigh=False,
    )


def _log_sd(variation: float) -> float:
    """Return the standard deviation of the logarithm of something with this variation."""
    return math.sqrt(math.log1p(variation**2))
