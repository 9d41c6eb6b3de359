"""JSON that may be shown on a terminal: words of strangers, such as a file's name, are in it."""

import json
import re
from collections.abc import Mapping

_NOT_ASCII = re.compile(r"[^ -~\n]")


def spell_json(told: Mapping[str, object], *, indent: int | None = None) -> str:
    r"""Return one JSON object and a line end; the same object gives the same letters.

    Letters of all languages stay as they are. What cannot be printed (signs that steer a terminal
    or turn the direction of writing) is spelled as ``\u009b``; half a character becomes U+FFFD.

    Raises
    ------
    ValueError
        A number is not finite.

    """
    text = json.dumps(told, allow_nan=False, ensure_ascii=False, indent=indent)
    return _NOT_ASCII.sub(_spell, text) + "\n"


def _spell(found: re.Match[str]) -> str:
    letter = found.group()
    if letter.isprintable():
        return letter
    if "\ud800" <= letter <= "\udfff":
        return "\ufffd"
    units = letter.encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
