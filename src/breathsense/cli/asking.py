"""The safety questions in plain lines, for those who cannot, or will not, use the app."""

import sys
from collections.abc import Mapping
from typing import Any

import click

from breathsense.cli.saying import say
from breathsense.core.coaching.screening import EMERGENCY
from breathsense.core.model.errors import BreathSenseError
from breathsense.session.answers import Answers, build_answers
from breathsense.session.practice_book import PracticeBook
from breathsense.session.safety_words import (
    CONDITION_WORDS,
    FLAG_WORDS,
    WHAT_IT_IS_NOT,
    WHY_ASKED,
    tell_effects,
)
from breathsense.session.texts import N_, _

NOT_ASKED = N_(
    "The questions on your health are due; they are asked in the app, or here in a terminal."
)
HOW = N_("Type the numbers of those that apply, with blanks between them; Enter alone for none: ")


def ask_safety(book: PracticeBook) -> None:
    """Ask if the questions are due; where nobody can be asked, say so and go on as before."""
    why = book.why_ask()
    if not why:
        return
    if not sys.stdin.isatty():
        say(_(NOT_ASKED), err=True)
        return
    say(f"{WHY_ASKED[why]}\n{_(WHAT_IT_IS_NOT)}", err=True)
    answers = ask_answers()
    try:
        book.answer(answers)
    except BreathSenseError as error:
        say(str(error), err=True)
    for line in tell_effects(answers.judge()):
        say(line, err=True)


def ask_answers() -> Answers:
    """Ask for signs, then, unless one of them is an emergency, for conditions."""
    flags = _ask(_("Does any of these apply to you today?"), FLAG_WORDS)
    is_emergency = bool(set(flags) & EMERGENCY)
    conditions = [] if is_emergency else _ask(_("And any of these?"), CONDITION_WORDS)
    return build_answers(flags, conditions)


def _ask(question: str, words: Mapping[Any, str]) -> list[str]:
    say(f"\n{question}", err=True)
    names: list[str] = list(words)
    for number, name in enumerate(names, start=1):
        say(f"  {number}. {words[name]}", err=True)
    while True:
        typed = click.prompt(_(HOW), default="", show_default=False, prompt_suffix="", err=True)
        told = typed.replace(",", " ").split()
        if all(one.isdecimal() and 1 <= int(one) <= len(names) for one in told):
            return [names[int(one) - 1] for one in told]
        say(_("Numbers from 1 to {n}, please.").format(n=len(names)), err=True)
