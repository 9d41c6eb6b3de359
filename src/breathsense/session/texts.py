"""Texts in the language of the person; the English ones are the keys of the catalogues.

``_`` translates where a text is shown; ``N_`` marks one that is kept and translated later, as those
of a table. Catalogues are gettext's: ``locale/<language>/LC_MESSAGES/breathsense.mo`` in the
data folder of the user, then in the package. A text that none of them has is shown in English.
"""

import gettext
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise, takewhile
from pathlib import Path
from string import Formatter
from typing import IO, TypeVar, cast

Key = TypeVar("Key")
Said = TypeVar("Said", bound=str | tuple[object, ...])

DOMAIN = "breathsense"
FOLDER = Path(__file__).parents[1] / "locale"
ENGLISH = ("en", "C", "POSIX")
VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""Where a system says which language its user speaks; the first that is set counts."""


class _Texts:
    """The catalogue in use: one for the whole program, chosen as it begins."""

    catalogue: gettext.NullTranslations = gettext.NullTranslations()


def list_catalogues(data_dir: Path) -> tuple[Path, ...]:
    """Return the folders with languages: the user's own, then that of the program."""
    return data_dir / FOLDER.name, FOLDER


def take_language(
    language: str, environment: Mapping[str, str], folders: Sequence[Path] = (FOLDER,)
) -> None:
    """Show texts in a language from now on.

    Parameters
    ----------
    language : str
        Such as ``"de"``; ``"auto"`` asks the environment.
    environment : mapping of str to str
        The variables of the system.
    folders : sequence of Path
        With the catalogues, the one that counts most first; English where none has the language.

    """
    names = [language] if language != "auto" else _ask_system(environment)
    catalogues = [one for folder in folders for one in _load(folder, names)]
    for first, second in pairwise(catalogues):
        first.add_fallback(second)
    _Texts.catalogue = catalogues[0] if catalogues else gettext.NullTranslations()


def _ask_system(environment: Mapping[str, str]) -> list[str]:
    """Return the languages of the system, down to English, which needs no catalogue."""
    told = next((environment[name] for name in VARIABLES if environment.get(name)), "")
    names = [name.partition(".")[0] for name in told.split(":") if name]
    return list(takewhile(lambda name: not name.startswith(ENGLISH), names))


def _load(folder: Path, names: list[str]) -> list[gettext.NullTranslations]:
    """Return the catalogue of a folder; none if it has none, or a broken one."""
    path = gettext.find(DOMAIN, folder, names) if names else None
    if path is None:
        return []
    wrong = (OSError, ValueError, LookupError, SyntaxError, struct.error)
    with suppress(*wrong), Path(path).open("rb") as file:
        return [gettext.GNUTranslations(file) if folder == FOLDER else _Checked(file)]
    return []


class _Checked(gettext.GNUTranslations):
    """A catalogue of somebody: texts that fill in otherwise than the English ones are left out.

    They would end the app where they are filled in, and so would a rule of plurals that divides
    by nothing. Those of the program are held by a test.
    """

    _catalog: dict[str | tuple[str, int], str]

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file)
        held = self._catalog.items()
        self._catalog = {key: text for key, text in held if _is_fit(key, text)}

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the text for a number; the English one where the rule makes no sense of it."""
        try:
            return super().ngettext(msgid1, msgid2, n)
        except ArithmeticError:
            return msgid1 if n == 1 else msgid2


def _is_fit(key: str | tuple[str, int], text: str) -> bool:
    try:
        return list_places(key if isinstance(key, str) else key[0]) >= list_places(text)
    except ValueError:
        return False


Place = tuple[str, str | None, str | None]
"""What is filled in by its name, and how."""


def list_places(text: str) -> set[Place]:
    """Return what is filled into a text, and how; raises ValueError if it is malformed."""
    parsed = Formatter().parse(text)
    return {(name, spec, how) for _start, name, spec, how in parsed if name is not None}


def find_language() -> str:
    """Return the short name of the language in use, such as ``de``; empty for English."""
    return str(_Texts.catalogue.info().get("language", "")).partition("_")[0]


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
