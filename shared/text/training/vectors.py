"""Hashed texts as sparse matrices, weighted as the run time weights them."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from scipy import sparse

from shared.text.features import BITS, BLOCKS, REGIONS, Features, hashed
from shared.text.normalise import normalise
from shared.text.training.noise import noisy
from shared.text.weights import idf

Matrix = Any
Shares = tuple[float, float, float]
SHARES: Shares = (1.0, 0.7, 0.7)
"""Length of each block's part of a text's vector: characters, words, concepts."""
_BATCH = 512


def by_row(shares: Shares) -> np.ndarray[Any, Any]:
    """The share that applies to each table row."""
    return np.repeat(shares, np.diff((0, *REGIONS)))


def counted(texts: Sequence[str]) -> tuple[Matrix, ...]:
    """Row counts of each block, a line per text; row 0 is dropped."""
    parts = [
        _matrices(hashed([normalise(text) for text in texts[at : at + _BATCH]]))
        for at in range(0, len(texts), _BATCH)
    ]
    return tuple(sparse.vstack([part[k] for part in parts]).tocsr() for k in range(BLOCKS))


def with_copies(
    texts: Sequence[str], slips: Iterable[Sequence[float]], seed: int
) -> list[tuple[Matrix, ...]]:
    """Row counts of the texts, and of a noisy copy of them all for each of `slips`: how many of its letters
    are mistyped in each text."""
    copies = [noisy(texts, rates, seed + at) for at, rates in enumerate(slips)]
    return [counted(texts), *map(counted, copies)]


def _matrices(features: Features) -> list[Matrix]:
    ones = (features.rows > 0).astype(np.float64)
    shape = (BLOCKS * features.texts, 1 << BITS)
    whole = sparse.csr_matrix((ones, features.rows.astype(np.int64), features.bounds), shape=shape)
    return [whole[k::BLOCKS] for k in range(BLOCKS)]


def documents(blocks: Sequence[Matrix]) -> np.ndarray[Any, Any]:
    """How many texts hold each table row."""
    total = np.zeros(1 << BITS, np.int64)
    for block in blocks:
        merged = block.copy()
        merged.sum_duplicates()
        merged.eliminate_zeros()
        total += np.bincount(merged.indices, minlength=1 << BITS)
    return total


def weighted(blocks: Sequence[Matrix], held: np.ndarray[Any, Any], texts: int, shares: Shares) -> Matrix:
    """One matrix: each block idf-weighted and divided by its run-time norm, unseen rows included."""
    squares = idf(held, texts).astype(np.float64) ** 2
    total = sparse.csr_matrix(blocks[0].shape)
    for block, share in zip(blocks, shares, strict=True):
        norms = np.sqrt(np.maximum(block @ squares, 1e-12))
        total = total + sparse.diags(share / norms) @ block @ sparse.diags(np.sqrt(squares))
    total.sum_duplicates()
    return total.tocsr()
