"""Virtual wearables by name; the names are those of the profiles that fit them."""

import difflib

from breathsense.core.model.errors import RefusedInput
from breathsense.simulation.body import Body, Quantity
from breathsense.simulation.devices.bitalino import Bitalino
from breathsense.simulation.devices.bluest import BlueStBoard
from breathsense.simulation.devices.heart_rate import HeartRateTwin
from breathsense.simulation.devices.metamotion import MetaMotion
from breathsense.simulation.devices.microbit import Microbit
from breathsense.simulation.devices.movesense import Movesense
from breathsense.simulation.devices.polar_h10 import PolarH10
from breathsense.simulation.devices.polar_verity import PolarOh1, PolarVeritySense
from breathsense.simulation.devices.stretch import BendLabs, StretchSense
from breathsense.simulation.devices.sweetzpot_flow import SweetzpotFlow
from breathsense.simulation.devices.text_band import TextBand
from breathsense.simulation.devices.thingy52 import Thingy52
from breathsense.simulation.devices.twin import Twin
from breathsense.simulation.devices.vernier_gdx import VernierGdx
from breathsense.simulation.devices.vitalpro import VitalPro
from breathsense.simulation.devices.witmotion import WitMotion
from breathsense.simulation.devices.xsens_dot import XsensDot
from breathsense.simulation.faults import Faults

WEARABLES: dict[str, type[Twin]] = {
    "vernier-gdx-rb": VernierGdx,
    "polar-h10": PolarH10,
    "polar-verity-sense": PolarVeritySense,
    "polar-oh1": PolarOh1,
    "sweetzpot-flow": SweetzpotFlow,
    "heart-rate": HeartRateTwin,
    "movesense": Movesense,
    "witmotion-ble5": WitMotion,
    "nordic-uart-text": TextBand,
    "movella-dot": XsensDot,
    "metawear-metamotion": MetaMotion,
    "microbit": Microbit,
    "nordic-thingy52": Thingy52,
    "st-bluest": BlueStBoard,
    "bitalino": Bitalino,
    "stretchsense-gen3": StretchSense,
    "bendlabs-1axis": BendLabs,
    "tymewear-vitalpro": VitalPro,
}

_COLUMNS: dict[Quantity, str] = {
    "belt_force": "abdomen[N]",
    "acceleration": "acc_x[g], acc_y[g], acc_z[g]",
    "rotation": "gyr_x[deg/s], gyr_y[deg/s], gyr_z[deg/s]",
    "beats": "rr[ms]",
}


def build_wearable(
    wearable_id: str, body: Body, seed: int = 0, faults: Faults | None = None
) -> Twin:
    """Build a virtual wearable on a body.

    Parameters
    ----------
    wearable_id : str
        A key of ``WEARABLES``, the same as the id of the profile.
    body : Body
        A ``Person`` or a ``Trace``.
    seed : int
        Address, serial number, clock error and lost packets follow from it.
    faults : Faults, optional
        What shall go wrong; nothing by default.

    Raises
    ------
    RefusedInput
        If there is no such wearable, or the body has nothing that it measures.

    """
    kind = WEARABLES.get(wearable_id)
    if kind is None:
        near = difflib.get_close_matches(wearable_id, WEARABLES, n=1)
        advice = f"Did you mean {near[0]}? " if near else ""
        raise RefusedInput(
            "there is no such virtual wearable",
            where=wearable_id,
            advice=f"{advice}There are: {', '.join(WEARABLES)}.",
        )
    if not set(kind.needs) & body.measurable:
        wanted = " or ".join(_COLUMNS[quantity] for quantity in kind.needs)
        raise RefusedInput(
            "the trace has nothing that this wearable measures",
            where=wearable_id,
            advice=f"It needs {wanted}.",
        )
    return kind(body, seed, faults if faults is not None else Faults())
