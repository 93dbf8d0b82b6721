"""Judging trained weights on labelled lines they have not seen, with bootstrap intervals."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from shared.text import patterns
from shared.text.calibrated import Curve, gate_features, sigmoid, softmax
from shared.text.features import hashed
from shared.text.linear import Linear
from shared.text.normalise import normalise
from shared.text.patterns import person
from shared.text.training import metrics
from shared.text.training.corpus import Example
from shared.text.training.fit import Array
from shared.text.training.intents import OUTSIDE
from shared.text.training.sentiment import frustrations
from shared.text.weights import load

_BATCH = 256


def judged_intents(folder: Path, examples: Sequence[Example]) -> dict[str, Any]:
    """How well in-scope lines are named, and how well the gate finds the lines labelled out of scope."""
    linear = load(folder)
    told = linear.manifest
    names = list(told["intents"])
    texts, labels = [one.text for one in examples], np.array([one.label for one in examples])
    scores, inside = _intent_scores(linear, texts)
    known = np.isin(labels, names)
    chances = softmax(scores[:, :-2], _curve(linear))
    found = metrics.classified(chances[known], np.searchsorted(names, labels[known]))
    outside = labels == OUTSIDE
    if outside.any():
        at = known | outside
        found["out_of_scope_auroc"] = metrics.auroc(-inside[at], outside[at])
        guessed = np.where(known, np.array(names)[chances.argmax(axis=1)] == labels, False)[at]
        found["coverage_at_5_wrong_with_outside"] = metrics.coverage_at(
            (chances.max(axis=1) * inside)[at], guessed, 0.05
        )
    return found


def _curve(linear: Linear) -> Curve:
    first, second = linear.manifest["curve"]
    return float(first), float(second)


def _intent_scores(linear: Linear, texts: Sequence[str]) -> tuple[Array, Array]:
    scores, inside = [], []
    gate = linear.manifest["gate"]
    for start in range(0, len(texts), _BATCH):
        features = hashed([normalise(text) for text in texts[start : start + _BATCH]])
        found = linear.scores(features)
        bend = _curve(linear)
        chances = softmax(found[:, :-2], bend)
        looked_at = gate_features(found[:, :-2], chances, found[:, -1], bend, linear.coverage(features))
        scores.append(found)
        inside.append(sigmoid(looked_at @ np.array(gate["weights"]) + gate["bias"]))
    return np.vstack(scores), np.concatenate(inside)


def judged_person(folder: Path, texts: Sequence[str], wanted: Sequence[bool]) -> dict[str, Any]:
    """Precision and recall of a demand for a person: patterns alone, classifier alone, either."""
    linear = load(folder)
    told = linear.manifest["person"]
    scores, _ = _intent_scores(linear, texts)
    chance = sigmoid(scores[:, -2] * told["weight"] + told["bias"])
    called = chance >= told["threshold"]
    ruled = np.array([bool(patterns.fired(person.RULES, normalise(text))) for text in texts])
    truth = np.array(wanted)
    found = {"either": called | ruled, "patterns": ruled, "classifier": called}
    return {name: metrics.detected(value, truth) for name, value in found.items()} | {
        "auroc": metrics.auroc(chance, truth)
    }


def judged_frustration(folder: Path, texts: Sequence[str], frustrated: Sequence[bool]) -> dict[str, Any]:
    """AUROC of the frustration score against a yes-or-no truth, with its interval."""
    linear = load(folder)
    parts = [hashed([normalise(t) for t in texts[at : at + _BATCH]]) for at in range(0, len(texts), _BATCH)]
    scores = np.vstack([linear.scores(blocks) for blocks in parts])
    score, truth = (
        frustrations(scores, linear.manifest["annoyed"], linear.manifest["angry"]),
        np.array(frustrated),
    )
    return {
        "texts": len(truth),
        "auroc": metrics.auroc(score, truth),
        "auroc_interval": metrics.interval(lambda at: metrics.auroc(score[at], truth[at]), len(truth)),
    }
