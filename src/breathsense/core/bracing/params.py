"""The numbers of the brace detector."""

from dataclasses import dataclass, field

from breathsense.core.bracing.context import ContextParams
from breathsense.core.bracing.held import HeldParams
from breathsense.core.bracing.hints import HintParams
from breathsense.core.bracing.holds import HoldParams
from breathsense.core.bracing.inner import InnerParams
from breathsense.core.bracing.level import LevelParams
from breathsense.core.bracing.loads import LoadParams
from breathsense.core.bracing.onset import OnsetParams
from breathsense.core.bracing.sound import SoundParams
from breathsense.core.bracing.sway import SwayParams


@dataclass(frozen=True, slots=True)
class BraceParams:
    """What counts as a brace; no number has the unit of a sensor.

    Parameters
    ----------
    sound, level : SoundParams, LevelParams
        What a frame tells.
    context : ContextParams
        Marks.
    sway : SwayParams
        How breathing is seen by the belly's accelerometer.
    onset, held : OnsetParams, HeldParams
        When a brace begins and ends.
    inner : InnerParams
        How breaths inside a brace are found.
    hints : HintParams
        What a screen is shown.
    holds, loads : HoldParams, LoadParams
        How held braces, and braces before a bend, are judged.

    """

    sound: SoundParams = field(default_factory=SoundParams)
    level: LevelParams = field(default_factory=LevelParams)
    context: ContextParams = field(default_factory=ContextParams)
    sway: SwayParams = field(default_factory=SwayParams)
    onset: OnsetParams = field(default_factory=OnsetParams)
    held: HeldParams = field(default_factory=HeldParams)
    inner: InnerParams = field(default_factory=InnerParams)
    hints: HintParams = field(default_factory=HintParams)
    holds: HoldParams = field(default_factory=HoldParams)
    loads: LoadParams = field(default_factory=LoadParams)
