import json
from typing import Any

import pytest
from click.testing import CliRunner

from breathsense.cli.decode import command
from breathsense.cli.main import main
from breathsense.core.model.errors import RefusedInput

BELT = "b41e6675-a329-40e0-aa01-44d2f444babe"
PMD = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"


def decode(words: list[str], lines: bytes, tmp_path: Any) -> list[Any]:
    words = [*words, "--data-dir", str(tmp_path)]
    done = CliRunner().invoke(command, words, input=lines, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_line_in_gives_an_object_out(tmp_path: Any) -> None:
    lines = b"2019cfd806060002fc808a07bf0000c07f803108bf0000c07f\n"
    assert decode(["vernier-gdx-rb", "--characteristic", BELT], lines, tmp_path) == [
        {
            "samples": [
                {
                    "stream": "force",
                    "t_device_ns": None,
                    "unit": "N",
                    "values": [[-0.5294570922851562], [-0.5320053100585938]],
                },
                {
                    "stream": "respiration_rate",
                    "t_device_ns": None,
                    "unit": "bpm",
                    "values": [[None], [None]],
                },
            ],
            "rejected": None,
        }
    ]


def test_state_carries_over_from_line_to_line(tmp_path: Any) -> None:
    lines = b"2019cfd806060002fc808a07bf0000c07f803108\nBF 00 00 C0 7F\r\n"
    words = ["vernier-gdx-rb", "--characteristic", BELT, "--stream", "force"]
    first, second = decode(words, lines, tmp_path)
    assert first == {"samples": [], "rejected": None}
    assert [one["stream"] for one in second["samples"]] == ["force"]


def test_lines_that_are_no_hex_are_rejected_and_the_rest_goes_on(tmp_path: Any) -> None:
    lines = b"\nxyz\n123\n\xff\xfe\n00ff"
    found = decode(["heart-rate", "--characteristic", "2A37"], lines, tmp_path)
    assert [one["rejected"] is None for one in found] == [False, False, False, False, True]
    assert found[0] == {"samples": [], "rejected": "the line is empty"}
    assert found[4]["samples"][0]["values"] == [[255.0]]


def test_a_factor_may_be_set_and_stamps_are_whole(tmp_path: Any) -> None:
    line = b"02ea54a2428b45520880 e803 0000 18fc\n"
    words = ["polar-h10", "--characteristic", PMD]
    (without,) = decode(words, line, tmp_path)
    assert without["rejected"].startswith("the scale factor is not known")
    (found,) = decode([*words, "--set", "factor=0.5", "--set", "rate_hz=25"], line, tmp_path)
    assert found["samples"] == [
        {
            "stream": "acc",
            "t_device_ns": 599618164814402794,
            "unit": "g",
            "values": [[500.0, 0.0, -500.0]],
        }
    ]


def test_a_path_may_stand_for_the_profile(tmp_path: Any) -> None:
    from breathsense.sources.shelf import load_shelf  # noqa: PLC0415 - one test needs it

    path = tmp_path / "mine.toml"
    path.write_text(load_shelf().find("heart-rate").text)
    (found,) = decode([str(path), "--characteristic", "2a37"], b"00ff\n", tmp_path)
    assert found["rejected"] is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["heart-rat", "--characteristic", "2a37"], "Did you mean heart-rate?"),
        (["./no.toml", "--characteristic", "2a37"], "No such file"),
        (["heart-rate", "--characteristic", "2a38"], "It has: 2a19, 2a26, 2a37"),
        (["heart-rate", "--characteristic", "2a3"], "is no UUID"),
        (["heart-rate", "--characteristic", "2a37", "--stream", "ecg"], "It has: hr, rr"),
        (["heart-rate", "--characteristic", "2a37", "--set", "x=1"], "no setting 'x'"),
        (["heart-rate", "--characteristic", "2a37", "--set", "x"], "'x' is not NAME=NUMBER"),
        (["heart-rate", "--characteristic", "2a37", "--set", "x=inf"], "is not NAME=NUMBER"),
    ],
)
def test_what_cannot_be_is_refused(words: list[str], said: str, tmp_path: Any) -> None:
    done = CliRunner().invoke(command, [*words, "--data-dir", str(tmp_path)])
    assert isinstance(done.exception, RefusedInput)
    assert said in str(done.exception)


def test_refusal_is_exit_code_2_without_output(capsys: Any, tmp_path: Any) -> None:
    with pytest.raises(SystemExit) as end:
        main(["decode", "belt", "--characteristic", "2a37", "--data-dir", str(tmp_path)])
    assert end.value.code == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "there is no profile 'belt'" in shown.err
