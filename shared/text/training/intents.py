"""Training of the intent model: intents, the demand for a person, the out-of-scope gate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from shared.text import metrics, weights
from shared.text.calibrated import Curve, gate_features, sigmoid, softmax
from shared.text.labels import names_person
from shared.text.normalise import normalise
from shared.text.patterns import fired, person
from shared.text.training import fit
from shared.text.training.corpus import Example, digest, groups, read_folder, read_lines
from shared.text.training.fit import Array, Head, Progress
from shared.text.training.vectors import Matrix, with_copies

OUTSIDE, WANTED, NOT_WANTED = "_outside", "_wanted", "_not_wanted"
_NEITHER = ("contact_customer_service", "complaint")
"""Intents whose lines say nothing sure about wanting a person."""
TALK, SMALL_TALK = "talk", ("chitchat", "follow_up")
"""Route of what asks for nothing by itself, and the intents that have it."""
KEPT_IN_SCOPE, PERSON_PRECISION, SLIPS = 0.95, 0.946, (0.1, 0.15)
"""Shares: of lines in scope that the gate lets pass, of right calls for a person, of slips in each copy."""


@dataclass(frozen=True, slots=True)
class Material:
    """All that is learnt from: intent lines, and lines of the other kinds under labels of their own."""

    examples: tuple[Example, ...]
    group: Array
    sets: Sequence[tuple[Matrix, ...]]
    """The feature blocks of the lines, then those of each noisy copy of them."""
    seed: int = fit.SEED
    labels: Array = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", np.array([one.label for one in self.examples]))

    @property
    def names(self) -> list[str]:
        """Intents, in the order of their heads."""
        return sorted({str(label) for label in self.labels if not label.startswith("_")})

    def part(self, places: Array) -> tuple[Matrix, ...]:
        """The feature blocks of some lines."""
        return fit.part(self.sets[0], places)

    def learnable(self, places: Array) -> tuple[Matrix, ...]:
        """The feature blocks of some lines and of their noisy copies."""
        return fit.stacked(fit.part(blocks, places) for blocks in self.sets)


def material(examples: Sequence[Example], seed: int = fit.SEED) -> Material:
    """Features and near-duplicate groups of `examples`."""
    texts = [one.text for one in examples]
    sets = with_copies(texts, [[rate] * len(texts) for rate in SLIPS], seed)
    return Material(tuple(examples), np.array(groups(texts)), sets, seed)


def read_corpus(folder: Path) -> list[Example]:
    """The shipped corpus: `intents/`, `out_of_scope/<language>.txt`, `person/<language>/*wanted.txt`."""
    examples = read_folder(folder / "intents")
    for path in sorted((folder / "out_of_scope").glob("*.txt")):
        examples += [Example(line, OUTSIDE, path.stem) for line in read_lines(path)]
    return examples + read_person(folder)


def read_person(folder: Path) -> list[Example]:
    """The lines of a corpus that demand a person, and those that look like it and do not."""
    if not (folder / "person").is_dir():
        return []
    return [Example(one.text, f"_{one.label}", one.language) for one in read_folder(folder / "person")]


def routes(policy: Mapping[str, str]) -> dict[str, str]:
    """What `two_requests` may not mix: the policy's classes, but small talk beside a request is no second
    request."""
    return {name: TALK if name in SMALL_TALK else route for name, route in policy.items()}


def _asking(labels: Array) -> Array:
    return np.array([label == WANTED or names_person(label) for label in labels])


def heads(labels: Array, names: Sequence[str]) -> list[Head]:
    """One head per intent, then `person`, then `out_of_scope`."""
    intent = np.isin(labels, names)
    asking = _asking(labels)
    outside = labels == OUTSIDE
    found = [Head(name, intent, labels == name) for name in names]
    found.append(
        Head("person", (intent | asking | (labels == NOT_WANTED)) & ~np.isin(labels, _NEITHER), asking)
    )
    found.append(Head("out_of_scope", intent | outside, outside, balanced=True))
    return [
        head if head.yes.any() else Head(head.name, intent, intent & (labels == names[0])) for head in found
    ]


@dataclass(frozen=True, slots=True)
class Held:
    """Scores and coverages of every line by a model that has not seen it."""

    scores: Array
    covered: Array


def held_out(given: Material, progress: Progress = fit.silent) -> Held:
    """Five grouped folds: each line is judged by the model of the four others."""
    names = given.names
    scores, covered = np.zeros((len(given.labels), len(names) + 2)), np.zeros((len(given.labels), 3))
    keys = [f"{one.label}/{one.language}" for one in given.examples]
    for at, (train, test) in enumerate(fit.folds(keys, given.group.tolist(), given.seed)):
        progress("judging on held-out lines", at / fit.FOLDS)
        learnt = fit.learn(given.learnable(train), heads(given.labels[train], names), given.seed)
        part = given.part(test)
        scores[test], covered[test] = learnt.scores(part), learnt.coverage(part)
    return Held(scores, covered)


def calibration(given: Material, held: Held) -> dict[str, Any]:
    """Curve, gate and person threshold, from held-out scores."""
    names, labels = given.names, given.labels
    intent = np.isin(labels, names)
    truth = np.searchsorted(names, labels[intent])
    bend = fit.curve(held.scores[intent][:, :-2], truth)
    return {"curve": list(bend), "gate": _gate(given, held, bend), "person": _person(given, held)}


def _gate(given: Material, held: Held, bend: Curve) -> dict[str, Any]:
    """Without out-of-scope lines the gate learns to tell right from wrong instead, and refuses nothing."""
    outside, intent = given.labels == OUTSIDE, np.isin(given.labels, given.names)
    chances = softmax(held.scores[:, :-2], bend)
    looked_at = gate_features(held.scores[:, :-2], chances, held.scores[:, -1], bend, held.covered)
    if not outside.any():
        right = np.array(given.names)[chances.argmax(axis=1)] == given.labels
        if right[intent].all() or not right[intent].any():
            return {"weights": [0.0] * looked_at.shape[1], "bias": 5.0, "threshold": 0.0}
        line, bias = fit.logistic(looked_at[intent], right[intent])
        return {"weights": line, "bias": bias, "threshold": 0.0}
    judged = intent | outside
    line, bias = fit.logistic(looked_at[judged], intent[judged], balanced=True)
    passed = sigmoid(looked_at[intent] @ np.array(line) + bias)
    return {
        "weights": line,
        "bias": bias,
        "threshold": round(float(np.quantile(passed, 1 - KEPT_IN_SCOPE)), 4),
    }


def _person(given: Material, held: Held) -> dict[str, float]:
    asking = _asking(given.labels)
    judged = ~np.isin(given.labels, (*_NEITHER, OUTSIDE))
    if not asking.any():
        return {"weight": 0.0, "rule": 18.0, "bias": -9.0, "threshold": 1.0}
    ruled = np.array([bool(fired(person.RULES, normalise(one.text))) for one in given.examples])
    looked_at = np.column_stack((held.scores[:, -2], ruled))
    (weight, rule), bias = fit.logistic(looked_at[judged], asking[judged])
    chance = sigmoid(looked_at @ np.array([weight, rule]) + bias)
    return {
        "weight": weight,
        "rule": rule,
        "bias": bias,
        "threshold": _threshold(chance[judged], asking[judged], ruled[judged]),
    }


def _threshold(chance: Array, asking: Array, ruled: Array) -> float:
    """The lowest chance at which it, or a pattern, keeps the wanted precision."""
    for threshold in np.arange(0.05, 0.96, 0.01):
        called = ruled | (chance >= threshold)
        if asking[called].mean() >= PERSON_PRECISION:
            return round(float(threshold), 2)
    return 0.95


def figures(given: Material, held: Held, found: Mapping[str, Any]) -> dict[str, Any]:
    """What the held-out lines say about the model, for the manifest and the report."""
    names, labels = given.names, given.labels
    intent, outside = np.isin(labels, names), labels == OUTSIDE
    bend = (found["curve"][0], found["curve"][1])
    chances = softmax(held.scores[:, :-2], bend)
    told: dict[str, Any] = {}
    languages = np.array([one.language for one in given.examples])
    for code in sorted(set(languages[intent])):
        at = intent & (languages == code)
        told[code] = metrics.classified(chances[at], np.searchsorted(names, labels[at]))
    gate = found["gate"]
    looked_at = gate_features(held.scores[:, :-2], chances, held.scores[:, -1], bend, held.covered)
    if outside.any():
        inside = sigmoid(looked_at @ np.array(gate["weights"]) + gate["bias"])
        told["out_of_scope_auroc"] = metrics.auroc(-inside[intent | outside], outside[intent | outside])
    return told


class Judged(NamedTuple):
    """What models said of the in-scope lines they had not seen: chances, a line per text, and the places
    of the right names."""

    names: list[str]
    chances: Array
    truth: Array


class Trained(NamedTuple):
    """The manifest that was written, and what its figures were worked out from."""

    manifest: dict[str, Any]
    judged: Judged


def train(
    examples: Sequence[Example],
    out: Path,
    routes: Mapping[str, str],
    progress: Progress = fit.silent,
    seed: int = fit.SEED,
) -> Trained:
    """Fit, calibrate, write."""
    progress("reading", 0.0)
    given = material(examples, seed)
    held = held_out(given, progress)
    found = calibration(given, held)
    progress("fitting", 0.9)
    everything = given.learnable(np.arange(len(examples)))
    learnt = fit.learn(everything, heads(given.labels, given.names), seed)
    manifest = {
        **found,
        "kind": "intents",
        "intents": given.names,
        "routes": {name: routes[name] for name in given.names if name in routes},
        "seed": seed,
        "texts": learnt.texts,
        "corpus": digest(examples),
        "figures": figures(given, held, found),
    }
    version = weights.save(out, fit.arrays(learnt), manifest)
    progress("done", 1.0)
    return Trained({**manifest, "version": version}, _judged(given, held, found))


def _judged(given: Material, held: Held, found: Mapping[str, Any]) -> Judged:
    intent = np.isin(given.labels, given.names)
    chances = softmax(held.scores[intent][:, :-2], (found["curve"][0], found["curve"][1]))
    return Judged(given.names, chances, np.searchsorted(given.names, given.labels[intent]))
