"""What went wrong and what to do, in one's language as far as that is a sentence that stands alone.

The Bluetooth client says what it has to say in English; its sentences are the keys of the
catalogues. What names a file, a key or a number stays English.
"""

from breathsense.core.model.errors import BreathSenseError
from breathsense.session.texts import N_, _

LAST = N_("Without Bluetooth, `breathsense demo` still works.")
"""What may stand after any advice about Bluetooth."""


def say_fault(error: BreathSenseError) -> tuple[str, str]:
    """Return what went wrong, and what to do (empty if nothing is known to help)."""
    return _say(error.what), "\n".join(_say_advice(line) for line in error.advice.splitlines())


def _say_advice(line: str) -> str:
    before = line.removesuffix(LAST).rstrip()
    parts = [before, LAST] if line.endswith(LAST) else [line]
    return " ".join(_say(part) for part in parts if part)


def _say(text: str) -> str:
    # An empty text is the key of a catalogue's own head.
    return _(text) if text else ""
