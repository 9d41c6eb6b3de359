"""``--set``: what is chosen reaches the wearable, is refused with what there is, and remembered."""

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from breathsense.cli.choices import Choice, apply_choices, keep_allowed, parse_choice
from breathsense.cli.desk import HomeDesk
from breathsense.cli.finding import Asked, find_last, find_worn, to_saved
from breathsense.cli.main import cli
from breathsense.cli.main import main as run_main
from breathsense.core.model.errors import RefusedInput
from breathsense.recordings.reader import open_recording
from breathsense.session.saved import SavedWearable, load_saved, save_used
from breathsense.session.wearing import Wish, put_on
from breathsense.sources.shelf import find_profile
from breathsense.tui.desk import FoundWearable

BELT = Wish(find_profile("vernier-gdx-rb"), "AA:01", "GDX-RB 1")
STRAP = Wish(find_profile("polar-h10"), "BB:02", "Polar H10 7")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rate_hz=20", Choice("rate_hz", 20.0)),
        ("GDX-RB 1:rate_hz=5", Choice("rate_hz", 5.0, "GDX-RB 1")),
        ("AA:BB:01: ecg = 1", Choice("ecg", 1.0, "AA:BB:01")),
        ("a=b:rate_hz=2.5", Choice("rate_hz", 2.5, "a=b")),
    ],
)
def test_a_choice_is_a_setting_with_or_without_a_wearable(text: str, expected: Choice) -> None:
    assert parse_choice(text) == expected


@pytest.mark.parametrize("text", ["", "rate_hz", "rate_hz=", "=5", "x:=5", "rate_hz=fast", "a=nan"])
def test_nonsense_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(RefusedInput, match="is not") as refusal:
        parse_choice(text)
    assert "--set rate_hz=20" in refusal.value.advice


def test_without_a_wearable_each_that_has_the_setting_gets_it() -> None:
    belt, strap = apply_choices([BELT, STRAP], [Choice("ecg", 1.0), Choice("force", 1.0)])
    assert (belt.settings, strap.settings) == ({"force": 1.0}, {"ecg": 1.0})


@pytest.mark.parametrize("device", ["polar h10 7", "bb:02", "polar-h10"])
def test_a_wearable_is_named_as_anywhere_else_and_the_last_word_counts(device: str) -> None:
    choices = [Choice("rate_hz", 100.0, device), Choice("rate_hz", 200.0, device)]
    belt, strap = apply_choices([BELT, STRAP], choices)
    assert (belt.settings, strap.settings) == ({}, {"rate_hz": 200.0})


@pytest.mark.parametrize(
    ("choice", "words", "where"),
    [
        (Choice("rate_hz", 7.0), "7 is not allowed; choose 5, 10, 20", "GDX-RB 1, setting rate_hz"),
        (Choice("rate", 10.0), "did you mean 'rate_hz'", "GDX-RB 1"),
        (Choice("force", 2.0), "neither 1 (on) nor 0 (off)", "stream force"),
        (Choice("rate_hz", 10.0, "belt"), "no wearable of this session", "--set"),
    ],
)
def test_what_is_not_allowed_is_refused_with_what_is(
    choice: Choice, words: str, where: str
) -> None:
    with pytest.raises(RefusedInput) as refusal:
        apply_choices([BELT], [choice])
    assert words in refusal.value.what
    assert where in refusal.value.where
    assert "GDX-RB 1" in refusal.value.advice or "vernier-gdx-rb" in refusal.value.advice


def test_a_wearable_that_is_set_to_say_nothing_is_refused() -> None:
    with pytest.raises(RefusedInput, match="all its streams are switched off"):
        put_on(apply_choices([BELT], [Choice("force", 0.0)]))


def test_what_was_chosen_is_remembered_and_can_be_changed(tmp_path: Path) -> None:
    save_used(tmp_path, [SavedWearable("GDX-RB 1", "vernier-gdx-rb", "chest", {sys.platform: "A"})])
    worn = find_worn([Asked("GDX-RB 1")], tmp_path, choices=[Choice("rate_hz", 20.0)])
    save_used(tmp_path, to_saved(worn))
    assert find_last(tmp_path)[0].wearable.settings == {"rate_hz": 20.0}
    named = find_worn([Asked("GDX-RB 1", None, "vernier-gdx-rb")], tmp_path)
    assert named[0].wearable.settings == {"rate_hz": 20.0}
    (worn_again,) = find_last(tmp_path, [Choice("rate_hz", 5.0)])
    assert worn_again.wearable.settings == {"rate_hz": 5.0}


def test_a_stream_that_was_chosen_is_remembered_one_that_gave_way_is_not() -> None:
    strap = apply_choices([STRAP], [Choice("acc", 1.0)])[0]
    worn = put_on([strap, Wish(find_profile("heart-rate"), "CC:03", "strap")])
    assert worn[0].wearable.settings == {"acc": 1.0, "hr": 0.0, "rr": 0.0}
    assert to_saved(worn)[0].settings == {"acc": 1.0}


def test_what_a_changed_profile_no_longer_allows_is_forgotten() -> None:
    before = {"rate_hz": 7.0, "gone": 1.0, "force": 1.0}
    assert keep_allowed(find_profile("vernier-gdx-rb"), before) == {"force": 1.0}


def test_the_app_sets_a_wearable_as_it_was_set_before(tmp_path: Path) -> None:
    saved = SavedWearable(
        "GDX-RB 1", "vernier-gdx-rb", "chest", {sys.platform: "A"}, {"rate_hz": 5.0}
    )
    save_used(tmp_path, [saved])
    desk = HomeDesk(tmp_path)
    found = FoundWearable("A", "GDX-RB 1", -60, "vernier-gdx-rb", "Belt")
    session = desk.open_wearables([(found, "abdomen")])
    session.stop()
    assert load_saved(tmp_path).last[0].settings == {"rate_hz": 5.0}


def test_a_recording_goes_at_the_rate_that_was_set(tmp_path: Path) -> None:
    words = ["record", "--demo", "--seconds", "4", "--set", "rate_hz=5", "--output"]
    done = CliRunner().invoke(
        cli, [*words, str(tmp_path / "a.mcap"), "--data-dir", str(tmp_path)], catch_exceptions=False
    )
    assert done.exit_code == 0
    header = open_recording(tmp_path / "a.mcap").header
    assert header.setup().wearables[0].settings == {"rate_hz": 5.0}
    found = CliRunner().invoke(cli, ["analyze", str(tmp_path / "a.mcap"), "--json"])
    assert '"rate_hz": 5.0' in found.stdout


def test_a_rate_that_there_is_not_ends_with_the_choices(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["record", "--demo", "--set", "rate_hz=7", "--output", str(tmp_path / "a.mcap")]
    with pytest.raises(SystemExit) as end:
        run_main(words)
    assert end.value.code == 2
    told = capsys.readouterr().err
    assert "7 is not allowed; choose 5, 10, 20" in told
    assert "profiles show vernier-gdx-rb" in told
    assert not (tmp_path / "a.mcap").exists()
