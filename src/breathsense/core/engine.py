"""The whole chain of a session: from what came in to what was found."""

from dataclasses import replace

from breathsense.core.bracing.detector import BraceDetector
from breathsense.core.bracing.holds import HoldScorer
from breathsense.core.bracing.loads import LoadJudge
from breathsense.core.bracing.sets import SetScorer
from breathsense.core.calibration.calibrator import Calibrator
from breathsense.core.calibration.matching import keep_worn
from breathsense.core.coaching.corrector import Corrector
from breathsense.core.coaching.judge import Judge
from breathsense.core.coaching.prompter import Prompter
from breathsense.core.detection.breaths import BreathBuilder
from breathsense.core.detection.rhythm import RhythmGuard
from breathsense.core.detection.turns import TurnDetector
from breathsense.core.detection.watch import SignalWatch
from breathsense.core.frames.stage import FrameStage
from breathsense.core.model.sensors import Place, Sensor, SensorKind
from breathsense.core.posture.stage import PostureStage
from breathsense.core.profiles.wearing import list_profile_sensors
from breathsense.core.setup import Setup, list_sensors
from breathsense.core.signal.grid import BandStage
from breathsense.core.signal.imu_rail import RailWatch
from breathsense.core.signal.mmg import MmgStage
from breathsense.core.signal.tilt import TiltStage
from breathsense.core.stage import Chain, Stage
from breathsense.core.wire.joining import LONGEST_NS, JoinStage
from breathsense.core.wire.stage import WireStage

BREATHING = frozenset[SensorKind]({"band", "imu"})
"""Kinds of sensors that show breathing."""
LEADERS = (("band", "abdomen"), ("imu", "abdomen"), ("band", "chest"), ("imu", "chest"))
"""Kinds and places whose breaths are reported, best first: the belly is what is practised."""
TRUNK_PLACES: tuple[Place, ...] = ("abdomen", "back", "chest")
"""Where an IMU shows what the trunk does, best first."""


def find_leader(sensors: tuple[Sensor, ...], kind: SensorKind | None = None) -> Sensor | None:
    """Return the sensor whose breaths are reported; ``None`` if none of them shows breathing.

    With ``kind``, only sensors of that kind are asked.
    """
    kinds = BREATHING if kind is None else {kind}
    breathing = [sensor for sensor in sensors if sensor.kind in kinds]
    order = {pair: rank for rank, pair in enumerate(LEADERS)}
    return min(
        breathing,
        key=lambda sensor: order.get((sensor.kind, sensor.place), len(LEADERS)),
        default=None,
    )


def build_engine(
    setup: Setup, kind: SensorKind | None = None, *, joins_blocks: bool = False
) -> Chain:
    """Build the chain that turns a session's items into its events.

    Parameters
    ----------
    setup : Setup
        The wearables and bare sensors, and the numbers of all stages.
    kind : SensorKind, optional
        Take the breaths from a sensor of this kind.
    joins_blocks : bool
        Let short blocks become long ones first: quicker by far, and the same is found, but some
        time later. For input that is all there already.

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
        WireStage(one.id, one.profile, one.place, one.settings, joins_runs=joins_blocks)
        for one in setup.wearables
    ]
    stages.append(Prompter())
    if joins_blocks:
        stages.append(JoinStage())
    for sensor in sensors:
        stages += _build_signals(sensor, setup)
    stages += _build_posture(sensors, setup)
    leader = find_leader(sensors, kind)
    if leader is not None:
        params = setup.params
        stages += [
            TurnDetector(leader.id, params.grid.step_ns, params.turns),
            BreathBuilder(leader.id, params.breaths),
            SignalWatch(leader.id, params.grid.step_ns, params.watch),
            _build_frames(sensors, leader, setup, LONGEST_NS if joins_blocks else 0),
            *_build_bracing(sensors, leader, setup),
        ]
        if leader.kind == "imu":  # last, for braces are found between breaths of any rhythm
            stages.append(RhythmGuard(leader.id, params.rhythm))
    return Chain(stages)


def _build_frames(
    sensors: tuple[Sensor, ...], leader: Sensor, setup: Setup, joined_ns: int
) -> Stage:
    """Return the stage of frames; it waits longer for sensors by as much as blocks are joined."""
    params = setup.params
    worn = {
        one.id: tuple(
            sensor.id for sensor in list_profile_sensors(one.profile, one.place, one.settings)
        )
        for one in setup.wearables
    }
    waiting = replace(params.frames, held_ns=params.frames.held_ns + joined_ns)
    return FrameStage(sensors, leader.id, worn, params.grid, waiting)


def _build_bracing(sensors: tuple[Sensor, ...], leader: Sensor, setup: Setup) -> list[Stage]:
    params = setup.params
    stored = setup.calibration
    if stored is not None:
        stored = keep_worn(stored, {sensor.id for sensor in sensors})
    calibrator = Calibrator(params.calibration, stored)
    bracing = params.bracing
    return [
        calibrator,
        BraceDetector(bracing, leader.id),
        HoldScorer(bracing.holds),
        SetScorer(),
        LoadJudge(bracing.loads),
        Judge(sensors, leader, params.coaching.judge),
        Corrector(leader.id, params.coaching.corrector),
    ]


def _build_signals(sensor: Sensor, setup: Setup) -> list[Stage]:
    params = setup.params
    if sensor.kind == "band":
        return [BandStage(sensor.id, params.grid)]
    if sensor.kind != "imu":
        return []
    stages: list[Stage] = [
        RailWatch(sensor.id, params.rail),
        TiltStage(sensor.id, params.grid, params.tilt),
    ]
    if sensor.place == "abdomen":
        stages.append(MmgStage(sensor.id, params.mmg))
    return stages


def _build_posture(sensors: tuple[Sensor, ...], setup: Setup) -> list[Stage]:
    """Return what one IMU tells of the trunk: that at the belly, else the back, else the ribs."""
    imus = {sensor.place: sensor for sensor in reversed(sensors) if sensor.kind == "imu"}
    sensor = next((imus[place] for place in TRUNK_PLACES if place in imus), None)
    if sensor is None:
        return []
    known, range_deg = setup.calibration, None
    if known is not None and known.tall_deg is not None and known.slump_deg is not None:
        range_deg = known.slump_deg - known.tall_deg
    step_ns = setup.params.grid.step_ns
    return [PostureStage(sensor.id, step_ns, setup.params.posture, range_deg)]
