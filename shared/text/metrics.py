"""How good: accuracy, macro-F1, calibration, ranking, risk and coverage, with bootstrap intervals."""

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def classified(chances: Array, truth: Array) -> dict[str, Any]:
    """Accuracy, macro-F1, ECE and the share that may be automated at 5 % wrong, of calibrated chances."""
    guessed, sure = chances.argmax(axis=1), chances.max(axis=1)
    right = guessed == truth
    return {
        "texts": len(truth),
        "accuracy": round(float(right.mean()), 4),
        "accuracy_interval": interval(lambda at: float(right[at].mean()), len(truth)),
        "macro_f1": macro_f1(guessed, truth),
        "ece": ece(sure, right),
        "coverage_at_5_wrong": coverage_at(sure, right, 0.05),
    }


def macro_f1(guessed: Array, truth: Array) -> float:
    """Mean over the labels that occur of the harmonic mean of precision and recall."""
    scores = []
    for label in np.unique(truth):
        hit = int(((guessed == label) & (truth == label)).sum())
        scores.append(2 * hit / max(1, int((guessed == label).sum()) + int((truth == label).sum())))
    return round(float(np.mean(scores)), 4)


def ece(sure: Array, right: Array, bins: int = 15) -> float:
    """Expected calibration error, equal-width bins (Naeini et al. 2015)."""
    places = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = [
        abs(sure[places == b].mean() - right[places == b].mean()) * (places == b).mean()
        for b in set(places.tolist())
    ]
    return round(float(sum(gaps)), 4)


def auroc(scores: Array, positive: Array) -> float:
    """Probability that a positive scores above a negative, ties counted half (Mann and Whitney)."""
    yes, no = int(positive.sum()), int((~positive).sum())
    if not yes or not no:
        return 0.5
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return round(float((ranks[positive].sum() - yes * (yes + 1) / 2) / (yes * no)), 4)


def coverage_at(sure: Array, right: Array, wrong: float) -> float:
    """Largest share of texts, surest first, of which at most `wrong` are wrong."""
    order = np.argsort(-sure, kind="stable")
    risk = np.cumsum(~right[order]) / np.arange(1, len(order) + 1)
    within = np.flatnonzero(risk <= wrong)
    return round(float((within[-1] + 1) / len(order)), 4) if len(within) else 0.0


def detected(called: Array, truth: Array) -> dict[str, Any]:
    """Precision and recall of a yes-or-no answer."""
    hit = int((called & truth).sum())
    return {
        "texts": len(truth),
        "positives": int(truth.sum()),
        "precision": round(hit / max(1, int(called.sum())), 4),
        "recall": round(hit / max(1, int(truth.sum())), 4),
    }


def interval(measure: Callable[[Array], float], size: int, rounds: int = 500, seed: int = 7) -> list[float]:
    """95 % percentile bootstrap of `measure`, which is given the places drawn."""
    draws = np.random.default_rng(seed).integers(0, size, (rounds, size))
    values = sorted(measure(places) for places in draws)
    return [round(values[int(0.025 * rounds)], 4), round(values[int(0.975 * rounds) - 1], 4)]
