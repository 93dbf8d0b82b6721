"""The report of a training: what is confused with what, how honest the chances are, what may be automated."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from shared.text.metrics import ece, macro_f1
from shared.text.training.corpus import Example
from shared.text.training.fit import Array
from shared.text.training.intents import Judged, Trained

REPORT, CALIBRATION, RISK = "report.md", "calibration.png", "risk_coverage.png"
_BINS, _PAIRS, _WRONG = 10, 20, 0.05
mpl.use("agg")


def write(out: Path, trained: Trained, examples: Sequence[Example]) -> None:
    """`report.md` in `out`, and beside it the two pictures it shows. Texts are not quoted."""
    judged = trained.judged
    sure, right = judged.chances.max(axis=1), judged.chances.argmax(axis=1) == judged.truth
    _calibration(out / CALIBRATION, sure, right)
    _risk(out / RISK, sure, right)
    (out / REPORT).write_text(_text(trained, sure, right, len(examples)), encoding="utf-8")


def _text(trained: Trained, sure: Array, right: Array, lines: int) -> str:
    judged, told = trained.judged, trained.manifest
    return f"""# Model {told["version"]}

Learnt from {lines} lines, {len(judged.names)} intents (corpus {told["corpus"][:12]}, seed {told["seed"]}).
All figures are of five folds: each line is judged by a model that has not seen it or its like.

| measure | value |
|---|---|
| lines judged | {len(right)} |
| accuracy | {right.mean():.3f} |
| macro-F1 | {macro_f1(judged.chances.argmax(axis=1), judged.truth):.3f} |
| calibration error (ECE) | {ece(sure, right):.3f} |
| out-of-scope AUROC | {told["figures"].get("out_of_scope_auroc", "no lines out of scope")} |

## Confusion pairs

| said | meant | lines | of those meant |
|---|---|---|---|
{_pairs(judged)}

## Calibration

![Share that was right, by what the model said](calibration.png)

## Risk and coverage

![Share that was wrong among the surest, by how many are answered](risk_coverage.png)

| confidence at least | answered | wrong of these |
|---|---|---|
{_thresholds(sure, right)}

## Intents

| intent | lines | precision | recall |
|---|---|---|---|
{_each(judged)}
"""


def _pairs(judged: Judged) -> str:
    said, size = judged.chances.argmax(axis=1), Counter(judged.truth.tolist())
    wrong = Counter((int(s), int(t)) for s, t in zip(said, judged.truth, strict=True) if s != t)
    ranked = sorted(wrong.items(), key=lambda item: (-item[1], item[0]))[:_PAIRS]
    return "\n".join(
        f"| {judged.names[s]} | {judged.names[t]} | {count} | {count / size[t]:.0%} |"
        for (s, t), count in ranked
    )


def _thresholds(sure: Array, right: Array) -> str:
    rows = []
    for threshold in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        kept = sure >= threshold
        wrong = f"{(~right[kept]).mean():.1%}" if kept.any() else "–"
        rows.append(f"| {threshold} | {kept.mean():.1%} | {wrong} |")
    return "\n".join(rows)


def _each(judged: Judged) -> str:
    said, rows = judged.chances.argmax(axis=1), []
    for at, name in enumerate(judged.names):
        hit = int(((said == at) & (judged.truth == at)).sum())
        called, meant = int((said == at).sum()), int((judged.truth == at).sum())
        rows.append(f"| {name} | {meant} | {hit / max(1, called):.2f} | {hit / max(1, meant):.2f} |")
    return "\n".join(rows)


def _calibration(file: Path, sure: Array, right: Array) -> None:
    places = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    held = sorted(set(places.tolist()))
    figure, axes = _plot("confidence", "share that was right")
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":", label="honest")
    said, was = ([float(v[places == b].mean()) for b in held] for v in (sure, right))
    axes.plot(said, was, marker="o", label="this model")
    axes.bar([(b + 0.5) / _BINS for b in held], [float((places == b).mean()) for b in held], 0.08, alpha=0.25)
    axes.legend()
    _save(figure, file)


def _risk(file: Path, sure: Array, right: Array) -> None:
    order = np.argsort(-sure, kind="stable")
    answered = np.arange(1, len(order) + 1)
    figure, axes = _plot("share answered, surest first", "share wrong among these")
    axes.plot(answered / len(order), np.cumsum(~right[order]) / answered)
    axes.axhline(_WRONG, color="grey", linestyle=":", label="5 % wrong")
    axes.legend()
    _save(figure, file)


def _plot(below: str, beside: str) -> tuple[Figure, Any]:
    figure = Figure(figsize=(6, 4.5), layout="tight")
    axes = figure.add_subplot()
    axes.set(xlabel=below, ylabel=beside, xlim=(0, 1))
    axes.grid(alpha=0.3)
    return figure, axes


def _save(figure: Figure, file: Path) -> None:
    # Without the name of the library: same data, same bytes.
    figure.savefig(file, dpi=100, metadata={"Software": None})
