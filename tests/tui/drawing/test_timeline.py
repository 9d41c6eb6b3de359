from hypothesis import given
from hypothesis import strategies as st

from breathsense.tui.drawing.timeline import build_scroll, build_sweep

COLUMN_NS = 125_000_000


def test_scrolling_paper_ends_at_the_present() -> None:
    timeline = build_scroll(1_000_000_000, COLUMN_NS, 6, 0)
    assert timeline.shown.tolist() == [3, 4, 5, 6, 7, 8]
    assert timeline.now == 8


def test_scrolling_paper_moves_in_whole_columns() -> None:
    before = build_scroll(1_000_000_000, COLUMN_NS, 6, 2)
    still = build_scroll(1_124_999_999, COLUMN_NS, 6, 2)
    after = build_scroll(1_125_000_000, COLUMN_NS, 6, 2)
    assert before.shown.tolist() == still.shown.tolist() == [5, 6, 7, 8, 9, 10]
    assert after.shown.tolist() == [6, 7, 8, 9, 10, 11]


def test_a_sweep_changes_one_column_at_a_time() -> None:
    before = build_sweep(1_000_000_000, COLUMN_NS, 8, 2)
    after = build_sweep(1_125_000_000, COLUMN_NS, 8, 2)
    assert before.shown.tolist() == [8, 9, 10, 3, 4, 5, 6, 7]
    assert (before.shown != after.shown).sum() == 1


@given(st.integers(0, 10**12), st.integers(2, 200), st.integers(0, 50))
def test_both_show_the_same_span_of_time(now_ns: int, n_cells: int, n_ahead: int) -> None:
    n, n_ahead = 2 * n_cells, min(n_ahead, n_cells)
    scroll = build_scroll(now_ns, COLUMN_NS, n, n_ahead)
    sweep = build_sweep(now_ns, COLUMN_NS, n, n_ahead)
    assert sorted(sweep.shown.tolist()) == scroll.shown.tolist()
    for timeline in (scroll, sweep):
        for place, column in enumerate(timeline.shown.tolist()):
            assert timeline.cell_of(column * COLUMN_NS) == place // 2
        assert timeline.cell_of((timeline.first - 1) * COLUMN_NS) is None
        assert timeline.cell_of((timeline.last + 1) * COLUMN_NS) is None
