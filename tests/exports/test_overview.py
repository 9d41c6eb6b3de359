import re
from dataclasses import replace
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from breathsense.core.analysis import BraceSpan, Span
from breathsense.core.model.bracing import BraceEnd, BraceStart
from breathsense.core.model.calibration import Calibration
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import Mark
from breathsense.core.model.samples import freeze_values
from breathsense.exports.content import Content, Provenance
from breathsense.exports.overview.asking import list_questions
from breathsense.exports.overview.change import list_changes
from breathsense.exports.overview.figures import find_ribs_pct
from breathsense.exports.overview.layout import Heading, draw_overview
from breathsense.exports.overview.sheet import HEIGHT_MM, WIDTH_MM, Box, Dot, Words, wrap
from breathsense.exports.overview.sheet import Path as Line
from breathsense.exports.overview.strips import MM_PER_S, choose_strips
from breathsense.exports.overview.summary import Summary, summarise
from breathsense.exports.overview.trends import build_trends
from breathsense.exports.overview.writing import write_overview

S = 1_000_000_000
CHECK_INS = (Mark(0, "checkin.before: pain=2"), Mark(1, "checkin.after: pain=5"))
FIRST_DAY = datetime.fromisoformat("2026-10-05T18:30:00+02:00")


def make_session(content: Content, n_days: int, *marks: Mark, made: str = "") -> Content:
    started = (FIRST_DAY + timedelta(days=n_days)).isoformat()
    braces = (
        BraceSpan(
            BraceStart(0, 60 * S, "expand", 0.9, 61 * S),
            BraceEnd(0, 70 * S, "breathing", 0.9, 0.1, 0.85, 4 * S, 2, 0.9, 71 * S),
        ),
        BraceSpan(
            BraceStart(1, 80 * S, "draw_in", 0.9, 81 * S),
            BraceEnd(1, 84 * S, "not_seen", -0.8, 0.1, 0.9, 4 * S, 0, 0.9, 85 * S),
        ),
    )
    setup = replace(content.setup, calibration=Calibration(made=made, posture="sitting"))
    return replace(
        content,
        setup=setup,
        provenance=Provenance(f"s{n_days}", started, "breathsense 0.1.0"),
        marks=(*content.marks, *marks),
        analysis=replace(content.analysis, braces=braces),
    )


@pytest.fixture
def sessions(content: Content) -> list[Content]:
    return [
        make_session(content, 0, Mark(0, "checkin.before: pain=3"), made="a"),
        make_session(content, 2, Mark(0, "programme: core.fill_the_can level=2"), made="a"),
        make_session(content, 9, *CHECK_INS, made="b"),
        make_session(content, 11, Mark(50 * S, "stop: dizzy"), made="b"),
    ]


def list_words(summaries: list[Summary]) -> list[Words]:
    sheet = draw_overview(summaries, Heading("P-17", "5 min a day"))
    return [one for one in sheet.marks if isinstance(one, Words)]


def test_a_summary_tells_braces_apart_from_draw_ins(sessions: list[Content]) -> None:
    summary = summarise(sessions[0])
    assert (len(summary.braces), summary.n_draw_ins) == (1, 1)
    assert summary.hold_s == pytest.approx(10.0)
    assert summary.longest_gap_s == pytest.approx(4.0)
    assert summary.is_rest_rate
    assert summary.rate_per_min == pytest.approx(15.0, abs=0.3)


def test_what_is_not_scored_counts_once_and_by_cause(sessions: list[Content]) -> None:
    analysis = replace(
        sessions[0].analysis,
        gaps=(Span(10 * S, 20 * S, "link_lost"),),
        unscored=(Span(15 * S, 55 * S, "motion"),),
    )
    summary = summarise(replace(sessions[0], analysis=analysis))
    assert summary.causes_s == {"link_lost": 10.0, "motion": 40.0}
    assert summary.usable == pytest.approx(1 - 45 / 150, abs=0.01)
    assert not summary.is_usable
    assert build_trends([summary])[0].points == ()


def test_depth_is_told_against_the_first_week(sessions: list[Content]) -> None:
    trend = build_trends([summarise(one) for one in sessions])[1]
    assert [round(one.value) for one in trend.points] == [100, 100, 100, 100]
    assert [one.calibration for one in trend.points] == ["a", "a", "b", "b"]


def test_stops_and_pain_that_rose_are_told_in_front(sessions: list[Content]) -> None:
    texts = [one.text for one in list_words([summarise(one) for one in sessions])]
    alarm = next(one for one in texts if one.startswith("Please look"))
    assert "pain up by 3 (14 Oct)" in alarm
    assert "dizzy (16 Oct)" in alarm
    quiet = [one.text for one in list_words([summarise(sessions[0])])]
    assert "Stops: none logged." in quiet


def test_the_first_week_stands_against_the_last(sessions: list[Content]) -> None:
    pain = [Mark(0, "checkin.before: pain=5"), Mark(0, "checkin.before: pain=2")]
    far = [make_session(sessions[0], day, pain[day > 10]) for day in (0, 3, 20, 21)]
    told = dict(list_changes([summarise(one) for one in far]))
    assert next(iter(told)) == "rate at rest, a minute"
    assert told["pain before"] == "5 → 2"
    assert told["level kept"] == "85 → 85 %"
    assert list_changes([summarise(one) for one in far[:2]]) == [], "one week is no change"
    assert list_changes([]) == []
    texts = [one.text for one in list_words([summarise(one) for one in far])]
    assert "5 → 2" in texts
    assert "days practised" in texts


def test_only_braces_that_were_asked_for_count_where_any_was(sessions: list[Content]) -> None:
    other = BraceSpan(
        BraceStart(2, 100 * S, "expand", 0.9, 101 * S),
        BraceEnd(2, 103 * S, "unknown", 0.9, 0.1, None, 1 * S, 0, 0.9, 104 * S),
    )
    held = sessions[0].analysis.braces
    open_one = BraceSpan(BraceStart(3, 61 * S, "expand", 0.9, 62 * S), None)
    analysis = replace(sessions[0].analysis, braces=(*held, other, open_one))
    free = summarise(replace(sessions[0], analysis=analysis))
    assert (len(free.braces), free.n_unasked) == (2, 0)
    asked = make_session(sessions[0], 0, Mark(58 * S, "exercise.brace", 10 * S))
    told = summarise(replace(asked, analysis=analysis))
    assert (len(told.braces), told.n_unasked, told.hold_s) == (1, 1, pytest.approx(10.0))
    rested = make_session(sessions[0], 0, Mark(0, "programme: assess.rest", 80 * S))
    none = summarise(replace(rested, analysis=analysis))
    assert (none.braces, none.n_unasked) == ((), 2)
    texts = [one.text for one in list_words([told])]
    assert "1 (+1)" in texts


def test_the_programme_for_rest_is_rest(sessions: list[Content]) -> None:
    marks = (Mark(0, "programme: assess.rest", 80 * S),)
    assert summarise(replace(sessions[0], marks=marks)).is_rest_rate
    assert not summarise(replace(sessions[0], marks=())).is_rest_rate


def test_two_bands_tell_the_share_of_the_ribs(sessions: list[Content]) -> None:
    content = sessions[0]
    (band,) = [one for one in content.waveforms if one.key.sensor == "abdomen"]
    (sensor,) = [one for one in content.analysis.sensors if one.id == "abdomen"]
    ribs = replace(
        band, key=band.key._replace(sensor="chest"), values=freeze_values(band.values / 3)
    )
    both = (sensor, replace(sensor, id="chest", place="chest"))
    breaths = [one.breath for one in content.analysis.breaths]
    told = replace(
        content,
        analysis=replace(content.analysis, sensors=both),
        tracks=(*content.tracks, ribs),
    )
    assert find_ribs_pct(told, breaths) == pytest.approx(25.0)
    assert find_ribs_pct(replace(told, tracks=content.tracks), breaths) is None, "no waveform"
    assert find_ribs_pct(content, breaths) is None, "one band"
    assert find_ribs_pct(told, []) is None
    trends = [one.title for one in build_trends([summarise(told)])]
    assert "Share of the ribs [%], low: belly" in trends


def make_lately(one: Summary, n_days: int, **facts: object) -> Summary:
    return replace(one, started=FIRST_DAY + timedelta(days=n_days), **facts)


def test_what_stands_out_is_asked_the_most_pressing_first(sessions: list[Content]) -> None:
    calm = summarise(sessions[0])
    stopped = summarise(sessions[3])
    (brace,) = calm.braces
    assert brace.end is not None
    unseen = brace._replace(end=replace(brace.end, breathing="not_seen", retention=0.6))
    slow = brace._replace(end=replace(brace.end, longest_gap_ns=12 * S, retention=None))
    assert list_questions([], 5) == []
    assert list_questions([replace(calm, started=None)], 5) == []
    assert list_questions([replace(calm, braces=())], 0) == []
    assert list_questions([calm], 0) == [
        "Level kept 85 %, breath in 1 of 1 braces: time for longer, firmer, or on the move?"
    ]
    assert list_questions([make_lately(calm, 0, braces=(unseen,))], 0) == [
        "Breath seen in 0 of 1 braces: too firm to breathe behind?",
        "Braces fade to 60 % of their level: shorter, or lighter?",
    ]
    assert "Up to 12 s without a breath in a brace: too firm?" in list_questions(
        [make_lately(calm, 0, braces=(slow, brace))], 0
    )
    worse = make_lately(calm, 12, before={"pain": 2}, after={"pain": 4}, usable=0.1)
    assert list_questions([make_lately(stopped, 11), worse, make_lately(calm, -30)], 5) == [
        "What was behind the stop on 16 Oct (dizzy)?",
        "Pain rose on 17 Oct: what was done that day?",
        "1 of 10 days in the last two weeks: what came in between?",
    ]
    assert "1 of 2 sessions could hardly be read: does the sensor sit well?" in list_questions(
        [calm, make_lately(calm, 1, usable=0.1)], 0
    )


def test_what_was_agreed_on_and_what_is_off_the_scale_is_told(sessions: list[Content]) -> None:
    held = sessions[0].analysis.braces[0]
    assert held.end is not None
    long = held._replace(end=replace(held.end, longest_gap_ns=14 * S))
    off = replace(sessions[0], analysis=replace(sessions[0].analysis, braces=(long,)))
    sheet = draw_overview([summarise(off), summarise(sessions[1])], Heading("P", "", 3))
    texts = [one.text for one in sheet.marks if isinstance(one, Words)]
    assert "↑14" in texts
    assert any("2 days practised of 3 agreed on" in one for one in texts)
    assert "fill the can" in texts


def test_everything_lies_on_the_paper(sessions: list[Content]) -> None:
    long = Mark(5 * S, "note: " + "a very long note " * 40)
    many = [make_session(sessions[0], day, long, Mark(0, "stop: dizzy")) for day in range(90)]
    for mark in draw_overview([summarise(one) for one in many], Heading("P", "x" * 300)).marks:
        match mark:
            case Words() | Dot():
                assert 0 <= mark.x <= WIDTH_MM
                assert 0 <= mark.y <= HEIGHT_MM
            case Box():
                assert 0 <= mark.x <= mark.x + mark.width <= WIDTH_MM
                assert 0 <= mark.y <= mark.y + mark.height <= HEIGHT_MM
            case Line():
                assert all(0 <= x <= WIDTH_MM and 0 <= y <= HEIGHT_MM for x, y in mark.points)


def test_a_strip_runs_at_three_millimetres_a_second(sessions: list[Content]) -> None:
    assert MM_PER_S == 3.0
    sheet = draw_overview([summarise(sessions[0])], Heading())
    trace = max(
        (one for one in sheet.marks if isinstance(one, Line)), key=lambda one: len(one.points)
    )
    steps = {round(b[0] - a[0], 2) for a, b in zip(trace.points, trace.points[1:], strict=False)}
    assert steps == {0.12}, "25 values a second"


def test_no_session_is_shown_twice(sessions: list[Content]) -> None:
    summaries = [summarise(one) for one in sessions]
    for n in range(1, 5):
        names = [one.content.provenance.name for _, one in choose_strips(summaries[:n])]
        assert len(names) == len(set(names)) == min(n, 3)
        assert names[-1] == f"s{[0, 2, 9, 11][n - 1]}"


def test_sessions_without_dates_or_traces_still_make_a_page(content: Content) -> None:
    bare = replace(
        content,
        provenance=Provenance("table"),
        tracks=(),
        marks=(),
        analysis=replace(content.analysis, breaths=(), braces=()),
    )
    texts = [one.text for one in list_words([summarise(bare)])]
    assert any("dates not known" in one for one in texts)


def test_pdf_and_html_are_the_same_each_time_and_hold_the_same_words(
    sessions: list[Content], tmp_path: Path
) -> None:
    for suffix in ("pdf", "html"):
        paths = [tmp_path / f"{one}.{suffix}" for one in "ab"]
        for path in paths:
            write_overview(sessions[::-1], path, Heading("P-17"))
        assert paths[0].read_bytes() == paths[1].read_bytes()
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "Breathing practice P-17" in page
    assert page.index("2026-10-05 18:30") < page.index("2026-10-16 18:30"), "in order of time"


def test_the_page_holds_nothing_foreign(sessions: list[Content], tmp_path: Path) -> None:
    write_overview(sessions, tmp_path / "a.html")
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    names: set[str] = set()

    class Names(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            del tag
            names.update(name for name, _ in attrs)

    Names().feed(page)
    assert not {"src", "href", "style", "onload"} & names
    assert re.findall(r"https?://", page) == []
    assert "<b>tired" not in page


def test_another_ending_is_refused(sessions: list[Content], tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match=r"not as \.docx"):
        write_overview(sessions, tmp_path / "a.docx")


@pytest.mark.parametrize("width", [5.0, 40.0, 180.0])
def test_lines_fit_and_no_letter_is_lost(width: float) -> None:
    text = "Donaudampfschifffahrtsgesellschaft " * 4 + "ends here"
    rows = wrap(text, width, 8)
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")
    assert max(map(len, rows)) <= max(4, width / (8 * 0.352778 * 0.5))
