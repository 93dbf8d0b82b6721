"""One hashed feature pass for every model: character n-grams, words and word pairs, concepts and their pairs.

`hashed(normalised)` returns three blocks, each a flat array of table rows and the segment of it that
belongs to each text; a segment is never empty. Hashing is done on the bytes of the whole batch at
once: an n-gram's hash is a polynomial of its bytes (Rabin and Karp), stirred with the finaliser of
MurmurHash3, so that no Python code runs per n-gram.

Row 0 is reserved: it carries no weight and stands for windows that would cross a text's end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

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

REGIONS = (1 << (BITS - 1), (1 << (BITS - 1)) + (1 << (BITS - 2)), 1 << BITS)
"""Where the table rows of characters, words and concepts end."""

_CHARS, _QUARTER = np.uint32(1 << (BITS - 1)), np.uint32(1 << (BITS - 2))
_BASE, _PAIR = np.uint32(0x01000193), np.uint32(0x9E3779B1)
_RADIX, _GOLDEN = 0x100000001B3, np.uint64(0x9E3779B97F4A7C15)
_END, _SPACE = 10, 32
_ZERO = np.zeros(1, np.intp)
_LETTER = (np.arange(256, dtype=np.uint32) * np.uint32(0x85EBCA6B)) ^ np.uint32(0x27D4EB2F)


@dataclass(frozen=True, slots=True)
class Block:
    """Table rows of all texts, text after text; text `i` owns `rows[bounds[i]:bounds[i + 1]]`."""

    rows: Rows
    bounds: Places


def hashed(normalised: Sequence[str]) -> tuple[Block, Block, Block]:
    """Characters, words and concepts of texts that went through `normalise`."""
    codes = _codes(normalised)
    return _characters(codes), _words(codes), _concepts(_codes([concepts(text) for text in normalised]))


def _codes(texts: Sequence[str]) -> Codes:
    """All texts in one array: a space on either side, a line feed at the end."""
    return np.frombuffer("".join([f" {text} \n" for text in texts]).encode("ascii"), np.uint8)


def _stirred(hashes: Rows, room: np.uint32) -> Rows:
    """MurmurHash3's finaliser (Appleby, public domain), in place, cut to `room` rows."""
    hashes ^= hashes >> np.uint32(16)
    hashes *= np.uint32(0x85EBCA6B)
    hashes ^= hashes >> np.uint32(13)
    hashes *= np.uint32(0xC2B2AE35)
    hashes ^= hashes >> np.uint32(16)
    hashes &= room - np.uint32(1)
    return hashes


def _characters(codes: Codes) -> Block:
    """One column per length: the n-grams that start at each position."""
    ends = np.flatnonzero(codes == _END)
    out = np.zeros((len(codes), len(GRAMS)), np.uint32)
    letters = _LETTER.take(codes)
    rolling, width = letters, len(codes)
    for step in range(1, GRAMS[-1]):
        width -= 1
        rolling = rolling[:width] * _BASE + letters[step:]
        if step + 1 in GRAMS:
            out[:width, GRAMS.index(step + 1)] = _stirred(rolling + np.uint32(step), _CHARS)
    for back in range(GRAMS[-1] - 1):
        cut = ends - back
        out[cut[cut >= 0], [GRAMS.index(gram) for gram in GRAMS if gram > back + 1][0] :] = 0
    return Block(out.reshape(-1), np.concatenate((_ZERO, ends + 1)) * len(GRAMS))


@lru_cache(maxsize=8)
def _powers(size: int, factor: int) -> npt.NDArray[np.uint64]:
    """`factor ** i` modulo 2**64, for `i` below `size`."""
    factors = np.full(size, factor, np.uint64)
    factors[0] = 1
    return np.cumprod(factors, dtype=np.uint64)


def _word_hashes(codes: Codes) -> tuple[Rows, Places]:
    """Hashes of all words, each text closed by one empty word (hash 0), and each text's bounds.

    A word's polynomial is a difference of running sums; dividing by the power of its place (an odd
    number has an inverse modulo 2**64) makes it independent of where the word stands.
    """
    gaps = np.flatnonzero(codes <= _SPACE)
    opens = codes.take(gaps[:-1]) == _SPACE
    starts, ends = gaps[:-1][opens] + 1, gaps[1:][opens]
    room = 1 << (len(codes) + 1).bit_length()
    sums = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum(_LETTER.take(codes) * _powers(room, _RADIX)[: len(codes)], out=sums[1:])
    inverse = _powers(room, pow(_RADIX, -1, 1 << 64))
    hashes = (sums.take(ends) - sums.take(starts)) * inverse.take(starts) * _GOLDEN
    bounds = np.concatenate((_ZERO, np.flatnonzero(codes.take(ends) == _END) + 1))
    return (hashes >> np.uint64(32)).astype(np.uint32), bounds


def _words(codes: Codes) -> Block:
    """Words and pairs of neighbours; the beginning and the end of a text count as neighbours."""
    words, bounds = _word_hashes(codes)
    out = np.empty((len(words), 2), np.uint32)
    out[:, 0] = words
    out[0, 1] = words[0]
    out[1:, 1] = words[:-1] * _PAIR + words[1:]
    return Block(_stirred(out.reshape(-1), _QUARTER) + _CHARS, bounds * 2)


def _concepts(codes: Codes) -> Block:
    """Concepts, and pairs of concepts near each other in whatever order."""
    words, bounds = _word_hashes(codes)
    text_of = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
    out = np.zeros((len(words), 1 + CONCEPT_REACH), np.uint32)
    out[:, 0] = _stirred(words.copy(), _QUARTER) + (_CHARS + _QUARTER)
    for reach in range(1, min(CONCEPT_REACH, len(words) - 1) + 1):
        pairs = _stirred((words[:-reach] + words[reach:]) * _PAIR, _QUARTER) + (_CHARS + _QUARTER)
        out[reach:, reach] = pairs * (text_of[reach:] == text_of[:-reach]) * (words[:-reach] != words[reach:])
    return Block(out.reshape(-1), bounds * (1 + CONCEPT_REACH))
