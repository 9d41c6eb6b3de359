"""How figures are told: plainly, as is usual, or in the terms of physiology."""

from typing import Literal

from breathsense.session.texts import N_, Words, _

Wording = Literal["usual", "plain", "metric"]
SHARES = ((0.25, "¼"), (1 / 3, "⅓"), (0.5, "½"), (2 / 3, "⅔"), (0.75, "¾"), (1.0, N_("all")))
LITTLE, MUCH = 0.18, 1.15
"""Shares from which on it is less, or more, than a fraction says."""
METRIC_MEASURES = Words(
    {
        "rate": ("Respiratory rate (RR)", "1/min"),
        "depth": ("Depth", "% of own range"),
        "hold": ("Hold time", "s"),
        "kept": ("Level retention", "% of onset"),
        "gap": ("Longest gap between breaths", "s"),
        "pause": ("BOLT", "s"),
        "pain": ("Pain (NRS)", "0-10"),
        "stress": ("Stress (NRS)", "0-10"),
    }
)
"""Name and unit of what is followed over the weeks."""
METRIC_FIGURES = Words(
    {
        "rate_per_min": ("RR", "1/min"),
        "exhale_s": ("Te", "s"),
        "pause_s": ("post-expiratory pause", "s"),
        "ie_ratio": ("Ti : Te", ""),
        "depth_full": ("depth / own range", ""),
        "depth_quiet": ("depth / quiet depth", ""),
        "variability": ("CV of periods", ""),
        "chest_share": ("ribs' share (RC/VT)", "%"),
        "phase_deg": ("thoraco-abdominal phase", "°"),
        "onset_s": ("onset latency", "s"),
        "release_s": ("release latency", "s"),
        "hold_s": ("hold time", "s"),
        "rsa_ms": ("RSA", "ms"),
    }
)
"""Name and unit of figures of a programme; those that are not here are told as is usual."""
LESS, MORE, AS_ASKED = N_("less than asked for"), N_("more than asked for"), N_("as asked for")


class _Chosen:
    """The wording in use: one for the whole program."""

    wording: Wording = "usual"


def take_wording(wording: Wording) -> None:
    """Tell figures so from now on."""
    _Chosen.wording = wording


def find_wording() -> Wording:
    """Return how figures are to be told."""
    return _Chosen.wording


def say_share(share: float) -> str:
    """Return a share as the nearest fraction, for who does not think in per cent."""
    if share < LITTLE:
        return _("little")
    if share > MUCH:
        return _("more")
    return _(min(SHARES, key=lambda one: abs(one[0] - share))[1])


def say_reached(value: float, least: float | None, most: float | None) -> str:
    """Say how a figure is to what was asked for; empty where nothing was."""
    if least is None and most is None:
        return ""
    if least is not None and value < least:
        return _(LESS)
    return _(MORE) if most is not None and value > most else _(AS_ASKED)
