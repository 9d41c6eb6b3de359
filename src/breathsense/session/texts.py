"""Texts in the language of the person; the English ones are the keys of the catalogues.

``_`` translates where a text is shown; ``N_`` marks one that is kept and translated later, as those
of a table. Catalogues are gettext's: ``locale/<language>/LC_MESSAGES/breathsense.mo`` in the
package. A text that a catalogue does not have is shown in English.
"""

import gettext
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar, cast

Key = TypeVar("Key")
Said = TypeVar("Said", bound=str | tuple[object, ...])

DOMAIN = "breathsense"
FOLDER = Path(__file__).parents[1] / "locale"
VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""Where a system says which language its user speaks; the first that is set counts."""


class _Texts:
    """The catalogue in use: one for the whole program, chosen as it begins."""

    catalogue: gettext.NullTranslations = gettext.NullTranslations()


def take_language(language: str, environment: Mapping[str, str], folder: Path = FOLDER) -> None:
    """Show texts in a language from now on.

    Parameters
    ----------
    language : str
        Such as ``"de"``; ``"auto"`` asks the environment.
    environment : mapping of str to str
        The variables of the system.
    folder : Path
        With the catalogues; English where it has none for the language.

    """
    names = [language]
    if language == "auto":
        told = next((environment[name] for name in VARIABLES if environment.get(name)), "")
        names = [name.partition(".")[0] for name in told.split(":") if name]
    _Texts.catalogue = gettext.translation(DOMAIN, folder, names or ["en"], fallback=True)


def take_translator(translate: Callable[[str], str]) -> None:
    """Show texts as a function says: for a check that none is missing."""

    class Translator(gettext.NullTranslations):
        def gettext(self, message: str) -> str:
            return translate(message)

        def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
            return translate(msgid1 if n == 1 else msgid2)

    _Texts.catalogue = Translator()


def _(text: str) -> str:
    """Return a text in the language that was chosen; an empty one stays so."""
    return _Texts.catalogue.gettext(text) if text else text


def N_(text: str) -> str:  # noqa: N802 - gettext's name, which tools look for
    """Return the text as it is: a mark for those who collect texts."""
    return text


class Words(Mapping[Key, Said]):
    """A table of texts, or of tuples with texts: each is translated as it is taken out.

    So it may stand in a module, which is read before the language is known.
    """

    __slots__ = ("_table",)

    def __init__(self, table: Mapping[Key, Said]) -> None:
        self._table: Mapping[Key, Said] = table

    def __getitem__(self, key: Key) -> Said:
        said = self._table[key]
        if isinstance(said, str):
            return cast(Said, _(said))
        told = tuple(_(one) if isinstance(one, str) else one for one in said)
        return cast(Said, told)

    def __iter__(self) -> Iterator[Key]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)


def say_n(one: str, many: str, n: int) -> str:
    """Return the text for a number, which takes the place of ``{n}``."""
    return _Texts.catalogue.ngettext(one, many, n).format(n=n)
