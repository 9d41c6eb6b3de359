import io
import json
from dataclasses import replace

import pytest

from breathsense import __version__
from breathsense.core.analysis import Analysis, BraceSpan, BreathSpan, Span
from breathsense.core.model.bracing import BraceEnd, BraceStart, HoldScored, SetScored
from breathsense.core.model.events import Breath, RatePoint
from breathsense.core.model.sensors import Sensor
from breathsense.exports.analysis_json import write_analysis

BREATH = Breath("abdomen", 0, 3_100_000_000, 4_700_000_000, 2.1, 5_100_000_000, "unknown", 0.75)
ANALYSIS = Analysis(
    inputs=("band.csv",),
    duration_ns=480_000_000_000,
    sensors=(Sensor("abdomen", "band", "abdomen", "N", 10.0),),
    breaths=(BreathSpan(BREATH, 7_900_000_000), BreathSpan(BREATH, None)),
    unit="N",
    rates=(RatePoint("abdomen", 32_000_000_000, 12.4, 0.9),),
    braces=(
        BraceSpan(
            BraceStart(0, 60_200_000_000, "expand", 0.7, 61_000_000_000),
            BraceEnd(
                0, 70_400_000_000, "breathing", 0.8, 0.1, 0.9, 4_000_000_000, 3, 0.9, 71_000_000_000
            ),
        ),
        BraceSpan(BraceStart(1, 80_000_000_000, "unknown", 0.5, 81_000_000_000), None),
    ),
    gaps=(Span(1_000_000_000, 2_500_000_000, "packet_loss"),),
    unscored=(Span(0, 500_000_000, "flat"),),
    holds=(
        HoldScored(
            0,
            81.5,
            1.0,
            0.5,
            0.75,
            None,
            None,
            is_level_doubtful=True,
            decided_ns=71_000_000_000,
            doubt="slip",
        ),
    ),
    sets=(
        SetScored(
            0,
            60_200_000_000,
            70_400_000_000,
            1,
            81.5,
            1.0,
            0.5,
            0.75,
            None,
            "drift",
            90_000_000_000,
        ),
    ),
)
BREATH_KEYS = ["inhale_start_s", "peak_s", "end_s", "depth", "unit", "peak_decided_s"]


def written(analysis: Analysis) -> str:
    stream = io.StringIO()
    write_analysis(analysis, stream)
    return stream.getvalue()


def test_the_object_has_the_keys_of_the_contract_in_its_order() -> None:
    told = json.loads(written(ANALYSIS))
    assert list(told) == [
        "schema",
        "program",
        "inputs",
        "duration_s",
        "sensors",
        "breaths",
        "rate",
        "braces",
        "gaps",
        "unscored",
        "holds",
        "sets",
    ]
    assert list(told["breaths"][0]) == [*BREATH_KEYS, "kind", "quality"]
    assert told["schema"] == "breathsense.analysis/1"
    assert told["program"] == f"breathsense {__version__}"


def test_times_are_seconds() -> None:
    told = json.loads(written(ANALYSIS))
    breath = told["breaths"][0]
    assert [breath[key] for key in BREATH_KEYS] == [3.1, 4.7, 7.9, 2.1, "N", 5.1]
    assert told["breaths"][1]["end_s"] is None
    assert told["duration_s"] == 480.0
    assert told["sensors"] == [{"id": "abdomen", "kind": "band", "rate_hz": 10.0, "unit": "N"}]
    assert told["rate"] == [{"t_s": 32.0, "per_min": 12.4, "quality": 0.9}]
    assert told["gaps"] == [{"start_s": 1.0, "end_s": 2.5, "reason": "packet_loss"}]
    assert told["unscored"] == [{"start_s": 0.0, "end_s": 0.5, "reason": "flat"}]
    assert told["braces"] == [
        {
            "start_s": 60.2,
            "end_s": 70.4,
            "decided_s": 61.0,
            "direction": "expand",
            "breathing": "breathing",
            "level": 0.8,
            "quality": 0.9,
        },
        {
            "start_s": 80.0,
            "end_s": None,
            "decided_s": 81.0,
            "direction": "unknown",
            "breathing": "unknown",
            "level": None,
            "quality": 0.5,
        },
    ]


def test_holds_and_sets_have_their_scores_with_the_parts_and_what_is_doubtful() -> None:
    told = json.loads(written(ANALYSIS))
    parts = {"score": 81.5, "level": 1.0, "steadiness": 0.5, "retention": 0.75, "breathing": None}
    assert told["holds"] == [{"start_s": 60.2, "decided_s": 71.0, **parts, "doubt": "slip"}]
    assert told["sets"] == [
        {
            "start_s": 60.2,
            "end_s": 70.4,
            "n_holds": 1,
            "decided_s": 90.0,
            **parts,
            "doubt": "drift",
        }
    ]


def test_one_line_and_the_same_bytes_each_time() -> None:
    assert written(ANALYSIS) == written(ANALYSIS)
    assert written(ANALYSIS).endswith("}\n")
    assert written(ANALYSIS).count("\n") == 1


def test_a_number_that_is_none_is_a_bug_not_a_word() -> None:
    broken = Analysis((), 0, (), (), "", (RatePoint("a", 0, float("nan"), 0.0),), (), (), ())
    with pytest.raises(ValueError, match="JSON"):
        written(broken)


def test_the_name_of_a_file_cannot_steer_the_terminal() -> None:
    name = "a\x9b2J\x1b]0;mine\x07\u202e.mcap"
    text = written(replace(ANALYSIS, inputs=(name,)))
    assert text.removesuffix("\n").isprintable()
    assert json.loads(text)["inputs"] == [name]
