"""Which profile fits a wearable, by what it advertises."""

from collections.abc import Iterable

from breathsense.core.profiles.schema import Profile
from breathsense.core.profiles.uuids import parse_uuid

MAX_NAME = 248
"""Bytes of a Bluetooth device name; nothing longer is looked at."""


def recognise(
    profiles: Iterable[Profile], name: str | None, service_uuids: Iterable[str]
) -> Profile | None:
    """Return the profile that fits best, or ``None``.

    A name says more than a service, and a longer prefix more than a shorter one; standard
    services (heart rate) are advertised by wearables that have a better profile of their own.
    Among equals the first in the given order is taken.

    Parameters
    ----------
    profiles : iterable of Profile
        Those to choose from.
    name : str or None
        The advertised name.
    service_uuids : iterable of str
        The advertised services, 16-bit or full.

    """
    services = {known for uuid in service_uuids if (known := _known(uuid))}
    best: Profile | None = None
    best_score = (0, 0, 0)
    for profile in profiles:
        score = _score(profile, (name or "")[:MAX_NAME], services)
        if score > best_score:
            best, best_score = profile, score
    return best


def _score(profile: Profile, name: str, services: set[str]) -> tuple[int, int, int]:
    """Return characters of the prefix, whether the pattern fits, number of services."""
    rules = profile.spec.recognition
    if any(fits_pattern(pattern, name) for pattern in rules.exclude_patterns):
        return 0, 0, 0
    prefixes = [len(prefix) for prefix in rules.name_prefixes if name.startswith(prefix)]
    fits = bool(name) and any(fits_pattern(pattern, name) for pattern in rules.name_patterns)
    return max(prefixes, default=0), int(fits), len(services.intersection(rules.services))


def fits_pattern(pattern: str, name: str) -> bool:
    """Return whether a name fits: ``*`` stands for any letters or none, ``?`` for one.

    In steps no more than the product of both lengths, whatever a profile says: after a letter that
    does not fit, only the newest ``*`` takes one more.
    """
    at = in_name = 0
    star, star_in_name = -1, 0
    while in_name < len(name):
        here = pattern[at : at + 1]
        if here == "*":
            star, star_in_name = at, in_name
            at += 1
        elif here and here in ("?", name[in_name]):
            at, in_name = at + 1, in_name + 1
        elif star >= 0:
            star_in_name += 1
            at, in_name = star + 1, star_in_name
        else:
            return False
    return not pattern[at:].strip("*")


def _known(uuid: str) -> str | None:
    try:
        return parse_uuid(uuid)
    except ValueError:
        return None
