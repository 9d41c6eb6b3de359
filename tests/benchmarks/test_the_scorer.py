"""Cases of scoring that can be worked out by hand."""

import sys
from importlib import util
from pathlib import Path
from typing import Any

import numpy as np
import pytest

MARKS_S = np.arange(2.0, 64.0, 4.0)  # 16 breaths, 15 a minute, two windows


@pytest.fixture(scope="module")
def scoring() -> Any:
    spec = util.spec_from_file_location("benchmark_scoring", Path(__file__).with_name("scoring.py"))
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def figures(scoring: Any, found_s: Any, decided_s: Any = None) -> Any:
    marks = scoring.Marks(MARKS_S, MARKS_S)
    return scoring.score(marks, np.array(found_s, dtype=float), decided_s, 64.0).figures()


def test_breaths_found_where_they_were_marked_score_one(scoring: Any) -> None:
    found = figures(scoring, MARKS_S, MARKS_S + 0.4)
    assert (found.f1, found.mae_per_min, found.coverage, found.bias_s) == (1.0, 0.0, 1.0, 0.0)
    assert found.latency_s == pytest.approx(0.4)
    assert found.latency_p95_s == pytest.approx(0.4)


def test_half_of_the_breaths_missed_is_half_the_rate(scoring: Any) -> None:
    found = figures(scoring, MARKS_S[::2])
    assert found.f1 == pytest.approx(2 / 3)
    assert found.mae_per_min == pytest.approx(7.5)
    assert np.isnan(found.latency_s)


def test_nothing_found_is_zero_and_nothing_marked_is_unknown(scoring: Any) -> None:
    assert figures(scoring, []).f1 == 0.0
    assert figures(scoring, []).coverage == 0.0
    none = scoring.Marks(np.zeros(0), np.zeros(0))
    assert np.isnan(scoring.score(none, np.zeros(0), None, 64.0).figures().f1)


def test_the_nearest_two_are_paired_first(scoring: Any) -> None:
    assert scoring.find_pairs(np.array([10.0]), np.array([9.7, 10.1])) == [(0, 1)]
    pairs = scoring.find_pairs(np.array([10.0, 10.6]), np.array([10.2, 10.5]))
    assert sorted(pairs) == [(0, 0), (1, 1)]
    assert scoring.find_pairs(np.array([1.0]), np.array([1.6])) == []


def test_consensus_asks_for_what_both_marked_and_excuses_what_one_did(scoring: Any) -> None:
    record = {"ann1_s": np.array([4.0, 8.0, 12.0]), "ann2_s": np.array([4.2, 12.0, 16.0])}
    marks = scoring.read_marks(record, consensus=True)
    assert marks.wanted.tolist() == pytest.approx([4.1, 12.0])
    one = scoring.score(marks, np.array([20.0, 4.1, 8.1, 12.0]), None, 20.0)
    assert (one.n_hit, one.n_wanted, one.n_right, one.n_found) == (2, 2, 3, 4)
    assert scoring.read_marks({"ann1_s": MARKS_S}, consensus=True) is None


def test_pooled_breaths_weigh_the_same(scoring: Any) -> None:
    marks = scoring.Marks(MARKS_S, MARKS_S)
    both = [scoring.score(marks, found_s, None, 64.0) for found_s in (MARKS_S, MARKS_S + 0.6)]
    assert scoring.add_scores(both).figures().f1 == pytest.approx(0.5)
