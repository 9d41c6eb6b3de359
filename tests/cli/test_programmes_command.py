from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from breathsense.cli.programmes import command
from breathsense.core.model.errors import RefusedInput
from breathsense.session.programmes import FOLDER, load_programmes
from breathsense.sources.shelf import shipped_folder

CAN = shipped_folder(FOLDER) / "core-fill-the-can.toml"


def call(data_dir: Path, *words: str) -> Result:
    return CliRunner().invoke(
        command, ["--data-dir", str(data_dir), *words], catch_exceptions=False
    )


@pytest.mark.parametrize("words", [(), ("list",)])
def test_the_list_names_all_and_how_long_they_take(words: tuple[str, ...], tmp_path: Path) -> None:
    lines = call(tmp_path, *words).stdout.splitlines()
    shelf = load_programmes()
    assert len(lines) == len(shelf.programmes) + len(shelf.plans)
    assert any("core.fill_the_can" in line and "4-6 min" in line for line in lines)


def test_show_tells_the_course_and_the_aims(tmp_path: Path) -> None:
    told = call(tmp_path, "show", "core.fill_the_can", "--level", "1").stdout
    assert "4 x: settle 6 s, inhale 4 s, brace 2 s (effort 5 of 10), brace breathe 5 s" in told
    assert told.count("rest 45 s") == 1
    assert "aim: level at least 0.6 and at most 1.3" in told
    assert "until" not in call(tmp_path, "show", "day.posture").stdout
    assert call(tmp_path, "show", "core.fill_the_can", "--toml").stdout == CAN.read_text()
    with pytest.raises(RefusedInput, match=r"Did you mean core\.fill_the_can"):
        call(tmp_path, "show", "core.fill_the_cam")


def test_own_programmes_are_on_the_shelf_and_broken_ones_are_told(tmp_path: Path) -> None:
    own = tmp_path / FOLDER
    own.mkdir()
    (own / "mine.toml").write_text(CAN.read_text().replace("core.fill_the_can", "core.mine"))
    (own / "broken.toml").write_text("schema = 1")
    done = call(tmp_path)
    assert "core.mine" in done.stdout
    assert "broken.toml" in done.stderr


def test_check_knows_what_kind_of_file_it_is(tmp_path: Path) -> None:
    plan = shipped_folder(FOLDER) / "plans" / "eight-weeks.toml"
    assert "core.fill_the_can is in order" in call(tmp_path, "check", str(CAN)).stdout
    assert "a plan of 8 weeks, is in order" in call(tmp_path, "check", str(plan)).stdout
    word = tmp_path / "word.toml"
    word.write_text('schema = "breathsense.prescription/1"\ncode = "P-17"\n')
    assert "the prescription P-17 is in order" in call(tmp_path, "check", str(word)).stdout
    word.write_text('schema = "breathsense.prescription/1"\nplan = "nine_weeks"\n')
    with pytest.raises(RefusedInput, match="known: eight_weeks"):
        call(tmp_path, "check", str(word))
