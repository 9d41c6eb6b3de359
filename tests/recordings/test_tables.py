import gzip
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.samples import Gap, SampleBlock
from breathsense.core.model.sensors import Sensor
from breathsense.recordings import rows as rows_module
from breathsense.recordings.tables import Table, read_table


def table_of(folder: Path, text: str | bytes, name: str = "table.csv", **options: object) -> Table:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_table(path, **options)  # type: ignore[arg-type] # handed on as they are


def joined(table: Table, sensor: str, signal: str) -> tuple[list[int], list[list[float]]]:
    found = [
        item
        for item in table.items()
        if isinstance(item, SampleBlock) and (item.sensor, item.signal) == (sensor, signal)
    ]
    t_ns = [t for block in found for t in block.t_ns.tolist()]
    return t_ns, [row for block in found for row in block.values.tolist()]


def gaps(table: Table) -> list[Gap]:
    return [item for item in table.items() if isinstance(item, Gap)]


def test_a_band_is_read(tmp_path: Path) -> None:
    table = table_of(tmp_path, "t_s,abdomen[N]\n0.0,1.5\n0.1,2.5\n0.2,3.5\n")
    assert table.sensors == (Sensor("abdomen", "band", "abdomen", "N", 10.0),)
    assert joined(table, "abdomen", "band") == (
        [0, 100_000_000, 200_000_000],
        [[1.5], [2.5], [3.5]],
    )
    assert gaps(table) == []


def test_every_column_of_the_contract_is_understood(tmp_path: Path) -> None:
    head = "t_ms,abdomen[mm],chest[%],acc_x[mg],acc_y[mg],acc_z[mg],gyr_x[rad/s],gyr_y[rad/s]"
    head += ",gyr_z[rad/s],chest_acc_x[m/s2],chest_acc_y[m/s2],chest_acc_z[m/s2],rr[ms]"
    row = "1,2,1000,500,0,3.141592653589793,0,0,9.80665,0,0,800"
    table = table_of(tmp_path, f"{head}\n1.5,{row}\n2.5,{row}\n")
    assert [sensor.id for sensor in table.sensors] == [
        "abdomen", "chest", "imu", "chest_imu", "heart",
    ]  # fmt: skip
    assert [sensor.unit for sensor in table.sensors] == ["mm", "%", "g", "g", "ms"]
    assert joined(table, "imu", "acc") == ([1_500_000, 2_500_000], [[1.0, 0.5, 0.0]] * 2)
    assert joined(table, "imu", "gyr")[1][0] == pytest.approx([180.0, 0.0, 0.0])
    assert joined(table, "chest_imu", "acc")[1][0] == pytest.approx([1.0, 0.0, 0.0])
    assert joined(table, "heart", "rr")[1] == [[800.0], [800.0]]


def test_axes_may_stand_in_any_order(tmp_path: Path) -> None:
    table = table_of(tmp_path, "acc_z[g],t_s,acc_x[g],acc_y[g]\n3,0,1,2\n")
    assert joined(table, "imu", "acc") == ([0], [[1.0, 2.0, 3.0]])


@pytest.mark.parametrize(
    ("text", "expected_ns"),
    [
        ("5.008", 5_008_000_000),
        ("0.1", 100_000_000),
        ("28799.999999999", 28_799_999_999_999),
        ("3999999.123456789", 3_999_999_123_456_789),
        ("1700000000.123456789", 1_700_000_000_123_456_789),
        ("1700000000.1234567885", 1_700_000_000_123_456_788),
        ("-1.5", -1_500_000_000),
        ("1e-3", 1_000_000),
    ],
)
def test_times_are_exact_to_the_nanosecond(tmp_path: Path, text: str, expected_ns: int) -> None:
    table = table_of(tmp_path, f"t_s,abdomen[N]\n{text},1\n")
    assert joined(table, "abdomen", "band")[0] == [expected_ns]


@given(st.integers(-4_000_000 * 10**9, 4_000_000 * 10**9))
@settings(deadline=None, max_examples=60)
def test_every_nanosecond_of_46_days_is_kept(
    tmp_path_factory: pytest.TempPathFactory, t_ns: int
) -> None:
    sign, digits = "-" if t_ns < 0 else "", f"{abs(t_ns):010d}"
    text = f"t_s,abdomen[N]\n{sign}{digits[:-9]}.{digits[-9:]},1\n"
    table = table_of(tmp_path_factory.mktemp("t"), text)
    assert joined(table, "abdomen", "band")[0] == [t_ns]


@pytest.mark.parametrize(
    ("rate_hz", "expected_ns"),
    [
        (10.0, [0, 100_000_000, 200_000_000, 300_000_000]),
        (3.0, [0, 333_333_333, 666_666_667, 1_000_000_000]),
        (25.6, [0, 39_062_500, 78_125_000, 117_187_500]),
    ],
)
def test_without_times_the_rate_counts(
    tmp_path: Path, rate_hz: float, expected_ns: list[int]
) -> None:
    table = table_of(tmp_path, "abdomen[N]\n1\n2\n3\n4\n", rate_hz=rate_hz)
    assert joined(table, "abdomen", "band")[0] == expected_ns


def test_counted_times_do_not_drift(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "CHUNK_BYTES", 100)
    table = table_of(tmp_path, "abdomen[N]\n" + "1\n" * 3001, rate_hz=3.0)
    assert joined(table, "abdomen", "band")[0][-1] == 1_000_000_000_000


@pytest.mark.parametrize("empty", ["", "NaN", "nan", " ", '""'])
def test_an_empty_cell_is_a_gap_never_a_value(tmp_path: Path, empty: str) -> None:
    rows = "".join(f"{t / 10},{empty if 5 <= t < 8 else t}\n" for t in range(20))
    table = table_of(tmp_path, "t_s,abdomen[N]\n" + rows)
    t_ns, values = joined(table, "abdomen", "band")
    assert [value for (value,) in values] == [t for t in range(20) if not 5 <= t < 8]
    assert len(t_ns) == 17
    assert gaps(table) == [Gap("abdomen", "band", 400_000_000, 800_000_000, "missing_values")]


def test_a_gap_stands_between_its_blocks(tmp_path: Path) -> None:
    table = table_of(tmp_path, "t_s,abdomen[N]\n0,1\n0.1,\n0.2,3\n")
    kinds = [type(item) for item in table.items()]
    assert kinds == [SampleBlock, Gap, SampleBlock]


def test_gaps_at_both_ends_are_told(tmp_path: Path) -> None:
    table = table_of(tmp_path, "t_s,abdomen[N]\n0,\n0.1,1\n0.2,2\n0.3,\n")
    assert [(gap.start_ns, gap.end_ns) for gap in gaps(table)] == [
        (0, 100_000_000),
        (200_000_000, 300_000_000),
    ]


def test_a_column_without_any_value_is_one_gap(tmp_path: Path) -> None:
    table = table_of(tmp_path, "t_s,abdomen[N],chest[N]\n0,1,\n1,1,\n2,1,\n")
    assert gaps(table) == [Gap("chest", "band", 0, 2_000_000_000, "missing_values")]


def test_one_missing_axis_is_missing_altogether(tmp_path: Path) -> None:
    table = table_of(tmp_path, "t_s,acc_x[g],acc_y[g],acc_z[g]\n0,1,2,3\n1,1,,3\n2,1,2,3\n")
    assert joined(table, "imu", "acc")[0] == [0, 2_000_000_000]


def test_a_second_without_rows_is_a_gap(tmp_path: Path) -> None:
    rows = "".join(f"{t / 10},1\n" for t in range(50) if not 20 < t < 35)
    table = table_of(tmp_path, "t_s,abdomen[N]\n" + rows)
    assert gaps(table) == [Gap("abdomen", "band", 2_000_000_000, 3_500_000_000, "no_data")]


def test_a_slower_sensor_in_the_same_table_has_no_gaps(tmp_path: Path) -> None:
    rows = "".join(f"{t / 100:.2f},{t},{t if t % 10 == 0 else ''}\n" for t in range(400))
    table = table_of(tmp_path, "t_s,abdomen[N],chest[N]\n" + rows)
    assert gaps(table) == []
    assert [sensor.rate_hz for sensor in table.sensors] == [100.0, 10.0]
    assert len(joined(table, "chest", "band")[0]) == 40


def test_a_long_hole_in_a_slower_sensor_is_a_gap(tmp_path: Path) -> None:
    rows = "".join(
        f"{t / 100:.2f},{t},{t if t % 10 == 0 and not 100 < t < 200 else ''}\n" for t in range(400)
    )
    table = table_of(tmp_path, "t_s,abdomen[N],chest[N]\n" + rows)
    assert gaps(table) == [Gap("chest", "band", 1_000_000_000, 2_000_000_000, "missing_values")]


def test_beats_are_rare_by_nature(tmp_path: Path) -> None:
    rows = "".join(f"{t / 10},{t},{800 if t % 8 == 0 else ''}\n" for t in range(100))
    table = table_of(tmp_path, "t_s,abdomen[N],rr[ms]\n" + rows)
    assert gaps(table) == []
    assert len(joined(table, "heart", "rr")[0]) == 13


def test_sensors_come_side_by_side(tmp_path: Path) -> None:
    rows = "".join(f"{t / 10},1,2\n" for t in range(30))
    table = table_of(tmp_path, "t_s,abdomen[N],chest[N]\n" + rows)
    starts = [int(item.t_ns[0]) for item in table.items() if isinstance(item, SampleBlock)]
    assert starts == [0, 0, 1_000_000_000, 1_000_000_000, 2_000_000_000, 2_000_000_000]


cells = st.one_of(st.none(), st.floats(-1e3, 1e3), st.just(float("nan")))


@given(st.lists(cells, min_size=1, max_size=60), st.integers(1, 200))
@settings(deadline=None, max_examples=60)
def test_where_the_file_is_cut_into_pieces_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, column: list[float | None], size: int
) -> None:
    folder = tmp_path_factory.mktemp("t")
    rows = [f"{n / 4},{'' if cell is None else repr(cell)}" for n, cell in enumerate(column)]
    table = table_of(folder, "t_s,abdomen[N]\r\n" + "\r\n".join(rows))
    whole = joined(table, "abdomen", "band"), gaps(table)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows_module, "CHUNK_BYTES", size)
        assert (joined(table, "abdomen", "band"), gaps(table)) == whole
    present = [value for value in column if value is not None and not math.isnan(value)]
    assert [value for (value,) in whole[0][1]] == present


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bom.csv", b"\xef\xbb\xbft_s,abdomen[N]\n0,1\n1,2\n"),
        ("crlf.csv", b"t_s,abdomen[N]\r\n0,1\r\n1,2\r\n\r\n"),
        ("open.csv", b"t_s,abdomen[N]\n0,1\n1,2"),
        ("quoted.csv", b'"t_s","abdomen[N]"\n"0","1"\n"1","2"\n'),
        ("spaced.csv", b"t_s , abdomen [N]\n 0 , 1 \n 1 , 2 \n"),
        ("tabs.tsv", b"t_s\tabdomen[N]\n0\t1\n1\t2\n"),
        ("packed.csv.gz", gzip.compress(b"t_s,abdomen[N]\n0,1\n1,2\n", mtime=0)),
        ("packed.tsv.gz", gzip.compress(b"t_s\tabdomen[N]\n0\t1\n1\t2\n", mtime=0)),
        ("case.csv", b"T_S,Abdomen[N]\n0,1\n1,2\n"),
        ("unit.csv", "t_s,abdomen[µV]\n0,1\n1,2\n".encode()),
    ],
)
def test_the_ways_in_which_programs_write_tables(tmp_path: Path, name: str, content: bytes) -> None:
    table = table_of(tmp_path, content, name)
    assert joined(table, "abdomen", "band") == ([0, 1_000_000_000], [[1.0], [2.0]])


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        ("", "", "the file is empty"),
        ("\n\n", "", "the file is empty"),
        ("t_s,abdomen[N]\n", ":1", "no row follows"),
        ("0,1\n1,2\n", ":1", "numbers, not the names"),
        ("t_s;abdomen[N]\n0;1,5\n", ":1", "semicolons"),
        ("t_s\tabdomen[N]\n0\t1\n", ":1", "tabs"),
        ("t_s,abdmen[N]\n0,1\n", ":1", "abdmen[N] -> abdomen"),
        ("t_s,spam\n0,1\n", ":1", "--ignore-columns"),
        ("t_s,abdomen[N]\n0,1\n1,2\n0.5,3\n", ":4", "time runs backwards: 0.5 s after 1 s"),
        ("t_s,abdomen[N]\n0,1\n1,2\n1.0,3\n", ":4", "time is repeated"),
        ("t_s,abdomen[N]\n0,1\n,2\n", ":3", "column t_s has no value"),
        ("t_s,abdomen[N]\n0,1\n1e30,2\n", ":3", "out of range"),
        ("t_s,abdomen[N]\n0,1\n1,two\n", ":3", "column abdomen[N]: 'two' is no number"),
        ("t_s,abdomen[N]\n0,1\n1,1_0\n", ":3", "'1_0' is no number"),
        ("t_s,abdomen[N]\n0,inf\n", ":2", "'inf' is no number"),
        ("t_s,abdomen[N]\n0,1,5\n", ":2", "3 cells, but the header has 2"),
        ("t_s,abdomen[N]\n0,1\n\n1,2\n", ":3", "1 cells, but the header has 2"),
        ("abdomen[N]\n1\n", ":1", "--rate"),
        ("t_s,t_ms,abdomen[N]\n0,0,1\n", ":1", "two time columns"),
        ("t_s,abdomen[N],abdomen[mm]\n0,1,1\n", ":1", "twice"),
        ("t_s,acc_x[g],acc_y[g]\n0,1,1\n", ":1", "missing: acc_z"),
        ("t_s,acc_x[G],acc_y[g],acc_z[g]\n0,1,1,1\n", ":1", "unknown unit 'G'"),
        ("t_s,acc_x,acc_y,acc_z\n0,1,1,1\n", ":1", "no unit"),
        ("t_s,rr[s]\n0,1\n", ":1", "unknown unit 's'"),
        ("t_s\n0\n", ":1", "no column holds a sensor"),
        (b"\xff\xfet\x00", "", "UTF-8"),
        (b"t_s,abdomen[\xff]\n0,1\n", ":1", "not UTF-8"),
        (b"t_s,abdomen[N]\n0,\xff\n", ":2", "is no number"),
        (b"t_s,abdomen[N]\n0," + b"1" * 3_000_000, "", "longer than a megabyte"),
        (gzip.compress(b"t_s,abdomen[N]\n0,1\n" * 99, mtime=0)[:40], "", "damaged"),
        (b"\x1f\x8bnonsense", "", "damaged"),
    ],
)
def test_bad_tables_are_refused(
    tmp_path: Path, text: str | bytes, line: str, complaint: str
) -> None:
    with pytest.raises(RefusedInput) as refusal:
        list(table_of(tmp_path, text).items())
    assert complaint in f"{refusal.value.what}\n{refusal.value.advice}"
    assert refusal.value.where == f"{tmp_path / 'table.csv'}{line}"
    assert refusal.value.advice


def test_a_wrong_cell_far_down_is_found(tmp_path: Path) -> None:
    rows = [f"{n / 500},{n}" for n in range(300_000)]
    rows[250_000] = "500,x"
    with pytest.raises(RefusedInput) as refusal:
        list(table_of(tmp_path, "t_s,abdomen[N]\n" + "\n".join(rows)).items())
    assert refusal.value.where.endswith(":250002")


def test_unknown_columns_may_pass(tmp_path: Path) -> None:
    table = table_of(tmp_path, "t_s,spam,abdomen[N]\n0,7,1\n1,7,2\n", ignore_columns=True)
    assert joined(table, "abdomen", "band")[1] == [[1.0], [2.0]]


@pytest.mark.parametrize("rate_hz", [0.0, -1.0, 1e9, float("nan"), float("inf")])
def test_a_senseless_rate_is_refused(tmp_path: Path, rate_hz: float) -> None:
    with pytest.raises(RefusedInput, match="makes no sense"):
        table_of(tmp_path, "abdomen[N]\n1\n", rate_hz=rate_hz)


@given(st.binary(max_size=200))
@settings(deadline=None, max_examples=150)
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("t")
    for start in (b"", b"t_s,abdomen[N]\n", b"t_s,abdomen[N]\n0,1\n1,"):
        try:
            items = list(table_of(folder, start + content).items())
        except RefusedInput:
            continue
        for item in items:
            if isinstance(item, SampleBlock):
                assert np.isfinite(item.values).all()


def test_missing_tables_are_refused(tmp_path: Path) -> None:
    for name in ("nowhere.csv", "nowhere.edf", ""):
        with pytest.raises(RefusedInput, match="cannot be read"):
            read_table(tmp_path / name)
