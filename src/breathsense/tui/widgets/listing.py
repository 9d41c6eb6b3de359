"""Filling a list anew without taking the highlight from under the fingers."""

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option


def fill_list(listed: OptionList, options: list[Option]) -> None:
    """Show the options; what has not changed stays as it is, the highlight with it."""
    old = [listed.get_option_at_index(place) for place in range(listed.option_count)]
    if [(one.id, one.disabled) for one in old] == [(one.id, one.disabled) for one in options]:
        for place, (before, now) in enumerate(zip(old, options, strict=True)):
            if before.prompt != now.prompt:
                listed.replace_option_prompt_at_index(place, now.prompt)
        return
    kept = None if listed.highlighted is None else old[listed.highlighted].id
    listed.clear_options()
    listed.add_options(options)
    ids = [one.id for one in options]
    enabled = [place for place, one in enumerate(options) if not one.disabled]
    listed.highlighted = ids.index(kept) if kept and kept in ids else next(iter(enabled), None)


def tell_list(listed: OptionList, lines: list[Content]) -> None:
    """Fill a list with words that cannot be chosen."""
    fill_list(listed, [Option(line, disabled=True) for line in lines])
