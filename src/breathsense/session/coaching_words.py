"""The words in which a person is told what to do and how it went."""

from collections.abc import Mapping

from breathsense.core.coaching.spec import TargetName
from breathsense.core.model.coaching import CourseJudged, Figure, StepBegan
from breathsense.session.reasons import REASON_WORDS
from breathsense.session.texts import Words, _, say_n
from breathsense.session.wording import METRIC_FIGURES, find_wording, say_reached

S = 1_000_000_000
PHASE_WORDS = Words(
    {
        "settle": "Easy breaths",
        "free": "Breathe as you like",
        "inhale": "In",
        "hold_full": "Hold, full",
        "exhale": "Out",
        "hold_empty": "Hold, empty",
        "brace": "Firm",
        "brace_breathe": "Firm, and breathe",
        "move": "Move",
        "release": "Let go",
        "recover": "Calm breaths",
        "rest": "Rest",
    }
)
FIGURE_WORDS = Words(
    {
        "rate_per_min": ("breaths", "a minute"),
        "depth_quiet": ("depth", "quiet breaths"),
        "depth_full": ("depth", "of a full breath"),
        "exhale_s": ("breathing out", "s"),
        "pause_s": ("rest after breathing out", "s"),
        "inhale_error_s": ("breathing in off by", "s"),
        "lag_s": ("off the pacer by", "s"),
        "on_pace": ("on pace", "of the breaths"),
        "ie_ratio": ("in to out", ""),
        "returns": ("ends away from rest by", "of a full breath"),
        "variability": ("evenness, 0 is even", ""),
        "ventilation": ("air seen", "times that at rest"),
        "stillness": ("movement in the holds", "of a breath"),
        "repeatability": ("difference between breaths", ""),
        "chest_share": ("ribs' share", "%"),
        "phase_deg": ("belly and ribs apart", "degrees"),
        "first_breath": ("first breath after the pause", "quiet breaths"),
        "level": ("level", "of your own"),
        "steadiness": ("unsteadiness", ""),
        "retention": ("level kept", ""),
        "onset_s": ("firm after", "s"),
        "release_s": ("let go after", "s"),
        "hold_s": ("held", "s"),
        "breath_gap_s": ("longest breath gap", "s"),
        "breaths_in_hold": ("breaths in a hold", ""),
        "breaths_per_min": ("breaths in holds", "a minute"),
        "draw_ins": ("the wrong way", "of the braces"),
        "brace_lead_s": ("firm before the movement by", "s"),
        "rsa_ms": ("swing of the pulse", "ms"),
        "comfort": ("comfort", "of 10"),
    }
)
"""Name and unit of what a target tells."""
MISSING_WORDS = Words(
    {
        "not_calibrated": "calibrate first",
        "no_full_breath": "calibrate full breaths first",
        "no_chest_band": "needs a band round the ribs too",
        "no_band": "needs a band",
        "no_motion_sensor": "needs a motion sensor",
        "no_breath": "no breath was seen",
        "no_hold": "no hold was seen",
        "no_brace": "no brace was seen",
        "no_movement": "no movement was seen",
        "wrong_way": "the belly went the other way",
        "brace_not_visible": "these sensors cannot see your brace",
        "baseline_moved": "the band has moved",
        "not_usable": "too much movement or noise",
        "not_told": "the sensors could not tell",
        "not_answered": "not answered",
        "told_afterwards": "see `breathsense measure` for the recording",
        "too_few": "too few breaths",
    }
)
"""Why a figure is missing."""


def tell_step(step: StepBegan) -> str:
    """Say what is to be done, and for how long."""
    most = _("up to ") if step.is_open else ""
    effort = _(", effort {effort} of 10").format(effort=step.effort) if step.effort else ""
    words = f"{PHASE_WORDS[step.phase]}, {most}{step.length_ns / S:g} s{effort}."
    return f"{words} {_(step.say)}".rstrip()


def tell_figure(figure: Figure) -> str:
    """Say one figure, or why it is missing, and what was aimed at."""
    wording = find_wording()
    name, unit = FIGURE_WORDS[figure.of]
    if wording == "metric":
        name, unit = METRIC_FIGURES.get(figure.of, (name, unit))
    if figure.value is None:
        why = MISSING_WORDS.get(figure.reason) or REASON_WORDS.get(figure.reason, figure.reason)
        return _("{name}: not known ({why})").format(name=name, why=why)
    if wording == "plain" and (told := say_reached(figure.value, figure.least, figure.most)):
        return f"{name}: {told}"
    bounds = [
        f"{word} {bound:g}"
        for word, bound in ((_("at least"), figure.least), (_("at most"), figure.most))
        if bound is not None
    ]
    aim = _(" (aim: {bounds})").format(bounds=_(" and ").join(bounds)) if bounds else ""
    return f"{name}: {figure.value:.2g} {unit}".rstrip() + aim


def tell_missing(missing: Mapping[TargetName, str]) -> list[str]:
    """Say what cannot be told of a programme, and why; see ``core.coaching.needs``."""
    return [
        _("Not told: {figure} ({missing}).").format(
            figure=FIGURE_WORDS[name][0], missing=MISSING_WORDS[why]
        )
        for name, why in missing.items()
    ]


def tell_course(judged: CourseJudged) -> list[str]:
    """Say how a course went, line by line."""
    score = (
        _("no score")
        if judged.score is None
        else _("{score:.0f} of 100").format(score=judged.score)
    )
    reps = say_n("{n} repetition", "{n} repetitions", judged.n_reps)
    head = _("Over: {score}. {reps}, {share:.0%} could be read.").format(
        score=score, reps=reps, share=judged.usable_frac
    )
    return [head, *(f"  {tell_figure(one)}" for one in judged.figures)]
