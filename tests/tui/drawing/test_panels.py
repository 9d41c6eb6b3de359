from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fake_desk import BELT, FOUND, S, build_gap, build_view

from breathsense.core.model.errors import LinkError
from breathsense.session.view import RecordingView, WearableView
from breathsense.tui.desk import RecordingEntry
from breathsense.tui.drawing.bars import (
    draw_bar_face,
    draw_replay,
    read_link,
    read_recording,
    read_replay,
)
from breathsense.tui.drawing.canvas import Ink, build_canvas
from breathsense.tui.drawing.figures import draw_figures, read_figures
from breathsense.tui.drawing.letters import draw_word, measure_word
from breathsense.tui.drawing.pace import Pace
from breathsense.tui.drawing.pace_plan import begin_pace
from breathsense.tui.drawing.pacer import draw_pacer, read_pacer
from breathsense.tui.drawing.phase import draw_phase, read_phase
from breathsense.tui.drawing.rows import (
    describe_error,
    describe_found,
    describe_recording,
    draw_signal,
)
from breathsense.tui.drawing.shapes import draw_bar, draw_disc, draw_position
from breathsense.tui.drawing.words import say_length, say_size, say_speed, say_time

UNSEEN = {"phase": "unknown", "phase_since_ns": 47 * S}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "Breathing out for 2 s"),
        ({"phase": "inhale", "phase_since_ns": 46 * S}, "Breathing in for 1 s"),
        ({**UNSEEN, "breaths": ()}, "Listening"),
        ({**UNSEEN, "phase_since_ns": 41 * S, "breaths": ()}, "No belly breath seen for 6 s"),
        (
            {**UNSEEN, "phase_since_ns": 41 * S, "breaths": (), "sensor": "chest"},
            "No rib breath seen for 6 s",
        ),
        ({**UNSEEN, "n_breaths": 0}, "Listening for your breath"),
        ({**UNSEEN, "gaps": (build_gap(40, 47),)}, "No signal from the sensor"),
        ({**UNSEEN, "wearables": (replace(BELT, link="lost"),)}, "Waiting for the sensor"),
        ({"is_over": True, "problem": "The belt is off."}, "The session is over The belt is off."),
    ],
)
def test_the_phase_is_said_in_words(changes: dict[str, Any], says: str) -> None:
    face = read_phase(build_view(47 * S, **changes))
    assert f"{face.says} {face.since}".strip() == says


def test_words_below_the_large_one_are_wrapped_before_they_are_cut() -> None:
    face = read_phase(build_view(S, **UNSEEN, n_breaths=0))
    rows = [one.strip() for one in draw_phase(face, 15, 5).read().splitlines()]
    assert rows[-2:] == ["Listening for", "your breath"]


def test_the_phase_is_a_large_word_with_a_glyph() -> None:
    face = read_phase(build_view(47 * S))
    assert draw_phase(face, 24, 5).read().splitlines() == [
        " █████   ▄▀▀▄ █  █ ▀█▀",
        "  ███    █  █ █  █  █",
        "   ▀      ▀▀   ▀▀   ▀",
        "",
        " Breathing out for 2 s",
    ]
    assert draw_phase(face, 24, 1).read() == "▼ Breathing out for 2 s"


def test_a_long_sentence_takes_two_rows() -> None:
    face = read_phase(build_view(47 * S, **{**UNSEEN, "phase_since_ns": 0, "breaths": ()}))
    assert draw_phase(face, 22, 7).read().splitlines()[5:] == [
        " No belly breath seen",
        "       for 47 s",
    ]


def test_figures_stand_in_a_column() -> None:
    assert draw_figures(read_figures(build_view(47 * S)), 32, 5).read().splitlines() == [
        " Rate          6.1 a minute",
        " Depth        3.20 N",
        " Last in       4.4 s",
        " Last out      6.1 s",
        " Breaths         5",
    ]


@pytest.mark.parametrize("height", [5, 11])
def test_a_missing_rate_has_its_reason(height: int) -> None:
    picture = draw_figures(read_figures(build_view(9 * S)), 34, height).read()
    assert "—" in picture
    assert "after three breaths" in picture


@pytest.mark.parametrize(("depth", "said"), [(2.1, "2.10"), (12.34, "12"), (0.0, "0.00")])
def test_a_depth_has_few_digits(depth: float, said: str) -> None:
    view = build_view(47 * S)
    view = replace(view, breaths=(replace(view.breaths[-1], depth=depth),))
    assert read_figures(view).depth == said


def test_the_pacer_counts_down() -> None:
    face = read_pacer(begin_pace(Pace(), 0), Pace(), 3 * S, is_plain=False)
    assert draw_pacer(face, 28, 5).read().splitlines()[0] == " ▲ Breathe in             1"
    assert "▲ Breathe in · 1" in draw_pacer(face, 34, 14).read()
    assert "4 s in, 6 s out, 6.0 a minute" in draw_pacer(face, 34, 14).read()


def test_a_plain_pacer_is_a_bar_even_where_there_is_room() -> None:
    face = read_pacer(begin_pace(Pace(), 0), Pace(), 9 * S, is_plain=True)
    picture = draw_pacer(face, 34, 14).read()
    assert "▼ Breathe out" in picture
    assert 20 < picture.count("░") <= 32


def test_the_pacer_says_how_it_begins() -> None:
    picture = draw_pacer(read_pacer(None, Pace(), 0, is_plain=False), 30, 6).read()
    assert "The pacer is off" in picture
    assert "p begins it" in picture


def draw_link(*wearables: WearableView, width: int = 90) -> str:
    return draw_bar_face(read_link(build_view(0, wearables=wearables)), width).read()


def test_the_link_is_told_in_words() -> None:
    assert draw_link(BELT).split("   ")[-3:] == [" ● streaming", "10.0 Hz", "battery 82 %"]
    lost = replace(BELT, link="lost", detail="out of reach", rate_hz=None, battery_pct=9.0)
    assert "✗ link lost: out of reach   battery 9 %, low" in draw_link(lost)
    wordy = replace(lost, detail="out of reach. Bring it nearer.")
    assert "✗ link lost: out of reach   battery" in draw_link(wordy)
    strange = replace(BELT, n_rejected=1)
    assert "1 packet not understood" in draw_link(strange)
    assert draw_link() == " No wearable"


def test_a_second_wearable_is_named_with_its_link() -> None:
    assert "GDX-RB 0K1003A1 + Polar (connecting …)" in draw_link(
        BELT, replace(BELT, name="Polar", link="connecting")
    )


def test_a_name_is_cut_before_the_state_of_the_link_is() -> None:
    assert draw_link(BELT, width=45) == " GDX…   ● streaming   10.0 Hz   battery 82 %"


def test_the_recording_bar_tells_time_file_and_trouble() -> None:
    view = build_view(192 * S)
    picture = draw_bar_face(read_recording(view), 70).read()
    assert picture.startswith(" ● REC   00:03:12")
    assert picture.endswith("2026-11-22_1034.mcap   230 kB")
    full = replace(view, recording=RecordingView(Path("a.mcap"), 0, "the disk is full"))
    assert (
        "! The recording has a problem: the disk is full"
        in draw_bar_face(read_recording(full), 70).read()
    )
    none = replace(view, recording=None)
    assert "○ not recording" in draw_bar_face(read_recording(none), 70).read()


def test_the_replay_bar_tells_state_speed_and_place() -> None:
    view = build_view(60 * S, duration_ns=120 * S)
    bar = draw_replay(read_replay(view, is_paused=True, speed=2.0), 72).read()
    assert bar.startswith(" ‖ paused     2x     00:01:00  ━")
    assert bar.endswith("─  00:02:00")
    over = replace(view, is_over=True)
    assert read_replay(over, is_paused=False, speed=1).state == "■ at the end"
    endless = replace(view, duration_ns=None)
    assert (
        draw_replay(read_replay(endless, is_paused=False, speed=1), 40).read().endswith("00:01:00")
    )


@pytest.mark.parametrize(
    ("share", "bar"),
    [(0, "░░░░"), (0.5, "██░░"), (0.28, "█▏░░"), (1, "████"), (-3, "░░░░"), (7, "████")],
)
def test_a_bar_fills_in_eighths(share: float, bar: str) -> None:
    canvas = build_canvas(4, 1)
    draw_bar(canvas, 0, 0, 4, share, Ink.INHALE)
    assert canvas.read() == bar


@pytest.mark.parametrize(
    ("share", "line"), [(0, "●────"), (0.5, "━━●──"), (1, "━━━━●"), (2, "━━━━●")]
)
def test_a_knob_stands_at_its_place(share: float, line: str) -> None:
    canvas = build_canvas(5, 1)
    draw_position(canvas, 0, 0, 5, share)
    assert canvas.read() == line


@pytest.mark.parametrize(
    ("rssi_dbm", "bars"),
    [(None, "    "), (-100, "▂···"), (-75, "▂▄··"), (-60, "▂▄▆·"), (-30, "▂▄▆█")],
)
def test_signal_bars(rssi_dbm: int | None, bars: str) -> None:
    assert draw_signal(rssi_dbm) == bars


def test_the_disc_grows_with_the_level() -> None:
    def count(level: float) -> int:
        canvas = build_canvas(24, 10)
        draw_disc(canvas, 0, 10, level, Ink.INHALE)
        return int((canvas.inks == Ink.INHALE).sum())

    sizes = [count(level / 8) for level in range(9)]
    assert sizes == sorted(sizes)
    assert sizes[-1] > 3 * sizes[0] > 0


def test_a_large_word_is_as_wide_as_it_says() -> None:
    canvas = build_canvas(40, 3)
    assert draw_word(canvas, 0, 2, "BREATHSENSE", Ink.TITLE) - 2 == measure_word("BREATHSENSE")
    with pytest.raises(KeyError):
        draw_word(canvas, 0, 0, "Q", Ink.TITLE)


def test_rows_of_the_home_screen() -> None:
    assert (
        describe_found(FOUND[0]).plain
        == "▂▄▆·  -58 dBm  GDX-RB 0K1003A1       Go Direct Respiration Belt"
    )
    assert describe_found(FOUND[2]).plain.split("  ")[-1].strip() == "not recognised"
    entry = RecordingEntry(Path("a.mcap"), "22 Nov", 192 * S, "sample")
    assert describe_recording(entry).plain == "22 Nov  3 min 12 s  sample"
    error = LinkError("Bluetooth is off", where="hci0", advice="Switch it on.\nThen press s.")
    rows = [row.plain for row in describe_error(error, 60)]
    assert rows == ["Hci0: Bluetooth is off.", "Switch it on.", "Then press s."]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (say_time(3_725 * S), "01:02:05"),
        (say_time(-1), "00:00:00"),
        (say_length(59 * S), "59 s"),
        (say_length(192 * S), "3 min 12 s"),
        (say_length(3_725 * S), "1 h 2 min"),
        (say_size(56_400), "56 kB"),
        (say_size(1_860_000), "1.9 MB"),
        (say_speed(0.5), "0.5x"),
        (say_speed(float("inf")), "max"),
    ],
)
def test_times_and_sizes(said: str, wanted: str) -> None:
    assert said == wanted
