"""One hashed feature pass for every model: character n-grams, words and word pairs, concepts and their pairs.

`hashed(normalised)` returns table rows in three blocks. Hashing is done on the bytes of the whole batch
at once: an n-gram's hash is a polynomial of its bytes (Rabin and Karp), stirred and cut to the table's
size by multiplication (Knuth, vol. 3, 6.4), so that no Python code runs per n-gram.

Row 0 is reserved: it carries no weight and stands for windows that would cross a text's end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from shared.text.concepts import concepts

Codes = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.uint32]
Places = npt.NDArray[np.intp]

BITS = 18
"""log2 of the table's rows: half for characters, a quarter each for words and concepts."""
GRAMS = (3, 4)
CONCEPT_REACH = 4
"""How far apart, in concepts, the two of a pair may stand; their order does not matter."""
BLOCKS = 3
REGIONS = (1 << (BITS - 1), (1 << (BITS - 1)) + (1 << (BITS - 2)), 1 << BITS)
"""Where the table rows of characters, words and concepts end."""

_BASE, _PAIR, _STIR = np.uint32(0x01000193), np.uint32(0x9E3779B1), np.uint32(0x85EBCA6B)
_RADIX, _GOLDEN = 0x100000001B3, np.uint64(0x9E3779B97F4A7C15)
_END, _SPACE = 10, 32
_ZERO = np.zeros(1, np.intp)
_LETTER = (np.arange(256, dtype=np.uint32) * np.uint32(0xC2B2AE35)) ^ np.uint32(0x27D4EB2F)
_BACK, _REACHES = np.arange(GRAMS[-1] - 1), np.arange(CONCEPT_REACH + 1)


@dataclass(frozen=True, slots=True)
class Features:
    """Table rows of `texts` texts: first the characters of each text, then the words, then the concepts.

    Block `b` of text `t` is segment `b * texts + t`; segment `i` owns `rows[bounds[i]:bounds[i + 1]]`
    and is never empty.
    """

    rows: Rows
    bounds: Places
    texts: int


def hashed(normalised: Sequence[str]) -> Features:
    """Features of texts that went through `normalise`."""
    texts = len(normalised)
    lines = [f" {text} \n" for text in normalised]
    plain = "".join(lines).encode("ascii")
    meant = "".join([f" {concepts(text)} \n" for text in normalised]).encode("ascii")
    codes = np.frombuffer(plain + meant, np.uint8)
    hashes, bounds = _word_hashes(codes)
    words, word_bounds = hashes[: bounds[texts]], bounds[: texts + 1]
    ideas, idea_bounds = hashes[bounds[texts] :], bounds[texts:] - bounds[texts]
    chars = _characters(codes[: len(plain)])
    rows = np.concatenate((chars, _words(words), _concepts(ideas, idea_bounds)))
    char_bounds = np.array(list(accumulate(map(len, lines))), np.intp) * len(GRAMS)
    word_bounds = word_bounds[1:] * 2 + len(chars)
    idea_bounds = idea_bounds[1:] * (1 + CONCEPT_REACH) + word_bounds[-1]
    return Features(rows, np.concatenate((_ZERO, char_bounds, word_bounds, idea_bounds)), texts)


def _stirred(hashes: Rows, bits: int) -> Rows:
    """Hashes spread over `2 ** bits` rows, in place."""
    hashes ^= hashes >> np.uint32(15)
    hashes *= _STIR
    hashes >>= np.uint32(32 - bits)
    return hashes


def _characters(codes: Codes) -> Rows:
    """One column per length: the n-grams that start at each position."""
    out = np.zeros((len(codes), len(GRAMS)), np.uint32)
    letters = _LETTER.take(codes)
    rolling = letters
    for step in range(1, GRAMS[-1]):
        rolling = rolling[:-1] * _BASE + letters[step:]
        if step + 1 in GRAMS:
            out[: len(rolling), GRAMS.index(step + 1)] = rolling
    out = _stirred(out, BITS - 1)
    cut = np.flatnonzero(codes == _END)[:, None] - _BACK
    for column, gram in enumerate(GRAMS):
        out[cut[:, : gram - 1], column] = 0
    return out.reshape(-1)


@lru_cache(maxsize=32)
def _powers(size: int, factor: int) -> npt.NDArray[np.uint64]:
    """`factor ** i` modulo 2**64, for `i` below `size`."""
    factors = np.full(size, factor, np.uint64)
    factors[0] = 1
    return np.cumprod(factors, dtype=np.uint64)


def _word_hashes(codes: Codes) -> tuple[Rows, Places]:
    """Hashes of all words, each line closed by one empty word (hash 0), and each line's bounds.

    A word's polynomial is a difference of running sums; dividing by the power of its place (an odd
    number has an inverse modulo 2**64) makes it independent of where the word stands.
    """
    gaps = np.flatnonzero(codes <= _SPACE)
    opens = codes.take(gaps[:-1]) == _SPACE
    starts, ends = gaps[:-1][opens] + 1, gaps[1:][opens]
    room = 1 << (len(codes) + 1).bit_length()
    sums = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum(_LETTER.take(codes) * _powers(room, _RADIX)[: len(codes)], out=sums[1:])
    hashes = sums.take(ends) - sums.take(starts)
    hashes *= _powers(room, pow(_RADIX, -1, 1 << 64)).take(starts)
    hashes *= _GOLDEN
    hashes >>= np.uint64(32)
    return hashes.astype(np.uint32), np.concatenate((_ZERO, np.flatnonzero(codes.take(ends) == _END) + 1))


def _words(words: Rows) -> Rows:
    """Words and pairs of neighbours; the beginning and the end of a text count as neighbours."""
    out = np.empty((len(words), 2), np.uint32)
    out[:, 0] = words
    out[0, 1] = words[0]
    out[1:, 1] = words[:-1] * _PAIR + words[1:]
    return _stirred(out.reshape(-1), BITS - 2) + np.uint32(REGIONS[0])


def _concepts(ideas: Rows, bounds: Places) -> Rows:
    """Concepts, and pairs of different concepts near each other in whatever order."""
    size = len(ideas)
    padded = np.zeros(size + CONCEPT_REACH, np.uint32)
    padded[CONCEPT_REACH:] = ideas
    near = padded.take(np.arange(CONCEPT_REACH, size + CONCEPT_REACH)[:, None] - _REACHES)
    behind = np.arange(size) - np.repeat(bounds[:-1], bounds[1:] - bounds[:-1])
    kept = behind[:, None] >= _REACHES
    kept[:, 1:] &= near[:, 1:] != ideas[:, None]
    near[:, 1:] += ideas[:, None]
    near[:, 1:] *= _PAIR
    return ((_stirred(near, BITS - 2) + np.uint32(REGIONS[1])) * kept).reshape(-1)
