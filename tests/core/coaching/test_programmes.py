from pathlib import Path

import msgspec
import pytest

from breathsense.core.coaching.schedule import HELD, Limits, build_schedule, find_length_ns
from breathsense.core.coaching.schema import Programme, find_contradictions, parse_programme
from breathsense.core.coaching.spec import NEED_OF, TargetName
from breathsense.core.model.errors import RefusedInput

FOLDER = Path(__file__).parents[3] / "programmes"
S = 1_000_000_000
HEAD = """
schema = "breathsense.programme/1"
id = "core.test"
name = "Test"
kind = "core"
about = "A test."
positions = ["sitting"]
"""
BLOCK = """
[[block]]
sets = 2
reps = [3, 2]
rest_s = 10
phase = [
    { do = "inhale", s = 3 },
    { do = "brace_breathe", s = 8, effort = 5, breaths = 2 },
    { do = "hold_empty", until = "key", cap_s = 20 },
]
"""
LEVEL = """
[[level]]
number = 1
hold_s = 4
reps = [1]
"""


def parse(text: str) -> Programme:
    return parse_programme(text, "mine.toml")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_shipped_programmes_can_be_followed(path: Path) -> None:
    programme = parse_programme(path.read_text(encoding="utf-8"), path.name)
    assert path.stem == programme.id.replace(".", "-").replace("_", "-")
    assert "own_wish" in programme.spec.stops, "whoever wishes can stop"
    if not programme.spec.block:
        return
    for level in (0, *programme.levels):
        steps = build_schedule(programme, level)
        assert 20 * S < find_length_ns(steps) < 1500 * S


def test_levels_grow() -> None:
    for path in FOLDER.glob("*.toml"):
        programme = parse_programme(path.read_text(encoding="utf-8"), path.name)
        lengths = [find_length_ns(build_schedule(programme, one)) for one in programme.levels]
        assert lengths == sorted(set(lengths)), path.name


def test_every_target_says_what_has_to_be_seen() -> None:
    assert set(NEED_OF) == set(TargetName.__args__)  # type: ignore[attr-defined] # a Literal has them


def test_a_block_is_spread_out_in_order() -> None:
    steps = build_schedule(parse(HEAD + BLOCK))
    assert [(one.set, one.rep, one.phase.do) for one in steps[:4]] == [
        (0, 0, "inhale"),
        (0, 0, "brace_breathe"),
        (0, 0, "hold_empty"),
        (0, 1, "inhale"),
    ]
    assert [one.phase.do for one in steps].count("rest") == 1
    assert steps[9].phase.do == "rest"
    assert len(steps) == 3 * 3 + 1 + 3 * 2
    assert find_length_ns(steps) == 5 * 31 * S + 10 * S
    assert [one.is_open for one in steps[:3]] == [False, False, True]


def test_a_level_changes_what_is_held_and_how_often() -> None:
    steps = build_schedule(parse(HEAD + BLOCK + LEVEL), 1)
    assert [one.n_reps for one in steps if one.phase.do == "inhale"] == [1, 1]
    assert {one.length_ns for one in steps if one.phase.do in HELD} == {4 * S}


def test_paces_of_a_level_are_those_of_the_phases_in_order() -> None:
    level = '[[level]]\nnumber = 1\nname = "slow"\npaces = [1, 2, 3]\n'
    steps = build_schedule(parse(HEAD + BLOCK + level), 1)
    assert [one.length_ns // S for one in steps[:3]] == [1, 2, 3]


def test_limits_cut_down_effort_and_holds() -> None:
    steps = build_schedule(parse(HEAD + BLOCK), 0, Limits(effort=3, hold_s=5.0))
    assert {one.phase.effort for one in steps} == {None, 3}
    assert {one.length_ns for one in steps if one.phase.do in HELD} == {5 * S}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD, "has none of them"),
        (HEAD + BLOCK + "[watch]\nfor_s = 10\n", "has block and watch"),
        (HEAD + BLOCK.replace("[3, 2]", "[3, 2, 1]"), "3 numbers for 2 sets"),
        (HEAD + BLOCK.replace(", s = 3 ", ""), "needs its seconds"),
        (HEAD + BLOCK.replace("s = 3 ", "s = 3, cap_s = 4 "), "has a cap"),
        (HEAD + BLOCK.replace(", cap_s = 20", ""), "needs cap_s and no s"),
        (HEAD + BLOCK.replace("inhale", "inhail"), "did you mean 'inhale'"),
        (HEAD + BLOCK + LEVEL.replace("number = 1", "number = 2"), "count from 1"),
        (HEAD + BLOCK + BLOCK + LEVEL, "only a programme of one block"),
        (HEAD + BLOCK + LEVEL.replace("[1]", "[1, 2, 3]"), "3 numbers for 2 sets"),
        (HEAD + BLOCK + LEVEL + "paces = [1]\n", "1 lengths for 3 phases"),
        (HEAD + BLOCK + '[[target]]\nof = "level"\nleast = 2\nmost = 1\n', "is above most"),
        (HEAD + BLOCK + 2 * '[[cue]]\nwhen = "start"\nsay = "Go."\n', "'start' is given twice"),
        (HEAD.replace("/1", "/2") + BLOCK, "this program reads"),
        (HEAD.replace("about", "abuot") + BLOCK, "did you mean 'about'"),
        ("x" * 70_000, "too long for a programme"),
    ],
)
def test_faults_are_told_with_file_and_key(text: str, said: str) -> None:
    with pytest.raises(RefusedInput, match=said) as refused:
        parse(text)
    assert "mine.toml" in str(refused.value)


def test_what_cannot_be_followed_is_refused() -> None:
    with pytest.raises(RefusedInput, match="no level 7; known: 1"):
        build_schedule(parse(HEAD + BLOCK + LEVEL), 7)
    with pytest.raises(RefusedInput, match="no course"):
        build_schedule(parse(HEAD + "[watch]\nfor_s = 10\n"))


def test_all_faults_can_be_listed() -> None:
    spec = parse(HEAD + BLOCK + LEVEL).spec
    two = msgspec.structs.replace(spec, block=spec.block * 2)
    assert [path for path, _ in find_contradictions(two)] == ["level[0]"]
