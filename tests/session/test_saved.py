"""Wearables that were used are found again: by the id of this platform, else by name."""

import os
import stat
import sys
from pathlib import Path

import pytest

from breathsense.session.saved import SavedWearable, SavedWearables, load_saved, save_used

BELT = SavedWearable("GDX-RB 1", "vernier-gdx-rb", "chest", {"linux": "AA:01"}, {"rate_hz": 20})
STRAP = SavedWearable("Polar H10 2", "polar-h10", "abdomen", {"darwin": "5D-6F"})


def test_what_was_used_together_is_read_back(tmp_path: Path) -> None:
    save_used(tmp_path, [BELT, STRAP])
    assert load_saved(tmp_path).last == (BELT, STRAP)
    save_used(tmp_path, [STRAP])
    saved = load_saved(tmp_path)
    assert saved.last == (STRAP,)
    assert saved.wearables == (STRAP, BELT)


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_only_the_user_may_read_it(tmp_path: Path) -> None:
    save_used(tmp_path / "new", [BELT])
    mode = (tmp_path / "new" / "wearables.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"schema": "breathsense.wearables/9"}',
        b'{"wearables": [{"name": 1}]}',
        b'{"schema": "\xb7"}',
        b'{"other": ' + b"[" * 100_000,
    ],
)
def test_a_file_that_cannot_be_read_means_nothing_was_saved(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "wearables.json").write_bytes(content)
    assert load_saved(tmp_path) == SavedWearables()


def test_a_disk_that_takes_nothing_does_not_stop_the_session(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    save_used(tmp_path / "file", [BELT])
    assert load_saved(tmp_path / "file") == SavedWearables()


def test_a_new_address_of_the_same_name_takes_the_place_of_the_old_one() -> None:
    moved = SavedWearable("GDX-RB 1", "vernier-gdx-rb", "abdomen", {"linux": "BB:02"})
    saved = SavedWearables((BELT,), 1).used([moved])
    assert saved.wearables == (moved,)


def test_ids_of_other_platforms_are_kept() -> None:
    here = SavedWearable("Polar H10 2", "polar-h10", "chest", {"win32": "CC:03"})
    (one,) = SavedWearables((STRAP,), 1).used([here]).wearables
    assert one.ids == {"darwin": "5D-6F", "win32": "CC:03"}
    assert one.find_id("darwin") == "5D-6F"
    assert one.find_id("linux") == "Polar H10 2"


def test_a_nameless_one_is_the_same_by_its_id_only() -> None:
    nameless = SavedWearable("", "sweetzpot-flow", "abdomen", {"linux": "DD:04"})
    other = SavedWearable("", "sweetzpot-flow", "chest", {"linux": "EE:05"})
    assert nameless.is_same(SavedWearable("FLOW", "sweetzpot-flow", ids={"linux": "DD:04"}))
    assert not nameless.is_same(other)


def test_it_is_found_by_name_or_by_id_but_not_guessed() -> None:
    saved = SavedWearables((BELT, STRAP))
    assert saved.find("GDX-RB 1", "linux") == BELT
    assert saved.find("aa:01", "linux") == BELT
    assert saved.find("aa:01", "darwin") is None
    assert saved.find("", "linux") is None
    twins = SavedWearables((BELT, SavedWearable("GDX-RB 1", "x", ids={"linux": "FF"})))
    assert twins.find("GDX-RB 1", "linux") is None


def test_the_list_is_bounded() -> None:
    saved = SavedWearables()
    for number in range(100):
        saved = saved.used([SavedWearable(f"n{number}", "x", ids={sys.platform: f"i{number}"})])
    assert len(saved.wearables) == 64
    assert saved.wearables[0].name == "n99"
