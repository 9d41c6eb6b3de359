from pathlib import Path

import edfio
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.samples import Gap, SampleBlock
from breathsense.recordings.edf import EdfTable, name_columns
from breathsense.recordings.tables import read_table


def signal(label: str, rate_hz: float, unit: str = "N", seconds: int = 30) -> edfio.EdfSignal:
    values = np.sin(np.arange(int(seconds * rate_hz)) / rate_hz)
    return edfio.EdfSignal(values, rate_hz, label=label, physical_dimension=unit)


def write(path: Path, *signals: edfio.EdfSignal, annotations: bool = False) -> Path:
    notes = [edfio.EdfAnnotation(0, None, "start")] if annotations else None
    edfio.Edf(list(signals), annotations=notes).write(path)
    return path


def test_signals_of_several_rates_are_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.edf", signal("Resp abdomen", 25), signal("Effort THO", 10, "mV"))
    table = read_table(path)
    told = [(s.id, s.kind, s.unit, s.rate_hz) for s in table.sensors]
    assert told == [("abdomen", "band", "N", 25.0), ("chest", "band", "mV", 10.0)]
    for name, rate_hz in (("abdomen", 25), ("chest", 10)):
        blocks = [b for b in table.items() if isinstance(b, SampleBlock) and b.sensor == name]
        t_ns = np.concatenate([block.t_ns for block in blocks])
        values = np.concatenate([block.values for block in blocks])[:, 0]
        assert t_ns.tolist() == [n * 1_000_000_000 // rate_hz for n in range(30 * rate_hz)]
        np.testing.assert_allclose(values, np.sin(np.arange(30 * rate_hz) / rate_hz), atol=1e-4)


def test_axes_and_their_units_are_understood(tmp_path: Path) -> None:
    axes = [signal(f"Acc {axis}", 50, "mg") for axis in "XYZ"]
    (sensor,) = read_table(write(tmp_path / "a.edf", *axes)).sensors
    assert (sensor.id, sensor.kind, sensor.unit) == ("imu", "imu", "g")


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Resp abdomen", "abdomen[N]"),
        ("ABD", "abdomen[N]"),
        ("Effort THO", "chest[N]"),
        ("Resp chest", "chest[N]"),
        ("Thorax", "chest[N]"),
        ("Resp", "abdomen[N]"),
        ("chest_acc_x", "chest_acc_x[N]"),
        ("Accel Z", "acc_z[N]"),
        ("SpO2", "SpO2"),
    ],
)
def test_labels_are_understood_with_some_freedom(label: str, expected: str) -> None:
    assert name_columns([(label, "N")]) == [expected]


def test_two_breathing_signals_without_a_place_are_not_guessed() -> None:
    assert name_columns([("Resp 1", ""), ("Resp 2", "")]) == ["Resp 1", "Resp 2"]


def test_unknown_labels_are_listed(tmp_path: Path) -> None:
    path = write(tmp_path / "a.edf", signal("SpO2", 1), signal("Resp", 10))
    with pytest.raises(RefusedInput, match="'SpO2'") as refusal:
        read_table(path)
    assert "labels: SpO2, Resp" in refusal.value.where
    assert [s.id for s in read_table(path, ignore_columns=True).sensors] == ["abdomen"]


def make_discontinuous(path: Path, onsets_s: list[str]) -> None:
    """Rewrite the time-keeping of each data record and the mark in the header."""
    content = bytearray(path.read_bytes())
    assert content[192:197] == b"EDF+C"
    content[196:197] = b"D"
    for number, onset in enumerate(onsets_s):
        old = f"+{number}\x14\x14".encode()
        new = f"+{onset}\x14\x14".encode()
        at = content.index(old)
        end = content.index(b"\0", at)
        content[at : at + len(new)] = new
        assert end - at <= len(new) + 30
    path.write_bytes(content)


def test_holes_between_records_are_gaps(tmp_path: Path) -> None:
    path = write(tmp_path / "d.edf", signal("Resp", 10, seconds=4), annotations=True)
    make_discontinuous(path, ["0", "1", "7", "8"])
    items = list(read_table(path).items())
    (gap,) = [item for item in items if isinstance(item, Gap)]
    assert gap == Gap("abdomen", "band", 1_900_000_000, 7_000_000_000, "no_data")
    starts = [int(item.t_ns[0]) for item in items if isinstance(item, SampleBlock)]
    assert starts == [0, 1_000_000_000, 7_000_000_000, 8_000_000_000]


def test_records_that_run_backwards_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "d.edf", signal("Resp", 10, seconds=4), annotations=True)
    make_discontinuous(path, ["0", "1", "7", "2"])
    with pytest.raises(RefusedInput, match="time runs backwards"):
        read_table(path)


@pytest.mark.parametrize("told", [b"1e-300  ", b"1e300   ", b"1e-7    "])
def test_records_of_a_length_that_cannot_be_are_refused(tmp_path: Path, told: bytes) -> None:
    path = write(tmp_path / "a.edf", signal("Resp", 10, seconds=3))
    content = bytearray(path.read_bytes())
    content[244:252] = told
    path.write_bytes(content)
    with pytest.raises(RefusedInput, match="no time that makes sense"):
        read_table(path)


def test_axes_of_different_rates_are_refused(tmp_path: Path) -> None:
    axes = [signal("acc_x", 50, "g"), signal("acc_y", 25, "g"), signal("acc_z", 50, "g")]
    with pytest.raises(RefusedInput, match="differ in rate"):
        read_table(write(tmp_path / "a.edf", *axes))


@given(st.data())
@settings(deadline=None, max_examples=80)
def test_any_bytes_are_read_or_refused_as_edf(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("e")
    content = bytearray(write(folder / "a.edf", signal("Resp", 10, seconds=3)).read_bytes())
    at = data.draw(st.integers(0, 600))
    content[at : at + 8] = data.draw(st.binary(max_size=8))
    (folder / "b.edf").write_bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        items = list(read_table(folder / "b.edf", ignore_columns=True).items())
    except RefusedInput:
        return
    assert all(np.isfinite(i.values).all() for i in items if isinstance(i, SampleBlock))


def test_what_was_only_filled_up_is_a_hole(tmp_path: Path) -> None:
    values = np.sin(np.arange(400) / 8)
    is_valid = np.ones(400)
    is_valid[100:150] = 0
    edf = edfio.Edf(
        [
            edfio.EdfSignal(values, 10, label="Resp abdomen", physical_dimension="N"),
            edfio.EdfSignal(is_valid, 10, label="valid abdomen", physical_range=(0, 1)),
            edfio.EdfSignal(np.tile(values, 2), 20, label="CO2", physical_dimension="%"),
        ]
    )
    path = tmp_path / "filled.edf"
    edf.write(path)
    table = EdfTable(path, ignore_columns=True)
    holes = [one for one in table.items() if isinstance(one, Gap)]
    assert [(one.sensor, one.start_ns, one.end_ns) for one in holes] == [
        ("abdomen", 9_900_000_000, 15_000_000_000)
    ]
    kept = EdfTable(path, ignore_columns=False, keeps_others=True)
    assert [(one.id, one.kind, one.unit) for one in kept.sensors] == [
        ("abdomen", "band", "N"),
        ("co2", "other", "%"),
    ]
    assert kept.started is None
