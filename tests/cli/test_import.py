from pathlib import Path

from click.testing import CliRunner

from breathsense.cli.main import cli


def test_files_are_imported_and_one_bad_one_stops_no_other(tmp_path: Path) -> None:
    good = tmp_path / "good.csv"
    rows = [f"{at / 10},{8 + at % 7}" for at in range(100)]
    good.write_text("\n".join(["t_s,abdomen[N]", *rows]) + "\n", encoding="utf-8")
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n1,2\n", encoding="utf-8")
    words = ["import", str(bad), str(good), "--data-dir", str(tmp_path / "data")]
    result = CliRunner().invoke(cli, [*words, "--started", "2026-03-04T15:06"])
    assert result.exit_code == 2
    assert "columns not understood" in result.stderr
    (made,) = result.stdout.split()
    assert Path(made).name.startswith("2026-03-04_15-06-00_")
    assert Path(made).parent == tmp_path / "data" / "recordings"
    again = CliRunner().invoke(cli, [*words[:1], *words[2:]])
    assert again.exit_code == 0
    assert "when it began is not in it" in again.stderr
