"""What the person has chosen for good: ``settings.toml`` in the data folder.

Every field carries its own explanation; ``docs/settings.md`` and the options screen show it. A
file that cannot be used is never written over: it is put aside first.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from breathsense.core.model.errors import RefusedInput
from breathsense.core.profiles.base import Spec
from breathsense.core.profiles.learning import learn
from breathsense.core.profiles.reading import Form, read_tables
from breathsense.recordings.placing import put_in_place
from breathsense.session.texts import N_
from breathsense.session.wording import Wording

FILE = "settings.toml"
ASIDE = "settings.old.toml"
"""Where a file that could not be used is kept once something is saved in its place."""
SCHEMA = "breathsense.settings/1"
FORM = Form("settings file", SCHEMA, "docs/settings.md explains every key", max_text=65_536)
HEAD = "# Settings of BreathSense; docs/settings.md explains every key.\n"

Theme = Literal["dusk", "morning", "contrast", "spectrum"]
Motion = Literal["auto", "full", "reduced"]
LslScope = Literal["machine", "link", "site"]
Clock = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class SoundSettings(Spec, frozen=True):
    """What is to be heard."""

    is_on: Annotated[bool, Meta(description=N_("Whether there is sound at all."))] = True
    volume: Annotated[
        float, Meta(ge=0, le=1, description=N_("How loud: 0 is silent, 1 is full."))
    ] = 0.5
    is_eyes_closed: Annotated[
        bool, Meta(description=N_("Whether sound alone has to be enough: more of it is told."))
    ] = False


class PacerSettings(Spec, frozen=True):
    """The rhythm to follow where no programme sets one."""

    is_on: Annotated[bool, Meta(description=N_("Whether a session begins with the pacer."))] = True
    in_s: Annotated[float, Meta(ge=1.5, le=8, description=N_("Seconds to breathe in."))] = 4.0
    out_s: Annotated[float, Meta(ge=1.5, le=12, description=N_("Seconds to breathe out."))] = 6.0


class ReminderSettings(Spec, frozen=True):
    """When the app, while it is open, reminds of a break."""

    is_on: Annotated[bool, Meta(description=N_("Whether the open app reminds of a break."))] = False
    every_min: Annotated[
        int, Meta(ge=10, le=240, description=N_("Minutes from one reminder to the next."))
    ] = 45
    snooze_min: Annotated[
        int, Meta(ge=1, le=120, description=N_("Minutes until it reminds again after “not now”."))
    ] = 15
    quiet_from: Annotated[
        Clock, Meta(description=N_("From this time of day on there are no reminders."))
    ] = "21:00"
    quiet_until: Annotated[
        Clock, Meta(description=N_("Until this time of day there are no reminders."))
    ] = "08:00"


class WebSettings(Spec, frozen=True):
    """The app in a browser of this computer: ``breathsense web``."""

    port: Annotated[
        int, Meta(ge=0, le=65535, description=N_("Where the browser finds it; 0 takes a free one."))
    ] = 8770
    opens_browser: Annotated[
        bool, Meta(description=N_("Whether the browser is opened for you."))
    ] = True


class LslSettings(Spec, frozen=True):
    """Lab Streaming Layer: sessions for other programs while they run."""

    is_on: Annotated[
        bool, Meta(description=N_("Whether sessions are offered to Lab Streaming Layer."))
    ] = False
    scope: Annotated[
        LslScope,
        Meta(
            description=N_("Who can find them: programs of this computer, its network, the site.")
        ),
    ] = "machine"


class Settings(Spec, frozen=True):
    """All that the person has chosen."""

    schema: Annotated[str, Meta(description=N_("What kind of file this is."))] = SCHEMA
    theme: Annotated[Theme, Meta(description=N_("The look of the app."))] = "dusk"
    motion: Annotated[
        Motion,
        Meta(
            description=N_(
                "How much moves: reduced lets traces sweep; auto does so over SSH, or where"
                " the terminal was asked for no animations."
            )
        ),
    ] = "auto"
    language: Annotated[
        str,
        Meta(
            pattern=r"^(auto|[a-z]{2,3}([_-][A-Za-z]{2,4})?)$",
            description=N_("The language of the app: auto asks the system."),
        ),
    ] = "auto"
    author: Annotated[
        str,
        Meta(
            max_length=40,
            description=N_(
                "Who signs annotations and breaths set by hand: a pseudonym, never a name."
            ),
        ),
    ] = "wearer"
    words: Annotated[
        Wording,
        Meta(
            description=N_(
                "How figures are told: usual names with figures, plain words, or the units and"
                " terms of physiology (RR, Ti, Te)."
            )
        ),
    ] = "usual"
    sound: SoundSettings = SoundSettings()
    pacer: PacerSettings = PacerSettings()
    reminders: ReminderSettings = ReminderSettings()
    web: WebSettings = WebSettings()
    lsl: LslSettings = LslSettings()
    keys: Annotated[
        dict[str, str],
        Meta(description=N_("Your own keys: the name of an action, and the key that shall do it.")),
    ] = msgspec.field(default_factory=dict)


learn(Settings)


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that can be set.

    Parameters
    ----------
    key : str
        As in the file, with its table: ``"sound.volume"``.
    kind : type
        ``bool``, ``int``, ``float``, ``str`` or ``dict``.
    default : object
        What holds where the file says nothing.
    choices : tuple of str
        The words that are allowed; empty where any is.
    least, most : float or None
        Bounds of a number.
    says : str
        What it does, one sentence.

    """

    key: str
    kind: type
    default: Any
    choices: tuple[str, ...]
    least: float | None
    most: float | None
    says: str


def list_fields(kind: type[Spec] = Settings, table: str = "") -> Iterator[Field]:
    """Yield every field that can be set, in the order of the file."""
    for name, hint in get_type_hints(kind, include_extras=True).items():
        if isinstance(hint, type) and issubclass(hint, Spec):
            yield from list_fields(hint, f"{name}.")
        elif name != "schema":
            yield _describe(f"{table}{name}", hint, getattr(kind(), name))


def _describe(key: str, hint: Any, default: Any) -> Field:
    """Read what the annotation of a field says; the outermost has the explanation."""
    metas = [meta for meta in hint.__metadata__ if isinstance(meta, Meta)]
    bare = get_args(hint)[0]
    choices = tuple(get_args(bare)) if get_origin(bare) is Literal else ()
    bounds = [(meta.ge, meta.le) for meta in metas if meta.ge is not None]
    least, most = bounds[0] if bounds else (None, None)
    says = " ".join(meta.description for meta in metas if meta.description)
    return Field(key, type(default), default, choices, least, most, says)


def read_value(settings: Settings, key: str) -> Any:
    """Return the value of a field by its key."""
    table, _, name = key.rpartition(".")
    return getattr(getattr(settings, table) if table else settings, name)


def change_value(settings: Settings, key: str, value: Any) -> Settings:
    """Return the settings with another value of one field.

    Raises
    ------
    RefusedInput
        The value is not allowed.

    """
    table, _, name = key.rpartition(".")
    if table:
        changed = replace(settings, **{table: replace(getattr(settings, table), **{name: value})})
    else:
        changed = replace(settings, **{name: value})
    try:
        return msgspec.convert(msgspec.to_builtins(changed), Settings)
    except msgspec.ValidationError as error:
        what = str(error).partition(" - at ")[0]
        raise RefusedInput(what[:1].lower() + what[1:], where=key) from None


def settings_path(data_dir: Path) -> Path:
    """Return where the settings are."""
    return data_dir / FILE


def load_settings(data_dir: Path) -> Settings:
    """Read the settings; those that the file does not have, and no file at all, mean the usual.

    Raises
    ------
    RefusedInput
        The file cannot be used: naming the key and the nearest known one.

    """
    path = settings_path(data_dir)
    try:
        with path.open("rb") as file:
            text = file.read(4 * FORM.max_text + 1).decode()
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise RefusedInput(error.strerror or "cannot be read", where=str(path)) from None
    except UnicodeDecodeError as error:
        raise RefusedInput(f"is no UTF-8 text (byte {error.start})", where=str(path)) from None
    return _parse(text, str(path))


def _parse(text: str, origin: str) -> Settings:
    return read_tables(text, origin, Settings, FORM)


def save_settings(data_dir: Path, settings: Settings) -> None:
    """Write what differs from the usual; comments and order of the file stay as they are.

    A file that cannot be used is renamed to ``settings.old.toml`` before.

    Raises
    ------
    RefusedInput
        The disk does not take it.

    """
    import tomlkit  # noqa: PLC0415 - 27 ms that only a change of settings needs

    path = settings_path(data_dir)
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = _read_usable(path)
        document = tomlkit.parse(text or f'{HEAD}schema = "{SCHEMA}"\n')
        for field in list_fields():
            _set(document, field, read_value(settings, field.key))
        put_in_place(path, tomlkit.dumps(document).encode())
    except OSError as error:
        what = f"the settings could not be saved ({error.strerror or error})"
        raise RefusedInput(what, where=str(path)) from error


def _read_usable(path: Path) -> str:
    """Return the text of the file; empty where there is none or it was put aside."""
    try:
        load_settings(path.parent)
    except RefusedInput:
        path.replace(path.parent / ASIDE)
    with suppress(FileNotFoundError):
        return path.read_text(encoding="utf-8")
    return ""


def _set(document: Any, field: Field, value: Any) -> None:
    """Set a value where the file has one already, or where it is not the usual."""
    table, _, name = field.key.rpartition(".")
    holder = document.get(table, {}) if table else document
    if value == holder.get(name, field.default):
        return
    if table and table not in document:
        document[table] = {}
    (document[table] if table else document)[name] = value
