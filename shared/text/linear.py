"""A linear model over hashed features: int8 weights in an `.npz`, everything else in a JSON manifest.

A text's score for a head is the sum over blocks of `weight[row] / norm`, where `norm` is the Euclidean
norm of the idf of all rows the text owns in the block, seen in training or not, so that a text full of
unknown n-grams scores low on everything. The weights already hold the idf.

The manifest carries the checksum of the weights. Nothing is unpickled.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from shared.text.features import BITS, BLOCKS, CONCEPT_REACH, GRAMS, Features, hashed
from shared.text.lexicon import LEXICON
from shared.text.names import AMBIGUOUS, NAMES
from shared.text.spelling import spelt

Floats = npt.NDArray[np.float32]

FORMAT = 3
_TINY = np.float32(1e-12)
_SEEN_AS = (FORMAT, BITS, GRAMS, CONCEPT_REACH, LEXICON, sorted(NAMES | AMBIGUOUS))
FEATURES = hashlib.sha256(repr(_SEEN_AS).encode()).hexdigest()[:16]
"""Changes whenever a text would be hashed differently: weights fit one value of it only."""


@dataclass(frozen=True, slots=True)
class Linear:
    """`weights`: int8, one line per table row; `idf2`: squared idf of every row, unseen ones
    included; `known`: the same, 0 for unseen rows."""

    weights: npt.NDArray[np.int8]
    scales: Floats
    biases: Floats
    idf2: Floats
    known: Floats
    manifest: Mapping[str, Any]

    @property
    def version(self) -> str:
        """Names these weights in records and metrics."""
        return str(self.manifest["version"])

    def scores(self, features: Features) -> Floats:
        """One line per text, one column per head."""
        return self._scores(features, self._mass(self.idf2, features))

    def scores_and_coverage(self, features: Features) -> tuple[Floats, Floats]:
        """The scores, and the share of each text's idf mass that training has seen: a line per text, a
        column per block."""
        mass = self._mass(self.idf2, features)
        share = self._mass(self.known, features) / mass
        return self._scores(features, mass), share.reshape(-1, BLOCKS)

    def _mass(self, squares: Floats, features: Features) -> Floats:
        """The sum of `squares` of the rows of each segment."""
        sums = np.add.reduceat(squares.take(features.rows), features.bounds[:-1])
        return np.maximum(sums, _TINY, out=sums)

    def _scores(self, features: Features, mass: Floats) -> Floats:
        bounds = features.bounds
        parts = np.repeat(1 / np.sqrt(mass), bounds[1:] - bounds[:-1])
        gathered = self.weights.take(features.rows, axis=0).astype(np.float32)
        sums = np.empty((features.texts, gathered.shape[1]), np.float32)
        for at, (start, end) in enumerate(pairwise(bounds[::BLOCKS].tolist())):
            # a product is BLAS; `np.add.reduceat` over lines is five times slower
            np.dot(parts[start:end], gathered[start:end], out=sums[at])
        sums *= self.scales
        sums += self.biases
        return sums


def weightiest(normalised: str, linear: Linear, head: int, most: int) -> list[tuple[str, float]]:
    """What `normalised` holds that raised `linear`'s score for `head` most, strongest first.

    Each of its words, word pairs, character n-grams and concept pairs is hashed again one by one, so
    this is for explanations, not for the hot path.
    """
    found: dict[str, float] = {}
    features = hashed([normalised])
    segments = [features.rows[start:end] for start, end in pairwise(features.bounds.tolist())]
    for rows, names in zip(segments, spelt(normalised), strict=True):
        norm = max(float(np.sqrt(linear.idf2.take(rows).sum())), 1e-6)
        gains = linear.weights[rows, head] * float(linear.scales[head]) / norm
        for name, gain in zip(names, gains.tolist(), strict=True):
            if name:
                found[name] = found.get(name, 0.0) + gain
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [(name, round(gain, 4)) for name, gain in ranked[:most] if gain > 0]
