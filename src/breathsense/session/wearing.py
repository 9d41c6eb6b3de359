"""Several wearables at once: who is worn where, and what each of them then measures."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from breathsense.core.engine import BREATHING
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.sensors import Place
from breathsense.core.profiles.schema import Profile
from breathsense.core.profiles.settings import list_streams_on
from breathsense.core.profiles.wearing import list_profile_sensors, name_stream_sensor
from breathsense.core.setup import Wearable
from breathsense.session.places import PLACE_WORDS


@dataclass(frozen=True, slots=True)
class Worn:
    """A wearable as it is worn today, and what this computer finds it by.

    ``chosen`` is what the user set; the wearable's own settings also switch off what another one
    tells today.
    """

    wearable: Wearable
    device_id: str
    chosen: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wish:
    """A wearable that shall be worn; without a place it gets the first that is free.

    Parameters
    ----------
    profile : Profile
        How it is spoken to.
    device_id, name : str
        What it is found by, and the name it advertises.
    place : Place or None
        Where it is worn, if that was said.
    settings : dict of str to float
        What the user chose.

    """

    profile: Profile
    device_id: str
    name: str = ""
    place: Place | None = None
    settings: dict[str, float] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What a user knows it by."""
        return self.name or self.device_id or self.profile.name


def put_on(wishes: Sequence[Wish]) -> tuple[Worn, ...]:
    """Give each wearable an id of its own, a place, and sensors that no other one has.

    Places that were said are kept; the others are given in the order belly, ribs, back. Where two
    tell the heart rate, that stream of the one that has more to tell is switched off.

    Raises
    ------
    RefusedInput
        If a wearable is named twice, two would measure the same place, there is no place left, or
        one of them has nothing of its own to say, or was set to say nothing.

    """
    _check_each_once(wishes)
    places = _give_places(wishes)
    settings = _share_sensors(wishes, places)
    worn: list[Worn] = []
    for wish, place, chosen in zip(wishes, places, settings, strict=True):
        n_same = sum(one.wearable.profile.id == wish.profile.id for one in worn)
        wearable = Wearable(
            id=wish.profile.id if not n_same else f"{wish.profile.id}-{n_same + 1}",
            profile=wish.profile,
            place=place,
            name=wish.name,
            settings=chosen,
        )
        worn.append(Worn(wearable, wish.device_id, dict(wish.settings)))
    return tuple(worn)


def _check_each_once(wishes: Sequence[Wish]) -> None:
    ids = [wish.device_id.lower() for wish in wishes]
    for wish in wishes:
        if ids.count(wish.device_id.lower()) > 1:
            raise RefusedInput("this wearable is named twice", where=wish.title)


def _list_breathing(wish: Wish, place: Place) -> set[str]:
    sensors = list_profile_sensors(wish.profile, place, wish.settings)
    return {sensor.id for sensor in sensors if sensor.kind in BREATHING}


def _give_places(wishes: Sequence[Wish]) -> list[Place]:
    taken: dict[str, str] = {}
    places: dict[int, Place] = {}
    # Who was given a place keeps it; the others go where there is room.
    said_first = sorted(range(len(wishes)), key=lambda number: wishes[number].place is None)
    for number in said_first:
        wish = wishes[number]
        wanted: list[Place] = [wish.place] if wish.place else list(PLACE_WORDS)
        free = [one for one in wanted if not _list_breathing(wish, one) & set(taken)]
        if not free:
            raise _refuse_place(wish, wanted[0], taken)
        places[number] = free[0]
        taken |= dict.fromkeys(_list_breathing(wish, free[0]), wish.title)
    return [places[number] for number in range(len(wishes))]


def _refuse_place(wish: Wish, place: Place, taken: dict[str, str]) -> RefusedInput:
    sensor = min(_list_breathing(wish, place) & set(taken))
    return RefusedInput(
        f"{taken[sensor]} is worn at the same place and measures the same ({sensor})",
        where=f"{wish.title} ({PLACE_WORDS[place]})",
        advice="Give each a place of its own: NAME@belly, NAME@ribs, NAME@back.",
    )


def _share_sensors(wishes: Sequence[Wish], places: Sequence[Place]) -> list[dict[str, float]]:
    """Return the settings with which no sensor is told twice; specialists choose first."""
    pairs = list(zip(wishes, places, strict=True))
    n_sensors = [
        len(list_profile_sensors(wish.profile, place, wish.settings)) for wish, place in pairs
    ]
    taken: dict[str, str] = {}
    settings: dict[int, dict[str, float]] = {}
    for number in sorted(range(len(pairs)), key=lambda one: n_sensors[one]):
        wish, place = pairs[number]
        settings[number] = _switch_off_repeats(wish, place, taken)
        sensors = list_profile_sensors(wish.profile, place, settings[number])
        taken |= dict.fromkeys((sensor.id for sensor in sensors), wish.title)
    return [settings[number] for number in range(len(pairs))]


def _switch_off_repeats(wish: Wish, place: Place, taken: dict[str, str]) -> dict[str, float]:
    settings = dict(wish.settings)
    streams = list_streams_on(wish.profile, settings)
    if not streams:
        raise RefusedInput(
            "all its streams are switched off", where=wish.title, advice="Leave one of them on."
        )
    repeats = [one.name for one in streams if name_stream_sensor(one, place) in taken]
    if len(repeats) == len(streams):
        sensor = name_stream_sensor(streams[0], place)
        raise RefusedInput(
            f"{taken[sensor]} measures the same already ({sensor})",
            where=wish.title,
            advice="Leave one of them out.",
        )
    return settings | dict.fromkeys(repeats, 0.0)
