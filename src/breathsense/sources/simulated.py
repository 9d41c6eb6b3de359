"""Virtual wearables on a virtual person, behind the very link code that real ones use."""

from collections.abc import Sequence
from dataclasses import dataclass

from breathsense.core.model.sensors import Place
from breathsense.core.setup import Wearable
from breathsense.simulation.faults import Faults
from breathsense.simulation.peripheral import Peripheral
from breathsense.simulation.person import Person
from breathsense.simulation.practice import Practice
from breathsense.simulation.script import Script
from breathsense.simulation.wearables import build_wearable
from breathsense.sources.base import SessionClock
from breathsense.sources.ble.memory import build_memory_radio
from breathsense.sources.ble.radio import Radio
from breathsense.sources.ble.source import BleSource
from breathsense.sources.shelf import Shelf, load_shelf

DEMO_WEARABLE = "vernier-gdx-rb"


@dataclass(frozen=True, slots=True)
class DemoRadio:
    """A radio with one virtual wearable in reach.

    Parameters
    ----------
    radio : Radio
        Where a scan or a link finds it.
    profile_id : str
        The profile it fits.
    device_id, name : str
        What it is found by.
    person : Person
        Who wears it.

    """

    radio: Radio
    profile_id: str
    device_id: str
    name: str
    person: Person


@dataclass(frozen=True, slots=True)
class Demo:
    """A source with virtual wearables, the wearables of its session, and who wears them.

    ``practice.lead`` asks the person for something; its times begin at ``person.born_ns``.
    """

    wearables: tuple[Wearable, ...]
    source: BleSource
    person: Person
    practice: Practice


def build_demo_radio(
    wearable_id: str = DEMO_WEARABLE,
    *,
    seed: int = 0,
    faults: Faults | None = None,
    script: Script | None = None,
) -> DemoRadio:
    """Put a virtual wearable on a virtual person into a radio in memory.

    Parameters
    ----------
    wearable_id : str
        Which wearable: the id of its profile.
    seed : int
        The same seed gives the same person and wearable.
    faults : Faults or None
        What shall go wrong.
    script : Script or None
        What the person does; practises gently without one.

    Raises
    ------
    RefusedInput
        If there is no virtual wearable of that id.

    """
    person = Person(seed, script=script if script is not None else Practice(seed))
    peripheral = build_wearable(wearable_id, person, seed, faults or Faults())
    radio = build_memory_radio([peripheral])
    name = peripheral.advertisement.name
    return DemoRadio(radio, wearable_id, peripheral.address, name, person)


def build_demo(
    wearable_ids: Sequence[str] = (DEMO_WEARABLE,),
    *,
    seed: int = 0,
    clock: SessionClock | None = None,
    places: Sequence[Place] = ("abdomen", "chest", "back"),
    shelf: Shelf | None = None,
    faults: Faults | None = None,
) -> Demo:
    """Build a source of virtual wearables, all worn by one virtual person.

    Parameters
    ----------
    wearable_ids : sequence of str
        Profile ids; of each kind only one, or each at another place.
    seed : int
        The same seed gives the same person and wearables.
    clock : SessionClock or None
        The session's clock.
    places : sequence of Place
        Where they are worn, in order.
    shelf : Shelf or None
        The profiles; those that are shipped, by default.
    faults : Faults or None
        What shall go wrong, with each of them.

    Raises
    ------
    RefusedInput
        If there is no virtual wearable, or no profile, of some id.

    """
    profiles = shelf or load_shelf()
    practice = Practice(seed)
    person = Person(seed, script=practice)
    worn: list[tuple[Wearable, str]] = []
    peripherals: list[Peripheral] = []
    for number, (wearable_id, place) in enumerate(zip(wearable_ids, places, strict=False)):
        peripheral = build_wearable(wearable_id, person, seed + number, faults or Faults())
        peripherals.append(peripheral)
        wearable = Wearable(
            id=wearable_id if wearable_ids.count(wearable_id) == 1 else f"{wearable_id}-{number}",
            profile=profiles.find(wearable_id),
            place=place,
            name=peripheral.advertisement.name,
        )
        worn.append((wearable, peripheral.address))
    radio = build_memory_radio(peripherals)
    source = BleSource(worn, radio=radio, clock=clock)
    return Demo(tuple(wearable for wearable, _ in worn), source, person, practice)
