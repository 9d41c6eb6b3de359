"""Names of strangers in one line that steers no terminal."""


def make_printable(name: str) -> str:
    """Return a name in one line; whatever cannot be printed, or is no text, is ``?``."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)
