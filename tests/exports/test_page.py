import base64
import hashlib
import itertools
import json
import math
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from breathsense.core.model.samples import freeze_times, freeze_values
from breathsense.exports.content import Content, Track, TrackKey
from breathsense.exports.events import Event
from breathsense.exports.page.lanes import MOST_SAMPLES, Lane, build_lanes
from breathsense.exports.page.mark_words import say_mark
from breathsense.exports.page.rows import MOST_ROWS, choose_span, draw_rows
from breathsense.exports.page.writing import build_page, write_page

S = 1_000_000_000


class Elements(HTMLParser):
    """Names and attributes of all elements, and the text inside each kind."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        self._open = tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self._open, data))


@pytest.fixture(scope="module")
def page(content: Content) -> str:
    return build_page(content)


def parse(page: str) -> Elements:
    elements = Elements()
    elements.feed(page)
    return elements


def told(page: str) -> dict[str, list[dict[str, float | str]]]:
    text = re.search(r'id="told">(.*?)</script>', page, re.DOTALL)
    assert text
    parsed: dict[str, list[dict[str, float | str]]] = json.loads(text[1])
    return parsed


def test_nothing_in_the_page_points_outside(page: str) -> None:
    attributes = [name for _, attrs in parse(page).seen for name in attrs]
    assert not {"src", "href", "style", "onclick", "onload"} & set(attributes)
    assert "http://" not in page
    assert "https://" not in page
    assert "url(" not in page


def test_the_policy_names_the_script_and_the_style_by_their_hashes(page: str) -> None:
    policy = (
        next(attrs["content"] for tag, attrs in parse(page).seen if attrs.get("http-equiv")) or ""
    )
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    for tag in ("script", "style"):
        text = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert len(text) == 1
        digest = base64.b64encode(hashlib.sha256(text[0].encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy


def test_words_of_a_mark_stay_words(page: str) -> None:
    assert "<b>tired</b>" not in page
    assert "=HYPERLINK(1) &lt;b&gt;tired&lt;/b&gt;, müde" in page


def test_samples_are_in_the_page_within_half_a_step(content: Content, page: str) -> None:
    lane = told(page)["lanes"][0]
    steps = np.frombuffer(base64.b64decode(str(lane["values"])), dtype="<i2")
    track = next(one for one in content.tracks if one.key == ("abdomen", "band"))
    index = np.round(track.t_ns / S * 10).astype(int)
    read = steps[index] * float(lane["scale"]) + float(lane["offset"])
    assert np.abs(read - track.values[:, 0]).max() <= float(lane["scale"]) * 0.5001
    assert set(steps[505:525]) == {-32768}, "the hole"


def test_the_page_works_without_scripts(content: Content, page: str) -> None:
    elements = parse(page)
    assert any(tag == "svg" for tag, _ in elements.seen)
    hidden = [attrs for tag, attrs in elements.seen if attrs.get("id") in ("strip", "tools")]
    assert len(hidden) == 2
    assert all("hidden" in attrs for attrs in hidden)
    assert f"<b>{len(content.analysis.breaths)}</b>" in page
    assert "link lost" in page


def test_without_a_date_or_findings_there_is_still_a_page(content: Content, tmp_path: Path) -> None:
    bare = replace(
        content,
        provenance=replace(content.provenance, started=""),
        analysis=replace(content.analysis, breaths=(), rates=(), gaps=(), unscored=()),
        tracks=(),
        marks=(),
    )
    write_page(bare, tmp_path / "out.html")
    text = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "date not known" in text
    assert "Notes" not in text


@pytest.mark.parametrize(
    ("duration_s", "span_s"), [(1, 60), (720, 60), (721, 120), (3600, 300), (86400, 7200)]
)
def test_rows_are_few(duration_s: float, span_s: int) -> None:
    assert choose_span(duration_s) == span_s
    assert duration_s / span_s <= MOST_ROWS


@pytest.mark.parametrize("rate_hz", [10.0, 200.0])
def test_a_row_has_every_peak_and_no_line_over_a_hole(rate_hz: float) -> None:
    values = np.sin(np.arange(round(60 * rate_hz)) / rate_hz)
    at = round(20 * rate_hz)
    values[at : at + round(5 * rate_hz)] = math.nan
    values[round(40 * rate_hz)] = 9.0
    lane = Lane("abdomen [N]", 0.0, rate_hz, values, -1.0, 9.0)
    row = draw_rows([lane], [], 0, 60.0)[0]
    path = re.search(r' d="([^"]*)"', row)
    assert path
    points = [
        (command, float(x), float(y))
        for command, x, y in re.findall(r"([ML])([\d.]+) ([\d.]+)", path[1])
    ]
    assert min(y for _, _, y in points) == pytest.approx(20.0, abs=0.2)
    assert [command for command, _, _ in points].count("M") == 2
    assert not [x for _, x, _ in points if 20.2 < x * 60 / 1080 < 24.8]


def test_a_night_is_shown_on_the_grid_of_the_analysis(content: Content) -> None:
    n = MOST_SAMPLES + 1
    times = freeze_times(np.arange(n, dtype=np.int64) * 5_000_000)
    long = Track(
        TrackKey("abdomen", "band"), ("abdomen",), "N", times, freeze_values(np.zeros((n, 1)))
    )
    wave = next(one for one in content.waveforms if one.key.sensor == "abdomen")
    lanes = build_lanes(replace(content, tracks=(long, wave)), 0)
    assert [len(one.values) < n for one in lanes] == [True]


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("checkin.before: pain=4 stress=3", "before: pain 4, stress 3"),
        ("programme: core.fill_the_can level=2", "fill the can, level 2"),
        ("programme: core.fill_the_can", "fill the can"),
        ("stop: short_of_breath", "stopped: short of breath"),
        ("note: tired", "tired"),
        ("calibration.draw_in", "asked: draw in"),
        ("rezero", "rezero"),
        ("assess.bend_left", "assess.bend left"),
    ],
)
def test_marks_are_told_in_words(label: str, said: str) -> None:
    assert say_mark(label) == said


def test_words_in_a_row_end_where_the_next_begin() -> None:
    events = [
        Event(2 * S, 0, "mark", "a long story about a short moment"),
        Event(5 * S, 0, "annotation", "seen"),
        Event(6 * S, 0, "mark", "x"),
    ]
    row = draw_rows([], events, 0, 60.0)[0]
    texts = re.findall(r'<text x="([\d.]+)" y="40">([^<]*)</text>', row)
    assert [words for _, words in texts] == [
        "a long s"[: len(texts[0][1])],
        "se"[: len(texts[1][1])],
        "x",
    ]
    for (x, words), (after, _) in itertools.pairwise(texts):
        assert float(x) + 6.2 * len(words) < float(after)
