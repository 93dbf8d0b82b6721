"""One hashed feature pass for every model: character n-grams, words and word pairs, concepts and their pairs.

`hashed(normalised)` returns table rows in three blocks. Most pairs of neighbouring words were met before, so
the rows of a word before another are kept as bytes and joined; in a new pair most words were met, and most
endings before beginnings. A message costs a few lookups a word and four calls of numpy. Hashes are CRC-32;
those of n-grams, which are short, are spread by multiplication (Knuth, vol. 3, 6.4).

Row 0 is reserved: it carries no weight and stands for a block in which a text has nothing.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain
from zlib import crc32

import numpy as np
import numpy.typing as npt

from shared.text.concepts import CONCEPTS, names_of

Rows = npt.NDArray[np.uint32]
Places = npt.NDArray[np.intp]

BITS = 18
"""log2 of the table's rows: half for characters, a quarter each for words and concepts."""
GRAMS = (3, 4)
_BACK, _AHEAD = max(GRAMS) - 2, max(GRAMS) - 1
"""How many letters of a word, and of what follows it, an n-gram over both can hold at most."""
CONCEPT_REACH = 4
"""How far apart, in concepts, the two of a pair may stand; their order does not matter."""
BLOCKS = 3
REGIONS = (1 << (BITS - 1), (1 << (BITS - 1)) + (1 << (BITS - 2)), 1 << BITS)
"""Where the table rows of characters, words and concepts end."""

_CODE_BITS = 32
_CODE, _CUT, _GOLDEN = (1 << _CODE_BITS) - 1, _CODE_BITS - BITS + 2, 0x9E3779B1
_KEPT, _LONGEST = 1 << 16, 24
"""How many pairs of words are kept, and the letters of the longest word: what strangers write must not fill
the memory."""
_NOTHING = bytes(4)


@dataclass(frozen=True, slots=True)
class Features:
    """Table rows of `texts` texts: of each its characters, then its words, then its concepts.

    Block `b` of text `t` is segment `t * BLOCKS + b`; segment `i` owns `rows[bounds[i]:bounds[i + 1]]`
    and is never empty.
    """

    rows: Rows
    bounds: Places
    texts: int


def hashed(normalised: Sequence[str]) -> Features:
    """Features of texts that went through `normalise`."""
    blocks = list(chain.from_iterable(map(_blocks, normalised)))
    bounds = np.array([0, *accumulate([len(block) >> 2 for block in blocks])], np.intp)
    return Features(np.frombuffer(b"".join(blocks), np.uint32), bounds, len(normalised))


def _blocks(text: str) -> tuple[bytes, bytes, bytes]:
    """The rows of one text, a block each."""
    words = text.split()
    if not words:
        return _NOTHING, _NOTHING, _NOTHING
    step = _met if max(map(len, words)) <= _LONGEST else _step
    chars, lexical = zip(*map(step, ("", *words), (*words, "")), strict=True)
    return b"".join(chars), b"".join(lexical), _concepts(names_of(words))


def _step(word: str, following: str) -> tuple[bytes, bytes]:
    """Rows of the n-grams that begin in a word or the space behind it, and of the word and its pair with the
    following one; the empty string stands for the beginning and the end of a text."""
    inner = _met_within if len(word) <= _LONGEST else _within
    beginning = f"{following} "[:_AHEAD] if following else ""
    one, other = crc32(word.encode()), crc32(following.encode())
    codes = (one, 3 * one + other & _CODE) if word else (other,)
    lexical = array("I", [REGIONS[0] + (code >> _CUT) for code in codes]).tobytes()
    return inner(word) + _across(word[-_BACK:], beginning), lexical


def grams_from(word: str, following: str) -> list[str]:
    """The n-grams that begin in `word` or the space behind it and end before the space behind `following`, or
    with it."""
    return _grams(f"{word} {following} " if following else f"{word} ", len(word) + 1)


def _grams(line: str, begin: int) -> list[str]:
    return [line[at : at + gram] for at in range(begin) for gram in GRAMS if at + gram <= len(line)]


def _within(word: str) -> bytes:
    """Rows of the n-grams of a word that do not reach beyond the space behind it, wherever they end there."""
    return _rows(_grams(f"{word} ", len(word) - _BACK))


@lru_cache(maxsize=_KEPT)
def _across(ending: str, beginning: str) -> bytes:
    """Rows of the n-grams that begin in the last letters of a word or the space behind it."""
    return _rows(_grams(f"{ending} {beginning}", len(ending) + 1))


def _rows(grams: Sequence[str]) -> bytes:
    codes = map(crc32, map(str.encode, grams))
    return array("I", [(code * _GOLDEN & _CODE) >> (_CODE_BITS - BITS + 1) for code in codes]).tobytes()


_met = lru_cache(maxsize=_KEPT)(_step)
_met_within = lru_cache(maxsize=_KEPT)(_within)


def _concepts(names: Sequence[str]) -> bytes:
    """Concepts, and pairs of different concepts near each other in whatever order."""
    rows: list[bytes] = []
    for at, name in enumerate(names):
        pairs = _PAIRS[name]
        rows.append(pairs[""])
        rows += [pairs[other] for other in names[max(0, at - CONCEPT_REACH) : at] if other != name]
    return b"".join(rows) or _NOTHING


class _Pairs(dict[str, bytes]):
    """The rows of one concept: alone (with the empty string), and with every other one it was met with."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __missing__(self, other: str) -> bytes:
        crc = crc32("+".join(sorted((self._name, other))).encode())
        return self.setdefault(other, array("I", [REGIONS[1] + (crc >> _CUT)]).tobytes())


_PAIRS = {name: _Pairs(name) for name in CONCEPTS}
