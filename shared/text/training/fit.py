"""Linear heads by scikit-learn, grouped folds, calibration on held-out scores, quantisation."""

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.svm import LinearSVC

from shared.text.calibrated import Curve, softmax
from shared.text.training.vectors import SHARES, Matrix, Shares, by_row, documents, weighted
from shared.text.weights import idf

Array = np.ndarray[Any, Any]
Progress = Callable[[str, float], None]
FOLDS, SEED = 5, 7
STRENGTH, FEWEST_DOCUMENTS = 0.4, 2


def silent(stage: str, done: float) -> None:
    """The progress callback that says nothing: `stage` in words, `done` in [0, 1]."""


def folds(labels: Sequence[str], groups: Sequence[int], seed: int = SEED) -> Iterator[tuple[Array, Array]]:
    """Training and held-out places, five times; a group is on one side only.

    A label with fewer lines than folds is missing from some held-out parts, which is no harm.
    """
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The least populated class")
        yield from splitter.split(np.zeros(len(labels)), list(labels), list(groups))


@dataclass(frozen=True, slots=True)
class Head:
    """One yes-or-no question: which training texts take part, and which of them say yes."""

    name: str
    takes_part: Array
    yes: Array
    balanced: bool = False


@dataclass(frozen=True, slots=True)
class Learnt:
    """Heads before quantisation: `coefficients` is heads x table rows."""

    coefficients: Array
    biases: Array
    documents: Array
    texts: int
    shares: Shares = SHARES

    def scores(self, blocks: Sequence[Matrix]) -> Array:
        """One line per text, one column per head."""
        x = weighted(blocks, self.documents, self.texts, self.shares)
        return np.asarray(x @ self.coefficients.T + self.biases)

    def coverage(self, blocks: Sequence[Matrix]) -> Array:
        """As `Linear.coverage`."""
        mass = idf(self.documents, self.texts).astype(np.float64) ** 2
        known = mass * (self.documents > 0)
        return np.column_stack([(block @ known) / np.maximum(block @ mass, 1e-12) for block in blocks])


def part(blocks: Sequence[Matrix], places: Array) -> tuple[Matrix, ...]:
    """The feature blocks of some texts."""
    return tuple(block[places] for block in blocks)


def stacked(sets: Iterable[Sequence[Matrix]]) -> tuple[Matrix, ...]:
    """The feature blocks of texts, followed by those of their noisy copies."""
    return tuple(sparse.vstack(blocks).tocsr() for blocks in zip(*sets, strict=True))


def learn(
    blocks: Sequence[Matrix], heads: Sequence[Head], seed: int = SEED, shares: Shares = SHARES
) -> Learnt:
    """A linear SVM (squared hinge, L2) per head; rows in a single text keep their idf and get no weight.

    `blocks` may hold the texts of `heads` several times over, one whole set after the other.
    """
    held = documents(blocks)
    x = weighted(blocks, held, blocks[0].shape[0], shares)
    x = (x @ sparse.diags((held >= FEWEST_DOCUMENTS).astype(float))).tocsr()
    x.eliminate_zeros()
    coefficients = np.zeros((len(heads), x.shape[1]))
    biases, times = np.zeros(len(heads)), x.shape[0] // len(heads[0].yes)
    for at, head in enumerate(heads):
        weight = "balanced" if head.balanced else None
        machine = LinearSVC(C=STRENGTH, random_state=seed, tol=1e-3, class_weight=weight)
        part, yes = np.tile(head.takes_part, times), np.tile(head.yes, times)
        machine.fit(x[part], yes[part])
        coefficients[at], biases[at] = machine.coef_[0], machine.intercept_[0]
    held = np.where(held >= FEWEST_DOCUMENTS, held, 0)
    return Learnt(coefficients, biases, held, blocks[0].shape[0], shares)


def arrays(learnt: Learnt) -> dict[str, Array]:
    """What `shared.text.weights.save` stores: int8 weights with the idf folded in, a line per row seen."""
    rows = np.flatnonzero(learnt.documents)
    rarity = idf(learnt.documents[rows], learnt.texts).astype(np.float64)
    folded = (learnt.coefficients[:, rows] * rarity * by_row(learnt.shares)[rows]).T
    scales = np.maximum(np.abs(folded).max(axis=0), 1e-9) / 127.0
    return {
        "rows": rows.astype(np.uint32),
        "weights": np.rint(folded / scales).astype(np.int8),
        "documents": learnt.documents[rows].astype(np.uint32),
        "scales": scales.astype(np.float32),
        "biases": learnt.biases.astype(np.float32),
    }


def curve(scores: Array, truth: Array) -> Curve:
    """The curve of `logits` that gives held-out truth the highest likelihood (Nelder and Mead's search)."""
    at = np.arange(len(truth))

    def loss(bend: Array) -> float:
        return -float(np.log(softmax(scores, (bend[0], bend[1]))[at, truth] + 1e-12).mean())

    found = minimize(
        loss, np.array([4.0, 1.0]), method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-6}
    ).x
    return round(float(found[0]), 3), round(float(found[1]), 3)


def logistic(
    features: Array, truth: Array, strength: float = 1.0, balanced: bool = False
) -> tuple[list[float], float]:
    """Weights and bias of a logistic regression on a few features (Platt scaling when there is one)."""
    weight = "balanced" if balanced else None
    fitted = LogisticRegression(C=strength, class_weight=weight, max_iter=2000).fit(features, truth)
    return [round(float(value), 5) for value in fitted.coef_[0]], round(float(fitted.intercept_[0]), 5)
