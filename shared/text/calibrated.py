"""From scores to probabilities, with the constants that training has fitted."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from shared.text.features import Block
from shared.text.linear import Linear

Array = npt.NDArray[np.floating[Any]]


def softmax(scores: Array, temperature: float) -> Array:
    """Probabilities, a line per text (temperature scaling: Guo et al. 2017)."""
    scaled = scores / temperature
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def sigmoid(logits: Array) -> Array:
    """The logistic function, safe against overflow."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -30.0, 30.0))))


def gate_features(scores: Array, outside: Array, temperature: float, covered: Sequence[Array]) -> Array:
    """What the out-of-scope gate looks at, a line per text.

    Entropy (over its maximum), energy (log-sum-exp of the scores over the temperature, Liu et al. 2020),
    best score, its lead over the second, the out-of-scope head's score, coverage of each block.
    """
    chances = softmax(scores, temperature)
    entropy = -(chances * np.log(chances + 1e-9)).sum(axis=1) / np.log(max(2, scores.shape[1]))
    scaled = scores / temperature
    top = scaled.max(axis=1)
    energy = top + np.log(np.exp(scaled - top[:, None]).sum(axis=1))
    two = np.sort(scores, axis=1)[:, -2:]
    return np.column_stack((entropy, energy, two[:, 1], two[:, 1] - two[:, 0], outside, *covered))


def coverages(linear: Linear, blocks: Sequence[Block]) -> list[Array]:
    """Share of idf mass seen in training, for each block."""
    return [linear.coverage(block) for block in blocks]
