"""What was decided about the trunk is not taken back, whatever comes later."""

from dataclasses import replace
from typing import Any

import numpy as np

from breathsense.core.model.bracing import Bend, BendStart, MobilityReach, PostureRange, Slouched

DECIDED = (Bend, BendStart, MobilityReach, PostureRange, Slouched)


def test_cutting_the_input_after_a_decision_changes_nothing(body: Any) -> None:
    t_s = body.make_times(260.0)
    forward = 18.0 * body.ramp(t_s, 14, 22) + 45.0 * body.ramp(t_s, 30, 32)
    forward += 40.0 * body.ramp(t_s, 42, 44) + 44.0 * body.ramp(t_s, 49, 51)
    forward += 16.0 * body.ramp(t_s, 70, 250) + 1.5 * np.sin(2 * np.pi * t_s / 4)
    marks = [
        body.mark("calibration.tall", 5),
        body.mark("calibration.slump", 16),
        body.mark("assess.bend_forward", 40),
    ]
    stance = body.stand(t_s, body.lean(t_s, forward))
    full = [one for one in body.watch(*marks, stance) if isinstance(one, DECIDED)]
    assert {type(one) for one in full} == set(DECIDED)
    assert [one.decided_ns for one in full] == sorted(one.decided_ns for one in full)
    for chosen in full:
        n = int(np.searchsorted(stance.known_ns, chosen.decided_ns, side="right"))
        names = ("t_ns", "known_ns", "up", "is_moving")
        early = replace(stance, **{name: getattr(stance, name)[:n] for name in names})
        found = [one for one in body.watch(*marks, early) if isinstance(one, DECIDED)]
        assert chosen in found
        assert found == full[: len(found)]
