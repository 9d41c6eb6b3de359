"""Questions before practising, what follows from the answers, and the texts of a stop.

Grounds: docs/safety.md. Nothing here says that somebody is well.
"""

from collections.abc import Mapping
from typing import cast

from breathsense.core.coaching.screening import Condition, RedFlag, Screening
from breathsense.core.coaching.spec import Screen, Stop
from breathsense.session.texts import N_, Words, _

WHAT_IT_IS = N_(
    "BreathSense shows how your belly and ribs move while you breathe, and lets you practise:"
    " breathing low and calmly, and firming the wall of the belly while you breathe on. It keeps"
    " a record that you may show to your physio."
)
WHAT_IT_IS_NOT = N_(
    "It is a practice and logging aid. It is not a medical device and gives no diagnosis. Belts"
    " and motion sensors show movement, not the pressure inside you. Do the exercises only as your"
    " physio or doctor allows. Stop if you feel dizzy, have more pain, or cannot keep breathing."
)
PRIVACY = N_("Everything stays on this computer. There is no account and nothing is sent.")
FLAG_WORDS: Mapping[RedFlag, str] = Words(
    {
        "chest_pain": "Pain or pressure in the chest",
        "leg_weakness": "Weakness, numbness or tingling in both legs",
        "saddle_numbness": "Numbness round the genitals, the buttocks or the inner thighs",
        "bladder_or_bowel": "New trouble with passing or holding urine, or with the bowels",
        "sexual_function": "New trouble with sexual function",
        "accident": "Back pain since a serious fall or accident",
        "fever": "Fever with the back pain, or feeling ill",
        "weight_loss": "Losing weight without trying to",
        "cancer_history": "Cancer now or in the past",
        "lump": "A lump, or the back has changed its shape",
        "night_pain": "Pain at night, or pain that no position eases",
        "steroids": "Steroid tablets for a long time",
        "cough_pain": "Worse when you cough, sneeze or strain",
        "mid_back": "Pain in the middle of the back, between the shoulder blades",
        "getting_worse": "Getting worse for weeks",
    }
)
"""Signs somebody has to look at; the first six are urgent."""
CONDITION_WORDS: Mapping[Condition, str] = Words(
    {
        "high_pressure": "High blood pressure that is not under control",
        "treated_pressure": "High blood pressure, treated and under control",
        "heart": "A heart condition",
        "aneurysm": "An aneurysm",
        "stroke": "A stroke in the last months",
        "eye": "Glaucoma, or trouble or surgery of the retina",
        "hernia": "A hernia",
        "recent_surgery": "Surgery of belly or spine in the last 12 weeks",
        "pregnant": "Pregnant",
        "after_birth": "A birth in the last 12 weeks",
        "diastasis": "A gap between the belly muscles (diastasis)",
        "prolapse": "Prolapse, or leaking urine",
        "lung_flare": "Asthma or COPD that is worse at the moment",
        "panic": "Panic attacks",
        "epilepsy": "Epilepsy",
        "fainting": "Fainting now and then",
        "osteoporosis": "Osteoporosis, or a broken vertebra",
    }
)
SEEK_HELP_NOW = N_(
    "What you ticked needs a doctor now, before any exercise. Call your emergency number, or have"
    " somebody take you to an emergency department. Do not drive yourself."
)
SEE_SOON = N_(
    "What you ticked should be looked at. Make an appointment with your doctor this week, and tell"
    " them of it. Until then practise only what feels easy."
)
NOTHING_TICKED = N_(
    "Nothing was ticked. That does not say that all is well: if something worries you, ask. You"
    " will be asked again in four weeks."
)
SCREEN_WORDS: Mapping[Screen, str] = Words(
    {
        "no_brace": "no bracing",
        "no_breath_holds": "no held breath",
        "no_slow_breathing": "no very slow breathing",
        "no_lying_on_back": "no long lying on the back",
        "no_curl": "no curl-ups",
    }
)
ADVICE_WORDS = Words(
    {
        "ask_doctor": "Ask your doctor what you may do.",
        "ask_physio": "A physio may open these: ask for a prescription that names what is right for"
        " you.",
    }
)
LOCK_WORDS: Mapping[str, str] = Words(
    {
        "seek_help_now": "see a doctor first",
        "locked": "your physio has locked it",
        "approval": "needs a physio's approval",
        "is_form": "asked before and after each practice",
    }
)
"""Why a programme may not be begun; what the answers lock is in ``SCREEN_WORDS``."""
STOP_WORDS: Mapping[Stop, str] = Words(
    {
        "own_wish": "Enough for now",
        "pain_rose": "More pain",
        "dizzy": "Dizzy",
        "tingling": "Tingling in fingers or lips",
        "air_hunger": "Short of breath",
        "cannot_breathe": "Cannot breathe while holding",
        "breath_gap": "I keep holding my breath",
        "headache": "Headache",
        "face_strain": "Straining in the face",
        "bulge": "A bulge along the middle of the belly",
        "pelvic_pressure": "Heaviness or leaking below",
        "faint": "Nearly fainted",
        "chest_pain": "Pain in the chest",
        "leg_symptoms": "Legs weak, numb or tingling",
        "saddle_numbness": "Numb where one sits",
    }
)
"""Reasons to stop, as they are chosen; the mildest first."""
ALWAYS: tuple[Stop, ...] = (
    "own_wish", "pain_rose", "dizzy", "air_hunger",
    "faint", "chest_pain", "leg_symptoms", "saddle_numbness",
)  # fmt: skip
"""Reasons that are offered whatever is practised."""
EMERGENCIES: frozenset[Stop] = frozenset({"chest_pain", "leg_symptoms", "saddle_numbness"})
STOP_TEXTS: Mapping[Stop, str] = Words(
    {
        "own_wish": "That is fine. What you did is kept.",
        "pain_rose": "Let go and find a position that is easy. If the pain is not as before"
        " within a"
        " day, or comes back each time, ask your physio before the next session.",
        "dizzy": "Sit or lie down and breathe as you like. Slow does not mean deep: take less"
        " air next time. If it does not pass within minutes, or comes again, ask your doctor.",
        "tingling": "Sit or lie down and breathe as you like. That often comes of too much air:"
        " small breaths next time.",
        "air_hunger": "Sit or lie down and breathe as you like. Next time a quicker pace, or"
        " smaller breaths. If it does not pass within minutes, get help.",
        "cannot_breathe": "Let go, and breathe as you like. Next time half the effort: the breath"
        " comes first.",
        "breath_gap": "Let go, and breathe as you like. Next time half the effort, or shorter.",
        "headache": "Sit or lie down and breathe as you like. Do not brace again today. A"
        " sudden, very strong headache is an emergency.",
        "face_strain": "Let go. Next time so little that the face stays soft.",
        "bulge": "Let go. Leave this exercise out until your physio has seen it.",
        "pelvic_pressure": "Let go. Leave this exercise out until your physio has seen it.",
        "faint": "Lie down, with the legs up if that is easy. Do not practise again today, and tell"
        " your doctor of it.",
        "chest_pain": "Stop, and rest. Pain in the chest that lasts, or comes with short breath,"
        " sweat"
        " or a pain in arm or jaw: call your emergency number now.",
        "leg_symptoms": "Stop. Weak or numb legs need a doctor today. Call your emergency number"
        " if it"
        " came suddenly or in both legs.",
        "saddle_numbness": "Stop. Numbness there needs a doctor now: go to an emergency"
        " department, or"
        " call your emergency number.",
    }
)
WHY_ASKED = Words(
    {
        "first": "A few questions before the first session.",
        "weeks": "Four weeks have passed: the same few questions again.",
        "stopped": "You stopped a session: a few questions before the next one.",
    }
)


def tell_lock(lock: str) -> str:
    """Say why a programme may not be begun; empty if it may."""
    if lock in SCREEN_WORDS:
        return _("by your answers: {words}").format(words=SCREEN_WORDS[cast(Screen, lock)])
    return LOCK_WORDS[lock] if lock else ""


def tell_effects(screening: Screening) -> list[str]:
    """Return what follows from the answers, line by line."""
    lines = [
        {"seek_help_now": _(SEEK_HELP_NOW), "see_soon": _(SEE_SOON)}.get(screening.verdict, "")
    ]
    locked = [words for screen, words in SCREEN_WORDS.items() if screen in screening.locks]
    waiting = [
        words for screen, words in SCREEN_WORDS.items()
        if screen in screening.locks_until_approved - screening.locks
    ]  # fmt: skip
    lines += [_("For you: {locked}.").format(locked=", ".join(locked))] if locked else []
    lines += (
        [_("Until a physio approves it: {waiting}.").format(waiting=", ".join(waiting))]
        if waiting
        else []
    )
    if screening.limits.effort < 10:  # noqa: PLR2004 - of 10
        lines.append(
            _(
                "Efforts up to {effort} of 10, holds up to"
                " {hold_s:g} s, and a breath at least every"
                " {breath_gap_s:g} s."
            ).format(
                effort=screening.limits.effort,
                hold_s=screening.limits.hold_s,
                breath_gap_s=screening.breath_gap_s,
            )
        )
    lines += [ADVICE_WORDS[one] for one in screening.advice]
    told = [line for line in lines if line]
    return told or [_(NOTHING_TICKED)]
