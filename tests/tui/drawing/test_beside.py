"""What is drawn beside sessions: steps, the posture watch, reaches."""

import pytest

from breathsense.core.model.bracing import MobilityReach, PostureHint
from breathsense.session.unworn import Part, UnwornView
from breathsense.session.view import TrunkView
from breathsense.tui.drawing.canvas import Ink, build_canvas
from breathsense.tui.drawing.pictures.people import (
    MOVES,
    SLUMPED,
    TALL,
    blend_people,
    draw_move,
)
from breathsense.tui.drawing.posture import SAYS, PostureFace, draw_posture_watch, read_posture
from breathsense.tui.drawing.raster import Box
from breathsense.tui.drawing.reach import draw_reaches, read_reaches, say_tries
from breathsense.tui.drawing.steps import draw_steps, read_steps

S = 1_000_000_000
PARTS = tuple(Part("move", f"Thing {number}", 30 * S) for number in range(8))


def view(index: int, done_s: float = 0.0, **changes: bool) -> UnwornView:
    states = {"is_paused": False, "is_over": False, "was_stopped": False, **changes}
    return UnwornView("A break", PARTS, index, round(done_s * S), 240 * S, **states)


def test_steps_show_what_is_done_now_and_what_is_to_come() -> None:
    rows = draw_steps(read_steps(view(2, 10.4)), 40, 14).read().splitlines()
    assert rows[0].split() == ["✓", "Thing", "0", "0:30"]
    assert rows[2].split() == ["▸", "Thing", "2", "0:20"]
    assert "█" in rows[3]
    assert rows[4].split() == ["·", "Thing", "3", "0:30"]


@pytest.mark.parametrize("index", range(8))
def test_the_step_of_now_is_in_sight_in_a_low_window(index: int) -> None:
    text = draw_steps(read_steps(view(index)), 30, 6).read()
    assert f"▸ Thing {index}" in text


def test_a_pause_and_the_end_are_told() -> None:
    assert "paused" in draw_steps(read_steps(view(1, is_paused=True)), 40, 14).read()
    over = draw_steps(read_steps(view(7, 30, is_over=True)), 40, 14).read()
    assert "Done." in over
    assert over.count("✓") == 8
    assert "▸" not in over


def test_a_step_without_words_is_told_by_what_is_done() -> None:
    wordless = UnwornView("x", (Part("brace_breathe", "", S),), 0, 0, S, *[False] * 3)
    assert "Firm, and breathe" in draw_steps(read_steps(wordless), 40, 8).read()


def draw_words(words: str) -> str:
    canvas = build_canvas(40, 14)
    draw_move(canvas, Box(0, 0, 40, 14), words)
    return canvas.read()


def test_moves_are_drawn_by_their_words() -> None:
    pictures = {draw_words(word) for word, _ in MOVES}
    assert len(pictures) == len(MOVES)
    assert "hip flexor" in draw_words("Hip flexor, kneeling, left")
    assert "cat" in draw_words("Something that nobody has drawn")


def test_between_tall_and_slumped_there_is_everything() -> None:
    assert blend_people(TALL, SLUMPED, 0.0).spine == TALL.spine
    assert blend_people(TALL, SLUMPED, 1.0).head == pytest.approx(SLUMPED.head)
    half = blend_people(TALL, SLUMPED, 0.5)
    assert half.head[1] == pytest.approx((TALL.head[1] + SLUMPED.head[1]) / 2)


@pytest.mark.parametrize("stage", SAYS)
@pytest.mark.parametrize("size", [(40, 12), (78, 18), (118, 34)])
def test_the_watch_says_each_thing_in_full(stage: str, size: tuple[int, int]) -> None:
    text = " ".join(draw_posture_watch(PostureFace(stage, 4, 12, 3, 1), *size).read().split())  # type: ignore[arg-type] # every one of them
    first = SAYS[stage][0].split()[0]  # type: ignore[index] # as above
    assert first in text
    assert ("12 min" in text) is (stage in {"watching", "snoozed", "change", "changed"})


def test_a_prompt_is_told_by_a_sign_and_not_by_its_ink_alone() -> None:
    assert "◆ Time to change" in draw_posture_watch(PostureFace("change", 9), 78, 18).read()
    assert "✓ Changed" in draw_posture_watch(PostureFace("changed", 1), 78, 18).read()


@pytest.mark.parametrize(
    ("frac", "tenths"), [(None, None), (-0.4, 0), (0.34, 3), (0.96, 10), (1.7, 10)]
)
def test_a_slouch_is_told_in_tenths(frac: float | None, tenths: int | None) -> None:
    hint = PostureHint("imu", 0.0, 0.0, frac, is_forward_known=True, t_ns=0)
    assert read_posture(TrunkView(posture=hint), "watching").tenths == tenths
    assert read_posture(TrunkView(), "no_sensor").tenths is None


def reach(way: str, *tries_deg: float) -> MobilityReach:
    return MobilityReach("imu", way, tries_deg, 0, 15 * S, 16 * S)  # type: ignore[arg-type] # one of the four


def test_reaches_are_told_in_degrees_by_their_best() -> None:
    face = read_reaches((reach("forward", 40.0, 44.0, 42.0), reach("left")), 1)
    canvas = draw_reaches(face, 76, 14)
    rows = canvas.read().splitlines()
    assert rows[0].endswith("44°")
    assert "tries 40° 44° 42°; 6° more may be chance" in rows[1]
    assert rows[3].startswith(" ▸ back")
    assert "not yet" in rows[4]
    assert "no bend was seen" in rows[7]


def test_a_reach_that_runs_shows_its_time() -> None:
    canvas = draw_reaches(read_reaches((), 0, 0.5), 60, 14)
    assert "three times" in canvas.read_row(1)
    assert Ink.TARGET_NOW in canvas.inks[0]


def test_one_try_says_nothing_of_chance() -> None:
    assert say_tries((40.0,)) == "tries 40°"
