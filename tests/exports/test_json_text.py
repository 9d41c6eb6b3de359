import json

import pytest

from breathsense.exports.json_text import spell_json

STEERING = "a\x1b]0;mine\x07b\x9b2Jc\u202ed\re\x7ff\U000e0001g"


def test_nothing_in_it_steers_a_terminal_and_nothing_is_lost() -> None:
    text = spell_json({"inputs": [STEERING]})
    assert text[:-1].isprintable()
    assert text.endswith("\n")
    assert json.loads(text) == {"inputs": [STEERING]}


def test_half_a_character_is_one_that_readers_take() -> None:
    assert spell_json({"a": "b\udc9b"}) == '{"a": "b\ufffd"}\n'


def test_letters_of_all_languages_stay_as_they_are() -> None:
    assert spell_json({"a": "müde 呼吸 5 °"}) == '{"a": "müde 呼吸 5 °"}\n'


def test_lines_that_are_set_in_stay_lines() -> None:
    assert spell_json({"a": "\n\u2028"}, indent=1) == '{\n "a": "\\n\\u2028"\n}\n'


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        spell_json({"a": float("nan")})
