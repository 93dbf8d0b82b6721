"""Training of the model of tone: two heads (at least annoyed, angry), calibrated on held-out lines."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from shared.text import metrics, weights
from shared.text.calibrated import sigmoid
from shared.text.training import fit
from shared.text.training.corpus import Example, digest, groups, read_folder
from shared.text.training.fit import Array, Head, Progress
from shared.text.training.vectors import Matrix, with_copies

TONES = ("calm", "annoyed", "angry")
_BUCKETS, _COVERED = 5, 0.9
_ASKING, _OF_EACH = (
    frozenset(
        [
            "chitchat",
            "delivery_options",
            "payment_methods",
            "product_info",
            "create_account",
            "delivery_cost",
            "delivery_time",
            "refund_policy",
            "cancellation_fee",
            "contact_customer_service",
            "place_order",
            "edit_account",
            "check_invoice",
        ]
    ),
    40,
)
"""Intents of plain questions, and how many lines of each are taken, in each language."""
SHARES = (1.0, 1.4, 0.2)
"""How something is said is in the words; what it is about matters little."""
SLIPS, CALMER = (0.07, 0.13), 1.5
"""The share of letters mistyped in each noisy copy of the lines, and how many times as many where the line is
calm: else slips would pass for annoyance. Angry lines that are badly mistyped look a little calmer for it."""


def requests(intents: Path) -> list[Example]:
    """Lines of the corpus of intents that only ask for something: calm, all but a few of them."""
    found, taken = [], Counter[tuple[str, str]]()
    for one in read_folder(intents / "intents"):
        taken[one.language, one.label] += 1
        if one.label in _ASKING and taken[one.language, one.label] <= _OF_EACH:
            found.append(Example(one.text, "calm", one.language))
    return found


def _sets(examples: Sequence[Example], seed: int) -> list[tuple[Matrix, ...]]:
    """The feature blocks of the lines, and those of their noisy copies."""
    calmer = [CALMER if one.label == TONES[0] else 1 for one in examples]
    slips = [[rate * times for times in calmer] for rate in SLIPS]
    return with_copies([one.text for one in examples], slips, seed)


def heads(levels: Array) -> list[Head]:
    """At least annoyed; angry."""
    everyone = np.ones(len(levels), bool)
    return [Head("annoyed", everyone, levels >= 1, True), Head("angry", everyone, levels >= 2, True)]


def held_out(
    examples: Sequence[Example], sets: Sequence[Sequence[Matrix]], progress: Progress, seed: int
) -> Array:
    """Scores of both heads for every line, by models that have not seen it."""
    texts = [one.text for one in examples]
    levels = np.array([TONES.index(one.label) for one in examples])
    scores = np.zeros((len(texts), 2))
    keys = [f"{one.label}/{one.language}" for one in examples]
    for at, (train, test) in enumerate(fit.folds(keys, groups(texts), seed)):
        progress("judging on held-out lines", at / fit.FOLDS)
        learnable = fit.stacked(fit.part(blocks, train) for blocks in sets)
        learnt = fit.learn(learnable, heads(levels[train]), seed, SHARES)
        scores[test] = learnt.scores(fit.part(sets[0], test))
    return scores


def frustrations(scores: Array, annoyed: dict[str, float], angry: dict[str, float]) -> Array:
    """As `services.sentiment_scorer.decide.frustrations`."""
    first = sigmoid(scores[:, 0] * annoyed["weight"] + annoyed["bias"])
    second = sigmoid(scores[:, 1] * angry["weight"] + angry["bias"])
    return np.asarray((first + np.minimum(first, second)) / 2)


def calibration(scores: Array, levels: Array) -> dict[str, Any]:
    """Logistic calibration of both heads, thresholds of the tones, conformal half-widths."""
    found: dict[str, Any] = {}
    for at, name in enumerate(("annoyed", "angry")):
        (weight,), bias = fit.logistic(scores[:, at : at + 1], levels > at)
        found[name] = {"weight": weight, "bias": bias}
    frustration = frustrations(scores, found["annoyed"], found["angry"])
    return {**found, "levels": _levels(frustration, levels), "interval": _interval(frustration, levels / 2)}


def _levels(frustration: Array, levels: Array) -> list[float]:
    """Where annoyed and angry begin: the pair with the best macro-F1."""
    grid = np.round(np.arange(0.15, 0.9, 0.025), 3)
    pairs = [(low, high) for low in grid for high in grid if low < high]
    best = max(pairs, key=lambda pair: metrics.macro_f1(np.digitize(frustration, pair), levels))
    return [float(best[0]), float(best[1])]


def _interval(frustration: Array, truth: Array) -> dict[str, list[float]]:
    """How far the truth lay below and above the score, per bucket of the score (split conformal)."""
    edges = np.quantile(frustration, np.linspace(0, 1, _BUCKETS + 1)[1:-1])
    place = np.searchsorted(edges, frustration, side="right")
    off = [frustration[place == b] - truth[place == b] for b in range(_BUCKETS)]
    return {
        "edges": [round(float(edge), 4) for edge in edges],
        "below": [round(max(0.02, float(np.quantile(gap, _COVERED))), 4) for gap in off],
        "above": [round(max(0.02, float(np.quantile(-gap, _COVERED))), 4) for gap in off],
    }


def figures(examples: Sequence[Example], scores: Array, found: dict[str, Any]) -> dict[str, Any]:
    """What the held-out lines say about the model."""
    levels = np.array([TONES.index(one.label) for one in examples])
    frustration = frustrations(scores, found["annoyed"], found["angry"])
    languages = np.array([one.language for one in examples])
    told: dict[str, Any] = {}
    for code in sorted(set(languages)):
        at = languages == code
        told[code] = {
            "texts": int(at.sum()),
            "auroc": metrics.auroc(frustration[at], levels[at] > 0),
            "auroc_angry": metrics.auroc(frustration[at], levels[at] > 1),
            "macro_f1": metrics.macro_f1(np.digitize(frustration[at], found["levels"]), levels[at]),
        }
    return told


def train(
    examples: Sequence[Example], out: Path, progress: Progress = fit.silent, seed: int = fit.SEED
) -> dict[str, Any]:
    """Fit, calibrate, write; returns the manifest."""
    progress("reading", 0.0)
    levels = np.array([TONES.index(one.label) for one in examples])
    sets = _sets(examples, seed)
    scores = held_out(examples, sets, progress, seed)
    found = calibration(scores, levels)
    progress("fitting", 0.9)
    learnt = fit.learn(fit.stacked(sets), heads(levels), seed, SHARES)
    manifest = {
        **found,
        "kind": "sentiment",
        "texts": learnt.texts,
        "seed": seed,
        "corpus": digest(examples),
        "figures": figures(examples, scores, found),
    }
    version = weights.save(out, fit.arrays(learnt), manifest)
    progress("done", 1.0)
    return {**manifest, "version": version}
