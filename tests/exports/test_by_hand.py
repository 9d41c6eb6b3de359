import csv
import json
from dataclasses import replace
from pathlib import Path

import edfio
import pytest

from breathsense.core.model.inputs import Mark
from breathsense.core.model.notes import Annotation, BreathTimes, Correction, Notes, Signed
from breathsense.core.setup import Setup
from breathsense.exports.by_hand import apply_notes, take_times
from breathsense.exports.content import Content, Provenance, gather_content
from breathsense.exports.csv_bundle import write_csv_bundle
from breathsense.exports.edf_file import write_edf
from breathsense.exports.events import list_events
from breathsense.exports.noted_json import describe_content
from breathsense.exports.page.writing import build_page
from breathsense.exports.progress import Cancelled, tell_nobody, tell_part

S = 1_000_000_000
MS = 1_000_000
PHYSIO = Signed("physio", "2026-11-22T17:03:11+01:00")


def find_times(content: Content, number: int) -> BreathTimes:
    return take_times(content.analysis.breaths[number])


def correct(content: Content, *pairs: tuple[BreathTimes | None, BreathTimes | None]) -> Content:
    made = [Correction(str(n), was, now, PHYSIO) for n, (was, now) in enumerate(pairs)]
    return apply_notes(content, Notes(corrections=tuple(made)))


def test_a_moved_breath_has_new_times_a_new_depth_and_its_own_number(content: Content) -> None:
    was = find_times(content, 3)
    now = replace(was, peak_ns=was.peak_ns - 500 * MS)
    told = correct(content, (was, now))
    breath = told.analysis.breaths[3].breath
    before = content.analysis.breaths[3].breath
    assert (breath.peak_ns, breath.number) == (now.peak_ns, before.number)
    assert 0 < breath.depth < before.depth
    assert told.by_hand == {now.peak_ns}
    assert len(told.analysis.breaths) == len(content.analysis.breaths)


def test_a_breath_that_was_none_goes_and_an_added_one_comes_in_order(content: Content) -> None:
    gone, free = find_times(content, 3), find_times(content, 3)
    told = correct(content, (gone, None))
    peaks = [one.breath.peak_ns for one in told.analysis.breaths]
    assert gone.peak_ns not in peaks
    again = correct(content, (gone, None), (None, free))
    peaks = [one.breath.peak_ns for one in again.analysis.breaths]
    assert peaks == sorted(peaks)
    assert again.by_hand == {free.peak_ns}
    added = next(one for one in again.analysis.breaths if one.breath.peak_ns == free.peak_ns)
    assert added.breath.sensor == "abdomen"
    assert added.breath.number == 1 + max(one.breath.number for one in content.analysis.breaths), (
        "no other breath has it"
    )
    assert added.breath.depth == pytest.approx(4.0, abs=0.4)


def test_what_another_version_does_not_find_holds_as_it_was_set(content: Content) -> None:
    nowhere = BreathTimes(149_500 * MS, 151 * S, None)
    now = BreathTimes(149_500 * MS, 150 * S, None)
    told = correct(content, (nowhere, now), (nowhere, None))
    assert told.by_hand == {now.peak_ns}
    assert len(told.analysis.breaths) == len(content.analysis.breaths) + 1


def test_a_breath_that_runs_into_the_next_ends_there(content: Content) -> None:
    was, before = find_times(content, 3), find_times(content, 2)
    early = replace(was, inhale_start_ns=was.inhale_start_ns - 600 * MS)
    told = correct(content, (was, early))
    assert before.end_ns is not None
    assert before.end_ns > early.inhale_start_ns
    assert told.analysis.breaths[2].end_ns == early.inhale_start_ns


def test_without_notes_nothing_changes(content: Content) -> None:
    told = apply_notes(content, Notes())
    assert told.analysis == content.analysis
    assert "notes" not in describe_content(told)
    assert list_events(told) == list_events(content)


def test_a_session_without_waveforms_takes_notes_too() -> None:
    bare = gather_content(Setup(), [], Provenance("empty"))
    told = correct(bare, (None, BreathTimes(S, 2 * S, 3 * S)))
    assert [(one.breath.depth, one.breath.sensor) for one in told.analysis.breaths] == [(0.0, "")]


@pytest.fixture(scope="module")
def noted(content: Content) -> Content:
    was, gone = find_times(content, 3), find_times(content, 6)
    notes = Notes(
        annotations=(Annotation("a", 20 * S, 2 * S, "=1+1 <b>talks</b>", PHYSIO),),
        corrections=(
            Correction("b", was, replace(was, peak_ns=was.peak_ns - 300 * MS), PHYSIO),
            Correction("c", gone, None, PHYSIO),
            Correction("d", None, BreathTimes(51 * S, 52 * S, None), PHYSIO),
        ),
    )
    return apply_notes(content, notes)


def test_exports_mark_what_was_set_by_hand_and_tell_what_was_found(
    noted: Content, tmp_path: Path
) -> None:
    write_csv_bundle(noted, tmp_path / "out")
    with (tmp_path / "out" / "breaths.csv").open(encoding="utf-8", newline="") as file:
        marked = [row["peak_s"] for row in csv.DictReader(file) if row["by_hand"] == "True"]
    assert len(marked) == 2
    with (tmp_path / "out" / "events.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    words = [row["label"] for row in rows if row["kind"] == "by hand"]
    assert words[0].startswith("breath moved by physio; found: in ")
    assert words[1].startswith("breath removed by physio; found: in ")
    assert words[2] == "breath added by physio"
    assert [row["label"] for row in rows if row["kind"] == "annotation"] == [
        "'=1+1 <b>talks</b> (physio)"
    ]
    told = json.loads((tmp_path / "out" / "session.json").read_text(encoding="utf-8"))
    assert [one["by"] for one in told["notes"]["corrections"]] == ["physio"] * 3
    assert told["notes"]["corrections"][1]["now"] is None
    assert sum("by_hand" in one for one in told["breaths"]) == 2


def test_the_page_and_edf_tell_annotations(noted: Content, tmp_path: Path) -> None:
    page = build_page(noted)
    assert "=1+1 &lt;b&gt;talks&lt;/b&gt; (physio)" in page
    assert "<b>talks" not in page
    assert "breath removed by physio" in page
    write_edf(noted, tmp_path / "out.edf")
    texts = [one.text for one in edfio.read_edf(tmp_path / "out.edf").annotations]
    assert "annotation: =1+1 <b>talks</b> (physio)" in texts


def test_progress_goes_from_nothing_to_all_and_can_be_stopped(content: Content) -> None:
    shares: list[float] = []
    tell = tell_part(shares.append, 1, 2)
    tell(0.0)
    tell(2.0)
    tell_nobody(0.3)
    assert shares == [0.5, 1.0]

    def stop(_share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        gather_content(
            content.setup, [Mark(0, "note: x")], content.provenance, duration_ns=S, tell=stop
        )
