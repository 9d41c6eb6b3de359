"""A session, start to end, through the stages that run live."""

from breathsense.core.analysis import Analysis, AnalysisBuilder
from breathsense.core.engine import build_engine
from breathsense.core.model.sensors import SensorKind
from breathsense.recordings.inputs import Opened, choose_leader


def analyse(opened: Opened, inputs: tuple[str, ...], kind: SensorKind | None = None) -> Analysis:
    """Return what the engine finds; needs memory for what it finds, not for the samples.

    Parameters
    ----------
    opened : Opened
        The session.
    inputs : tuple of str
        Names of what is analysed.
    kind : SensorKind, optional
        Take the breaths from a sensor of this kind.

    Raises
    ------
    RefusedInput
        No sensor shows breathing (none of the kind), or a row of a table makes no sense.

    """
    choose_leader(opened.setup, kind)
    engine = build_engine(opened.setup, kind, joins_blocks=True)
    builder = AnalysisBuilder(opened.setup, inputs)
    for item in opened.items:
        for event in engine.push(item):
            builder.push(event)
    for event in engine.flush():
        builder.push(event)
    return builder.finish()
