"""From scores to probabilities, with the constants that training has fitted."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating[Any]]
Curve = tuple[float, float]


def logits(scores: Array, curve: Curve) -> Array:
    """Scores bent into log-odds: `a * z + b * z * |z|`.

    The first term is a temperature (Guo et al. 2017). One-vs-rest margins need the second as well: between
    -1 and 1 the squared hinge squeezes them, so that a single temperature is too timid for the doubtful
    and too bold for the sure.
    """
    return np.asarray(scores * (curve[0] + curve[1] * np.abs(scores)))


def softmax(scores: Array, curve: Curve) -> Array:
    """Probabilities, a line per text, from scores and the fitted curve."""
    bent = logits(scores, curve)
    bent -= bent.max(axis=1, keepdims=True)
    powers = np.exp(bent, out=bent)
    powers /= powers.sum(axis=1, keepdims=True)
    return powers


def sigmoid(logits: Array) -> Array:
    """The logistic function, as a hyperbolic tangent, which cannot overflow."""
    return np.asarray(0.5 * np.tanh(0.5 * logits) + 0.5)


def gate_features(scores: Array, chances: Array, outside: Array, curve: Curve, covered: Array) -> Array:
    """What the out-of-scope gate looks at, a line per text.

    `chances` are the scores' softmax. Entropy (over its maximum), energy (log-sum-exp of the logits,
    Liu et al. 2020), best score, its lead over the second, the out-of-scope head's score, coverage per block.
    """
    entropy = np.einsum("ij,ij->i", chances, np.log(chances + 1e-9)) / -math.log(max(2, scores.shape[1]))
    second, best = np.partition(scores, -2, axis=1)[:, -2:].T
    energy = logits(best, curve) - np.log(chances.max(axis=1))
    return np.array((entropy, energy, best, best - second, outside, *covered.T), float).T
