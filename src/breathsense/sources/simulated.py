"""Virtual wearables on a virtual person, behind the very link code that real ones use."""

from collections.abc import Sequence
from dataclasses import dataclass

from breathsense.core.model.sensors import Place
from breathsense.core.setup import Wearable
from breathsense.simulation.faults import Faults
from breathsense.simulation.peripheral import Peripheral
from breathsense.simulation.person import Person
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

    """

    radio: Radio
    profile_id: str
    device_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Demo:
    """A source with virtual wearables, and the wearables of its session."""

    wearables: tuple[Wearable, ...]
    source: BleSource


def build_demo_radio(
    wearable_id: str = DEMO_WEARABLE, *, seed: int = 0, faults: Faults | None = None
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

    Raises
    ------
    RefusedInput
        If there is no virtual wearable of that id.

    """
    peripheral = build_wearable(wearable_id, Person(seed), seed, faults or Faults())
    radio = build_memory_radio([peripheral])
    return DemoRadio(radio, wearable_id, peripheral.address, peripheral.advertisement.name)


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
    person = Person(seed)
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
    return Demo(tuple(wearable for wearable, _ in worn), source)
