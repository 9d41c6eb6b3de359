"""The whole chain of a session: from what came in to what was found."""

from breathsense.core.detection.breaths import BreathBuilder
from breathsense.core.detection.turns import TurnDetector
from breathsense.core.detection.watch import SignalWatch
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup, list_sensors
from breathsense.core.signal.grid import BandStage
from breathsense.core.signal.tilt import TiltStage
from breathsense.core.stage import Chain, Stage
from breathsense.core.wire.stage import WireStage

LEADERS = (("band", "abdomen"), ("imu", "abdomen"), ("band", "chest"), ("imu", "chest"))
"""Kinds and places whose breaths are reported, best first: the belly is what is practised."""


def find_leader(sensors: tuple[Sensor, ...]) -> Sensor | None:
    """Return the sensor whose breaths are reported; ``None`` if none of them shows breathing."""
    breathing = [sensor for sensor in sensors if sensor.kind in {"band", "imu"}]
    order = {pair: rank for rank, pair in enumerate(LEADERS)}
    return min(
        breathing,
        key=lambda sensor: order.get((sensor.kind, sensor.place), len(LEADERS)),
        default=None,
    )


def build_engine(setup: Setup) -> Chain:
    """Build the chain that turns a session's items into its events.

    Parameters
    ----------
    setup : Setup
        The wearables and bare sensors, and the numbers of all stages.

    Returns
    -------
    Chain
        Takes ``Item``s and gives ``Event``s. Every sensor that shows breathing gets a waveform;
        turns, breaths and rates come from the leading one (``find_leader``) only. Marks and
        link events pass through.

    Raises
    ------
    RefusedInput
        For settings that a wearable's profile does not allow.

    """
    sensors = list_sensors(setup)
    stages: list[Stage] = [
        WireStage(one.id, one.profile, one.place, one.settings) for one in setup.wearables
    ]
    stages += [_build_signal(sensor, setup) for sensor in sensors if sensor.kind in {"band", "imu"}]
    leader = find_leader(sensors)
    if leader is not None:
        params = setup.params
        stages += [
            SignalWatch(leader.id, params.watch),
            TurnDetector(leader.id, params.grid.step_ns, params.turns),
            BreathBuilder(leader.id, params.breaths),
        ]
    return Chain(stages)


def _build_signal(sensor: Sensor, setup: Setup) -> Stage:
    if sensor.kind == "band":
        return BandStage(sensor.id, setup.params.grid)
    return TiltStage(sensor.id, setup.params.grid, setup.params.tilt)
