from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from breathsense.core.analysis import BraceSpan, Span
from breathsense.core.model.bracing import BraceEnd, BraceStart
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.notes import BreathTimes, Notes, ScoredBrace, ScoredBreath, Scores
from breathsense.core.model.samples import freeze_times, freeze_values
from breathsense.exports.content import Content
from breathsense.exports.progress import Cancelled
from breathsense.recordings.notes import NoteWriter, find_notes, read_notes
from breathsense.session.pyramid import build_pyramid
from breathsense.session.review import Review
from breathsense.session.review_changes import compare_scores, is_same, take_scores
from breathsense.session.review_edits import check_times
from breathsense.session.review_figures import compare_figures, list_figures
from breathsense.session.review_window import ReviewWindow, open_window
from breathsense.session.reviewing import open_review

S = 1_000_000_000
MS = 1_000_000
CSV_ROWS = "\n".join(f"{n / 10},{2 - 2 * np.cos(2 * np.pi * n / 40)}" for n in range(900))


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("review") / "belt.csv"
    path.write_text(f"t_s,abdomen[N]\n{CSV_ROWS}\n")
    return path


@pytest.fixture(scope="module")
def found(table: Path) -> Content:
    content = open_review(table, "physio").found
    braces = (
        BraceSpan(
            BraceStart(0, 30 * S, "expand", 0.9, 31 * S),
            BraceEnd(0, 40 * S, "breathing", 0.9, 0.1, 0.85, 4 * S, 2, 0.9, 41 * S),
        ),
        BraceSpan(BraceStart(1, 80 * S, "draw_in", 0.9, 81 * S), None),
    )
    gaps = (Span(50 * S, 52 * S, "link_lost"),)
    return replace(content, analysis=replace(content.analysis, braces=braces, gaps=gaps))


@pytest.fixture
def review(found: Content, tmp_path: Path) -> Review:
    return Review(tmp_path / "belt.csv", found, Notes(), "physio")


def list_peaks(review: Review) -> list[int]:
    return [one.breath.peak_ns for one in review.told.analysis.breaths]


def test_reading_tells_how_far_it_is_and_can_be_stopped(table: Path) -> None:
    def stop(_share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        open_review(table, "physio", stop)


def test_a_review_begins_with_the_leading_trace_and_knows_its_ends(review: Review) -> None:
    assert [one.key.sensor for one in review.traces] == ["abdomen"]
    assert (review.start_ns, review.end_ns) == (0, 89_900 * MS)
    pyramid = review.find_pyramid(review.traces[0])
    assert review.find_pyramid(review.traces[0]) is pyramid


def test_one_jumps_to_breaths_braces_marks_and_gaps_both_ways(review: Review) -> None:
    peaks = list_peaks(review)
    assert review.find_stop("breath", peaks[2]) == peaks[3]
    assert review.find_stop("breath", peaks[2], is_back=True) == peaks[1]
    assert review.find_stop("breath", peaks[-1]) is None
    assert review.find_stop("breath", 0, is_back=True) is None
    assert review.find_stop("hold", 0) == 30 * S
    assert review.find_stop("hold", 30 * S) == 80 * S
    assert review.find_stop("gap", 40 * S) == 50 * S
    assert review.find_stop("mark", 0) is None
    assert (review.count_stops("mark"), review.count_stops("hold")) == (0, 2)
    review.annotate(10 * S, "talks")
    assert review.find_stop("mark", 0) == 10 * S


def test_an_annotation_is_written_edited_taken_away_and_given_back(review: Review) -> None:
    review.annotate(10 * S, "talks")
    here = review.find_annotation(11 * S)
    assert here is not None
    assert (here.text, here.signed.by) == ("talks", "physio")
    assert review.find_annotation(20 * S) is None
    review.annotate(0, "laughs", here)
    edited = review.find_annotation(10 * S)
    assert edited is not None
    assert (edited.text, edited.start_ns) == ("laughs", 10 * S)
    review.remove_annotation(edited)
    assert review.find_annotation(10 * S) is None
    assert review.undo()
    assert review.undo()
    again = review.find_annotation(10 * S)
    assert again is not None
    assert again.text == "talks"
    assert review.undo()
    assert not review.undo()


def test_a_breath_is_moved_by_its_parts_and_its_origin_is_kept(review: Review) -> None:
    before = list_peaks(review)
    review.set_breath(before[3] + 300 * MS, "peak")
    review.set_breath(before[3] - 1_500 * MS, "start")
    review.set_breath(before[3] + 1_700 * MS, "end")
    times = review.told.analysis.breaths[3]
    assert times.breath.peak_ns == before[3] + 300 * MS
    assert times.breath.inhale_start_ns == before[3] - 1_500 * MS
    assert times.end_ns == before[3] + 1_700 * MS
    (correction,) = review.notes.corrections
    assert correction.was is not None
    assert correction.was.peak_ns == before[3], "what the engine had found"
    assert review.told.by_hand == {before[3] + 300 * MS}
    assert [review.undo() for _ in range(4)] == [True, True, True, False]
    assert list_peaks(review) == before


def test_a_breath_that_is_none_goes_and_one_can_be_put_in_its_place(review: Review) -> None:
    before = list_peaks(review)
    review.remove_breath(before[5])
    assert before[5] not in list_peaks(review)
    review.add_breath(before[5])
    assert list_peaks(review) == before
    added = review.told.analysis.breaths[5]
    assert added.breath.inhale_start_ns == pytest.approx(before[5] - 2 * S, abs=300 * MS)
    assert added.end_ns == pytest.approx(before[5] + 2 * S, abs=300 * MS)
    review.remove_breath(before[5])
    assert before[5] not in list_peaks(review)
    assert review.notes.corrections[-1].was is not None


@pytest.mark.parametrize("part", ["start", "peak", "end"])
def test_a_part_stays_in_its_breath(review: Review, part: str) -> None:
    span = review.told.analysis.breaths[5]
    at_ns = {
        "start": span.breath.peak_ns + 100 * MS,
        "peak": span.breath.inhale_start_ns + 100 * MS,
        "end": span.breath.peak_ns + 100 * MS,
    }[part]
    with pytest.raises(RefusedInput, match="begins, turns and ends"):
        review.set_breath(at_ns, part)  # type: ignore[arg-type]
    assert not find_notes(review.path).exists(), "nothing was written"


def test_a_breath_does_not_reach_over_its_neighbours() -> None:
    with pytest.raises(RefusedInput, match="over the peak"):
        check_times(BreathTimes(1 * S, 3 * S, 5 * S), 1 * S, None)
    with pytest.raises(RefusedInput, match="over the peak"):
        check_times(BreathTimes(1 * S, 3 * S, 5 * S), None, 5 * S)
    check_times(BreathTimes(1 * S, 3 * S, None), 0, 4 * S)


def test_where_there_is_no_breath_or_signal_nothing_is_set(
    review: Review, found: Content, tmp_path: Path
) -> None:
    review.remove_breath(list_peaks(review)[-1])
    with pytest.raises(RefusedInput, match="no breath here"):
        review.remove_breath(200 * S)
    with pytest.raises(RefusedInput, match="no signal here"):
        review.add_breath(200 * S)
    blind = Review(tmp_path / "a.csv", replace(found, tracks=()), Notes(), "physio")
    with pytest.raises(RefusedInput, match="no breathing signal"):
        blind.add_breath(1 * S)
    assert blind.traces == ()


def test_scores_are_kept_once_and_compared_with_later_ones(review: Review, found: Content) -> None:
    assert review.compare_with_kept() is None
    assert review.keep_scores()
    assert not review.keep_scores()
    (kept,) = read_notes(review.path).scores
    assert kept.signed.by == "breathsense"
    assert is_same(kept, take_scores(found.analysis))
    same = review.compare_with_kept()
    assert same is not None
    assert same.n_changes == 0
    fewer = replace(found, analysis=replace(found.analysis, breaths=found.analysis.breaths[1:]))
    later = Review(review.path, fewer, read_notes(review.path), "physio")
    changes = later.compare_with_kept()
    assert changes is not None
    assert [one.words for one in changes.listed] == ["breath not found any more"]
    assert later.keep_scores()
    assert len(read_notes(review.path).scores) == 2, "the old ones stay"


def make_scores(
    peaks_s: list[float], braces: list[tuple[float, float | None, str]], depth: float = 2.0
) -> Scores:
    breaths = tuple(
        ScoredBreath(BreathTimes(int((t - 1) * S), int(t * S), int((t + 2) * S)), depth)
        for t in peaks_s
    )
    return Scores(
        "x", "abdomen", "N", breaths,
        tuple(ScoredBrace(int(a * S), None if b is None else int(b * S), way, None)
              for a, b, way in braces),
    )  # fmt: skip


def test_changes_are_told_one_by_one() -> None:
    before = make_scores([2, 6, 10, 14], [(20, 30, "expand"), (40, 45, "unknown")])
    now = make_scores(
        [2, 6.2, 14, 18], [(22, 29, "expand"), (41, 44, "draw_in"), (60, None, "expand")]
    )
    changes = compare_scores(before, now)
    assert [(one.t_ns / S, one.words) for one in changes.listed] == [
        (6.2, "breath: peak +0.20 s"),
        (10.0, "breath not found any more"),
        (18.0, "breath found anew"),
        (40.0, "brace: way not known is drawn in now"),
        (60.0, "brace (the belly widens) found anew"),
    ]
    assert (changes.n_breaths, changes.n_braces, changes.n_same) == ((4, 4), (2, 3), 2)
    assert changes.rate_per_min[0] == 15.0
    assert changes.rate_per_min[1] == pytest.approx(60 / 4.2)
    back = compare_scores(now, make_scores([2, 6.2, 14, 18], [], depth=1.0))
    words = [one.words for one in back.listed]
    assert words.count("breath: depth -50 %") == 4
    assert "brace (the belly widens) not found any more" in words
    assert compare_scores(make_scores([], []), make_scores([], [])).rate_per_min == (None, None)


def test_figures_of_two_sessions_stand_side_by_side(review: Review, found: Content) -> None:
    rows = {row.name: row.one for row in list_figures(review.told)}
    assert rows["Braces"] == "1"
    assert rows["Draw-ins"] == "0"
    assert rows["Held"] == "10.0 s"
    assert rows["Pain"] == "-"
    assert "By hand" not in rows
    review.remove_breath(list_peaks(review)[3])
    pairs = compare_figures(list_figures(found), review.figures)
    both = {row.name: (row.one, row.other) for row in pairs}
    assert both["By hand"] == ("-", "1")
    assert both["Braces"] == ("1", "1")


def test_a_pyramid_loses_no_peak_and_reads_little() -> None:
    n = 400_000
    t_ns = freeze_times(np.arange(n, dtype=np.int64) * 10 * MS)
    values = np.sin(np.arange(n) / 50)
    values[123_456], values[300_001] = 9.0, -7.0
    pyramid = build_pyramid(t_ns, freeze_values(values))
    whole = pyramid.read(0, int(t_ns[-1]) + 1, int(t_ns[-1]) // 200)
    assert len(whole.t_ns) < 200 * 40
    assert (whole.highs.max(), whole.lows.min()) == (9.0, -7.0)
    near = pyramid.read(100 * S, 101 * S, 5 * MS)
    assert len(near.t_ns) == 101, "single samples, with the one before"
    assert np.array_equal(near.lows, near.highs)
    for levels in pyramid.levels:
        assert (levels.lows.min(), levels.highs.max()) == (-7.0, 9.0)
    assert len(build_pyramid(t_ns[:1], freeze_values(values[:1])).levels) == 1


def test_a_window_keeps_its_cursor_in_sight_and_stays_in_the_session() -> None:
    window = open_window(0, 600 * S)
    assert (window.from_ns, window.span_ns) == (0, 60 * S)
    moved = window.move(70 * S)
    assert moved.cursor_ns == 70 * S
    assert moved.to_ns == 76 * S, "a tenth of the window ahead"
    assert moved.move(-80 * S).from_ns == 0
    assert window.move(-5 * S).cursor_ns == 0
    assert window.move(30 * S).turn_page(2).from_ns == 120 * S
    assert window.turn_page(99).to_ns == 600 * S
    jumped = window.jump(300 * S)
    assert (jumped.from_ns, jumped.cursor_ns) == (270 * S, 300 * S)
    assert jumped.jump(310 * S).from_ns == 270 * S, "what is in sight does not move"


def test_zooming_keeps_the_cursor_where_it_is_on_the_screen() -> None:
    window = open_window(0, 600 * S).jump(300 * S)
    closer = window.zoom(1)
    assert closer.span_ns == 30 * S
    assert (closer.cursor_ns - closer.from_ns) / closer.span_ns == pytest.approx(0.5)
    assert window.zoom(99).span_ns == 2 * S
    farthest = window.zoom(-99)
    assert (farthest.from_ns, farthest.to_ns) == (0, 600 * S)
    assert farthest.show_all().span_ns == 60 * S
    assert window.show_all() == farthest


def test_the_shortest_session_has_a_window_too() -> None:
    window = open_window(5 * S, 5 * S)
    assert window.length_ns == S
    assert window.zoom(1).move(S).show_all() == ReviewWindow(5 * S, 5 * S, 5 * S, S, 5 * S)


def test_notes_that_cannot_be_written_change_nothing(found: Content, tmp_path: Path) -> None:
    review = Review(tmp_path / "gone" / "a.csv", found, Notes(), "physio")
    with pytest.raises(RefusedInput, match="cannot be written"):
        review.annotate(0, "words")
    assert review.notes.annotations == ()


def test_notes_of_others_are_seen(found: Content, tmp_path: Path) -> None:
    path = tmp_path / "belt.csv"
    NoteWriter(path, "wearer").annotate(3 * S, "mine")
    review = Review(path, found, read_notes(path), "physio")
    review.annotate(4 * S, "yours")
    assert [one.signed.by for one in review.notes.annotations] == ["wearer", "physio"]
