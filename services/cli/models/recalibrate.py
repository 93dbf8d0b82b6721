"""`relais recalibrate`: confidence and gate from a file of corrections; the weights stay as they are."""

import json
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from services.cli.models.lines import lines
from services.intent_classifier import model as intents
from shared.contracts.errors import UserMistake
from shared.text import metrics
from shared.text.calibrated import gate_features, sigmoid, softmax
from shared.text.labels import OUTSIDE_LABELS
from shared.text.linear import Linear
from shared.text.metrics import Array
from shared.text.prepared import prepare
from shared.text.recalibrated import FEWEST, recalibrated
from shared.text.weights import renew


def recalibrate(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="A folder that `relais train` wrote.")],
    file: Annotated[
        str, typer.Argument(metavar="FILE.jsonl", help="Lines with `text` and the right `label`.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print what changed as JSON.")] = False,
) -> None:
    """Fit the confidence, and the gate where there are lines labelled `oos`, to corrections.

    Use messages picked at random, right ones too: a file of mistakes alone teaches the model to doubt
    everything. A running service takes the result by itself.
    """
    linear = intents.load(model).linear
    given = [line for line in lines(file) if line.wrong is None]
    texts, labels = [line.text for line in given], np.array([str(line.row.get("label")) for line in given])
    names = list(linear.manifest["intents"])
    known, outside = np.isin(labels, names), np.isin(labels, list(OUTSIDE_LABELS))
    if known.sum() < FEWEST:
        raise UserMistake(f"{file}: {known.sum()} lines with a label the model knows; {FEWEST} are needed")
    at = np.flatnonzero(known | outside)
    found = _fitted(linear, [texts[i] for i in at], labels[at], outside[at])
    version = renew(model, {**linear.manifest, **found["manifest"]})
    told = {"version": version, "lines": len(at), "ece": found["ece"], "curve": found["manifest"]["curve"]}
    print(json.dumps(told) if as_json else _readable(told))


def _fitted(linear: Linear, texts: list[str], labels: Array, outside: Array) -> dict[str, Any]:
    features = prepare(texts).features
    scores, covered = linear.scores_and_coverage(features)
    manifest, names = linear.manifest, np.array(linear.manifest["intents"])
    heads = scores[:, : len(names)]
    truth = np.searchsorted(names, labels[~outside])
    curve = recalibrated(heads[~outside], truth, manifest["curve"])
    before, after = (softmax(heads[~outside], bend) for bend in (tuple(manifest["curve"]), curve))
    chances = softmax(heads, curve)
    looked_at = gate_features(heads, chances, scores[:, -1], curve, covered)
    inside = looked_at @ np.array(manifest["gate"]["weights"]) + manifest["gate"]["bias"]
    return {
        "manifest": {"curve": list(curve), "gate": _gate(manifest["gate"], inside, outside)},
        "ece": {"before": _ece(before, truth), "after": _ece(after, truth)},
    }


def _ece(chances: Array, truth: Array) -> float:
    return metrics.ece(chances.max(axis=1), chances.argmax(axis=1) == truth)


def _gate(gate: dict[str, Any], inside: Array, outside: Array) -> dict[str, Any]:
    """The gate's threshold: the balance of what it lets through and what it keeps that is best on the
    corrections; unchanged when they hold too little of either."""
    if outside.sum() < FEWEST // 2 or (~outside).sum() < FEWEST:
        return gate
    chance = sigmoid(inside)
    grid = np.unique(np.round(np.quantile(chance, np.linspace(0, 0.9, 46)), 4))
    passed = [((chance[~outside] >= t).mean() + (chance[outside] < t).mean(), -t) for t in grid]
    return {**gate, "threshold": float(-max(passed)[1])}


def _readable(told: dict[str, Any]) -> str:
    ece = told["ece"]
    return (
        f"recalibrated on {told['lines']} lines: version {told['version']}\n"
        f"  calibration error {ece['before']} before, {ece['after']} after (on the same lines)"
    )
