"""What a person reads in a calibration: the steps, what to do about a try, what was learnt.

Bands see girth, not pressure; an effort is never to be the greatest one.
"""

from collections.abc import Mapping

from breathsense.core.calibration.abilities import Abilities, AbilityReason
from breathsense.core.model.calibration import Advice, Calibration, StepName
from breathsense.session.texts import Words, _

STEP_TITLES: Mapping[StepName, str] = Words(
    {
        "fit": "Fit",
        "polarity": "Which way is in",
        "quiet": "Quiet breathing",
        "full": "Full breath",
        "pause": "Pause",
        "brace": "Brace",
        "draw_in": "Draw-in",
        "tall": "Sitting tall",
        "slump": "Slumped",
        "rezero": "New baseline",
    }
)
STEP_ORDERS: Mapping[StepName, str] = Words(
    {
        "fit": "At the end of a normal breath out: the band snug at the navel, a motion sensor flat"
        " and firm beside it. Then keep still.",
        "polarity": "When it begins, breathe in, so that the belly widens.",
        "quiet": "Breathe as you do when nobody looks. Do not talk. Look at something else.",
        "full": "When it begins, breathe in slowly, as deep into the belly as is comfortable, then"
        " out.",
        "pause": "Breathe out now. When it begins, pause, relaxed, without breathing in.",
        "brace": "When it begins, firm your belly all around to 5 of 10, and count aloud to five."
        " Never more than half of what you could.",
        "draw_in": "When it begins, draw the navel in gently, and breathe on.",
        "tall": "Sit as tall as is comfortable.",
        "slump": "Let yourself slump.",
        "rezero": "Breathe quietly three times.",
    }
)
ADVICE_WORDS: Mapping[Advice, str] = Words(
    {
        "": "Good.",
        "again": "Once more, please: the tries do not agree.",
        "band_slack": "The band is slack: tighten it a little.",
        "band_tight": "The band is at its end: loosen it a little.",
        "breathe_out_first": "Breathe out first, then pause.",
        "deeper": "A little deeper, please: that was a quiet breath.",
        "firmer": "Nothing was seen of it: again, a little firmer, at most 5 of 10.",
        "hold_longer": "Hold it a little longer, until the time is over.",
        "inward": "The belly went out: draw the navel in.",
        "keep_still": "There was too much movement: sit still, please.",
        "no_signal": "Nothing came from the sensor.",
        "no_talking": "Without talking, please.",
        "outward": "The belly went in: let it stay or widen while you firm it.",
        "put_on": "The band seems to be off.",
        "quiet_first": "Quiet breathing has to be known first.",
        "softer": "That was strong: again, a little softer.",
    }
)
ABILITY_WORDS: Mapping[AbilityReason, str] = Words(
    {
        "": "can be told",
        "not_calibrated": "is not known: the step was left out",
        "too_small": "cannot be seen: it changes too little here",
        "too_restless": "cannot be told from the usual restlessness here",
        "no_sensor": "has no sensor that could see it",
    }
)


def tell_learnt(calibration: Calibration, units: dict[str, str]) -> list[str]:
    """Return what a calibration says, line by line; numbers in each sensor's own unit."""
    lines = []
    if calibration.rate_per_min is not None:
        lines.append(
            _("Quiet breathing: {rate_per_min:.1f} a minute").format(
                rate_per_min=calibration.rate_per_min
            )
        )
    for one in calibration.levels:
        unit = units.get(one.sensor, "")
        parts = [
            _("level at rest {rest:.3g}").format(rest=one.rest),
            _("quiet breath {quiet_depth:.3g}").format(quiet_depth=one.quiet_depth),
            _("noise {noise:.2g}").format(noise=one.noise),
        ]
        optional = {
            _("full breath"): one.full_depth,
            _("ripple in a pause"): one.hold_noise,
            _("brace"): one.brace_shift,
            _("draw-in"): one.draw_in_shift,
        }
        parts += [f"{name} {value:.3g}" for name, value in optional.items() if value is not None]
        lines.append(f"{one.sensor}{f' ({unit})' if unit else ''}: {', '.join(parts)}")
    for mmg in calibration.mmgs:
        heard = [
            _("{name} {times:.1f} times as loud as rest").format(
                name=name, times=10 ** (log - mmg.rest_log)
            )
            for name, log in ((_("brace"), mmg.brace_log), (_("draw-in"), mmg.draw_in_log))
            if log is not None
        ]
        lines.append(
            _("{sensor}, muscles (experimental): {heard}").format(
                sensor=mmg.sensor, heard=", ".join(heard) or _("rest is known")
            )
        )
    if calibration.tall_deg is not None and calibration.slump_deg is not None:
        lines.append(
            _("Lean: tall {tall_deg:.0f}, slumped {slump_deg:.0f} degrees").format(
                tall_deg=calibration.tall_deg, slump_deg=calibration.slump_deg
            )
        )
    return lines or [_("Nothing was learnt.")]


def tell_able(abilities: Abilities) -> list[str]:
    """Return what the sensors can tell of this person, in plain sentences."""
    level = ABILITY_WORDS[abilities.brace_by_level.reason]
    draw_in = ABILITY_WORDS[abilities.draw_in_by_level.reason]
    lines = [
        _("By the band a brace {level}.").format(level=level),
        _("By the band a draw-in {draw_in}.").format(draw_in=draw_in),
    ]
    if abilities.brace_by_mmg.reason != "no_sensor":
        heard = ABILITY_WORDS[abilities.brace_by_mmg.reason]
        lines.append(
            _("By the sound of the muscles (experimental) a brace {heard}.").format(heard=heard)
        )
    if not abilities.sees_braces:
        lines.append(tell_blindness())
    return lines


def tell_blindness() -> str:
    """Say that these sensors cannot see this wearer's brace, and what is done instead."""
    return _("These sensors cannot see your brace: breathing only will be coached.")
