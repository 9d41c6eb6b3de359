"""Marks that ask for a brace."""

from breathsense.core.model.inputs import Mark

S = 1_000_000_000


def prompt(at_s: float, seconds: float = 8.0, label: str = "exercise.brace") -> Mark:
    return Mark(round(at_s * S), label, round(seconds * S))
