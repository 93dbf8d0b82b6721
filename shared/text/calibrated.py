"""From scores to probabilities, with the constants that training has fitted."""

from typing import Any

import numpy as np
import numpy.typing as npt


Array = npt.NDArray[np.floating[Any]]


def softmax(scores: Array, temperature: float) -> Array:
    """Probabilities, a line per text (temperature scaling: Guo et al. 2017)."""
    scaled = scores / temperature
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def sigmoid(logits: Array) -> Array:
    """The logistic function, safe against overflow."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -30.0, 30.0))))


def gate_features(scores: Array, outside: Array, temperature: float, covered: Array) -> Array:
    """What the out-of-scope gate looks at, a line per text.

    Entropy (over its maximum), energy (log-sum-exp of the scores over the temperature, Liu et al. 2020),
    best score, its lead over the second, the out-of-scope head's score, coverage of each block.
    """
    chances = softmax(scores, temperature)
    entropy = -(chances * np.log(chances + 1e-9)).sum(axis=1) / np.log(max(2, scores.shape[1]))
    scaled = scores / temperature
    top = scaled.max(axis=1)
    energy = top + np.log(np.exp(scaled - top[:, None]).sum(axis=1))
    second, best = np.partition(scores, -2, axis=1)[:, -2:].T
    return np.column_stack((entropy, energy, best, best - second, outside, covered))
