"""From what a user types for wearables to wearables that can be linked."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from breathsense.cli.choices import Choice, apply_choices, keep_allowed
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.sensors import Place
from breathsense.session.places import PLACE_WORDS
from breathsense.session.saved import SavedWearable, load_saved
from breathsense.session.wearing import Wish, Worn, put_on
from breathsense.sources.ble.radio import Radio
from breathsense.sources.ble.scan import Found, scan
from breathsense.sources.shelf import FOLDER, Shelf, load_shelf

SCAN_S = 5.0
RECOGNISED = "auto"
"""In the place of a profile's id: the one that recognises the wearable."""
PLACES: dict[str, Place] = {
    **{place: place for place in PLACE_WORDS},
    **{words: place for place, words in PLACE_WORDS.items()},
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed for one wearable: name or id, place and profile if they were said."""

    words: str
    place: Place | None = None
    profile_id: str | None = None


def open_shelf(data_dir: Path) -> Shelf:
    """Load the shipped profiles and the user's own."""
    return load_shelf(data_dir / FOLDER)


def parse_devices(
    devices: Sequence[str], profile_ids: Sequence[str], place: Place | None = None
) -> tuple[Asked, ...]:
    """Read ``NAME[@PLACE]`` words, and the profiles named beside them.

    Parameters
    ----------
    devices : sequence of str
        Names or ids. What follows the last ``@`` is a place only if it is the word of one: names
        may hold that letter.
    profile_ids : sequence of str
        None, or one for each device in order, ``"auto"`` for those that are recognised.
    place : Place or None
        Of those without a place of their own.

    Raises
    ------
    RefusedInput
        If there are more or fewer profiles than devices.

    """
    if profile_ids and len(profile_ids) != len(devices):
        raise RefusedInput(
            f"{len(profile_ids)} profiles for {len(devices)} wearables",
            where="--profile",
            advice=f"Name one for each --device, in order; {RECOGNISED} for one that is recognised",
        )
    named = [None if one == RECOGNISED else one for one in profile_ids] or [None] * len(devices)
    return tuple(
        Asked(*_split_place(device, place), profile_id)
        for device, profile_id in zip(devices, named, strict=True)
    )


def _split_place(device: str, place: Place | None) -> tuple[str, Place | None]:
    words, at, last = device.rpartition("@")
    if at and words and last.lower() in PLACES:
        return words, PLACES[last.lower()]
    return device, place


def find_worn(
    asked: Sequence[Asked],
    data_dir: Path,
    radio: Radio | None = None,
    choices: Sequence[Choice] = (),
) -> tuple[Worn, ...]:
    """Find out what the wearables are, and put them on with what is chosen for them.

    With a profile named, or with a wearable that was used before, nothing is sought: the link
    looks for it anyway. All others are found by one scan.

    Raises
    ------
    RefusedInput
        If one is not in reach, no profile recognises it, two measure the same place, or a choice
        is not allowed.
    LinkError
        If this computer cannot scan.

    """
    shelf = open_shelf(data_dir)
    saved = load_saved(data_dir)
    known: dict[str, Wish] = {}
    for one in asked:
        before = saved.find(one.words)
        if before is not None and _is_known(shelf, before, one):
            known[one.words] = build_wish(shelf, before, one.place)
        elif one.profile_id is not None:
            known[one.words] = Wish(shelf.find(one.profile_id), one.words, one.words, one.place)
    strangers = [one for one in asked if one.words not in known]
    found: list[Found] = []
    if strangers:
        found = asyncio.run(scan(radio or Radio(), shelf.profiles, SCAN_S))
    for one in strangers:
        known[one.words] = _recognise(one, found)
    return put_on(apply_choices([known[one.words] for one in asked], choices))


def _is_known(shelf: Shelf, before: SavedWearable, asked: Asked) -> bool:
    return has_profile(shelf, before) and asked.profile_id in (None, before.profile_id)


def find_last(data_dir: Path, choices: Sequence[Choice] = ()) -> tuple[Worn, ...]:
    """Put on what was worn last, where it was worn, set as it was but for the choices.

    Raises
    ------
    RefusedInput
        If nothing was, its profile is no longer there, or a choice is not allowed.

    """
    shelf = open_shelf(data_dir)
    last = load_saved(data_dir).last
    if not last:
        raise RefusedInput(
            "no wearable was used yet",
            where="--last",
            advice="Name one with --device; `breathsense scan` lists what is in reach.",
        )
    return put_on(apply_choices([build_wish(shelf, one, one.place) for one in last], choices))


def has_profile(shelf: Shelf, saved: SavedWearable) -> bool:
    """Return whether the profile of a saved wearable is on the shelf."""
    return any(profile.id == saved.profile_id for profile in shelf.profiles)


def build_wish(shelf: Shelf, saved: SavedWearable, place: Place | None) -> Wish:
    """Return a saved wearable as one that shall be worn; raises RefusedInput."""
    profile = shelf.find(saved.profile_id)
    settings = keep_allowed(profile, saved.settings)
    return Wish(profile, saved.find_id(), saved.name, place, settings)


def to_saved(worn: Sequence[Worn]) -> list[SavedWearable]:
    """Return what is to be remembered of wearables that are used together.

    A stream that was off because another wearable tells the same may be wanted next time.
    """
    return [
        SavedWearable(
            name=one.wearable.name,
            profile_id=one.wearable.profile.id,
            place=one.wearable.place,
            ids={sys.platform: one.device_id},
            settings=one.chosen,
        )
        for one in worn
    ]


def _recognise(asked: Asked, found: Sequence[Found]) -> Wish:
    called = [one for one in found if asked.words == one.name]
    called = [one for one in found if asked.words.lower() == one.id.lower()] or called
    if not called:
        raise RefusedInput(
            "no wearable of that name or id is in reach",
            where=asked.words,
            advice="`breathsense scan` lists what is. Put it on, wake it, bring it nearer."
            + (" Places are @belly, @ribs and @back." if "@" in asked.words else ""),
        )
    if len(called) > 1:
        raise RefusedInput(
            f"{len(called)} wearables bear this name",
            where=asked.words,
            advice="Name it by the id that `breathsense scan` lists.",
        )
    (one,) = called
    if one.profile is None:
        raise RefusedInput(
            "no profile recognises this wearable",
            where=asked.words,
            advice="Name one with --profile; `breathsense profiles` lists them.",
        )
    return Wish(one.profile, one.id, one.name, asked.place)
