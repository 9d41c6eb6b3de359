import gzip
from pathlib import Path

import pytest

from breathsense.core.model.errors import RefusedInput
from breathsense.simulation.body import Beat
from breathsense.simulation.trace import Trace, parse_trace, read_trace


def play(text: str) -> Trace:
    return parse_trace(text.splitlines(), where="table.csv")


def test_values_at_rows_are_exact_and_between_rows_on_a_straight_line() -> None:
    trace = play("t_s,abdomen[N]\n5.0,4.1\n5.1,4.3\n5.2,4.7\n")
    assert trace.belt_force_n(0) == 4.1
    assert trace.belt_force_n(100_000_000) == 4.3
    assert trace.belt_force_n(150_000_000) == pytest.approx(4.5)
    assert trace.belt_force_n(200_000_000) == 4.7


def test_after_the_last_row_there_is_nothing() -> None:
    trace = play("t_s,abdomen[N]\n0,4\n1,5\n")
    assert trace.belt_force_n(1_000_000_000) == 5.0
    assert trace.belt_force_n(1_000_000_001) is None
    assert trace.belt_force_n(-1) is None


def test_an_empty_cell_is_a_gap_up_to_its_neighbours() -> None:
    trace = play("t_s,abdomen[N]\n0,4\n1,\n2,nan\n3,6\n4,7\n")
    assert trace.belt_force_n(0) == 4.0
    assert trace.belt_force_n(500_000_000) is None
    assert trace.belt_force_n(1_000_000_000) is None
    assert trace.belt_force_n(2_500_000_000) is None
    assert trace.belt_force_n(3_000_000_000) == 6.0


def test_milliseconds_and_units_of_acceleration_are_understood() -> None:
    trace = play("t_ms,acc_x[mg],acc_y[g],acc_z[m/s2]\n0,1000,0.5,9.80665\n10,,0.5,9.8\n")
    assert trace.acceleration_g(0) == pytest.approx((1.0, 0.5, 1.0))
    assert trace.acceleration_g(10_000_000) is None
    assert trace.measurable == {"acceleration"}
    assert trace.belt_force_n(0) is None


def test_beats_are_the_rows_that_have_one() -> None:
    trace = play("t_s,rr[ms]\n0,\n0.9,900\n1.0,\n1.7,800\n")
    assert trace.beats(-1, 2_000_000_000) == [Beat(900_000_000, 900.0), Beat(1_700_000_000, 800.0)]
    assert trace.beats(900_000_000, 1_000_000_000) == []
    assert trace.measurable == {"beats"}
    assert trace.acceleration_g(0) is None


def test_a_trace_plays_by_the_clock_of_the_wearable() -> None:
    assert play("t_s,abdomen[N]\n0,1\n").moment_ns(7, 99, 100) == 100


def test_gyroscope_columns_are_played_in_degrees_a_second() -> None:
    trace = play("t_s,gyr_x[deg/s],gyr_y[rad/s],gyr_z[deg/s]\n0,1,3.141592653589793,3\n1,2,,5\n")
    assert trace.measurable == {"rotation"}
    assert trace.rotation_dps(0) == (1.0, 180.0, 3.0)
    assert trace.rotation_dps(1_000_000_000) is None
    assert trace.acceleration_g(0) is None


def test_an_axis_of_the_gyroscope_that_is_missing_is_named() -> None:
    with pytest.raises(RefusedInput, match="an axis of the gyroscope is missing: gyr_y, gyr_z"):
        play("t_s,gyr_x[deg/s]\n0,1\n")


def test_a_second_belt_plays_its_own_column() -> None:
    trace = play("t_s,chest[N],abdomen[N]\n0,2,3\n")
    assert (trace.belt_force_n(0), trace.belt_force_n(0, "chest")) == (3.0, 2.0)
    assert play("t_s,chest[N]\n0,2\n").belt_force_n(0) is None


@pytest.mark.parametrize(
    ("text", "what", "where"),
    [
        ("", "needs one column t_s", "line 1"),
        ("abdomen[N]\n1\n", "needs one column t_s", "line 1"),
        ("t_s,t_ms\n1,1\n", "needs one column t_s", "line 1"),
        ("t_s,belly[N]\n0,1\n", "'belly[N]' is not understood", "line 1"),
        ("t_s,abdomen[mm]\n0,1\n", "'abdomen[mm]' is not understood", "line 1"),
        ("t_s,abdomen\n0,1\n", "'abdomen' is not understood", "line 1"),
        ("t_s,acc_x[g],acc_y[g]\n0,1,1\n", "axis of the accelerometer is missing: acc_z", ""),
        ("t_s,abdomen[N]\n", "no rows", ""),
        ("t_s,abdomen[N]\n0,1\n0,2\n", "time does not increase", "line 3"),
        ("t_s,abdomen[N]\n1,1\n\n0,2\n", "time does not increase", "line 4"),
        ("t_s,abdomen[N]\n,1\n", "time is missing", "line 2"),
        ("t_s,abdomen[N]\n0,1,2\n", "3 cells, but 2 columns", "line 2"),
        ("t_s,abdomen[N]\n0,x\n", "'x' in column 'abdomen[N]' is not a number", "line 2"),
        ("t_s,abdomen[N]\n0,inf\n", "'inf' in column 'abdomen[N]' is not a number", "line 2"),
    ],
)
def test_a_bad_table_is_refused_with_what_and_where(text: str, what: str, where: str) -> None:
    with pytest.raises(RefusedInput) as refused:
        play(text)
    assert what in refused.value.what
    assert where in refused.value.where
    assert refused.value.where.startswith("table.csv")


def test_tables_are_read_from_files_packed_or_with_tabs(tmp_path: Path) -> None:
    plain, packed, tabbed = tmp_path / "a.csv", tmp_path / "a.csv.gz", tmp_path / "a.tsv"
    plain.write_text("t_s,abdomen[N]\n0,4\n", encoding="utf-8-sig")
    packed.write_bytes(gzip.compress(b"t_s,abdomen[N]\n0,4\n"))
    tabbed.write_text("t_s\tabdomen[N]\n0\t4\n")
    assert [read_trace(path).belt_force_n(0) for path in (plain, packed, tabbed)] == [4.0] * 3


def test_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.csv.gz"
    broken.write_bytes(b"not packed")
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xfe\x00\x81")
    for path in (broken, binary, tmp_path):
        with pytest.raises(RefusedInput, match="cannot be read"):
            read_trace(path)
    with pytest.raises(RefusedInput, match="no such file"):
        read_trace(tmp_path / "absent.csv")
