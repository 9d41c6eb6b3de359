"""Marks in the words of a reader; files for programs keep the labels as they are."""

from breathsense.core.model.labels import (
    NOTE,
    parse_check_in,
    parse_practice,
    parse_stop,
)


def say_mark(label: str) -> str:
    """Return what a mark says, such as ``"before: pain 4"`` or ``"asked: brace"``."""
    check_in, practice, stop = parse_check_in(label), parse_practice(label), parse_stop(label)
    if check_in is not None:
        answers = ", ".join(f"{name} {value}" for name, value in check_in.answers.items())
        return f"{check_in.time}: {answers}"
    if practice is not None:
        name = practice.programme.rpartition(".")[2].replace("_", " ")
        return f"{name}, level {practice.level}" if practice.level else name
    if stop is not None:
        return f"stopped: {stop.replace('_', ' ')}"
    if label.startswith(NOTE):
        return label.removeprefix(NOTE).strip()
    head, _, what = label.partition(".")
    if head in {"exercise", "calibration"} and what:
        return f"asked: {what.replace('_', ' ')}"
    return label.replace("_", " ")
