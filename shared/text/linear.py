"""A linear model over hashed features: int8 weights in an `.npz`, everything else in a JSON manifest.

A text's score for a head is the sum over blocks of `weight[row] / norm`, where `norm` is the Euclidean
norm of the idf of all rows the text owns in the block, seen in training or not, so that a text full of
unknown n-grams scores low on everything. The weights already hold the idf.

The manifest carries the checksum of the weights. Nothing is unpickled.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from shared.text.features import BITS, CONCEPT_REACH, GRAMS, Block, hashed
from shared.text.lexicon import LEXICON
from shared.text.spelling import spelt

Floats = npt.NDArray[np.float32]

FORMAT = 1
FEATURES = hashlib.sha256(repr((FORMAT, BITS, GRAMS, CONCEPT_REACH, LEXICON)).encode()).hexdigest()[:16]
"""Changes whenever a text would be hashed differently: weights fit one value of it only."""


@dataclass(frozen=True, slots=True)
class Linear:
    """`weights`: int8, one line per table row; `idf2`: squared idf of every row, unseen ones included."""

    weights: npt.NDArray[np.int8]
    scales: Floats
    biases: Floats
    idf2: Floats
    seen: npt.NDArray[np.bool_]
    manifest: Mapping[str, Any]

    @property
    def version(self) -> str:
        """Names these weights in records and metrics."""
        return str(self.manifest["version"])

    def scores(self, blocks: Sequence[Block]) -> Floats:
        """One line per text, one column per head."""
        total = np.zeros((len(blocks[0].bounds) - 1, len(self.scales)), np.float32)
        for block in blocks:
            total += self._block_scores(block)
        return total * self.scales + self.biases

    def _block_scores(self, block: Block) -> Floats:
        gathered = self.weights.take(block.rows, axis=0).astype(np.float32)
        bounds = block.bounds.tolist()
        ones = _ones(max(end - start for start, end in zip(bounds, bounds[1:], strict=False)))
        sums = [ones[: end - start] @ gathered[start:end] for start, end in zip(bounds, bounds[1:], strict=False)]
        norms = np.sqrt(np.add.reduceat(self.idf2.take(block.rows), block.bounds[:-1]))
        return np.stack(sums) / np.maximum(norms, 1e-6)[:, None]

    def coverage(self, block: Block) -> Floats:
        """Share of each text's idf mass in `block` that training has seen, in [0, 1]."""
        mass = self.idf2.take(block.rows)
        known = np.add.reduceat(mass * self.seen.take(block.rows), block.bounds[:-1])
        return np.asarray(known / np.maximum(np.add.reduceat(mass, block.bounds[:-1]), 1e-6), np.float32)


def _ones(size: int) -> Floats:
    return np.ones(size, np.float32)


def weightiest(normalised: str, linear: Linear, head: int, most: int) -> list[tuple[str, float]]:
    """What `normalised` holds that raised `linear`'s score for `head` most, strongest first.

    Each of its words, word pairs, character n-grams and concept pairs is hashed again one by one, so
    this is for explanations, not for the hot path.
    """
    found: dict[str, float] = {}
    for block, names in zip(hashed([normalised]), spelt(normalised), strict=True):
        norm = max(float(np.sqrt(linear.idf2.take(block.rows).sum())), 1e-6)
        gains = linear.weights[block.rows, head] * float(linear.scales[head]) / norm
        for name, gain in zip(names, gains.tolist(), strict=True):
            if name:
                found[name] = found.get(name, 0.0) + gain
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [(name, round(gain, 4)) for name, gain in ranked[:most] if gain > 0]
