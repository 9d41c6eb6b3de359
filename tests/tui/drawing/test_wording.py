"""The same figures in plain words, as usual, and in the terms of physiology."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fake_desk import S, build_view
from fake_weeks import build_session, build_weeks

from breathsense.core.model.calibration import Calibration, LevelReference
from breathsense.core.model.coaching import Figure
from breathsense.session.coaching_words import tell_figure
from breathsense.session.progress.measures import MEASURES
from breathsense.session.progress.telling import name_measure, tell_change
from breathsense.session.progress.trends import build_trend
from breathsense.session.wording import Wording, say_reached, say_share, take_wording
from breathsense.tui.drawing.figures import draw_figures, read_figures

RATE = next(one for one in MEASURES if one.id == "rate")
LONGEST = Figure("exhale_s", 4.0, 5.0, None, 0.8, "")
KNOWN = Calibration(levels=(LevelReference("abdomen", 8.0, 2.0, 0.1, full_depth=6.4),))


@pytest.fixture(autouse=True)
def _as_usual() -> Iterator[None]:
    yield
    take_wording("usual")


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.1, "little"), (0.26, "¼"), (0.5, "½"), (0.7, "⅔"), (1.05, "all"), (1.3, "more")],
)
def test_a_share_is_said_as_the_nearest_fraction(share: float, said: str) -> None:
    assert say_share(share) == said


@pytest.mark.parametrize(
    ("value", "least", "most", "said"),
    [
        (4.0, 5.0, None, "less than asked for"),
        (9.0, 5.0, 8.0, "more than asked for"),
        (6.0, 5.0, 8.0, "as asked for"),
        (6.0, None, 8.0, "as asked for"),
        (6.0, None, None, ""),
    ],
)
def test_plain_words_compare_with_what_was_asked(
    value: float, least: float | None, most: float | None, said: str
) -> None:
    assert say_reached(value, least, most) == said


@pytest.mark.parametrize(
    ("wording", "said"),
    [
        ("usual", "breathing out: 4 s (aim: at least 5)"),
        ("plain", "breathing out: less than asked for"),
        ("metric", "Te: 4 s (aim: at least 5)"),
    ],
)
def test_a_figure_of_a_programme_is_told_in_each_wording(wording: Wording, said: str) -> None:
    take_wording(wording)
    assert tell_figure(LONGEST) == said


def test_plain_words_give_the_breath_as_a_share_of_the_range() -> None:
    take_wording("plain")
    view = replace(build_view(47 * S), calibration=KNOWN)
    rows = draw_figures(read_figures(view), 40, 5).read().splitlines()
    assert [" ".join(row.split()) for row in rows] == [
        "Pace 6 breaths a minute",
        "Belly rose ½ of your range",
        "Breath in 4 s",
        "Breath out 6 s",
        "Breaths 5",
    ]


def test_without_a_calibration_plain_words_go_by_the_deepest_breath() -> None:
    take_wording("plain")
    face = read_figures(build_view(47 * S))
    assert face.unit == "of the deepest"
    assert face.depth == "all"


def test_the_terms_of_physiology_have_units() -> None:
    take_wording("metric")
    rows = draw_figures(
        read_figures(replace(build_view(47 * S), calibration=KNOWN)), 40, 5
    ).read().splitlines()  # fmt: skip
    assert [" ".join(row.split()) for row in rows] == [
        "RR 6.1 1/min", "Depth 50 % of own range", "Ti 4.4 s", "Te 6.1 s", "Breaths 5",
    ]  # fmt: skip


def test_terms_need_a_calibration_for_shares() -> None:
    take_wording("metric")
    assert read_figures(build_view(47 * S)).unit == "N"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((5.0, 6.0), "More than in the first week."),
        ((6.0, 5.0), "Less than in the first week."),
        ((6.0, 6.0), "As in the first week."),
    ],
)
def test_a_change_is_told_without_figures(values: tuple[float, float], said: str) -> None:
    take_wording("plain")
    hold = next(one for one in MEASURES if one.id == "hold")
    entries = [build_session(float(day), hold_s=values[day // 11]) for day in range(22)]
    assert tell_change(build_trend(hold, entries)) == said


def test_plain_words_do_not_compare_across_calibrations() -> None:
    take_wording("plain")
    hold = next(one for one in MEASURES if one.id == "hold")
    assert tell_change(build_trend(hold, build_weeks())).endswith("do not compare.")


def test_progress_is_told_in_each_wording() -> None:
    assert name_measure(RATE) == ("Breathing rate", "a minute")
    take_wording("metric")
    assert name_measure(RATE) == ("Respiratory rate (RR)", "1/min")
