"""Judging what the services would say: readings on one side, labels on the other."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from services.cli.models.folder import Models
from services.cli.models.lines import stated_language
from services.intent_classifier import decide as intent
from services.sentiment_scorer import decide as tone
from shared.contracts.errors import UserMistake
from shared.text import metrics
from shared.text.labels import OUTSIDE_LABELS, frustrated, wants_person

Array = np.ndarray[Any, Any]
Measure = tuple[Callable[[Array], float], Array]
"""A figure of the lines at some places, and the places it is about."""
_BATCH, _WRONG = 256, 0.05


class Judged(NamedTuple):
    """How many lines there were of each kind, and what is to be measured."""

    counts: Mapping[str, int | list[str]]
    measures: Mapping[str, Measure]


def measured(measure: Callable[[Array], float], places: Array) -> dict[str, float] | None:
    """`{value, low, high}`: the figure and its 95 % bootstrap interval; None when there is nothing."""
    if not len(places):
        return None
    low, high = metrics.interval(lambda drawn: measure(places[drawn]), len(places))
    return {"value": round(measure(places), 4), "low": low, "high": high}


def intents(models: Models, rows: Sequence[Mapping[str, Any]], labels: Sequence[str]) -> Judged:
    """In-scope lines by the likeliest intent; the gate by all. Labels the model does not know are named
    and left out."""
    readings = []
    for at in range(0, len(rows), _BATCH):
        some = rows[at : at + _BATCH]
        texts = [str(row["text"]) for row in some]
        readings += intent.read(texts, models.intents, [stated_language(dict(row)) for row in some])
    truth, said = np.array(labels), np.array([one.intents[0][0] for one in readings])
    sure, inside = (np.array(v) for v in zip(*((r.intents[0][1], r.in_scope) for r in readings), strict=True))
    outside, known = np.isin(labels, list(OUTSIDE_LABELS)), np.isin(labels, models.intents.names)
    right = (said == truth) & known
    scope, judged = np.flatnonzero(known), np.flatnonzero(known | outside)
    strange = sorted(set(truth[~known & ~outside].tolist()))
    if not len(scope):
        raise UserMistake(f"the model knows none of the labels: it knows {', '.join(models.intents.names)}")
    measures: dict[str, Measure] = {
        "accuracy": (lambda at: float(right[at].mean()), scope),
        "macro_f1": (lambda at: metrics.macro_f1(said[at], truth[at]), scope),
        "ece": (lambda at: metrics.ece(sure[at], right[at]), scope),
        "coverage_at_5_wrong": (lambda at: metrics.coverage_at(sure[at], right[at], _WRONG), scope),
    }
    if outside.any():
        both = sure * inside
        measures |= {
            "out_of_scope_auroc": (lambda at: metrics.auroc(-inside[at], outside[at]), judged),
            "coverage_at_5_wrong_with_out_of_scope": (
                lambda at: metrics.coverage_at(both[at], right[at], _WRONG),
                judged,
            ),
        }
    counts = {"lines": len(rows), "in_scope": len(scope), "out_of_scope": int(outside.sum())}
    return Judged({**counts, "labels_unknown_to_the_model": strange}, measures)


def frustration(models: Models, rows: Sequence[Mapping[str, Any]], labels: Sequence[str]) -> Judged:
    """The score by rank; precision and recall of everything that is not called calm."""
    told = [frustrated(label) for label in labels]
    if None in told:
        strange = sorted({label for label, meant in zip(labels, told, strict=True) if meant is None})
        raise UserMistake(f"not labels of frustration: {', '.join(strange[:10])} (use calm, annoyed, angry)")
    readings = []
    for at in range(0, len(rows), _BATCH):
        readings += tone.read([str(row["text"]) for row in rows[at : at + _BATCH]], models.tone)
    score = np.array([one.frustration for one in readings])
    called = np.array([one.tone != "calm" for one in readings])
    return _detected(score, called, np.array(told, bool))


def human(models: Models, rows: Sequence[Mapping[str, Any]], labels: Sequence[str]) -> Judged:
    """A demand for a person as the service decides it: by a pattern or by the classifier."""
    chances: list[float] = []
    called: list[bool] = []
    for at in range(0, len(rows), _BATCH):
        texts = [str(row["text"]) for row in rows[at : at + _BATCH]]
        chances += intent.person_chances(texts, models.intents)
        called += [one.wants_person for one in intent.read(texts, models.intents)]
    return _detected(np.array(chances), np.array(called), np.array([wants_person(one) for one in labels]))


def _detected(score: Array, called: Array, truth: Array) -> Judged:
    everywhere = np.arange(len(truth))
    sure, right = np.abs(score - 0.5) + 0.5, (score >= 0.5) == truth
    measures: dict[str, Measure] = {
        "auroc": (lambda at: metrics.auroc(score[at], truth[at]), everywhere),
        "precision": (lambda at: _share(truth[at], called[at]), everywhere),
        "recall": (lambda at: _share(called[at], truth[at]), everywhere),
        "accuracy": (lambda at: float((called[at] == truth[at]).mean()), everywhere),
        "macro_f1": (lambda at: metrics.macro_f1(called[at], truth[at]), everywhere),
        "ece": (lambda at: metrics.ece(sure[at], right[at]), everywhere),
    }
    return Judged({"lines": len(truth), "positives": int(truth.sum())}, measures)


def _share(which: Array, among: Array) -> float:
    return float(which[among].mean()) if among.any() else 0.0
