"""What a user sets with ``--set``: rates, ranges and streams, of one wearable or of all."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from breathsense.core.model.errors import RefusedInput
from breathsense.core.profiles.schema import Profile
from breathsense.core.profiles.settings import resolve_settings
from breathsense.session.wearing import Wish

EXAMPLE = "Examples: --set rate_hz=20, --set 'Polar H10 1234:rate_hz=100'"


@dataclass(frozen=True, slots=True)
class Choice:
    """A setting and its value; without ``device`` it holds for each wearable that has it."""

    name: str
    value: float
    device: str = ""


def parse_choice(text: str) -> Choice:
    """Read ``[DEVICE:]NAME=NUMBER``.

    Names of settings hold no colon, so that ids and names of wearables may.

    Raises
    ------
    RefusedInput
        If it is not of this form, or the number is not finite.

    """
    words, sign, value = text.rpartition("=")
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    device, _, name = words.rpartition(":")
    if not sign or not name.strip() or not math.isfinite(number):
        raise RefusedInput(f"{text!r} is not [DEVICE:]NAME=NUMBER", where="--set", advice=EXAMPLE)
    return Choice(name.strip(), number, device.strip())


def apply_choices(wishes: Sequence[Wish], choices: Sequence[Choice]) -> list[Wish]:
    """Return the wishes with what was chosen; later choices win over earlier ones.

    Raises
    ------
    RefusedInput
        If no wearable is called so or has the setting, or the value is not allowed (naming those
        that are).

    """
    chosen = list(wishes)
    for choice in choices:
        takers = _list_takers(chosen, choice)
        for number in takers:
            wish = chosen[number]
            chosen[number] = replace(wish, settings={**wish.settings, choice.name: choice.value})
            _check_settings(chosen[number])
    return chosen


def keep_allowed(profile: Profile, settings: Mapping[str, float]) -> dict[str, float]:
    """Return those of remembered settings that the profile, which may have changed, still has."""
    kept: dict[str, float] = {}
    for name, value in settings.items():
        try:
            resolve_settings(profile, {name: value})
        except RefusedInput:
            continue
        kept[name] = value
    return kept


def _list_takers(wishes: Sequence[Wish], choice: Choice) -> list[int]:
    called = [number for number, wish in enumerate(wishes) if _is_called(wish, choice.device)]
    if not called:
        known = ", ".join(wish.title for wish in wishes)
        raise RefusedInput(
            f"no wearable of this session is called {choice.device!r}",
            where="--set",
            advice=f"There are: {known}",
        )
    having = [number for number in called if _has_setting(wishes[number], choice.name)]
    return having or called


def _is_called(wish: Wish, words: str) -> bool:
    known = {wish.name.lower(), wish.device_id.lower(), wish.profile.id}
    return not words or words.lower() in known


def _has_setting(wish: Wish, name: str) -> bool:
    return name in resolve_settings(wish.profile, {})


def _check_settings(wish: Wish) -> None:
    try:
        resolve_settings(wish.profile, wish.settings)
    except RefusedInput as refusal:
        refusal.where = f"--set, {wish.title}, {refusal.where}"
        refusal.advice = (
            f"`breathsense profiles show {wish.profile.id}` lists what can be set."
            " For one wearable of several: --set 'NAME OR ID:SETTING=NUMBER'"
        )
        raise
