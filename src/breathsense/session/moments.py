"""Days and moments in the language of the person; Python's own names of months are English."""

from datetime import date, datetime

from breathsense.session.texts import N_, _

MONTHS = (
    N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"),
    N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec"),
)  # fmt: skip


def say_day(day: date) -> str:
    """Return a day of this year, such as ``22 Nov``."""
    return _("{day} {month}").format(day=day.day, month=_(MONTHS[day.month - 1]))


def say_moment(moment: datetime) -> str:
    """Return a moment, such as ``22 Nov 2026, 10:34``; days of one digit are as wide as others."""
    return _("{day:2d} {month} {year}, {time}").format(
        day=moment.day,
        month=_(MONTHS[moment.month - 1]),
        year=moment.year,
        time=f"{moment:%H:%M}",
    )
