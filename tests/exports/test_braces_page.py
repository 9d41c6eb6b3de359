"""The tables of braces and sets on a session's page, and under the sheet of several sessions."""

import re

from breathsense.core.analysis import Analysis, BraceSpan
from breathsense.core.model.bracing import BraceEnd, BraceStart, HoldScored, SetScored
from breathsense.exports.page.braces import build_braces

S = 1_000_000_000
START = BraceStart(0, 60 * S, "expand", 0.9, 61 * S)
END = BraceEnd(0, 70 * S, "breathing", 0.8, 0.1, 0.9, 4 * S, 2, 0.9, 71 * S)
HOLD = HoldScored(0, 90.0, 1.0, 0.8, None, 1.0, None, is_level_doubtful=False, decided_ns=71 * S)
SET = SetScored(0, 60 * S, 70 * S, 1, 90.0, 1.0, 0.8, None, 1.0, "slip", 90 * S)


def tell(analysis: Analysis) -> list[list[str]]:
    rows = re.findall(r"<tr><td>(.*?)</td></tr>", "".join(build_braces(analysis, 0)))
    return [row.split("</td><td>") for row in rows]


def build(braces: tuple[BraceSpan, ...], *sets: SetScored) -> Analysis:
    return Analysis(
        inputs=(), duration_ns=100 * S, sensors=(), breaths=(), unit="N", rates=(), braces=braces,
        gaps=(), unscored=(), holds=(HOLD,) if braces else (), sets=sets,
    )  # fmt: skip


def test_a_hold_has_its_score_with_parts_and_a_reason_for_what_is_missing() -> None:
    (row,) = tell(build((BraceSpan(START, END),)))
    assert row[-6:] == ["90", "100", "80", "-", "100", "too short for the rest"]
    assert row[1:3] == ["10.0 s", "expand"]


def test_a_brace_without_a_score_says_so() -> None:
    later = BraceSpan(BraceStart(1, 80 * S, "draw_in", 0.5, 82 * S), None)
    row = tell(build((BraceSpan(START, END), later)))[1]
    assert row[1:4] == ["open", "draw in", "not known"]
    assert row[-6:] == ["-", "-", "-", "-", "-", "nothing of it could be told"]


def test_a_set_whose_band_slipped_tells_of_breathing_only() -> None:
    row = tell(build((BraceSpan(START, END),), SET))[1]
    assert row[1:] == ["1", "-", "-", "-", "-", "100", "the band slipped"]


def test_without_braces_there_is_no_table() -> None:
    assert build_braces(build(()), 0) == []
