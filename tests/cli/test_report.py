from pathlib import Path

import pytest
from click.testing import CliRunner

from breathsense.cli.report import command
from breathsense.core.model.errors import RefusedInput

SAMPLES = Path(__file__).parents[2] / "recordings"


def test_a_folder_of_recordings_becomes_one_page(tmp_path: Path) -> None:
    words = [str(SAMPLES), "--output", str(tmp_path / "out.pdf"), "--code", "P-17"]
    result = CliRunner().invoke(command, words, catch_exceptions=False)
    assert result.exit_code == 0
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF")


def test_a_folder_without_recordings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="no recording in this folder"):
        CliRunner().invoke(
            command, [str(tmp_path), "--output", str(tmp_path / "o.pdf")], catch_exceptions=False
        )
