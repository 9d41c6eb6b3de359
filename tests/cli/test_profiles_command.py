import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from breathsense.cli.profiles import command
from breathsense.core.model.errors import RefusedInput
from breathsense.sources.shelf import (
    FOLDER,
    find_profile,
    load_shelf,
    read_profile,
    shipped_folder,
)


def call(words: list[str], data_dir: Path) -> Result:
    return CliRunner().invoke(command, ["--data-dir", str(data_dir), *words])


@pytest.mark.parametrize("words", [[], ["list"]])
def test_the_list_names_every_profile(words: list[str], tmp_path: Path) -> None:
    done = call(words, tmp_path)
    assert done.exit_code == 0
    lines = {line.split()[0]: line for line in done.stdout.splitlines()}
    assert " ".join(lines["polar-h10"].split()) == (
        "polar-h10 A Polar H10 heart rate strap: acc, hr, rr, (ecg)"
    )
    assert set(lines) == {profile.id for profile in load_shelf().profiles}


def test_show_gives_the_text_itself(tmp_path: Path) -> None:
    done = call(["show", "sweetzpot-flow"], tmp_path)
    assert done.stdout == (shipped_folder() / "sweetzpot-flow.toml").read_text()
    assert "Did you mean polar-h10?" in str(call(["show", "polarh10"], tmp_path).exception)


def test_check_runs_the_golden_packets(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    good = find_profile("sweetzpot-flow").text
    path.write_text(good)
    n_golden = good.count("[[golden]]")
    assert n_golden > 2
    done = call(["check", str(path)], tmp_path)
    assert (done.exit_code, done.stdout) == (
        0,
        f"{path}: sweetzpot-flow is in order, {n_golden} golden packets decode as they say\n",
    )
    path.write_text(good.replace("[1732], [1724]", "[1732], [1725]"))
    done = call(["check", str(path)], tmp_path)
    assert isinstance(done.exception, RefusedInput)
    assert "golden packet 'seven samples at rest': stretch: row 1 is [1724.0]" in str(
        done.exception
    )


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"schema = 1", "this program reads 'breathsense.profile/1'"),
        (b"a = [", "no TOML"),
        (b"\xff\xfe", "is no UTF-8 text (byte 0)"),
    ],
)
def test_check_refuses_what_is_no_profile(raw: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(raw)
    done = call(["check", str(path)], tmp_path)
    assert isinstance(done.exception, RefusedInput)
    assert str(done.exception).startswith(str(path))
    assert said in str(done.exception)


def test_a_users_profile_replaces_a_shipped_one_and_a_broken_one_is_told(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir()
    text = find_profile("sweetzpot-flow").text.replace("SweetZpot FLOW breathing", "My")
    (folder / "flow.toml").write_text(text)
    (folder / "broken.toml").write_text("schema =")
    (folder / "notes.txt").write_text("not looked at")
    shelf = load_shelf(folder)
    assert shelf.find("sweetzpot-flow").name == "My band"
    assert [error.where for error in shelf.broken] == [str(folder / "broken.toml")]
    done = call(["list"], tmp_path)
    assert done.exit_code == 0
    assert "My band" in done.stdout
    assert "broken.toml: no TOML" in done.stderr


def test_a_folder_is_no_profile(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match=r"Is a directory|Permission denied"):
        read_profile(tmp_path)


def test_line_ends_are_kept_as_they_are(tmp_path: Any) -> None:
    path = tmp_path / "windows.toml"
    raw = find_profile("heart-rate").text.replace("\n", "\r\n").encode()
    path.write_bytes(raw)
    assert read_profile(path).text.encode() == raw


def test_the_schema_is_printed_as_json(tmp_path: Path) -> None:
    done = call(["schema"], tmp_path)
    assert json.loads(done.stdout)["$ref"] == "#/$defs/ProfileSpec"
