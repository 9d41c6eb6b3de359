"""Programmes as rows of a list, and in words."""

from collections.abc import Mapping

from rich.cells import cell_len
from textual.content import Content

from breathsense.core.coaching.schedule import Limits, build_schedule, find_length_ns
from breathsense.core.coaching.spec import Kind, Position
from breathsense.session.calibration_words import tell_blindness
from breathsense.session.texts import Words, _, say_n
from breathsense.session.today import Offer, Today
from breathsense.tui.drawing.fitting import cut_text, tidy_text
from breathsense.tui.drawing.words import say_clock
from breathsense.tui.keys import say_keys

NAME_ROOM = 34
KINDS: Mapping[Kind, str] = Words(
    {
        "assessment": "Looking where you are",
        "breathing": "Breathing",
        "core": "Core",
        "daily": "Every day",
    }
)
POSITION_WORDS: Mapping[Position, str] = Words(
    {
        "supine": "lying on the back",
        "prone": "lying on the front",
        "sitting": "sitting",
        "standing": "standing",
        "hands_and_knees": "on hands and knees",
        "on_the_side": "lying on the side",
        "any": "any way you like",
    }
)
GOALS = Words(
    {
        "expand": "the belly widens",
        "neutral": "firm, not wider",
        "draw_in": "drawn in gently",
    }
)


def describe_row(offer: Offer) -> Content:
    """Return a programme as a row: what is left of it today, its name, minutes and level."""
    if offer.lock and offer.programme.spec.question:  # questions: nothing is wrong with them
        return Content.styled(f"· {tidy_text(_(offer.programme.name))}  {offer.lock}", "$faint")
    glyph, ink = _find_glyph(offer)
    name = cut_text(tidy_text(_(offer.programme.name)), NAME_ROOM).ljust(NAME_ROOM)
    minutes = _("{minutes:3d} min").format(minutes=offer.minutes) if offer.minutes else "       "
    level = _("  level {level}").format(level=offer.level) if offer.level else ""
    times = (
        _("  {n_left} times").format(n_left=offer.n_left)
        if offer.n_left and offer.n_left > 1
        else ""
    )
    return Content.assemble(
        (f"{glyph} ", ink), (name, "$faint" if offer.lock else ""),
        (f" {minutes}{level}{times}", "$faint"),
    )  # fmt: skip


def _find_glyph(offer: Offer) -> tuple[str, str]:
    if offer.lock:
        return "✗", "$warning"
    if offer.n_left is None:
        return "·", "$faint"
    return ("○", "$breath-in") if offer.n_left else ("✓", "$success")


def describe_week(today: Today) -> str:
    """Say where in the plan today lies."""
    if today.code or not today.stage_name:
        code = f" ({tidy_text(today.code)})" if today.code else ""
        return _("Today, as prescribed{code}").format(code=code)
    week = min(today.week, today.n_weeks)
    return _("Today, week {week} of {n_weeks}: {stage_name}").format(
        week=week, n_weeks=today.n_weeks, stage_name=_(today.stage_name)
    )


def describe_today(today: Today, width: int) -> str:
    """Say in a line how much of today is left; without where in the plan, if it were cut."""
    said = _say_left(today, describe_week(today))
    return said if cell_len(said) <= width else _say_left(today, _("Today"))


def _say_left(today: Today, week: str) -> str:
    left = sum(1 for one in today.due if one.n_left and not one.lock)
    done = sum(1 for one in today.due if one.n_left == 0)
    if not left and any(one.lock and one.n_left for one in today.due):
        return say_keys("{week} - nothing to begin now. {home_practise} says why.", week=week)
    if not left:
        return say_keys("{week} - all done for today. {home_practise} shows everything.", week=week)
    said = _(", {done} done").format(done=done) if done else ""
    return say_keys(
        "{week} - {count} to practise{said}. {home_practise} begins.",
        week=week,
        count=say_n("{n} thing", "{n} things", left),
        said=said,
    )


def describe_offer(offer: Offer, level: int) -> Content:
    """Say what a programme is, how long it takes, and what cannot be told of it."""
    spec = offer.programme.spec
    lines: list[tuple[str, str]] = [(_(spec.about), "")]
    if offer.lock:
        lines.append((_("✗ Not now: {lock}.").format(lock=offer.lock), "$warning"))
    lines.append((_say_what(offer, level), ""))
    if spec.level:
        lines.append((_say_levels(offer, level), ""))
    if spec.note:
        lines.append((_(spec.note), "$faint"))
    if offer.is_blind:
        lines.append((f"? {tell_blindness()}", "$warning"))
    told = len(spec.target) - len(offer.missing)
    if offer.missing:
        lines.append(
            (
                _("These sensors tell {told} of {n} figures.").format(
                    told=told, n=len(spec.target)
                ),
                "$warning",
            )
        )
        lines += [(one, "$faint") for one in offer.missing]
    elif spec.target:
        lines.append((_("✓ These sensors tell all of its figures."), "$success"))
    return Content.assemble(*((f"{text}\n", ink) for text, ink in lines)).rstrip()


def _say_what(offer: Offer, level: int) -> str:
    spec = offer.programme.spec
    where = _(" or ").join(POSITION_WORDS[one] for one in spec.positions)
    where = where[:1].upper() + where[1:]
    if not spec.block:
        return f"{where}."
    length = say_clock(find_length_ns(build_schedule(offer.programme, level, Limits())))
    days = spec.dose.days_a_week
    often = (
        _("{days} days a week").format(days=days[0])
        if days[0] == days[1]
        else _("{least}-{most} days a week").format(least=days[0], most=days[1])
    )
    return _("{where}. {length} min at most, {often}.").format(
        where=where, length=length, often=often
    )


def _say_levels(offer: Offer, level: int) -> str:
    """List the levels, the chosen one in brackets."""
    named = [
        f"[{told}]" if number == level else told
        for number, told in (
            (one.number, f"{one.number} {_(one.name)}".rstrip())
            for one in offer.programme.spec.level
        )
    ]
    return _("Level: {named}").format(named="   ".join(named))
