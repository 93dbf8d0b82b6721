"""Measures of quality, against values worked out by hand."""

import numpy as np
import pytest

from shared.text import metrics


def test_ranking_counts_ties_as_half() -> None:
    assert metrics.auroc(np.array([0.9, 0.5, 0.5, 0.1]), np.array([True, True, False, False])) == 0.875


def test_ranking_of_one_class_says_nothing() -> None:
    assert metrics.auroc(np.array([1.0, 2.0]), np.array([True, True])) == 0.5


def test_calibration_error_is_the_gap_weighted_by_bin() -> None:
    sure, right = np.array([0.9, 0.9, 0.3, 0.3]), np.array([True, False, False, False])
    assert metrics.ece(sure, right) == pytest.approx(0.35)


def test_coverage_takes_the_surest_first() -> None:
    sure, right = np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, True, False, False])
    assert metrics.coverage_at(sure, right, 0.05) == 0.5
    assert metrics.coverage_at(sure, ~right, 0.05) == 0.0


def test_macro_f1_weighs_labels_alike() -> None:
    assert metrics.macro_f1(np.array([0, 0, 0, 1]), np.array([0, 0, 0, 0])) == pytest.approx(0.8571, abs=1e-4)


def test_an_interval_holds_the_value_and_is_repeatable() -> None:
    right = np.array([True] * 80 + [False] * 20)
    low, high = metrics.interval(lambda at: float(right[at].mean()), 100)
    assert low < 0.8 < high
    assert metrics.interval(lambda at: float(right[at].mean()), 100) == [low, high]


def test_precision_and_recall() -> None:
    found = metrics.detected(np.array([True, True, False]), np.array([True, False, True]))
    assert (found["precision"], found["recall"]) == (0.5, 0.5)
