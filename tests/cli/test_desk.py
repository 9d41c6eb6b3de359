import math
import sys
from pathlib import Path

import pytest

from breathsense.cli.desk import HomeDesk
from breathsense.cli.finding import Asked, find_worn
from breathsense.core.model.errors import LinkError, RefusedInput
from breathsense.core.setup import Setup
from breathsense.recordings.folder import recordings_folder
from breathsense.recordings.header import build_header
from breathsense.recordings.journal import Journal
from breathsense.recordings.reader import read_header
from breathsense.session.programmes import load_programmes
from breathsense.session.saved import SavedWearable, save_used
from breathsense.session.unworn import UnwornPractice
from breathsense.sources.shelf import find_profile
from breathsense.sources.simulated import build_demo_radio
from breathsense.tui.desk import FoundWearable


def test_recordings_are_listed_by_their_date_before_the_samples(tmp_path: Path) -> None:
    folder = recordings_folder(tmp_path)
    for name in (
        "2026-11-02_09-05-00_ab12.mcap",
        "2026-11-22_10-34-07_cd34.mcap.part",
        "mine.mcap",
    ):
        (folder / name).write_bytes(b"")
    shown = [(one.title, one.note) for one in HomeDesk(tmp_path).list_recordings()]
    assert shown[:3] == [
        ("mine", ""),
        ("22 Nov 2026, 10:34", "not finished"),
        ("2 Nov 2026, 09:05", ""),
    ]
    assert ("belt-at-rest-2min", "sample") in shown[3:]


def test_a_demo_is_recorded_to_the_data_folder(tmp_path: Path) -> None:
    session = HomeDesk(tmp_path).open_demo()
    while session.view().wearables[0].link != "streaming" and not session.wait(0.02):
        pass
    path = session.stop()
    assert path is not None
    assert path.parent == tmp_path / "recordings"
    assert path.suffix == ".mcap"
    assert read_header(path).is_virtual, "nobody practised"


@pytest.mark.parametrize("is_virtual", [True, False])
def test_what_is_done_in_a_demo_is_still_due(tmp_path: Path, *, is_virtual: bool) -> None:
    header = build_header(Setup(), 1_700_000_000 * 10**9, is_virtual=is_virtual)
    journal = Journal(recordings_folder(tmp_path) / "a.mcap", header)
    programme = load_programmes().find("day.mobility")
    UnwornPractice(programme, lambda: 0, journal).stop("dizzy")
    past = HomeDesk(tmp_path)._read_past()
    assert len(past.done) == (0 if is_virtual else 1)
    assert [reason for _, reason in past.stops] == ["dizzy"], "an answer was meant all the same"


def test_a_found_wearable_is_opened_over_the_radio_it_was_found_with(tmp_path: Path) -> None:
    demo = build_demo_radio("sweetzpot-flow")
    desk = HomeDesk(tmp_path, demo.radio)
    scan = desk.scan()
    while not scan.view().found:
        pass
    scan.stop()
    (found,) = scan.view().found
    assert found == FoundWearable(
        demo.device_id, demo.name, found.rssi_dbm, "sweetzpot-flow", "SweetZpot FLOW breathing band"
    )
    session = desk.open_wearables([(found, "chest")])
    while session.view().wearables[0].link != "streaming" and not session.wait(0.02):
        pass
    session.stop()
    assert session.view().sensor == "chest"


def test_a_sample_is_replayed(tmp_path: Path) -> None:
    desk = HomeDesk(tmp_path, replay_speed=math.inf)
    sample = next(one for one in desk.list_recordings() if one.title == "belt-at-rest-2min")
    replay = desk.open_recording(sample.path)
    assert replay.session.wait(60.0)
    replay.stop()
    assert replay.view().n_breaths > 20
    assert replay.speed == math.inf
    assert not replay.is_paused


def test_with_a_profile_named_nothing_is_sought(tmp_path: Path) -> None:
    (worn,) = find_worn([Asked("my strap", "chest", "heart-rate")], tmp_path)
    assert (worn.device_id, worn.wearable.name, worn.wearable.place) == (
        "my strap",
        "my strap",
        "chest",
    )
    assert worn.wearable.profile == find_profile("heart-rate")


def test_an_unknown_profile_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="hart-rate"):
        find_worn([Asked("my strap", "chest", "hart-rate")], tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="the bus is how Linux reaches Bluetooth")
def test_without_bluetooth_a_device_cannot_be_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path / 'nothing-here'}")
    with pytest.raises(LinkError) as refusal:
        find_worn([Asked("GDX-RB 1")], tmp_path)
    assert refusal.value.advice


def test_before_anything_was_worn_the_virtual_belt_is_what_is_told_of(tmp_path: Path) -> None:
    worn = HomeDesk(tmp_path).tell_worn()
    assert worn.title == "the virtual belt"
    assert [one.id for one in worn.sensors] == ["abdomen"]
    assert worn.calibration is None


def test_what_was_worn_last_is_what_is_told_of(tmp_path: Path) -> None:
    save_used(tmp_path, [SavedWearable("GDX-RB 1", "vernier-gdx-rb", "chest")])
    worn = HomeDesk(tmp_path).tell_worn()
    assert worn.title == "GDX-RB 1"
    assert [one.id for one in worn.sensors] == ["chest"]


def test_the_past_is_what_the_recordings_tell(tmp_path: Path) -> None:
    data_dir = tmp_path / "own"
    sample = Path(__file__).parents[2] / "recordings" / "programmes" / "core-fill-the-can.mcap"
    folder = recordings_folder(data_dir)
    (folder / "2026-11-22_10-34-07_cd34.mcap").write_bytes(sample.read_bytes())
    desk = HomeDesk(data_dir)
    (done,) = desk._read_past().done
    assert done.programme == "core.fill_the_can"
    assert desk.open_book() is desk.open_book()
