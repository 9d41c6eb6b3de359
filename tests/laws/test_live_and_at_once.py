"""Recordings give the same, letter by letter, item by item as live and at once."""

import io
from pathlib import Path

import pytest

from breathsense.core.analysis import AnalysisBuilder
from breathsense.core.engine import build_engine
from breathsense.exports.analysis_json import write_analysis
from breathsense.recordings.inputs import choose_leader, open_inputs

RECORDINGS = Path(__file__).resolve().parents[2] / "recordings"
SAMPLES = (
    *sorted(RECORDINGS.glob("*.mcap")),
    RECORDINGS / "programmes" / "core-before-you-move.mcap",
    RECORDINGS / "programmes" / "day-posture.mcap",
)


def analyse(path: Path, *, joins_blocks: bool) -> str:
    opened = open_inputs((path,))
    choose_leader(opened.setup, None)
    engine = build_engine(opened.setup, None, joins_blocks=joins_blocks)
    builder = AnalysisBuilder(opened.setup, (path.name,))
    for item in opened.items:
        for event in engine.push(item):
            builder.push(event)
    for event in engine.flush():
        builder.push(event)
    text = io.StringIO()
    write_analysis(builder.finish(), text)
    return text.getvalue()


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: str(path.stem))
def test_live_and_at_once(path: Path) -> None:
    assert analyse(path, joins_blocks=True) == analyse(path, joins_blocks=False)
