"""Questions before practising, what follows from the answers, and the texts of a stop.

Grounds: docs/safety.md. Nothing here says that somebody is well.
"""

from breathsense.core.coaching.screening import Condition, RedFlag, Screening
from breathsense.core.coaching.spec import Screen, Stop

WHAT_IT_IS = (
    "BreathSense shows how your belly and ribs move while you breathe, and lets you practise:"
    " breathing low and calmly, and firming the wall of the belly while you breathe on. It keeps"
    " a record that you may show to your physio."
)
WHAT_IT_IS_NOT = (
    "It is a practice and logging aid. It is not a medical device and gives no diagnosis. Belts"
    " and motion sensors show movement, not the pressure inside you. Do the exercises only as your"
    " physio or doctor allows. Stop if you feel dizzy, have more pain, or cannot keep breathing."
)
PRIVACY = "Everything stays on this computer. There is no account and nothing is sent."
FLAG_WORDS: dict[RedFlag, str] = {
    "chest_pain": "Pain or pressure in the chest",
    "leg_weakness": "Weakness, numbness or tingling in both legs",
    "saddle_numbness": "Numbness round the genitals, the buttocks or the inner thighs",
    "bladder_or_bowel": "New trouble passing or holding urine, or no control of the bowels",
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
"""Signs somebody has to look at; the first six are urgent."""
CONDITION_WORDS: dict[Condition, str] = {
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
SEEK_HELP_NOW = (
    "What you ticked needs a doctor now, before any exercise. Call your emergency number, or have"
    " somebody take you to an emergency department. Do not drive yourself."
)
SEE_SOON = (
    "What you ticked should be looked at. Make an appointment with your doctor this week, and tell"
    " them of it. Until then practise only what feels easy."
)
NOTHING_TICKED = (
    "Nothing was ticked. That does not say that all is well: if something worries you, ask. You"
    " will be asked again in four weeks."
)
SCREEN_WORDS: dict[Screen, str] = {
    "no_brace": "no bracing",
    "no_breath_holds": "no held breath",
    "no_slow_breathing": "no very slow breathing",
    "no_lying_on_back": "no long lying on the back",
    "no_curl": "no curl-ups",
}
ADVICE_WORDS = {
    "ask_doctor": "Ask your doctor what you may do.",
    "ask_physio": "A physio may open these: ask for a prescription that names what is right for"
    " you.",
}
LOCK_WORDS: dict[str, str] = {
    "seek_help_now": "see a doctor first",
    "locked": "your physio has locked it",
    "approval": "needs a physio's approval",
    "is_form": "asked before and after each practice",
    **{screen: f"by your answers: {words}" for screen, words in SCREEN_WORDS.items()},
}
"""Why a programme may not be begun."""
STOP_WORDS: dict[Stop, str] = {
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
"""Reasons to stop, as they are chosen; the mildest first."""
ALWAYS: tuple[Stop, ...] = (
    "own_wish", "pain_rose", "dizzy", "air_hunger",
    "faint", "chest_pain", "leg_symptoms", "saddle_numbness",
)  # fmt: skip
"""Reasons that are offered whatever is practised."""
EMERGENCIES: frozenset[Stop] = frozenset({"chest_pain", "leg_symptoms", "saddle_numbness"})
_REST = "Sit or lie down and breathe as you like."
STOP_TEXTS: dict[Stop, str] = {
    "own_wish": "That is fine. What you did is kept.",
    "pain_rose": "Let go and find a position that is easy. If the pain is not as before within a"
    " day, or comes back each time, ask your physio before the next session.",
    "dizzy": f"{_REST} Slow does not mean deep: take less air next time. If it does not pass"
    " within minutes, or comes again, ask your doctor.",
    "tingling": f"{_REST} That often comes of too much air: small breaths next time.",
    "air_hunger": f"{_REST} Next time a quicker pace, or smaller breaths. If it does not pass"
    " within minutes, get help.",
    "cannot_breathe": "Let go, and breathe as you like. Next time half the effort: the breath comes"
    " first.",
    "breath_gap": "Let go, and breathe as you like. Next time half the effort, or shorter.",
    "headache": f"{_REST} Do not brace again today. A sudden, very strong headache is an"
    " emergency.",
    "face_strain": "Let go. Next time so little that the face stays soft.",
    "bulge": "Let go. Leave this exercise out until your physio has seen it.",
    "pelvic_pressure": "Let go. Leave this exercise out until your physio has seen it.",
    "faint": "Lie down, with the legs up if that is easy. Do not practise again today, and tell"
    " your doctor of it.",
    "chest_pain": "Stop, and rest. Pain in the chest that lasts, or comes with short breath, sweat"
    " or a pain in arm or jaw: call your emergency number now.",
    "leg_symptoms": "Stop. Weak or numb legs need a doctor today. Call your emergency number if it"
    " came suddenly or in both legs.",
    "saddle_numbness": "Stop. Numbness there needs a doctor now: go to an emergency department, or"
    " call your emergency number.",
}
WHY_ASKED = {
    "first": "A few questions before the first session.",
    "weeks": "Four weeks have passed: the same few questions again.",
    "stopped": "You stopped a session: a few questions before the next one.",
}


def tell_effects(screening: Screening) -> list[str]:
    """Return what follows from the answers, line by line."""
    lines = [{"seek_help_now": SEEK_HELP_NOW, "see_soon": SEE_SOON}.get(screening.verdict, "")]
    locked = [words for screen, words in SCREEN_WORDS.items() if screen in screening.locks]
    waiting = [
        words for screen, words in SCREEN_WORDS.items()
        if screen in screening.locks_until_approved - screening.locks
    ]  # fmt: skip
    lines += [f"For you: {', '.join(locked)}."] if locked else []
    lines += [f"Until a physio approves it: {', '.join(waiting)}."] if waiting else []
    if screening.limits.effort < 10:  # noqa: PLR2004 - of 10
        lines.append(
            f"Efforts up to {screening.limits.effort} of 10, holds up to"
            f" {screening.limits.hold_s:g} s, and a breath at least every"
            f" {screening.breath_gap_s:g} s."
        )
    lines += [ADVICE_WORDS[one] for one in screening.advice]
    told = [line for line in lines if line]
    return told or [NOTHING_TICKED]
