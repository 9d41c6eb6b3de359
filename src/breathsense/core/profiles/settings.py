"""What the user chose of what a profile lets choose."""

import difflib
import math
from collections.abc import Mapping

from breathsense.core.model.errors import RefusedInput
from breathsense.core.profiles.protocols import PROTOCOL_SETTINGS
from breathsense.core.profiles.schema import Profile
from breathsense.core.profiles.spec import Setting, Stream


def resolve_settings(profile: Profile, chosen: Mapping[str, float]) -> dict[str, float]:
    """Return every setting with its value: the user's, else the default.

    A stream's own name is a setting too: 1 switches it on, 0 off. What only a protocol knows
    (``factor``) appears only if it was chosen.

    Raises
    ------
    RefusedInput
        For a setting that the profile does not have (naming the nearest), or a value it
        does not allow.

    """
    resolved = {setting.name: setting.default for setting in profile.spec.settings}
    resolved |= {stream.name: float(stream.on_by_default) for stream in profile.streams}
    extra = PROTOCOL_SETTINGS.get(profile.protocol or "", frozenset())
    declared = {setting.name: setting for setting in profile.spec.settings}
    for name, value in chosen.items():
        if name not in resolved and name not in extra:
            raise RefusedInput(_unknown(name, sorted([*resolved, *extra])), where=profile.id)
        _check(name, float(value), declared.get(name), is_stream=name in resolved)
        resolved[name] = float(value)
    return resolved


def list_streams_on(profile: Profile, chosen: Mapping[str, float]) -> tuple[Stream, ...]:
    """Return the streams that are on, in the profile's order; raises RefusedInput."""
    settings = resolve_settings(profile, chosen)
    return tuple(stream for stream in profile.streams if settings[stream.name])


def stream_rate_hz(stream: Stream, settings: Mapping[str, float]) -> float | None:
    """Return the stream's nominal rate under resolved settings; ``None`` if it has none."""
    if stream.rate_setting is not None:
        return settings[stream.rate_setting]
    return stream.rate_hz


def _unknown(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
    return f"there is no setting {name!r}; {hint}"


def _check(name: str, value: float, setting: Setting | None, *, is_stream: bool) -> None:
    if not math.isfinite(value):
        raise RefusedInput("is not a finite number", where=f"setting {name}")
    if setting is None:
        if is_stream and value not in (0, 1):
            raise RefusedInput(f"{value:g} is neither 1 (on) nor 0 (off)", where=f"stream {name}")
    elif setting.allowed and value not in setting.allowed:
        known = ", ".join(f"{allowed:g}" for allowed in setting.allowed)
        raise RefusedInput(f"{value:g} is not allowed; choose {known}", where=f"setting {name}")
    elif not setting.least <= value <= setting.greatest:
        raise RefusedInput(
            f"{value:g} is not between {setting.least:g} and {setting.greatest:g}",
            where=f"setting {name}",
        )
