import stat
from pathlib import Path

import numpy as np
import pytest

from breathsense.cli.desk import HomeDesk
from breathsense.core.model.errors import RefusedInput
from breathsense.exports.progress import Cancelled, tell_nobody
from breathsense.session.outlet import LslOutlet
from breathsense.tui.desk import ExportOrder


@pytest.fixture
def belt(tmp_path: Path) -> Path:
    t_s = np.arange(0, 60, 0.1)
    rows = np.column_stack((t_s, 2.0 - 2.0 * np.cos(2 * np.pi * t_s / 4.0)))
    path = tmp_path / "belt.csv"
    np.savetxt(path, rows, fmt="%.5f", delimiter=",", header="t_s,abdomen[N]", comments="")
    return path


def test_notes_are_signed_as_the_settings_say(belt: Path, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(
        'schema = "breathsense.settings/1"\nauthor = "P-17"\n', encoding="utf-8"
    )
    review = HomeDesk(tmp_path).open_review(belt, tell_nobody)
    review.annotate(0, "words")
    assert [one.signed.by for one in review.notes.annotations] == ["P-17"]


def test_exports_go_to_the_data_folder_and_nothing_is_written_over(
    belt: Path, tmp_path: Path
) -> None:
    desk = HomeDesk(tmp_path)
    first = desk.export([belt], ExportOrder("json"), tell_nobody)
    again = desk.export([belt], ExportOrder("json"), tell_nobody)
    assert first == tmp_path / "exports" / "belt.json"
    assert again == tmp_path / "exports" / "belt-2.json"
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert stat.S_IMODE(first.parent.stat().st_mode) == 0o700


def test_an_export_that_is_stopped_leaves_nothing(belt: Path, tmp_path: Path) -> None:
    def stop(_share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        HomeDesk(tmp_path).export([belt], ExportOrder("csv"), stop)
    assert list((tmp_path / "exports").rglob("*")) == []


@pytest.mark.parametrize("told", ["true", "false"])
def test_sessions_are_offered_to_other_programs_only_if_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    def refuse(_scope: str) -> LslOutlet:
        raise RefusedInput("no Lab Streaming Layer in this test")

    monkeypatch.setattr("breathsense.session.outlet.load_lsl", refuse)
    words = f'schema = "breathsense.settings/1"\n[lsl]\nis_on = {told}\n'
    (tmp_path / "settings.toml").write_text(words, encoding="utf-8")
    desk = HomeDesk(tmp_path)
    if told == "true":
        with pytest.raises(RefusedInput, match="in this test"):
            desk.open_demo()
    else:
        desk.open_demo().stop()
