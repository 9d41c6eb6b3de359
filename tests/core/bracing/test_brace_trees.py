"""What was learnt, and the trees that hold it."""

import json
import math
from pathlib import Path

import pytest

from breathsense.core.bracing import trees
from breathsense.core.bracing.clues import SOUND_CLUES, WAY_CLUES
from breathsense.core.bracing.onset import Need
from breathsense.core.bracing.trees import Trees, load_trees

ROW = [2, 0.5, 0, 1.0, 0, 2.0, 1, 0.0, 1, 1.0, 1, 2.0, 1, 3.0, *(float(k) for k in range(8))]


@pytest.mark.parametrize(
    ("clues", "answer"),
    [
        ((0.9, -1.0, 0.5), 0.0),
        ((0.9, 0.1, 0.5), 1.0),
        ((1.1, 1.0, 0.5), 2.0),
        ((1.1, 1.1, 0.5), 3.0),
        ((2.0, 2.0, 0.6), 4.0),
        ((2.0, 2.1, 0.6), 5.0),
        ((2.1, 3.0, 0.6), 6.0),
        ((2.1, 3.1, 0.6), 7.0),
    ],
)
def test_a_tree_asks_three_questions_each_by_the_answers_before(
    clues: tuple[float, ...], answer: float
) -> None:
    assert Trees([ROW]).weigh(clues) == answer
    assert Trees([ROW, ROW]).weigh(clues) == 2.0 * answer
    assert Trees([]).weigh(clues) == 0.0


def test_what_was_learnt_asks_only_for_clues_that_there_are() -> None:
    learnt = json.loads(Path(trees.__file__).with_name(trees.FILE).read_text("utf-8"))
    assert set(learnt) == set(trees.ASKED) == set(trees.Weighers._fields)
    for name, clues in trees.ASKED.items():
        assert tuple(learnt[name]["clues"]) == clues
        assert len(learnt[name]["trees"]) >= 100
        for row in learnt[name]["trees"]:
            assert len(row) == trees.N_NUMBERS
            assert all(math.isfinite(one) for one in row)
            assert all(one in range(len(clues)) for one in row[:14:2])


def test_what_was_learnt_of_other_clues_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(trees.ASKED, "draw_in", WAY_CLUES[:-1])
    load_trees.cache_clear()
    with pytest.raises(ValueError, match="draw_in was learnt of other clues"):
        load_trees()
    load_trees.cache_clear()


def test_no_sound_is_likelier_a_brace_where_the_trunk_turns_or_speech_flutters() -> None:
    calm = dict.fromkeys(SOUND_CLUES, 0.0) | {
        **dict.fromkeys(("rise", "rise_2", "high"), 1.2),
        "span": 0.4,
        "total": 3.0,
        "since_s": 0.6,
        "turned_8": 0.2,
        "turned_14": 0.3,
    }

    def weigh(**other: float) -> float:
        return load_trees().sound.weigh(tuple((calm | other).values()))

    assert weigh(awaited=1.0) > weigh()
    for name in ("turned_8", "lean", "unrest", "flutter_mean", "rough"):
        odds = [weigh(**{name: 0.05 * k}) for k in range(60)]
        assert odds == sorted(odds, reverse=True)
        assert odds[-1] < odds[0]


def test_a_need_is_met_by_frames_in_a_row() -> None:
    need = Need((2.0, 1.0), (3, 2))
    assert not need.is_met([9.0, 9.0], is_awaited=False)
    assert need.is_met([0.0, 1.0, 2.0, 3.0], is_awaited=False)
    assert not need.is_met([0.0, 1.0, 2.0, 2.9], is_awaited=False)
    assert need.is_met([0.0, 0.0, 2.0], is_awaited=True)
    assert not need.is_met([0.0, 0.0, 2.0], 0.1, is_awaited=True)
